"""Which fields of a long form stand open: those that are needed and the first few; the others wait behind a summary."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from api.pages.records.form_descriptions import form_of
from api.pages.records.verb_fields import VerbField

_LONG: Final = 12
"""A form with more fields than that is long."""
_FEW: Final = 8
_FEW_OF_A_ROW: Final = 2


def further_fields(verb: str, fields: Sequence[VerbField]) -> frozenset[str]:
    """The names of the fields of a form that need not stand open."""
    first = form_of(verb).first
    if first is None and sum(map(_size, fields)) <= _LONG:
        return frozenset()
    needed = [each.name for each in fields if each.is_needed]
    plain = [each.name for each in fields if not each.is_needed and each.kind not in ("group", "rows", "pairs")]
    shown = {*needed, *(plain[: max(0, _FEW - len(needed))] if first is None else first)}
    return frozenset(each.name for each in fields if each.name not in shown)


def further_of_row(fields: Sequence[VerbField]) -> frozenset[str]:
    """The names of the fields of a row that need not stand open."""
    if len(fields) <= _FEW:
        return frozenset()
    shown = {each.name for each in fields if each.is_needed} or {each.name for each in fields[:_FEW_OF_A_ROW]}
    return frozenset(each.name for each in fields if each.name not in shown)


def _size(field: VerbField) -> int:
    """How many inputs a field has; a list counts as its first row."""
    return sum(map(_size, field.fields)) or 1
