"""The version of the rulebook in force on a business date: read from the store, published by the first verb, required by every verb."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from threading import Lock
from typing import Final
from zoneinfo import ZoneInfo

from api.refusals import Conflict
from api.store import rulebooks
from api.store.database import Store
from api.store.rulebooks import StoredVersion
from api.store.sql import Reading, Writing
from engine.problems import Kind, Problem
from engine.rulebook.book import Rulebook
from engine.rulebook.reader import read_rulebook
from engine.text.sources import Sources

NOT_IN_FORCE: Final = Kind(
    "rulebook-not-in-force",
    "this rulebook is not {version}, the version in force on {day}: with it the database is only read",
    "publish it with `centwright publish DIR`, or leave `--rulebook` out to work with {version}",
)
READ: Final = ("read",)
"""What passed of a rulebook that the first verb published: it was read without problems."""
_MOST_READ: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class InForce:
    """The version in force on a business date, its texts, and the rulebook that was read from them."""

    version: StoredVersion
    sources: Sources
    rulebook: Rulebook
    today: date


class ReadVersions:
    """The last versions that a process has read, by their texts: a rulebook is read and compiled once, by one thread."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._read: dict[tuple[str, str], tuple[Sources, Rulebook]] = {}

    def add(self, sources: Sources, rulebook: Rulebook) -> None:
        """Adds a rulebook that was read from its texts already."""
        with self._lock:
            self._read[rulebook.fingerprint, rulebooks.texts_hash(sources)] = (sources, rulebook)

    def read(self, connection: Reading, version: StoredVersion) -> tuple[Sources, Rulebook] | None:
        """The texts of a version, and the rulebook that was read from them; None where its texts are not stored."""
        name = (version.fingerprint, version.texts_hash)
        with self._lock:
            if name not in self._read:
                sources = rulebooks.texts_of(connection, *name)
                if sources is None:
                    return None
                self._read[name] = (sources, read_rulebook(sources))
                for oldest in list(self._read)[:-_MOST_READ]:
                    del self._read[oldest]
            return self._read[name]


def read_in_force(store: Store, *, today: date | None, now: Callable[[], datetime], versions: ReadVersions | None = None) -> InForce | None:
    """The version in force today, else on a given business date; None where nothing is published yet. Writes nothing.

    Today is the day in the time zone of that version's company. `versions` are those that were read before.
    """
    known = versions or ReadVersions()
    with store.reading() as connection:
        day = today or now().date()
        read = _on(connection, day, known)
        if read is not None and today is None:
            day = now().astimezone(ZoneInfo(read.rulebook.company.time_zone)).date()
            read = read if day == read.today else _on(connection, day, known)
        return read


def require_in_force(
    connection: Writing, rulebook: Rulebook, sources: Sources, *, today: date, now: Callable[[], datetime], author: str
) -> None:
    """Refuses a rulebook that does not mean the same as the version in force; where nothing is published yet, publishes it first."""
    version = rulebooks.version_in_force(connection, today)
    if version is None:
        rulebooks.lock_publishing(connection)
        version = rulebooks.version_in_force(connection, today)  # another process may have been first
    problem = only_read(version, rulebook, today)
    if problem is not None:
        raise Conflict((problem,), "not in force", ("publish",))
    digest = rulebooks.store_texts(connection, rulebook.fingerprint, sources, at=now())
    if version is None:
        number = rulebooks.append_version(
            connection, rulebook.fingerprint, digest, wanted_from=today, checks=READ, currency=rulebook.currency
        )
        rulebooks.append_version_step(connection, number, "published", on=today, at=now(), author=author, in_force_from=today)


def only_read(version: StoredVersion | None, rulebook: Rulebook, day: date) -> Problem | None:
    """Why a database whose version in force that is would only be read with a rulebook; None where verbs can use it."""
    if version is None or version.fingerprint == rulebook.fingerprint:
        return None
    return NOT_IN_FORCE.at(None, version=version.name, day=day)


def _on(connection: Reading, day: date, versions: ReadVersions) -> InForce | None:
    version = rulebooks.version_in_force(connection, day)
    read = None if version is None else versions.read(connection, version)
    if version is None or read is None:
        return None
    return InForce(version=version, sources=read[0], rulebook=read[1], today=day)
