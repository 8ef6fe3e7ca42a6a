"""The billing run: drafts what is due and issues each invoice in a transaction of its own, so that it can be interrupted anywhere."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from api.desk.desk import Desk, find_transactions, number_of, plan_everything, plan_orders, series_of
from api.desk.due_drafts import Selection, draft, drafts_of, shards
from api.refusals import Conflict
from api.store import issued_documents, orders, transactions
from api.store.issued_documents import Message
from engine import billing
from engine.documents.billed import DraftedFigures
from engine.documents.invoice import DraftInvoice, Invoice
from engine.documents.transaction_figures import TransactionFigures
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
class RunReport:
    """The result of a run: the issued numbers, in order, and the transactions held back."""

    number: int
    issued: tuple[str, ...]
    held: tuple[TransactionFigures, ...]


Progress = Callable[[int, int], None]


def preview(desk: Desk, selection: Selection, *, issued_on: date | None = None) -> Iterator[DraftedFigures]:
    """The drafts that a run would issue now, in order, and the transactions that it would hold back, shard by shard. Stores nothing."""
    desk.check_names(customer=selection.customer, order=selection.order)
    return drafts_of(desk, selection, issued_on or desk.today)


def held_now(desk: Desk, selection: Selection) -> dict[str, str]:
    """Why a run would hold transactions back now, by identity."""
    drafted = drafts_of(desk, selection, desk.today, tracing=False)
    return {one.identity: one.held_because or "" for each in drafted for one in each.held}


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

    It goes from customer to customer, some at a time. Refused: an issue date after the business date, always, since it would block its
    series until then; what is due after the business date, unless `ahead`; unusually many or large invoices, unless `confirm`.
    """
    on = issued_on or desk.today
    desk.check_names(customer=selection.customer, order=selection.order)
    _check_days(desk, selection, on, ahead=ahead)
    plan_everything(desk, through=selection.due_through)
    if not confirm:
        _check_usual(desk, selection, on)
    run = _start(desk, selection, on)
    issued: list[str] = []
    held: list[TransactionFigures] = []
    parts = shards(desk, selection)
    customers, done = sum(map(len, parts)), 0
    for names in parts:
        numbers, waiting = _issue_shard(desk, selection, names, on, run)
        issued += numbers
        held += waiting
        done += len(names)
        if progress:
            progress(done, customers)
    with desk.writing() as connection:
        issued_documents.end_run(connection, run, issued=len(issued), held=len(held), at=desk.now())
    return RunReport(number=run, issued=tuple(issued), held=tuple(held))


def _issue_shard(
    desk: Desk, selection: Selection, names: tuple[str, ...], on: date, run: int
) -> tuple[list[str], tuple[TransactionFigures, ...]]:
    """Issues what is due from some customers; gives the numbers and what is held back."""
    issued: list[str] = []
    held: tuple[TransactionFigures, ...] = ()
    for _ in range(_ROUNDS_AT_MOST):
        with desk.store.reading() as connection:
            due = find_transactions(desk, connection, selection.of_customers(names), through=selection.due_through)
            drafted = draft(desk, connection, due, selection.due_through, on)
        held = drafted.held
        _mark_held(desk, held)
        if drafted.differing:
            _plan_again(desk, drafted.differing, selection.due_through)
        fresh = [number for one in drafted.drafts if (number := _issue_draft(desk, one, drafted.due, on, run))]
        issued += fresh
        if len(fresh) == len(drafted.drafts) and not drafted.differing:
            break
    return issued, held


def _plan_again(desk: Desk, names: Iterable[str], through: date) -> None:
    """Plans orders whose stored figures are not those of their plan, as after a new version of this program."""
    with desk.writing() as connection:
        orders.lock_all(connection, names)
        plan_orders(desk, connection, orders.find(connection, names).values(), through=max(through, desk.horizon))


def _check_days(desk: Desk, selection: Selection, on: date, *, ahead: bool) -> None:
    if on > desk.today:
        raise Conflict((ISSUED_LATER.at(None, "/issued_on", on=on, today=desk.today),))
    if selection.due_through > desk.today and not ahead:
        raise Conflict((DUE_LATER.at(None, "/due_through", through=selection.due_through, today=desk.today),))


def _check_usual(desk: Desk, selection: Selection, on: date) -> None:
    """Refuses drafts that are more, or more together, than one and a half times the largest of the last runs of the same selection.

    Runs that issued nothing do not count.
    """
    with desk.store.reading() as connection:
        earlier = issued_documents.last_runs(connection, _narrowed_to(selection), most=COMPARED_RUNS)
    if len(earlier) < FEWEST_COMPARED:
        return
    count, net = 0, 0
    for each in drafts_of(desk, selection, on, tracing=False):
        count += len(each.drafts)
        net += sum(draft.net.minor for draft in each.drafts)
    most, largest = max(run.invoices for run in earlier), max(run.net for run in earlier)
    if 2 * count > 3 * most or 2 * net > 3 * largest:
        currency = desk.rulebook.currency
        words = {"count": count, "net": Money(net, currency), "currency": currency.code, "most": most, "largest": Money(largest, currency)}
        raise Conflict((UNUSUAL.at(None, "/confirm", **words, runs=len(earlier)),))


def _narrowed_to(selection: Selection) -> dict[str, str | None]:
    return {"order_type": selection.order_type, "customer": selection.customer, "order": selection.order}


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


def _mark_held(desk: Desk, held: Sequence[TransactionFigures]) -> None:
    """Stores why transactions are held back."""
    because = sorted((one.identity, one.held_because) for one in held)
    if because:
        with desk.writing() as connection:
            orders.lock_all(connection, {one.order for one in held})
            transactions.mark_held(connection, because)


def _issue_draft(desk: Desk, draft: DraftInvoice, due: Mapping[str, TransactionFigures], on: date, run: int) -> str | None:
    """Claims, numbers, stores and commits one invoice; None where another worker was faster or a transaction changed meanwhile."""
    series = series_of("invoice", on, desk.rulebook)
    identities = sorted({line.transaction for line in draft.lines})
    with desk.writing() as connection:
        orders.lock_all(connection, draft.orders)
        claimed = transactions.claim(connection, identities)
        if any(claimed.get(identity) != due[identity].amount for identity in identities):
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


def invoices_of(desk: Desk, numbers: Sequence[str]) -> tuple[Invoice, ...]:
    """Issued invoices by their numbers, in that order."""
    with desk.store.reading() as connection:
        by_number = {invoice.number: invoice for invoice in issued_documents.find_invoices(connection, numbers=numbers)}
    return tuple(by_number[number] for number in numbers)
