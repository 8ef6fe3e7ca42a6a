"""The pages of the installation: its checks with their remedies, and the settings of the service and of the company."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from api.pages.frame.navigation import Values
from api.pages.records.own_pages import OwnPage, ShownRecord, rows_of
from api.pages.rules.file_tree import address_of
from engine.phrases import Language, Phrase, phrase, say

_CHECKS: Final[Mapping[str, Phrase]] = {
    "python": phrase("Python"),
    "pdf": phrase("Drawing PDFs"),
    "settings": phrase("Settings"),
    "rulebook": phrase("Rulebook"),
    "database": phrase("Database"),
    "version": phrase("Version in force"),
    "connections": phrase("Connections"),
}
_ORIGINS: Final[Mapping[str, Phrase]] = {
    "option": phrase("option of the command"),
    "environment": phrase("environment"),
    ".env": phrase("file `.env`"),
    "default": phrase("default value"),
}
_WORDS: Final[Mapping[str, Phrase]] = {
    "check": phrase("Check"),
    "state": phrase("State"),
    "says": phrase("What it says"),
    "remedy": phrase("What mends it"),
    "well": phrase("in order"),
    "lacks": phrase("missing"),
    "settings": phrase("Settings"),
    "doctor": phrase("Checks of the installation"),
    "setting": phrase("Setting"),
    "text": phrase("Value"),
    "from": phrase("Comes from"),
    "installation": phrase("Of the service"),
    "company": phrase("Of the company"),
    "fixed": phrase("The service reads them when it starts. Passwords, keys and secrets are never shown."),
    "changed": phrase("They are part of the rulebook: the workbench changes them."),
}


def _checks(record: ShownRecord) -> Values:
    language, findings = record.visit.language, rows_of(record.answer, "findings")
    lacking = sum(not each["is_well"] for each in findings)
    summary = phrase("{count} of {total} checks found something missing.", count=lacking, total=len(findings))
    return {
        "own": _words(language),
        "heading": say(_WORDS["doctor"], language),
        "is_well": not lacking,
        "summary": say(summary if lacking else phrase("Nothing is missing."), language),
        "version": say(phrase("Centwright {version}", version=record.answer["version"]), language),
        "findings": [dict(each) | {"what": say(_CHECKS[str(each["what"])], language)} for each in findings],
    }


def _settings(record: ShownRecord) -> Values:
    language = record.visit.language
    return {
        "own": _words(language),
        "heading": say(_WORDS["settings"], language),
        "tables": [
            {"title": say(_WORDS[name], language), "note": say(_WORDS[note], language), "rows": list(_rows(record, name))}
            for name, note in (("installation", "fixed"), ("company", "changed"))
        ],
    }


def _rows(record: ShownRecord, name: str) -> Iterator[Values]:
    for row in rows_of(record.answer, name):
        origin = str(row["from"])
        file, _, line = origin.rpartition(":")
        is_place = origin not in _ORIGINS and record.may("propose_draft")
        yield {
            "setting": row["setting"],
            "text": row["text"],
            "from": say(_ORIGINS[origin], record.visit.language) if origin in _ORIGINS else origin,
            "address": address_of(file, None, int(line)) if is_place else None,
            "is_default": origin == "default",
        }


def _words(language: Language) -> Mapping[str, str]:
    return {name: say(words, language) for name, words in _WORDS.items()}


DOCTOR_PAGE: Final = OwnPage("administration/doctor.html.j2", _checks)
SETTINGS_PAGE: Final = OwnPage("administration/settings.html.j2", _settings)
