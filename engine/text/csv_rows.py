"""Reads the CSV of spreadsheets into rows of cells with their positions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final

from engine.phrases import Replacement, listed, phrase
from engine.problems import Kind, Problem, Span
from engine.text.column_names import PRICE_LIST, KnownColumns, NamedColumns
from engine.text.csv_cells import csv_lines
from engine.text.decimal_commas import form_of
from engine.text.merge_conflicts import without_conflicts
from engine.text.sources import TextCell, check_characters, without_mark
from engine.text.written_numbers import DECIMAL_COMMA, written_number

CSV_COLUMNS: Final = Kind(
    "csv-columns", "no line names the columns {columns}", "write these names into this line, in place of those of its columns"
)
CSV_COLUMN: Final = Kind("csv-columns", "there is no column `{column}`", "did you mean `{near}`?")
CSV_CELLS: Final = Kind(
    "csv-cells",
    "this row has {found} cells and the first line has {wanted}",
    "add or remove {sign}; put a text that holds one between quotes",
)
CSV_ALL_CELLS: Final = Kind(
    "csv-cells",
    "{count} rows have {found} cells where the line of the names has {wanted}, and this is the first",
    "write the name of each column into the line of the names, or leave the cells without one away",
)
TOTAL_ROW: Final = Kind("total-row", "this row is a total and is not read", "nothing needs to be done if that is right", "advice")
TOTALS: Final = re.compile(
    r"(?:(?:grand|sub|sous|general|g\u00e9n\u00e9ral|algemeen)[- ]?)?(?:total|totaux|totaal|totalen|som|somme)\b.*", re.I
)
"""How the row of a total begins in a list of a spreadsheet."""
_SIGNS: Final = {",": phrase("a comma"), ";": phrase("a semicolon")}
_MOST_UNEVEN: Final = 3
"""The most rows with too many or too few cells that are told one by one."""
NAMES_BELOW: Final = Kind(
    "columns-read",
    "this line has names of columns too, and is not read",
    "nothing needs to be done if that is right; otherwise write the code of a product and its price into it",
    "advice",
)
CSV_QUOTE: Final = Kind("csv-quote", "a quote is not closed", 'close it with `"`; write a quote inside a text twice')
_DIGITS: Final = re.compile("[0-9]+")
_SEARCHED: Final = 12
"""The lines at the beginning of a file in which the names of the columns may stand."""
_SEPARATOR_LINE: Final = re.compile(r"sep=[,;]\s*[,;]*\s*")
"""The line by which Excel says what separates the cells."""


def read_csv(path: str, text: str, columns: tuple[str, ...]) -> tuple[tuple[dict[str, TextCell], ...], tuple[Problem, ...]]:
    """The rows of a CSV by column, all problems, and advice on names of columns that are not our own; other columns are ignored.

    The line of the names has the separator, a comma or a semicolon.
    """
    text, conflicts = without_conflicts(path, without_mark(text))
    unfit = check_characters(path, text)
    if unfit:
        return (), unfit
    known = known_columns(columns)
    at, first = _header_line(text, columns, known)
    separator = ";" if ";" in first and "," not in first else ","
    lines = list(csv_lines(path, text, separator, joins_lines=False))[at:]
    header = lines[0].cells if lines else []
    header = _without_empty_ends(header, 0)
    named = known.read([cell.text for cell in header])
    head = named.columns
    problems = [*conflicts, *named.problems(header)]
    if named.meant_twice:
        return (), tuple(problems)
    if not set(columns) <= set(head):
        wanted = Span(path, at + 1, 1, at + 1, len(first) + 1)
        misspelt, missing = misspelt_columns(header, known, named, columns)
        if not missing:
            return (), tuple(misspelt)
        return (), (*misspelt, CSV_COLUMNS.at(wanted, columns=listed([f"`{name}`" for name in missing])))
    rows: list[dict[str, TextCell]] = []
    for line in lines[1:]:
        cells, open_quote = _without_empty_ends(line.cells, len(head)), next(iter(line.spoilt), line.unclosed)
        if open_quote is not None:
            problems.append(CSV_QUOTE.at(open_quote))
        elif not any(cell.text for cell in cells):
            continue
        elif (comma := _split_by_a_comma(cells, head, separator)) is not None:
            problems.append(comma)
        elif len(cells) != len(head):
            problems.append(CSV_CELLS.at(cells[0].span.through(cells[-1].span), found=len(cells), wanted=len(head), sign=_SIGNS[separator]))
        elif not rows and _names_columns(dict(zip(head, cells, strict=True)), columns, known):
            problems.append(NAMES_BELOW.at(cells[0].span.through(cells[-1].span)))
        else:
            rows.append(dict(zip(head, cells, strict=True)))
    return tuple(rows), tuple(_alike(problems))


def _without_empty_ends(cells: list[TextCell], least: int) -> list[TextCell]:
    """The cells, without empty ones at the end beyond the columns that there are."""
    while len(cells) > least and not cells[-1].text:
        cells.pop()
    return cells


def _names_columns(row: Mapping[str, TextCell], columns: Sequence[str], known: KnownColumns) -> bool:
    """Whether a row of a price list holds names of columns: the second line of a head over two lines."""
    is_named = any(known.meant(row[column].text) is not None for column in columns)
    return "product" in columns and is_named and not re.search("[0-9]", row["price"].text)


def misspelt_columns(
    header: Sequence[TextCell], known: KnownColumns, named: NamedColumns, columns: Sequence[str]
) -> tuple[list[Problem], list[str]]:
    """The names of a header that are near that of a missing column, in the language of the others; and the columns without one."""
    missing = [column for column in columns if column not in named.columns]
    problems = []
    for cell, column in zip(header, named.columns, strict=True):
        near = known.near(cell.text, missing, named.language) if missing and column not in known.columns else None
        if near is not None:
            problems.append(CSV_COLUMN.at(cell.span, column=cell.text[:60], near=Replacement(near[1])))
            missing.remove(near[0])
    return problems, missing


def _alike(problems: Sequence[Problem]) -> Iterator[Problem]:
    """The problems; many rows with too many or too few cells are told once, at the first."""
    uneven = [problem for problem in problems if problem.kind is CSV_CELLS]
    for problem in problems:
        if problem.kind is not CSV_CELLS or len(uneven) <= _MOST_UNEVEN:
            yield problem
        elif problem is uneven[0]:
            words = dict(problem.words)
            yield CSV_ALL_CELLS.at(problem.where, count=len(uneven), found=words["found"], wanted=words["wanted"])


def known_columns(columns: Sequence[str]) -> KnownColumns:
    """The columns of a table; those of a price list are found by their usual names too."""
    is_price_list = "product" in columns
    return KnownColumns((*columns, *(PRICE_LIST if is_price_list else ())), PRICE_LIST if is_price_list else {})


def _header_line(text: str, columns: tuple[str, ...], known: KnownColumns) -> tuple[int, str]:
    """The line that names the columns, below any title of a spreadsheet; where none does, that of the first lines with the most cells."""
    filled = [(at, line) for at, line in enumerate(text.splitlines()) if line.strip() and not _SEPARATOR_LINE.fullmatch(line)]
    for at, line in filled[:_SEARCHED]:
        if set(columns) <= {known.meant(cell.strip(' "')) for cell in re.split("[,;]", line)}:
            return at, line
    return max(filled[:_SEARCHED], key=lambda one: _texts(one[1]), default=(0, ""))


def _texts(line: str) -> int:
    """How many cells of a line are texts; none where one is a number, as in a row below the names."""
    cells = [cell.strip(' "') for cell in re.split("[,;]", line)]
    return 0 if any(written_number(cell) for cell in cells if cell) else sum(1 for cell in cells if cell)


def with_decimal_points(text: str, cells: Sequence[TextCell]) -> tuple[TextCell, ...]:
    """Cells of one column, read with decimal commas where the file parts its cells by semicolons and all these cells have them."""
    form = form_of(cell.text for cell in cells)
    if not form.has_decimal_commas or ";" not in text:
        return tuple(cells)
    return tuple(TextCell(form.read(cell.text), cell.span) for cell in cells)


def _split_by_a_comma(cells: Sequence[TextCell], head: Sequence[str], separator: str) -> Problem | None:
    """Whether a decimal comma split a number into two cells: there is one cell too many, and two neighbours are digits."""
    if separator != "," or len(cells) != len(head) + 1:
        return None
    for one, other in reversed(list(pairwise(cells))):
        if _DIGITS.fullmatch(one.text) and _DIGITS.fullmatch(other.text):
            corrected = Replacement(f"{one.text}.{other.text}")
            return DECIMAL_COMMA.at(one.span.through(other.span), word=f"{one.text},{other.text}", corrected=corrected)
    return None
