"""`centwright table`: exports price books and decision tables to a spreadsheet, and imports them after showing a diff."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import click

from api.cli.invocation import Invocation, pass_invocation
from api.cli.options import Group
from api.output.files import write_file
from api.refusals import Positioned
from api.workbench.tables.table_cells import CellChange, Table
from engine.phrases import phrase, say
from engine.problems import Kind, Refusal, Span
from engine.rulebook.reader import Reading, read_all, rulebook_of
from engine.text.sources import Sources

NOT_READ = Kind("sheet-not-read", "this file cannot be read", "see that it is there, and no folder")
ENDING = Kind("sheet-ending", "`{name}` is neither XLSX nor CSV", "let its name end in `.xlsx` or `.csv`")


@click.group(cls=Group)
def table() -> None:
    """Export price books and decision tables to a spreadsheet, and import them."""


@table.command("list")
@pass_invocation
def list_tables(invocation: Invocation) -> int:
    """List the price books and decision tables by the names that the other commands take."""
    tables = _tables(_read(invocation))
    if invocation.as_json:
        fields = [
            {"name": each.name, "kind": each.kind, "says": each.title, "file": each.path, "rows": len(each.rows)}
            for each in tables.values()
        ]
        invocation.write_json(fields)
        return 0
    width = max((len(name) for name in tables), default=0)
    for name, each in tables.items():
        invocation.write(f"{name:<{width}}  {len(each.rows):>5}  {each.path}")
    return 0


@table.command("export")
@click.argument("name")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="The file: its name ends in .xlsx or .csv.")
@pass_invocation
def export(invocation: Invocation, name: str, out: Path) -> int:
    """Export a price book or decision table to a spreadsheet file."""
    from api.workbench.tables.sheet_writer import as_csv, as_xlsx
    from api.workbench.tables.table_lookup import table_called

    _check_ending(out)
    exported = table_called(name, _tables(_read(invocation)))
    write_file(out, as_csv(exported) if out.suffix.lower() == ".csv" else as_xlsx(exported, invocation.language))
    invocation.write_message(
        say(phrase("{count} rows of {name} in {file}", count=len(exported.rows), name=exported.name, file=out), invocation.language)
    )
    return 0


@table.command("import")
@click.argument("name")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--apply", "applies", is_flag=True, help="Write the changes into the files of the rulebook; without it they are only shown.")
@pass_invocation
def import_table(invocation: Invocation, name: str, file: Path, applies: bool) -> int:
    """Show which cells of a price book or decision table a spreadsheet changes; with --apply, write them: all or none."""
    from api.workbench.tables.apply_changes import changed_texts
    from api.workbench.tables.sheet_changes import changes_of
    from api.workbench.tables.sheet_reader import read_sheet
    from api.workbench.tables.table_lookup import table_called

    _check_ending(file, (".xlsx", ".csv", ".ods"))
    reading = _read(invocation)
    sources: Sources = reading.gathered.sources
    exported = table_called(name, _tables(reading))
    rows, problems = read_sheet(file.name, _content(file), exported.columns[:1])
    if wrong := tuple(problem for problem in problems if problem.stops):
        raise Positioned(wrong, {})
    invocation.write_error_problems(problems, {})
    changes = changes_of(exported, rows, file.name)
    texts = changed_texts(sources, exported, changes) if changes else {}
    _write_changes(invocation, exported, changes, len(rows), applied=applies)
    if applies:
        for path, text in texts.items():
            write_file(invocation.settings.rulebook / path, text.encode())
    return 0


def _read(invocation: Invocation) -> Reading:
    return read_all(invocation.sources)


def _tables(reading: Reading) -> Mapping[str, Table]:
    from api.workbench.tables.table_lookup import tables_of

    return tables_of(reading, rulebook_of(reading))


def _check_ending(file: Path, endings: tuple[str, ...] = (".xlsx", ".csv")) -> None:
    if file.suffix.lower() not in endings:
        raise Refusal((ENDING.at(None, name=file.name),))


def _content(file: Path) -> bytes:
    from api.workbench.tables.sheet_reader import LARGEST_FILE, WORKBOOK_TOO_LARGE

    try:
        if file.stat().st_size > LARGEST_FILE:
            raise Refusal((WORKBOOK_TOO_LARGE.at(Span(file.name, 1, 1, 1, 1)),))
        return file.read_bytes()
    except OSError:
        raise Refusal((NOT_READ.at(Span(file.name, 1, 1, 1, 1)),)) from None


def _write_changes(invocation: Invocation, exported: Table, changes: tuple[CellChange, ...], rows: int, *, applied: bool) -> None:
    missing_rows = len(exported.rows) - rows if rows < len(exported.rows) else 0
    if invocation.as_json:
        cells = [{"row": one.key, "column": one.column, "before": one.before, "after": one.after, "at": one.where} for one in changes]
        invocation.write_json({"table": exported.name, "changes": cells, "left_out": missing_rows, "applied": applied})
        return
    language = invocation.language
    for one in changes:
        place = f"  {one.where}" if one.where else ""
        before = one.before if one.before is not None else say(phrase("nothing"), language)
        invocation.write(f"{one.key}  {one.column}  {before} → {one.after}{place}")
    if not changes:
        invocation.write(say(phrase("no change"), language))
    if missing_rows:
        invocation.write_message(say(phrase("{count} rows are not in the sheet; they stay as they are", count=missing_rows), language))
    if changes:
        counts = {"count": len(changes), "name": exported.name}
        summary = (
            phrase("{count} cells of {name} changed", **counts)
            if applied
            else phrase("{count} cells of {name} would change; --apply writes them", **counts)
        )
        invocation.write_message(say(summary, language))
