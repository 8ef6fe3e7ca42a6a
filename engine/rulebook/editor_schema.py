"""JSON Schemas for editors, whose YAML parsers may read a text as a number, or a number as a text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_WHOLE: Final = r"^-?[0-9]{1,12}$"
_NUMBERS: Final = ("number", "string")


def for_editors(node: Mapping[str, object]) -> dict[str, object]:
    """A schema that accepts the same entries as the reader, quoted or not; their meaning is checked by `check`."""
    alternatives = node.get("anyOf")
    if isinstance(alternatives, list) and all(_is_number_or_text(each) for each in alternatives):
        rest = {key: below for key, below in node.items() if key != "anyOf"}
        return for_editors({**rest, "type": [*_NUMBERS]})
    made = {key: _below(below) for key, below in node.items()}
    match node.get("type"):
        case "string" if "format" not in node and "const" not in node and "enum" not in node:
            made["type"] = ["string", "number"]
        case "integer":
            made |= {"type": ["integer", "string"], "pattern": _WHOLE}
        case _:
            pass
    return made


def _below(node: object) -> object:
    if isinstance(node, dict):
        return for_editors(node)
    return [_below(each) for each in node] if isinstance(node, list) else node


def _is_number_or_text(node: object) -> bool:
    if not isinstance(node, dict) or "enum" in node or "$ref" in node:
        return False
    kinds = node.get("type")
    return {*kinds} <= {*_NUMBERS} if isinstance(kinds, list) else kinds in _NUMBERS
