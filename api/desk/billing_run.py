"""The billing run: workers issue what is due, one shard of customers after the other, and any of them may die or be joined at any time."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from typing import Final

from api.desk.announcing import announce
from api.desk.desk import Desk, Progress, due_by_customer, plan_everything, series_of
from api.desk.due_drafts import Selection, drafts_of, issue_shard, shards
from api.desk.report_parameters import check_reach
from api.desk.run_days import check_days, nothing_due
from api.garbage import rare_collections
from api.refusals import Conflict, unknown
from api.store import issued_documents, runs, transactions
from api.store.runs import LEASE_SECONDS, NarrowedTo, Run, RunKey, RunProgress, RunSum, Shard, is_gone, named_worker
from api.store.sql import Reading, Writing
from engine.documents.billed import DraftedFigures
from engine.documents.invoice import Invoice
from engine.documents.transaction_figures import TransactionFigures
from engine.money import Money
from engine.problems import Kind, Problem

COMPARED_RUNS: Final = 12
"""How many of the last runs of a selection tell what is usual."""
FEWEST_COMPARED: Final = 3
"""With fewer runs nothing is unusual."""
UNUSUAL: Final = Kind(
    "unusual",
    "{count} invoices of {net} {currency} net are unusual: the largest of the last {runs} runs of this selection had {most}, or {largest}",
    "look at them with `centwright run preview`, then confirm with `--yes` (`confirm` in the API)",
)
RUN_OVERTAKEN: Final = Kind(
    "run-overtaken",
    "run {number} issues with the date {on}, and invoices of {last} were issued since",
    "issue what is left with `centwright run issue --due-through {due_through}`; then `centwright run resume {number}` ends this run",
)
RUN_ENDED: Final = Kind("run-ended", "run {number} is done: it has nothing left to issue", "start another with `centwright run issue`")
OTHER_RULEBOOK: Final = Kind(
    "other-rulebook-of-run", "run {number} issues with another rulebook than this one", "join it with the rulebook that it began with"
)
_POLL_SECONDS: Final = 0.2
_STARTING: Final = timedelta(seconds=15)
"""So long, about, a worker takes to start."""
_INVOICES_AT_ONCE: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class RunReport:
    """The result of a run: the issued numbers, in order, and the transactions held back."""

    number: int
    issued: tuple[str, ...]
    held: tuple[TransactionFigures, ...]


def preview(desk: Desk, selection: Selection, *, issued_on: date | None = None) -> Iterator[DraftedFigures]:
    """The drafts that a run would issue now, in order, and the transactions that it would hold back, shard by shard. Stores nothing."""
    _check_names(desk, selection)
    check_reach(selection.due_through, desk.today, "/due_through")
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

    The refusals are those of `start_run`.
    """
    return work(desk, start_run(desk, selection, issued_on=issued_on, ahead=ahead, confirm=confirm), progress=progress)


def start_run(
    desk: Desk,
    selection: Selection,
    *,
    issued_on: date | None = None,
    ahead: bool = False,
    confirm: bool = False,
    workers: int = 1,
    is_empty_refused: bool = False,
) -> Run:
    """The unfinished run of the same selection, issue date and rulebook, which then is resumed or joined, else a new one.

    Its shards suit that many workers. Refused: an issue date after the business date, always, since it would block its series until
    then; what is due after the business date, unless `ahead`; unusually many or large invoices, unless `confirm` or resumed; and,
    where so wanted, a new run of nothing.
    """
    on = issued_on or desk.today
    _check_names(desk, selection)
    check_days(desk, selection.due_through, on, ahead=ahead)
    plan_everything(desk, through=selection.due_through)
    key = RunKey(due_through=selection.due_through, issued_on=on, narrowed_to=_narrowed_to(selection), rulebook=desk.rulebook.fingerprint)
    with desk.store.reading() as connection:
        unfinished = runs.find_unfinished(connection, key)
        later = None if unfinished is not None else _later_issue(desk, connection, selection, on)
    if later is not None:
        problem = issued_documents.DATE_BEFORE_THE_LAST.at(
            None, "/issued_on", on=on, last=later, series=series_of("invoice", on, desk.rulebook)
        )
        raise Conflict((problem,), "issued", ("a later date",))
    if unfinished is None and not confirm:
        _check_usual(desk, selection, on)
    parts = shards(desk, selection, workers=workers)
    if is_empty_refused and unfinished is None and not parts:
        raise Conflict((nothing_due(desk, selection),), "nothing due", ("preview",))
    with desk.writing() as connection:
        number = runs.open_run(connection, key, parts, at=desk.now())
        return _joined(desk, connection, number, is_resumed=number == unfinished)


