"""Decision tables as source text: each cell with its position, for spreadsheets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.language.syntax.blocks import Module
from engine.language.syntax.table_blocks import TableBlock
from engine.problems import Span
from engine.text.sources import TextCell


@dataclass(frozen=True, slots=True)
class WrittenTable:
    """One table with rows in its rule file: the texts of its columns and of its cells."""

    name: str
    """With its module: `rules.pricing.segment-factor`."""
    title: str
    path: str
    columns: tuple[str, ...]
    rows: tuple[tuple[TextCell, ...], ...]


def written_tables(module: Module, text: str) -> Iterator[WrittenTable]:
    """The tables of a rule file, in source order."""
    lines = text.removeprefix("\ufeff").split("\n")
    for block in module.blocks:
        if isinstance(block, TableBlock) and block.file is None and block.rows:
            head = block.head
            yield WrittenTable(
                name=f"{module.name.name}.{head.name.name}",
                title=head.title.text if head.title else head.name.name,
                path=module.path,
                columns=tuple(_piece(lines, column.span) for column in (*block.conditions, *block.results)),
                rows=tuple(tuple(_cells(lines, row.span)) for row in block.rows),
            )


def _cells(lines: list[str], row: Span) -> Iterator[TextCell]:
    """The cells of one row, without the blanks around them."""
    line = lines[row.line - 1]
    for start, end in _between_bars(line):
        yield TextCell(line[start:end], Span(row.path, row.line, start + 1, row.line, end + 1))


def _between_bars(line: str) -> Iterator[tuple[int, int]]:
    """The bounds of the cells of a row in its line; a bar inside quotes is no separator."""
    begins, quoted = None, False
    for at, sign in enumerate(line):
        if sign == "#" and not quoted:
            return
        if sign == '"':
            quoted = not quoted
        elif sign == "|" and not quoted:
            if begins is not None and line[begins:at].strip():
                piece = line[begins:at]
                yield begins + len(piece) - len(piece.lstrip()), begins + len(piece.rstrip())
            elif begins is not None and at > begins:
                yield begins, begins
            begins = at + 1


def _piece(lines: list[str], span: Span) -> str:
    return lines[span.line - 1][span.column - 1 : span.end_column - 1].strip()
