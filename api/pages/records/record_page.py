"""The page of one thing: all that is known of it, what else shows it, and what its person may do with it now."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Final
from urllib.parse import quote, urlencode

from api.http.route_declarations import Route
from api.pages.frame.labels import field_label, label_of
from api.pages.frame.navigation import Values, frame_of
from api.pages.frame.remedies import help_on_page
from api.pages.frame.visits import Visit
from api.pages.records.own_pages import RefusedForm
from api.pages.records.tree_view import shown
from api.pages.records.verb_fields import fields_of
from engine.phrases import Phrase, phrase, say

TEMPLATE: Final = "records/record.html.j2"
_WORDS: Final[Mapping[str, Phrase]] = {
    "actions": phrase("What you can do"),
    "more": phrase("More about it"),
    "further": phrase("Further actions"),
    "done": phrase("Done."),
    "list": phrase("Back to the list"),
    "mend": phrase("Please look at this again"),
    "empty": phrase("There is nothing here yet."),
}
_TITLES: Final = ("name", "what", "full_name", "text")
"""The fields that may say what a thing is, after its id."""

_OWNERS: Final = frozenset({"customer", "opportunity", "order", "item", "user"})
"""What something else may belong to from its beginning."""


def record_page(
    visit: Visit,
    route: Route,
    names: Mapping[str, str],
    answer: Mapping[str, object],
    routes: Mapping[str, Route],
    *,
    nowhere: Collection[str] = (),
    refused: RefusedForm | None = None,
) -> Values:
    """The values of the page of a thing, of the answer of its route: all but what it says of it; `nowhere`: routes without a link."""
    language = visit.language
    path = filled(route.path, names).removeprefix("/v1")
    id_, about = " ".join(names.values()), next((str(answer[name]) for name in _TITLES if isinstance(answer.get(name), str)), "")
    related = list(_related(visit, route, names, {path: each for path, each in routes.items() if each.name not in nowhere}))
    files = [(title, link) for title, link in related if link.endswith(".pdf")]
    up = route.path.rpartition("/{")[0]
    of_it = [(each, (label_of(each, language), f"/do/{each.name}?{urlencode(names)}")) for each in _verbs(visit, route, routes)]
    edits, others = ([link for each, link in of_it if (each.method == "PATCH") is is_edit] for is_edit in (True, False))
    return {
        **frame_of(visit, f"{id_} {about}".strip() or field_label(route.resource, visit.language), routes),
        "words": {name: say(words, visit.language) for name, words in _WORDS.items()},
        "state": shown(answer.get("state"), "state", language).text,
        "actions": [*edits, *_beginnings(visit, names, answer, routes), *others],
        "related": [each for each in related if each not in files],
        "files": files,
        "path": path,
        "up": up.removeprefix("/v1") if up in routes and "{" not in up else None,
        "is_done": any(name == "done" for name, _ in visit.parameters),
        "outdated": refused.outdated if refused else None,
        "problems": [(each.message_in(language), help_on_page(each, language)) for each in refused.problems] if refused else [],
    }


def filled(path: str, names: Mapping[str, str]) -> str:
    """A path with its names."""
    for name, text in names.items():
        path = path.replace(f"{{{name}}}", quote(text, safe=""))
    return path


def _verbs(visit: Visit, of: Route, routes: Mapping[str, Route]) -> Iterator[Route]:
    """What may be done with a thing; what is not given by its own names is asked in the form."""
    for route in routes.values():
        is_of_it = route.path == of.path or route.path.startswith(f"{of.path}/")
        deeper = any(each is not of and route.path.startswith(each.path) and len(each.path) > len(of.path) for each in _records(routes))
        if route.method != "GET" and is_of_it and not deeper and visit.key.role in route.roles:
            yield route


def _beginnings(
    visit: Visit, names: Mapping[str, str], answer: Mapping[str, object], routes: Mapping[str, Route]
) -> Iterator[tuple[str, str]]:
    """The forms of what begins with a thing, such as a quote of an opportunity, filled with what is known of it."""
    known = {name: text for name in _OWNERS if isinstance(text := answer.get(name), str)} | {
        name: names[name] for name in _OWNERS & set(names)
    }
    for route in routes.values():
        if route.method == "POST" and not route.names and route.request is not None and visit.key.role in route.roles:
            fields = {field.name for field in fields_of(route.request)}
            if names and set(names) <= fields & _OWNERS:
                given = {name: text for name, text in known.items() if name in fields}
                yield label_of(route, visit.language), f"/do/{quote(route.name)}?{urlencode(given)}"


def _related(visit: Visit, of: Route, names: Mapping[str, str], routes: Mapping[str, Route]) -> list[tuple[str, str]]:
    """What else shows a thing: its history, its files, its deliveries."""
    return [
        (label_of(route, visit.language), filled(route.path, names).removeprefix("/v1"))
        for route in routes.values()
        if route.method == "GET"
        and route.path.startswith((f"{of.path}/", f"{of.path}."))
        and set(route.names) <= set(names)
        and visit.key.role in route.roles
    ]


def _records(routes: Mapping[str, Route]) -> Iterator[Route]:
    return (route for route in routes.values() if route.method == "GET" and route.answer is not None and route.path.endswith("}"))
