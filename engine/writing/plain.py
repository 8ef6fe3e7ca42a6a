"""The golden form of an invoice or credit note: one text of 72 columns, in the order in which an accountant checks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from textwrap import wrap
from typing import Final

from engine.documents.invoice import CreditNote, Invoice, InvoiceLine
from engine.documents.journal import JournalEntry
from engine.documents.line_figures import ShownDiscount, is_change, shown_discounts, shown_unit_price, why_not
from engine.documents.line_text import number, part, periods
from engine.documents.quote import paid_of
from engine.documents.transaction import Transaction
from engine.money import Money
from engine.reasons import Reason

WIDTH: Final = 72
_DETAIL: Final = 59
_DEBIT: Final = 57
_ROW: Final = re.compile(r" row [0-9]+$")
_EVERYWHERE: Final = frozenset({"line", "rounding", "tier", "credit"})
_TITLES: Final = {"380": "INVOICE", "386": "ADVANCE INVOICE"}


def write(document: Invoice | CreditNote, entry: JournalEntry, *, sentence: str = "", transactions: Sequence[Transaction] = ()) -> str:
    """The document as text: purpose of the case, parties, lines, VAT, totals, transactions or instalments, postings, reasons."""
    blocks: list[Iterable[str]] = [
        wrap(sentence, WIDTH),
        _head(document),
        _lines(document),
        _vat(document),
        _totals(document),
        _mentions(document),
        _transactions(transactions),
        posting_lines(entry),
        _why(document),
    ]
    texts = ["\n".join(line.rstrip() for line in block) for block in blocks]
    return "\n\n".join(text for text in texts if text) + "\n"


def posting_lines(entry: JournalEntry) -> Iterator[str]:
    """The postings of an entry below its day."""
    yield f"POSTINGS {entry.posted_on}"
    for leg in entry.postings:
        due = f", due {leg.due_on}" if leg.due_on else ""
        left = f"  {leg.account} {leg.name}{due}"
        yield _ending(left, amount(leg.debit), _DEBIT) if leg.debit else _ending(left, amount(leg.credit), WIDTH)


def amount(money: Money) -> str:
    """An amount with commas between thousands: `-1,008.00`."""
    return number(str(money), "en")


def _head(document: Invoice | CreditNote) -> Iterator[str]:
    title = "CREDIT NOTE" if isinstance(document, CreditNote) else _TITLES[document.type_code]
    dates = f"issued {document.issued_on}"
    if document.tax_point != document.issued_on:
        dates += f", tax point {document.tax_point}"
    yield _spread(f"{title} {document.number}", dates)
    seller, customer = document.seller, document.customer
    yield _party("seller", f"{seller.name}, {seller.address.town}", seller.vat_number)
    yield _party("customer", f"{customer.name}, {customer.address.town} {customer.address.country}", customer.vat_number or "no VAT number")
    order = f"{document.order_type}, purchase order {document.purchase_order}" if document.purchase_order else document.order_type
    yield _party("order", order, f"by {document.channel}")
    if isinstance(document, CreditNote):
        yield _party("corrects", f"{document.corrects} of {document.corrects_issued_on}", "")
        return
    yield _party("due", f"{document.due_on}, {document.payment_terms}", document.communication)
    for each in document.due_amounts:
        yield _party("part", str(each.due_on), amount(each.amount))
    early = document.cash_discount
    if early is not None:
        yield _party("discount", f"{early.percent}% until {early.until}", f"then {amount(document.due_amount - early.amount)}")
    if document.refers_to:
        yield _party("refers to", ", ".join(document.refers_to), "")
    if document.replaces:
        yield _party("replaces", ", ".join(document.replaces), "")
    if document.delivered_on or document.ship_to:
        where = f", to {document.ship_to}" if document.ship_to else ""
        yield _party("delivered", f"{document.delivered_on or 'not yet'}{where}", "")
    if document.deliver_to:
        yield _party("to", str(document.deliver_to), "")


def _party(role: str, who: str, number: str) -> str:
    return _spread(f"  {role:<9} {who}", number)


def _lines(document: Invoice | CreditNote) -> Iterator[str]:
    several = len(document.vat_breakdown) > 1
    for line in document.lines:
        quantity = f"{line.quantity} {line.unit_word}".strip()
        words = [line.description, quantity] + ([str(line.service_period)] if line.service_period else [])
        yield from _wrapped(f"{line.number} ", ", ".join(words), amount(line.net))
        for text, sum_ in _details(line):
            yield _detail(text, sum_)
        for discount in shown_discounts(line.list_net, line.discounts, is_change=is_change(line)):
            yield _detail(_discount(discount), amount(-discount.amount))
        if several:
            yield f"    {line.category} {line.rate}%"


def _details(line: InvoiceLine) -> Iterator[tuple[str, str]]:
    """The calculation of a line's list net: quantity x unit price x periods x factor, then the part of it."""
    derivation = line.derivation
    if derivation is None:
        return
    if derivation.bundle is not None:
        yield f"in {derivation.bundle}", ""
    what = "change" if derivation.kind == "change" else f"insertion {derivation.number}" if derivation.kind == "insertion" else ""
    if derivation.note is not None:
        yield derivation.note, ""
    if derivation.included is not None:
        yield f"{derivation.included} included", ""
    whole = line.list_net if derivation.whole_list_net is None else derivation.whole_list_net
    counted = periods(derivation.price_per, derivation.periods, derivation.billing_factor, "en").replace("×", "x")
    price = shown_unit_price(line)
    if price is not None:
        pieces = [f"{paid_of(line.quantity, derivation.included)} {line.unit_word}".strip(), str(price), counted]
        yield ", ".join(word for word in (what, " x ".join(one for one in pieces if one)) if word), amount(whole)
    else:
        words = [what, why_not(derivation, line.quantity, line.unit_price, line.list_net) or "", counted]
        text = ", ".join(word for word in words if word)
        yield from [(text, amount(whole))] if text else []
    share = part(replace(derivation, whole_list_net=None), "en")
    if share:
        yield share, amount(line.list_net)


