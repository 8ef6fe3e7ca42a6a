"""The place of a cursor in a rule file: what stands before it in its block, and the terminals that the grammar accepts there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from engine.language.syntax.grammar import UnexpectedInput, parser, sign_between_halves
from engine.language.syntax.source_lines import BLOCKS, Text, masked
from engine.language.syntax.tokens import RuleToken

_PARTIAL: Final = re.compile(r"[A-Za-z0-9_][\w.-]*$|$")
_FIRST_WORD: Final = re.compile(r"[a-z][\w-]*")
_WORDS_STARTED: Final = re.compile(r"[a-z][a-z-]*(?:[ \t]+[a-z-]*)*$")
_PLACEHOLDER: Final = "x"
"""A word in the place of what is typed, so that lines are joined as they will be."""
_MOST_MISTAKES: Final = 20
_MOST_CHARACTERS: Final = 200_000


@dataclass(frozen=True, slots=True)
class Cursor:
    """A cursor in a rule file."""

    start: int
    """Where the word begins that is being typed, as an offset in the text."""
    keyword: str
    """The keyword of the block; empty between blocks and in a condition."""
    tokens: tuple[RuleToken, ...]
    """The tokens of the block before that word."""
    accepts: frozenset[str]
    """The terminals that may stand there."""
    goes_on: frozenset[str] = frozenset()
    """At the beginning of a line: the terminals that may go on the line above."""
    in_text: bool = False
    """Whether it stands between double quotes."""

    @property
    def line(self) -> tuple[RuleToken, ...]:
        """The tokens of the line, with those that are joined to it."""
        ends = [at for at, token in enumerate(self.tokens) if token.kind == "line-end"]
        return self.tokens[ends[-1] + 1 :] if ends else self.tokens


def cursor_at(text: str, offset: int) -> Cursor | None:
    """The cursor at an offset of a rule file; None in a comment, or in a text that is too long."""
    line_start = text.rfind("\n", 0, offset) + 1
    before = text[line_start:offset]
    quotes = quotes_before(before)
    if quotes is None or len(text) > _MOST_CHARACTERS:
        return None
    if quotes % 2:
        start = line_start + before.rfind('"') + 1
        return _in_block(text, start, offset, in_text=True)
    start = line_start + _PARTIAL.search(before).start()  # type: ignore[union-attr]  # it matches the empty end
    if start == line_start:
        return Cursor(start, "", (), frozenset())
    return _in_block(text, start, offset, in_text=False)


def cursor_in_condition(text: str, offset: int) -> Cursor:
    """The cursor at an offset of a condition, such as that of a YAML field."""
    start = _PARTIAL.search(text[:offset]).start()  # type: ignore[union-attr]  # as above
    tokens, stop = _read(text[:start], "expression")
    return Cursor(start, "", tokens, stop[1])


def quotes_before(before: str) -> int | None:
    """How many quotes a line has before the cursor; None where a comment began."""
    quotes = 0
    for char in before:
        if char == '"':
            quotes += 1
        elif char == "#" and quotes % 2 == 0:
            return None
    return quotes


def _in_block(text: str, start: int, offset: int, *, in_text: bool) -> Cursor:
    begins, keyword = _block_around(text, start)
    if not keyword:
        return Cursor(start, "", (), frozenset())
    head = text[begins : start - 1] if in_text else text[begins:start]
    piece = masked(Text("", head + _PLACEHOLDER), 0, len(head) + 1, keyword, [])
    prefix = piece.masked[: len(head)]
    tokens, (at, accepts) = _read_to_the_last_line(prefix)
    started = prefix[at:]
    if started.strip() and "\n" not in started and _WORDS_STARTED.fullmatch(started.lstrip()):
        start, tokens = begins + at + len(started) - len(started.lstrip()), tuple(one for one in tokens if one.end <= at)
    elif started.strip():
        accepts = frozenset()
    goes_on: frozenset[str] = frozenset()
    if not in_text and accepts and not prefix.rpartition("\n")[2].strip() and "\n" in prefix:
        goes_on = _read(prefix.rstrip(), "block")[1][1] - {"_NL", "line-end"}
    return Cursor(start, keyword, tokens, accepts, goes_on, in_text)


def _block_around(text: str, offset: int) -> tuple[int, str]:
    """Where the block around an offset begins, and its keyword."""
    end = offset
    while True:
        start = text.rfind("\n", 0, end) + 1
        word = _FIRST_WORD.match(text, start)
        if word and word.group() in BLOCKS and start + len(word.group()) < offset:
            return start, word.group()
        if start == 0:
            return 0, ""
        end = start - 1


def _read_to_the_last_line(prefix: str) -> tuple[tuple[RuleToken, ...], tuple[int, frozenset[str]]]:
    """The tokens of a part of a block, and where reading stops; lines above the last with mistakes are left out."""
    last = prefix.rfind("\n") + 1
    for _ in range(_MOST_MISTAKES):
        tokens, (at, accepts) = _read(prefix, "block")
        line = prefix.rfind("\n", 0, at) + 1
        if line >= last or line == 0 or not prefix[at:].strip():
            return tokens, (at, accepts)
        end = prefix.find("\n", at)
        prefix = prefix[:line] + " " * (end - line) + prefix[end:]
    return (), (len(prefix), frozenset())


def _read(text: str, start: str) -> tuple[tuple[RuleToken, ...], tuple[int, frozenset[str]]]:
    """The tokens of a text up to the first mistake; where reading stopped, and the terminals accepted there."""
    kinds = {"_NL": "line-end", sign_between_halves(): "SIDES"}
    tokens: list[RuleToken] = []
    reader = parser().parse_interactive(text, start=start)
    stop = len(text)
    try:
        for token in reader.iter_parse():
            tokens.append(RuleToken(kinds.get(token.type, token.type), str(token), token.start_pos or 0, token.end_pos or 0))
    except UnexpectedInput:
        stop = tokens[-1].end if tokens else 0
    accepts: set[str] = reader.accepts()  # type: ignore[no-untyped-call]  # it has no types
    return tuple(tokens), (stop, frozenset(accepts))
