"""Due transactions, one shard of customers at a time: drafted from their orders and the rulebook, and issued.

Each invoice is a transaction of its own; while one is committed, the documents of the next are made and validated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from typing import Final

from api.desk.advance_transfers import open_advances, post_transfer
from api.desk.announcing import announce
from api.desk.desk import Desk, due_by_customer, find_transactions, number_of, plan_orders, series_of
from api.desk.prepaid_amounts import post_prepaid
from api.desk.validating import NOT_VALID, CheckedDraft, Validation, check, form_of, validation_of
from api.desk.vat_evidence import holding_invalid
from api.desk.ways_out import ON_HOLD
from api.store import customers, issued_documents, issuing, orders, transactions, webhooks
from api.store.issued_documents import Message
from api.store.sql import Reading, Writing
from api.store.transaction_rows import OPEN, TransactionFilter, joined_hashes
from engine import billing, bulk_drafting
from engine.documents.billed import Concluded, DraftedFigures
from engine.documents.invoice import DraftInvoice, Invoice
from engine.documents.journal import JournalEntry
from engine.documents.party import Customer
from engine.documents.transaction_figures import TransactionFigures
from engine.phrases import phrase
from engine.problems import message_of

HELD_BY_RULE: Final = "the rule invoice.channel holds it"
_ROUNDS_AT_MOST: Final = 50
"""How often a shard is drafted again because another worker was faster."""
_LINES_AT_ONCE: Final = 2_000
"""About how many transactions are drafted together, so that memory does not grow with the run."""
_CUSTOMERS_AT_ONCE: Final = 50
"""So many customers of a shard are drafted while the documents of those before are validated."""
_SHARDS_A_WORKER: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """The selection of a run: all that may be invoiced through a day, optionally of one order type, some customers or an order."""

    due_through: date
    order_type: str | None = None
    customer: str | None = None
    customers: tuple[str, ...] | None = None
    order: str | None = None

    def of_customers(self, names: tuple[str, ...] | None = None) -> TransactionFilter:
        """Every transaction of the selection that is due and on no invoice yet, also what was held before; of some customers."""
        return TransactionFilter(
            order_type=self.order_type,
            customer=self.customer,
            customers=self.customers if names is None else names,
            order=self.order,
            states=OPEN,
            invoiceable_through=self.due_through,
        )


def shards(desk: Desk, selection: Selection, *, workers: int = 1) -> list[tuple[str, ...]]:
    """The customers with something due, in their order, in shards of about as many transactions as are drafted together.

    For several workers shards are smaller where that gives each some of them.
    """
    with desk.store.reading() as connection:
        counts = due_by_customer(desk, connection, selection.of_customers(), through=selection.due_through)
    at_once = _LINES_AT_ONCE if workers == 1 else min(_LINES_AT_ONCE, sum(counts.values()) // (workers * _SHARDS_A_WORKER) + 1)
    result: list[tuple[str, ...]] = []
    names: list[str] = []
    lines = 0
    for name in sorted(counts):
        if names and lines + counts[name] > at_once:
            result.append(tuple(names))
            names, lines = [], 0
        names.append(name)
        lines += counts[name]
    return [*result, tuple(names)] if names else result


def drafts_of(desk: Desk, selection: Selection, on: date, *, tracing: bool = True, validating: bool = True) -> Iterator[DraftedFigures]:
    """The drafts that a run would issue on a day, shard by shard, with what it would hold back. Stores nothing.

    Without validating, those are among them whose e-invoices would not be valid.
    """
    for names in shards(desk, selection):
        drafted = _drafted(desk, selection, names, on, tracing=tracing)
        if validating:
            with desk.store.reading() as connection:
                validation = validation_of(desk, connection)
            drafted = _without_invalid(desk, validation, drafted, on)
        yield drafted


def _drafted(desk: Desk, selection: Selection, names: tuple[str, ...], on: date, *, tracing: bool = True) -> DraftedFigures:
    """The drafts of what is due from some customers."""
    with desk.store.reading() as connection:
        due = find_transactions(desk, connection, selection.of_customers(names), through=selection.due_through)
        return draft(desk, connection, due, selection.due_through, on, tracing=tracing)


def draft(
    desk: Desk, connection: Reading, due: Sequence[TransactionFigures], through: date, on: date, *, tracing: bool = True
) -> DraftedFigures:
    """The drafts of due transactions. What the rules refuse is held back with all of its customer; so is a customer on hold."""
    buyers, on_hold = customers.find_with_holds(connection, {one.customer for one in due})
    waiting = tuple(one.held(phrase(ON_HOLD, because=on_hold[one.customer])) for one in due if one.customer in on_hold)
    due = [one for one in due if one.customer not in on_hold] if on_hold else due
    agreed = orders.find(connection, {one.order for one in due})
    earlier = partial(issued_documents.numbers_of_order, connection)

    def drafted_for(some: Mapping[str, Customer]) -> DraftedFigures:
        """The drafts of what is due from some customers, as they are given."""
        theirs = [one for one in due if one.customer in some]
        of_them = {name: order for name, order in agreed.items() if order.customer in some}
        return bulk_drafting.draft_stored(
            theirs, some, of_them, desk.rulebook, through=through, issued_on=on, today=desk.today, earlier=earlier, tracing=tracing
        )

    drafted = holding_invalid(connection, drafted_for(buyers), buyers, drafted_for)
    drafted = replace(drafted, held=(*waiting, *drafted.held)) if waiting else drafted
    again = transactions.released(connection, agreed)
    if not again:
        return drafted
    dates = issued_documents.dates_of(connection, {numbers[-1] for numbers in again.values()})
    return replace(drafted, drafts=tuple(_with_replaced(one, again, dates) for one in drafted.drafts))


def held_of(desk: Desk, connection: Reading, drafted: DraftedFigures) -> dict[str, str]:
    """Why transactions are held back, by identity; of those that are valid now it looks only at what is stored as held."""
    is_held = {identity for identity, one in drafted.due.items() if one.state == "held"}
    some = tuple(one for one in drafted.drafts if not is_held.isdisjoint(line.transaction for line in one.lines))
    held = _without_invalid(desk, validation_of(desk, connection), replace(drafted, drafts=some), desk.today).held if some else drafted.held
    return {one.identity: one.held_because or "" for one in held}


def _without_invalid(desk: Desk, validation: Validation, drafted: DraftedFigures, on: date) -> DraftedFigures:
    """Holds back the drafts whose e-invoices would not be valid, with the rule."""
    checked = [(one.draft, one.because) for one in check(desk, validation, drafted.drafts, on)]
    held = (figures for one, because in checked if because for figures in _held(one, drafted.due, because))
    return replace(drafted, drafts=tuple(one for one, because in checked if not because), held=(*drafted.held, *held))


def _held(draft: DraftInvoice, due: Mapping[str, TransactionFigures], because: str) -> list[TransactionFigures]:
    """The transactions of a draft, held back because its e-invoice would not be valid."""
    sentence = message_of(NOT_VALID.at(None, because=because))
    return [due[identity].held(sentence) for identity in sorted({line.transaction for line in draft.lines})]


def _with_replaced(drafted: DraftInvoice, released: Mapping[str, Sequence[str]], dates: Mapping[str, date]) -> DraftInvoice:
    """A draft with the credited invoices whose transactions it bills again: of each transaction the last one."""
    numbers = dict.fromkeys(released[line.transaction][-1] for line in drafted.lines if line.transaction in released)
    own = {number: dates[number] for number in numbers}
    return drafted.replace(replaces=tuple(numbers), reference_dates=own) if numbers else drafted


def issue_shard(
    desk: Desk, selection: Selection, names: tuple[str, ...], on: date, run: int, is_leased: Callable[[], bool]
) -> tuple[TransactionFigures, ...]:
    """Issues what is due from some customers, each invoice in a transaction of its own; gives what is held back.

    It ends early where the lease is lost: then another worker does the rest.
    """
    result = _Issued()
    for _ in range(_ROUNDS_AT_MOST):
        result = _issue_due(desk, selection, names, on, run, is_leased)
        if result.is_lease_lost or not result.is_left:
            break
    return tuple(result.held)


def messages_of(channel: str) -> tuple[Message, ...]:
    """The messages about a document: to its customer by the channel that the rules chose, and to accounting."""
    return (Message(channel=channel, held_because=HELD_BY_RULE if channel == "held" else None), Message(channel="accounting"))


def _plan_again(desk: Desk, names: Iterable[str], through: date) -> None:
    """Plans orders whose stored figures are not those of their plan, as after a new version of this program."""
    with desk.writing() as connection:
        orders.lock_all(connection, names)
        plan_orders(desk, connection, orders.find(connection, names).values(), through=max(through, desk.horizon))


def _mark_held(desk: Desk, held: Sequence[TransactionFigures]) -> None:
    """Stores why transactions are held back."""
    because = sorted((one.identity, one.held_because) for one in held)
    if because:
        with desk.writing() as connection:
            orders.lock_all(connection, {one.order for one in held})
            transactions.mark_held(connection, because)


@dataclass(slots=True)
class _Issued:
    """What came of what is due from the customers of a shard."""

    held: list[TransactionFigures] = field(default_factory=list)
    is_lease_lost: bool = False
    is_left: bool = False
    """Whether something is to be drafted again: another worker was faster, or its stored figures were not those of their plan."""


def _issue_due(desk: Desk, selection: Selection, names: tuple[str, ...], on: date, run: int, is_leased: Callable[[], bool]) -> _Issued:
    """Issues what is due from some customers, until the lease is lost; those whose e-invoices would not be valid are held back.

    While the documents of some customers are validated, what is due from the next is drafted.
    """
    result, due = _Issued(), dict[str, TransactionFigures]()

    def drafts() -> Iterator[DraftInvoice]:
        for at in range(0, len(names), _CUSTOMERS_AT_ONCE):
            drafted = _drafted(desk, selection, names[at : at + _CUSTOMERS_AT_ONCE], on)
            hold(drafted.held)
            if drafted.differing:
                _plan_again(desk, drafted.differing, selection.due_through)
                result.is_left = True
            due.update(drafted.due)
            yield from drafted.drafts

    def hold(held: Sequence[TransactionFigures]) -> None:
        _mark_held(desk, held)
        result.held += held

    with desk.store.reading() as connection:
        is_announced = bool(webhooks.subscribers_of(connection, "invoice.issued"))
        validation = validation_of(desk, connection)
    validation.validator.prepare()
    issuing = _Issuing(desk, due, on, run, is_announced, validation)
    for checked in check(desk, validation, drafts(), on):
        if checked.because:
            hold(_held(checked.draft, due, checked.because))
            continue
        if not is_leased():
            result.is_lease_lost = True
            break
        try:
            result.is_left |= not issuing.issue(checked)
        except _NotValid as fault:
            hold(_held(checked.draft, due, fault.because))
    return result


@dataclass(eq=False)
class _NotValid(Exception):
    """The XML of a document with its number is not valid: its transaction of the database is undone."""

    because: str


@dataclass(frozen=True, slots=True)
class _Issuing:
    """The issuing of some drafts of a run."""

    desk: Desk
    due: Mapping[str, TransactionFigures]
    on: date
    run: int
    is_announced: bool
    """Whether a webhook was told of issued invoices when the batch began; asked once, since each question is one more reply to wait for."""
    validation: Validation

    def issue(self, checked: CheckedDraft) -> bool:
        """Claims, numbers, stores and commits one invoice; not where another worker was faster or a transaction changed meanwhile.

        What is stored differs from what was validated in its number only; else it is validated here.
        """
        desk, on, draft = self.desk, self.on, checked.draft
        due = {identity: self.due[identity].amount for identity in sorted({line.transaction for line in draft.lines})}
        with desk.writing() as connection:
            place = issuing.claim(connection, draft.orders, due, series_of("invoice", on, desk.rulebook), on)
            if place is None:
                return False
            number = number_of("invoice", place.sequence, on, desk.rulebook)
            concluded = self._concluded(connection, draft, number) if draft.concludes else None
            tree, entry, xml = billing.renumber(checked.issued, number) if concluded is None else _as_trees(concluded)
            form = form_of((number, str(tree["communication"])), xml)
            because = "" if form == checked.form else self.validation.reason_against(form, xml)
            if because:
                raise _NotValid(because)
            marked = issuing.store(
                connection,
                place,
                issued_documents.written(tree, entry, xml),
                messages_of(draft.channel),
                tuple(due),
                at=desk.now(),
                installation=desk.installation,
                run=self.run,
                transaction_hashes=joined_hashes(due),
            )
            if marked != len(due):
                raise RuntimeError(f"{number}: a claimed transaction could not be marked")
            post_transfer(desk, connection, draft if concluded is None else concluded[0], number, on)
            post_prepaid(desk, connection, draft, number, on)
            if self.is_announced:
                announce(desk, connection, "invoice.issued", f"invoices/{number}", customer=draft.customer.id)
            return True

    def _concluded(self, connection: Writing, draft: DraftInvoice, number: str) -> tuple[Invoice, JournalEntry, bytes]:
        """The documents of a draft which names the invoices that it concludes, as they are known now that it has its number."""
        issued = [invoice for order in draft.concludes for invoice in issued_documents.find_invoices(connection, order=order)]
        earlier, series = billing.earlier_invoices(draft, issued), series_of("invoice", self.on, self.desk.rulebook)
        concluded = Concluded(earlier, open_advances(connection, issued, earlier))
        return billing.issue(draft, self.desk.rulebook, number=number, series=series, on=self.on, concluded=concluded)


def _as_trees(issued: tuple[Invoice, JournalEntry, bytes]) -> tuple[Mapping[str, object], Mapping[str, object], bytes]:
    invoice, entry, xml = issued
    return invoice.tree, entry.tree, xml
