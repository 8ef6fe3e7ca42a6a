"""Writing a sheet: as a text table, JSON, CSV or a workbook."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from api.cli.invocation import Invocation
from api.output.files import write_file
from api.output.sheets import Sheet, as_csv, as_text, as_tree, as_xlsx


def write_sheet(invocation: Invocation, sheet: Sheet, csv: str | None, xlsx: str | None) -> None:
    """Writes a sheet in the requested format; by default as a text table."""
    if xlsx is not None and csv is not None:
        raise click.UsageError("write either --csv or --xlsx")
    if xlsx is not None:
        _write(invocation, as_xlsx(sheet, invocation.language), xlsx)
    elif csv is not None:
        _write(invocation, as_csv(sheet, invocation.language).encode(), csv)
    elif invocation.as_json:
        invocation.write_json(as_tree(sheet, invocation.language))
    else:
        invocation.write(as_text(sheet, invocation.language))


def write_path(invocation: Invocation, path: Path) -> None:
    """Writes the path of a file that was written."""
    if invocation.as_json:
        invocation.write_json({"file": str(path)})
    else:
        invocation.write(str(path))


def _write(invocation: Invocation, content: bytes, path: str) -> None:
    if path == "-":
        if sys.stdout.isatty() and not content[:1].isascii():
            raise click.UsageError("a workbook is not written to a terminal: give a file, or send stdout to one")
        sys.stdout.buffer.write(content)
        return
    write_file(Path(path), content)
    invocation.write_message(f"written: {path}")
