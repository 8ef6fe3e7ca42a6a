"""Drafts invoices (due transactions taxed and grouped, with lines, VAT, totals, payment terms, mentions and channel) and issues them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cache, partial
from typing import Final

from engine.countries.registry import country_of
from engine.documents.billed import Concluded, Drafted
from engine.documents.invoice import Channel, CreditNote, DraftCreditNote, DraftInvoice, Held, Invoice, Mention, VatDecision, VatSubtotal
from engine.documents.order import Order, OrderType
from engine.documents.party import Address, Customer, Seller
from engine.documents.supply import Supply, Tax
from engine.documents.totals import NO_VAT, Totals, totals, unique_mentions
from engine.documents.transaction import Transaction
from engine.phrases import Language, phrase
from engine.problems import message_of
from engine.rulebook.book import Rulebook, cached_in_rulebook, items_without_names, missing_terms
from engine.rulebook.company import seller_of
from engine.rulebook.facts import customer_facts, seller_facts
from engine.rulebook.supply_codes import has_vat_codes
from engine.stages.invoicing.grouping import Taxed, billing_day, groups, is_below_zero, keys_for, month_of
from engine.stages.invoicing.invoice_lines import Piece, line_of, pieces, vat_code_of_piece
from engine.stages.invoicing.payment import (
    Discounted,
    Payable,
    due_amounts,
    exempt_discount,
    payable,
    terms_apart,
    terms_of_items,
    with_cash_discount,
)
from engine.stages.invoicing.prepaid_draws import without_waiting_draws

NEGATIVE = phrase("more is taken back than invoiced: it waits until this customer's later amounts cover it, or for a credit note")
"""Why the transactions of a group with a negative sum are held."""
NO_CODE: Final = "the rulebook has no VAT code for {treatment}, {category} {rate}"
"""Why a transaction is held whose VAT accounting could not post."""
NO_VAT_NUMBER: Final = "category {category} needs a VAT number of the customer (EN 16931, {rule})"
"""Why a transaction is held whose VAT nobody is named to owe."""
_OWED_UNDER_NUMBER: Final = {"AE": "BR-AE-02", "K": "BR-IC-02"}
NO_EXCHANGE_RATE: Final = "no exchange rate from {one} to {other} before {day}"
"""Why a transaction is held whose VAT cannot be converted."""
CHANNEL_RULE: Final = "invoice.channel"
_CHANNELS: Final[dict[object, Channel]] = {"peppol": "peppol", "email": "email", "held": "held"}
_Answers = dict[tuple[object, ...], VatDecision | Held]


def draft(
    transactions: Iterable[Transaction],
    customers: Mapping[str, Customer],
    orders: Mapping[str, Order],
    rulebook: Rulebook,
    *,
    issued_on: date,
    tax: Tax,
    earlier: Mapping[str, Sequence[str]],
) -> Drafted:
    """The drafts of due transactions, in the order in which they will be numbered, and what is held back, each with its reason.

    `earlier` gives the numbers of the invoices already issued for an order: the last instalment's invoice refers to them.
    """
    known, held = _with_names(transactions, customers, orders, rulebook)
    places = {name: order.deliver_to.address if order.deliver_to else None for name, order in orders.items()}
    taxed, untaxed = _tax(known, customers, places, rulebook, tax, issued_on)
    held += untaxed
    drafts = []
    terms = terms_of_items((piece.transaction for piece, _ in taxed), customers, orders, rulebook)
    apart_names = terms_apart(rulebook)
    apart = {key: (name if name in apart_names else None, orders[key[0]].deliver_to) for key, name in terms.items()}

    @cache
    def keys(customer: str, order_type: OrderType) -> tuple[str, ...]:
        return keys_for(customers[customer], order_type, rulebook, issued_on)

    grouped = partial(groups, keys=lambda one: keys(one.customer, one.order_type), apart=apart)
    taxed, waiting = without_waiting_draws(taxed, orders, grouped)
    for group in grouped(taxed):
        if is_below_zero(group):
            held += _held_once([piece.transaction for piece, _ in group], NEGATIVE)
            continue
        first = group[0][0].transaction
        names = frozenset(terms[piece.transaction.order, piece.transaction.item] for piece, _ in group)
        to_pay = payable(rulebook, names, issued_on)
        drafts.append(_draft(first, _in_order(group, orders), customers[first.customer], rulebook, to_pay, earlier, issued_on, orders))
    return Drafted(drafts=tuple(drafts), held=(*held, *waiting))


def issue(draft: DraftInvoice, *, number: str, series: str, on: date, concluded: Concluded | None = None) -> Invoice:
    """The invoice: the draft with its number and issue date, and what it concludes as that is known when the number is taken."""
    known = dict(draft)
    if concluded is not None and draft.concludes:
        known["refers_to"] = tuple(concluded.refers_to)
        known["reference_dates"] = {**concluded.refers_to, **draft.reference_dates}
        known["settles"] = concluded.settles
    return Invoice(**known, number=number, series=series, issued_on=on, communication=payment_reference(draft, number))


def payment_reference(draft: DraftInvoice, number: str) -> str:
    """What the customer writes on the transfer for an invoice with a number."""
    country = country_of(draft.seller.address.country)
    is_abroad = draft.customer.address.country != country.code
    return country.payment_reference_abroad(number) if is_abroad else country.payment_reference(number)


def earlier_invoices(draft: DraftInvoice, issued: Iterable[Invoice]) -> dict[str, date]:
    """The numbers and dates of the invoices that hold an earlier instalment of what a draft concludes: the ones to which it refers."""
    latest = {order: _latest(draft, order) for order in draft.concludes}
    return {
        invoice.number: invoice.issued_on
        for invoice in issued
        if any(0 < _latest(invoice, order) < number for order, number in latest.items())
    }


def issue_credit_note(draft: DraftCreditNote, *, number: str, series: str, on: date) -> CreditNote:
    """The credit note: the draft with its number and issue date."""
    return CreditNote(**dict(draft), number=number, series=series, issued_on=on)


def _with_names(
    transactions: Iterable[Transaction], customers: Mapping[str, Customer], orders: Mapping[str, Order], rulebook: Rulebook
) -> tuple[list[Transaction], list[Transaction]]:
    """The transactions of items that the rulebook knows, and the others, held with the missing name."""
    given = list(transactions)
    buyers = {one.order: customers[one.customer] for one in given}
    missing = {order: items_without_names(orders[order], buyer, rulebook) for order, buyer in buyers.items()}
    for order, buyer in buyers.items():
        terms = missing_terms(orders[order], buyer, rulebook)
        if terms is not None:
            missing[order] = dict.fromkeys((item.id for item in orders[order].items), terms.problem()) | missing[order]
    held = [_held(one, message_of(missing[one.order][one.item])) for one in given if one.item in missing[one.order]]
    return [one for one in given if one.item not in missing[one.order]], held


def _tax(
    transactions: Iterable[Transaction],
    customers: Mapping[str, Customer],
    places: Mapping[str, Address | None],
    rulebook: Rulebook,
    tax: Tax,
    issued_on: date,
) -> tuple[list[Taxed], list[Transaction]]:
    """Each piece with its VAT decision; a transaction is held as a whole if one piece is."""
    taxed: list[Taxed] = []
    held: list[Transaction] = []
    answers: _Answers = {}
    has_codes, other = has_vat_codes(rulebook), rulebook.vat_currency
    for transaction in transactions:
        decided: list[Taxed] = []
        because = None
        for piece in pieces(transaction, rulebook):
            answer = _answer(piece, customers[transaction.customer], places[transaction.order], tax, issued_on, answers)
            if isinstance(answer, Held):
                because = because or answer.held
            elif answer.category in _OWED_UNDER_NUMBER and not customers[transaction.customer].vat_number:
                because = because or phrase(NO_VAT_NUMBER, category=answer.category, rule=_OWED_UNDER_NUMBER[answer.category])
            elif has_codes and vat_code_of_piece(piece, answer, rulebook) is None:
                because = because or phrase(NO_CODE, treatment=answer.treatment, category=answer.category, rate=answer.rate)
            elif other and rulebook.exchange_rates.before(day := min(answer.tax_point, issued_on), rulebook.currency, other) is None:
                because = because or phrase(NO_EXCHANGE_RATE, one=rulebook.currency, other=other, day=day)
            else:
                decided.append((piece, answer))
        if because is None:
            taxed += decided
        else:
            held.append(_held(transaction, because))
    return taxed, held


def _answer(piece: Piece, customer: Customer, place: Address | None, tax: Tax, issued_on: date, answers: _Answers) -> VatDecision | Held:
    """The VAT decision of a piece, cached by all that it depends on."""
    transaction = piece.transaction
    question = (
        customer.id,
        piece.product if tax.looks_at_product else None,
        piece.supply_kind,
        piece.vat_class,
        transaction.service_period,
        transaction.supplied_on,
        transaction.advance,
        place,
    )
    if question not in answers:
        supply = Supply(
            customer=customer,
            product=piece.product,
            kind=piece.supply_kind,
            vat_class=piece.vat_class,
            service_period=transaction.service_period,
            supplied_on=transaction.supplied_on,
            advance=transaction.advance,
            **({} if place is None else {"ship_to": place.country, "ship_to_postcode": place.postcode}),
        )
        answers[question] = tax(supply, issued_on=issued_on)
    return answers[question]


def _held(transaction: Transaction, because: str) -> Transaction:
    return replace(transaction, state="held", held_because=because)


def _held_once(transactions: Iterable[Transaction], because: str) -> list[Transaction]:
    """The transactions as held, each once: the parts of a bundle come from one transaction."""
    return [_held(transaction, because) for transaction in {one.identity: one for one in transactions}.values()]


def _in_order(group: list[Taxed], orders: Mapping[str, Order]) -> list[Taxed]:
    """Sorts lines by order, by the item's place in it, and by date; what is missing of a minimum follows what was used."""
    places = {
        (order_id, item.id): place
        for order_id in {piece.transaction.order for piece, _ in group}
        for place, item in enumerate(orders[order_id].items)
    }

    def place(entry: Taxed) -> tuple[object, ...]:
        one = entry[0].transaction
        start = one.service_period.start if one.service_period else billing_day(one)
        place = places.get((one.order, one.item), len(places))
        kind = one.portion.kind
        return (one.order, place, kind == "commitment", start, billing_day(one), kind == "drawdown", one.portion.number or 0)

    return sorted(group, key=place)


