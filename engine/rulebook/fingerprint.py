"""The fingerprint of a rulebook: the hash of what it means, whatever its layout, comments, order of keys or parting into files."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from fractions import Fraction
from typing import Final

from engine.language.ir.checked_rules import Checked
from engine.rulebook.file_kinds import KINDS, PROVING
from engine.rulebook.yaml_entries import Gathered
from engine.rulebook.yaml_model import Written
from engine.text.sources import Sources
from engine.text.yaml_fields import Expression

_PLACES: Final = frozenset({"span", "texts", "module", "cost"})
"""What a rule knows of where it stands, and nothing of what it means."""
_ORDERED: Final = ("stages",)
"""Names whose order means something."""


def fingerprint(gathered: Gathered, checked: Checked, templates: Sources) -> str:
    """The hash of everything that was written: what the YAML holds, what the rules mean, and the texts of the documents."""
    entries = {sort: {name: plain(entry.written) for name, entry in below.items()} for sort, below in gathered.entries.items()}
    order = {sort: list(gathered.names(sort)) for sort in _ORDERED}
    meaning = {
        "kinds": sorted(KINDS.keys() - PROVING),
        "entries": entries,
        "events": sorted(gathered.names("events")),
        "order": order,
        "rules": plain(checked),
        "templates": {path: hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest() for path, text in templates.items()},
    }
    text = json.dumps(meaning, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def plain(written: object) -> object:
    """What a value means, as JSON: without places, and without what only repeats a default."""
    match written:
        case Expression():
            return " ".join(written.text.split())
        case Written():
            names = [name for name in type(written).model_fields if name != "prices_file"]
            pairs = ((name, getattr(written, name), type(written).model_fields[name]) for name in names)
            return {name: plain(below) for name, below, described in pairs if below != described.get_default(call_default_factory=True)}
        case bool() | int() | None:
            return written
        case str():
            return str(written)
        case Fraction() | date():
            return str(written)
        case Mapping():
            return {str(key): plain(below) for key, below in written.items()}
        case tuple() | list():
            return [plain(below) for below in written]
        case frozenset() | set():
            return sorted(str(each) for each in written)
        case _ if is_dataclass(written):
            named = {each.name: plain(getattr(written, each.name)) for each in fields(written) if each.name not in _PLACES}
            return {"is": type(written).__name__, **named}
        case _:
            return str(written)
