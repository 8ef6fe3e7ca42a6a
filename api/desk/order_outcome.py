"""What a verb makes of an order, worked out before anything is written: what acting stores and a preview shows."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from api.desk.delivery_addresses import delivery_address
from api.desk.desk import Desk
from api.desk.order_verbs import VERBS, AnyVerb, End, Move, OrderVerb, Reversal, Undo
from api.desk.report_parameters import check_reach
from api.desk.verb import Acting
from api.refusals import Conflict
from api.store import customers, issued_documents, order_actions, transactions
from api.store.order_actions import Action
from api.store.sql import Reading
from api.store.transaction_rows import TransactionFilter
from engine import billing
from engine.documents.credit import CreditLine, CreditSelection
from engine.documents.invoice import DraftCreditNote, Invoice
from engine.documents.order import Order
from engine.documents.transaction_figures import PlannedAmount, TransactionFigures
from engine.phrases import phrase
from engine.problems import Kind, Problem, Refusal
from engine.stages.ordering import item_lifecycle, undoing

NOTHING_TO_UNDO: Final = Kind(
    "nothing-to-undo",
    "no step of `{name}` can be taken back: {why}",
    "`centwright order show {order}` lists its steps; do the opposite step instead",
)
NOT_THE_LAST: Final = Kind(
    "not-the-last-step",
    "step {step} of order `{order}` is not the last one: step {last}, {what}, came later",
    "take back step {last} first",
)
NOT_MOVABLE: Final = Kind(
    "not-movable", "step {step} of order `{order}`, {what}, has no day of its own", "take it back with `undo`, and do it again"
)
INVOICED_SINCE: Final = Kind(
    "invoiced-since",
    "invoice {invoice} has what depends on it: {lines}, {net} net. A credit note of {gross} would compensate it, and the next run would "
    "bill what is due without it",
    "confirm the credit note: `--compensate`; or do the opposite step, which only adds change lines",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """What compensates what was invoiced of an action on one invoice."""

    invoice: Invoice
    identities: tuple[str, ...]
    lines: tuple[int, ...]
    """The lines of these transactions."""
    credited: CreditSelection | None = None
    """What is to be credited; None where all of them was."""
    draft: DraftCreditNote | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """An order before and after a verb, with the actions that are recorded of it and what compensates what was invoiced."""

    before: Order
    after: Order
    actions: tuple[Action, ...] = ()
    settlements: tuple[Settlement, ...] = ()
    reason: str = ""
    """Why what was invoiced is credited."""

    @property
    def released(self) -> frozenset[str]:
        """The transactions that are credited, to be billed as if the action had never been."""
        return frozenset(identity for each in self.settlements for identity in each.identities)


def outcome_of(desk: Desk, connection: Reading, stored: Order, verb: AnyVerb) -> Outcome:
    """What a verb makes of a stored order; it writes nothing. Refusal where the state forbids it."""
    current = item_lifecycle.as_of(stored, desk.today)
    if isinstance(verb, Undo | Move):
        return _reversed(desk, connection, current, verb)
    after, action = _done(desk, connection, current, verb, ())
    return Outcome(before=current, after=after, actions=() if action is None else (action,))


def outcome_between(before: Order, after: Order, today: date) -> Outcome:
    """What was made of an order in one transaction with others, with the states of that day."""
    return Outcome(before=item_lifecycle.as_of(before, today), after=item_lifecycle.as_of(after, today))


def check_compensated(outcome: Outcome, verb: AnyVerb) -> None:
    """Refusal, with what would compensate it, if something that depends on an action was invoiced and nobody confirmed its credit."""
    if not outcome.settlements or not isinstance(verb, Reversal) or verb.compensate:
        return
    raise Conflict(tuple(_invoiced_since(each) for each in outcome.settlements), "invoiced", ("compensate",))


def action_of(before: Order, after: Order, verb: AnyVerb | None, undoes: int | None = None) -> Action:
    """The action that made an order of another: its steps are those that the history gained."""
    return Action(
        position=len(before.history) + 1,
        steps=len(after.history) - len(before.history),
        verb=None if verb is None else VERBS.dump_python(verb, mode="json"),
        before=undoing.before_of(before, after),
        undoes=undoes,
    )


def _done(desk: Desk, connection: Reading, current: Order, verb: OrderVerb, without: Collection[str]) -> tuple[Order, Action | None]:
    """An order after a verb, signed and with what had been invoiced, except some transactions; None: it changes nothing."""
    if verb.day is not None and not isinstance(verb, End):  # an end may be that of a long term
        check_reach(verb.day, desk.today, "/on")
    acting = Acting(desk, connection, current.id, current.customer, frozenset(without))
    after = verb.applied(current, acting)
    if after == current:
        return current, None
    after = billing.record(current, _signed(after, current, desk.author), acting.invoiced, today=desk.today)
    return after, action_of(current, after, verb)


def _signed(after: Order, before: Order, author: str) -> Order:
    """An order whose new steps name who took them."""
    fresh = (step if step.author else step.replace(author=author) for step in after.history[len(before.history) :])
    return after.replace(history=(*before.history, *fresh))


def _reversed(desk: Desk, connection: Reading, current: Order, verb: Undo | Move) -> Outcome:
    action = _action_meant(current, order_actions.find(connection, current.id), verb)
    if action is None:
        return Outcome(before=current, after=current)
    steps = current.history[action.position - 1 : action.position - 1 + action.steps]
    again = _on_another_day(current, action, verb) if isinstance(verb, Move) else None
    if again is not None and again.day == VERBS.validate_python(action.verb).day:
        return Outcome(before=current, after=current)
    name = action.before.fields.get("deliver_to")
    place = delivery_address(connection, current.customer, name, "/deliver_to") if isinstance(name, str) else None
    signed = {"author": desk.author, "because": verb.because}
    restored = undoing.undo(current, steps, action.before, deliver_to=place, today=desk.today, **signed)
    actions = [action_of(current, restored, None, undoes=action.position)]
    reason = verb.because or phrase("{what} of {on} undone", what=steps[0].what, on=steps[0].on)
    settlements = tuple(_settlements(desk, connection, _dependent(desk, connection, current, restored), reason))
    without = {identity for each in settlements for identity in each.identities}
    after = restored
    if again is not None:
        after, done = _done(desk, connection, restored, again, without)
        actions += [] if done is None else [done]
    return Outcome(before=current, after=after, actions=tuple(actions), settlements=settlements, reason=reason)


def _action_meant(order: Order, actions: Iterable[Action], verb: Reversal) -> Action | None:
    """The last action of an order or an item that stands; None if the one that is named was taken back before."""
    actions = tuple(actions)
    undone = {action.undoes for action in actions}
    standing = [action for action in actions if action.undoes is None and action.position not in undone]
    if verb.step is not None and any(_has(each, verb.step) for each in actions if each.position in undone):
        return None
    if verb.item is not None and all(item.id != verb.item for item in order.items):
        possible = ", ".join(item.id for item in order.items)
        raise Refusal((item_lifecycle.UNKNOWN_ITEM.at(None, "/item", order=order.id, item=verb.item[:60], possible=possible),))
    meant = [action for action in standing if verb.item is None or verb.item in action.before.touched]
    if not meant:
        why = phrase("it has had none since it was entered") if not actions else phrase("all of them were taken back")
        problem = NOTHING_TO_UNDO.at(None, None, name=verb.item or order.id, order=order.id, why=why)
        raise Conflict((problem,), order.state, ())
    last = meant[-1]
    later = [each for each in standing if each.position > last.position and each.before.touched & last.before.touched]
    if later or (verb.step is not None and not _has(last, verb.step)):
        first = later[-1] if later else last
        step, what = verb.step or last.position, order.history[first.position - 1].what
        raise Conflict(
            (NOT_THE_LAST.at(None, "/step", step=step, order=order.id, last=first.position, what=what),),
            order.state,
            (f"undo {first.position}",),
        )
    return last


def _has(action: Action, step: int) -> bool:
    return action.position <= step < action.position + action.steps


def _on_another_day(order: Order, action: Action, verb: Move) -> OrderVerb:
    """The verb of an action, for another day."""
    again = None if action.verb is None else VERBS.validate_python(action.verb)
    if again is None or again.day is None or isinstance(again, Undo | Move):
        what = order.history[action.position - 1].what
        problem = NOT_MOVABLE.at(None, "/step", step=action.position, order=order.id, what=what)
        raise Conflict((problem,), order.state, ("undo",))
    return again.replace(on=verb.on)


def _dependent(desk: Desk, connection: Reading, current: Order, restored: Order) -> list[TransactionFigures]:
    """What was invoiced of an order and would be otherwise, or not at all, if it had never been changed."""
    with_it, without = (_amounts(desk, connection, order) for order in (current, restored))
    return [one for one in _invoiced(connection, current.id) if with_it.get(one.identity) != without.get(one.identity)]


def _amounts(desk: Desk, connection: Reading, order: Order) -> Mapping[str, PlannedAmount]:
    """The planned figures of an order by identity."""
    buyers = customers.find(connection, [order.customer])
    planned, refused, _ = billing.plan_amounts([order], buyers, desk.rulebook, through=desk.horizon)
    if order.id in refused:
        raise refused[order.id]
    return {one.identity(item): one for item, amounts in planned[order.id].items() for one in amounts}


def _settlements(desk: Desk, connection: Reading, dependent: Iterable[TransactionFigures], reason: str) -> Iterator[Settlement]:
    """What compensates transactions, invoice by invoice: their lines are credited wholly, and they are billed again as they then are."""
    by_invoice: dict[str, list[str]] = {}
    for one in dependent:
        by_invoice.setdefault(one.invoice or "", []).append(one.identity)
    for number, identities in sorted(by_invoice.items()):
        [invoice] = issued_documents.find_invoices(connection, numbers=[number])
        notes = issued_documents.find_credit_notes(connection, corrects=number)
        lines = tuple(line.number for line in invoice.lines if line.transaction in identities)
        open_lines = []
        for line in lines:
            try:
                billing.rebill(invoice, notes, [line])
            except Refusal:
                open_lines.append(CreditLine(line=line))
        credited = CreditSelection(lines=tuple(open_lines)) if open_lines else None
        draft = billing.credit(invoice, notes, credited, desk.rulebook, on=desk.today, because=reason) if credited else None
        yield Settlement(invoice=invoice, identities=tuple(identities), lines=lines, credited=credited, draft=draft)


def _invoiced_since(settlement: Settlement) -> Problem:
    draft, invoice = settlement.draft, settlement.invoice
    lines = phrase("line {lines}", lines=", ".join(map(str, settlement.lines)))
    net, gross = (draft.net, draft.gross) if draft else (invoice.net - invoice.net, invoice.net - invoice.net)
    return INVOICED_SINCE.at(None, None, invoice=invoice.number, lines=lines, net=net, gross=f"{gross} {invoice.currency}")


def _invoiced(connection: Reading, order: str) -> tuple[TransactionFigures, ...]:
    return transactions.find(connection, TransactionFilter(order=order, states=("invoiced",)))
