"""CSV files parsed into rows of cells with positions, and the contents of a folder of them: customers, orders, quotes and more."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from difflib import get_close_matches
from typing import Final

from api.store.sql import canonical_json
from engine.documents.billed import Increment
from engine.documents.contact import Contact
from engine.documents.former_invoice import FormerInvoice
from engine.documents.mandate import Mandate
from engine.documents.opportunity import Opportunity
from engine.documents.order import Order, OrderType
from engine.documents.party import Customer
from engine.documents.quote import LineRequest
from engine.phrases import phrase
from engine.problems import Kind, Problem, Refusal, Span
from engine.text.csv_cells import csv_lines
from engine.text.sources import TextCell

LARGEST: Final = 64 << 20
"""The largest file in bytes."""
LONGEST_CELL: Final = 4000

TOO_LARGE = Kind("file-too-large", "this file has {size} bytes; at most {most} are read", "split it into several folders and import each")
NOT_UTF8 = Kind(
    "not-utf-8",
    "this file is not UTF-8 text: the byte {byte} is no letter of it",
    "save it as `CSV UTF-8`; it was probably saved as {guess}",
)
HIDDEN = Kind("hidden-character", "the character {name} is not allowed in a CSV file", "delete it and type the text again")
WRONG_SEPARATOR = Kind(
    "wrong-separator", "the columns are separated by {found}", "separate them by commas, with a decimal point in numbers"
)
NO_HEADER = Kind("no-header", "this file is empty", "write the names of the columns into its first line: {columns}")
MISSING_COLUMN = Kind("missing-column", "the column `{column}` is missing", "add it to the first line: {columns}")
MISSPELT_COLUMN = Kind("unknown-column", "there is no column `{column}`", "did you mean `{near}`?")
OTHER_COLUMN = Kind("other-column", "the column `{column}` is not read", "nothing needs to be done; the import ignores it", "advice")
UNKNOWN_FIELD = Kind("unknown-field", "there is no field for the column `{column}`", "{remedy}")
TWICE = Kind("column-twice", "the column `{column}` occurs twice", "delete one of them")
UNEVEN = Kind(
    "uneven-row", "this row has {found} cells, the first line has {expected}", "add what is missing, or put text with commas in quotes"
)
OPEN_QUOTE = Kind("open-quote", "this quotation mark is never closed", 'close it with ", and double the quotation marks inside')
STRAY_QUOTE = Kind("stray-quote", "there is a quotation mark inside this cell", "put the whole cell in quotes and double the mark")
TOO_LONG = Kind("cell-too-long", "this cell has {length} characters; at most {most} are read", "shorten it")

_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]")
_OTHER_SEPARATORS: Final = {";": phrase("semicolons"), "\t": phrase("tabs"), "|": phrase("bars")}


@dataclass(frozen=True, slots=True)
class CsvRow:
    """One row: its cells by column."""

    cells: Mapping[str, TextCell]
    where: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """The columns of a kind of file: required, optional, and whether others are attributes."""

    needed: tuple[str, ...]
    optional: tuple[str, ...] = ()
    others_are_attributes: bool = False
    own: Mapping[str, str] = field(default_factory=dict)
    """The columns of fields that the rulebook declares, with the full names of these: `x_shops` is `customer.shops`."""


def decode(path: str, content: bytes) -> tuple[str, tuple[Problem, ...]]:
    """The text of a UTF-8 file, with or without a byte-order mark, and the problem with it, if any."""
    if len(content) > LARGEST:
        return "", (TOO_LARGE.at(Span(path, 1, 1, 1, 1), size=f"{len(content):_}", most=f"{LARGEST:_}"),)
    try:
        text = content.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as mistake:
        before = content[: mistake.start]
        line, column = before.count(b"\n") + 1, len(before) - before.rfind(b"\n")
        guess = "UTF-16 (`Unicode text`)" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "Windows-1252 (`CSV`)"
        where = Span(path, line, column, line, column + 1)
        return content.decode("latin-1"), (NOT_UTF8.at(where, byte=f"{content[mistake.start]:02X}", guess=guess),)
    hidden = _CONTROL.search(text)
    if hidden:
        before_it = text[: hidden.start()]
        line, column = before_it.count("\n") + 1, hidden.start() - before_it.rfind("\n")
        return text, (HIDDEN.at(Span(path, line, column, line, column + 1), name=f"U+{ord(hidden[0]):04X}"),)
    return text, ()


def read_rows(path: str, text: str, columns: Columns, problems: list[Problem]) -> Iterator[CsvRow] | None:
    """The rows of a file, one at a time; None where they would be wrong because the header is.

    What is wrong with the header is added to the problems at once, what is wrong with the shape of a row when it is reached.
    """
    lines = _lines(path, text, problems)
    required_columns = ", ".join(columns.needed)
    header = next(lines, None)
    if header is None:
        problems.append(NO_HEADER.at(Span(path, 1, 1, 1, 1), columns=required_columns))
        return iter(())
    separator = _other_separator(header)
    if separator:
        problems.append(WRONG_SEPARATOR.at(header[0].span, found=separator))
        return None
    wrong = _check_header(header, columns, required_columns)
    problems += wrong
    rows = _rows(header, lines, problems)
    if any(problem.stops for problem in wrong):
        for _ in rows:  # only for the problems of their shape
            pass
        return None
    return rows


def _rows(header: Sequence[TextCell], lines: Iterable[Sequence[TextCell]], problems: list[Problem]) -> Iterator[CsvRow]:
    names = [cell.text for cell in header]
    for line in lines:
        if len(line) == 1 and not line[0].text:
            continue
        if len(line) != len(names):
            problems.append(UNEVEN.at(line[0].span.through(line[-1].span), found=len(line), expected=len(names)))
            continue
        problems += [TOO_LONG.at(cell.span, length=len(cell.text), most=LONGEST_CELL) for cell in line if len(cell.text) > LONGEST_CELL]
        yield CsvRow(dict(zip(names, line, strict=True)), line[0].span.through(line[-1].span))


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedOrder:
    """An order of the files. The order itself, its items pending, is made when it is needed: it takes ten times the memory of its rows."""

    type: OrderType
    customer: str
    signed_on: date
    make: Callable[[], Order]
    content_hash: str
    where: Span
    items_at: tuple[Span, ...]
    """The position of each item's row."""
    deliver_to: tuple[str, Span] | None = None
    """The name of the customer's address to which it is delivered, and where it is written."""

    def without_rows(self) -> ParsedOrder:
        """What is needed once the order is stored: the places of its rows."""
        return replace(self, make=_made_before)


