"""The source texts of a rulebook by path, cells of tables, excerpts for messages, and the check for forbidden characters."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, islice
from typing import Final

from engine.phrases import phrase
from engine.problems import Fix, Kind, Problem, Span
from engine.text.garbled_words import garbled_words

Sources = Mapping[str, str]
"""The texts of a rulebook by their path in it (`rules/pricing.rules`); loaded by api/ from a folder, a commit, the store or an editor."""

LARGEST: Final = 1_000_000
"""The most characters of a text."""

TOO_LONG = Kind("too-long", "this file has {length} characters; at most {most} are read", "split it into several files")
HIDDEN_CHARACTER = Kind(
    "hidden-character",
    "the character {name} is invisible or turns the order of the text around",
    "delete it and type the text again; it usually comes from copying out of a document or a web page",
)
LOOK_ALIKE = Kind(
    "look-alike-character",
    "{word} holds {name}, which looks like another letter",
    "type the word again on a keyboard; it was probably copied from elsewhere",
)

NO_BREAK_SPACE: Final = Kind(
    "no-break-space",
    "this is a no-break space, where a space must stand (places in this file: {count})",
    "run `centwright check --fix`, or type spaces in place of those at the beginning of lines and behind keys; they come from a document",
)

_WORD: Final = re.compile(r"\w+")
_HARD: Final = "\u00a0\u2000-\u200a\u202f\u205f\u3000"
_HARD_PLACES: Final = re.compile(
    rf"(?m)^[ \t]*[{_HARD}][ \t{_HARD}]*|^[ \t]*(?:- *)?[\w-]+:[ \t]*[{_HARD}][ \t{_HARD}]*|^[ \t]*-[{_HARD}]+"
)
"""No-break spaces and blanks of other widths where they count: in indentations, behind a key, behind the `-` of an entry."""
_LATIN: Final = re.compile("[A-Za-z\u00c0-\u024f]")
_OTHER_SCRIPT: Final = re.compile("[\u0370-\u03ff\u0400-\u052f]")
_LONE_RETURN: Final = re.compile(r"\r(?!\n)")
_PLAIN_CONTROLS: Final = frozenset("\t\n\r")
_CONTROLS: Final = {
    "\0": "null",
    "\b": "backspace",
    "\v": "line tabulation",
    "\f": "form feed",
    "\r": "carriage return",
    "\x1a": "end of file of DOS",
    "\x1b": "escape",
}
"""The names of control characters, for which Unicode has none."""
_SHOWN_AT_MOST: Final = 160
_MOST_PROBLEMS: Final = 100


@dataclass(frozen=True, slots=True)
class TextCell:
    """The text of one cell of a table, in a CSV, a YAML file or a sheet, and its position."""

    text: str
    span: Span


def excerpt(sources: Sources, span: Span) -> str:
    """The line of a span with `^` under the piece; empty where the text is not available."""
    lines = sources[span.path].split("\n") if span.path in sources else []
    if not 1 <= span.line <= len(lines):
        return ""
    line = lines[span.line - 1].removesuffix("\r")
    end = span.end_column if span.end_line == span.line else len(line) + 1
    first = max(0, span.column - _SHOWN_AT_MOST // 2)
    shown = "".join(each if each.isprintable() else " " for each in line[first : first + _SHOWN_AT_MOST])
    number = str(span.line)
    marks = " " * (span.column - 1 - first) + "^" * max(1, min(end - span.column, _SHOWN_AT_MOST))
    return f"{number} | {shown}\n{' ' * len(number)} | {marks}"


def check_characters(path: str, text: str) -> tuple[Problem, ...]:
    """Problems with the characters of a text: too many, invisible or control characters, look-alikes from another alphabet."""
    if len(text) > LARGEST:
        return (TOO_LONG.at(Span(path, 1, 1, 1, 1), length=f"{len(text):_}", most=f"{LARGEST:_}"),)
    hidden = {character for character in set(text) if _is_hidden(character)}
    odd = {character for character in set(text) if _is_look_alike(character)}
    foreign = _OTHER_SCRIPT.search(text) is not None
    garbled = garbled_words(path, text)
    if not (hidden or odd or foreign or _LONE_RETURN.search(text)):
        return tuple(islice(garbled, _MOST_PROBLEMS))
    return tuple(islice(chain(_odd_characters(path, text, hidden, odd, foreign), garbled), _MOST_PROBLEMS))


def with_plain_blanks(path: str, text: str) -> tuple[str, tuple[Problem, ...]]:
    """A text with spaces in place of no-break spaces where its layout counts, and the problem with them, told once."""
    places = list(_HARD_PLACES.finditer(text)) if re.search(f"[{_HARD}]", text) else []
    if not places:
        return text, ()
    first = places[0]
    line, column = text.count("\n", 0, first.start()) + 1, re.search(f"[{_HARD}]", first.group())
    at = column.start() if column else 0
    plain = _HARD_PLACES.sub(lambda place: re.sub(f"[{_HARD}]", " ", place.group()), text)
    problem = NO_BREAK_SPACE.at(Span(path, line, at + 1, line, at + 2), count=len(places))
    last = text.count("\n", 0, places[-1].end()) + 1
    lines = [each.removesuffix("\r") for each in text.split("\n")[last - 1 : last]]
    mended = "\n".join(plain.split("\n")[line - 1 : last]).removesuffix("\r")
    return plain, (problem.fixed_by(Fix(Span(path, line, 1, last, len(lines[0]) + 1), mended)),)


def _odd_characters(path: str, text: str, hidden: set[str], odd: set[str], foreign: bool) -> Iterator[Problem]:
    returns_before = 0
    for number, line in enumerate(text.replace("\r\n", "\n").split("\n"), start=1):
        for at, character in enumerate(line, start=1):
            returns_before += character == "\r"
            if character in hidden or (character == "\r" and returns_before == 1):
                if line[at - 2 : at - 1] != character or at == 1:  # a run of one character is told once
                    end = at + len(line[at - 1 :]) - len(line[at - 1 :].lstrip(character))
                    yield HIDDEN_CHARACTER.at(Span(path, number, at, number, end), name=_name(character))
            elif character in odd:
                yield LOOK_ALIKE.at(Span(path, number, at, number, at + 1), word=phrase("this text"), name=_name(character))
        if foreign:
            yield from _mixed_words(path, number, line)


def without_mark(text: str) -> str:
    """A text without the byte-order mark that some editors write."""
    return text.removeprefix("\ufeff")


def _is_hidden(character: str) -> bool:
    if character in _PLAIN_CONTROLS:
        return False
    return unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


def _is_look_alike(character: str) -> bool:
    return "\uff01" <= character <= "\uff5e" or "\U0001d400" <= character <= "\U0001d7ff"


def _mixed_words(path: str, number: int, line: str) -> list[Problem]:
    problems = []
    for word in _WORD.finditer(line):
        other = _OTHER_SCRIPT.search(word.group())
        if other and _LATIN.search(word.group()):
            where = Span(path, number, word.start() + 1, number, word.end() + 1)
            problems.append(LOOK_ALIKE.at(where, word=f"`{word.group()}`", name=_name(other.group())))
    return problems


def _name(character: str) -> str:
    name = _CONTROLS[character] if character in _CONTROLS else unicodedata.name(character, "without a name").lower()
    return f"U+{ord(character):04X} ({name})"
