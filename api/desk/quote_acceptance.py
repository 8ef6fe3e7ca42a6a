"""The acceptance of quotes: previewed, done and taken back; it becomes orders, or joins what runs, as it was priced."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Final

from api.desk.announcing import announce
from api.desk.desk import Desk, plan_orders, with_invoiced
from api.desk.erased import refuse_erased
from api.desk.explaining import rulebook_by_fingerprint
from api.desk.order_outcome import action_of, outcome_between
from api.desk.order_preview import effect_of
from api.desk.prospects import become_customer, check_complete
from api.desk.quote_approval import NOBODY, approval_of, is_higher
from api.desk.quote_states import check, last_version, locked, not_joined, take_step
from api.desk.quoting import Requested, buyer_of, joined_by, price
from api.desk.sales import follow_quote, surviving, take_back_win
from api.desk.signed_prices import handed_over
from api.refusals import Conflict
from api.store import opportunities, order_actions, orders, quotes
from api.store.quotes import StoredQuote
from api.store.sql import Reading, Writing
from engine import billing
from engine.documents.billed import RunningOrders
from engine.documents.order import ORDER_TYPES, Order
from engine.documents.order_effect import OrderEffect
from engine.order_types.registry import JOINING
from engine.phrases import phrase
from engine.problems import Kind, refuse

OUTDATED: Final = Kind(
    "quote-outdated",
    "the items of quote `{number}` would now begin or join `{order}`, for which it was not priced",
    "make a new version with `centwright quote version {number}`, which prices it anew",
)
OTHER_PURCHASE_ORDER: Final = Kind(
    "purchase-order-of-the-order",
    "the items join the order `{order}`, whose purchase order is {own}",
    "leave the purchase order out: the invoices of that order name its own",
)
ACCEPTED_LATER: Final = Kind(
    "accepted-later",
    "the quote would be accepted on {on}, which lies after today, {today}",
    "write the day on which it was accepted; where items begin later, their lines say so",
)
CHOICE_NEEDS_APPROVAL: Final = Kind(
    "choice-needs-approval",
    "with the lines chosen, quote `{number}` would have to be approved by {role}",
    "make a new version with these lines, and have it approved",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """The result of an accepted quote: new orders, and the subscriptions that its items joined."""

    orders: tuple[Order, ...]
    joined: tuple[Order, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Acceptance:
    """How a quote is accepted: on which day, by whom, under which purchase order, with which of its optional and alternative lines."""

    on: date
    subscription: str | None = None
    """The running subscription that its items join."""
    by: str | None = None
    purchase_order: str | None = None
    chosen: tuple[int, ...] = ()

    @property
    def details(self) -> dict[str, object]:
        """What its step keeps of it."""
        fields = {"by": self.by, "purchase_order": self.purchase_order, "chosen": list(self.chosen)}
        return {name: value for name, value in fields.items() if value}


def accept(desk: Desk, number: str, acceptance: Acceptance) -> Accepted:
    """Accepts a quote: one order per order type, where subscription items join the subscription of the quote; its opportunity is won.

    Refused where they would now join another subscription than the quote was priced for.
    """
    with desk.writing() as connection:
        last = locked(connection, number)
        chosen, running, placed = _placed(desk, connection, last, acceptance, lock=partial(orders.lock_all, connection))
        become_customer(desk, connection, surviving(connection, last.quote.customer.id))
        fresh, joined = _store_placed(desk, connection, running, placed)
        take_step(desk, connection, last, "accepted", acceptance.on, details=acceptance.details)
        if last.opportunity is not None:
            follow_quote(desk, connection, last.opportunity, number, chosen.quote)
            opportunity = opportunities.find(connection, [last.opportunity])[last.opportunity]
            won = opportunity.replace(state="won", stage="won", reason=None)
            opportunities.replace(connection, won, replace(desk.signed(), on=acceptance.on))
            announce(desk, connection, "opportunity.won", f"opportunities/{won.id}", customer=won.customer)
    return Accepted(orders=fresh, joined=joined)


def preview_acceptance(desk: Desk, number: str, acceptance: Acceptance) -> tuple[OrderEffect, ...]:
    """What accepting a quote would do, order by order; refused where accepting would be, and nothing is written."""
    with desk.store.reading() as connection:
        last = last_version(connection, number)
        _, running, placed = _placed(desk, connection, last, acceptance)
        effects = []
        for order in placed:
            before = running.get(order.id, order.replace(items=(), history=()))
            after = with_invoiced(desk, connection, before, order) if order.id in running else order
            effects.append(effect_of(desk, connection, outcome_between(before, after, desk.today), "accept", acceptance.on))
    return tuple(effects)


def reopen(desk: Desk, connection: Writing, number: str, version: int, *, note: str) -> None:
    """Gives an accepted version, and the opportunity that it won, the state again that they had before.

    What its acceptance brought is taken back by the caller.
    """
    steps = [row for row in quotes.steps(connection, number) if row["version"] == version]
    if not steps or steps[-1]["state"] != "accepted":
        return
    before = next(row["state"] for row in reversed(steps) if row["state"] != "accepted")
    quotes.append_step(connection, number, version, before, on=desk.today, at=desk.now(), author=desk.author, note=note)
    last = last_version(connection, number)
    if last.opportunity is not None and "accepted" not in quotes.states_of(connection, last.opportunity):
        take_back_win(desk, connection, last.opportunity, since=steps[-1]["stepped_at"])
        follow_quote(desk, connection, last.opportunity, number, last.quote)


def _placed(
    desk: Desk, connection: Reading, of: StoredQuote, acceptance: Acceptance, lock: Callable[[Iterable[str]], None] | None = None
) -> tuple[StoredQuote, Mapping[str, Order], Sequence[Order]]:
    """The quote with what is chosen of it, the running orders of its customer, and what accepting it makes of both."""
    on, named = acceptance.on, acceptance.subscription
    if on > desk.today:
        raise refuse(ACCEPTED_LATER, None, "/on", on=on, today=desk.today)
    check(of, "accept", on)
    buyer = buyer_of(connection, of.quote.customer.id)
    refuse_erased(connection, ("customer", buyer.id))
    check_complete(desk, connection, buyer)
    of = as_chosen(desk, connection, of, acceptance.chosen, buyer.id)
    ids = {kind: f"{of.number}-{kind}" for kind in ORDER_TYPES}
    accepted = billing.accept(of.quote, ids, desk.rulebook, on=on, source=f"{of.number} version {of.version}")
    agreed = tuple(handed_over(order, of.quote.customer, buyer, on).replace(customer=buyer.id) for order in accepted)
    if acceptance.purchase_order:
        agreed = tuple(order.replace(purchase_order=acceptance.purchase_order) for order in agreed)
    running = {name: order for name, order in orders.find(connection, customer=buyer.id).items() if order.type in JOINING}
    if named and named not in running and any(order.type in JOINING for order in agreed):
        raise not_joined(connection, named)
    if lock is not None:
        lock(running)
    running = orders.find(connection, running)
    others = partial(orders.of_type, connection)
    joins = RunningOrders(running, named or joined_by(of.quote))
    placed = [billing.place(order, buyer, joins, desk.rulebook, on=on, others=others) for order in agreed]
    _check_as_quoted(of, running, placed)
    _check_purchase_order(running, placed, acceptance.purchase_order)
    return of, running, placed


def as_chosen(desk: Desk, connection: Reading, of: StoredQuote, chosen: Collection[int], buyer: str) -> StoredQuote:
    """A quote with the optional and alternative lines that are chosen, priced on its day by the rulebook that priced it.

    Its customer may have been merged into another since.
    """
    if not chosen:
        return of
    quote = of.quote
    rulebook, _ = rulebook_by_fingerprint(desk, connection, quote.rulebook)
    requested = Requested(on=quote.on, subscription=joined_by(quote), payment_terms=quote.payment_terms, valid_until=quote.valid_until)
    lines = [line.request for line in quote.lines]
    priced = price(desk, connection, quote.customer.replace(id=buyer), lines, requested, chosen=chosen, rulebook=rulebook)
    needed = approval_of(priced, rulebook, of.attributes).role
    if is_higher(needed, of.approver or NOBODY, rulebook):
        raise Conflict((CHOICE_NEEDS_APPROVAL.at(None, "/lines", number=of.number, role=needed),), of.state, ("version",))
    return replace(of, quote=priced)


def _store_placed(
    desk: Desk, connection: Writing, running: Mapping[str, Order], placed: Sequence[Order]
) -> tuple[tuple[Order, ...], tuple[Order, ...]]:
    """Stores and plans the orders of an accepted quote; gives the new ones, and those that its items joined."""
    fresh = tuple(order for order in placed if order.id not in running)
    joined = tuple(with_invoiced(desk, connection, running[order.id], order) for order in placed if order.id in running)
    for order in joined:
        orders.replace(connection, order)
        action = action_of(running[order.id], order, None)
        order_actions.append(connection, order.id, action, at=desk.now(), author=desk.author)
    orders.append(connection, fresh)
    plan_orders(desk, connection, [*fresh, *joined])
    return fresh, joined


def _check_as_quoted(of: StoredQuote, running: Mapping[str, Order], placed: Sequence[Order]) -> None:
    """Refuses where items join another order, or merge into another item, than the quote was priced for."""
    for order in placed:
        if order.type not in JOINING:
            continue
        lines = [line for line in of.quote.counted_lines if line.order_type == order.type]
        before = running[order.id].history if order.id in running else order.history
        merged = [step.items[0] if step.what == "merged" else None for step in order.history[len(before) :]] or [None] * len(lines)
        now = [(order.id if order.id in running else None, each) for each in merged]
        if now != [(line.joins, line.merges_into) for line in lines]:
            raise Conflict((OUTDATED.at(None, number=of.number, order=order.id),), of.state, ("version",))


def _check_purchase_order(running: Mapping[str, Order], placed: Sequence[Order], given: str | None) -> None:
    """Refuses a purchase order where the items join an order that has another: it keeps its own."""
    for order in placed:
        if given is not None and order.id in running and order.purchase_order != given:
            own = order.purchase_order or phrase("none of its own")
            raise refuse(OTHER_PURCHASE_ORDER, None, "/purchase_order", order=order.id, own=own)
