"""Problems (mistakes of users) and refusals: the position, what is wrong, and the remedy."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final, Literal

from engine.phrases import Language, Phrase, as_word, phrase, replacements, say_template, shortened

_LONGEST_NAME: Final = 80
_NAMES: Final = frozenset({"name", "customer", "order", "item", "product", "event", "quote", "opportunity", "invoice", "number", "line"})
"""The arguments of messages that name something; an unknown name may be as long as whoever gave it liked."""
Severity = Literal["problem", "advice"]


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A piece of a text: file (relative to its rulebook), line and column from 1, the end exclusive."""

    path: str
    line: int
    column: int
    end_line: int
    end_column: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"

    @property
    def place(self) -> str:
        """File and line, as in reasons: `plans/billing-types.yaml:9`."""
        return f"{self.path}:{self.line}"

    def through(self, other: Span) -> Span:
        """The span from the start of this one to the end of the other."""
        return Span(self.path, self.line, self.column, other.end_line, other.end_column)


def first_word(span: Span, word: str) -> Span:
    """The first word of a span."""
    return Span(span.path, span.line, span.column, span.line, span.column + len(word))


def last_word(span: Span, word: str) -> Span:
    """The last word of a span."""
    return Span(span.path, span.end_line, span.end_column - len(word), span.end_line, span.end_column)


def after(span: Span) -> Span:
    """The place behind a span, between two characters."""
    return Span(span.path, span.end_line, span.end_column, span.end_line, span.end_column)


@dataclass(frozen=True, slots=True)
class Fix:
    """A text that mends a problem once it replaces a piece of a file; an empty piece is a place between two characters."""

    where: Span
    text: str


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of problem: a stable code, and templates of the message and the remedy, with {placeholders}."""

    code: str
    what: str
    remedy: str
    severity: Severity = "problem"

    def at(self, where: Span | None, /, pointer: str | None = None, **words: object) -> Problem:
        """A problem of this kind at a position in a text, or at a JSON pointer of a request.

        Each `Replacement` among its words is a fix in that place.
        """
        return Problem(self, where, pointer, tuple((name, _cut(name, as_word(word))) for name, word in words.items()))


def _cut(name: str, word: str) -> str:
    """An argument as a message says it: names that somebody gave are cut sooner than other texts."""
    return shortened(word, _LONGEST_NAME) if name in _NAMES else shortened(word)


@dataclass(frozen=True, slots=True)
class Problem:
    """A mistake of a user (or a piece of advice), with its position and its remedy."""

    kind: Kind
    where: Span | None = None
    pointer: str | None = None
    words: tuple[tuple[str, str], ...] = ()
    edits: tuple[Fix, ...] | None = None

    @property
    def fixes(self) -> tuple[Fix, ...]:
        """The changes of which each mends it; none where its remedy leaves something to decide."""
        where = self.where
        if where is None or self.edits is not None:
            return self.edits or ()
        return tuple(Fix(where, text) for text in dict.fromkeys(replacements(self.words)))

    def fixed_by(self, *edits: Fix) -> Problem:
        """This problem with other fixes than the texts that its remedy names: elsewhere, longer, or none."""
        return replace(self, edits=edits)

    @property
    def code(self) -> str:
        """The stable code of its kind."""
        return self.kind.code

    @property
    def message(self) -> str:
        """What is wrong, in one sentence."""
        return self.message_in("en")

    @property
    def help(self) -> str:
        """The remedy."""
        return self.help_in("en")

    def message_in(self, language: Language) -> str:
        """What is wrong, in one sentence of that language."""
        return say_template(self.kind.what, self.words, language)

    def help_in(self, language: Language) -> str:
        """The remedy, in that language."""
        return say_template(self.kind.remedy, self.words, language)

    @property
    def stops(self) -> bool:
        """Whether it must be corrected before anything goes on; advice stops nothing."""
        return self.kind.severity == "problem"

    def __str__(self) -> str:
        place = self.where or self.pointer
        return f"{place}: {self.code}: {self.message}" if place else f"{self.code}: {self.message}"


def message_of(problem: Problem) -> Phrase:
    """The message of a problem, as a translatable sentence."""
    return phrase(problem.kind.what, **dict(problem.words))


def remedy_of(problem: Problem) -> Phrase:
    """The remedy of a problem, as a translatable sentence."""
    return phrase(problem.kind.remedy, **dict(problem.words))


@dataclass(eq=False)
class Refusal(Exception):
    """The engine or the desk declines: the problems, and where a state forbids the action, that state and the allowed actions."""

    problems: tuple[Problem, ...]
    state: str | None = None
    possible: tuple[str, ...] = field(default=())

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)

    def below(self, pointer: str) -> Refusal:
        """The refusal of what stands at a pointer: the pointers of its problems begin with it."""
        moved = tuple(replace(problem, pointer=pointer + (problem.pointer or "")) for problem in self.problems)
        return Refusal(moved, self.state, self.possible)


def refuse(kind: Kind, /, where: Span | None = None, pointer: str | None = None, **words: object) -> Refusal:
    """A refusal with one problem, to be raised."""
    return Refusal((kind.at(where, pointer, **words),))
