"""All price lists of a draft as one sheet: products by lists, what was typed or imported as changes, and the texts that they make."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from api.workbench.tables.apply_changes import changed_texts
from api.workbench.tables.sheet_changes import changes_of
from api.workbench.tables.sheet_reader import SheetCell, read_sheet
from api.workbench.tables.table_cells import CellChange, Table
from api.workbench.tables.table_lookup import table_called, tables_of
from engine.problems import Problem, Refusal
from engine.rulebook.book import Rulebook
from engine.rulebook.catalog import PriceBook
from engine.rulebook.reader import read_all, rulebook_of
from engine.text.sources import Sources

PRICE: Final = "price"
_REMEMBERED: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class TableSources:
    """The texts of a rulebook with its tables."""

    sources: Sources
    rulebook: Rulebook
    tables: Mapping[str, Table]

    @property
    def price_books(self) -> Sequence[tuple[PriceBook, Table]]:
        """The price lists with their tables, the one that is in force first above the others."""
        books = sorted(self.rulebook.price_books, key=lambda book: (book.from_, book.id))
        return [(book, self.tables[book.id]) for book in books if book.id in self.tables]


@dataclass(frozen=True, slots=True, kw_only=True)
class TableChange:
    """A changed cell of a table."""

    table: str
    change: CellChange


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedSheet:
    """What was typed or imported: the cells that it changes, and the problems by table and row (empty: of the file)."""

    changes: tuple[TableChange, ...]
    problems: Mapping[tuple[str, str], tuple[Problem, ...]]
    advice: tuple[Problem, ...] = ()
    """How a file was read: its encoding, and names of columns that were understood."""


@dataclass(slots=True)
class TableCache:
    """The tables of the texts that were read last: who goes about the pages has the same texts read again and again."""

    _read: OrderedDict[int, TableSources] = field(default_factory=OrderedDict)

    def of(self, sources: Sources) -> TableSources:
        """The tables of some texts; Refusal with all problems of the texts."""
        key = hash(tuple(sorted(sources.items())))
        known = self._read.get(key)
        if known is None or known.sources != sources:
            known = self._read[key] = table_sources(sources)
            while len(self._read) > _REMEMBERED:
                self._read.popitem(last=False)
        return known


def table_sources(sources: Sources) -> TableSources:
    """The tables of some texts; Refusal with all problems of the texts."""
    reading = read_all(sources)
    rulebook = rulebook_of(reading)
    return TableSources(sources=sources, rulebook=rulebook, tables=tables_of(reading, rulebook))


def check_prices(given: TableSources, prices: Mapping[tuple[str, str], str]) -> CheckedSheet:
    """What prices change, by price list and product; an empty one is no change."""
    changes: list[TableChange] = []
    problems: dict[tuple[str, str], tuple[Problem, ...]] = {}
    for (name, product), text in prices.items():
        table = given.tables.get(name)
        if table is None or table.kind != "price-book" or not text.strip():
            continue
        row = {table.columns[0]: SheetCell(product, None), PRICE: SheetCell(text.strip(), None)}
        try:
            changes += [TableChange(table=name, change=each) for each in changes_of(table, [row], name)]
        except Refusal as refusal:
            problems[name, product] = refusal.problems
    return CheckedSheet(changes=tuple(changes), problems=problems)


def check_file(given: TableSources, name: str, file: str, content: bytes) -> CheckedSheet:
    """What a file changes in the table of a name; its problems have the addresses of their cells."""
    advice: tuple[Problem, ...] = ()
    try:
        table = table_called(name, given.tables)
        rows, problems = read_sheet(file, content, table.columns[:1])
        advice = tuple(problem for problem in problems if not problem.stops)
        if wrong := tuple(problem for problem in problems if problem.stops):
            raise Refusal(wrong)
        changes = changes_of(table, rows, file)
    except Refusal as refusal:
        return CheckedSheet(changes=(), problems={("", ""): refusal.problems}, advice=advice)
    return CheckedSheet(changes=tuple(TableChange(table=table.name, change=each) for each in changes), problems={}, advice=advice)


def check_cells(given: TableSources, name: str, cells: Mapping[tuple[str, str], str]) -> CheckedSheet:
    """What cells of a table change, by row and column."""
    table = table_called(name, given.tables)
    rows: dict[str, dict[str, SheetCell]] = {}
    for (key, column), text in cells.items():
        rows.setdefault(key, {table.columns[0]: SheetCell(key, None)})[column] = SheetCell(text, None)
    by_key = {row.key: row.cells for row in table.rows}
    for key, row in rows.items():
        known = zip(table.columns, by_key.get(key) or table.addable.get(key, ()), strict=False)
        for column, cell in known:
            row.setdefault(column, SheetCell(cell.text, None))
    try:
        changes = changes_of(table, list(rows.values()), name)
    except Refusal as refusal:
        return CheckedSheet(changes=(), problems={(name, ""): refusal.problems})
    return CheckedSheet(changes=tuple(TableChange(table=table.name, change=each) for each in changes), problems={})


def with_changes(given: TableSources, changes: Sequence[TableChange]) -> Sources:
    """The texts with changed cells, which were read again; Refusal where a file cannot take one."""
    for name in dict.fromkeys(each.table for each in changes):
        of_table = [each.change for each in changes if each.table == name]
        texts = {**given.sources, **changed_texts(given.sources, given.tables[name], of_table)}
        given = table_sources(texts)
    return given.sources
