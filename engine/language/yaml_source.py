"""YAML as analysts write it: mappings, lists and texts that remember where they stood; nothing of YAML that surprises."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import yaml

from engine.language.sources import check_characters, without_mark
from engine.problems import Kind, Problem, Span

try:
    from yaml.cyaml import CParser as _EventParser  # events only: libyaml's composer dies of deep nesting, its parser does not
except ImportError:  # PyYAML was built without libyaml
    from yaml import SafeLoader as _EventParser  # type: ignore[assignment]  # the same events, twenty times slower

DEEPEST: Final = 50
MOST_NODES: Final = 100_000
LONGEST_KEY: Final = 200
_MENDED_AT_MOST: Final = 20

SYNTAX = Kind("yaml-syntax", "{what}", "{remedy}")
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
FOLDED = Kind(
    "folded-text",
    "this text goes on over line {line}",
    "keep it on one line, begin it with `>` or `|`, or mend the next line: a `:` or a quote may be missing",
)
TOO_DEEP = Kind("too-deep", "more than {most} levels of lists and mappings", "write it flatter")
TOO_MANY = Kind("too-many-entries", "more than {most} entries", "split the file")


class Scalar(str):
    """A text of a YAML file, with its place; `content` is where its first character stands, behind a quote or a `|` mark."""

    __slots__ = ("content", "span")
    span: Span
    content: Span


class Block(dict[str, Any]):
    """A mapping of a YAML file with its place and the places of its keys."""

    __slots__ = ("keys_at", "span")
    span: Span
    keys_at: dict[str, Span]


class Listing(list[Any]):
    """A list of a YAML file with its place."""

    __slots__ = ("span",)
    span: Span


Step = str | int
Node = Scalar | Block | Listing


@dataclass(frozen=True, slots=True)
class Spans:
    """Where what stands in a file; a path is keys and positions from 0: `("products", 3, "vat-class")`."""

    root: Block

    def at(self, *path: Step) -> Span:
        """The place of what stands at a path; of the innermost thing around it where the path leads nowhere."""
        return self._walk(path)[0].span

    def key(self, *path: Step) -> Span:
        """The place of the key that ends a path; the place of the thing itself where it stands in a list."""
        around, left = self._walk(path[:-1])
        if not left and isinstance(around, Block) and path and path[-1] in around.keys_at:
            return around.keys_at[str(path[-1])]
        return self.at(*path)

    def _walk(self, path: tuple[Step, ...]) -> tuple[Node, tuple[Step, ...]]:
        here: Node = self.root
        for depth, step in enumerate(path):
            below = child(here, step)
            if below is None:
                return here, path[depth:]
            here = below
        return here, ()


@dataclass(frozen=True, slots=True)
class YamlTree:
    """One YAML file as nested mappings, lists and texts. Where `mended`, lines that could not be read were left out."""

    path: str
    root: Block
    mended: bool

    @property
    def spans(self) -> Spans:
        return Spans(self.root)


def child(node: Node, step: Step) -> Node | None:
    """What stands one step below a node, or None."""
    if isinstance(node, Block) and step in node:
        found: Node = node[str(step)]
        return found
    if isinstance(node, Listing) and isinstance(step, int) and 0 <= step < len(node):
        entry: Node = node[step]
        return entry
    return None


def read_yaml(path: str, text: str) -> tuple[YamlTree | None, tuple[Problem, ...]]:
    """The tree of a YAML text and every problem of it; with problems the tree may still be there, so that a model can tell the rest."""
    text = without_mark(text)
    problems = list(check_characters(path, text))
    if problems:
        return None, tuple(problems)
    lines = text.split("\n")
    mended = False
    for _ in range(_MENDED_AT_MOST):
        reader = _Reader(path, lines)
        try:
            root = reader.read("\n".join(lines))
        except yaml.MarkedYAMLError as mistake:
            problem, bad = _explain(path, lines, mistake)
            problems.append(problem)
            if bad is None or not lines[bad].strip():
                return None, tuple(problems)
            lines[bad], mended = "", True
            continue
        problems.extend(reader.problems)
        if root is None:
            return None, tuple(problems)
        return YamlTree(path, root, mended or bool(reader.problems)), tuple(
            sorted(problems, key=lambda problem: problem.where or Span(path, 0, 0, 0, 0))
        )
    return None, tuple(problems)


class _Stop(Exception):
    """The rest of the text is not read."""


@dataclass
class _Reader:
    """One reading of one text; gathers problems and goes on where it can."""

    path: str
    lines: list[str]
    problems: list[Problem] = field(default_factory=list)
    nodes: int = 0

    def read(self, text: str) -> Block | None:
        parser = _EventParser(text)
        events = self._events(parser)
        try:
            return self._document(events)
        except _Stop:
            return None

    def _events(self, parser: Any) -> Iterator[Any]:
        while parser.check_event():
            yield parser.get_event()

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
        start = Span(self.path, 1, 1, 1, 1)
        if root is None or (isinstance(root, Scalar) and not root):
            self.problems.append(EMPTY_FILE.at(start))
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
            self._complain(TAG, event, tag=event.tag.replace("tag:yaml.org,2002:", "!!"))
        if isinstance(event, yaml.ScalarEvent):
            return self._text(event)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._listing(event, events, depth)
        return self._block(event, events, depth)

    def _bounds(self, event: Any, depth: int) -> None:
        self.nodes += 1
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
            key = self._node(event, events, depth + 1)
            below = next(events)
            entry = self._node(below, events, depth + 1)
            self._enter(block, event, key, below, entry)
        block.span = self._span(start, end)
        return block

    def _enter(self, block: Block, key_event: Any, key: Node, event: Any, entry: Node) -> None:
        if not isinstance(key, Scalar) or not key or len(key) > LONGEST_KEY:
            self._complain(KEY_NOT_TEXT, key_event)
        elif key == "<<" and not key_event.style:
            self._complain(MERGE_KEY, key_event)
        elif key in block:
            self._complain(DUPLICATE_KEY, key_event, key=key, line=block.keys_at[key].line)
        else:
            if isinstance(event, yaml.ScalarEvent) and not entry and not event.style:
                self.problems.append(EMPTY_ENTRY.at(key.span, key=key))
            block[str(key)] = entry
            block.keys_at[str(key)] = key.span

    def _text(self, event: Any) -> Scalar:
        one_line = event.start_mark.line == event.end_mark.line
        if not one_line and event.style not in ("|", ">"):
            self._complain(FOLDED, event, line=event.start_mark.line + 2)
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

    def _complain(self, kind: Kind, event: Any, **words: object) -> None:
        span = self._span(event)
        if kind is ANCHOR and isinstance(event, yaml.SequenceStartEvent | yaml.MappingStartEvent):
            span = Span(self.path, span.line, span.column, span.line, span.column + 1)
        self.problems.append(kind.at(span, **words))


_QUOTE_HELP: Final = "end the text with the quote it began with; write a quote inside a text twice ('') or use the other kind"
_EXPLANATIONS: Final = (
    (
        "mapping values are not allowed",
        "a `:` stands where no key can be",
        "put a text that holds `: ` between quotes; else check the indentation and the line above",
    ),
    ("sequence entries are not allowed", "a list begins on the line of its key", "begin the first `- ` on the next line"),
    (
        "found unknown escape character",
        "an unknown `\\` sequence in a text between double quotes",
        "write `\\\\` for a backslash, or use single quotes",
    ),
    (
        "while parsing a flow",
        "a list or mapping in brackets is not closed, or lacks a comma",
        "write `[a, b]` or `{a: b}`, closed on its line; quote a text with brackets or braces",
    ),
    (
        "could not find expected ':'",
        "this line is no `key: …`",
        "write `key: …`, begin a list entry with `- `, or indent it below its text mark",
    ),
    (
        "while scanning a block scalar",
        "something stands behind the `|` or `>` that begins a text",
        "begin the text on the next line; quote a text that begins with `>` or `|`",
    ),
    ("did not find expected key", "this line does not belong to what stands above it", "indent it by as many spaces as its neighbours"),
    ("<block end>", "this line does not belong to what stands above it", "indent it by as many spaces as its neighbours"),
    (
        "did not find expected '-'",
        "this line is no entry of the list above it",
        "begin it with `- `, or indent it by as many spaces as its neighbours",
    ),
    ("node content", "a closing bracket or brace without its beginning", "remove it, or put the text between quotes"),
)


def _explain(path: str, lines: list[str], mistake: yaml.MarkedYAMLError) -> tuple[Problem, int | None]:
    """A syntax mistake in words, and the line to leave out so that the rest can be read."""
    mark = mistake.problem_mark or mistake.context_mark
    if mark is None:
        return _syntax(path, 0, 0, "this text cannot be read", "compare it with the other files of this folder"), None
    line, column = min(mark.line, len(lines) - 1), mark.column
    for number in range(line + 1):
        start = _unclosed_quote(lines[number])
        if start is not None:
            return _syntax(path, number, start, "a quote that is not closed on its line", _QUOTE_HELP), number
    if "cannot start any token" in str(mistake.problem):
        return _odd_beginning(path, lines, line, column), line
    if mistake.context_mark and ("flow" in str(mistake.context) or "simple key" in str(mistake.context)):
        line, column = mistake.context_mark.line, mistake.context_mark.column
    said = f"{mistake.context or ''} {mistake.problem or ''}"
    for part, what, remedy in _EXPLANATIONS:
        if part in said:
            return _syntax(path, line, column, what, remedy), line
    return _syntax(path, line, column, "this line cannot be read", "compare its indentation and its quotes with its neighbours"), line


def _odd_beginning(path: str, lines: list[str], line: int, column: int) -> Problem:
    character = lines[line][column : column + 1]
    if character == "\t":
        return _syntax(path, line, column, "a tab", "indent with spaces")
    return _syntax(path, line, column, f"a text cannot begin with `{character}`", "put it between quotes")


def _unclosed_quote(line: str) -> int | None:
    """Where a quoted text begins that does not end on its line."""
    at, quote, start = 0, "", 0
    while at < len(line):
        character = line[at]
        if quote:
            if quote == '"' and character == "\\":
                at += 1
            elif character == quote:
                quote = ""
        elif character in "\"'" and line[:at].rstrip()[-1:] in ("", ":", "-", ",", "[", "{"):
            quote, start = character, at
        elif character == "#" and line[at - 1 : at].strip() == "":
            break
        at += 1
    return start if quote else None


def _syntax(path: str, line: int, column: int, what: str, remedy: str) -> Problem:
    return SYNTAX.at(Span(path, line + 1, column + 1, line + 1, column + 2), what=what, remedy=remedy)