def _discount(discount: ShownDiscount) -> str:
    """`Volume discount 10%`, `Loyalty 5% of 90.00`, `Opening offer (capped)`."""
    percent = f" {discount.percent}%" if discount.percent else ""
    of = f" of {amount(discount.base_amount)}" if discount.base_amount else ""
    return f"{discount.label}{percent}{of}" + (f" ({discount.note})" if discount.note else "")


def _vat(document: Invoice | CreditNote) -> Iterator[str]:
    for off in document.base_reductions:
        yield _spread(f"     {off.category} {off.rate}%  for early payment, charged without VAT", amount(-off.amount))
    for entry in document.vat_breakdown:
        yield _spread(f"VAT  {entry.category} {entry.rate}%  on {amount(entry.base)}", amount(entry.vat))
        if entry.mention:
            text = ": ".join(filter(None, (entry.vatex, entry.mention.in_("en"))))
            yield from wrap(text, WIDTH, initial_indent=" " * 5, subsequent_indent=" " * 5)


def _totals(document: Invoice | CreditNote) -> Iterator[str]:
    yield _spread("net", amount(document.net))
    yield _spread("VAT", amount(document.vat))
    yield _spread(f"gross {document.currency}", amount(document.gross))
    stated = document.accounting_vat
    if stated is not None:
        yield _spread(f"VAT {stated.currency}, {stated.rate} on {stated.rate_on}", amount(stated.vat))


def _mentions(document: Invoice | CreditNote) -> Iterator[str]:
    """The mentions that are not shown with the VAT."""
    shown = {entry.mention.name for entry in document.vat_breakdown if entry.mention}
    for mention in document.mentions:
        if mention.name not in shown:
            yield from wrap(mention.in_("en"), WIDTH)


def _transactions(transactions: Sequence[Transaction]) -> Iterator[str]:
    if not transactions:
        return
    yield "INSTALMENTS" if all(one.portion.kind == "instalment" for one in transactions) else "TRANSACTIONS"
    for one in transactions:
        when = str(one.billing_date) if one.billing_date else "no date yet"
        if one.expected:
            when += " (expected)"
        period = f" {one.service_period}" if one.service_period else f" no. {one.portion.number}" if one.portion.number else ""
        state = f", {one.held_because or one.state}" if one.state not in ("planned", "to-invoice") else ""
        yield from _wrapped("  ", f"{when} {one.portion.kind} {one.line.product}{period}{state}", amount(one.portion.net))


def _why(document: Invoice | CreditNote) -> Iterator[str]:
    """The rules of each line (lines with the same rules together), and those of its VAT."""
    by_rules: dict[str, list[int]] = {}
    vat: dict[str, list[int]] = {}
    for line in document.lines:
        by_rules.setdefault(_rules(line.reasons), []).append(line.number)
        vat.setdefault(_vat_rules(line.vat_reasons), []).append(line.number)
    entries = [(_numbers(numbers), rules) for rules, numbers in by_rules.items() if rules]
    entries += [("VAT" if len(vat) == 1 else f"VAT {_numbers(numbers)}", rules) for rules, numbers in vat.items() if rules]
    if not entries:
        return
    yield "WHY"
    for label, rules in entries:
        yield from wrap(rules, WIDTH, initial_indent=f"  {label}  ", subsequent_indent=" " * 5, break_on_hyphens=False)


def _rules(reasons: Iterable[Reason]) -> str:
    """The names of the rules and entries, without steps that every line has, and without row numbers."""
    return "; ".join(dict.fromkeys(_ROW.sub("", reason.rule) for reason in reasons if reason.subject not in _EVERYWHERE))


def _vat_rules(reasons: Sequence[Reason]) -> str:
    """The reasons for the treatment and the tax point; category and rate follow from these."""
    ends = [reasons[0], reasons[-1]] if reasons else []
    return "; ".join(dict.fromkeys(f"{_ROW.sub('', reason.rule)}: {reason.says}" for reason in ends))


def _numbers(numbers: Sequence[int]) -> str:
    """`1-3, 5`."""
    runs: list[list[int]] = []
    for each in numbers:
        if runs and runs[-1][-1] == each - 1:
            runs[-1].append(each)
        else:
            runs.append([each])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)


def _detail(text: str, sum_: str) -> str:
    return _ending(f"    {text}", sum_, _DETAIL)


def _wrapped(label: str, text: str, sum_: str) -> Iterator[str]:
    """A text that may need several lines, its amount at the end of the first."""
    room = WIDTH - len(sum_) - 2
    first, *more = wrap(text, room, initial_indent=label, subsequent_indent="    ") or [label]
    yield _spread(first, sum_)
    yield from more


def _spread(left: str, right: str) -> str:
    return _ending(left, right, WIDTH)


def _ending(left: str, right: str, column: int) -> str:
    """Left and right on one line, the right ending at a column, or two blanks after the left where it is long."""
    return f"{left}{right:>{max(column - len(left), len(right) + 2)}}" if right else left