def _made_before() -> Order:
    raise RuntimeError("this order was made and stored before")


@dataclass(frozen=True, slots=True)
class ParsedIncrement:
    """An item that joins an active subscription."""

    key: str
    increment: Increment
    on: date
    content_hash: str
    where: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedQuote:
    """A quote to be made: its customer, day and lines, and the running order that they join, where one is named."""

    key: str
    customer: str
    on: date
    order: str | None
    payment_terms: str | None
    lines: tuple[LineRequest, ...]
    attributes: Mapping[str, str]
    content_hash: str
    where: Span


@dataclass(slots=True)
class ParsedFiles:
    """The contents of all files of a folder, and their problems."""

    customers: dict[str, tuple[Customer, str]] = field(default_factory=dict)
    broken_customers: set[str] = field(default_factory=set)
    """Customers whose rows have problems: their rows in other files are not reported as unknown."""
    opportunities: dict[str, tuple[Opportunity, str]] = field(default_factory=dict)
    mandates: dict[str, Mandate | None] = field(default_factory=dict)
    """The mandates of customers whose rows say something of one; None: the customer has none any more."""
    known_opportunities: Container[str] = ()
    """The opportunities that are stored already."""
    contacts: dict[str, tuple[Contact, str]] = field(default_factory=dict)
    orders: dict[str, ParsedOrder] = field(default_factory=dict)
    increments: list[ParsedIncrement] = field(default_factory=list)
    quotes: list[ParsedQuote] = field(default_factory=list)
    former_invoices: dict[str, tuple[FormerInvoice, str]] = field(default_factory=dict)
    places: dict[tuple[str, str], Span] = field(default_factory=dict)
    """The rows of customers, contacts, prospects and former invoices, by kind and id."""
    problems: list[Problem] = field(default_factory=list)

    def refused(self, refused: Mapping[str, Refusal]) -> list[Problem]:
        """The problems of orders and increments that were refused, by the ids of their orders, each at its row."""
        of_orders = [
            problem for name, one in self.orders.items() if name in refused for problem in placed(refused[name], one.where, one.items_at)
        ]
        joining = {one.increment.order.id: one for one in self.increments}
        return of_orders + [problem for name in refused if name in joining for problem in placed(refused[name], joining[name].where)]

    def at_orders(self, refusal: Refusal) -> list[Problem]:
        """The problems of a refusal whose pointers are ids of orders, each at the row of its order."""
        places = {f"/{name}": one.where for name, one in self.orders.items()}
        places |= {f"/{one.increment.order.id}": one.where for one in self.increments}
        return [_placed(problem, places.get(problem.pointer or ""), ()) for problem in refusal.problems]

    @property
    def stops(self) -> bool:
        """Whether a problem forbids the import."""
        return any(problem.stops for problem in self.problems)


