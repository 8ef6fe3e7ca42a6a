"""How a command writes a sheet: as a table of text, as JSON, as CSV or as a workbook."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from api.cli.invocation import Invocation
from api.output.files import write_file
from api.output.sheets import Sheet, as_csv, as_text, as_tree, as_xlsx


def answer(invocation: Invocation, sheet: Sheet, csv: str | None, xlsx: str | None) -> None:
    """Writes a report as it was asked for: a table of text unless JSON, CSV or a workbook is wanted."""
    if xlsx is not None and csv is not None:
        raise click.UsageError("write either --csv or --xlsx")
    if xlsx is not None:
        _write(invocation, as_xlsx(sheet), xlsx)
    elif csv is not None:
        _write(invocation, as_csv(sheet).encode(), csv)
    elif invocation.as_json:
        invocation.answer_json(as_tree(sheet))
    else:
        invocation.answer(as_text(sheet))


def answer_place(invocation: Invocation, place: Path) -> None:
    """Says where a file was written."""
    if invocation.as_json:
        invocation.answer_json({"file": str(place)})
    else:
        invocation.answer(str(place))


def _write(invocation: Invocation, content: bytes, place: str) -> None:
    if place == "-":
        if sys.stdout.isatty() and not content[:1].isascii():
            raise click.UsageError("a workbook is not written to a terminal: give a file, or send stdout to one")
        sys.stdout.buffer.write(content)
        return
    write_file(Path(place), content)
    invocation.say(f"written: {place}")
