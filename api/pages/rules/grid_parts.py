"""The tables of an open file as grids: what each column means, which words it takes, and the problems at their cells."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from api.pages.frame.navigation import Values
from api.pages.page_responses import part_of_page
from api.workbench.overlay import CheckedProblem
from api.workbench.tables.text_grids import Grid, GridRow, column_at, grids_of, shown
from engine.language import KnownName, known_names
from engine.phrases import Language, Phrase, phrase, say
from engine.rulebook.book import Rulebook

MOST_CELLS: Final = 8_000
"""A form of more cells is shown without fields where no script runs."""
_LONGEST_LIST: Final = 400
_MOST_SIGNS: Final = 48
_SIGN_WIDTH: Final = 8
_SPACE: Final = 20
_LEAST_WIDTH: Final = 110
_WIDE: Final = 620
_LABEL_WIDTH: Final = 260
_NUMBER_WIDTH: Final = 56
_BLOCK: Final = re.compile(r'^(\w[\w-]*) +([\w.-]+)(?: +"([^"]*)")?')
_WORDS: Final[Mapping[str, Phrase]] = {
    "condition": phrase("condition"),
    "result": phrase("result"),
    "table": phrase("Table"),
    "add": phrase("Add a row"),
    "remove": phrase("Remove the row"),
    "up": phrase("Move up"),
    "down": phrase("Move down"),
    "save": phrase("Save"),
    "head": phrase("above the first row"),
    "keys": phrase("Enter goes to the next row; Alt with an arrow moves a row; pasted cells of a spreadsheet fill the table from here."),
    "large": phrase("This table is too large for a form: change it as text, or with scripts on."),
}
_MEANINGS: Final[Mapping[str, Phrase]] = {
    "product": phrase("a product of the catalogue"),
    "price": phrase("its price, before taxes"),
    "because": phrase("the reason, which explanations show"),
    "up to": phrase("up to and with so many; the last row is `beyond`"),
    "flat": phrase("an amount once, when the tier is reached"),
}
_UNIT_PRICE: Final = phrase("the price of one unit in this tier")
_POLICIES: Final[Mapping[str, Phrase]] = {
    "exactly one": phrase("exactly one row applies to each case"),
    "first": phrase("the first row that applies decides"),
}


def grid_part(
    path: str,
    text: str,
    rulebook: Rulebook,
    problems: Sequence[CheckedProblem],
    language: Language,
    *,
    csrf: str,
    can_change: bool,
    of: str | None,
    marks: Sequence[int] = (),
) -> str | None:
    """The tables of a text as a part of the page; None where it has none."""
    grids = grids_of(path, text)
    if not grids:
        return None
    known = {one.name: one for one in known_names(rulebook.checked.vocabulary)}
    here = [one for one in problems if one.file == path and one.line]
    cells = sum(len(row.cells) for grid in grids for row in grid.rows)
    values: Values = {
        "words": {name: say(words, language) for name, words in _WORDS.items()},
        "grids": [_grid(at, grid, rulebook, known, here, language) for at, grid in enumerate(grids)],
        "marks": marks,
        "file": path,
        "csrf": csrf,
        "of": of,
        "can_change": can_change,
        "is_large": cells > MOST_CELLS,
    }
    return part_of_page("rules/grid.html.j2", values)


def is_wide(path: str, text: str) -> bool:
    """Whether a table of a text needs the whole width of the page."""
    return any(sum(_width(grid, number) for number in range(len(grid.columns))) > _WIDE for grid in grids_of(path, text))


def _grid(
    at: int, grid: Grid, rulebook: Rulebook, known: Mapping[str, KnownName], problems: Sequence[CheckedProblem], language: Language
) -> Values:
    block = _BLOCK.match(grid.title)
    lines = {row.line for row in grid.rows}
    columns = [_column(at, number, grid, rulebook, known, language) for number in range(len(grid.columns))]
    products = {code: product.name.in_(language) for code, product in rulebook.products.items()}
    return {
        "at": at,
        "name": block[2] if block else "",
        "title": (block[3] or block[2]) if block else "",
        "notes": [say(_POLICIES.get(note, note), language) for note in grid.notes],
        "head": grid.head.line,
        "first": grid.line,
        "until": grid.until,
        "separator": grid.separator,
        "columns": columns,
        "width": _NUMBER_WIDTH + sum(_width(grid, number) for number in range(len(columns))),
        "rows": [_row(grid, row, problems, products, language) for row in grid.rows],
        "problems": [one for one in problems if one.line and grid.line <= one.line <= grid.until and one.line not in lines],
    }


def _column(at: int, number: int, grid: Grid, rulebook: Rulebook, known: Mapping[str, KnownName], language: Language) -> Values:
    name = grid.columns[number]
    described = known.get(name.partition(" ")[0])
    meaning: str = say(described.meaning, language) if described and described.meaning else ""
    values: Sequence[str] = described.values if described else ()
    if name in _MEANINGS:
        meaning = say(_MEANINGS[name], language)
    elif name.startswith("price per "):
        meaning = say(_UNIT_PRICE, language)
    if name == "product" and grid.separator != "|":
        values = tuple(rulebook.products)
    return {
        "id": f"g{at}c{number}",
        "name": name,
        "meaning": meaning,
        "kind": "condition" if number < grid.conditions else "result" if grid.conditions else "",
        "is_first_result": bool(grid.conditions) and number == grid.conditions,
        "is_quoted": number in grid.quoted,
        "values": values if len(values) <= _LONGEST_LIST else (),
        "width": _width(grid, number),
        "size": _longest(grid, number),
    }


def _longest(grid: Grid, number: int) -> int:
    texts = [len(row.cells[number].text) for row in grid.rows if number < len(row.cells)]
    return min(_MOST_SIGNS, max([len(grid.columns[number]), *texts]))


def _width(grid: Grid, number: int) -> int:
    """How wide a column is drawn: of a table with given widths a changed row is drawn again, of any other the whole."""
    least = _LABEL_WIDTH if grid.separator != "|" and grid.columns[number] == "product" else _LEAST_WIDTH
    return max(least, _longest(grid, number) * _SIGN_WIDTH + _SPACE)


def _row(grid: Grid, row: GridRow, problems: Sequence[CheckedProblem], products: Mapping[str, str], language: Language) -> Values:
    wrong: dict[int | None, list[str]] = {}
    for one in problems:
        if one.line == row.line:
            wrong.setdefault(column_at(row, one.column or 1), []).append(f"{one.message}. {one.help}")
    texts = [shown(grid, column, cell.text) for column, cell in enumerate(row.cells)]
    return {
        "line": row.line,
        "cells": [
            {"text": text, "wrong": " ".join(wrong.get(column, ())), "hint": products.get(text, "") if grid.separator != "|" else ""}
            for column, text in enumerate(texts[: len(grid.columns)])
        ],
        "missing": max(0, len(grid.columns) - len(texts)),
        "wrong": " ".join(wrong.get(None, ())),
    }
