"""What an editor colours in rule files, read from their grammar: the words of the language, the beginnings of blocks, and literals."""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib.resources import files
from typing import Final

from engine.language.syntax.source_lines import BLOCKS

_GRAMMAR: Final = "rules.lark"
_QUOTED: Final = re.compile(r'"([a-z]+(?:-[a-z]+)*)"')
_TERMINAL: Final = re.compile(r"^([A-Z][A-Z_]*)(?:\.[0-9])?: /(.+)/$", re.M)
_BLANKS: Final = re.compile(r"\[ \\t(?:\\u00a0)?\]\+?")
_AHEAD: Final = re.compile(r"\(\?[!=](?:\[[^]]*\]|[^()])*\)")
_WORD: Final = re.compile(r"[a-z]+(?:-[a-z]+)*")
_OF_WORDS: Final = (
    "TIER_MODE", "POLICY", "GROUP_MODE", "APPLY", "ALLOCATE", "ROUNDING", "PERIOD", "AGGREGATE", "AT_MOST", "AT_LEAST",
)  # fmt: skip
"""Terminals that are words of the language, written as patterns."""
LITERALS: Final = ("STRING", "DATE", "MONEY", "PERCENT", "DURATION", "CODE", "TYPE_WORD", "NAME", "NUMBER")
"""Terminals that stand for themselves, in the order in which an editor tries them."""


@dataclass(frozen=True, slots=True)
class Highlighting:
    """The words of the language, those with which blocks begin, and the patterns of literals by their terminal."""

    words: tuple[str, ...]
    blocks: tuple[str, ...]
    literals: tuple[tuple[str, str], ...]


def highlighting() -> Highlighting:
    """What an editor colours. Its patterns are read alike by Python and by browsers."""
    grammar = files(__package__).joinpath(_GRAMMAR).read_text(encoding="utf-8")
    rules = "\n".join(line.partition("//")[0] for line in grammar.splitlines())
    patterns = dict(_TERMINAL.findall(grammar))
    words = set(_QUOTED.findall(rules))
    for name in _OF_WORDS:
        words.update(_WORD.findall(_AHEAD.sub(" ", _BLANKS.sub(" ", patterns[name]))))
    return Highlighting(
        words=tuple(sorted(words)),
        blocks=BLOCKS,
        literals=tuple((name, patterns[name]) for name in LITERALS),
    )
