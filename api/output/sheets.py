"""A report as a sheet of columns and rows, written as text, JSON, CSV or XLSX; text that looks like a formula stays text."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Final

from engine.money import Money, Quantity
from engine.phrases import Language, as_written, phrase, say

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

Cell = str | int | date | Money | Quantity | None
TEXT_STAYS_TEXT: Final = {"strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}
"""The options of a workbook in which no text becomes a number, a formula or a link."""
_ARTICLES: Final[Mapping[Language, re.Pattern[str]]] = {
    "fr": re.compile(r"^(?:le |la |les |l['’])", re.IGNORECASE),
    "nl": re.compile(r"^(?:de|het) ", re.IGNORECASE),
}
"""What stands before a name in a sentence, and not in a head."""
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A report: its name, columns, rows, the totals of some columns, notes, and what stands in sections of their own."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    totals: dict[str, Money] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    sections: tuple[Sheet, ...] = ()
    """CSV has none of them."""
    next: str | None = None
    """What to write after `--after` for the rows that follow; None where these are the last."""


def as_tree(sheet: Sheet, language: Language = "en") -> dict[str, object]:
    """The sheet for JSON: rows by column, amounts and quantities as decimal strings, days as ISO text; sentences in the language."""
    rows = [{column: plain(cell, language) for column, cell in zip(sheet.columns, row, strict=True)} for row in sheet.rows]
    tree: dict[str, object] = {"report": sheet.name, "rows": rows}
    if sheet.totals:
        tree["totals"] = {column: str(total) for column, total in sheet.totals.items()}
    if sheet.notes:
        tree["notes"] = [say(note, language) for note in sheet.notes]
    if sheet.next is not None:
        tree["next"] = sheet.next
    for section in sheet.sections:
        tree[section.name.replace("-", "_")] = {name: part for name, part in as_tree(section, language).items() if name != "report"}
    return tree


def as_csv(sheet: Sheet, language: Language = "en") -> str:
    """The sheet as CSV with a header of the names of its columns; sentences in the language.

    Text that a spreadsheet would read as a formula gets an apostrophe before it; numbers do not.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(sheet.columns)
    writer.writerows([csv_cell(cell, language) for cell in row] for row in sheet.rows)
    return buffer.getvalue()


def as_xlsx(sheet: Sheet, language: Language = "en") -> bytes:
    """The sheet as a workbook, heads and sentences in the language.

    Amounts are numbers with the currency's decimals, days are dates, text is always text.
    """
    import xlsxwriter

    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, **TEXT_STAYS_TEXT}) as workbook:
        for each in (sheet, *sheet.sections):
            _fill_page(workbook, workbook.add_worksheet(each.name[:31]), each, language)
    return buffer.getvalue()


def head(column: str, language: Language) -> str:
    """The head of a column for people, of its name in JSON and CSV: `billing date` of `billing_date`."""
    known = say(as_written(column), language)
    if known == column:
        return known.replace("_", " ")
    return _ARTICLES[language].sub("", known) if language in _ARTICLES else known


def as_text(sheet: Sheet, language: Language = "en") -> str:
    """The sheet as a text table in the language: amounts right-aligned, totals under a line."""
    notes = [say(note, language) for note in sheet.notes]
    if sheet.next is not None:
        notes.append(say(phrase("more follows: --after {name}", name=sheet.next), language))
    if not sheet.rows:
        return "\n".join((say(phrase("{name}: nothing", name=sheet.name), language), *notes, *_sections(sheet, language)))
    heads = tuple(head(name, language) for name in sheet.columns)
    lines = [heads, *(tuple(_shown(cell, language) for cell in row) for row in sheet.rows)]
    totals = tuple(_shown(sheet.totals.get(column), language) for column in sheet.columns)
    right_aligned = [isinstance(cell, Money | Quantity | int) for cell in sheet.rows[0]]
    widths = [max(len(line[at]) for line in [*lines, totals]) for at in range(len(sheet.columns))]
    text_lines = [_line(line, widths, right_aligned) for line in lines]
    rule = "─" * min(max(len(line) for line in text_lines), 160)
    text_lines.insert(1, rule)
    if sheet.totals:
        text_lines += [rule, _line(totals, widths, right_aligned)]
    return "\n".join([*text_lines, *notes, *_sections(sheet, language)])


