"""Rulebooks in the store: their texts, by which documents are replayed, and the published versions with their steps."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Final, Literal

from sqlalchemy import RowMapping, func, literal, select

from api.store import rulebook_tables, tables
from api.store.sql import Reading, Writing, canonical_json, tolerant_insert
from engine.money import Currency, Money
from engine.text.sources import Sources

VersionState = Literal["proposed", "published", "withdrawn"]
_versions, _steps = rulebook_tables.rulebook_versions.c, rulebook_tables.rulebook_version_steps.c
_STEPS: Final = select(rulebook_tables.rulebook_version_steps).order_by(_steps.number, _steps.sequence)
_VERSIONS: Final = select(*(column for column in _versions if column.name != "changes")).order_by(_versions.number)


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionStep:
    """One step of a version: its new state, the day from which it is in force where it was published, and who took the step."""

    state: VersionState
    in_force_from: date | None
    on: date
    at: datetime
    author: str
    note: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredVersion:
    """One version of the rulebook: its number, the hashes of its meaning and of its texts, and what was found before it was published."""

    number: int
    fingerprint: str
    texts_hash: str
    wanted_from: date
    compared_with: int | None
    """The version with which its amounts were compared; None for the first."""
    rolls_back_to: int | None
    """The earlier version whose texts it brings back."""
    checks: tuple[str, ...]
    """What passed before it was proposed: `check`, `test`, `golden`, `live`; `read` alone for one that the first verb published."""
    year_change: Money | None
    """What it changed in the planned net of all live orders, of the twelve months that change most; None for the first."""
    steps: tuple[VersionStep, ...]

    @property
    def name(self) -> str:
        """How people and commands call it: `v3`."""
        return f"v{self.number}"

    @property
    def state(self) -> VersionState:
        """The state of its last step."""
        return self.steps[-1].state

    @property
    def in_force_from(self) -> date | None:
        """The first day on which it is in force, unless a newer version is; None where it is not published."""
        return self.steps[-1].in_force_from

    def was_overtaken(self, versions: Iterable[StoredVersion]) -> bool:
        """Whether a newer version was published before its first day, to be in force by then: so it never is."""
        first = self.in_force_from
        newer = [one for one in versions if one.number > self.number and one.in_force_from is not None]
        return first is not None and any(one.in_force_from <= first and one.steps[-1].on < first for one in newer if one.in_force_from)

    @property
    def approved_by(self) -> str | None:
        """Who published it after somebody else had proposed it."""
        return self.steps[-1].author if self.state == "published" and len(self.steps) > 1 else None


def texts_hash(sources: Sources) -> str:
    """The hash of the texts of a rulebook; comments and layout count."""
    return _hash_of(tuple(sources.items()))


@lru_cache(maxsize=8)
def _hash_of(texts: tuple[tuple[str, str], ...]) -> str:
    return _digest(canonical_json(dict(texts)))


def store_texts(connection: Writing, fingerprint: str, sources: Sources, *, at: datetime) -> str:
    """Stores the texts of a rulebook, so that documents can be replayed years later; the same texts once. Gives their hash."""
    digest, table = texts_hash(sources), rulebook_tables.rulebooks
    stored = select(literal(1)).where(table.c.fingerprint == fingerprint, table.c.texts_hash == digest)
    if connection.execute(stored).first() is None:
        row = {"fingerprint": fingerprint, "texts_hash": digest, "kept_at": at, "texts": canonical_json(dict(sources))}
        connection.execute(tolerant_insert(connection, table).values(row).on_conflict_do_nothing())
    return digest


def texts_of(connection: Reading, fingerprint: str, digest: str | None = None) -> Sources | None:
    """The stored texts of a rulebook: those with a hash, else the first that were stored; None where they are unknown."""
    table = rulebook_tables.rulebooks
    query = select(table.c.texts).where(table.c.fingerprint == fingerprint).order_by(table.c.kept_at).limit(1)
    texts = connection.execute(query if digest is None else query.where(table.c.texts_hash == digest)).scalar()
    return None if texts is None else dict(json.loads(texts))


def stored_fingerprints(connection: Reading, prefix: str) -> tuple[str, ...]:
    """The fingerprints of stored rulebooks with a prefix, in alphabetical order."""
    table = rulebook_tables.rulebooks
    query = select(table.c.fingerprint).where(table.c.fingerprint.startswith(prefix, autoescape=True)).distinct()
    return tuple(sorted(connection.execute(query).scalars()))


def lock_publishing(connection: Writing) -> None:
    """Waits until no other process publishes, so that no number is given twice."""
    connection.execute(select(tables.installation.c.id).with_for_update())


def find_versions(connection: Reading) -> tuple[StoredVersion, ...]:
    """All versions, in the order of their numbers."""
    by_number: dict[int, list[VersionStep]] = {}
    for row in connection.execute(_STEPS).mappings():
        by_number.setdefault(row["number"], []).append(_step(row))
    rows = connection.execute(_VERSIONS).mappings()
    return tuple(_version(row, tuple(by_number[row["number"]])) for row in rows)


def version_in_force(connection: Reading, on: date) -> StoredVersion | None:
    """The newest published version whose day has come; on days before all of them the first; None where nothing is published."""
    published = [version for version in find_versions(connection) if version.in_force_from is not None]
    effective = [version for version in published if version.in_force_from is not None and version.in_force_from <= on]
    return effective[-1] if effective else next(iter(published), None)


def changes_of(connection: Reading, number: int) -> Mapping[str, object] | None:
    """What a version changed in texts, cases and euros when it was proposed, as the comparison was written; None for the first."""
    changes = connection.execute(
        select(rulebook_tables.rulebook_versions.c.changes).where(rulebook_tables.rulebook_versions.c.number == number)
    ).scalar()
    return None if changes is None else dict(json.loads(changes))


def append_version(
    connection: Writing,
    fingerprint: str,
    digest: str,
    *,
    wanted_from: date,
    checks: tuple[str, ...],
    currency: Currency,
    year_change: Money | None = None,
    compared_with: int | None = None,
    rolls_back_to: int | None = None,
    changes: Mapping[str, object] | None = None,
) -> int:
    """Inserts a version whose texts are stored, under the next number, which it gives; it has no state before its first step."""
    table = rulebook_tables.rulebook_versions
    number = (connection.execute(select(func.max(table.c.number))).scalar() or 0) + 1
    values = {
        "number": number,
        "fingerprint": fingerprint,
        "texts_hash": digest,
        "wanted_from": wanted_from,
        "checks": canonical_json(checks),
        "year_change": None if year_change is None else year_change.minor,
        "currency": currency.code,
    }
    values |= {"compared_with": compared_with, "rolls_back_to": rolls_back_to}
    connection.execute(table.insert().values(values | {"changes": None if changes is None else canonical_json(changes)}))
    return number


def append_version_step(
    connection: Writing,
    number: int,
    state: VersionState,
    *,
    on: date,
    at: datetime,
    author: str,
    in_force_from: date | None = None,
    note: str | None = None,
) -> None:
    """Adds a step to a version: its new state; a published one is in force from a day."""
    table = rulebook_tables.rulebook_version_steps
    last = connection.execute(select(func.max(table.c.sequence)).where(table.c.number == number)).scalar()
    values = {"number": number, "sequence": (last or 0) + 1, "state": state, "in_force_from": in_force_from}
    connection.execute(table.insert().values(values | {"stepped_on": on, "stepped_at": at, "author": author, "note": note}))


def _version(row: RowMapping, steps: tuple[VersionStep, ...]) -> StoredVersion:
    fields = {name: row[name] for name in ("number", "fingerprint", "texts_hash", "wanted_from", "compared_with", "rolls_back_to")}
    year_change = None if row["year_change"] is None else Money(row["year_change"], Currency.of(row["currency"]))
    return StoredVersion(**fields, checks=tuple(json.loads(row["checks"])), year_change=year_change, steps=steps)


def _step(row: RowMapping) -> VersionStep:
    fields = {"on": row["stepped_on"], "at": row["stepped_at"], "author": row["author"], "note": row["note"]}
    return VersionStep(state=row["state"], in_force_from=row["in_force_from"], **fields)


def _digest(texts: str) -> str:
    return hashlib.sha256(texts.encode()).hexdigest()
