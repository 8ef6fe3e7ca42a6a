"""Builds transactions from charges, insertions and one-time prices, with the reasons of their amounts."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from engine.dates import Period
from engine.documents.order import AdvertisingItem, Order, OrderItem
from engine.documents.quote import PricedLine
from engine.documents.transaction import Portion, Transaction, TransactionKind, TransactionState
from engine.documents.transaction_figures import PlannedAmount
from engine.phrases import Figure, Phrase, phrase, together
from engine.reasons import Reason
from engine.rulebook.terms import Terms
from engine.stages.scheduling.charges import PricedCharge, amounts_of_charge, counted_of, list_net_between

BILLED_OTHERWISE: Final = "billed otherwise from {day}, the days left are taken back"
ENDED: Final = "ended on {day}, the days left are taken back"
CANCELLED: Final = "the insertion is cancelled and taken back"
SUSPENDED: Final = "suspended on {day}, the days left are taken back"
EXACT: Final = "of the {of} days from {period}, {days} from {start} on: {sum}"
ROUNDED: Final = "of the {of} days from {period}, {days} from {start} on: {sum} (rounded half up)"
_IN_ADVANCE: Final = "{period}, in advance"
_IN_ARREARS: Final = "{period}, in arrears"
_DAYS: Final = phrase("days")


def transaction_of(
    order: Order,
    item: OrderItem,
    line: PricedLine,
    portion: Portion,
    *,
    service_period: Period | None = None,
    billing_date: date | None,
    expected: bool = False,
    invoice_lead: int = 0,
    advance: bool = False,
    supplied_on: date | None = None,
    state: TransactionState = "planned",
) -> Transaction:
    """The transaction of a portion of a line, for an item of an order."""
    return Transaction(
        currency=order.currency,
        item=item.id,
        order=order.id,
        order_type=order.type,
        customer=order.customer,
        purchase_order=order.purchase_order,
        line=line,
        portion=portion,
        service_period=service_period,
        billing_date=billing_date,
        expected=expected,
        invoice_lead=invoice_lead,
        advance=advance,
        supplied_on=supplied_on,
        supply_kind=item.supply_kind,
        vat_class=item.vat_class,
        revenue_account=item.revenue_account,
        text=item.text,
        prepaid=item.id if item.prepaid is not None else None,
        state=state,
    )


def charged(order: Order, item: OrderItem, terms: Terms, charge: PricedCharge) -> Transaction:
    """The transaction of a charge; for a part of a period it has the list net of the whole."""
    line = charge.after or charge.before
    if line is None:
        raise ValueError("a charge has a price before or after")
    counted, amounts = counted_of(charge), amounts_of_charge(charge)
    whole = list_net_between(charge.after, charge.before, charge.net.currency) if amounts.discounts else charge.whole_net
    portion = Portion(
        kind=charge.kind,
        change=charge.change.id if charge.change is not None else None,
        days=counted.days,
        period_days=counted.of,
        quantity=charge.quantity,
        whole_list_net=whole if counted.days != counted.of else None,
        list_net=amounts.list_net,
        discounts=amounts.discounts,
        net=amounts.net,
        parts=amounts.parts,
        reasons=reasons_of(terms, charge),
    )
    return transaction_of(
        order, item, line, portion, service_period=charge.served, billing_date=charge.billing_date, invoice_lead=terms.days_ahead
    )


def amount_of_charge(terms: Terms, charge: PricedCharge) -> PlannedAmount:
    """The figures of the transaction of a charge."""
    amounts = amounts_of_charge(charge)
    return PlannedAmount(
        kind=charge.kind,
        number=None,
        change=charge.change.id if charge.change is not None else None,
        service_from=charge.served.start,
        service_until=charge.served.until,
        billing_date=charge.billing_date,
        invoice_lead=terms.days_ahead,
        expected=False,
        quantity=charge.quantity.micros,
        list_net=amounts.list_net.minor,
        net=amounts.net.minor,
        state="planned",
    )


def paid_once(order: Order, item: OrderItem, terms: Terms, line: PricedLine, on: date) -> Transaction:
    """The transaction of a one-time price, on its first day."""
    portion = _whole(line, "one-time", terms, phrase("paid once, on {day}", day=on))
    period = Period(on, on + timedelta(days=1))
    return transaction_of(order, item, line, portion, service_period=period, billing_date=on, invoice_lead=terms.days_ahead)


def inserted(
    order: Order, item: AdvertisingItem, terms: Terms, line: PricedLine, number: int, period: Period, billing_date: date
) -> Transaction:
    """One insertion of an advertisement, in its calendar month."""
    says = phrase("insertion {number} of {count}, {period}", number=number, count=item.insertions, period=_days(period))
    portion = _whole(line, "insertion", terms, says, number=number)
    return transaction_of(order, item, line, portion, service_period=period, billing_date=billing_date, invoice_lead=terms.days_ahead)


def reasons_of(terms: Terms, charge: PricedCharge) -> tuple[Reason, ...]:
    """The reasons of a charge: its period, and the calculation for a part of a period or a change."""
    rule = rule_of(terms)
    if charge.change is not None:
        return (Reason("change", rule, _part(terms, charge), because=charge.change.source, where=terms.where),)
    period = terms.cached(_period_reason, charge.served)
    if charge.counted.days == charge.counted.of and not charge.note:
        return (period,)
    return (period, Reason("proration", rule, _part(terms, charge), where=terms.where))


def _period_reason(terms: Terms, served: Period) -> Reason:
    """The period of a charge, which it shares with many others."""
    says = _IN_ADVANCE if terms.timing == "advance" else _IN_ARREARS
    return Reason("period", rule_of(terms), phrase(says, period=_days(served)), where=terms.where)


def _days(period: Period) -> Phrase:
    """A period with its last day included."""
    if period.days <= 1:
        return phrase("{day}", day=period.start)
    return phrase("{first} to {last}", first=period.start, last=period.last)


def _part(terms: Terms, charge: PricedCharge) -> Phrase:
    """The calculation of a charge, with the days of the period that it pays for."""
    sum_ = says(terms, charge)
    if charge.counted.days == charge.counted.of:
        return sum_
    is_rounded = not charge.note and charge.whole_net.minor * charge.counted.days % charge.counted.of
    return phrase(
        ROUNDED if is_rounded else EXACT,
        of=charge.counted.of,
        period=_days(charge.whole),
        days=charge.counted.days,
        start=charge.served.start,
        sum=sum_,
    )


def says(terms: Terms, charge: PricedCharge) -> Phrase:
    """The calculation of a charge: `22.64 × 14/31 days = 10.22`, with the change and any exception."""
    count = charge.counted
    whole: str = Figure(charge.whole_net)
    after, before = charge.whole_nets
    if after is not None and before is not None:
        whole = phrase("({after} − {before})", after=Figure(after), before=Figure(before))
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


def _what(charge: PricedCharge) -> str:
    """The text of a change."""
    change = charge.change
    if change is None:
        return ""
    if charge.after is None:
        if change.cancels_from is not None:
            return phrase(CANCELLED)
        if change.billing is not None:
            return phrase(BILLED_OTHERWISE, day=change.on)
        return phrase(ENDED if change.end else SUSPENDED, day=change.on)
    if charge.before is None and change.put_off:
        return phrase("the end of {day} is put off, the rest of the period", day=change.on)
    if charge.before is None:
        return phrase("resumed on {day}, the rest of the period", day=change.on)
    if charge.after.quantity != charge.before.quantity:
        more, less = Figure(charge.after.quantity), Figure(charge.before.quantity)
        return phrase("{after} instead of {before} from {day}", after=more, before=less, day=change.on)
    return phrase("another price from {day}", day=change.on)


def _whole(line: PricedLine, kind: TransactionKind, terms: Terms, says: str, *, number: int | None = None) -> Portion:
    """The portion that is its whole line."""
    return Portion(
        kind=kind,
        number=number,
        days=1,
        period_days=1,
        quantity=line.quantity,
        list_net=line.list_net,
        discounts=line.discounts,
        net=line.net,
        parts=line.parts,
        reasons=(Reason("period", rule_of(terms), says, where=terms.where),),
    )
