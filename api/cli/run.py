"""`centwright run`: preview a billing run, issue its invoices with one or more workers, join one, and see how far runs are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Final

import click

from api.cli.invocation import Invocation, pass_invocation
from api.cli.invoiced_differences import write_comparison
from api.cli.list_writer import write_list
from api.cli.options import DAY, Command, Group
from api.cli.vat_check_commands import check_before_run, check_due, write_unverified
from api.desk.billing_lists import RUNS
from api.desk.billing_run import invoices_of, join_run, preview, progress_of, start_run, work
from api.desk.due_drafts import Selection
from api.desk.invoiced_comparison import compare_invoiced
from api.desk.renditions import draft_pdfs
from api.desk.report_parameters import MOST_ROWS
from api.desk.run_workers import more_workers
from api.output.files import make_folder, write_file
from api.output.sheets import Sheet, as_text, as_tree
from api.store.runs import Run, RunProgress
from engine.documents.invoice import DraftInvoice
from engine.documents.order import ORDER_TYPES
from engine.documents.transaction_figures import TransactionFigures
from engine.money import Money
from engine.phrases import Phrase, as_written, phrase, say

_TYPES: Final = click.Choice(ORDER_TYPES)
_COLUMNS: Final = ("customer", "name", "order_type", "month", "type", "lines", "net", "vat", "gross", "channel")
_LARGEST_NUMBER: Final = 2**31 - 1
_MOST_WORKERS: Final = 64
_Function = Callable[..., int | None]


def _narrowing(command: _Function) -> _Function:
    for option in (
        click.option("--order", default=None, help="Only this order."),
        click.option("--customer", default=None, help="Only this customer."),
        click.option("--type", "order_type", type=_TYPES, default=None, help="Only orders of this type."),
        click.option("--due-through", type=DAY, required=True, help="Take all that may be invoiced up to and including this day."),
    ):
        command = option(command)
    return command


def _selecting(command: _Function) -> _Function:
    about = "The issue date (default: the business date); never a later one."
    return _narrowing(click.option("--on", "issued_on", type=DAY, default=None, help=about)(command))


@click.group(cls=Group)
def run() -> None:
    """Preview a billing run, issue its invoices, and see how far runs are."""


@run.command("preview", cls=Command)
@_selecting
@click.option("--pdf", "folder", type=click.Path(path_type=Path), default=None, help="Also write each draft as a PDF into this folder.")
@click.option(
    "--against",
    "earlier",
    type=click.Path(path_type=Path),
    default=None,
    help="Compare with the invoices of a former system: a CSV file with the columns customer, net and, if known, gross.",
)
@pass_invocation
def preview_run(
    invocation: Invocation,
    due_through: date,
    issued_on: date | None,
    order_type: str | None,
    customer: str | None,
    order: str | None,
    folder: Path | None,
    earlier: Path | None,
) -> None:
    """Show the invoices that a run would issue, and what it would hold back. Issues nothing; PDFs are marked as drafts."""
    selection = Selection(due_through=due_through, order_type=order_type, customer=customer, order=order)
    rows: list[tuple[str | int | Money, ...]] = []
    held: list[TransactionFigures] = []
    drafts: list[DraftInvoice] = []
    previewed = preview(invocation.desk, selection, issued_on=issued_on)
    if earlier is not None:
        write_comparison(invocation, compare_invoiced(invocation.desk, previewed, earlier, due_through))
        return
    for drafted in previewed:
        rows += map(_draft_row, drafted.drafts)
        held += drafted.held
        drafts += drafted.drafts
    if folder is not None:
        _write_drafts(invocation, drafts, issued_on or invocation.desk.today, folder)
    _write_result(invocation, Sheet(name="preview", columns=_COLUMNS, rows=tuple(rows), totals=_totals(_COLUMNS, rows)), held)


@run.command("vat-check", cls=Command)
@_narrowing
@pass_invocation
def check_vat_numbers(invocation: Invocation, due_through: date, order_type: str | None, customer: str | None, order: str | None) -> int:
    """Ask VIES about the customers of whom a run would bill something: numbers of other states whose last answer is old.

    What is issued without VAT rests on it. Without an answer the last one serves for `vat-answer-days`; the command then ends with 5.
    """
    return check_due(invocation, Selection(due_through=due_through, order_type=order_type, customer=customer, order=order))


@run.command("issue", cls=Command)
@_selecting
@click.option("--recheck-vat", is_flag=True, help="Before, ask VIES about the VAT numbers, as `run vat-check` does.")
@click.option("--workers", type=click.IntRange(1, _MOST_WORKERS), default=1, show_default=True, help="Processes that share the run.")
@click.option("--ahead", is_flag=True, help="Also take what is due after the business date.")
@click.option("--yes", "confirm", is_flag=True, help="Issue also what is unusual against the last runs of the same selection.")
@pass_invocation
def issue_run(
    invocation: Invocation,
    due_through: date,
    issued_on: date | None,
    order_type: str | None,
    customer: str | None,
    order: str | None,
    workers: int,
    ahead: bool,
    confirm: bool,
    recheck_vat: bool,
) -> None:
    """Issue an invoice for everything due. Interrupted and run again, or run twice at once, it issues nothing twice."""
    invocation.is_batch = True
    selection = Selection(due_through=due_through, order_type=order_type, customer=customer, order=order)
    if recheck_vat:
        check_before_run(invocation, selection)
    started = start_run(invocation.desk, selection, issued_on=issued_on, ahead=ahead, confirm=confirm, workers=workers)
    _work(invocation, started, workers)


@run.command("join", cls=Command)
@click.argument("number", type=click.IntRange(1, _LARGEST_NUMBER))
@click.option("--workers", type=click.IntRange(1, _MOST_WORKERS), default=1, show_default=True, help="Processes that share the run.")
@pass_invocation
def join(invocation: Invocation, number: int, workers: int) -> None:
    """Work on run NUMBER too, from this or another machine; resumes it where all its workers are gone."""
    invocation.is_batch = True
    _work(invocation, join_run(invocation.desk, number), workers)


run.add_command(join, "resume")


@run.command("list", cls=Command)
@pass_invocation
def list_runs(invocation: Invocation) -> None:
    """List the last runs, the latest first."""
    write_list(invocation, RUNS, {}, MOST_ROWS, None)


@run.command("show", cls=Command)
@click.argument("number", type=click.IntRange(1, _LARGEST_NUMBER))
@pass_invocation
def show_run(invocation: Invocation, number: int) -> None:
    """Show how far run NUMBER is, and who works on it."""
    so_far = progress_of(invocation.desk, number)
    of_run, narrowed = so_far.run, so_far.run.narrowed_to
    times = {"started_at": of_run.started_at, "ended_at": of_run.ended_at, "resumed_at": of_run.resumed_at}
    workers = [f"{worker} ({until:%Y-%m-%d %H:%M:%S} UTC)" for worker, until in so_far.workers]
    shown = {name: moment and f"{moment:%Y-%m-%d %H:%M:%S} UTC" for name, moment in times.items()}
    invocation.write_fields({**_fields_of(so_far), **narrowed, **shown, "rulebook": of_run.rulebook, "workers": ", ".join(workers)})


def _fields_of(so_far: RunProgress) -> dict[str, str | int]:
    """What a list says of a run."""
    return {
        "run": so_far.run.number,
        "state": as_written(so_far.run.state),
        "issued_on": so_far.run.issued_on.isoformat(),
        "due_through": so_far.run.due_through.isoformat(),
        "shards": so_far.shards,
        "done": so_far.done,
        "issued": so_far.issued,
        "held": so_far.held,
        "resumed": so_far.run.resumed,
    }


def _work(invocation: Invocation, started: Run, workers: int) -> None:
    """Works on a run to its end, and writes what it issued and held back."""

    def progress(done: int, of: int) -> None:
        line = phrase("shard {done} of {of}", done=done, of=of)
        invocation.show_progress(say(line, invocation.language) if done < of else "")

    try:
        with more_workers(invocation.desk, started.number, workers - 1):
            report = work(invocation.desk, started, progress=progress)
    except KeyboardInterrupt:
        line = phrase("run {number} is interrupted; `centwright run resume {number}` goes on with it", number=started.number)
        invocation.write_message(say(line, invocation.language))
        raise
    columns = ("number", *_COLUMNS)
    rows = tuple((invoice.number, *_draft_row(invoice)) for invoice in invoices_of(invocation.desk, report.issued))
    _write_result(invocation, Sheet(name="issued", columns=columns, rows=rows, totals=_totals(columns, rows)), report.held)
    template = "run {number}: {issued} invoices issued, {held} transactions held back"
    summary = phrase(template, number=report.number, issued=len(report.issued), held=len(report.held))
    invocation.write_message(say(summary, invocation.language))


def _write_drafts(invocation: Invocation, drafts: Sequence[DraftInvoice], on: date, folder: Path) -> None:
    """Writes drafts as PDFs, called by customer, order type and place."""
    counts = Counter[str]()
    named: dict[str, DraftInvoice] = {}
    for draft in drafts:
        name = "".join(sign if sign.isalnum() or sign in "-_." else "-" for sign in f"{draft.customer.id}-{draft.order_type}")
        counts[name] += 1
        named[f"{name}-{counts[name]}"] = draft
    make_folder(folder)
    for name, pdf in draft_pdfs(invocation.desk, named, on, invocation.settings.rulebook):
        write_file(folder / f"draft-{name}.pdf", pdf)


def _draft_row(draft: DraftInvoice) -> tuple[str | int | Money, ...]:
    buyer = draft.customer
    first = (buyer.id, buyer.name, draft.order_type, draft.month, draft.type_code, len(draft.lines))
    return (*first, draft.net, draft.vat, draft.gross, draft.channel)


def _totals(columns: tuple[str, ...], rows: Sequence[tuple[str | int | Money, ...]]) -> dict[str, Money]:
    totals: dict[str, Money] = {}
    for row in rows:
        for column, cell in zip(columns, row, strict=True):
            if isinstance(cell, Money):
                totals[column] = totals[column] + cell if column in totals else cell
    return totals


def _write_result(invocation: Invocation, sheet: Sheet, held: Sequence[TransactionFigures]) -> None:
    if invocation.as_json:
        waiting = [
            {
                "customer": one.customer,
                "order": one.order,
                "item": one.item,
                "net": str(one.net),
                "billing_date": one.billing_date and one.billing_date.isoformat(),
                "held_because": say(one.held_because or "", invocation.language),
            }
            for one in held
        ]
        tree = as_tree(sheet, invocation.language)
        invocation.write_json({"invoices": tree["rows"], "totals": tree.get("totals", {}), "held": waiting})
        return
    invocation.write(as_text(sheet, invocation.language))
    write_unverified(invocation, {one.customer for one in held})
    for one in held:
        invocation.write(say(_held_line(one), invocation.language))


def _held_line(one: TransactionFigures) -> Phrase:
    """A transaction that is held back: whose, what, for which days, and why."""
    whose = {"customer": one.customer, "item": one.item, "net": one.net, "because": one.held_because or ""}
    period = one.service_period
    if period is None:
        return phrase("held: {customer} {item} {net} of {day}: {because}", day=one.billing_date or "-", **whose)
    return phrase("held: {customer} {item} {net} from {first} to {last}: {because}", first=period.start, last=period.last, **whose)
