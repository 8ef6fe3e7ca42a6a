"""Reads YAML into mappings, lists and texts with positions, and rejects its surprising parts (anchors, tags, merge keys)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

import yaml

from engine.phrases import Replacement, phrase
from engine.problems import Kind, Problem, Span
from engine.text.merge_conflicts import without_conflicts
from engine.text.sources import NO_BREAK_SPACE, check_characters, with_plain_blanks, without_mark
from engine.text.yaml_problems import Complaint, end_below, explain
from engine.text.yaml_quotes import ENDS_TEXT, curly_quotes, needs_quotes, with_one_fix
from engine.text.yaml_tree import DEEPEST, Block, Listing, Mark, Node, Scalar, YamlTree

# Events only: libyaml's composer overflows on deep nesting, its parser does not. Without libyaml PyYAML's own parser is slower.
_EventParser: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

MOST_NODES: Final = 50_000
MOST_PROBLEMS: Final = 100
"""The most problems reported for one file; the rest of it is not read."""
LONGEST_KEY: Final = 200
_MENDED_AT_MOST: Final = 20

DUPLICATE_KEY = Kind("duplicate-key", "`{key}` stands here twice, first on line {line}", "keep one of the two, or rename one")
ANCHOR = Kind(
    "yaml-anchor", "anchors and aliases (`&` and `*`) are not read", "write the text out where it is needed; quote a text that begins so"
)
TAG = Kind("yaml-tag", "tags (`{tag}`) are not read", "remove the tag; put a text that begins with `!` between quotes")
MERGE_KEY = Kind("yaml-merge-key", "merge keys (`<<`) are not read", "write the keys out where they are needed")
SECOND_DOCUMENT = Kind(
    "yaml-second-document", "a second document begins here", "remove the `---`, or put what follows into a file of its own"
)
DIRECTIVE = Kind("yaml-directive", "directives (`%YAML`, `%TAG`) are not read", "remove the line")
KEY_NOT_TEXT = Kind("key-not-text", "a key must be a short text", "write `name: …`; put a text with braces or brackets between quotes")
NOT_A_MAPPING = Kind(
    "not-a-mapping", "this file must consist of `key: …` lines", "begin with the keys that the reference of this file lists"
)
EMPTY_FILE = Kind("empty-file", "this file is empty", "write its keys, or remove the file")
EMPTY_ENTRY = Kind("empty-entry", "nothing stands after `{key}`", 'write something after it, "" for an empty text, or remove the line')
DECIMAL_COMMA = Kind("decimal-comma", "`{word}` has a decimal comma, which parts two entries here", "write a decimal point: `{right}`")
_DECIMALS: Final = re.compile(r"[0-9]+ ?%?")
_DIGITS: Final = re.compile(r"-?[0-9]+")
_NO_BLANK: Final = re.compile(r"([a-z][\w-]*):(\S+)")
FOLDED = Kind(
    "folded-text",
    "this text goes on over line {line}",
    "keep it on one line, begin it with `>` or `|`, or mend the next line: a `:` or a quote may be missing",
)
LOST_TEXT = Kind(
    "lost-text",
    "`{text}` is read as a comment, not as a part of `{value}`",
    "put the whole text between quotes, or write `# ` with a blank after it where a comment is meant",
)
_LOST: Final = re.compile(r"(?:[ \t]+(#[^\s#!].*?)| (# [0-9]+[A-Za-z]?))\s*$")
"""A comment that was probably meant as text: no blank follows its `#`, or only a number."""
TOO_DEEP = Kind("too-deep", "more than {most} levels of lists and mappings", "write it flatter")
TOO_MANY = Kind("too-many-entries", "more than {most} entries", "split the file")


def read_yaml(path: str, text: str) -> tuple[YamlTree | None, tuple[Problem, ...]]:
    """The tree of a YAML text and all its problems; with problems there may be a tree too, to check the rest.

    The last few are at hand: a check reads some files twice. Who gets a tree changes nothing in it.
    """
    return _read(path, text)


@lru_cache(maxsize=16)
def _read(path: str, text: str) -> tuple[YamlTree | None, tuple[Problem, ...]]:
    text = without_mark(text)
    unfit = check_characters(path, text)
    if unfit:
        return None, unfit
    text, conflicts = without_conflicts(path, text)
    text, blanks = with_plain_blanks(path, text)
    lines = text.split("\n")
    problems = [*conflicts, *blanks, *(curly_quotes(path, lines) if any(sign in text for sign in "“„«‘") else ())]
    for problem in reversed(problems[len(conflicts) + len(blanks) :]):
        with_one_fix(lines, problem)
    left_out: set[int] = set()
    mended: set[int] = set()
    for _ in range(_MENDED_AT_MOST):
        reader = _Reader(path, lines, left_out)
        try:
            root = reader.read(with_line_end("\n".join(lines)))
        except yaml.MarkedYAMLError as mistake:
            problem, bad = explain(path, lines, _complaint(mistake))
            if bad not in mended:
                problems.append(problem)
            if not lines[bad].strip():
                break
            if bad not in mended and with_one_fix(lines, problem):  # so that its keys are known
                mended.add(bad)
                continue
            below = end_below(lines, bad)
            left_out.update(range(bad + 1, below + 1))
            lines[bad:below] = [""] * (below - bad)
            continue
        problems = _sorted(problems + reader.problems)
        broken = frozenset(problem.where.line for problem in problems if problem.where and problem.kind is not NO_BREAK_SPACE) | left_out
        return YamlTree(path, root, broken) if root is not None else None, tuple(problems)
    return None, tuple(_sorted(problems))


def with_line_end(text: str) -> str:
    """A text with a line end after its last line, which means nothing in YAML."""
    return text if not text or text.endswith("\n") else f"{text}\n"


def yaml_marks(text: str) -> tuple[Mark, ...]:
    """The start and end marks of a YAML text without problems, in order."""
    marks: list[Mark] = []
    for event in _events(text):
        start, end = event.start_mark.index, event.end_mark.index
        if isinstance(event, yaml.ScalarEvent):
            marks.append(Mark("text", start, end, style=event.style or "", text=event.value))
        elif isinstance(event, yaml.MappingStartEvent):
            marks.append(Mark("mapping", start, end, is_flow=bool(event.flow_style)))
        elif isinstance(event, yaml.SequenceStartEvent):
            marks.append(Mark("listing", start, end, is_flow=bool(event.flow_style)))
        elif isinstance(event, yaml.CollectionEndEvent):
            marks.append(Mark("end", start, end))
    return tuple(marks)


def _events(text: str) -> Iterator[Any]:
    parser = _EventParser(text)
    while parser.check_event():
        yield parser.get_event()


def _complaint(mistake: yaml.MarkedYAMLError) -> Complaint:
    mark = mistake.problem_mark or mistake.context_mark
    began = mistake.context_mark
    return Complaint(
        f"{mistake.context or ''} {mistake.problem or ''}",
        (mark.line, mark.column) if mark else (0, 0),
        (began.line, began.column) if began else None,
    )


def _sorted(problems: list[Problem]) -> list[Problem]:
    return sorted(problems, key=lambda problem: problem.where or Span("", 0, 0, 0, 0))


class _Stop(Exception):
    """Stops reading the text."""


@dataclass
class _Reader:
    """Reads one text; collects problems and goes on where it can."""

    path: str
    lines: list[str]
    left_out: set[int]
    problems: list[Problem] = field(default_factory=list)
    nodes: int = 0

    def read(self, text: str) -> Block | None:
        try:
            return self._document(_events(text))
        except _Stop:
            return None

    def _document(self, events: Iterator[Any]) -> Block | None:
        root: Node | None = None
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                if event.version or event.tags:
                    self._complain(DIRECTIVE, event)
                if root is not None:
                    self._complain(SECOND_DOCUMENT, event)
                    break
                root = self._node(next(events), events, 1)
        if isinstance(root, Block):
            return root
        if root is None or (isinstance(root, Scalar) and not root):
            if not self.left_out:
                self.problems.append(EMPTY_FILE.at(Span(self.path, 1, 1, 1, 1)))
        else:
            self.problems.append(NOT_A_MAPPING.at(root.span))
        return None

    def _node(self, event: Any, events: Iterator[Any], depth: int) -> Node:
        self._bounds(event, depth)
        if isinstance(event, yaml.AliasEvent):
            self._complain(ANCHOR, event)
            return self._scalar("alias", event)
        if event.anchor is not None:
            self._complain(ANCHOR, event)
        if event.tag is not None:
            self._complain(TAG, event, tag=event.tag.replace("tag:yaml.org,2002:", "!!")[:60])
        if isinstance(event, yaml.ScalarEvent):
            return self._text(event)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._listing(event, events, depth)
        return self._block(event, events, depth)

    def _bounds(self, event: Any, depth: int) -> None:
        self.nodes += 1
        if len(self.problems) >= MOST_PROBLEMS:
            raise _Stop
        if depth > DEEPEST:
            self._complain(TOO_DEEP, event, most=DEEPEST)
            raise _Stop
        if self.nodes > MOST_NODES:
            self._complain(TOO_MANY, event, most=MOST_NODES)
            raise _Stop

    def _listing(self, start: Any, events: Iterator[Any], depth: int) -> Listing:
        listing = Listing()
        end = start
        for event in events:
            if isinstance(event, yaml.SequenceEndEvent):
                end = event
                break
            entry = self._node(event, events, depth + 1)
            if isinstance(event, yaml.ScalarEvent) and not entry and not event.style:
                self.problems.append(EMPTY_ENTRY.at(self._span(event), key="-"))
            listing.append(entry)
        listing.span = self._span(start, end)
        return listing

    def _block(self, start: Any, events: Iterator[Any], depth: int) -> Block:
        block = Block()
        block.keys_at = {}
        end = start
        for event in events:
            if isinstance(event, yaml.MappingEndEvent):
                end = event
                break
            known = len(self.problems)
            key = self._node(event, events, depth + 1)
            if not isinstance(key, Scalar):
                del self.problems[known:]  # the problem is the key, not its content
            below = next(events)
            entry = self._node(below, events, depth + 1)
            self._enter(block, event, key, below, entry)
        block.span = self._span(start, end)
        return block

    def _enter(self, block: Block, key_event: Any, key: Node, event: Any, entry: Node) -> None:
        if not isinstance(key, Scalar) or not key or len(key) > LONGEST_KEY or getattr(key_event, "style", None) in ("|", ">"):
            self._complain(KEY_NOT_TEXT, key_event)
        elif key == "<<" and not key_event.style:
            self._complain(MERGE_KEY, key_event)
        elif key in block:
            self._complain(DUPLICATE_KEY, key_event, key=key, line=block.keys_at[key].line)
        else:
            if isinstance(event, yaml.ScalarEvent) and not entry and not event.style and key.span.line + 1 not in self.left_out:
                self._nothing_after(block, key)
            block[str(key)] = entry
            block.keys_at[str(key)] = key.span

    def _nothing_after(self, block: Block, key: Scalar) -> None:
        """Reports a key without a value, unless it belongs to a text that is reported already."""
        if not any(
            problem.where and problem.where.line == key.span.line and problem.where.end_column >= key.span.end_column
            for problem in self.problems
            if problem.kind is ENDS_TEXT
        ):
            self.problems.append(self._without_value(block, key))

    def _without_value(self, block: Block, key: Scalar) -> Problem:
        """A key without a value; between braces often the end of a number with a decimal comma: `{rate: 25,5%}`."""
        before = list(block.values())[-1] if block else None
        if _DECIMALS.fullmatch(key) and isinstance(before, Scalar) and _DIGITS.fullmatch(before) and before.span.end_line == key.span.line:
            return DECIMAL_COMMA.at(before.span.through(key.span), word=f"{before},{key}", right=Replacement(f"{before}.{key}"))
        if isinstance(before, Scalar) and before and before.span.end_line == key.span.line:
            unquoted = needs_quotes(
                self.path,
                key.span.line - 1,
                self.lines[key.span.line - 1],
                key.span.column - 1,
                phrase("the comma ends the text `{text}`, so that the whole needs quotes", text=before),
            )
            if unquoted is not None:
                return unquoted
        if spaced := _NO_BLANK.fullmatch(key):
            what = phrase("a blank is missing behind the colon")
            return ENDS_TEXT.at(key.span, what=what, corrected=Replacement(f"{spaced[1]}: {spaced[2]}"))
        return EMPTY_ENTRY.at(key.span, key=key)

    def _text(self, event: Any) -> Scalar:
        one_line = event.start_mark.line == event.end_mark.line
        if not one_line and event.style not in ("|", ">"):
            self._complain(FOLDED, event, line=event.start_mark.line + 2)
        elif not event.style and event.value and (lost := _LOST.match(self.lines[event.end_mark.line], event.end_mark.column)):
            span = self._span(event)
            first, last = lost.span(lost.lastindex or 1)
            where = Span(self.path, span.end_line, first + 1, span.end_line, last + 1)
            self.problems.append(LOST_TEXT.at(where, text=lost[lost.lastindex or 1][:60], value=event.value[:60]))
        return self._scalar(event.value, event)

    def _scalar(self, text: str, event: Any) -> Scalar:
        scalar = Scalar(text)
        scalar.span = self._span(event)
        scalar.content = self._content(event, scalar.span)
        return scalar

    def _content(self, event: Any, span: Span) -> Span:
        style = getattr(event, "style", None)
        if style in ("'", '"'):
            return Span(self.path, span.line, span.column + 1, span.end_line, max(span.column + 1, span.end_column - 1))
        if style in ("|", ">"):
            for number in range(span.line, min(span.end_line, len(self.lines))):
                line = self.lines[number]
                if line.strip():
                    return Span(self.path, number + 1, len(line) - len(line.lstrip()) + 1, span.end_line, span.end_column)
        return span

    def _span(self, start: Any, end: Any = None) -> Span:
        first, last = start.start_mark, (end or start).end_mark
        return Span(self.path, first.line + 1, first.column + 1, last.line + 1, last.column + 1)

    def _complain(self, kind: Kind, event: Any, **words: Any) -> None:
        span = self._span(event)
        if kind is ANCHOR and isinstance(event, yaml.SequenceStartEvent | yaml.MappingStartEvent):
            span = Span(self.path, span.line, span.column, span.line, span.column + 1)
        self.problems.append(kind.at(span, **words))
