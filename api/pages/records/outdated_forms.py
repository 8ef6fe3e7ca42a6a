"""What changed since a form was shown: by whom and when, which fields, and what was typed beside what stands there now."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final, Protocol

from api.desk.audit_list import latest_of
from api.desk.desk import Desk
from api.http.route_declarations import Route
from api.pages.frame.labels import field_label, label_of
from api.pages.frame.navigation import Values
from api.pages.frame.visits import Visit
from api.pages.records.stored_fields import field_text
from api.pages.records.tree_view import shown
from api.pages.records.verb_fields import fields_of
from engine.phrases import Phrase, phrase, say
from engine.problems import Problem


class SentForm(Protocol):
    """A form that was refused: what was typed, what stood there when it was shown, and when that was."""

    @property
    def problems(self) -> Sequence[Problem]:
        """Which fields differ now."""

    @property
    def given(self) -> Mapping[str, str]:
        """What was typed."""

    @property
    def was(self) -> Mapping[str, str]:
        """What stood there."""

    @property
    def seen(self) -> str:
        """When it was shown."""


_MOST_CHANGES: Final = 5
_WORDS: Final[Mapping[str, Phrase]] = {
    "title": phrase("Somebody changed this while you wrote"),
    "field": phrase("Field"),
    "before": phrase("As it was"),
    "now": phrase("As it is now"),
    "typed": phrase("As you wrote it"),
    "by": phrase("Changed by"),
    "again": phrase("What you wrote stands in the form below. Send it again to apply it to what is there now."),
    "look": phrase("Look at it as it is now"),
}


def changed_meanwhile(
    visit: Visit, desk: Desk, form: SentForm, tree: Mapping[str, object], path: str, routes: Mapping[str, Route]
) -> Values:
    """The values of what changed, of the problems of a form that was refused as outdated: which fields, from what to what.

    What follows from other fields, such as the advice of an opportunity or its history, is left out.
    """
    language = visit.language
    own = _written_by(path, routes)
    names = [name for each in form.problems for name in _named(tree, (each.pointer or "").strip("/"), form.was) if name in own]
    by_name = {route.name: route for route in routes.values()}
    return {
        "text": {name: say(words, language) for name, words in _WORDS.items()},
        "fields": [
            (field_label(name, language), _before(form.was, name, visit), _plain(tree[name], name, visit), _typed(form, name))
            for name in names
        ],
        "changes": [
            (
                recorded.entry.actor,
                shown(recorded.at.astimezone(UTC).isoformat(), "at", language).text,
                label_of(by_name[recorded.entry.action], language) if recorded.entry.action in by_name else recorded.entry.action,
            )
            for recorded in latest_of(desk, path.removeprefix("/v1/"), since=moment_of(form.seen), most=_MOST_CHANGES)
        ],
        "path": path.removeprefix("/v1"),
    }


def _named(tree: Mapping[str, object], name: str, was: Mapping[str, str]) -> Iterator[str]:
    """The fields of what differs: itself, and of an address those of its parts that are fields of the form, and differ."""
    if name in tree:
        yield name
    parts = tree.get(name)
    if isinstance(parts, Mapping):
        yield from (part for part, value in parts.items() if part in tree and field_text(value) != was.get(part))


def _written_by(path: str, routes: Mapping[str, Route]) -> frozenset[str]:
    """The fields of a thing that somebody writes: those of the verbs of its resource, and its state."""
    resource = "/".join(path.split("/")[:3])
    verbs = (each for each in routes.values() if each.method != "GET" and each.path.startswith(resource) and each.request is not None)
    return frozenset({"state", *(field.name for each in verbs if each.request for field in fields_of(each.request))})


def _before(was: Mapping[str, str], name: str, visit: Visit) -> str | None:
    """What stood there when the form was shown; None where the form does not say."""
    return _plain(was[name], name, visit) if name in was else None


def _typed(form: SentForm, name: str) -> str | None:
    """What was typed into a field; None where it is as the form was shown."""
    typed = form.given.get(name)
    return None if typed == form.was.get(name) else typed


def texts_of(was: str) -> Mapping[str, str]:
    """The texts that a form was shown with, as it sends them back."""
    try:
        texts = json.loads(was or "{}")
    except (ValueError, RecursionError):
        return {}
    return {name: text for name, text in texts.items() if isinstance(text, str)} if isinstance(texts, dict) else {}


def moment_of(seen: str) -> datetime | None:
    """When a form was shown, as it sends it back."""
    try:
        moment = datetime.fromisoformat(seen)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None


def _plain(value: object, name: str, visit: Visit) -> str | None:
    """A value as text; None for what is too much for a line."""
    return None if isinstance(value, list | Mapping) else shown(value, name, visit.language).text or "–"
