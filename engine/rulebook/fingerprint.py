"""The fingerprint of a rulebook: a hash of its meaning, independent of format, comments, key order and file names."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from keyword import iskeyword
from typing import Final

from engine.language import CheckedRules
from engine.money import Currency, Percent, Price, Quantity
from engine.rulebook.exchange_rates import PATH
from engine.rulebook.file_kinds import CAN_RETIRE, KINDS, PROVING, retired_names
from engine.rulebook.yaml_entries import Gathered
from engine.rulebook.yaml_model import Written
from engine.text.sources import Sources
from engine.text.yaml_fields import Expression

_ORDERED: Final = ("stages",)
"""Names whose order has a meaning."""
_FIRST_KINDS: Final = frozenset({
    "accounts", "billing-processes", "billing-types", "company", "countries", "families", "indices", "mentions", "payment-plans",
    "payment-terms", "price-book", "products", "segments", "stages", "units", "vat", "vat-rates", "vat-territories", "vocabulary",
})  # fmt: skip
"""The kinds of files of the first versions that were published. Others count where a rulebook has them, so that those versions, and what
they made, keep their fingerprint."""


def fingerprint(gathered: Gathered, checked: CheckedRules, templates: Sources) -> str:
    """The hash of the YAML values, the meaning of the rules, and the texts of the documents."""
    entries = {kind: {name: plain(entry.written) for name, entry in below.items()} for kind, below in gathered.entries.items()}
    order = {kind: list(gathered.names(kind)) for kind in _ORDERED}
    meaning: dict[str, object] = {
        "kinds": sorted(_FIRST_KINDS | ((KINDS.keys() & gathered.entries.keys()) - PROVING)),
        "entries": entries,
        "events": sorted(gathered.names("events")),
        "order": order,
        "rules": checked.normal_form(),
        "templates": {path: hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest() for path, text in templates.items()},
    }
    retired = {kind: sorted(names) for kind in CAN_RETIRE if (names := gathered.names(retired_names(kind)))}
    if retired:
        meaning["retired"] = retired
    if PATH in gathered.sources:
        meaning["exchange-rates"] = hashlib.sha256(gathered.sources[PATH].encode("utf-8", "surrogatepass")).hexdigest()
    text = json.dumps(meaning, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def plain(written: object) -> object:
    """The meaning of a YAML value as JSON: without positions and defaults.

    The key of a field is the one that analysts write, so that fields and classes of this program may be renamed.
    """
    match written:
        case Expression():
            return " ".join(written.text.split())
        case Written():
            described = {each.alias or name: each for name, each in type(written).model_fields.items()}
            return {
                _word(key): plain(value)
                for key, value in written.by_key().items()
                if key != "prices-file" and (key not in described or value != described[key].get_default(call_default_factory=True))
            }
        case bool() | int() | None:
            return written
        case str() | date() | Fraction():
            return str(written)
        case Percent():
            return {"is": "Percent", "fraction": str(written.fraction)}
        case Price():
            return {"is": "Price", "micros": written.micros, "currency": plain(written.currency)}
        case Quantity():
            return {"is": "Quantity", "micros": written.micros}
        case Currency():
            return {"is": "Currency", "code": written.code, "exponent": written.exponent}
        case Mapping():
            return {str(key): plain(below) for key, below in written.items()}
        case tuple() | list():
            return [plain(below) for below in written]
        case frozenset() | set():
            return sorted(str(each) for each in written)
        case _:
            raise TypeError(f"{type(written).__name__} has no form in engine/rulebook/fingerprint.py: say what it means as JSON")


def _word(key: str) -> str:
    """The word of a key: `vat-class` is `vat_class`, and `from` is `from_`."""
    return key.replace("-", "_") + ("_" if iskeyword(key) else "")
