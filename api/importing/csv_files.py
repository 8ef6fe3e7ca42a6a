"""CSV files, as programs and spreadsheets write them, parsed into rows of cells with positions."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from api.importing.file_header import SEPARATORS, FileHeader, find_header
from engine.phrases import listed, phrase
from engine.problems import Kind, Problem, Span
from engine.text.column_names import KnownColumns, NamedColumns, Names
from engine.text.csv_cells import csv_lines
from engine.text.csv_rows import TOTAL_ROW, TOTALS
from engine.text.decimal_commas import form_of
from engine.text.file_contents import MIXED, NO_TEXTS, UTF_8, read_contents, sample_of
from engine.text.sources import TextCell

LARGEST: Final = 64 << 20
"""The largest file in bytes."""
LONGEST_CELL: Final = 4000

TOO_LARGE = Kind("file-too-large", "this file has {size} bytes; at most {most} are read", "split it into several folders and import each")
NOT_UTF8 = Kind(
    "not-utf-8",
    "this file is not UTF-8 text: in {encoding} it would say `{sample}` here",
    "save it as `CSV UTF-8`",
)
HIDDEN = Kind("hidden-character", "the character {name} is not allowed in a CSV file", "delete it and type the text again")
NO_TEXT = Kind("no-text", "this file is {what}", "save its sheet as `CSV UTF-8`, or give the workbook itself as `.ods` or `.xlsx`")
READ_AS = Kind(
    "read-as",
    "this file is read as a spreadsheet wrote it: {how}",
    "nothing needs to be done if that is right; otherwise save it as `CSV UTF-8` with commas between the cells and decimal points",
    "advice",
)
NO_HEADER = Kind("no-header", "this file is empty", "write the names of the columns into its first line: {columns}")
MISSING_COLUMN = Kind("missing-column", "the column `{column}` is missing", "add it to this line: {columns}")
MISSING_COLUMNS = Kind("missing-column", "the columns {missing} are missing", "write the names of the columns into this line: {columns}")
MISSPELT_COLUMN = Kind("unknown-column", "there is no column `{column}`", "did you mean `{near}`?")
NAMES_IN_TWO_LINES = Kind(
    "names-in-two-lines",
    "the names of the columns stand in two lines: {names} in the second one",
    "write every name into the first of the two, and delete the second",
)
NOTE_ROW = Kind("note-row", "this row has nothing in {empty}", "delete it if it is a note or a count, or write what is missing")
OTHER_COLUMN = Kind("other-column", "the column `{column}` is not read", "nothing needs to be done; the import ignores it", "advice")
STORED_COLUMN = Kind(
    "other-column",
    "the column `{column}` is stored as it stands, and means nothing to the program",
    "nothing needs to be done; declare it in rules/vocabulary.yaml where rules shall use it",
    "advice",
)
UNKNOWN_FIELD = Kind("unknown-field", "there is no field for the column `{column}`", "{remedy}")
TWICE = Kind("column-twice", "the column `{column}` occurs twice", "delete one of them")
UNEVEN = Kind(
    "uneven-row", "this row has {found} cells, the first line has {expected}", "add what is missing, or put text with commas in quotes"
)
OPEN_QUOTE = Kind("open-quote", "this quotation mark is never closed", 'close it with ", and double the quotation marks inside')
STRAY_QUOTE = Kind("stray-quote", "there is a quotation mark inside this cell", "put the whole cell in quotes and double the mark")
TOO_LONG = Kind("cell-too-long", "this cell has {length} characters; at most {most} are read", "shorten it")

_EMPTY_OF_A_NOTE: Final = 4
_FILLED_OF_A_NOTE: Final = 2
_READ: Final = ("Windows-1252", "UTF-16", "UTF-32", MIXED)
_BY_SPREADSHEETS: Final = re.compile(
    r'"[^",0-9]{0,5}[0-9][0-9. \u00a0\u202f]*,[0-9]+[^",]{0,5}"|[0-9][/.-][0-9]{1,2}[/.-][0-9]{4}|[0-9]-[^\W\d_]{3,4}-[0-9]{2}'
)
"""What a comma file of a spreadsheet with decimal commas or days first contains."""
_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]")
_OF_NUMBERS_AND_DAYS: Final = re.compile(
    r"quantity|price|net|vat|gross|open|commitment|probability|months|on|from|to|first_month|expected_\w+|amount\w*|\w+_(?:price|on|until)"
)
"""The columns of ours that hold numbers or days; columns of others may."""


@dataclass(frozen=True, slots=True)
class CsvRow:
    """One row: its cells by column."""

    cells: Mapping[str, TextCell]
    where: Span
    names: Mapping[str, str] = field(default_factory=dict)
    """The names of the columns as the file has them, where they are other ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """The columns of a kind of file: required, optional, and whether others are attributes."""

    needed: tuple[str, ...]
    optional: tuple[str, ...] = ()
    others_are_attributes: bool = False
    own: Mapping[str, str] = field(default_factory=dict)
    """The columns of fields that the rulebook declares, with the full names of these: `x_shops` is `customer.shops`."""
    declared: frozenset[str] = frozenset()
    """The fields that the rulebook declares, where other columns are attributes."""
    names: Names = field(default_factory=dict)
    """How lists in French and Dutch call them."""

    def declares(self, column: str) -> bool:
        """Whether the rulebook declares a field with the name of this column: `shops` for `customer.shops`."""
        return any(field.partition(".")[2] == column.replace("_", "-") for field in self.declared)

    @property
    def known(self) -> KnownColumns:
        """All of them, to be found by their names."""
        return KnownColumns((*self.needed, *self.optional), self.names)