def _draft(
    first: Transaction,
    group: list[Taxed],
    customer: Customer,
    rulebook: Rulebook,
    to_pay: Payable,
    earlier: Mapping[str, Sequence[str]],
    issued_on: date,
    orders: Mapping[str, Order],
) -> DraftInvoice:
    lines = tuple(line_of(piece, decision, at, customer.language, rulebook) for at, (piece, decision) in enumerate(group, 1))
    sums, discounted = totals(lines, rulebook.currency), None
    if to_pay.terms.cash_discount is not None:
        discounted = with_cash_discount(sums, lines, to_pay.terms.cash_discount, rulebook, issued_on)
        sums = discounted.totals
    transactions = [piece.transaction for piece, _ in group]
    order_ids = tuple(dict.fromkeys(one.order for one in transactions))
    concludes = tuple(dict.fromkeys(one.order for one in transactions if one.portion.kind == "instalment" and not one.advance))
    leaving = any(decision.category in ("K", "G") and piece.supply_kind == "goods" for piece, decision in group)
    decisions = tuple({id(decision): decision for _, decision in group}.values())
    tax_point, other, place = _tax_point(decisions), rulebook.vat_currency, orders[first.order].deliver_to
    return DraftInvoice(
        currency=rulebook.currency,
        type_code="386" if first.advance else "380",
        seller=_seller(rulebook, customer.language),
        customer=customer,
        order_type=first.order_type,
        orders=order_ids,
        purchase_order=next((one.purchase_order for one in transactions if one.purchase_order), customer.purchase_order),
        buyer_reference=_buyer_reference([orders[each].buyer_reference for each in order_ids], customer),
        month=month_of(first),
        tax_point=tax_point,
        due_on=to_pay.due_on,
        reasons=to_pay.reasons,
        payment_terms=to_pay.terms.id,
        due_amounts=due_amounts(to_pay.terms, sums.gross, issued_on, rulebook.closed_days) if to_pay.terms.parts else (),
        delivered_on=max((one.supplied_on for one in transactions if one.supplied_on and not one.advance), default=None),
        ship_to=(place or customer).address.country if leaving else None,
        deliver_to=place,
        lines=lines,
        cash_discount=discounted and discounted.cash_discount,
        base_reductions=discounted.reductions if discounted else (),
        vat_breakdown=_breakdown(sums, decisions, rulebook, discounted),
        net=sums.net,
        vat=sums.vat,
        gross=sums.gross,
        due_amount=sums.due_amount,
        accounting_vat=rulebook.exchange_rates.accounting_vat(sums.vat, min(tax_point, issued_on), other) if other else None,
        mentions=unique_mentions([*(decision.mention for decision in decisions), *_standing_mentions(rulebook)]),
        refers_to=tuple(dict.fromkeys(number for order in concludes for number in earlier.get(order, ()))),
        concludes=concludes,
        as_advance=first.advance and rulebook.accounts.has_advances,
        channel=_channel(customer, rulebook, issued_on),
        rulebook=rulebook.fingerprint,
    )


