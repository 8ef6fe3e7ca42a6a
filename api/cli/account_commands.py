"""`centwright customer statement` and `customer reminder`: the account of a customer as it would be sent, as figures or as a PDF."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from api.cli.invocation import Invocation, pass_invocation
from api.cli.options import DAY, Command, parsed, typed
from api.cli.sheet_output import write_path, write_sheet
from api.desk import account_statements
from api.output.files import write_file
from api.output.sheets import Sheet
from engine.money import Money
from engine.phrases import phrase, say

_OUT = click.option("--out", "target", type=click.Path(path_type=Path), default=None, help="Write the PDF in the customer's language here.")
_AS_OF = click.option("--as-of", "as_of", type=DAY, default=None, help="The day of it (default: the business date).")


@click.command("statement", cls=Command)
@click.argument("name")
@_AS_OF
@click.option("--from", "since", type=DAY, default=None, help="The first day of its entries (default: the first of that year).")
@_OUT
@pass_invocation
def show_statement(invocation: Invocation, name: str, as_of: date | None, since: date | None, target: Path | None) -> None:
    """Show the statement of a customer's account: invoices, credit notes and payments; or write its PDF."""
    statement = account_statements.find_statement(invocation.desk, name, as_of=as_of, since=since)
    if target is not None:
        write_file(target, account_statements.statement_pdf(invocation.desk, statement, invocation.settings.rulebook))
        write_path(invocation, target)
        return
    if invocation.as_json:
        invocation.write_json(account_statements.statement_tree(statement))
        return
    columns = ("on", "document", "number", "due_on", "amount", "balance")
    rows = tuple(
        (entry.on, entry.what, entry.number, entry.due_on, entry.amount, balance)
        for entry, balance in zip(statement.entries, statement.balances, strict=True)
    )
    write_sheet(invocation, Sheet(name="statement", columns=columns, rows=rows), None, None)
    amounts = {"balance": statement.balance, "overdue": statement.overdue}
    known = phrase("balance {balance}, of which overdue {overdue}", **amounts)
    unknown = phrase("balance {balance}, of which overdue {overdue}; payments are not in it", **amounts)
    invocation.write(say(known if statement.has_payments else unknown, invocation.language))


@click.command("reminder", cls=Command)
@click.argument("name")
@_AS_OF
@click.option("--level", type=click.IntRange(1, 9), default=1, show_default=True, help="The how-manyeth reminder it is.")
@click.option("--last", "is_last", is_flag=True, help="It is the last one.")
@click.option("--pay-until", type=DAY, default=None, help="Until when it asks to be paid (default: two weeks later).")
@click.option("--costs", default=None, help="Interest and costs that it asks besides.")
@_OUT
@pass_invocation
def show_reminder(
    invocation: Invocation,
    name: str,
    as_of: date | None,
    level: int,
    is_last: bool,
    pay_until: date | None,
    costs: str | None,
    target: Path | None,
) -> None:
    """Show the reminder of what a customer has overdue; or write its PDF. Nothing is sent."""
    currency = invocation.desk.rulebook.currency
    reminder = account_statements.find_reminder(
        invocation.desk,
        name,
        as_of=as_of,
        level=level,
        is_last=is_last,
        pay_until=pay_until,
        costs=None if costs is None else Money.parse(parsed("--costs", costs, typed(str, currency.code)), currency),
    )
    if target is not None:
        write_file(target, account_statements.reminder_pdf(invocation.desk, reminder, invocation.settings.rulebook))
        write_path(invocation, target)
        return
    if invocation.as_json:
        invocation.write_json(account_statements.reminder_tree(reminder))
        return
    columns = ("number", "issued_on", "due_on", "gross", "open")
    rows = tuple((one.number, one.issued_on, one.due_on, one.gross, one.open) for one in reminder.invoices)
    write_sheet(invocation, Sheet(name="reminder", columns=columns, rows=rows, totals={"open": reminder.open}), None, None)