def _sections(sheet: Sheet, language: Language) -> Iterator[str]:
    for section in sheet.sections:
        yield f"\n{head(section.name, language)}"
        yield as_text(section, language)


def _fill_page(workbook: Workbook, page: Worksheet, sheet: Sheet, language: Language) -> None:
    formats = write_heads(workbook, page, sheet.columns, language)
    for at, row in enumerate(sheet.rows, start=1):
        write_row(page, at, row, formats, language)
    page.autofit()


@dataclass(slots=True)
class Formats:
    """The formats of a workbook: of days, and of amounts by the decimals of their currency."""

    workbook: Workbook
    day: Format
    amounts: dict[int, Format] = field(default_factory=dict)

    def amount(self, decimals: int) -> Format:
        """The format of amounts with so many decimals."""
        if decimals not in self.amounts:
            places = "0." + "0" * decimals if decimals else "0"
            self.amounts[decimals] = self.workbook.add_format({"num_format": f"#,##{places}"})
        return self.amounts[decimals]


def write_heads(workbook: Workbook, page: Worksheet, columns: Sequence[str], language: Language) -> Formats:
    """Writes the heads of a page; gives the formats of its rows."""
    page.freeze_panes(1, 0)
    page.write_row(0, 0, [head(column, language) for column in columns], workbook.add_format({"bold": True}))
    return Formats(workbook, workbook.add_format({"num_format": "yyyy-mm-dd"}))


def write_row(page: Worksheet, at: int, row: Sequence[Cell], formats: Formats, language: Language) -> None:
    """Writes a row of a page: amounts are numbers with the currency's decimals, days are dates, text is always text, yes is TRUE."""
    for column, cell in enumerate(row):
        match cell:
            case None:
                pass
            case Money():
                page.write_number(at, column, float(str(cell)), formats.amount(cell.currency.exponent))
            case Quantity():
                page.write_number(at, column, float(str(cell)))
            case bool():
                page.write_boolean(at, column, cell)
            case int():
                page.write_number(at, column, cell)
            case date():
                page.write_datetime(at, column, cell, formats.day)
            case str():
                page.write_string(at, column, say(cell, language))


def _line(cells: Sequence[str], widths: Sequence[int], right_aligned: Sequence[bool]) -> str:
    aligned = [cell.rjust(width) if right else cell.ljust(width) for cell, width, right in zip(cells, widths, right_aligned, strict=True)]
    return "  ".join(aligned).rstrip()


def plain(cell: Cell, language: Language) -> str | int | None:
    """A cell as JSON has it: amounts, quantities and days as text."""
    return cell if cell is None or isinstance(cell, int) else say(cell, language) if isinstance(cell, str) else str(cell)


def csv_cell(cell: Cell, language: Language) -> str | int:
    """A cell as CSV has it; text that a spreadsheet would read as a formula gets an apostrophe before it."""
    if isinstance(cell, str):
        cell = say(cell, language)
        return f"'{cell}" if cell.startswith(_FORMULA) else cell
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    return "" if cell is None else cell if isinstance(cell, int) else str(cell)


def _shown(cell: Cell, language: Language) -> str:
    if isinstance(cell, Money):
        sign, digits = ("-", str(cell)[1:]) if cell.minor < 0 else ("", str(cell))
        units, point, decimals = digits.partition(".")
        return f"{sign}{int(units):,}{point}{decimals}"
    if isinstance(cell, bool):
        return say(phrase("yes") if cell else phrase("no"), language)
    return "" if cell is None else say(cell, language) if isinstance(cell, str) else str(cell)
