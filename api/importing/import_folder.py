"""Parsing a folder of CSV files: the files that are there, their contents, and every problem with them."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from api.importing.alike_rows import once_where_alike
from api.importing.contact_file import CONTACTS, read_contacts
from api.importing.csv_files import LARGEST, Columns, CsvRow, decode, header_of, read_rows
from api.importing.former_invoice_file import OPEN_INVOICES, read_former_invoices
from api.importing.increment_file import INCREMENTS, read_increments
from api.importing.order_files import columns_of, read_orders
from api.importing.own_fields import OF_ORDERS, OF_QUOTES, PREFIX, own_columns
from api.importing.parsed_files import ParsedFiles
from api.importing.party_files import CUSTOMERS, opportunity_columns, read_customers, read_opportunities
from api.importing.quote_file import QUOTES, read_quotes
from api.importing.workbooks import ENDINGS as WORKBOOKS
from api.importing.workbooks import NOT_A_WORKBOOK, sheet_as_csv
from engine.order_types.registry import DEFINITIONS
from engine.phrases import phrase
from engine.problems import Kind, Problem, Span, refuse
from engine.rulebook.book import Rulebook
from engine.text.nearest import nearest

_OTHER_FILES: Final = {
    "increments.csv": read_increments,
    "quotes.csv": read_quotes,
    "opportunities.csv": read_opportunities,
    "contacts.csv": read_contacts,
    "open_invoices.csv": read_former_invoices,
}
_ORDER_FILES: Final = {definition.file.name: order_type for order_type, definition in DEFINITIONS.items()}
FILES: Final = (
    "customers.csv",
    *_ORDER_FILES,
    "increments.csv",
    "opportunities.csv",
    "contacts.csv",
    "quotes.csv",
    "open_invoices.csv",
)
"""The files that are read, in this order; any of them may be absent, but not all."""

NO_FOLDER = Kind("no-folder", "there is no folder {folder}", "give the folder that holds the CSV files")
OTHER_FILE = Kind("other-file", "{name} is no file that is imported", "send files that are named {files}; `.ods` and `.xlsx` are read too")
NO_FILES = Kind("no-files", "the folder {folder} holds none of the files that are read", "name them {files}")
SHEET_READ = Kind(
    "sheet-read", "the first sheet of `{name}` is read as this file", "nothing needs to be done if that is the right sheet", "advice"
)
NO_ROWS = Kind("no-rows", "this file has the names of its columns and no row below them", "write the rows, or leave the file out", "advice")
SAME_LIST = Kind("same-list", "`{name}` and `{other}` are the same list, and only one can be read", "remove the one that is not meant")
MISSPELT_FILE = Kind("misspelt-file", "the file {name} is not read", "did you mean `{near}`?")

_READ_ELSEWHERE: Final = ("products.csv",)


@dataclass(frozen=True, slots=True)
class Folder:
    """The bytes of the files that are read, by name, and the problems of misspelt names."""

    files: Mapping[str, bytes]
    problems: tuple[Problem, ...] = ()


def read_folder_of_files(folder: Path) -> Folder:
    """The files of a folder; refuses a missing folder or one without any of them."""
    if not folder.is_dir():
        raise refuse(NO_FOLDER, folder=folder)
    names = sorted(path.name for path in folder.iterdir() if path.is_file() and path.suffix.lower() in (".csv", *WORKBOOKS))
    read = _files(names, lambda name: _content(folder / name))
    if not read.files and not read.problems:
        raise refuse(NO_FILES, folder=folder, files=", ".join(FILES))
    return read


def folder_of_contents(contents: Mapping[str, bytes]) -> Folder:
    """Files by name, as if they stood in a folder; refuses a name that no file of an import has."""
    known = {name.removesuffix(".csv") + ending for name in FILES for ending in (".csv", *WORKBOOKS)}
    other = next((name for name in contents if name not in known), None)
    if other is not None or not contents:
        raise refuse(OTHER_FILE, None, "/files", name=(other or phrase("nothing"))[:200], files=", ".join(FILES))
    return _files(sorted(contents), contents.__getitem__)


def _content(path: Path) -> bytes:
    with path.open("rb") as opened:
        return opened.read(LARGEST + 1)


def _files(names: Sequence[str], content_of: Callable[[str], bytes]) -> Folder:
    files: dict[str, bytes] = {}
    problems = []
    for name in FILES:
        same = [one for one in (name, *(name.removesuffix(".csv") + ending for ending in WORKBOOKS)) if one in names]
        given, others = (same[0] if same else None), same[1:]
        problems += [SAME_LIST.at(Span(other, 1, 1, 1, 1), name=given, other=other) for other in others]
        if given is not None:
            content = content_of(given)
            sheet = content if given == name else sheet_as_csv(given, content)
            if sheet is None:
                problems.append(NOT_A_WORKBOOK.at(Span(given, 1, 1, 1, 1)))
            else:
                files[name] = sheet
            if given != name and sheet is not None:
                problems.append(SHEET_READ.at(Span(name, 1, 1, 1, 1), name=given))
    absent = [name for name in FILES if name not in files]
    for name in (name for name in names if name.lower().endswith(".csv")):
        near = nearest(name, absent) if name not in FILES and name not in _READ_ELSEWHERE else None
        if near and near[:5] == name.lower()[:5]:
            problems.append(MISSPELT_FILE.at(Span(name, 1, 1, 1, 1), name=name, near=near))
    return Folder(files, tuple(problems))


def read_files(
    folder: Folder, rulebook: Rulebook, customers: Container[str], opportunities: Container[str] = ()
) -> tuple[ParsedFiles, dict[str, str]]:
    """The parsed files, with the problems of all of them, and their texts for excerpts; customers and opportunities are the stored ones."""
    parsed, texts = ParsedFiles(problems=list(folder.problems), known_opportunities=opportunities), {}
    rows: dict[str, Iterator[CsvRow]] = {}
    filled: set[str] = set()
    for name, content in folder.files.items():
        texts[name], problems = decode(name, content)
        parsed.problems += problems
        if not any(problem.stops for problem in problems):
            of_file = read_rows(name, texts[name], columns_of_file(name, texts[name], rulebook), parsed.problems)
            rows |= {} if of_file is None else {name: _noted(of_file, name, filled)}
    if "customers.csv" in folder.files and "customers.csv" not in rows:
        customers = _EveryName()
    read_customers(rows.get("customers.csv", ()), rulebook, parsed)
    for name, order_type in _ORDER_FILES.items():
        read_orders(order_type, rows.get(name, ()), rulebook, customers, parsed)
    for name, read in _OTHER_FILES.items():
        if name in rows:
            read(rows[name], rulebook, customers, parsed)
    broken = {problem.where.path for problem in parsed.problems if problem.stops and problem.where}
    parsed.problems += [NO_ROWS.at(Span(name, 1, 1, 1, 1)) for name in rows if name not in filled | broken]
    if parsed.problems:
        parsed.problems[:] = once_where_alike(parsed.problems, texts)
    parsed.problems.sort(key=lambda problem: (_place(problem, tuple(folder.files)), problem.code))
    return parsed, texts


def _noted(rows: Iterator[CsvRow], name: str, filled: set[str]) -> Iterator[CsvRow]:
    """The rows of a file; its name is noted where there is any."""
    for row in rows:
        filled.add(name)
        yield row


class _EveryName:
    """Contains every name: where customers.csv cannot be read, unknown customers in other files are not reported."""

    def __contains__(self, name: object) -> bool:
        return True


_COLUMNS: Final = {
    "customers.csv": CUSTOMERS,
    **{name: columns_of(order_type) for name, order_type in _ORDER_FILES.items()},
    "increments.csv": INCREMENTS,
    "contacts.csv": CONTACTS,
    "quotes.csv": QUOTES,
    "open_invoices.csv": OPEN_INVOICES,
}
_SUBJECTS: Final = {
    "customers.csv": ("customer",),
    **dict.fromkeys(_ORDER_FILES, OF_ORDERS),
    "increments.csv": ("line",),
    "opportunities.csv": ("opportunity",),
    "contacts.csv": ("contact",),
    "quotes.csv": OF_QUOTES,
}
"""The subjects whose fields, declared by the rulebook, a file may have as columns."""


def columns_of_file(name: str, text: str, rulebook: Rulebook) -> Columns:
    """The columns of a file that is read; those of opportunities.csv depend on its first line."""
    columns = opportunity_columns(rulebook, ()) if name == "opportunities.csv" else _COLUMNS[name]
    header = header_of(text, columns).names
    columns = opportunity_columns(rulebook, header) if name == "opportunities.csv" else columns
    has_own = any(column.startswith(PREFIX) for column in header)
    columns = replace(columns, declared=frozenset(rulebook.attributes)) if columns.others_are_attributes else columns
    return replace(columns, own=own_columns(rulebook, *_SUBJECTS.get(name, ()))) if has_own else columns


def _place(problem: Problem, names: tuple[str, ...]) -> tuple[int, int, int]:
    where = problem.where
    if where is None:
        return (len(names), 0, 0)
    return (names.index(where.path) if where.path in names else -1, where.line, where.column)
