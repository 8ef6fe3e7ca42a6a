"""When an invoice must be paid: the payment terms that count, its due dates, and what a discount for early payment makes of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from engine.countries.registry import country_of
from engine.documents.invoice import BaseReduction, CashDiscount, DueAmount, InvoiceLine, Mention, VatDecision
from engine.documents.order import Order
from engine.documents.party import Customer
from engine.documents.totals import NO_VAT, Totals, add, base_reductions, totals
from engine.documents.transaction import Transaction
from engine.money import Money, Percent
from engine.phrases import phrase, say
from engine.reasons import Reason
from engine.rulebook.book import Rulebook, cached_in_rulebook
from engine.rulebook.payment_terms import CashDiscountTerms, ClosedDays, DueDate, PaymentTerms


@dataclass(frozen=True, slots=True)
class Payable:
    """The payment terms of an invoice of one day, its due date, and why."""

    terms: PaymentTerms
    due_on: date
    reasons: tuple[Reason, ...]


@cached_in_rulebook(1)
def terms_apart(rulebook: Rulebook) -> frozenset[str]:
    """The names of the payment terms whose invoices hold nothing with other terms."""
    return frozenset(name for name, terms in rulebook.payment_terms.items() if terms.is_apart)


def terms_of_items(
    transactions: Iterable[Transaction], customers: Mapping[str, Customer], orders: Mapping[str, Order], rulebook: Rulebook
) -> dict[tuple[str, str], str]:
    """The payment terms of each (order, item): the order's, else the customer's, the billing process's, or the company's."""
    wanted = {(one.order, one.item) for one in transactions}
    agreed = {order: orders[order].payment_terms or customers[orders[order].customer].payment_terms for order, _ in wanted}
    names = {(order, item): agreed[order] or rulebook.company.payment_terms for order, item in wanted}
    for order in (orders[each] for each, terms in agreed.items() if terms is None):
        for item in order.items:
            if (order.id, item.id) in wanted:
                product = rulebook.products.get(item.product)
                own = item.billing_process or (product.billing_processes[0] if product is not None else "")
                process = rulebook.billing_processes.get(own)
                names[order.id, item.id] = (process.payment_terms if process else None) or rulebook.company.payment_terms
    return names


@cached_in_rulebook(1_000)
def payable(rulebook: Rulebook, names: frozenset[str], issued_on: date) -> Payable:
    """The terms of an invoice: where those of its lines differ, the ones with the earliest due date. Many invoices share them."""
    closed = rulebook.closed_days
    terms = min((rulebook.payment_terms[name] for name in sorted(names)), key=lambda each: each.first_due_on(issued_on, closed))
    where, rule = rulebook.places.of("payment-terms", terms.id), f"plans: payment terms {terms.id}"
    steps: list[str] = [phrase("{share}% by {due}", share=part.share, due=due_words(part, issued_on, closed)) for part in terms.parts]
    if not terms.parts:
        steps = [due_words(terms, issued_on, closed)]
    return Payable(terms, terms.first_due_on(issued_on, closed), tuple(Reason("due-date", rule, says, where=where) for says in steps))


def due_words(due: DueDate, issued_on: date, closed: ClosedDays) -> str:
    """A due date, and how it is counted: `2027-03-02, 30 days after 2027-01-31`."""
    counted = _counted_words(due, issued_on)
    day = due.due_on(issued_on, closed)
    if day == due.counted_to(issued_on):
        return counted
    return phrase("{due}, the next day that is not closed after {counted}", due=day, counted=counted)


def _counted_words(due: DueDate, issued_on: date) -> str:
    day, days = due.counted_to(issued_on), due.days or 0
    months = phrase("1 month") if due.months == 1 else phrase("{number} months", number=due.months or 0)
    if due.on_day is not None and due.months is not None:
        return phrase(
            "{due}, the next day {on_day} of a month, {months} or more after {issued}",
            due=day,
            on_day=due.on_day,
            months=months,
            issued=issued_on,
        )
    if due.on_day is not None:
        return phrase(
            "{due}, the next day {on_day} of a month, {days} days or more after {issued}",
            due=day,
            on_day=due.on_day,
            days=days,
            issued=issued_on,
        )
    if due.months is not None and due.end_of_month:
        return phrase("{due}, the end of the month {months} after {issued}", due=day, months=months, issued=issued_on)
    if due.months is not None:
        return phrase("{due}, {months} after {issued}", due=day, months=months, issued=issued_on)
    if due.end_of_month:
        return phrase("{due}, {days} days after the end of the month of {issued}", due=day, days=days, issued=issued_on)
    if due.then is not None:
        return phrase("{due}, the end of the month {days} days after {issued}", due=day, days=days, issued=issued_on)
    return phrase("{due}, {days} days after {issued}", due=day, days=days, issued=issued_on)


def due_amounts(terms: PaymentTerms, gross: Money, issued_on: date, closed: ClosedDays) -> tuple[DueAmount, ...]:
    """The parts of a gross amount: each share rounded half up and no more than is left, and the last part the rest; none without parts."""
    amounts = shares_of(gross, [part.share for part in terms.parts])
    return tuple(DueAmount(due_on=due, amount=amount) for due, amount in zip(terms.due_dates(issued_on, closed), amounts, strict=False))


@dataclass(frozen=True, slots=True)
class Discounted:
    """The totals of an invoice that offers a discount for early payment, the discount, and what it takes off VAT bases."""

    totals: Totals
    cash_discount: CashDiscount
    reductions: tuple[BaseReduction, ...]


def with_cash_discount(
    plain: Totals, lines: Sequence[InvoiceLine], terms: CashDiscountTerms, rulebook: Rulebook, issued_on: date
) -> Discounted:
    """The totals of an invoice whose terms offer a discount, from those without it."""
    amount, reductions = early_payment(plain, terms.percent, rulebook)
    discount = CashDiscount(percent=terms.percent, until=issued_on + timedelta(days=terms.within_days), amount=amount)
    whole = totals(lines, plain.net.currency, reductions=reductions) if reductions else plain
    return Discounted(whole, discount, reductions)


def early_payment(plain: Totals, percent: Percent, rulebook: Rulebook) -> tuple[Money, tuple[BaseReduction, ...]]:
    """What is paid less by early payment, and what that takes off VAT bases, taken or not.

    Where the seller's country has a law for it, the discount is one of the net, and VAT falls on the net less the discount. Elsewhere VAT
    falls on the whole net, and the discount is one of the gross.
    """
    if country_of(rulebook.company.seller.country).cash_discount_law is None:
        return percent.of(plain.gross), ()
    reductions = base_reductions(plain.vat_breakdown, percent)
    reduced = {(one.category, one.rate) for one in reductions}
    others = add((one.base for one in plain.vat_breakdown if (one.category, one.rate) not in reduced), plain.net.currency)
    return add((one.amount for one in reductions), plain.net.currency) + percent.of(others), reductions


@cached_in_rulebook(100)
def exempt_discount(rulebook: Rulebook, besides: VatDecision | None, tax_point: date) -> VatDecision:
    """Why what a discount takes off VAT bases is charged without VAT; `besides` is the decision of exempt lines of the same invoice."""
    law = country_of(rulebook.company.seller.country).cash_discount_law or ""
    says = phrase("Discount for early payment, not part of the taxable amount ({law})", law=law)
    languages = dict.fromkeys((*rulebook.company.languages, "en"))
    if besides is None:
        texts = {language: say(says, language) for language in languages}
        mention = Mention.model_validate({"name": "cash-discount", **texts})
        return VatDecision(treatment="domestic", category="E", rate=NO_VAT, mention=mention, basis=say(law, "en"), tax_point=tax_point)
    own = besides.mention
    texts = {
        language: f"{(own.in_(language) if own else besides.basis).removesuffix('.')}; {say(says, language)}" for language in languages
    }
    return besides.replace(vatex=None, mention={"name": own.name if own else "cash-discount", **texts})


def shares_of(whole: Money, shares: Sequence[Percent]) -> tuple[Money, ...]:
    """The shares of an amount of 0 or more: each rounded half up and no more than is left, and the last one the rest."""
    left, parts = whole, []
    for at, share in enumerate(shares, 1):
        part = left if at == len(shares) else min(share.of(whole), left)
        parts.append(part)
        left -= part
    return tuple(parts)