def decode(path: str, content: bytes) -> tuple[str, tuple[Problem, ...]]:
    """The text of a file, with or without a byte-order mark, and the problems with it; encodings of Windows are read, with advice."""
    if len(content) > LARGEST:
        return "", (TOO_LARGE.at(Span(path, 1, 1, 1, 1), size=f"{len(content):_}", most=f"{LARGEST:_}"),)
    plain, advice = _plain_text(content), tuple[Problem, ...]()
    if plain is None:
        contents = read_contents(content)
        plain, encoding = contents.text, contents.encoding
        if contents.is_no_text is not None:
            return "", (NO_TEXT.at(contents.span(path), what=contents.is_no_text),)
        if encoding not in (UTF_8, *_READ):
            return plain, (NOT_UTF8.at(contents.span(path), encoding=encoding, sample=sample_of(contents)),)
        if encoding != UTF_8:
            how = phrase("its encoding is {encoding}: `{sample}`", encoding=encoding, sample=sample_of(contents))
            advice = (READ_AS.at(contents.span(path), how=how),)
    text = plain.removeprefix("\ufeff")
    hidden = _CONTROL.search(text)
    if hidden:
        before_it = text[: hidden.start()]
        line, column = before_it.count("\n") + 1, hidden.start() - before_it.rfind("\n")
        return text, (HIDDEN.at(Span(path, line, column, line, column + 1), name=f"U+{ord(hidden[0]):04X}"),)
    return text, advice


def _plain_text(content: bytes) -> str | None:
    """The text of a file in UTF-8 with usual line ends, as most are; None for any other."""
    is_odd = content.startswith(NO_TEXTS) or b"\x00" in content[:4096] or b"\r\r" in content
    if is_odd or (b"\r" in content and b"\n" not in content):
        return None
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return None


