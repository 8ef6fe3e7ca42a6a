"""`centwright doctor` and `centwright version`: the settings, version and requirements of this installation."""

from __future__ import annotations

import ctypes.util
import platform

import click

from api.cli.invocation import Invocation, pass_invocation
from api.cli.options import Command
from api.desk.version_in_force import only_read
from api.http.server import descriptors, most_connections
from api.installation import version_here
from api.refusals import MISSING_DATABASE
from api.store.database import inspect_database
from engine.phrases import phrase, say
from engine.problems import Refusal, message_of

_PANGO = ("pango-1.0", "pangoft2-1.0")


@click.command(cls=Command)
@pass_invocation
def version(invocation: Invocation) -> None:
    """Show the version."""
    invocation.write_fields({"centwright": version_here()})


@click.command(cls=Command)
@pass_invocation
def doctor(invocation: Invocation) -> int:
    """Show each setting with where it came from, and what the installation lacks."""
    settings = [
        {"setting": f"CENTWRIGHT_{setting.name}", "text": setting.shown, "from": setting.origin}
        for setting in invocation.settings.by_name.values()
    ]
    findings = [_python(), _pdf_printing(), _rulebook(invocation), _database(invocation), *_version(invocation), _connections(invocation)]
    if invocation.as_json:
        invocation.write_json({"settings": settings, "findings": findings})
    else:
        width = max(len(setting["setting"]) for setting in settings)
        for setting in settings:
            invocation.write(f"{setting['setting']:<{width}}  {setting['text'] or '–'}  ({setting['from']})")
        for finding in findings:
            invocation.write(f"{'ok  ' if finding['is_well'] else 'LACK'}  {finding['what']}: {finding['says']}")
    return 0 if all(finding["is_well"] for finding in findings) else 1


def _finding(what: str, text: str, *, is_well: bool = True) -> dict[str, str | bool]:
    return {"what": what, "is_well": is_well, "says": text}


def _python() -> dict[str, str | bool]:
    return _finding("python", platform.python_version())


def _pdf_printing() -> dict[str, str | bool]:
    missing = [name for name in _PANGO if ctypes.util.find_library(name) is None]
    advice = "PDFs cannot be drawn; on Debian or Ubuntu: apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
    return _finding("pdf", advice if missing else "Pango is here", is_well=not missing)


def _rulebook(invocation: Invocation) -> dict[str, str | bool]:
    try:
        return _finding("rulebook", f"{invocation.rulebook.company.seller.name}, {invocation.rulebook.fingerprint[:12]}")
    except Refusal as refusal:
        return _finding("rulebook", f"{len(refusal.problems)} problems; see `centwright check`", is_well=False)


def _database(invocation: Invocation) -> dict[str, str | bool]:
    try:
        database = inspect_database(invocation.settings.database_url)
    except Refusal as refusal:
        is_missing = refusal.problems[0].kind is MISSING_DATABASE
        return _finding("database", say(message_of(refusal.problems[0]), invocation.language), is_well=is_missing)
    if database.revision is None:
        return _finding("database", f"{database.dialect}, without tables yet")
    return _finding("database", f"{database.dialect}, revision {database.revision}, installation {database.installation}")


def _version(invocation: Invocation) -> list[dict[str, str | bool]]:
    """The version of the rulebook in force, and whether commands only read with the rulebook that was chosen instead."""
    try:
        rulebook, today = invocation.rulebook, invocation.today
        version = inspect_database(invocation.settings.database_url, on=today).in_force
    except Refusal:
        return []  # the rulebook and the database have findings of their own
    problem, language = only_read(version, rulebook, today), invocation.language
    if version is None:
        return [_finding("version", say(phrase("none is published yet: the first verb publishes this rulebook"), language))]
    if problem is None or invocation.settings.by_name["RULEBOOK"].origin != "option":
        return [_finding("version", say(phrase("{version} is in force on {day}", version=version.name, day=today), language))]
    return [_finding("version", f"{problem.message_in(language)}; {problem.help_in(language)}", is_well=False)]


def _connections(invocation: Invocation) -> dict[str, str | bool]:
    """Whether the service can have as many connections as are set."""
    limits, files = invocation.settings.limits, descriptors()
    possible = most_connections(limits, files)
    text = f"{possible} at once, with {files} descriptors (ulimit -n)"
    return _finding("connections", text, is_well=possible == limits.connections)
