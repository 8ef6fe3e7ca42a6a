"""`centwright bank …`: files of banks, with what they hold and what is wrong with them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import click

from api.cli.invocation import Invocation, pass_invocation
from api.cli.options import Command, Group
from api.cli.sheet_output import write_sheet
from api.desk import paying
from api.importing.bank.bank_file import ENCODINGS, BankFile, read_bank_file
from api.importing.bank.bank_problems import LARGEST
from api.output.problem_json import problem_as_json
from api.output.sheets import Cell, Sheet
from engine.documents.bank_statement import BankMovement, BankStatement
from engine.phrases import Phrase, phrase, say

PROBLEMS: Final = 1


columns: Final = (
    "statement",
    "movement",
    "detail",
    "entry_date",
    "value_date",
    "amount",
    "currency",
    "reference",
    "text",
    "name",
    "account",
    "state",
)


@click.group(cls=Group)
def bank() -> None:
    """Read the files that banks give: CODA and CAMT.053."""


@bank.command("check", cls=Command)
@click.argument("files", metavar="FILE…", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--encoding", type=click.Choice(ENCODINGS), default=ENCODINGS[0], help="The encoding of CODA files; XML names its own.")
@click.option("--account", "accounts", metavar="IBAN", multiple=True, help="Our account; statements of others are refused. Repeatable.")
@click.option("--csv", metavar="FILE", default=None, help="Write the payments as CSV; - is stdout.")
@click.option("--xlsx", metavar="FILE", default=None, help="Write the payments as a workbook.")
@pass_invocation
def check_files(
    invocation: Invocation, files: tuple[Path, ...], encoding: str, accounts: tuple[str, ...], csv: str | None, xlsx: str | None
) -> int:
    """Show the statements and payments of files of banks, and every problem of them. Nothing is stored.

    Ends with 1 where one of them has problems: of such a file nothing would be taken.
    """
    ours = [each.replace(" ", "").upper() for each in accounts] or None
    read = [read_bank_file(str(file), _content(file), encoding=encoding, accounts=ours) for file in files]
    sheet = Sheet(name="payments", columns=columns, rows=tuple(_rows(read)))
    if invocation.as_json:
        invocation.write_json({"files": [_tree(each, invocation) for each in read]})
    elif csv is not None or xlsx is not None:
        write_sheet(invocation, sheet, csv, xlsx)
        for each in read:
            invocation.write_error_problems(each.problems, {each.path: each.text})
    else:
        for each in read:
            for line in _lines_of(each):
                invocation.write(say(line, invocation.language))
            invocation.write_problems(each.problems, {each.path: each.text})
        if sheet.rows:
            write_sheet(invocation, sheet, None, None)
    return PROBLEMS if any(each.stops for each in read) else 0


@bank.command("import", cls=Command)
@click.argument("files", metavar="FILE…", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--encoding", type=click.Choice(ENCODINGS), default=ENCODINGS[0], help="The encoding of CODA files; XML names its own.")
@click.option("--account", "accounts", metavar="IBAN", multiple=True, help="Another account of ours than that in company.yaml. Repeatable.")
@pass_invocation
def import_statements(invocation: Invocation, files: tuple[Path, ...], encoding: str, accounts: tuple[str, ...]) -> None:
    """Import the statements of files of banks, all or none, and match their payments with open invoices.

    The same file again changes nothing. What cannot be matched is listed by `payment list --state unmatched`.
    """
    invocation.is_batch = True
    ours = [each.replace(" ", "").upper() for each in accounts]
    imported = paying.import_files(invocation.desk, files, encoding=encoding, accounts=ours)
    counted = {"statements": imported.statements, "as_before": imported.known_statements, "payments": imported.payments}
    invocation.write_fields(counted | imported.states)


def _content(file: Path) -> bytes:
    with file.open("rb") as opened:
        return opened.read(LARGEST + 1)


def _tree(file: BankFile, invocation: Invocation) -> dict[str, object]:
    return {
        "file": file.path,
        "statements": [statement.tree for statement in file.statements],
        "problems": [problem_as_json(problem, invocation.language) for problem in file.problems],
    }


def _lines_of(file: BankFile) -> Iterator[Phrase]:
    """What a file holds, a line for each statement."""
    if file.stops:
        yield phrase("{file}: nothing can be taken of this file", file=file.path)
    for each in file.statements:
        yield phrase(
            "{file}: {form} statement {name} of {iban}: {old} {currency} on {old_on}, {count} movements, {new} {currency} on {new_on}",
            file=file.path,
            form=each.format,
            name=each.name,
            iban=each.iban,
            currency=each.currency,
            old=each.old_balance,
            old_on=each.old_balance_on,
            count=len(each.movements),
            new=each.new_balance,
            new_on=each.new_balance_on,
        )
        if each.is_duplicate:
            yield phrase("    the bank marks it as a copy")
        if each.not_booked:
            yield phrase("    {count} entries are not booked yet and are left out", count=each.not_booked)


def _rows(files: Sequence[BankFile]) -> Iterator[tuple[Cell, ...]]:
    for file in files:
        for statement in file.statements:
            for payment in statement.payments:
                yield _row(statement, payment)


def _row(statement: BankStatement, payment: BankMovement) -> tuple[Cell, ...]:
    party = payment.counterparty
    return (
        *(statement.name, payment.number, payment.detail or None, payment.entry_date, payment.value_date),
        *(payment.amount, statement.currency.code, payment.reference, " ".join(payment.text.split()) or None, party.name or None),
        *(party.iban or party.account, _state(payment)),
    )


def _state(payment: BankMovement) -> Phrase | str | None:
    """Whether it came back, and why, or takes another movement back."""
    if payment.returned is not None:
        kind, reason = payment.returned.kind, payment.returned.reason
        return f"{kind} {reason}" if reason else kind
    return "reversal" if payment.is_reversal else None
