"""Orders: looked up, entered, and changed; each change is one transaction that also plans the order again."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial

from api.desk.announcing import announce, event_of_verb
from api.desk.crediting import credit_within, release_within
from api.desk.desk import Desk, find_transactions, plan_orders
from api.desk.erased import refuse_erased
from api.desk.held_transactions import judge_held
from api.desk.item_changes import Change, Swap
from api.desk.order_outcome import Outcome, check_compensated, outcome_of
from api.desk.order_verbs import Activate, AnyVerb, Cancel, End, ReportEvent, Resume, SetFields, SetTerms, Suspend
from api.desk.prospects import refuse_prospect
from api.desk.quote_acceptance import reopen
from api.desk.report_parameters import no_row
from api.refusals import unknown
from api.store import customers, order_actions, orders, quotes, transactions
from api.store.order_actions import Action
from api.store.sql import Reading, Writing
from api.store.transaction_rows import TransactionFilter
from engine import billing
from engine.documents.order import Order, OrderItem
from engine.documents.transaction_figures import TransactionFigures
from engine.money import Price, Quantity
from engine.problems import refuse
from engine.rulebook.catalog import UNKNOWN_PRODUCT
from engine.stages.ordering import item_lifecycle, manual_lines, notice
from engine.text.nearest import suggestion


@dataclass(frozen=True, slots=True)
class Waived:
    """The decision not to insist on the notice of an end: whose, and why."""

    by: str
    because: str


def find_orders(desk: Desk, *, customer: str | None = None, type_: str | None = None) -> Mapping[str, Order]:
    """Orders by id, with the states that their items have today."""
    desk.check_names(customer=customer)
    with desk.store.reading() as connection:
        by_id = orders.find(connection, customer=customer, type_=type_)
        return {order.id: order for order in as_shown(desk, connection, by_id.values())}


def each_order(desk: Desk, *, after: str | None = None, customer: str | None = None, type_: str | None = None) -> Iterator[Order]:
    """Orders in the order of their ids, after an id, with the states that their items have today; some are in memory at once."""
    desk.check_names(customer=customer)
    with desk.store.reading() as connection:
        if after is not None and not orders.plan_revisions(connection, [after]):
            raise no_row(after)
        yield from as_shown(desk, connection, orders.each(connection, after=after, customer=customer, type_=type_))


def each_item(
    desk: Desk, *, after: str | None = None, customer: str | None = None, product: str | None = None
) -> Iterator[tuple[Order, OrderItem]]:
    """Items with their orders, in the order of both, after an item, with their states today; some are in memory at once."""
    desk.check_names(customer=customer)
    with desk.store.reading() as connection:
        first = None if after is None else orders.order_of_item(connection, after)
        if after is not None and first is None:
            raise no_row(after)
        if product is not None and product not in desk.rulebook.products and not orders.has_product(connection, product):
            raise refuse(UNKNOWN_PRODUCT, None, "/product", product=product, remedy=suggestion(product, desk.rulebook.products))
        is_past = after is None
        for order in as_shown(desk, connection, orders.each(connection, from_=first, customer=customer, product=product)):
            for item in order.items:
                if is_past and product in (None, item.product):
                    yield order, item
                is_past = is_past or item.id == after
            is_past = True


def find_order(desk: Desk, name: str) -> tuple[Order, tuple[TransactionFigures, ...]]:
    """One order and its transactions; refuses an unknown one."""
    with desk.store.reading() as connection:
        by_id = orders.find(connection, [name])
        if name not in by_id:
            raise unknown("order", name)
        [order] = as_shown(desk, connection, by_id.values())
        return order, find_transactions(desk, connection, TransactionFilter(order=name), through=desk.horizon)


def as_shown(desk: Desk, connection: Reading, some: Iterable[Order]) -> Iterator[Order]:
    """Orders with the states that their items have today; a line entered by hand ends with its invoice."""
    for order in some:
        order = item_lifecycle.as_of(order, desk.today)
        if any(item.one_off is not None and item.state == "pending" for item in order.items):
            order = manual_lines.with_ended_lines(order, transactions.invoiced(connection, [order.id]))
        yield order


def find_contract(desk: Desk, order: Order) -> tuple[notice.ContractTerms, ...]:
    """The terms of an order's items: how long they are committed, and when they may end if notice is given today."""
    return notice.contract_of(order, desk.rulebook, on=desk.today)


def order_of_item(desk: Desk, item: str) -> str:
    """The id of the order that contains an item; refuses an unknown item."""
    with desk.store.reading() as connection:
        order = orders.order_of_item(connection, item)
    if order is None:
        raise unknown("item", item)
    return order


def enter(desk: Desk, order: Order) -> Order:
    """Stores an order without a quote, with its billing processes chosen; its items are pending."""
    with desk.writing() as connection:
        buyers = customers.find(connection, [order.customer])
        if order.customer not in buyers:
            raise unknown("customer", order.customer)
        refuse_erased(connection, ("customer", order.customer))
        refuse_prospect(connection, order.customer)
        on, others = order.signed_on or desk.today, partial(orders.of_type, connection)
        agreed = billing.agree(order, buyers[order.customer], desk.rulebook, on=on, others=others)
        orders.append(connection, [agreed])
        plan_orders(desk, connection, [agreed])
    return agreed


