"""What activating an order, or some of its items, would do: shown before it is confirmed; nothing is written."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from typing import Final
from urllib.parse import quote, urlencode

from fastapi.responses import Response

from api.desk.desk import Desk
from api.desk.order_preview import preview
from api.desk.order_verbs import Activate
from api.http.request_parsing import read_body
from api.pages.frame.navigation import Values, frame_of
from api.pages.frame.remedies import help_on_page
from api.pages.frame.visits import Visit
from api.pages.own_routes import OwnRoute, OwnRoutes, PageRequest
from api.pages.page_responses import staff_response
from api.pages.records.named_values import Named
from api.pages.records.own_pages import rows_of
from api.pages.records.tree_view import shown, shown_table
from api.refusals import Unknown
from engine.phrases import Phrase, phrase, say
from engine.problems import Problem, Refusal

TEMPLATE: Final = "orders/activation.html.j2"
_TITLE: Final = phrase("Preview of an activation")
_WORDS: Final[Mapping[str, Phrase]] = {
    "before": phrase("before"),
    "lines": phrase("Items"),
    "first": phrase("First transactions"),
    "none": phrase("This makes no transactions."),
    "confirm": phrase("Activate now"),
    "back": phrase("Back"),
}
_FIGURES: Final[Mapping[str, Phrase]] = {
    "net_difference": phrase("more planned than before, net"),
    "next_invoice": phrase("next invoice, net"),
    "next_invoice_on": phrase("next invoice on"),
    "mrr": phrase("monthly recurring revenue"),
}
_SHOWN_FIRST: Final = 24


def activation_page(visit: Visit, desk: Desk, order: str, etag: str) -> Values:
    """The values of the page, of the day and the items in the address; what is wrong with them in their place."""
    chosen, on = [text for name, text in visit.parameters if name == "item"], dict(visit.parameters).get("on", "")
    language = visit.language
    words = {
        "own": {name: say(text, language) for name, text in _WORDS.items()},
        "id": order,
        "back": f"/orders/{quote(order, safe='')}",
        "problems": (),
    }
    try:
        effect = preview(desk, order, _verb(desk, on, chosen)).model_dump(mode="json")
    except Unknown:
        raise
    except Refusal as refusal:
        return words | {"problems": _texts(refusal.problems, visit)}
    transactions = effect["transactions"]
    return words | {
        "figures": list(_figures(effect, visit)),
        "items": shown_table(
            Named(desk, language).rows([_item(each) for each in effect["items"]]), ("product", "quantity", "state"), language
        ),
        "transactions": shown_table(
            [_transaction(each) for each in transactions[:_SHOWN_FIRST]],
            ("item", "kind", "change", "service_period", "billing_date", "net"),
            language,
        ),
        "shown_count": min(len(transactions), _SHOWN_FIRST),
        "count": len(transactions),
        "chosen": chosen,
        "on": on,
        "once": str(uuid.uuid4()),
        "etag": etag,
    }


def _verb(desk: Desk, on: str, items: Sequence[str]) -> Activate:
    given = {"currency": desk.rulebook.currency.code, "on": on}
    return read_body(Activate, given | ({"items": list(items)} if items else {}))


def _texts(problems: Sequence[Problem], visit: Visit) -> Sequence[tuple[str, str]]:
    return [(each.message_in(visit.language), help_on_page(each, visit.language)) for each in problems]


def _figures(effect: Mapping[str, object], visit: Visit) -> Sequence[tuple[str, str, str]]:
    """Each figure: what it is, before, and after."""
    before, after = effect["next_invoice_before"], effect["next_invoice_after"]
    assert isinstance(before, dict)
    assert isinstance(after, dict)
    pairs = {
        "net_difference": (effect["net_difference"], effect["net_difference"]),
        "next_invoice": (before["net"], after["net"]),
        "next_invoice_on": (before["on"], after["on"]),
        "mrr": (effect["mrr_before"], effect["mrr_after"]),
    }
    return [(say(label, visit.language), _text(pairs[name][0], visit), _text(pairs[name][1], visit)) for name, label in _FIGURES.items()]


def _text(value: object, visit: Visit) -> str:
    return shown(value, "", visit.language).text or "–"


def _item(effect: Mapping[str, object]) -> Mapping[str, object]:
    after = effect["after"]
    assert isinstance(after, dict)
    return {"product": effect["product"], "quantity": after["quantity"], "state": after["state"]}


def _transaction(effect: Mapping[str, object]) -> Mapping[str, object]:
    return {**effect, "net": effect["after"] or effect["before"]}


def _active_since(order: Mapping[str, object], visit: Visit) -> Iterator[str]:
    """The ticked items that began before: since when, and by whom."""
    chosen = {text for name, text in visit.parameters if name == "item"}
    for item in rows_of(order, "items"):
        if item["activated_on"] is not None and (item["id"] in chosen or not chosen):
            day = shown(item["activated_on"], "on", visit.language).text
            author = _author(order, str(item["id"]), str(item["activated_on"]))
            words = {"item": str(item["id"]), "day": day}
            since = phrase("{item} is active since {day}, by {author}", **words, author=author)
            yield say(since if author else phrase("{item} is active since {day}", **words), visit.language)


def _author(order: Mapping[str, object], item: str, day: str) -> str:
    """Who activated an item, as the history of its order has it; empty where an import did."""
    for step in reversed(rows_of(order, "history")):
        items = step.get("items")
        if step.get("what") in ("activate", "activated") and str(step.get("on")) == day and isinstance(items, str | list) and item in items:
            return str(step.get("author") or "")
    return ""


def _answer(request: PageRequest) -> Response:
    request.check_may("activate_order")
    visit, order = request.visit, request.names["order"]
    tree, etag = request.records.tagged(visit, request.routes["/v1/orders/{order}"], {"order": order})
    values = frame_of(visit, say(_TITLE, visit.language), request.routes) | activation_page(visit, request.desk(), order, etag)
    values |= {**request.refusal(), "here": f"{visit.path}?{urlencode(visit.parameters)}"}
    values["begun"] = list(_active_since(tree, visit))
    return staff_response(TEMPLATE, values, status=422 if values["problems"] else 200, language=visit.language)


ROUTES: Final[OwnRoutes] = (OwnRoute("/orders/{order}/activation", _answer, shows_refusals=True),)