def read_rows(path: str, text: str, columns: Columns, problems: list[Problem]) -> Iterator[CsvRow] | None:
    """The rows of a file, one at a time; None where they would be wrong because the header is.

    What is wrong with the header is added to the problems at once, what is wrong with the shape of a row when it is reached.
    """
    located = header_of(text, columns)
    separator = located.separator
    lines = _filled(_lines(path, text, separator, problems), located.skipped)
    header = next(lines, None)
    if header is None:
        problems.append(NO_HEADER.at(Span(path, 1, 1, 1, 1), columns=", ".join(columns.needed)))
        return iter(())
    while len(header) > 1 and not header[-1].text:
        header.pop()
    names = tuple(cell.text for cell in header)
    has_own_names = {*columns.needed, *columns.optional, *columns.own}.issuperset(names)
    named = NamedColumns(names, None, ()) if has_own_names else columns.known.read(names)
    wrong = _in_two_lines(header, named, located, columns) or _check_header(header, named, columns)
    wrong += [] if has_own_names else named.problems(header)
    problems += wrong
    rows = _rows(header, named.columns, lines, columns, problems)
    if any(problem.stops for problem in wrong):
        for _ in rows:  # only for the problems of their shape
            pass
        return None
    if separator == "," and not located.is_below_others and not _BY_SPREADSHEETS.search(text):
        return rows
    return iter(_as_spreadsheet(list(rows), located, columns, header[0].span, problems))


def header_of(text: str, columns: Columns) -> FileHeader:
    """Where the names of the columns stand; most files of programs have them in their first line, between commas."""
    first = text[: text.find("\n")].rstrip("\r").split(",")
    if set(columns.needed) <= set(first):
        return FileHeader(",", 0, tuple(first))
    return find_header(text, columns.known)


def _in_two_lines(header: Sequence[TextCell], named: NamedColumns, located: FileHeader, columns: Columns) -> list[Problem]:
    """The problem of a header that goes on in the next line; none where one line has all names that are needed."""
    if set(columns.needed) <= set(named.columns):
        return []
    names_below = columns.known.read(located.names_below).columns
    below = [
        f"`{located.names_below[names_below.index(name)]}`" for name in columns.needed if name not in named.columns and name in names_below
    ]
    return [NAMES_IN_TWO_LINES.at(header[0].span.through(header[-1].span), names=listed(below))] if below else []


def _filled(lines: Iterator[list[TextCell]], skipped: int) -> Iterator[list[TextCell]]:
    """The lines with any cell that is not empty."""
    for number, line in enumerate(lines):
        if number >= skipped and any(cell.text for cell in line):
            yield line


def _as_spreadsheet(rows: list[CsvRow], located: FileHeader, columns: Columns, where: Span, problems: list[Problem]) -> list[CsvRow]:
    """The rows of a spreadsheet's file: decimal commas and days such as 31/01/2027 are read where all of the file has them.

    Where commas separate the cells, one number must not be readable as thousands and one day must be above 12: else months may be first.
    """
    known = {*columns.needed, *columns.optional}
    read = [name for name in (rows[0].cells if rows else ()) if name not in known or _OF_NUMBERS_AND_DAYS.fullmatch(name)]
    form = form_of((row.cells[name].text for row in rows for name in read), has_own_separator=located.separator != ",")
    for at, row in enumerate(rows):
        cells = {name: TextCell(form.read(row.cells[name].text), row.cells[name].span) for name in read}
        rows[at] = CsvRow({**row.cells, **cells}, row.where, row.names)
    how = [SEPARATORS[located.separator]] if located.separator != "," else []
    how += [phrase("the names of the columns in line {line}", line=where.line)] if located.is_below_others else []
    how += form.examples_in_words
    problems += [READ_AS.at(where, how=listed(how))] if how else []
    return rows


def _rows(
    header: Sequence[TextCell], names: Sequence[str], lines: Iterable[list[TextCell]], columns: Columns, problems: list[Problem]
) -> Iterator[CsvRow]:
    written = {name: cell.text for name, cell in zip(names, header, strict=True) if cell.text != name}
    for line in lines:
        while len(line) > len(names) and not line[-1].text:
            line.pop()
        if len(line) != len(names):
            problems.append(UNEVEN.at(line[0].span.through(line[-1].span), found=len(line), expected=len(names)))
            continue
        problems += [TOO_LONG.at(cell.span, length=len(cell.text), most=LONGEST_CELL) for cell in line if len(cell.text) > LONGEST_CELL]
        row = CsvRow(dict(zip(names, line, strict=True)), line[0].span.through(line[-1].span), written)
        if _is_total(row, columns):
            problems.append(TOTAL_ROW.at(row.where))
        elif empty := _is_note(row, columns):
            problems.append(NOTE_ROW.at(row.where, empty=listed([f"`{written.get(name, name)}`" for name in empty])))
        else:
            yield row


