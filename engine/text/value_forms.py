"""Shows the form that a key expects: a mapping with its keys, a list, a number with a decimal point."""

from __future__ import annotations

import re
import types
from collections.abc import Iterable, Iterator
from typing import Annotated, Final, Union, get_args, get_origin

from engine.money import document_currency
from engine.phrases import Phrase, Replacement, phrase, write_instead
from engine.problems import Kind, Problem, Span
from engine.text.written_numbers import written_number
from engine.text.yaml_fields import Written
from engine.text.yaml_tree import Node, Scalar

OTHER_NUMBER: Final = Kind("not-a-number", "`{word}` is not a number for `{key}`", "{remedy}")
_BEHIND: Final = re.compile(r"\s*(?:[;,]|//(.*))$")
"""What other languages write behind a number: a sign that ends it, or a comment."""
_NUMBER: Final = re.compile(r"-?[0-9]+(?:\.[0-9]+)?%?")
_SHORT: Final = 3
"""The most keys that are shown between braces."""


def mapping_form(expected: Iterable[object]) -> Phrase:
    """The remedy where keys are expected: its needed keys between braces where they are few, else its first one."""
    keys = next(_needed(expected), ())
    if not keys:
        return phrase("write `name: …` lines below it, two spaces further in")
    if len(keys) > _SHORT:
        return phrase("write `{key}: …` and its other keys here, each on a line of its own", key=keys[0])
    return phrase("write it as `{form}`", form=_braces(keys))


def list_form(node: Node, expected: Iterable[object]) -> Phrase:
    """The remedy where a list is expected: what stands there between brackets, or an entry with its needed keys."""
    keys = next(_needed(expected), ())
    if keys:
        return phrase("write it as `{form}`", form=f"[{_braces(keys)}]" if len(keys) <= _SHORT else f"- {keys[0]}: …")
    if isinstance(node, Scalar) and node and not set(node) & set("[]{}#:\n\"'"):
        return write_instead(f"[{node}]")
    return phrase("begin each entry with `- `, or write `[a, b]`")


def other_number(word: str, where: Span, key: str) -> Problem | None:
    """The problem of a number as people and spreadsheets have it, such as `1.000,50`; None where nothing is recognized."""
    if (behind := _BEHIND.search(word)) and _NUMBER.fullmatch(word[: behind.start()]):
        bare = word[: behind.start()]
        comment = f"{bare}  # {behind[1].strip()}" if behind[1] else bare
        return OTHER_NUMBER.at(where, word=word[:60], key=key, remedy=write_instead(comment))
    number, currency = written_number(word), document_currency.get()
    if number is None or number.unit == "%" or number.digits == word or (number.unit and currency and number.unit != currency.code):
        return None
    if "," in word and "." not in word:
        remedy = phrase("write a decimal point: `{right}`", right=Replacement(number.digits))
    else:
        remedy = write_instead(number.digits)
    return OTHER_NUMBER.at(where, word=word, key=key, remedy=remedy)


def _braces(keys: tuple[str, ...]) -> str:
    return "{" + ", ".join(f"{key}: …" for key in keys) + "}"


def _needed(expected: Iterable[object]) -> Iterator[tuple[str, ...]]:
    """The needed keys of each model among some annotations."""
    for annotation in expected:
        if get_origin(annotation) is Annotated or get_origin(annotation) in (Union, types.UnionType):
            yield from _needed(get_args(annotation)[:1] if get_origin(annotation) is Annotated else get_args(annotation))
        elif isinstance(annotation, type) and issubclass(annotation, Written) and annotation.needed_keys():
            yield annotation.needed_keys()
