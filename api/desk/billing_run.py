"""The billing run: drafts what is due and issues each invoice in a transaction of its own, so that it can be interrupted anywhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from api.desk.desk import Desk, find_transactions, number_of, plan_everything, series_of
from api.refusals import Conflict
from api.store import customers, issued_documents, orders, transactions
from api.store.issued_documents import Message
from api.store.sql import Reading
from api.store.transactions import OPEN, TransactionFilter
from engine import billing
from engine.documents.billed import Drafted
from engine.documents.invoice import DraftInvoice, Invoice
from engine.documents.transaction import Transaction
from engine.money import Money
from engine.problems import Kind

HELD_BY_RULE = "the rule invoice.channel holds it"
NO_ADDRESS = "the customer has no e-mail address"
COMPARED_RUNS: Final = 12
"""How many of the last runs of a selection tell what is usual."""
FEWEST_COMPARED: Final = 3
"""With fewer runs nothing is unusual."""
ISSUED_LATER: Final = Kind(
    "issued-later",
    "the issue date {on} lies after today, {today}: no invoice of an earlier date could follow in its series",
    "issue with the date of today; `centwright run preview` shows what a later day would give",
)
DUE_LATER: Final = Kind(
    "due-later",
    "{through} lies after today, {today}: what is due until then is not due yet",
    "write a day until today, or add `--ahead` to invoice it now",
)
UNUSUAL: Final = Kind(
    "unusual",
    "{count} invoices of {net} {currency} net are unusual: the largest of the last {runs} runs of this selection had {most}, or {largest}",
    "look at them with `centwright run preview`, then confirm with `--yes` (`confirm` in the API)",
)
_ROUNDS_AT_MOST = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """The selection of a run: all that may be invoiced through a day, optionally of one order type, customer or order."""

    due_through: date
    order_type: str | None = None
    customer: str | None = None
    order: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunReport:
    """The result of a run: the issued numbers, in order, and the transactions held back."""

    number: int
    issued: tuple[str, ...]
    held: tuple[Transaction, ...]


Progress = Callable[[int, int], None]


def preview(desk: Desk, selection: Selection, *, issued_on: date | None = None) -> Drafted:
    """The drafts that a run would issue now, in order, and the transactions that it would hold back. Stores nothing."""
    desk.check_names(customer=selection.customer, order=selection.order)
    with desk.store.reading() as connection:
        due = find_transactions(desk, connection, _filter(selection), through=selection.due_through)
        return _draft(desk, connection, due, issued_on or desk.today)


def issue(
    desk: Desk,
    selection: Selection,
    *,
    issued_on: date | None = None,
    ahead: bool = False,
    confirm: bool = False,
    progress: Progress | None = None,
) -> RunReport:
    """Issues invoices for everything due in the selection. Run again, or twice at once, it issues nothing twice and skips nothing.

    Refused: an issue date after the business date, always, since it would block its series until then; what is due after the business date,
    unless `ahead`; unusually many or large invoices, unless `confirm`.
    """
    on = issued_on or desk.today
    desk.check_names(customer=selection.customer, order=selection.order)
    _check_days(desk, selection, on, ahead=ahead)
    plan_everything(desk, through=selection.due_through)
    due, drafted = _drafted(desk, selection, on)
    if not confirm:
        _check_usual(desk, selection, drafted)
    run = _start(desk, selection, on)
    issued: list[str] = []
    held: tuple[Transaction, ...] = ()
    for at in range(_ROUNDS_AT_MOST):
        if at:
            due, drafted = _drafted(desk, selection, on)
        held = drafted.held
        _mark_held(desk, drafted)
        fresh = [
            number
            for at, draft in enumerate(drafted.drafts)
            if (number := _issue_draft(desk, draft, due, on, run)) and _report_progress(progress, at + 1, len(drafted.drafts))
        ]
        issued += fresh
        if len(fresh) == len(drafted.drafts):
            break
    with desk.writing() as connection:
        issued_documents.end_run(connection, run, issued=len(issued), held=len(held), at=desk.now())
    return RunReport(number=run, issued=tuple(issued), held=held)


def _check_days(desk: Desk, selection: Selection, on: date, *, ahead: bool) -> None:
    if on > desk.today:
        raise Conflict((ISSUED_LATER.at(None, "/issued_on", on=on, today=desk.today),))
    if selection.due_through > desk.today and not ahead:
        raise Conflict((DUE_LATER.at(None, "/due_through", through=selection.due_through, today=desk.today),))


def _check_usual(desk: Desk, selection: Selection, drafted: Drafted) -> None:
    """Refuses drafts that are more, or more together, than one and a half times the largest of the last runs of the same selection.

    Runs that issued nothing do not count.
    """
    with desk.store.reading() as connection:
        earlier = issued_documents.last_runs(connection, _narrowed_to(selection), most=COMPARED_RUNS)
    if len(earlier) < FEWEST_COMPARED:
        return
    count, net = len(drafted.drafts), sum(draft.net.minor for draft in drafted.drafts)
    most, largest = max(run.invoices for run in earlier), max(run.net for run in earlier)
    if 2 * count > 3 * most or 2 * net > 3 * largest:
        currency = desk.rulebook.currency
        words = {"count": count, "net": Money(net, currency), "currency": currency.code, "most": most, "largest": Money(largest, currency)}
        raise Conflict((UNUSUAL.at(None, "/confirm", **words, runs=len(earlier)),))


def _drafted(desk: Desk, selection: Selection, on: date) -> tuple[dict[str, Transaction], Drafted]:
    """The due transactions of a selection by identity, and the drafts of them."""
    with desk.store.reading() as connection:
        due = transactions.find_by_identity(connection, _filter(selection))
        return due, _draft(desk, connection, tuple(due.values()), on)


def _narrowed_to(selection: Selection) -> dict[str, str | None]:
    return {"order_type": selection.order_type, "customer": selection.customer, "order": selection.order}


def _filter(selection: Selection) -> TransactionFilter:
    """Every transaction of the selection that is due and on no invoice yet, also what was held before."""
    return TransactionFilter(
        order_type=selection.order_type,
        customer=selection.customer,
        order=selection.order,
        states=OPEN,
        invoiceable_through=selection.due_through,
    )


def messages_of(channel: str, email: str | None) -> tuple[Message, ...]:
    """The messages about a document: to its customer by the channel that the rules chose, and to accounting."""
    because = HELD_BY_RULE if channel == "held" else NO_ADDRESS if channel == "email" and not email else None
    return (Message(channel=channel, held_because=because), Message(channel="accounting"))


def _start(desk: Desk, selection: Selection, on: date) -> int:
    with desk.writing() as connection:
        return issued_documents.start_run(
            connection,
            due_through=selection.due_through,
            issued_on=on,
            narrowed_to=_narrowed_to(selection),
            rulebook=desk.rulebook.fingerprint,
            at=desk.now(),
        )


def _draft(desk: Desk, connection: Reading, due: Sequence[Transaction], on: date) -> Drafted:
    """The drafts of due transactions. Where the rules refuse, only the transactions of that customer are held back."""
    buyers = customers.find(connection, {transaction.customer for transaction in due})
    agreed = orders.find(connection, {transaction.order for transaction in due})
    last = {transaction.order for transaction in due if transaction.portion.kind == "instalment" and not transaction.advance}
    earlier = {order: earlier_numbers(connection, order) for order in last}
    return billing.draft_due(due, buyers, agreed, desk.rulebook, issued_on=on, earlier=earlier)


def earlier_numbers(connection: Reading, order: str) -> tuple[str, ...]:
    """The numbers of the invoices issued so far for an order."""
    return tuple(invoice.number for invoice in issued_documents.find_invoices(connection, order=order))


def _mark_held(desk: Desk, drafted: Drafted) -> None:
    """Stores why transactions are held back."""
    held = sorted((transaction.identity, transaction.held_because) for transaction in drafted.held)
    if held:
        with desk.writing() as connection:
            orders.lock_all(connection, {transaction.order for transaction in drafted.held})
            transactions.mark_held(connection, held)


def _issue_draft(desk: Desk, draft: DraftInvoice, due: Mapping[str, Transaction], on: date, run: int) -> str | None:
    """Claims, numbers, stores and commits one invoice; None where another worker was faster or a transaction changed meanwhile."""
    series = series_of("invoice", on, desk.rulebook)
    billing.check_issuing(draft, desk.rulebook, number=number_of("invoice", 0, on, desk.rulebook), series=series, on=on)
    identities = sorted({line.transaction for line in draft.lines})
    with desk.writing() as connection:
        orders.lock_all(connection, draft.orders)
        claimed = transactions.claim(connection, identities)
        if any(identity not in claimed or not _is_same(claimed[identity], due[identity]) for identity in identities):
            return None
        issued = [invoice for order in draft.concludes for invoice in issued_documents.find_invoices(connection, order=order)]
        earlier = billing.earlier_invoices(draft, issued)
        place = issued_documents.reserve_place(connection, series, "invoice", on)
        number = number_of("invoice", place.sequence, on, desk.rulebook)
        invoice, entry, xml = billing.issue(draft, number=number, series=series, on=on, rulebook=desk.rulebook, refers_to=earlier)
        issued_documents.append(
            connection,
            place,
            invoice,
            entry,
            xml,
            messages_of(invoice.channel, invoice.customer.email),
            at=desk.now(),
            installation=desk.installation,
            run=run,
        )
        if transactions.mark_invoiced(connection, identities, number) != len(identities):
            raise RuntimeError(f"{number}: a claimed transaction could not be marked")
    return number


def _is_same(claimed: Transaction, drafted: Transaction) -> bool:
    """Whether a claimed transaction is the one that was drafted, apart from being held back."""
    return replace(claimed, state=drafted.state, held_because=drafted.held_because) == drafted


def _report_progress(progress: Progress | None, done: int, of: int) -> bool:
    if progress:
        progress(done, of)
    return True


def invoices_of(desk: Desk, numbers: Sequence[str]) -> tuple[Invoice, ...]:
    """Issued invoices by their numbers, in that order."""
    with desk.store.reading() as connection:
        by_number = {invoice.number: invoice for invoice in issued_documents.find_invoices(connection, numbers=numbers)}
    return tuple(by_number[number] for number in numbers)
