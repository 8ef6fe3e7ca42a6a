"""What an installation lacks: the checks of `centwright doctor`, each with its remedy."""

from __future__ import annotations

import ctypes.util
import platform
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from api.desk.link_signing import LinkSettings
from api.desk.sign_on_settings import SignOnSettings
from api.desk.version_in_force import only_read
from api.http.server import descriptors, most_connections
from api.refusals import MISSING_DATABASE
from api.settings import Settings
from api.store.database import inspect_database
from engine.phrases import Language, phrase, say
from engine.problems import Refusal, message_of, remedy_of
from engine.rulebook.book import Rulebook

CheckName = Literal["python", "pdf", "settings", "rulebook", "database", "version", "connections"]
_PANGO: Final = ("pango-1.0", "pangoft2-1.0")
_READ: Final = (
    *("today", "language", "validation_workers", "lock_timeout", "batch_lock_timeout", "port", "log_level", "evaluations_need_keys"),
    *("is_any_webhook_allowed", "delivers_inside", "mails_an_hour", "proxies", "limits"),
)
"""The properties of settings that refuse a wrong text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a check says of the installation; where something is missing, what mends it."""

    what: CheckName
    is_well: bool = True
    says: str
    remedy: str | None = None

    def tree(self, language: Language) -> dict[str, str | bool | None]:
        """The finding for JSON, in a language."""
        remedy = None if self.remedy is None else say(self.remedy, language)
        return {"what": self.what, "is_well": self.is_well, "says": say(self.says, language), "remedy": remedy}


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedInstallation:
    """What is checked: the settings, and what reads the rulebook and the business date; these may be refused."""

    settings: Settings
    rulebook: Callable[[], Rulebook]
    today: Callable[[], date]

    def findings(self) -> tuple[Finding, ...]:
        """What each check says, in the order in which they are shown."""
        return (_python(), _pdf_printing(), self._settings(), self._rulebook(), self._database(), *self._version(), *self._connections())

    def _settings(self) -> Finding:
        """Whether each setting can be read; the first that cannot."""
        try:
            for name in _READ:
                getattr(self.settings, name)
            links = LinkSettings.of(self.settings)
            if links.is_set:
                links.signer()
            SignOnSettings.of(self.settings)
        except Refusal as refusal:
            return _refused("settings", refusal)
        return Finding(what="settings", says=phrase("all {count} can be read", count=len(self.settings.by_name)))

    def _rulebook(self) -> Finding:
        try:
            read = self.rulebook()
        except Refusal as refusal:
            count, remedy = len(refusal.problems), phrase("`centwright check` shows each with its place and its remedy")
            return Finding(what="rulebook", is_well=False, says=phrase("{count} problems", count=count), remedy=remedy)
        return Finding(what="rulebook", says=f"{read.company.seller.name}, {read.fingerprint[:12]}")

    def _database(self) -> Finding:
        try:
            database = inspect_database(self.settings.database_url)
        except Refusal as refusal:
            return _refused("database", refusal, is_well=refusal.problems[0].kind is MISSING_DATABASE)
        if database.revision is None:
            return Finding(what="database", says=phrase("{dialect}, without tables yet", dialect=database.dialect))
        words = {"dialect": database.dialect, "revision": database.revision, "installation": database.installation}
        return Finding(what="database", says=phrase("{dialect}, revision {revision}, installation {installation}", **words))

    def _version(self) -> Iterator[Finding]:
        """The version of the rulebook in force, and whether commands only read with the rulebook that was chosen instead."""
        try:
            rulebook, today = self.rulebook(), self.today()
            version = inspect_database(self.settings.database_url, on=today).in_force
        except Refusal:
            return  # the rulebook and the database have findings of their own
        problem = only_read(version, rulebook, today)
        if version is None:
            yield Finding(what="version", says=phrase("none is published yet: the first verb publishes this rulebook"))
        elif problem is None or self.settings.by_name["RULEBOOK"].origin != "option":
            yield Finding(what="version", says=phrase("{version} is in force on {day}", version=version.name, day=today))
        else:
            yield Finding(what="version", is_well=False, says=message_of(problem), remedy=remedy_of(problem))

    def _connections(self) -> Iterator[Finding]:
        """Whether the service can have as many connections as are set."""
        try:
            limits = self.settings.limits
        except Refusal:
            return  # the settings have a finding of their own
        files = descriptors()
        possible = most_connections(limits, files)
        says = phrase("{count} at once, with {files} descriptors (ulimit -n)", count=possible, files=files)
        if possible == limits.connections:
            yield Finding(what="connections", says=says)
            return
        remedy = phrase("raise `ulimit -n` before the service starts, or set CENTWRIGHT_CONNECTIONS to {count}", count=possible)
        yield Finding(what="connections", is_well=False, says=says, remedy=remedy)


def _python() -> Finding:
    return Finding(what="python", says=platform.python_version())


def _pdf_printing() -> Finding:
    if all(ctypes.util.find_library(name) for name in _PANGO):
        return Finding(what="pdf", says=phrase("Pango is here"))
    remedy = phrase("on Debian or Ubuntu: `apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0`")
    return Finding(what="pdf", is_well=False, says=phrase("Pango is missing: no PDF can be drawn"), remedy=remedy)


def _refused(what: CheckName, refusal: Refusal, *, is_well: bool = False) -> Finding:
    problem = refusal.problems[0]
    return Finding(what=what, is_well=is_well, says=message_of(problem), remedy=remedy_of(problem))


def setting_rows(settings: Settings) -> list[dict[str, str]]:
    """Each setting by its name in the environment: its text without secrets, and where it comes from."""
    return [{"setting": f"CENTWRIGHT_{each.name}", "text": each.shown, "from": each.origin} for each in settings.by_name.values()]
