"""What changed since a form was shown: by whom and when, which fields, and what was typed beside what stands there now."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

from api.desk.audit_list import latest_of
from api.desk.desk import Desk
from api.http.route_declarations import Route
from api.pages.frame.labels import field_label, label_of
from api.pages.frame.navigation import Values
from api.pages.frame.visits import Visit
from api.pages.records.tree_view import shown
from engine.phrases import Phrase, phrase, say
from engine.problems import Problem

_MOST_CHANGES: Final = 5
_WORDS: Final[Mapping[str, Phrase]] = {
    "title": phrase("Somebody changed this while you wrote"),
    "field": phrase("Field"),
    "now": phrase("As it is now"),
    "typed": phrase("As you wrote it"),
    "by": phrase("Changed by"),
    "again": phrase("What you wrote stands in the form below. Send it again to apply it to what is there now."),
    "look": phrase("Look at it as it is now"),
}


def changed_meanwhile(
    visit: Visit, desk: Desk, problems: Sequence[Problem], tree: Mapping[str, object], typed: Mapping[str, str], seen: str, path: str,
    routes: Mapping[str, Route],
) -> Values:  # fmt: skip
    """The values of what changed, of the problems of a form that was refused as outdated."""
    language = visit.language
    names = [name for each in problems if (name := (each.pointer or "").strip("/")) in tree]
    by_name = {route.name: route for route in routes.values()}
    return {
        "text": {name: say(words, language) for name, words in _WORDS.items()},
        "fields": [(field_label(name, language), _plain(tree[name], name, visit), typed.get(name)) for name in names],
        "changes": [
            (
                recorded.entry.actor,
                shown(recorded.at.astimezone(UTC).isoformat(), "at", language).text,
                label_of(by_name[recorded.entry.action], language) if recorded.entry.action in by_name else recorded.entry.action,
            )
            for recorded in latest_of(desk, path.removeprefix("/v1/"), since=moment_of(seen), most=_MOST_CHANGES)
        ],
        "path": path.removeprefix("/v1"),
    }


def merged(given: Mapping[str, str], was: Mapping[str, str], now: Mapping[str, str]) -> dict[str, str]:
    """The fields of a form over what stands there now: what its person wrote stays, and what was left as shown follows what is there."""
    return {**now, **{name: text for name, text in given.items() if name not in now or was.get(name) != text}}


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
