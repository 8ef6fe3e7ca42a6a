"""Charges, insertions and one-time prices as transactions, with the reasons of their amounts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from engine.dates import Period
from engine.documents.order import Order, OrderItem
from engine.documents.quote import PricedLine
from engine.documents.transaction import Transaction
from engine.money import Money
from engine.phrases import Figure, Phrase, phrase, together
from engine.reasons import Reason
from engine.rulebook.plans import Terms
from engine.stages.scheduling.charges import FREE, Charge
from engine.stages.scheduling.proration import DayCount, difference, portion

ENDED: Final = "ended on {day}, the days left are taken back"
SUSPENDED: Final = "suspended on {day}, the days left are taken back"
EXACT: Final = "of the {of} days from {period}, {days} from {start} on: {sum}"
ROUNDED: Final = "of the {of} days from {period}, {days} from {start} on: {sum} (rounded half up)"
_IN_ADVANCE: Final = "{period}, in advance"
_IN_ARREARS: Final = "{period}, in arrears"
_DAYS: Final = phrase("days")
_FORM: Final = Transaction.model_construct()  # type: ignore[call-arg]  # what is missing is filled in with each copy
"""An empty transaction to be filled in: a copy of it costs a tenth of one built from nothing."""


def blank_of(order: Order, item: OrderItem, terms: Terms) -> Transaction:
    """What all transactions of an item have in common; the rest is filled in by copying it."""
    nothing = Money(0, order.currency)
    own = {  # from checked documents: nothing to check again
        "item": item.id,
        "order": order.id,
        "order_type": order.type,
        "customer": order.customer,
        "product": item.product,
        "currency": order.currency,
        "kind": "recurring",
        "billing_date": None,
        "invoice_lead": terms.invoice_lead,
        "quantity": item.quantity,
        "unit_price": nothing,
        "list_net": nothing,
        "net": nothing,
        "supply_kind": item.supply_kind,
        "vat_class": item.vat_class,
        "revenue_account": item.revenue_account,
        "purchase_order": order.purchase_order,
    }
    return _filled(_FORM, own)


def transactions_of(blank: Transaction, terms: Terms, charges: Sequence[Charge]) -> tuple[Transaction, ...]:
    """Charges as transactions; a part of a period carries the list net of the whole."""
    found, known, priced = [], None, blank
    for charge in charges:
        line = charge.after or charge.before
        if line is None:
            raise ValueError("a charge has a price before or after")
        if line is not known:
            known, priced = line, _filled(blank, line_fields(line))
        found.append(_transaction_of(priced, terms, charge, line))
    return tuple(found)


def _transaction_of(priced: Transaction, terms: Terms, charge: Charge, line: PricedLine) -> Transaction:
    counted = charge.counted
    if charge.note == FREE:
        counted = DayCount(0, counted.of)  # a line on paper multiplies out: no day of it is paid for
    if charge.before is None and charge.after is not None:
        part = portion(line, charge.net, counted)
    else:
        part = difference(charge.after, charge.before, charge.net, counted)
    partial = counted.days != counted.of
    own = {
        "kind": charge.kind,
        "change": charge.change.id if charge.change is not None else None,
        "service_period": charge.served,
        "billing_date": charge.billing_date,
        "quantity": charge.quantity,
        "days": counted.days,
        "period_days": counted.of,
        "list_net": part.list_net,
        "discounts": part.discounts,
        "net": part.net,
        "parts": part.parts,
        "whole_list_net": _whole_list_net(charge) if partial else None,
        "reasons": (*line.reasons, *reasons_of(terms, charge)),
    }
    return _filled(priced, own)


def _filled(priced: Transaction, own: Mapping[str, object]) -> Transaction:
    """A copy with some fields of its own; pydantic's `model_copy` takes three times as long, in the innermost loop of the house."""
    filled = Transaction.__new__(Transaction)
    object.__setattr__(filled, "__dict__", {**priced.__dict__, **own})
    object.__setattr__(filled, "__pydantic_fields_set__", priced.__pydantic_fields_set__)
    object.__setattr__(filled, "__pydantic_extra__", None)
    object.__setattr__(filled, "__pydantic_private__", None)
    return filled


def line_fields(line: PricedLine) -> dict[str, object]:
    """What a transaction takes over from its price as it is."""
    return {
        "unit_price": line.unit_price,
        "list_price": line.list_price,
        "fine_price": line.fine_price,
        "graduated": line.graduated,
        "price_per": line.price_per,
        "periods": line.periods,
        "billing_factor": line.billing_factor,
    }


def one_time_of(blank: Transaction, terms: Terms, line: PricedLine, on: date) -> Transaction:
    """What is paid once, on its first day."""
    own = {"kind": "one-time", "service_period": Period(on, on + timedelta(days=1)), "billing_date": on}
    return _whole_line(blank, terms, line, own, phrase("paid once, on {day}", day=on))


