"""Previews of verbs: a verb is applied to an order in memory, planned, and compared with the plan without it; nothing is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from api.desk.desk import Desk, planned_figures
from api.desk.order_outcome import Outcome, Settlement, outcome_of
from api.desk.order_verbs import AnyVerb
from api.refusals import unknown
from api.store import customers, orders, transactions
from api.store.sql import Reading
from api.store.transaction_rows import OPEN, TransactionFilter
from engine import billing
from engine.documents.order import Order, OrderItem
from engine.documents.order_effect import Compensation, ItemEffect, ItemStatus, NextInvoice, OrderEffect, TransactionEffect
from engine.documents.transaction_figures import TransactionFigures
from engine.money import Currency, Money

Figures = tuple[TransactionFigures, ...]


def preview(desk: Desk, name: str, verb: AnyVerb) -> OrderEffect:
    """What a verb would do to an order. Refused where the verb would be, except that an undo shows what compensates it."""
    with desk.store.reading() as connection:
        stored = orders.find(connection, [name])
        if name not in stored:
            raise unknown("order", name)
        outcome = outcome_of(desk, connection, stored[name], verb)
        return effect_of(desk, connection, outcome, verb.verb, verb.day or desk.today)


def _planned(desk: Desk, connection: Reading, outcome: Outcome) -> tuple[Figures, Figures]:
    """The transactions without and with the verb; what is credited is billed anew."""
    billed = transactions.find(connection, TransactionFilter(order=outcome.before.id))
    left = tuple(one for one in billed if one.identity not in outcome.released)
    before = planned_figures(desk, connection, outcome.before, billed, through=desk.horizon)
    if outcome.after == outcome.before:
        return before, before
    return before, planned_figures(desk, connection, outcome.after, left, through=desk.horizon)


def effect_of(desk: Desk, connection: Reading, outcome: Outcome, verb: str, day: date) -> OrderEffect:
    """What differs between an order before and after a verb that counts from a day."""
    before, after = _planned(desk, connection, outcome)
    currency, on = outcome.before.currency, max(day, desk.today)
    buyers = customers.find(connection, [outcome.before.customer])
    mrr = [billing.mrr([order], buyers, desk.rulebook, on).mrr for order in (outcome.before, outcome.after)]
    credited = tuple(map(_compensation, outcome.settlements))
    difference = sum(one.net.minor for one in after) - sum(one.net.minor for one in before)
    return OrderEffect(
        currency=currency,
        order=outcome.before.id,
        verb=verb,
        on=on,
        state_before=outcome.before.state,
        state_after=outcome.after.state,
        items=tuple(_items(outcome.before, outcome.after, on)),
        transactions=tuple(_changes(before, after)),
        net_difference=Money(difference, currency),
        next_invoice_before=_next_invoice(before, desk.today, currency),
        next_invoice_after=_next_invoice(after, desk.today, currency),
        mrr_before=mrr[0],
        mrr_after=mrr[1],
        compensations=credited,
    )


def _items(before: Order, after: Order, on: date) -> Iterator[ItemEffect]:
    known = {item.id: item for item in before.items}
    for item in after.items:
        earlier = known.get(item.id)
        if item != earlier:
            status = None if earlier is None else _status(earlier, on)
            yield ItemEffect(currency=item.currency, item=item.id, product=item.product, before=status, after=_status(item, on))


def _status(item: OrderItem, on: date) -> ItemStatus:
    return ItemStatus(
        currency=item.currency,
        state=item.state_on(on),
        quantity=item.quantity_on(on),
        billed=item.billed_on(on).billed_by,
        activated_on=item.activated_on,
        ends_before=item.ends_before,
    )


def _changes(before: Iterable[TransactionFigures], after: Iterable[TransactionFigures]) -> Iterator[TransactionEffect]:
    """What differs, by billing date."""
    then, now = ({one.identity: one for one in some} for some in (before, after))
    differing = [name for name in {**then, **now} if _content(then, name) != _content(now, name)]
    for name in sorted(differing, key=lambda name: ((now.get(name) or then[name]).billing_date or date.max, name)):
        earlier, later = then.get(name), now.get(name)
        shown = later or then[name]
        yield TransactionEffect(
            currency=shown.currency,
            change="added" if earlier is None else "removed" if later is None else "changed",
            identity=name,
            item=shown.item,
            kind=shown.kind,
            service_period=shown.service_period,
            billing_date=shown.billing_date,
            before=earlier.net if earlier else None,
            after=later.net if later else None,
        )


def _content(some: Mapping[str, TransactionFigures], name: str) -> tuple[object, ...] | None:
    """What of a transaction counts in a comparison: its figures, and whether it is on an invoice."""
    one = some.get(name)
    return None if one is None else (one.amount._replace(state="planned"), one.invoice)


def _next_invoice(of: Iterable[TransactionFigures], today: date, currency: Currency) -> NextInvoice:
    """The sum of what may be invoiced on the first day on which something may."""
    dated = [(one.amount.invoiceable_from, one) for one in of if one.state in OPEN and not one.expected]
    days = [max(day, today) for day, _ in dated if day is not None]
    if not days:
        return NextInvoice(currency=currency, net=Money(0, currency))
    first = min(days)
    due = sum(one.net.minor for day, one in dated if day is not None and day <= first)
    return NextInvoice(currency=currency, on=first, net=Money(due, currency))


def _compensation(settlement: Settlement) -> Compensation:
    invoice, draft = settlement.invoice, settlement.draft
    nothing = Money(0, invoice.currency)
    net, vat, gross = (draft.net, draft.vat, draft.gross) if draft else (nothing, nothing, nothing)
    return Compensation(currency=invoice.currency, invoice=invoice.number, lines=settlement.lines, net=net, vat=vat, gross=gross)
