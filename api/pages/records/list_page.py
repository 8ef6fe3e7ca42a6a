"""A page of a list: its rows, what may be requested of it, the next page, and the files of exactly what is shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import quote, urlencode

from pydantic import BaseModel

from api.http.route_declarations import Route
from api.pages.frame.labels import field_label, label_of
from api.pages.frame.navigation import Values, frame_of
from api.pages.frame.visits import Visit
from api.pages.records.empty_lists import next_step
from api.pages.records.field_values import value_text
from api.pages.records.named_values import Named
from api.pages.records.offered_choices import OfferedChoices
from api.pages.records.tree_view import shown, shown_table
from api.pages.records.verb_fields import ORDER, VerbField, choices_of, fields_of
from engine.phrases import Language, Phrase, phrase, say

TEMPLATE: Final = "records/list.html.j2"
_FIRST_FILTERS: Final = 5
_GROUPING: Final = "by"
"""The parameter of reports that says by what they add up: names of columns, with commas."""
_CALLING: Final = ("name", "product")
"""Columns that say what a row is, in words."""
_FOR_PROGRAMS: Final = ("item", "identity", "key", "currency")
_PAGING: Final = ("limit", "cursor", "after", "total")
_WORDS: Final[Mapping[str, Phrase]] = {
    "filter": phrase("Filter"),
    "show_all": phrase("Show all"),
    "next": phrase("Next page"),
    "first": phrase("First page"),
    "nothing": phrase("Nothing here fits what you asked."),
    "any": phrase("any"),
    "more_filters": phrase("More filters"),
    "filters": phrase("Filters"),
}


def list_page(
    visit: Visit, route: Route, answer: Mapping[str, object], routes: Mapping[str, Route], title: str, offers: OfferedChoices
) -> Values:
    """The values of a page of a list, of the answer of its route."""
    assert route.listing is not None
    assert route.query is not None
    rows, total, more = answer["rows"], answer.get("total"), answer["next"]
    assert isinstance(rows, list)
    path = route.path.removeprefix("/v1")
    requested = {name: text for name, text in visit.parameters if text and name not in _PAGING}
    columns = _columns(rows, route.listing.summed)
    has_pages = f"{route.path}/{{}}" in {_shape(each) for each in routes}
    return {
        **frame_of(visit, title, routes),
        "words": {name: say(words, visit.language) for name, words in _WORDS.items()},
        "empty": next_step(path, visit.language),
        "table": shown_table(rows, columns, visit.language, links={next(iter(rows[0])): path} if rows and has_pages else None),
        "count": len(rows),
        "total": total,
        "sums": sums_of(answer.get("sums"), visit.language, currency_of(rows, offers.currency)),
        "requested": bool(set(requested) - {"order_by"}),
        "filters": filters_of(route.query, requested, offers),
        "path": path,
        "next": f"{path}?{urlencode({**requested, 'cursor': str(more)})}" if more else None,
        "is_first": not any(name == "cursor" for name, _ in visit.parameters),
        "files": [(kind.upper(), f"{path}.{kind}?{urlencode(requested)}") for kind in ("csv", "xlsx")],
        "new": new_forms(visit, path, routes),
        "refused_list": None,
    }


def _columns(rows: Sequence[Mapping[str, object]], summed: Sequence[str]) -> Sequence[str]:
    """The columns of a table: the key first, and without those that no row fills.

    Amounts follow what a row is called, and the name of a customer its id, so that they are in view; what identifies a row for programs
    is at the end.
    """
    if not rows:
        return ()
    key, *others = rows[0]
    filled = [key, *(name for name in others if any(row.get(name) not in (None, "", [], {}) for row in rows))]
    calling = next((name for name in _CALLING if name in filled), None)
    amounts = [name for name in filled if name in summed] if calling else []
    following = {"customer": ["customer_name"] if "customer_name" in filled else [], calling: amounts}
    moved = {*_FOR_PROGRAMS, *(name for names in following.values() for name in names)}
    shown = [each for name in filled if name not in moved for each in (name, *following.get(name, ()))]
    return (*shown, *(name for name in _FOR_PROGRAMS if name in filled))


def currency_of(rows: Sequence[Mapping[str, object]], otherwise: str) -> str:
    """The currency of amounts that stand in one: that which their rows name."""
    return next((str(row["currency"]) for row in rows if row.get("currency")), otherwise)


def sums_of(sums: object, language: Language, currency: str) -> Sequence[tuple[str, str]]:
    """Sums by column: the label of each, and its amount with the currency."""
    amounts = sums if isinstance(sums, Mapping) else {}
    return [(field_label(name, language), f"{shown(amounts[name], '', language).text} {currency}") for name in amounts]


def filters_of(query: type[BaseModel], requested: Mapping[str, str], offers: OfferedChoices) -> Values:
    """What may be requested of a list or a report, as fields of a form: the first few, and more behind a button."""
    shown = [
        _filter(field, requested.get(field.name, ""), offers)
        for field in fields_of(query)
        if field.name not in _PAGING and (field.choices or field.name != ORDER)
    ]
    are_first = [(place < _FIRST_FILTERS and each["name"] != _GROUPING) or bool(each["value"]) for place, each in enumerate(shown)]
    return {
        "first": [each for each, is_first in zip(shown, are_first, strict=True) if is_first],
        "more": [each for each, is_first in zip(shown, are_first, strict=True) if not is_first],
        "lists": offers.lists,
    }


def _filter(field: VerbField, value: str, offers: OfferedChoices) -> Values:
    chosen = offers.select(field.name, value) if field.kind == "text" else ()
    return {
        "name": field.name,
        "label": field_label(field.name, offers.language),
        "value": value,
        "list": offers.listed(field.name) if field.kind == "text" and not chosen else None,
        "kind": _kind(field),
        "choices": chosen or choices_of(field, offers.language),
    }


def facet(visit: Visit, route: Route, name: str, counts: Mapping[str, int], requested: Mapping[str, str], named: Named) -> Values:
    """The values of a condition with how many rows each would leave, as links; the one that is requested leads away from it."""
    path = route.path.removeprefix("/v1")
    others = {each: text for each, text in requested.items() if each not in (name, *_PAGING, "done")}
    return {
        "label": field_label(name, visit.language),
        "choices": [
            {
                "label": named.text(name, value) or value_text(name, value, visit.language),
                "count": count,
                "is_chosen": requested.get(name) == value,
                "link": f"{path}?{urlencode(others if requested.get(name) == value else {**others, name: value})}",
            }
            for value, count in counts.items()
            if count or requested.get(name) == value
        ],
    }


def new_forms(visit: Visit, path: str, routes: Mapping[str, Route]) -> Sequence[tuple[str, str]]:
    """The forms by which something is added to a list, for who may."""
    return [
        (label_of(route, visit.language), f"/do/{quote(route.name)}")
        for route in routes.values()
        if route.method == "POST" and route.path == f"/v1{path}" and visit.key.role in route.roles
    ]


def _kind(field: VerbField) -> str:
    return {"day": "date", "whole": "number"}.get(field.kind, "text")


def _shape(path: str) -> str:
    return path.partition("{")[0] + "{}" if path.endswith("}") and path.count("{") == 1 else path