def placed(refusal: Refusal, where: Span | None, items_at: tuple[Span, ...] = ()) -> list[Problem]:
    """The problems of a refusal at the row from which they came: of the item that a pointer names, else of the whole."""
    return [_placed(problem, where, items_at) for problem in refusal.problems]


def _placed(problem: Problem, where: Span | None, items_at: tuple[Span, ...]) -> Problem:
    pointer = (problem.pointer or "").split("/")
    if len(pointer) > 2 and pointer[1] == "items" and pointer[2].isdigit() and int(pointer[2]) < len(items_at):
        where = items_at[int(pointer[2])]
    return replace(problem, where=problem.where or where, pointer=None if where else problem.pointer)


def content_hash(*rows: CsvRow) -> str:
    """The hash of the contents of some rows, independent of the order of rows and columns."""
    return hash_of(map(content_of, rows))


def content_of(row: CsvRow) -> str:
    """What a row says, independent of the order of columns."""
    return canonical_json({column: cell.text for column, cell in row.cells.items() if cell.text})


def hash_of(contents: Iterable[str]) -> str:
    """The hash of what some rows say, in any order."""
    return hashlib.sha256("\n".join(sorted(contents)).encode()).hexdigest()


def _lines(path: str, text: str, problems: list[Problem]) -> Iterator[list[TextCell]]:
    """The cells of all lines before a quote that is never closed; what is wrong with quotes is added to the problems."""
    for line in csv_lines(path, text, joins_lines=True):
        problems += [STRAY_QUOTE.at(where) for where in (*line.stray, *line.spoilt)]
        if line.unclosed is not None:
            where = line.unclosed
            problems.append(OPEN_QUOTE.at(Span(path, where.line, where.column, where.line, where.column + 1)))
            return
        yield line.cells


def _other_separator(header: Sequence[TextCell]) -> str | None:
    if len(header) > 1:
        return None
    return next((name for mark, name in _OTHER_SEPARATORS.items() if mark in header[0].text), None)


def _check_header(header: Sequence[TextCell], columns: Columns, required_columns: str) -> list[Problem]:
    problems: list[Problem] = []
    known = {*columns.needed, *columns.optional, *columns.own}
    present = [cell.text for cell in header]
    missing = [column for column in columns.needed if column not in present]
    for at, cell in enumerate(header):
        if cell.text in present[:at]:
            problems.append(TWICE.at(cell.span, column=cell.text))
        elif cell.text.startswith("x_") and cell.text not in known:
            problems.append(UNKNOWN_FIELD.at(cell.span, column=cell.text, remedy=_own_remedy(columns.own)))
        elif cell.text not in known:
            near = _near(cell.text, known - set(present) - set(columns.own))
            if near:
                problems.append(MISSPELT_COLUMN.at(cell.span, column=cell.text, near=near))
                missing = [column for column in missing if column != near]
            elif not columns.others_are_attributes:
                problems.append(OTHER_COLUMN.at(cell.span, column=cell.text))
    header_span = header[0].span.through(header[-1].span)
    return problems + [MISSING_COLUMN.at(header_span, column=column, columns=required_columns) for column in missing]


def _own_remedy(own: Mapping[str, str]) -> str:
    if not own:
        return phrase("declare it under `attributes` in rules/vocabulary.yaml, such as `customer.shops` for `x_shops`")
    return phrase("write one of {columns}, or declare it in rules/vocabulary.yaml", columns=", ".join(own))


def _near(column: str, absent: set[str]) -> str | None:
    """The absent column that a misspelt name is nearest to."""
    plain = column.casefold().replace("-", "_").replace(" ", "_")
    matches = get_close_matches(plain, sorted(absent), n=1, cutoff=0.82)
    return matches[0] if matches else None
