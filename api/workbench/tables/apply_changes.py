"""Writing changed cells into their files: only those characters change, so that comments and layout stay."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from api.workbench.tables.table_cells import CellChange, Table
from api.workbench.tables.table_lookup import tables_of
from engine.problems import Kind, Problem, Refusal, Span
from engine.rulebook.catalog import PriceBook
from engine.rulebook.reader import read_all, rulebook_of
from engine.text.sources import Sources
from engine.text.yaml_tree import Block, Scalar

CANNOT_ADD = Kind("cannot-add", "`{key}` cannot be put into `{path}` from here", "write it into the file by hand, then import again")


def changed_texts(sources: Sources, table: Table, changes: Sequence[CellChange]) -> Mapping[str, str]:
    """The changed texts by path, verified by reading them again; Refusal where they would not match the sheet."""
    texts = dict(sources)
    placed = sorted((each for each in changes if each.where is not None), key=lambda each: each.where or Span("", 0, 0, 0, 0), reverse=True)
    for change in placed:
        where = change.where
        if where is not None:
            texts[where.path] = _replaced(texts[where.path], where, _as_in_file(table, where.path, change.after))
    for change in changes:
        if change.where is None:
            _add(texts, table, change)
    _verify(texts, table, changes)
    return {path: text for path, text in texts.items() if text != sources[path]}


def _as_in_file(table: Table, path: str, price: str) -> str:
    """A price with a decimal comma where its file writes so."""
    return price.replace(".", ",") if table.has_commas and path.endswith(".csv") else price


def _replaced(text: str, where: Span, after: str) -> str:
    """A text with one span of a line replaced. In a rules table the padding is adjusted, so that columns stay aligned."""
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    lines = text.removeprefix(mark).split("\n")
    line = lines[where.line - 1]
    before, behind = line[: where.column - 1], line[where.end_column - 1 :]
    grown = len(after) - (where.end_column - where.column)
    if where.path.endswith(".rules"):
        blanks = len(behind) - len(behind.lstrip(" "))
        behind = " " * max(1, blanks - grown) + behind[blanks:]
    lines[where.line - 1] = before + after + behind
    return mark + "\n".join(lines)


def _add(texts: dict[str, str], table: Table, change: CellChange) -> None:
    """Adds a new price: as a row of the CSV, or as an entry of the book's own prices."""
    text = texts[table.path]
    if table.path.endswith(".csv"):
        head = text.removeprefix("\ufeff").splitlines()[0].strip()
        sign = next((each for each in (",", ";") if head == f"product{each}price"), None)
        if sign is None:
            raise Refusal((CANNOT_ADD.at(None, key=change.key, path=table.path),))
        end = "\r\n" if "\r\n" in text else "\n"
        price = _as_in_file(table, table.path, change.after)
        texts[table.path] = text + ("" if text.endswith("\n") else end) + f"{change.key}{sign}{price}{end}"
        return
    book = next(
        entry.node
        for entry in read_all(texts).gathered.of("price-books", PriceBook).values()
        if entry.path == table.path and entry.name == table.name
    )
    texts[table.path] = _with_entry(text, book, change, table)


def _with_entry(text: str, book: Block, change: CellChange, table: Table) -> str:
    end = "\r\n" if "\r\n" in text else "\n"
    own = book.get("prices")
    if own is None and book.span.column == 1 and not text.removeprefix("\ufeff").lstrip().startswith("{"):
        return text + ("" if text.endswith("\n") else end) + f"prices:{end}  {change.key}: {change.after}{end}"
    if not isinstance(own, Block) or not own:
        raise Refusal((CANNOT_ADD.at(None, key=change.key, path=table.path),))
    last, last_key = list(own.values())[-1], list(own.keys_at.values())[-1]
    lines = text.split("\n")
    if not isinstance(last, Scalar):
        raise Refusal((CANNOT_ADD.at(None, key=change.key, path=table.path),))
    if own.keys_at and next(iter(own.keys_at.values())).line == book.keys_at["prices"].line:
        line = lines[last.span.line - 1]
        lines[last.span.line - 1] = f"{line[: last.span.end_column - 1]}, {change.key}: {change.after}{line[last.span.end_column - 1 :]}"
    else:
        returned = "\r" if lines[last.span.line - 1].endswith("\r") else ""
        lines.insert(last.span.line, f"{' ' * (last_key.column - 1)}{change.key}: {change.after}{returned}")
    return "\n".join(lines)


def _verify(texts: Sources, table: Table, changes: Sequence[CellChange]) -> None:
    """Checks the new texts; refuses them where they have problems or differ from the sheet."""
    reading = read_all(texts)
    stopping = tuple(problem for problem in reading.problems if problem.stops)
    if stopping:
        raise Refusal(stopping)
    written = tables_of(reading, rulebook_of(reading))[table.name]
    expected = {(row.key, name): cell.text for row in table.rows for name, cell in zip(table.columns, row.cells, strict=True)}
    expected |= {(change.key, change.column): change.after for change in changes}
    actual = {(row.key, name): cell.text for row in written.rows for name, cell in zip(written.columns, row.cells, strict=True)}
    differing: list[Problem] = [
        CANNOT_ADD.at(None, key=key, path=table.path)
        for (key, name), text in expected.items()
        if _normalized(actual.get((key, name))) != _normalized(text)
    ]
    if differing:
        raise Refusal(tuple(differing))


def _normalized(text: str | None) -> str:
    return re.sub(r"\s+", " ", text or "").strip()
