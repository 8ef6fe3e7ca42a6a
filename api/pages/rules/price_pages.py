"""The price lists of a draft as one sheet, its spreadsheets out and in, and what an import changes before it goes into the draft."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial
from typing import Final

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from api.http.request_parsing import LARGEST_FILES
from api.pages.frame.navigation import Values, frame_of
from api.pages.frame.sent_files import SentFile, sent_file
from api.pages.frame.sent_forms import sent_fields
from api.pages.frame.visits import Visit
from api.pages.page_responses import attachment_response, staff_response
from api.pages.records.uploads import is_reduced, too_large
from api.pages.rules.file_tree import address_of
from api.pages.rules.rules_page import SAVED, visit_author
from api.pages.rules.rules_pages import Opened, RulesPages, text_of
from api.workbench.tables.new_price_list import NEW_LIST, OF_FAMILY, with_price_list
from api.workbench.tables.price_sheet import (
    CheckedSheet,
    TableChange,
    TableSources,
    check_cells,
    check_file,
    check_prices,
    with_changes,
)
from api.workbench.tables.sheet_writer import as_csv, as_xlsx
from api.workbench.tables.table_cells import Table, TableCell
from api.workbench.tables.table_lookup import table_called
from api.workbench.tables.text_grids import grids_of
from engine.phrases import Language, Phrase, phrase, say
from engine.problems import Kind, Problem, Refusal, refuse
from engine.rulebook.catalog import PriceBook
from engine.text.sources import Sources
from engine.writing.locale_format import day_text

NO_FILE: Final = Kind("no-file-chosen", "no file was chosen", "choose the spreadsheet that you changed, as `.xlsx`, `.ods` or `.csv`")
UNSAVED: Final = phrase("Your session had ended: the prices stand below as you typed them, and are not written yet")
_TEMPLATE: Final = "rules/prices.html.j2"
_CHANGES: Final = "rules/price_changes.html.j2"
_MOST_FIELDS: Final = 20_000
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FOR_PRODUCT: Final = re.compile(r"^for products? (.+)$")
_SEPARATOR: Final = "|"
_WORDS: Final[Mapping[str, Phrase]] = {
    "title": phrase("Price lists"),
    "back": phrase("Back to the workbench"),
    "product": phrase("Product"),
    "tiers": phrase("by tiers"),
    "save": phrase("Write into the draft"),
    "export": phrase("Download as a spreadsheet"),
    "import": phrase("Upload a changed spreadsheet"),
    "file": phrase("The file"),
    "table": phrase("The table"),
    "tables": phrase("Decision tables"),
    "look": phrase("See what it changes"),
    "about": phrase("A price in italics follows from the list that this one is based on; another one written over it is an exception."),
    "saved": SAVED,
    "effect": phrase("See what it changes on invoices"),
    "changes": phrase("What the file changes"),
    "nothing": phrase("The file changes nothing."),
    "wrong": phrase("The file has mistakes: nothing of it was written"),
    "read_as": phrase("How the file was read"),
    "column": phrase("Column"),
    "before": phrase("before"),
    "after": phrase("after"),
    "change": phrase("change"),
    "is_added": phrase("new"),
    "new_list": phrase("New price list"),
    "from": phrase("From the day"),
    "based_on": phrase("based on the list"),
    "factor": phrase("times the factor (1.03 is three percent more)"),
    "of_families": phrase("Another factor for some families"),
    "name": phrase("Its name (empty: that of the list with the new year)"),
    "because": phrase("Why, as explanations quote it"),
    "write_list": phrase("Write the list into the draft"),
}


@dataclass(slots=True, kw_only=True)
class PricePages:
    """Answers the requests of the sheet of price lists."""

    pages: RulesPages

    async def page(self, request: Request) -> Response:
        """The sheet."""
        return await self.pages.staff.respond(request, self._page)

    async def export(self, request: Request, name: str, format_: str) -> Response:
        """A table of the draft as a spreadsheet."""
        return await self.pages.staff.respond(request, partial(self._export, name, format_))

    async def write(self, request: Request) -> Response:
        """Writes prices, or the cells that an import changes, into the draft."""
        body = await request.body()
        sent = sent_fields(body, most=_MOST_FIELDS)
        return await self.pages.staff.respond(request, partial(self._write, sent), body)

    async def upload(self, request: Request) -> Response:
        """What a file changes, before it goes into the draft."""
        body = await request.body()
        sent, file = sent_file(body, request.headers.get("content-type", ""), "sheet")
        is_too_large = is_reduced(request) or (file is not None and len(file.content) > LARGEST_FILES)
        return await self.pages.staff.respond(request, partial(self._upload, sent, too_large(None) if is_too_large else file), body)

    def resume(self, opened: Opened) -> Response:
        """The sheet with prices as they were typed, none of which is written yet."""
        typed = {(table, row): text for name, text in opened.sent.items() for table, row, column in _cell(name) if column == "price"}
        if len(typed) < sum(name.startswith("cell") for name in opened.sent):
            raise refuse(NO_FILE)  # an import, whose cells are shown as fields
        unchecked = CheckedSheet(changes=(), problems={})
        return self._sheet(opened, self.pages.tables.of(opened.draft.texts), typed, unchecked, problem=say(UNSAVED, opened.visit.language))

    async def new_list(self, request: Request) -> Response:
        """Writes a new price list into the draft, and leads to its file."""
        body = await request.body()
        return await self.pages.staff.respond(request, partial(self._new_list, sent_fields(body, most=_MOST_FIELDS)), body)

    def _new_list(self, sent: Mapping[str, str], visit: Visit) -> Response:
        opened = self.pages.open(visit, sent=sent)
        given = self.pages.tables.of(opened.draft.texts)
        try:
            path, text = with_price_list(given, sent)
        except Refusal as refusal:
            return self._sheet(opened, given, {}, CheckedSheet(changes=(), problems={}), problem=text_of(refusal, visit))
        return self.pages.saved(visit, {**sent, "file": ""}, {path: text}, f"{address_of(path)}&done=yes&look=yes")

    def _page(self, visit: Visit) -> Response:
        opened = self.pages.open(visit)
        return self._sheet(opened, self.pages.tables.of(opened.draft.texts), {}, CheckedSheet(changes=(), problems={}))

    def _sheet(
        self,
        opened: Opened,
        given: TableSources,
        typed: Mapping[tuple[str, str], str],
        checked: CheckedSheet,
        problem: str = "",
    ) -> Response:
        visit, status = opened.visit, 422 if checked.problems or (problem and not typed) else 200
        values = frame_of(visit, say(_WORDS["title"], visit.language), self.pages.shown_routes) | {
            **_frame(visit),
            **_sheet_values(given, typed, checked.problems, visit.language),
            "problem": problem,
            "chosen": opened.sent.get("table", ""),
            "new": {name: opened.sent.get(name, "") for name in NEW_LIST},
            "families": [
                (f"{OF_FAMILY}{name}", family.label.in_(visit.language), opened.sent.get(f"{OF_FAMILY}{name}", ""))
                for name, family in given.rulebook.families.items()
            ],
            "is_saved": bool(dict(visit.parameters).get("done")),
            "can_change": opened.draft.author == visit_author(visit),
        }
        return staff_response(_TEMPLATE, values, status=status, language=visit.language, is_sent=bool(opened.sent))

    def _export(self, name: str, format_: str, visit: Visit) -> Response:
        opened = self.pages.open(visit)
        given = self.pages.tables.of(opened.draft.texts)
        table = _with_names(table_called(name, given.tables), given, visit.language)
        content = as_csv(table) if format_ == "csv" else as_xlsx(table, visit.language)
        return attachment_response(content, "text/csv; charset=utf-8" if format_ == "csv" else _XLSX, f"{table.name}.{format_}")

    def _write(self, sent: Mapping[str, str], visit: Visit) -> Response:
        opened = self.pages.open(visit, sent=sent)
        given = self.pages.tables.of(opened.draft.texts)
        cells = {(table, row, column): text for name, text in sent.items() for table, row, column in _cell(name)}
        prices = {(table, row): text for (table, row, column), text in cells.items() if column == "price"}
        checked = check_prices(given, prices)
        if checked.problems:
            return self._sheet(opened, given, prices, checked)
        changes = list(checked.changes)
        for name in dict.fromkeys(table for table, _, column in cells if column != "price"):
            of_table = {(row, column): text for (table, row, column), text in cells.items() if table == name}
            rest = check_cells(given, name, of_table)
            if rest.problems:
                return self._changes(visit, name, rest, given)
            changes += rest.changes
        texts = with_changes(given, changes)
        changed = {path: text for path, text in texts.items() if text != given.sources.get(path)}
        if not changed:
            return RedirectResponse("/rules/prices?done=yes", 303)
        return self.pages.saved(visit, {**sent, "file": ""}, changed, "/rules/prices?done=yes")

    def _upload(self, sent: Mapping[str, str], file: SentFile | Problem | None, visit: Visit) -> Response:
        opened = self.pages.open(visit, sent=sent)
        given, name = self.pages.tables.of(opened.draft.texts), sent.get("table", "")
        if isinstance(file, SentFile):
            return self._changes(visit, name, check_file(given, name, file.name, file.content), given)
        problem = text_of(Refusal((file or NO_FILE.at(None),)), visit)
        response = self._sheet(opened, given, {}, CheckedSheet(changes=(), problems={}), problem=problem)
        response.status_code = 413 if file else 422
        return response

    def _changes(self, visit: Visit, name: str, checked: CheckedSheet, given: TableSources) -> Response:
        language = visit.language
        problems = [problem for each in checked.problems.values() for problem in each]
        values = frame_of(visit, say(_WORDS["title"], language), self.pages.shown_routes) | {
            **_frame(visit),
            "table": name,
            "problems": [(_place(one), one.message_in(language), one.help_in(language)) for one in problems],
            "advice": [(_place(one), one.message_in(language), one.help_in(language)) for one in checked.advice],
            "changes": [_change(each, given, language) for each in checked.changes],
        }
        return staff_response(_CHANGES, values, status=422 if problems else 200, language=language, is_sent=True)


def _with_names(table: Table, given: TableSources, language: Language) -> Table:
    """A table; a price list with the names of its products in a language."""
    if table.kind != "price-book":
        return table
    names = {row.key: TableCell(given.rulebook.products[row.key].name.in_(language), locked=True) for row in table.rows}
    rows = tuple(replace(row, cells=(row.cells[0], names[row.key], *row.cells[2:])) for row in table.rows)
    return replace(table, rows=rows)


def _frame(visit: Visit) -> Values:
    return {"words": {name: say(words, visit.language) for name, words in _WORDS.items()}, "csrf": visit.form_token}


def _cell(name: str) -> list[tuple[str, str, str]]:
    """The table, row and column of the field of a cell; none for another field."""
    parts = name.split(_SEPARATOR)
    return [(parts[1], parts[2], parts[3])] if len(parts) == 4 and parts[0] == "cell" else []


def _field(table: str, row: str, column: str) -> str:
    return _SEPARATOR.join(("cell", table, row, column))


def _place(problem: Problem) -> str:
    """Where a mistake of a file is: the address of its cell, or file and line."""
    return problem.pointer or ("" if problem.where is None else problem.where.place)


def _change(each: TableChange, given: TableSources, language: Language) -> Values:
    change, where = each.change, each.change.where
    product = given.rulebook.products.get(change.key)
    before, after = change.before or "", change.after
    return {
        "field": _field(each.table, change.key, change.column),
        "key": change.key,
        "label": product.name.in_(language) if product else "",
        "column": change.column,
        "before": before,
        "after": after,
        "percent": _percent(before, after) if change.column == "price" else "",
        "address": address_of(where.path, None, where.line) if where else None,
        "place": f"{where.path}:{where.line}" if where else "",
    }


def _percent(before: str, after: str) -> str:
    """By how many per cent a price changes."""
    if not before or not Decimal(before):
        return ""
    share = (Decimal(after) - Decimal(before)) * 100 / Decimal(before)
    return f"{share:+.1f}%"


def _sheet_values(
    given: TableSources, typed: Mapping[tuple[str, str], str], problems: Mapping[tuple[str, str], Sequence[Problem]], language: Language
) -> Values:
    books = given.price_books
    tiers = _tiers(given.sources)
    prices = {book.id: {row.key: row.cells[3] for row in table.rows} for book, table in books}
    priced = {code for of_book in prices.values() for code in of_book}
    rows = []
    for code, product in given.rulebook.products.items():
        cells = []
        for book, _ in books:
            cell, wrong = prices[book.id].get(code), problems.get((book.id, code), ())
            cells.append({
                "field": _field(book.id, code, "price"),
                "text": typed.get((book.id, code), cell.text if cell else ""),
                "is_derived": cell is not None and cell.where is None,
                "can_change": cell is None or not cell.locked,
                "is_listed": cell is not None,
                "wrong": " ".join(f"{one.message_in(language)}. {one.help_in(language)}" for one in wrong),
            })  # fmt: skip
        if code in priced or code in tiers or any(table.addable for _, table in books):
            rows.append({"code": code, "label": product.name.in_(language), "unit": product.unit, "cells": cells, "tiers": tiers.get(code)})
    tables = [(table.name, table.title) for table in given.tables.values() if table.kind == "table"]
    return {
        "books": [_book(book, table, language) for book, table in books],
        "rows": rows,
        "bases": [(book.id, book.label.in_(language)) for book, _ in reversed(books)],
        "tables": tables,
        "choices": [(table.name, book.label.in_(language)) for book, table in books] + tables,
    }


def _book(book: PriceBook, table: Table, language: Language) -> Values:
    notes = [say(phrase("from {day}", day=day_text(book.from_, language)), language)]
    if book.based_on:
        notes.append(say(phrase("based on {book}", book=book.based_on), language))
    if book.segments:
        notes.append(say(phrase("for {segments}", segments=", ".join(book.segments)), language))
    return {"id": book.id, "label": book.label.in_(language), "notes": notes, "address": address_of(table.path)}


def _tiers(sources: Sources) -> Mapping[str, str]:
    """The address of the tiers of each product that has a price by tiers."""
    addresses: dict[str, str] = {}
    for path, text in sources.items():
        if path.endswith(".rules") and "\nprice " in text:
            for grid in grids_of(path, text):
                products = next((match[1] for note in grid.notes if (match := _FOR_PRODUCT.match(note))), "")
                if grid.title.startswith("price "):
                    addresses |= {
                        code.strip(): f"{address_of(path)}&view=grid#L{grid.line}" for code in products.split(",") if code.strip()
                    }
    return addresses
