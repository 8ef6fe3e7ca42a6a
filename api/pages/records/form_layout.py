"""Which fields of a long form stand open: those that are needed and the first few; the others wait behind a summary."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from api.pages.records.verb_fields import VerbField

_LONG: Final = 12
"""A form with more fields than that is long."""
_FEW: Final = 8
_FEW_OF_A_ROW: Final = 2
_CUSTOMER: Final = ("name", "street", "postcode", "town", "country", "language", "vat_number", "email", "segment", "kind")
_FIRST: Final[Mapping[str, Sequence[str]]] = {
    "create_customer": _CUSTOMER,
    "change_customer": _CUSTOMER,
    "register_prospect": _CUSTOMER,
    "make_quote": ("opportunity", "draft"),
    "make_version": ("lines", "draft"),
}
"""By verb: the fields that stand open beside those that are needed, where they are not the first ones."""
PRESET: Final[Mapping[str, Mapping[str, str]]] = {"make_quote": {"draft": "true"}}
"""What a new form is filled with, by verb."""

OF_THE_PERSON: Final[Mapping[str, str]] = {"open_opportunity": "owner"}
"""The field that a new form fills with who is signed in, by verb."""
SIGNED: Final[Mapping[str, str]] = {"check_vat_number": "by", "end_item": "by"}
"""The field that no form shows, since it says who does it: who is signed in, by verb."""


def further_fields(verb: str, fields: Sequence[VerbField]) -> frozenset[str]:
    """The names of the fields of a form that need not stand open."""
    if sum(map(_size, fields)) <= _LONG:
        return frozenset()
    needed = [each.name for each in fields if each.is_needed]
    plain = [each.name for each in fields if not each.is_needed and each.kind not in ("group", "rows", "pairs")]
    shown = {*needed, *_FIRST.get(verb, plain[: max(0, _FEW - len(needed))])}
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
