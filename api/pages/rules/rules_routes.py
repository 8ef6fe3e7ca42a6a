"""The routes of the workbench: its page, what its editor sends while one types, and forms that change the draft."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from api.pages.records.record_answers import OTHER_FORM
from api.pages.rules.compare_pages import ComparePages
from api.pages.rules.grid_parts import MOST_CELLS
from api.pages.rules.price_pages import PricePages
from api.pages.rules.rules_pages import NO_SUCH_FILE, Opened, RulesPages
from api.refusals import NotAllowed
from api.workbench.draft_review import ReviewResponse
from api.workbench.draft_texts import NO_PLACE, TextEdit, with_edits, with_new_answers, with_test
from api.workbench.tables.text_grids import RowChange, grids_of, with_cells, with_row_change
from engine.problems import Kind, refuse

NO_SUCH_CASE: Final = Kind("no-such-case", "this case is not among those that change any more", "look at the cases again")
NO_FAILED_SCENARIO: Final = Kind("no-failed-scenario", "no such scenario fails any more", "look at the tests again")
_CELL: Final = re.compile(r"c([0-9]{1,6})-([0-9]{1,3})")
_LONGEST_NUMBER: Final = 9
_ROW_CHANGES: Final[Mapping[str, RowChange]] = {"add": "add", "remove": "remove", "up": "up", "down": "down"}
_PLACE: Final = ("line", "column", "end_line", "end_column")


def router() -> APIRouter:
    """The routes of the workbench; what answers them is in the state of the application."""
    made = APIRouter(include_in_schema=False)
    made.add_api_route("/rules", _show, methods=["GET"], response_class=Response)
    made.add_api_route("/rules/compare", _compare, methods=["GET"], response_class=Response)
    made.add_api_route("/rules/prices", _prices, methods=["GET"], response_class=Response)
    made.add_api_route("/rules/prices/{name}.{format}", _export, methods=["GET"], response_class=Response)
    for path, answer in POSTED.items():
        made.add_api_route(path, answer, methods=["POST"], response_class=Response)
        if path != "/rules/prices":
            made.add_api_route(path, _reload, methods=["GET"], response_class=Response)
    return made


async def _show(request: Request) -> Response:
    return await _pages_of(request).page(request)


async def _reload(request: Request) -> Response:
    """The page of a form that somebody opens by the address to which it was sent."""
    return RedirectResponse("/rules/prices" if request.url.path.startswith("/rules/prices") else "/rules", 303)


async def _cursor(request: Request) -> Response:
    return await _pages_of(request).cursor(request)


async def _compare(request: Request) -> Response:
    return await _compare_pages_of(request).compare(request)


async def _prices(request: Request) -> Response:
    return await _price_pages_of(request).page(request)


async def _export(request: Request) -> Response:
    names = request.path_params
    return await _price_pages_of(request).export(request, names["name"], names["format"])


async def _write_prices(request: Request) -> Response:
    return await _price_pages_of(request).write(request)


async def _new_list(request: Request) -> Response:
    return await _price_pages_of(request).new_list(request)


async def _upload(request: Request) -> Response:
    return await _price_pages_of(request).upload(request)


async def _review(request: Request) -> Response:
    return await _pages_of(request).look(request, "review")


async def _check(request: Request) -> Response:
    return await _pages_of(request).look(request, "check")


async def _save(request: Request) -> Response:
    return await _pages_of(request).save(request)


async def _fix(request: Request) -> Response:
    return await _pages_of(request).change(request, _fixed)


async def _grids(request: Request) -> Response:
    return await _pages_of(request).grids(request)


async def _grid(request: Request) -> Response:
    return await _pages_of(request).change(request, with_grid, most=2 * MOST_CELLS)


async def _undo(request: Request) -> Response:
    return await _pages_of(request).change(request, lambda opened: {_listed(opened): opened.draft.base.get(opened.file)})


async def _remove(request: Request) -> Response:
    return await _pages_of(request).change(request, lambda opened: {_listed(opened): None})


async def _add(request: Request) -> Response:
    return await _pages_of(request).change(request, lambda opened: {opened.file: opened.draft.texts.get(opened.file, "")})


async def _take_answers(request: Request) -> Response:
    return await _pages_of(request).change_by_review(request, _with_answers)


async def _write_test(request: Request) -> Response:
    return await _pages_of(request).change_by_review(request, _tested)


async def _share(request: Request) -> Response:
    return await _pages_of(request).share(request)


async def _start_effect(request: Request) -> Response:
    return await _compare_pages_of(request).start_effect(request)


async def _stop_effect(request: Request) -> Response:
    return await _compare_pages_of(request).stop_effect(request)


async def _rebase(request: Request) -> Response:
    return await _pages_of(request).rebase(request)


POSTED: Final[Mapping[str, Callable[[Request], Awaitable[Response]]]] = {
    "/rules/review": _review,
    "/rules/check": _check,
    "/rules/cursor": _cursor,
    "/rules/save": _save,
    "/rules/fix": _fix,
    "/rules/grids": _grids,
    "/rules/grid": _grid,
    "/rules/undo": _undo,
    "/rules/prices": _write_prices,
    "/rules/prices/import": _upload,
    "/rules/prices/new": _new_list,
    "/rules/remove": _remove,
    "/rules/add": _add,
    "/rules/answers": _take_answers,
    "/rules/test": _write_test,
    "/rules/share": _share,
    "/rules/effect": _start_effect,
    "/rules/effect/stop": _stop_effect,
    "/rules/rebase": _rebase,
}


def _pages_of(request: Request) -> RulesPages:
    pages: RulesPages = request.app.state.rules_pages
    return pages


def _compare_pages_of(request: Request) -> ComparePages:
    pages: ComparePages = request.app.state.compare_pages
    return pages


def _price_pages_of(request: Request) -> PricePages:
    pages: PricePages = request.app.state.price_pages
    return pages


def _listed(opened: Opened) -> str:
    """The file that a form is about; refuses one that the draft does not have."""
    if opened.file not in opened.draft.listed:
        raise refuse(NO_SUCH_FILE, path=opened.file[:80])
    return opened.file


def _fixed(opened: Opened) -> Mapping[str, str | None]:
    """The file with one of the texts that mend a problem."""
    path = _listed(opened)
    if "text" not in opened.sent:
        raise NotAllowed((OTHER_FORM.at(None),))
    sent = {name: opened.sent.get(name, "") for name in _PLACE}
    if not all(number.isdecimal() and len(number) < _LONGEST_NUMBER for number in sent.values()):
        raise refuse(NO_PLACE, path=path)
    edit = TextEdit(**{name: int(number) for name, number in sent.items()}, text=opened.sent["text"])
    return {path: with_edits(path, opened.draft.texts.get(opened.file, ""), [edit])}


def with_grid(opened: Opened) -> Mapping[str, str | None]:
    """The file with the cells of its tables as they were sent, and a row added, removed or moved."""
    path, text = _listed(opened), opened.draft.texts.get(opened.file, "")
    cells = {(int(match[1]), int(match[2])): sent for name, sent in opened.sent.items() if (match := _CELL.fullmatch(name))}
    text = with_cells(path, text, cells)
    change, _, table = opened.sent.get("do", "").partition(":")
    grids = grids_of(path, text)
    if change in _ROW_CHANGES and table.isdecimal() and len(table) < _LONGEST_NUMBER and int(table) < len(grids):
        line = opened.sent.get(f"row{table}") or str(grids[int(table)].until if change == "add" else 0)
        text = with_row_change(path, text, int(line) if line.isdecimal() and len(line) < _LONGEST_NUMBER else 0, _ROW_CHANGES[change])
    return {path: text}


def _with_answers(opened: Opened, review: ReviewResponse) -> Mapping[str, str | None]:
    failed = () if review.scenarios is None else review.scenarios.failed
    changed = with_new_answers(opened.draft.texts, failed, opened.sent.get("name") or None)
    if not changed:
        raise refuse(NO_FAILED_SCENARIO)
    return dict(changed)


def _tested(opened: Opened, review: ReviewResponse) -> Mapping[str, str | None]:
    """The scenarios beside the open file, with one of a case."""
    named = (opened.sent.get("name"), opened.sent.get("region"))
    case = next((one for one in review.cases or () if (one.name, one.region) == named), None)
    if case is None or case.scenario is None:
        raise refuse(NO_SUCH_CASE)
    path, text = with_test(opened.draft.texts, opened.file or "rules/cases.yaml", case.scenario)
    return {path: text}
