"""`centwright run preview` and `centwright run issue`: the billing run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Final

import click

from api.cli.invocation import Invocation, pass_invocation
from api.cli.options import DAY, Command, Group
from api.desk.billing_run import invoices_of, issue, preview
from api.desk.due_drafts import Selection
from api.output.sheets import Sheet, as_text, as_tree
from engine.documents.invoice import DraftInvoice
from engine.documents.order import ORDER_TYPES
from engine.documents.transaction_figures import TransactionFigures
from engine.money import Money
from engine.phrases import phrase, say

_TYPES: Final = click.Choice(ORDER_TYPES)
_COLUMNS: Final = ("customer", "name", "order_type", "month", "type", "lines", "net", "vat", "gross", "channel")
_Function = Callable[..., None]


def _selecting(command: _Function) -> _Function:
    for option in (
        click.option("--order", default=None, help="Only this order."),
        click.option("--customer", default=None, help="Only this customer."),
        click.option("--type", "order_type", type=_TYPES, default=None, help="Only orders of this type."),
        click.option("--on", "issued_on", type=DAY, default=None, help="The issue date (default: the business date); never a later one."),
        click.option("--due-through", type=DAY, required=True, help="Take all that may be invoiced up to and including this day."),
    ):
        command = option(command)
    return command


@click.group(cls=Group)
def run() -> None:
    """Preview a billing run, or issue its invoices."""


@run.command("preview", cls=Command)
@_selecting
@pass_invocation
def preview_run(
    invocation: Invocation, due_through: date, issued_on: date | None, order_type: str | None, customer: str | None, order: str | None
) -> None:
    """Show the invoices that a run would issue, and what it would hold back. Issues nothing."""
    selection = Selection(due_through=due_through, order_type=order_type, customer=customer, order=order)
    rows: list[tuple[str | int | Money, ...]] = []
    held: list[TransactionFigures] = []
    for drafted in preview(invocation.desk, selection, issued_on=issued_on):
        rows += map(_draft_row, drafted.drafts)
        held += drafted.held
    _write_result(invocation, Sheet(name="preview", columns=_COLUMNS, rows=tuple(rows), totals=_totals(_COLUMNS, rows)), held)


@run.command("issue", cls=Command)
@_selecting
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
    ahead: bool,
    confirm: bool,
) -> None:
    """Issue an invoice for everything due. Interrupted and run again, or run twice at once, it issues nothing twice."""
    invocation.is_batch = True
    selection = Selection(due_through=due_through, order_type=order_type, customer=customer, order=order)

    def progress(done: int, of: int) -> None:
        line = phrase("customer {done} of {of}", done=done, of=of)
        invocation.show_progress(say(line, invocation.language) if done < of else "")

    report = issue(invocation.desk, selection, issued_on=issued_on, ahead=ahead, confirm=confirm, progress=progress)
    columns = ("number", *_COLUMNS)
    rows = tuple((invoice.number, *_draft_row(invoice)) for invoice in invoices_of(invocation.desk, report.issued))
    _write_result(invocation, Sheet(name="issued", columns=columns, rows=rows, totals=_totals(columns, rows)), report.held)
    template = "run {number}: {issued} invoices issued, {held} transactions held back"
    summary = phrase(template, number=report.number, issued=len(report.issued), held=len(report.held))
    invocation.write_message(say(summary, invocation.language))


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
                "held_because": say(one.held_because or "", invocation.language),
            }
            for one in held
        ]
        tree = as_tree(sheet, invocation.language)
        invocation.write_json({"invoices": tree["rows"], "totals": tree.get("totals", {}), "held": waiting})
        return
    invocation.write(as_text(sheet, invocation.language))
    for one in held:
        line = phrase(
            "held: {customer} {item} {net}: {because}",
            customer=one.customer,
            item=one.item,
            net=one.net,
            because=one.held_because or "",
        )
        invocation.write(say(line, invocation.language))
