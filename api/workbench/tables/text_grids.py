"""The tables in a text as grids: those of a rule file and the rows of a CSV, and changes that leave every other line as it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from engine.problems import Kind, refuse

RowChange = Literal["add", "remove", "up", "down"]
NO_CELL: Final = Kind("no-text-of-a-cell", "a cell cannot hold `{text}`", "write it without the quotation marks inside")
NO_ROW: Final = Kind("no-such-row", "the table has no row in line {line} any more", "look at the table as it is now")
_RULES: Final = ".rules"


@dataclass(frozen=True, slots=True)
class GridCell:
    """A cell: what it says, the columns of its line that it takes up (from 0, the end is exclusive), and that of the bar behind it."""

    text: str
    start: int
    end: int
    bar: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GridRow:
    """A row in its line, which is counted from 1."""

    line: int
    cells: tuple[GridCell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A table: the line that names it, the lines between that and its head, its columns and rows."""

    title: str
    line: int
    """The first line of its block."""
    notes: tuple[str, ...]
    """How many rows must apply, by which day it is dated, and what else stands above its head."""
    head: GridRow
    conditions: int
    """So many columns are conditions; the others are results."""
    quoted: frozenset[int]
    """The columns whose cells are texts in quotes, which a grid shows without them."""
    separator: str
    rows: tuple[GridRow, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns."""
        return tuple(cell.text for cell in self.head.cells)

    @property
    def until(self) -> int:
        """The last line of the table."""
        return max([self.head.line, *(row.line for row in self.rows)])


def grids_of(path: str, text: str) -> tuple[Grid, ...]:
    """The tables of a text, whether it can be read or not; those with rows in a file of their own are left out."""
    lines = text.split("\n")
    if path.endswith(_RULES):
        return tuple(_of_rules(lines))
    return tuple(_of_csv(lines)) if path.endswith(".csv") else ()


def with_cells(path: str, text: str, cells: Mapping[tuple[int, int], str]) -> str:
    """A text with other cells, by line and column of the table. Lines without a changed cell stay as they are."""
    lines = text.split("\n")
    for grid in grids_of(path, text):
        for row in grid.rows:
            changed = {column: cells[row.line, column] for column in range(len(row.cells)) if (row.line, column) in cells}
            changed = {at: sent for at, sent in changed.items() if _one_line(sent) != shown(grid, at, row.cells[at].text)}
            if changed:
                lines[row.line - 1] = _with_cells(lines[row.line - 1], grid, row, changed)
    return "\n".join(lines)


def with_row_change(path: str, text: str, line: int, change: RowChange) -> str:
    """A text with a row added below that of a line (or below the head), removed, or moved over the next row with the comment above it."""
    lines = text.split("\n")
    grid = next((one for one in grids_of(path, text) if line in {one.head.line, *(row.line for row in one.rows)}), None)
    if grid is None or (line == grid.head.line and change != "add"):
        raise refuse(NO_ROW, line=line)
    if change == "add":
        lines.insert(line, empty_row(lines[grid.head.line - 1], grid))
    elif change == "remove":
        del lines[line - 1]
    else:
        at = [row.line for row in grid.rows]
        other = at.index(line) + (-1 if change == "up" else 1)
        if 0 <= other < len(at):
            upper, lower = sorted((line, at[other]))
            first, second = _with_comments(lines, upper), _with_comments(lines, lower)
            lines[first - 1 : lower] = [*lines[second - 1 : lower], *lines[upper : second - 1], *lines[first - 1 : upper]]
    return "\n".join(lines)


def empty_row(head: str, grid: Grid) -> str:
    """A row without a word, as wide as the head of its table: `-` where any value may stand."""
    if grid.separator != "|":
        return grid.separator * (len(grid.head.cells) - 1) + ("\r" if head.endswith("\r") else "")
    texts = ["-" if column < grid.conditions else '""' if column in grid.quoted else "" for column in range(len(grid.head.cells))]
    line = head.split("#")[0].rstrip()
    for cell, text in reversed(list(zip(grid.head.cells, texts, strict=True))):
        line = line[: cell.start] + text + " " * max(1, cell.bar - cell.start - len(text)) + line[cell.bar :]
    return line


def shown(grid: Grid, column: int, text: str) -> str:
    """What a grid shows of a cell: a text without its quotes."""
    if grid.separator != "|":
        return _unquoted(text) if text.startswith('"') else text
    return text[1:-1] if column in grid.quoted and _is_text(text) else text


def column_at(row: GridRow, column: int) -> int | None:
    """The column of a table that holds a column of its line, which is counted from 1; None where it is outside of all cells."""
    return next((at for at, cell in enumerate(row.cells) if cell.start <= column - 1 <= max(cell.end, cell.start + 1)), None)


def _of_rules(lines: Sequence[str]) -> Iterator[Grid]:
    block, at = 0, 0
    while at < len(lines):
        line = lines[at]
        if line[:1].isalpha():
            block = at
        if not line.lstrip().startswith("|"):
            at += 1
            continue
        head = GridRow(line=at + 1, cells=tuple(_between_bars(line)))
        rows, until = [], at + 1
        for below in range(at + 1, len(lines)):
            stripped = lines[below].strip()
            if stripped.startswith("|"):
                rows.append(GridRow(line=below + 1, cells=tuple(_between_bars(lines[below]))))
                until = below + 1
            elif stripped and not stripped.startswith("#"):
                break
        notes = tuple(each.strip() for each in lines[block + 1 : at] if each.strip() and not each.strip().startswith(("#", "|")))
        if not any(each.startswith("from file") for each in notes):
            yield Grid(
                title=lines[block].strip(), line=block + 1, notes=notes, head=head, conditions=_conditions(line, head),
                quoted=_quoted(head, rows), separator="|", rows=tuple(rows),
            )  # fmt: skip
        at = until


def _of_csv(lines: Sequence[str]) -> Iterator[Grid]:
    first = next((at for at, line in enumerate(lines) if line.strip("\ufeff\r ") and not line.startswith("sep=")), None)
    if first is None:
        return
    separator = ";" if ";" in lines[first] and "," not in lines[first] else ","
    head = GridRow(line=first + 1, cells=tuple(_between(lines[first], separator)))
    rows = tuple(
        GridRow(line=at + 1, cells=tuple(_between(line, separator)))
        for at, line in enumerate(lines[first + 1 :], first + 1)
        if line.strip("\r ")
    )
    yield Grid(
        title="", line=1, notes=(), head=head, conditions=0, quoted=frozenset(), separator=separator, rows=rows
    )  # fmt: skip


def _between_bars(line: str) -> Iterator[GridCell]:
    """The cells of a row; a bar inside quotes is no separator, and `||` separates as `|` does."""
    begins, is_quoted = None, False
    for at, sign in enumerate(line):
        if sign == "#" and not is_quoted:
            return
        if sign == '"':
            is_quoted = not is_quoted
        elif sign == "|" and not is_quoted:
            if begins is not None and at > begins:
                yield _cell(line, begins, at)
            begins = at + 1


def _between(line: str, separator: str) -> Iterator[GridCell]:
    begins, is_quoted = len(line) - len(line.lstrip("\ufeff")), False
    end = len(line.rstrip("\r"))
    for at, sign in enumerate(line[:end]):
        if sign == '"':
            is_quoted = not is_quoted
        elif sign == separator and not is_quoted:
            yield _cell(line, begins, at)
            begins = at + 1
    yield _cell(line, begins, end)


def _cell(line: str, start: int, end: int) -> GridCell:
    """A cell without the blanks around it; one of blanks alone begins after the first."""
    piece = line[start:end]
    if not piece.strip():
        inside = min(start + 1, end)
        return GridCell("", inside, inside, end)
    first = start + len(piece) - len(piece.lstrip())
    return GridCell(piece.strip(), first, first + len(piece.strip()), end)


def _conditions(line: str, head: GridRow) -> int:
    bars = line.find("||")
    return 0 if bars < 0 else sum(cell.start < bars for cell in head.cells)


def _quoted(head: GridRow, rows: Sequence[GridRow]) -> frozenset[int]:
    columns = range(len(head.cells))
    cells = {column: [row.cells[column].text for row in rows if column < len(row.cells)] for column in columns}
    return frozenset(
        column
        for column in columns
        if head.cells[column].text == "because" or (any(cells[column]) and all(_is_text(text) for text in cells[column] if text))
    )


def _is_text(text: str) -> bool:
    return len(text) > 1 and text[0] == text[-1] == '"' and '"' not in text[1:-1]


def _with_cells(line: str, grid: Grid, row: GridRow, changed: Mapping[int, str]) -> str:
    """A line with other cells. In a rule file the blanks behind a cell make up for its length, as far as the head of the table is wide."""
    for column in sorted(changed, reverse=True):
        cell, text = row.cells[column], _written(grid, column, changed[column])
        behind = line[cell.end :]
        if grid.separator == "|":
            above = grid.head.cells[column]
            behind = " " * max(1, above.bar - above.start - len(text)) + line[cell.bar :]
        line = line[: cell.start] + text + behind
    return line


def _written(grid: Grid, column: int, text: str) -> str:
    text = _one_line(text)
    if grid.separator != "|":
        needs_quotes = any(sign in text for sign in (grid.separator, '"')) or text != text.strip()
        return '"{}"'.format(text.replace('"', '""')) if needs_quotes else text
    if _is_text(text) or (column not in grid.quoted and _is_one_cell(text)):
        return text
    if '"' in text:  # it would take the cells behind it along
        raise refuse(NO_CELL, text=text[:40])
    return f'"{text}"'


def _is_one_cell(text: str) -> bool:
    """Whether a text between bars reads as it is: no bar, and no comment begins in it outside of quotes."""
    return text.count('"') % 2 == 0 and [cell.text for cell in _between_bars(f"| {text} |")] == [text]


def _one_line(text: str) -> str:
    return " ".join(text.replace("\r", "\n").split("\n")).strip()


def _unquoted(text: str) -> str:
    return text[1:-1].replace('""', '"') if len(text) > 1 and text.endswith('"') else text


def _with_comments(lines: Sequence[str], line: int) -> int:
    """The first line of a row with the comments directly above it."""
    while line > 1 and lines[line - 2].strip().startswith("#"):
        line -= 1
    return line
