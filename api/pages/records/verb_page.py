"""The form of a verb: its fields, filled with what is known or was sent, and what was wrong with it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from api.http.route_declarations import Route
from api.pages.frame.labels import field_label, label_of
from api.pages.frame.navigation import Values, frame_of, summary_of
from api.pages.frame.visits import Visit
from api.pages.records.record_page import filled
from api.pages.records.tree_view import shown_tree
from api.pages.records.verb_fields import VerbField, choices_of, fields_of, rows_in
from api.workbench.publishing_checks import SCENARIO_FAILED
from engine.phrases import Phrase, phrase, say
from engine.problems import Problem

TEMPLATE: Final = "records/verb.html.j2"
MADE_IDS: Final = frozenset({"enter_payment", "refund_payment"})
"""The verbs whose form makes the id of what is entered."""
RESULT: Final = "records/result.html.j2"
_WORDS: Final[Mapping[str, Phrase]] = {
    "back": phrase("Back"),
    "row": phrase("One more line"),
    "possible": phrase("Possible now"),
    "needed": phrase("needed"),
    "pairs": phrase("One line for each, such as `name: value`"),
    "is_now": phrase("As it is now"),
    "mend": phrase("Please look at this again"),
    "tests": phrase("Look at the tests of the draft: each can take the new answer"),
    "held": phrase("The file that you sent stays with this form; choose another one to replace it."),
}
_HINTS: Final[Mapping[str, Phrase]] = {
    "at_once": phrase(
        "Without it, somebody else publishes the version. With it, it is published now, unless the company needs two persons."
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FilledForm:
    """What a form holds: texts by field, and what was wrong with them."""

    names: Mapping[str, str]
    given: Mapping[str, str] = field(default_factory=dict)
    once: str
    """Makes what is sent twice done once."""
    etag: str = ""
    problems: Sequence[Problem] = ()
    state: str | None = None
    possible: Sequence[str] = ()
    more_rows: str = ""
    """The rows of which one more is shown."""
    back: str = ""
    """The page to which it leads, where that is not what it changes."""
    was: Mapping[str, str] = field(default_factory=dict)
    """What stood there when it was shown."""
    seen: str = ""
    """When it was shown."""
    outdated: Values | None = None
    """What changed since it was shown."""


def verb_page(visit: Visit, route: Route, form: FilledForm, routes: Mapping[str, Route]) -> Values:
    """The values of the form of a verb."""
    language = visit.language
    by_name = {_name_of(each): each for each in form.problems}
    fields = fields_shown(route)
    rows = list(_rows(fields, form, by_name, visit))
    shown = {str(row["name"]) for row in rows if row["problem"] is not None}
    return {
        **frame_of(visit, label_of(route, visit.language), routes),
        "words": {name: say(words, language) for name, words in _WORDS.items()},
        "about": route.description if language == "en" else summary_of(route, language),
        "action": f"/do/{route.name}",
        "names": [{"name": name, "label": field_label(name, language), "value": form.names.get(name, "")} for name in route.names],
        "fields": rows,
        "takes_file": any(each.kind == "file" for each in fields),
        "once": form.once,
        "etag": form.etag,
        "was": json.dumps(dict(form.was), ensure_ascii=False) if form.was else "",
        "seen": form.seen,
        "outdated": form.outdated,
        "problems": [(each.message_in(language), each.help_in(language)) for each in form.problems if _name_of(each) not in shown],
        "has_failed_tests": any(each.kind is SCENARIO_FAILED for each in form.problems),
        "state": form.state,
        "possible": list(form.possible),
        "back_to": form.back,
        "back": filled(above(route.path), form.names).removeprefix("/v1") if set(route.names) <= set(form.names) else "/",
    }


def fields_shown(route: Route) -> tuple[VerbField, ...]:
    """The fields of a form; an id that nobody has to think of is made by the form."""
    fields = () if route.request is None else fields_of(route.request)
    return tuple(each for each in fields if route.name not in MADE_IDS or each.name != "id")


def result_page(visit: Visit, route: Route, answer: Mapping[str, object], names: Mapping[str, str], routes: Mapping[str, Route]) -> Values:
    """The values of the page of what a verb answered."""
    back = filled(above(route.path), names).removeprefix("/v1")
    words = {name: say(text, visit.language) for name, text in _WORDS.items()}
    return {
        **frame_of(visit, label_of(route, visit.language), routes),
        "words": words,
        "part": shown_tree(answer, visit.language),
        "back": back,
    }


def above(path: str) -> str:
    """The path of what a verb changes: up to its last name, or the list."""
    return path if path.endswith("}") or "{" not in path else path[: path.rindex("}") + 1]


def _rows(
    fields: Sequence[VerbField], form: FilledForm, problems: Mapping[str, Problem], visit: Visit, path: str = "", depth: int = 0
) -> Iterator[Values]:
    """The fields in the order of the form; groups and rows with what is within them."""
    for each in fields:
        name = f"{path}{each.name}".rstrip(".")
        problem = problems.get(name)
        row: Values = {
            "name": name,
            "label": field_label(each.name, visit.language) if each.name else name.rpartition(".")[2],
            "about": say(_HINTS[each.name], visit.language) if each.name in _HINTS else each.about,
            "kind": each.kind,
            "choices": choices_of(each, visit.language),
            "most": each.most,
            "is_needed": each.is_needed and depth == 0,
            "value": form.given.get(name, ""),
        }
        row["problem"] = None if problem is None else (problem.message_in(visit.language), problem.help_in(visit.language))
        if each.kind == "group":
            row["fields"] = list(_rows(each.fields, form, problems, visit, f"{name}.", depth + 1))
        if each.kind == "rows":
            count = rows_in(each, form.given, name) + (1 if form.more_rows == name else 0)
            row["rows"] = [list(_rows(each.fields, form, problems, visit, f"{name}.{place}.", depth + 1)) for place in range(count)]
        yield row


def _name_of(problem: Problem) -> str:
    """The field of a problem: `lines.0.product` of `/lines/0/product`."""
    return (problem.pointer or "").strip("/").replace("/", ".").replace("~1", "/").replace("~0", "~")