def join_run(desk: Desk, number: int) -> Run:
    """An unfinished run, to be worked on beside its workers, or resumed after they are gone.

    Refused: a run that is done, another rulebook, and an issue date after the business date.
    """
    with desk.writing() as connection:
        run = runs.find_run(connection, number)
        if run is None:
            raise unknown("run", str(number))
        if run.state == "done":
            raise Conflict((RUN_ENDED.at(None, number=number),), run.state, ("show",))
        if run.rulebook != desk.rulebook.fingerprint:
            raise Conflict((OTHER_RULEBOOK.at(None, number=number),), run.state, ("resume with its rulebook",))
        check_days(desk, run.due_through, run.issued_on, ahead=True)
        _check_overtaken(desk, connection, run)
        return _joined(desk, connection, number, is_resumed=True)


def _check_overtaken(desk: Desk, connection: Reading, run: Run) -> None:
    """Refuses to go on where invoices of a later date were issued meanwhile and something is left to issue."""
    last = _later_issue(desk, connection, selection_of(run), run.issued_on)
    if last is not None:
        problem = RUN_OVERTAKEN.at(None, number=run.number, on=run.issued_on, last=last, due_through=run.due_through)
        raise Conflict((problem,), run.state, ("issue",))


def _later_issue(desk: Desk, connection: Reading, selection: Selection, on: date) -> date | None:
    """The date of the last invoice, where it is later than that and something of a selection is left to issue; else None."""
    last = issued_documents.last_issued_on(connection, series_of("invoice", on, desk.rulebook))
    left = replace(selection.of_customers(), states=("planned",))
    is_overtaken = last is not None and last > on and due_by_customer(desk, connection, left, through=selection.due_through)
    return last if is_overtaken else None


@rare_collections()
def work(desk: Desk, run: Run, *, progress: Progress | None = None, seconds: float = LEASE_SECONDS) -> RunReport:
    """Issues one shard of a run after the other until all are done, also those of workers that died or froze; gives the whole result.

    A shard is leased for some seconds at a time, measured by the clock of the database.
    """
    selection = selection_of(run)
    with named_worker() as worker:
        held = _issue_shards(desk, run, selection, _Worker(desk, worker, seconds), progress)
    with desk.writing() as connection:
        if runs.end_run(connection, run.number, at=desk.now()):
            announce(desk, connection, "run.issued", f"runs/{run.number}", due_through=str(run.due_through))
    with desk.store.reading() as connection:
        issued = runs.numbers_of_run(connection, run.number)
        stored = transactions.find(connection, replace(selection.of_customers(), states=("held",)))
    return RunReport(number=run.number, issued=issued, held=tuple(held.get(one.identity, one) for one in stored))


def progress_of(desk: Desk, number: int) -> RunProgress:
    """How far a run is; refuses an unknown number."""
    with desk.store.reading() as connection:
        result = runs.progress_of(connection, [number])
    if not result:
        raise unknown("run", str(number))
    return result[0]


def is_worked_on(desk: Desk, number: int) -> bool:
    """Whether a run has workers: one has a part of it, or it began or went on so lately that they are still starting."""
    run = progress_of(desk, number).run
    if run.state == "running" and desk.now() - max(run.started_at, run.resumed_at or run.started_at) < _STARTING:
        return True
    with desk.store.reading() as connection:
        return runs.is_worked_on(connection, number, is_gone)


def last_runs(desk: Desk) -> tuple[RunProgress, ...]:
    """How far the last runs are, the latest first."""
    with desk.store.reading() as connection:
        return runs.progress_of(connection)


def selection_of(run: Run) -> Selection:
    """The selection of a run."""
    of, some = run.narrowed_to, run.narrowed_to.get("customers")
    narrowed = {"order_type": of["order_type"], "customer": of["customer"], "order": of["order"]}
    return Selection(due_through=run.due_through, customers=None if some is None else tuple(some), **narrowed)


def invoices_of(desk: Desk, numbers: Sequence[str]) -> Iterator[Invoice]:
    """Issued invoices by their numbers, in that order, some of them in memory at a time."""
    for at in range(0, len(numbers), _INVOICES_AT_ONCE):
        some = numbers[at : at + _INVOICES_AT_ONCE]
        with desk.store.reading() as connection:
            by_number = {invoice.number: invoice for invoice in issued_documents.find_invoices(connection, numbers=some)}
        yield from (by_number[number] for number in some)