def insertion_of(
    blank: Transaction, terms: Terms, line: PricedLine, number: int, of: int, period: Period, billing_date: date
) -> Transaction:
    """One insertion of an advertisement, in its calendar month."""
    own = {"kind": "insertion", "number": number, "service_period": period, "billing_date": billing_date}
    says = phrase("insertion {number} of {count}, {period}", number=number, count=of, period=_days(period))
    return _whole_line(blank, terms, line, own, says)


def reasons_of(terms: Terms, charge: Charge) -> tuple[Reason, ...]:
    """The period, and for a part of it or a change, the sum with its days in words."""
    rule = rule_of(terms)
    if charge.change is not None:
        return (Reason("change", rule, _part(terms, charge), because=charge.change.source, where=terms.where),)
    period = _period_reason(rule, terms.where, terms.timing, charge.served)
    if charge.counted.days == charge.counted.of and not charge.note:
        return (period,)
    return (period, Reason("proration", rule, _part(terms, charge), where=terms.where))


@lru_cache(maxsize=10_000)
def _period_reason(rule: str, where: str | None, timing: str, served: Period) -> Reason:
    """The period of a charge, which it shares with many others."""
    says = _IN_ADVANCE if timing == "advance" else _IN_ARREARS
    return Reason("period", rule, phrase(says, period=_days(served)), where=where)


def _days(period: Period) -> Phrase:
    """A period with its last day included."""
    if period.days <= 1:
        return phrase("{day}", day=period.start)
    return phrase("{first} to {last}", first=period.start, last=period.last)


def _part(terms: Terms, charge: Charge) -> Phrase:
    """The sum behind a charge, and of which period it pays how many days."""
    sum_ = says(terms, charge)
    if charge.counted.days == charge.counted.of:
        return sum_
    is_rounded = not charge.note and charge.whole_net.minor * charge.counted.days % charge.counted.of
    return phrase(
        ROUNDED if is_rounded else EXACT,
        of=charge.counted.of, period=_days(charge.whole), days=charge.counted.days, start=charge.served.start, sum=sum_,
    )  # fmt: skip


def says(terms: Terms, charge: Charge) -> Phrase:
    """The sum behind a charge: `22.64 × 14/31 days = 10.22`, with what changed and why the sum is another, where it is."""
    count = charge.counted
    whole: str = Figure(charge.whole_net)
    if charge.before is not None and charge.after is not None:
        whole = phrase("({after} − {before})", after=Figure(charge.after.net), before=Figure(charge.before.net))
    unit = _DAYS if terms.proration in ("actual", "none", "free") else phrase("days ({convention})", convention=terms.proration)
    if charge.net == charge.whole_net and count.days == count.of:
        sum_ = phrase("{whole} for {period}", whole=whole, period=_days(charge.served))
    else:
        template = "{net} for {days} of {of} {unit} of {whole}" if charge.note else "{whole} × {days}/{of} {unit} = {net}"
        sum_ = phrase(template, whole=whole, days=count.days, of=count.of, unit=unit, net=Figure(charge.net))
    words = together((word for word in (_what(charge), charge.note) if word), "; ")
    return phrase("{sum}: {words}", sum=sum_, words=words) if words else sum_


def rule_of(terms: Terms) -> str:
    """The billing process as reasons name it."""
    return f"plans: {terms.process}" if terms.process else "plans"


def _what(charge: Charge) -> str:
    """What a change is, in words."""
    change = charge.change
    if change is None:
        return ""
    if charge.after is None:
        what = ENDED if not change.resume and change.id == "end" else SUSPENDED
        return phrase(what, day=change.on)
    if charge.before is None:
        return phrase("resumed on {day}, the rest of the period", day=change.on)
    if charge.after.quantity != charge.before.quantity:
        more, less = Figure(charge.after.quantity), Figure(charge.before.quantity)
        return phrase("{after} instead of {before} from {day}", after=more, before=less, day=change.on)
    return phrase("another price from {day}", day=change.on)


def _whole_list_net(charge: Charge) -> Money:
    """The list net of the whole period, or of the difference between two."""
    if charge.before is None and charge.after is not None and not charge.after.discounts:
        return charge.whole_net
    minor = sum(side.list_net.minor * sign for side, sign in ((charge.after, 1), (charge.before, -1)) if side is not None)
    return Money(minor, charge.net.currency)


def _whole_line(blank: Transaction, terms: Terms, line: PricedLine, own: dict[str, object], says: str) -> Transaction:
    """A transaction that is its whole line."""
    return blank.model_copy(
        update={
            **line_fields(line),
            **own,
            "quantity": line.quantity,
            "days": 1,
            "period_days": 1,
            "list_net": line.list_net,
            "discounts": line.discounts,
            "net": line.net,
            "parts": line.parts,
            "reasons": (*line.reasons, Reason("period", rule_of(terms), says, where=terms.where)),
        }
    )
