"""Forms of the workbench that were sent when the session had ended: shown on their own pages as they were filled, not done yet."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from fastapi.responses import Response

from api.pages.frame.sent_forms import sent_fields
from api.pages.frame.visits import Visit
from api.pages.page_responses import staff_response
from api.pages.rules.grid_parts import MOST_CELLS
from api.pages.rules.price_pages import PricePages
from api.pages.rules.rules_page import TEMPLATE, UNSAVED, Shown, rules_page
from api.pages.rules.rules_pages import NO_TEXT, Opened, RulesPages
from api.pages.rules.rules_routes import with_grid
from engine.phrases import say
from engine.problems import refuse


def resumed_forms(prices: PricePages) -> Mapping[str, Callable[[Visit, str], Response]]:
    """What shows each of these forms, by the address to which it was sent."""
    return {
        "/rules/save": partial(_editor, prices.pages, _typed),
        "/rules/grid": partial(_editor, prices.pages, with_grid),
        "/rules/prices": partial(_sheet, prices),
    }


def _editor(pages: RulesPages, texts_of: Callable[[Opened], Mapping[str, str | None]], visit: Visit, body: str) -> Response:
    """The editor with a text that is not saved yet."""
    opened = pages.open(visit, sent=_sent(visit, body))
    text = texts_of(opened)[opened.file] or ""
    shown = Shown(
        draft=opened.with_text(text), rulebook=opened.rulebook, others=(), file=opened.file, review=None, problems=(),
        problem=say(UNSAVED, visit.language), seen=opened.sent.get("seen", opened.draft.texts.get(opened.file, "")),
    )  # fmt: skip
    values, nonce = rules_page(visit, shown, pages.shown_routes)
    return staff_response(TEMPLATE, values, language=visit.language, nonce=nonce, is_sent=True)


def _typed(opened: Opened) -> Mapping[str, str | None]:
    if not opened.file or "text" not in opened.sent:
        raise refuse(NO_TEXT)
    return {opened.file: opened.sent["text"].replace("\r\n", "\n")}


def _sheet(prices: PricePages, visit: Visit, body: str) -> Response:
    """The sheet of price lists with the prices that were typed."""
    return prices.resume(prices.pages.open(visit, sent=_sent(visit, body)))


def _sent(visit: Visit, body: str) -> Mapping[str, str]:
    """The fields of a form, which only shows a page here, as if this session had been shown it."""
    return {**sent_fields(body.encode(), most=2 * MOST_CELLS), "csrf": visit.form_token}