@dataclass(slots=True)
class _Worker:
    """A worker and the lease of its shard, renewed while it goes on."""

    desk: Desk
    name: str
    seconds: float
    renewed_at: float = 0.0

    def claim(self, run: int) -> Shard | None:
        """Leases a shard of a run; None where there is none now."""
        self.renewed_at = time.monotonic()
        with self.desk.writing() as connection:
            return runs.claim_shard(connection, run, self.name, seconds=self.seconds, is_gone=is_gone)

    def holds(self, shard: Shard) -> bool:
        """Whether the shard is still this worker's; asks the database when a third of the lease is over, as after a freeze."""
        if time.monotonic() - self.renewed_at < self.seconds / 3:
            return True
        renewed_at = time.monotonic()
        with self.desk.writing() as connection:
            is_ours = runs.renew_lease(connection, shard, self.name, seconds=self.seconds)
        self.renewed_at = renewed_at
        return is_ours


def _issue_shards(desk: Desk, run: Run, selection: Selection, worker: _Worker, progress: Progress | None) -> dict[str, TransactionFigures]:
    """Issues one shard after the other until all of the run are done; gives what this worker held back, by identity."""
    held: dict[str, TransactionFigures] = {}
    while True:
        shard = worker.claim(run.number)
        if shard is None:
            if _is_finished(desk, run.number):
                return held
            time.sleep(_POLL_SECONDS)  # another worker has the last shards; should it die, they are taken over
            continue
        waiting = issue_shard(desk, selection, shard.customers, run.issued_on, run.number, partial(worker.holds, shard))
        held |= {one.identity: one for one in waiting}
        with desk.writing() as connection:
            runs.finish_shard(connection, shard, worker.name, held=len(waiting))
        if progress:
            so_far = progress_of(desk, run.number)
            progress(so_far.done, so_far.shards)


def _joined(desk: Desk, connection: Writing, number: int, *, is_resumed: bool) -> Run:
    """The record of a run, which says so where all its workers are gone and it is resumed."""
    if is_resumed and runs.was_worked_on(connection, number) and not runs.is_worked_on(connection, number, is_gone):
        runs.record_resumption(connection, number, at=desk.now())
    run = runs.find_run(connection, number)
    assert run is not None
    return run


def _check_names(desk: Desk, selection: Selection) -> None:
    desk.check_names(customer=selection.customer, customers=selection.customers or (), order=selection.order)


def _is_finished(desk: Desk, number: int) -> bool:
    with desk.store.reading() as connection:
        return runs.unfinished_shards(connection, number) == 0


def unusual(desk: Desk, selection: Selection, count: int, net: int) -> Problem | None:
    """What is unusual about so many drafts of so much net: more than one and a half times the largest of the last runs of the selection.

    Runs that issued nothing do not count.
    """
    earlier = _compared(desk, selection)
    if not earlier:
        return None
    most, largest = max(run.invoices for run in earlier), max(run.net for run in earlier)
    if 2 * count <= 3 * most and 2 * net <= 3 * largest:
        return None
    currency = desk.rulebook.currency
    words = {"count": count, "net": Money(net, currency), "currency": currency.code, "most": most, "largest": Money(largest, currency)}
    return UNUSUAL.at(None, "/confirm", **words, runs=len(earlier))


def _compared(desk: Desk, selection: Selection) -> Sequence[RunSum]:
    """The last runs of a selection, with which another is compared; none where there are too few."""
    with desk.store.reading() as connection:
        earlier = runs.last_runs(connection, _narrowed_to(selection), most=COMPARED_RUNS)
    return earlier if len(earlier) >= FEWEST_COMPARED else ()


def _check_usual(desk: Desk, selection: Selection, on: date) -> None:
    """Refuses what is unusual."""
    problem = None
    for validating in (False, True) if _compared(desk, selection) else ():  # what is not valid only makes them fewer and less
        drafts = drafts_of(desk, selection, on, tracing=False, validating=validating)
        nets = [draft.net.minor for each in drafts for draft in each.drafts]
        problem = unusual(desk, selection, len(nets), sum(nets))
        if problem is None:
            return
    if problem is not None:
        raise Conflict((problem,), "unusual", ("preview", "confirm"))


def _narrowed_to(selection: Selection) -> NarrowedTo:
    """What a run is narrowed to, as it is stored: several customers only where they were chosen."""
    narrowed: NarrowedTo = {"order_type": selection.order_type, "customer": selection.customer, "order": selection.order}
    return narrowed if selection.customers is None else {**narrowed, "customers": sorted(set(selection.customers))}
