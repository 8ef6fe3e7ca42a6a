"""The form of a verb: its fields, filled with what is known or was sent, and what was wrong with it."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from api.http.problem_responses import placed_message
from api.http.route_declarations import Route
from api.pages.frame.labels import field_label, label_of, value_label
from api.pages.frame.navigation import Values, frame_of, summary_of
from api.pages.frame.remedies import help_on_page
from api.pages.frame.visits import Visit
from api.pages.records.form_descriptions import FormDescription, form_of
from api.pages.records.form_layout import further_fields, further_of_row
from api.pages.records.offered_choices import OfferedChoices
from api.pages.records.page_paths import page_above
from api.pages.records.tree_view import shown_tree
from api.pages.records.verb_fields import VerbField, choices_of, fields_of, rows_in
from api.workbench.publishing_checks import SCENARIO_FAILED
from engine.phrases import Phrase, as_written, phrase, say
from engine.problems import Problem

TEMPLATE: Final = "records/verb.html.j2"
RESULT: Final = "records/result.html.j2"
_WORDS: Final[Mapping[str, Phrase]] = {
    "back": phrase("Back"),
    "row": phrase("One more line"),
    "count_again": phrase("Count again"),
    "possible": phrase("Possible now"),
    "needed": phrase("needed"),
    "further_fields": phrase("More fields"),
    "pairs": phrase("One line for each, such as `name: value`"),
    "is_now": phrase("As it is now"),
    "mend": phrase("Please look at this again"),
    "tests": phrase("Look at the tests of the draft: each can take the new answer"),
    "held": phrase("The file that you sent stays with this form; choose another one to replace it."),
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
    stays: str = ""
    """The page on which it stands, and is shown again where it is refused: an address, or `yes` for that of what it changes."""


def verb_page(visit: Visit, route: Route, form: FilledForm, routes: Mapping[str, Route], offers: OfferedChoices) -> Values:
    """The values of the form of a verb; `offers`: what its fields are chosen from."""
    language = visit.language
    fields = fields_shown(route)
    drawn = _DrawnForm(form, visit, offers, form_of(route.name))
    rows = drawn.rows(fields, further_fields(route.name, fields))
    return {
        **frame_of(visit, label_of(route, visit.language), routes, route.path.removeprefix("/v1")),
        "words": {name: say(words, language) for name, words in _WORDS.items()},
        "about": route.description if language == "en" else summary_of(route, language),
        "action": f"/do/{route.name}",
        "names": [
            {"name": name, "label": field_label(name, language), "value": form.names.get(name, ""), "list": offers.listed(name)}
            for name in route.names
        ],
        "fields": rows,
        "takes_file": any(each.kind == "file" for each in fields),
        "once": form.once,
        "etag": form.etag,
        "was": json.dumps(dict(form.was), ensure_ascii=False) if form.was else "",
        "seen": form.seen,
        "outdated": form.outdated,
        "is_refused": bool(form.problems),
        "problems": [(placed_message(each, language), help_on_page(each, language)) for each in drawn.elsewhere()],
        "lists": offers.lists,
        "has_failed_tests": any(each.kind is SCENARIO_FAILED for each in form.problems),
        "state": None if form.state is None else value_label(form.state, language),
        "possible": [say(as_written(each), language) for each in form.possible],
        "back_to": form.back,
        "back": page_above(route, form.names, routes, visit.key.role),
    }


def fields_shown(route: Route) -> tuple[VerbField, ...]:
    """The fields of a form: without an id that nobody has to think of, without who does it, and without the name of a file."""
    fields = () if route.request is None else fields_of(route.request)
    described = form_of(route.name)
    unshown = {*described.unshown, described.signed, "id" if described.is_id_made else None, *(each.named_in for each in fields)}
    return tuple(each for each in fields if each.name not in unshown)


def result_page(visit: Visit, route: Route, answer: Mapping[str, object], names: Mapping[str, str], routes: Mapping[str, Route]) -> Values:
    """The values of the page of what a verb answered."""
    words = {name: say(text, visit.language) for name, text in _WORDS.items()}
    return {
        **frame_of(visit, label_of(route, visit.language), routes),
        "words": words,
        "part": shown_tree(answer, visit.language),
        "back": page_above(route, names, routes, visit.key.role),
    }


@dataclass(frozen=True, slots=True)
class _DrawnLine:
    """A row of a list: its fields, and what is wrong with it as a whole."""

    fields: Sequence[Values]
    problem: tuple[str, str] | None


class _DrawnForm:
    """Draws the fields of a form, each with its problem."""

    def __init__(self, form: FilledForm, visit: Visit, offers: OfferedChoices, described: FormDescription) -> None:
        self._form, self._language, self._offers, self._described = form, visit.language, offers, described
        self._problems: dict[str, Problem] = {}
        for each in form.problems:
            self._problems.setdefault(_name_of(each), each)
        self._drawn: set[str] = set()

    def elsewhere(self) -> Sequence[Problem]:
        """The problems that stand at no field."""
        at_fields = [self._problems[name] for name in self._drawn]
        return [each for each in self._form.problems if not any(each is one for one in at_fields)]

    def rows(self, fields: Sequence[VerbField], further: Collection[str] = (), path: str = "", depth: int = 0) -> list[Values]:
        """The fields in the order of the form; groups and lists with what is within them."""
        return [self._row(each, f"{path}{each.name}".rstrip("."), depth, is_further=each.name in further) for each in fields]

    def _row(self, field: VerbField, name: str, depth: int, *, is_further: bool) -> Values:
        language, value = self._language, self._form.given.get(name, "")
        offered = field.name or name.split(".")[-2]  # a plain value of a list is of the kind of its list
        select = self._offers.select(offered, value) if field.kind == "text" else ()
        row: Values = {
            "name": name,
            "label": self._label(field, name),
            "about": say(self._described.hints.get(name) or as_written(field.about), language),
            "kind": "choice" if select else field.kind,
            "choices": select or choices_of(field, language),
            "list": self._offers.listed(offered) if field.kind == "text" and not select else None,
            "most": field.most,
            "is_needed": field.is_needed and depth == 0,
            "is_further": is_further,
            "value": value,
            "named_in": field.named_in,
            "file_name": self._form.given.get(field.named_in, ""),
            "problem": self._problem(name),
        }
        within: list[Values] = []
        is_wrong = False
        if field.kind == "group":
            within = row["fields"] = self.rows(field.fields, (), f"{name}.", depth + 1)
        if field.kind == "rows":
            lines = row["rows"] = [self._line(field, f"{name}.{place}", depth) for place in range(self._count(field, name))]
            within = [one for line in lines for one in line.fields]
            is_wrong = any(line.problem is not None for line in lines)
        is_used_within = is_wrong or any(each["is_used"] for each in within)
        row["is_used"] = bool(value or row["problem"] or self._form.more_rows == name or is_used_within)
        return row

    def _label(self, field: VerbField, name: str) -> str:
        """What a field is called; a list of plain values counts them."""
        if not field.name:
            return str(int(name.rpartition(".")[2]) + 1)
        own = self._described.labels.get(name)
        return field_label(field.name, self._language) if own is None else say(own, self._language)

    def _line(self, field: VerbField, name: str, depth: int) -> _DrawnLine:
        """A row of a list: its fields, and what is wrong with it as a whole."""
        is_plain = len(field.fields) == 1 and not field.fields[0].name
        problem = None if is_plain else self._problem(name)
        fields = self.rows(field.fields, further_of_row(field.fields), f"{name}.", depth + 1)
        return _DrawnLine(fields, problem)

    def _count(self, field: VerbField, name: str) -> int:
        return rows_in(field, self._form.given, name) + (1 if self._form.more_rows == name else 0)

    def _problem(self, name: str) -> tuple[str, str] | None:
        problem = self._problems.get(name)
        if problem is None:
            return None
        self._drawn.add(name)
        return placed_message(problem, self._language), help_on_page(problem, self._language)


def _name_of(problem: Problem) -> str:
    """The field of a problem: `lines.0.product` of `/lines/0/product`."""
    return (problem.pointer or "").strip("/").replace("/", ".").replace("~1", "/").replace("~0", "~")
