"""The rulebook that answers a request: the live one, or a published version by its name or its fingerprint."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from engine.evaluations.evaluation import Rulebooks
from engine.problems import Kind, refuse
from engine.rulebook.book import Rulebook
from engine.rulebook.reader import read_rulebook
from engine.text.sources import Sources

UNKNOWN_RULEBOOK = Kind("unknown-rulebook", "there is no rulebook version `{name}`", "leave `rulebook` out, or write one of: {possible}")
_SHORTEST: Final = 8
_MOST_READ: Final = 4
"""So many published versions are in memory besides the live one."""
_MOST_NAMED: Final = 10


def live_or_published(live: Rulebook, database_url: str | None) -> Rulebooks:
    """A lookup: None is the live rulebook, `v3` the third version of the database, and at least eight characters of a fingerprint its own.

    A published version never changes: one that was read is remembered.
    """
    read: dict[str, Rulebook] = {}

    def named(name: str | None) -> Rulebook:
        if name is None or (len(name) >= _SHORTEST and live.fingerprint.startswith(name)):
            return live
        if name not in read:
            result = _published(name, live, database_url)
            if len(read) == _MOST_READ:
                del read[next(iter(read))]
            read[name] = result
        return read[name]

    return named


def texts_live_or_published(live: Rulebook, sources: Sources, database_url: str | None) -> Callable[[str | None], Sources]:
    """A lookup of texts by the same names."""
    read: dict[str, Sources] = {}

    def named(name: str | None) -> Sources:
        if name is None or (len(name) >= _SHORTEST and live.fingerprint.startswith(name)):
            return sources
        if name not in read:
            texts = _texts_of(name, live, database_url)
            if len(read) == _MOST_READ:
                del read[next(iter(read))]
            read[name] = sources if texts == sources else texts
        return read[name]

    return named


def _published(name: str, live: Rulebook, database_url: str | None) -> Rulebook:
    return read_rulebook(_texts_of(name, live, database_url))


def _texts_of(name: str, live: Rulebook, database_url: str | None) -> Sources:
    from api.workbench.published_versions import find_published  # the store is imported where a version is looked up

    texts, names = (None, ()) if database_url is None else find_published(database_url, name, shortest=_SHORTEST)
    if texts is None:
        possible = ", ".join((*names[-_MOST_NAMED:], live.fingerprint))
        raise refuse(UNKNOWN_RULEBOOK, pointer="/rulebook", name=name[:80], possible=possible)
    return texts
