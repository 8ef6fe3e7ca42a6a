"""The desk in the service: one open store, the version in force read once, a desk for each request, and the keys that open it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import Final
from zoneinfo import ZoneInfo

from api.desk.access import check_person, digest_of
from api.desk.desk import Desk
from api.desk.link_signing import NO_LINK_SETTINGS, LinkSettings
from api.desk.version_in_force import InForce, ReadVersions, only_read, read_in_force
from api.http.run_processes import RunProcesses
from api.refusals import NoKey
from api.settings import Settings, read_settings
from api.store import api_keys, sign_ins, stored_answers, users
from api.store.api_keys import ApiKey
from api.store.database import Store, is_absent, open_store
from api.store.rulebooks import StoredVersion
from api.store.sign_ins import Session
from api.store.users import User
from engine.problems import Kind, Problem
from engine.rulebook.book import Rulebook
from engine.text.sources import Sources

NO_KEY: Final = Kind("no-key", "this needs a key", "send it as `Authorization: Bearer KEY`; `centwright key create` makes one")
UNKNOWN_KEY: Final = Kind("unknown-key", "this key is not known here", "send a key that `centwright key list` shows")
REVOKED_KEY: Final = Kind("revoked-key", "the key `{name}` is revoked", "use another one")
ANSWERS_STORED_FOR: Final = timedelta(days=30)
"""How long an answer is replayed to the idempotency key of its request."""


@dataclass(slots=True, kw_only=True)
class DeskOpener:
    """Opens the store with the first key that it is shown; another version in force is read when a request first meets it."""

    url: str | None
    """None: there is no database, and no key is known."""
    rulebook: Rulebook
    sources: Sources
    """The rulebook with which the service started: in force where none is published yet, or where it was chosen."""
    rulebook_folder: Path
    is_chosen: bool = False
    """Whether somebody chose that rulebook: then another one is used only once it was in force here, and is no more."""
    today: date | None = None
    is_any_webhook_allowed: bool = False
    vies_url: str | None = None
    accounting_url: str | None = None
    links: LinkSettings = NO_LINK_SETTINGS
    lock_timeout: int = 10
    settings: Settings = field(default_factory=lambda: read_settings({}, {}))
    """The settings of the service, as an administrator sees them."""
    now: Callable[[], datetime] = field(default=lambda: datetime.now(tz=UTC))
    when_read: Callable[[], None] = lambda: None
    """Called when another version was read."""
    versions: ReadVersions = field(default_factory=ReadVersions)
    _lock: Lock = field(default_factory=Lock)
    _store: Store | None = None
    _installation: str = ""
    _last_read: Rulebook | None = None
    _follows: bool = False
    """Whether the version in force is used, whichever it is."""
    runs: RunProcesses = field(default_factory=RunProcesses)
    used: dict[str, datetime] = field(default_factory=dict)
    """When keys were used since it was last recorded, by prefix."""

    def __post_init__(self) -> None:
        """Where the rulebook with which the service started is that of a version, that one is not read again."""
        self.versions.add(self.sources, self.rulebook)
        self._last_read = self.rulebook

    def store(self) -> Store:
        """The store, opened and migrated when it is first needed."""
        with self._lock:
            if self._store is None:
                assert self.url is not None, "only who has a key asks for the store"
                opened = open_store(self.url, now=self.now, lock_timeout=self.lock_timeout)
                self._installation = opened.installation()
                self._store = opened
            return self._store

    def authenticated(self, authorization: str | None) -> ApiKey:
        """The key of an Authorization header; refuses a missing, unknown or revoked one."""
        scheme, _, text = (authorization or "").partition(" ")
        if scheme.lower() != "bearer" or not text.strip():
            raise NoKey((NO_KEY.at(None),))
        if not self.has_database():
            raise NoKey((UNKNOWN_KEY.at(None),))
        with self.store().reading() as connection:
            key = api_keys.by_hash(connection, digest_of(text.strip()))
            person = users.find(connection, key.user).get(key.user) if key is not None and key.user is not None else None
        if key is None:
            raise NoKey((UNKNOWN_KEY.at(None),))
        if key.revoked_at is not None:
            raise revoked(key)
        if person is not None:
            check_person(key.role, person)
        self.used[key.prefix] = self.now()
        return key

    def has_database(self) -> bool:
        """Whether there is a database to look into."""
        return self.url is not None and (self._store is not None or not is_absent(self.url))

    def signed_in(self, token: str) -> tuple[Session, User] | None:
        """The session of a browser's token, with its person; None where it has ended, or the person may not work here any more."""
        if not self.has_database():
            return None
        with self.store().reading() as connection:
            session = sign_ins.session_by_hash(connection, digest_of(token))
            if session is None or session.key.revoked_at is not None or session.ends_at <= self.now():
                return None
            person = users.find(connection, session.key.user).get(session.key.user or "")
        if person is None or person.state != "active" or person.role != session.key.role:
            return None
        self.used[session.key.prefix] = self.now()
        return session, person

    def desk(self, author: str) -> Desk:
        """The desk of one request, with the version in force."""
        store = self.store()
        read = self._in_force(store)
        rulebook, sources = (self.rulebook, self.sources) if read is None else (read.rulebook, read.sources)
        if rulebook is not self._last_read:
            self._last_read = rulebook
            self.when_read()
        return Desk(
            store=store,
            rulebook=rulebook,
            sources=sources,
            today=self._today(rulebook) if read is None else read.today,
            now=self.now,
            installation=self._installation,
            author=author,
            links=self.links,
        )

    def day(self) -> date:
        """Today, by the rulebook of the last request."""
        return self._today(self._last_read or self.rulebook)

    def only_reads(self, version: StoredVersion | None) -> Problem | None:
        """Why verbs are refused where that version is in force; None where they are not."""
        return only_read(version, self.rulebook, self.day()) if self.is_chosen and not self._follows else None

    def record(self) -> None:
        """Records when keys were used last, and deletes answers that nobody repeats any more."""
        used, self.used = self.used, {}
        if used and self._store is not None:
            with self._store.writing() as connection:
                api_keys.record_use(connection, used)
                stored_answers.forget(connection, self.now() - ANSWERS_STORED_FOR)

    def close(self) -> None:
        """Ends the workers of runs, and closes the store."""
        self.runs.close()
        with self._lock:
            if self._store is not None:
                self._store.close()
                self._store = None

    def _in_force(self, store: Store) -> InForce | None:
        """The version in force; None for the rulebook of the start: nothing is published yet, or it was chosen and never was in force."""
        read = read_in_force(store, today=self.today, now=self.now, versions=self.versions)
        self._follows = self._follows or not self.is_chosen or read is None or read.rulebook.fingerprint == self.rulebook.fingerprint
        return read if self._follows else None

    def _today(self, rulebook: Rulebook) -> date:
        return self.today or self.now().astimezone(ZoneInfo(rulebook.company.time_zone)).date()


def revoked(key: ApiKey) -> NoKey:
    """The refusal of a revoked key."""
    return NoKey((REVOKED_KEY.at(None, name=key.name),))