def _buyer_reference(of_orders: Sequence[str | None], customer: Customer) -> str | None:
    """The customer's own reference: of its orders where all name the same, else its standing one."""
    first = of_orders[0]
    return first if first and all(each == first for each in of_orders) else customer.buyer_reference


def _breakdown(
    sums: Totals, decisions: Sequence[VatDecision], rulebook: Rulebook, discounted: Discounted | None
) -> tuple[VatSubtotal, ...]:
    """VAT per (category, rate), each with the exemption code, mention and basis of its first line."""
    by_rate = {(decision.category, decision.rate): decision for decision in reversed(decisions)}
    if discounted is not None and discounted.reductions:
        by_rate["E", NO_VAT] = exempt_discount(rulebook, by_rate.get(("E", NO_VAT)), _tax_point(decisions))
    return tuple(VatSubtotal.of(entry, by_rate[(entry.category, entry.rate)]) for entry in sums.vat_breakdown)


def _tax_point(decisions: Sequence[VatDecision]) -> date:
    """The tax point of the document (BT-7): the latest of the lines with VAT, else the latest of all."""
    bearing = [decision.tax_point for decision in decisions if decision.rate.fraction]
    return max(bearing or [decision.tax_point for decision in decisions])


def _channel(customer: Customer, rulebook: Rulebook, issued_on: date) -> Channel:
    """peppol, email or held, as the rulebook decides for this customer on this day; by e-mail where it has no such rule."""
    if CHANNEL_RULE not in rulebook.rules.targets:
        return "email"
    facts = customer_facts(customer, rulebook, issued_on) | seller_facts(rulebook)
    facts |= {"invoice.issued-on": issued_on, "invoice.tax-point": issued_on}
    return _CHANNELS[rulebook.rules.ask(CHANNEL_RULE, facts).value]


@cached_in_rulebook(8)
def _seller(rulebook: Rulebook, language: Language) -> Seller:
    return seller_of(rulebook.company.seller, language)


def _latest(document: DraftInvoice, order: str) -> int:
    """The number of the latest instalment of an order on a document, 0 where it holds none."""
    derivations = (line.derivation for line in document.lines if line.order == order and line.derivation is not None)
    return max((one.number or 0 for one in derivations if one.kind == "instalment"), default=0)


def _standing_mentions(rulebook: Rulebook) -> list[Mention]:
    return [entry.on_documents(name) for name, entry in rulebook.mentions.items() if entry.every_document]
