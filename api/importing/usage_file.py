"""Parsing a file of usage reports: one a row."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from api.importing.cell_values import Fields
from api.importing.column_meanings import names_of
from api.importing.csv_files import LARGEST, Columns, CsvRow, decode, read_rows
from engine.documents.usage_report import ID_FORM, GivenReport
from engine.phrases import phrase
from engine.problems import Kind, Problem, Span, refuse

COLUMNS: Final = Columns(needed=("id", "item", "quantity"), optional=("on", "from", "to", "corrects"), names=names_of("usage"))
NO_FILE: Final = Kind("no-usage-file", "there is no file {file}", "give the CSV file that holds the reports")
DAY_OR_PERIOD: Final = Kind(
    "day-or-period", "a report is of one day or of a period, and this row names {what}", "fill `on`, or `from` and `to`"
)
ID_TWICE: Final = Kind("usage-id-twice", "the report `{id}` stands already on line {line}", "give each report an id of its own")


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedReport:
    """A report with its row; without days where it corrects another."""

    given: GivenReport
    has_days: bool
    where: Span


def read_usage_file(path: Path) -> tuple[tuple[ParsedReport, ...], tuple[Problem, ...], dict[str, str]]:
    """The reports of a file, the problems of all rows, and its text for excerpts; refuses a missing file."""
    if not path.is_file():
        raise refuse(NO_FILE, file=path)
    with path.open("rb") as opened:
        content = opened.read(LARGEST + 1)
    text, problems = decode(path.name, content)
    texts = {path.name: text}
    if any(problem.stops for problem in problems):
        return (), problems, texts
    problems_of_rows, reports, lines = [*problems], list[ParsedReport](), dict[str, int]()
    for row in read_rows(path.name, text, COLUMNS, problems_of_rows) or ():
        fields = Fields(row, problems_of_rows)
        report = _report(fields, row)
        if report is not None:
            first = lines.setdefault(report.given.id, row.where.line)
            if first != row.where.line:
                fields.report(ID_TWICE, "id", id=report.given.id, line=first)
            reports.append(report)
    return tuple(reports), tuple(problems_of_rows), texts


def _report(fields: Fields, row: CsvRow) -> ParsedReport | None:
    before = len(fields.problems)
    name = fields.matching("id", ID_FORM, phrase("an id"), phrase("letters, digits and . _ : @ + = - (at most 100)"), required=True)
    item, quantity = fields.needed("item", phrase("the id of an item")), fields.measure("quantity")
    corrects = fields.text("corrects")
    on, start, last = (fields.day(column, required=False) for column in ("on", "from", "to"))
    filled = [column for column in ("on", "from", "to") if fields.cell(column) is not None]
    if filled not in (["on"], ["from", "to"]) and (filled or corrects is None):
        what = ", ".join(f"`{column}`" for column in filled) if filled else phrase("no day")
        fields.report(DAY_OR_PERIOD, filled[0] if filled else "on", what=what)
    if len(fields.problems) > before or name is None or quantity is None:
        return None
    first, final = on or start, on or last
    has_days = first is not None and final is not None
    return ParsedReport(
        given=GivenReport(
            id=name,
            item=item,
            start=first or date.min,
            until=(final or date.min) + timedelta(days=1),
            quantity=quantity,
            corrects=corrects,
        ),
        has_days=has_days,
        where=row.where,
    )
