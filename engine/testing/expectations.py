"""Compares an answer with the expected fields of a scenario: only these are compared, and exactly."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from engine.phrases import phrase
from engine.problems import Problem, Span
from engine.reasons import Reason
from engine.text.yaml_tree import Block, Listing, Node

_DECIMAL: Final = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,9})?")


@dataclass(frozen=True, slots=True)
class Difference:
    """A result that is not as expected: its name or path, the place of the expectation, both texts, and its reasons."""

    what: str
    where: Span
    expected: str
    actual: str
    reasons: tuple[Reason, ...] = ()
    problem: Problem | None = None
    """The refusal that came instead of an answer."""
    text: str | None = None
    """What to write at the place of the expectation to expect the result, where that is one text."""


def differences(expect: Block, answer: object, currency: str) -> Iterator[Difference]:
    """The fields of an answer that are not as expected; of lists also the length."""
    yield from _compared(expect, answer, currency, "")


def _compared(expected: Node, actual: object, currency: str, path: str) -> Iterator[Difference]:
    if isinstance(expected, Block):
        if not isinstance(actual, dict):
            yield Difference(path, expected.span, phrase("fields of its own"), _shown(actual))
            return
        for key, below in expected.items():
            inner = f"{path}.{key}" if path else key
            if key not in actual:
                known = ", ".join(map(str, actual))
                yield Difference(inner, expected.keys_at[key], f"{below}", phrase("no such field; there are: {known}", known=known))
            else:
                yield from _compared(below, actual[key], currency, inner)
    elif isinstance(expected, Listing):
        if not isinstance(actual, list) or len(actual) != len(expected):
            many = phrase("{number} entries", number=len(actual)) if isinstance(actual, list) else _shown(actual)
            yield Difference(path, expected.span, phrase("{number} entries", number=len(expected)), many)
            return
        for at, (below, each) in enumerate(zip(expected, actual, strict=True)):
            yield from _compared(below, each, currency, f"{path}[{at + 1}]")
    elif not _is_same(str(expected), actual, currency):
        text = None if isinstance(actual, list | dict) else _shown(actual)
        yield Difference(path, expected.span, str(expected), _shown(actual), text=text)


def _is_same(expected: str, actual: object, currency: str) -> bool:
    shown = _shown(actual)
    if expected == shown:
        return True
    if isinstance(actual, bool):
        return expected == ("true" if actual else "false")
    bare = expected.removesuffix(f" {currency}").removesuffix("%")
    return bool(_DECIMAL.fullmatch(bare) and _DECIMAL.fullmatch(shown)) and Fraction(bare) == Fraction(shown)


def _shown(actual: object) -> str:
    match actual:
        case None:
            return "none"
        case bool():
            return "yes" if actual else "no"
        case list():
            return phrase("{number} entries", number=len(actual))
        case dict():
            return phrase("fields of its own")
        case _:
            return str(actual)