def _is_note(row: CsvRow, columns: Columns) -> list[str]:
    """The needed columns in which a row has nothing, where it has next to nothing in any: a count or a note below a list."""
    empty = [name for name in columns.needed if name in row.cells and not row.cells[name].text]
    filled = sum(1 for cell in row.cells.values() if cell.text)
    return empty if len(empty) >= _EMPTY_OF_A_NOTE and filled <= _FILLED_OF_A_NOTE else []


def _is_total(row: CsvRow, columns: Columns) -> bool:
    """Whether a row adds up those above it: it says so, and is empty where half of the needed columns are."""
    cells = [row.cells[name] for name in columns.needed if name in row.cells]
    if sum(1 for cell in cells if not cell.text) * 2 < len(columns.needed):
        return False
    first = next((cell.text for cell in row.cells.values() if cell.text), "")
    return TOTALS.fullmatch(first) is not None


def _lines(path: str, text: str, separator: str, problems: list[Problem]) -> Iterator[list[TextCell]]:
    """The cells of all lines before a quote that is never closed; what is wrong with quotes is added to the problems."""
    for line in csv_lines(path, text, separator, joins_lines=True):
        problems += [STRAY_QUOTE.at(where) for where in (*line.stray, *line.spoilt)]
        if line.unclosed is not None:
            where = line.unclosed
            problems.append(OPEN_QUOTE.at(Span(path, where.line, where.column, where.line, where.column + 1)))
            return
        yield line.cells


def _check_header(header: Sequence[TextCell], named: NamedColumns, columns: Columns) -> list[Problem]:
    problems: list[Problem] = []
    known = {*columns.needed, *columns.optional}
    missing = [column for column in columns.needed if column not in named.columns and column not in {each[2] for each in named.meant_twice}]
    for at, (cell, column) in enumerate(zip(header, named.columns, strict=True)):
        if column in named.columns[:at]:
            problems.append(TWICE.at(cell.span, column=cell.text))
        elif column.startswith("x_") and column not in columns.own:
            problems.append(UNKNOWN_FIELD.at(cell.span, column=column, remedy=_own_remedy(columns.own)))
        elif column not in known and column not in columns.own and at not in named.twice:
            near = columns.known.near(column, known.difference(named.columns), named.language)
            if near:
                problems.append(MISSPELT_COLUMN.at(cell.span, column=column, near=near[1]))
                missing = [each for each in missing if each != near[0]]
            elif not columns.others_are_attributes or not columns.declares(column):
                kind = STORED_COLUMN if columns.others_are_attributes else OTHER_COLUMN
                problems.append(kind.at(cell.span, column=column))
    if missing:  # a name that is not known may be that of a missing column
        problems = [problem for problem in problems if problem.kind not in (OTHER_COLUMN, STORED_COLUMN)]
    return [*problems, *(_missing(header, named, missing, columns) if missing else ())]


def _missing(header: Sequence[TextCell], named: NamedColumns, missing: Collection[str], columns: Columns) -> list[Problem]:
    """The problem of missing columns, in the language of the others; it shows how the line would be."""
    span = header[0].span.through(header[-1].span)
    written = dict(zip(named.columns, (cell.text for cell in header), strict=True))
    names = {column: written.get(column) or columns.known.name_in(column, named.language) for column in columns.needed}
    line = ", ".join(names.values())
    if len(missing) > 1:
        return [MISSING_COLUMNS.at(span, missing=listed([f"`{names[column]}`" for column in missing]), columns=line)]
    return [MISSING_COLUMN.at(span, column=names[column], columns=line) for column in missing]


def _own_remedy(own: Mapping[str, str]) -> str:
    if not own:
        return phrase("declare it under `attributes` in rules/vocabulary.yaml, such as `customer.shops` for `x_shops`")
    return phrase("write one of {columns}, or declare it in rules/vocabulary.yaml", columns=", ".join(own))