def act(desk: Desk, name: str, verb: AnyVerb) -> Order:
    """The order after a verb, stored and planned again; writes nothing where the order stays the same."""
    with desk.writing() as connection:
        stored = orders.lock(connection, name)
        if stored is None:
            raise unknown("order", name)
        outcome = outcome_of(desk, connection, stored, verb)
        check_compensated(outcome, verb)
        if outcome.after != stored:
            refuse_erased(connection, ("customer", stored.customer))
            _store(desk, connection, outcome)
        [after] = as_shown(desk, connection, [outcome.after])
    return after


def _store(desk: Desk, connection: Writing, outcome: Outcome) -> None:
    """Stores what a verb made of an order, with its actions, and credits what compensates what was invoiced."""
    name = outcome.after.id
    for settlement in outcome.settlements:
        number = settlement.invoice.number
        if settlement.credited is not None:
            credit_within(desk, connection, number, settlement.credited, because=outcome.reason)
        release_within(desk, connection, number, settlement.identities, because=outcome.reason)
    orders.replace(connection, outcome.after)
    for action in outcome.actions:
        order_actions.append(connection, name, action, at=desk.now(), author=desk.author)
        verb = None if action.verb is None else str(action.verb.get("verb"))
        announce(desk, connection, event_of_verb(verb), f"orders/{name}", verb=verb or "undo", customer=outcome.after.customer)
        if action.undoes is not None:
            _reopen_quotes(desk, connection, outcome.before, action)
    plan_orders(desk, connection, [outcome.after])
    judge_held(desk, connection, outcome.after.customer)


def _reopen_quotes(desk: Desk, connection: Writing, order: Order, action: Action) -> None:
    """A quote all of whose items are taken back has the state again that it had before it was accepted."""
    undone = next(each for each in order_actions.find(connection, order.id) if each.position == action.undoes)
    steps = order.history[undone.position - 1 : undone.position - 1 + undone.steps]
    for source in sorted({step.source for step in steps if undone.verb is None and step.source}):
        number, _, version = source.rpartition(" version ")
        quotes.lock(connection, number)
        if version.isdigit() and not order_actions.has_source(connection, source):
            reopen(desk, connection, number, int(version), note=f"taken back in order {order.id}")


def activate(desk: Desk, name: str, *, on: date, items: tuple[str, ...] | None = None) -> Order:
    """Activates an order, or some items of it, on a day, past or future."""
    return act(desk, name, Activate(currency=desk.rulebook.currency, on=on, items=items))


def suspend(desk: Desk, name: str, *, on: date, items: tuple[str, ...] | None = None) -> Order:
    """Suspends items from a day on: they are not charged until they are resumed."""
    return act(desk, name, Suspend(currency=desk.rulebook.currency, on=on, items=items))


def resume(desk: Desk, name: str, *, on: date, items: tuple[str, ...] | None = None) -> Order:
    """Resumes suspended items from a day on."""
    return act(desk, name, Resume(currency=desk.rulebook.currency, on=on, items=items))


def end(desk: Desk, name: str, *, on: date, items: tuple[str, ...] | None = None, waived: Waived | None = None) -> Order:
    """Ends items; the day is the first that is not served."""
    waive, by = (waived.because, waived.by) if waived else (None, None)
    return act(desk, name, End(currency=desk.rulebook.currency, on=on, items=items, waive=waive, by=by))


def cancel_insertions(desk: Desk, name: str, *, on: date, item: str, from_number: int) -> Order:
    """Cancels the insertions of an advertising item from a number on."""
    return act(desk, name, Cancel(currency=desk.rulebook.currency, on=on, items=(item,), from_insertion=from_number))


def change(desk: Desk, name: str, *, on: date, item: str, quantity: Quantity | None = None, price: Price | None = None) -> Order:
    """Changes the quantity or the negotiated price of an item from a day on."""
    return act(desk, name, Change(currency=desk.rulebook.currency, on=on, item=item, quantity=quantity, price=price))


def swap(desk: Desk, name: str, *, on: date, item: str, product: str) -> Order:
    """Swaps an item for another product on a day: the item ends, and one of the other product begins."""
    return act(desk, name, Swap(currency=desk.rulebook.currency, on=on, item=item, product=product))


def set_fields(desk: Desk, name: str, given: Collection[tuple[str, str]]) -> Order:
    """Sets fields of an order that the vocabulary declares."""
    return act(desk, name, SetFields(currency=desk.rulebook.currency, fields=dict(given)))


def set_terms(desk: Desk, name: str, terms: str | None) -> Order:
    """Agrees payment terms for an order, or takes them away: then those of its customer count. What is invoiced stays as it is."""
    return act(desk, name, SetTerms(currency=desk.rulebook.currency, terms=terms))


def report_event(desk: Desk, name: str, event: str, *, on: date, reported: bool = True) -> Order:
    """Reports that an event of payment plans happened, or is expected, on a day."""
    return act(desk, name, ReportEvent(currency=desk.rulebook.currency, event=event, on=on, reported=reported))
