"""Checks the attributes of an order line by the demands of its product."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from datetime import date
from typing import Final

from engine.money import DECIMAL_PATTERN
from engine.phrases import listed, named, phrase
from engine.problems import Kind, Problem
from engine.rulebook.catalog import Product

MISSING_ATTRIBUTE: Final = Kind("missing-attribute", "`{product}` needs the attribute `{name}`", "add it under `attributes`: {label}")
WRONG_ATTRIBUTE: Final = Kind("wrong-attribute", "the attribute `{name}` must be a {type}, `{text}` is none", "write {example}")
NO_ATTRIBUTE: Final = Kind(
    "unknown-attribute", "`{product}` has no attribute `{name}`", "leave it out, or declare it in catalog/ or rules/"
)


def check_attributes(
    product: Product, given: Mapping[str, str], *, more: Collection[str] = (), pointer: str = "/attributes"
) -> tuple[Problem, ...]:
    """The missing and wrong attributes of an order line, by the demands of its product; `more` are allowed on any line."""
    problems = []
    for name, attribute in product.attributes.items():
        fits, example = _TYPES[attribute.type]
        if name in given and not fits(given[name]):
            words = {"type": attribute.type, "text": given[name][:60], "example": example}
            problems.append(WRONG_ATTRIBUTE.at(None, f"{pointer}/{name}", name=name, **words))
    for name, attribute in product.attributes.items():
        if attribute.required and name not in given:
            problems.append(MISSING_ATTRIBUTE.at(None, pointer, product=product.code, name=name, label=named(attribute.label.texts)))
    unknown = (name for name in given if name not in product.attributes and name not in more)
    problems += [NO_ATTRIBUTE.at(None, f"{pointer}/{name}", product=product.code, name=name[:60]) for name in unknown]
    return tuple(problems)


def _is_day(text: str) -> bool:
    try:
        return re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", text) is not None and bool(date.fromisoformat(text))
    except ValueError:
        return False


_TYPES: Final[Mapping[str, tuple[Callable[[str], object], str]]] = {
    "text": (re.compile(r"\S").search, phrase("a text")),
    "number": (re.compile(DECIMAL_PATTERN).search, phrase("a decimal number such as `12.5`")),
    "yes-no": (frozenset({"yes", "no", "true", "false"}).__contains__, listed(("`yes`", "`no`"), "or")),
    "date": (_is_day, "`2027-01-31`"),
}
"""The types of attributes: whether a text is of it, and an example."""
