"""What a scenario expects of an answer, compared with what came: only what is written is looked at, and it must be so exactly."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from engine.phrases import phrase
from engine.problems import Span
from engine.text.yaml_tree import Block, Listing, Node

_DECIMAL: Final = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,9})?")


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A part of an answer that is another than expected: its path, where it was expected, what was, and what came."""

    path: str
    where: Span
    expected: str
    found: str


def differences(expect: Block, answer: object, currency: str) -> Iterator[Mismatch]:
    """Where an answer is not what is expected; of lists also their length."""
    yield from _compared(expect, answer, currency, "")


def _compared(wanted: Node, found: object, currency: str, path: str) -> Iterator[Mismatch]:
    if isinstance(wanted, Block):
        if not isinstance(found, dict):
            yield Mismatch(path, wanted.span, phrase("fields of its own"), _shown(found))
            return
        for key, below in wanted.items():
            inner = f"{path}.{key}" if path else key
            if key not in found:
                known = ", ".join(map(str, found))
                yield Mismatch(inner, wanted.keys_at[key], f"{below}", phrase("no such field; there are: {known}", known=known))
            else:
                yield from _compared(below, found[key], currency, inner)
    elif isinstance(wanted, Listing):
        if not isinstance(found, list) or len(found) != len(wanted):
            many = phrase("{number} entries", number=len(found)) if isinstance(found, list) else _shown(found)
            yield Mismatch(path, wanted.span, phrase("{number} entries", number=len(wanted)), many)
            return
        for at, (below, each) in enumerate(zip(wanted, found, strict=True)):
            yield from _compared(below, each, currency, f"{path}[{at + 1}]")
    elif not _is_same(str(wanted), found, currency):
        yield Mismatch(path, wanted.span, str(wanted), _shown(found))


def _is_same(wanted: str, found: object, currency: str) -> bool:
    shown = _shown(found)
    if wanted == shown:
        return True
    if isinstance(found, bool):
        return wanted == ("true" if found else "false")
    bare = wanted.removesuffix(f" {currency}").removesuffix("%")
    return bool(_DECIMAL.fullmatch(bare) and _DECIMAL.fullmatch(shown)) and Fraction(bare) == Fraction(shown)


def _shown(found: object) -> str:
    match found:
        case None:
            return "none"
        case bool():
            return "yes" if found else "no"
        case list():
            return phrase("{number} entries", number=len(found))
        case dict():
            return phrase("fields of its own")
        case _:
            return str(found)
