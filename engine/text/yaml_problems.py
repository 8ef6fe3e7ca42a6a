"""Explains syntax errors of YAML in words that analysts know."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from engine.phrases import phrase, write_instead
from engine.problems import Kind, Problem, Span
from engine.text.yaml_quotes import needs_quotes, other_comment
from engine.text.yaml_tree import DEEPEST

SYNTAX = Kind("yaml-syntax", "{what}", "{remedy}")
_QUOTE_HELP: Final = phrase("end the text with the quote it began with; write a quote inside a text twice ('') or use the other kind")
_WORDS: Final = re.compile(r"\s*[A-Za-z][\w-]*(?: [^:#]*)?")
"""A line of words without a colon."""
_KEY_HELP: Final = phrase("write `key: …`, begin a list entry with `- `, or indent it below its text mark")
_KEY_AND_VALUE: Final = re.compile(r"(\s*(?:- +)?)([a-z][a-z0-9-]*)(?: +|:)([^\s:#'\"{}\[\],&*!|>%@`]+)")
_ELISION: Final = re.compile(r"'(?:[kmnrst]|[0-9]{2})\b")
"""How a text begins with an apostrophe: `'s avonds`, `'t Hof`, `'70`."""
_EXPLANATIONS: Final = (
    (
        "mapping values are not allowed",
        phrase("a `:` stands where no key can be"),
        phrase("put a text that holds `: ` between quotes; else check the indentation and the line above"),
    ),
    ("sequence entries are not allowed", phrase("a list begins on the line of its key"), phrase("begin the first `- ` on the next line")),
    (
        "found unknown escape character",
        phrase("an unknown `\\` sequence in a text between double quotes"),
        phrase("write `\\\\` for a backslash, or use single quotes"),
    ),
    (
        "while parsing a flow",
        phrase("a list or mapping in brackets is not closed, or lacks a comma"),
        phrase("write `[a, b]` or `{{a: b}}`, closed on its line; quote a text with brackets or braces"),
    ),
    (
        "while scanning a block scalar",
        phrase("something stands behind the `|` or `>` that begins a text"),
        phrase("begin the text on the next line; quote a text that begins with `>` or `|`"),
    ),
    (
        "did not find expected key",
        phrase("this line does not belong to what stands above it"),
        phrase("indent it by as many spaces as its neighbours"),
    ),
    ("<block end>", phrase("this line does not belong to what stands above it"), phrase("indent it by as many spaces as its neighbours")),
    (
        "did not find expected '-'",
        phrase("this line is no entry of the list above it"),
        phrase("indent it by as many spaces as its neighbours, or begin it with `- ` if it is an entry of the list"),
    ),
    ("maximum depth", phrase("more than {most} levels of lists and mappings", most=DEEPEST), phrase("write it flatter")),
    ("node content", phrase("a closing bracket or brace without its beginning"), phrase("remove it, or put the text between quotes")),
)


@dataclass(frozen=True, slots=True)
class Complaint:
    """An error of libyaml: the message, its line and column (from 0), and where the construct began."""

    message: str
    at: tuple[int, int]
    began: tuple[int, int] | None


def explain(path: str, lines: list[str], mistake: Complaint) -> tuple[Problem, int]:
    """The problem of a syntax error, and the line to leave out so that the rest can be read."""
    line, column = min(mistake.at[0], len(lines) - 1), mistake.at[1]
    cause = other_comment(path, lines, line) or _without_colon(path, lines, line, mistake)
    if cause is not None:
        return cause
    for number in range(line + 1):
        start = _unclosed_quote(lines[number])
        if start is not None and _ELISION.match(lines[number], start) and lines[number].find("'", start + 1) < 0:
            unquoted = needs_quotes(path, number, lines[number], start, phrase("a text that begins with `'` needs quotes around it"))
            if unquoted is not None:
                return unquoted, number
        if start is not None:
            return _syntax(path, number, start, phrase("a quote that is not closed on its line"), _QUOTE_HELP), number
    indentation = lines[line][: len(lines[line]) - len(lines[line].lstrip())]
    if "\t" in indentation:
        return _syntax(path, line, indentation.index("\t"), phrase("a tab in the indentation"), phrase("indent with spaces")), line
    if "cannot start any token" in mistake.message:
        return _odd_first_character(path, lines, line, column), line
    if mistake.began and ("while parsing a flow" in mistake.message or "while scanning a simple key" in mistake.message):
        line, column = min(mistake.began[0], len(lines) - 1), mistake.began[1]
    unquoted = _unquoted(path, lines[line], line, mistake)
    if unquoted is not None:
        return unquoted, line
    return _explained(path, lines, (line, column), mistake), line


def _explained(path: str, lines: list[str], at: tuple[int, int], mistake: Complaint) -> Problem:
    """The problem by the words of the reader, where nothing in the line says more."""
    if "could not find expected ':'" in mistake.message:
        return _no_key(path, lines, *at)
    for part, what, remedy in _EXPLANATIONS:
        if part in mistake.message:
            return _syntax(path, *at, what, remedy)
    return _syntax(path, *at, phrase("this line cannot be read"), phrase("compare its indentation and its quotes with its neighbours"))


def _without_colon(path: str, lines: list[str], line: int, mistake: Complaint) -> tuple[Problem, int] | None:
    """The problem of the line above one, where that is no key although what follows it has its indentation or stands below it."""
    above = next((number for number in range(line - 1, -1, -1) if lines[number].strip() and lines[number].lstrip()[0] != "#"), None)
    if (
        above is None
        or not _WORDS.fullmatch(lines[above])
        or not any(sign in mistake.message for sign in ("mapping values", "expected ':'"))
    ):
        return None
    mine, other = (len(text) - len(text.lstrip()) for text in (lines[above], lines[line]))
    return (_no_key(path, lines, above, mine), above) if mine <= other else None


def _no_key(path: str, lines: list[str], line: int, column: int) -> Problem:
    """The problem of a line that is no key; of two words, or two that a colon joins, the first was meant as the key."""
    match = _KEY_AND_VALUE.fullmatch(lines[line].rstrip())
    if match is None:
        return _syntax(path, line, column, phrase("this line is no `key: …`"), _KEY_HELP)
    what, remedy = phrase("this line is no `key: …`"), write_instead(f"{match[2]}: {match[3]}")
    return SYNTAX.at(Span(path, line + 1, match.start(2) + 1, line + 1, match.end() + 1), what=what, remedy=remedy)


def _unquoted(path: str, text: str, line: int, mistake: Complaint) -> Problem | None:
    """The problem of a text that holds a colon or begins with a quote that ends within it."""
    column = mistake.at[1] if mistake.at[0] == line else 0
    if "mapping values are not allowed" in mistake.message or (
        "while parsing a flow" in mistake.message and text[column : column + 2] == ": "
    ):
        return needs_quotes(path, line, text, column, phrase("a `:` with a blank behind it ends a key, so that this text needs quotes"))
    if "while parsing a flow" in mistake.message and column and text[column - 1] in "'\"" and text[column : column + 1].strip(",]}"):
        return needs_quotes(path, line, text, column - 1, phrase("the quotes of this text end within it, so that it needs other quotes"))
    return None


def _odd_first_character(path: str, lines: list[str], line: int, column: int) -> Problem:
    character = lines[line][column : column + 1]
    if character == "\t":
        return _syntax(path, line, column, phrase("a tab"), phrase("use spaces"))
    return _syntax(
        path, line, column, phrase("a text cannot begin with `{character}`", character=character), phrase("put it between quotes")
    )


def _unclosed_quote(line: str) -> int | None:
    """The start of a quoted text that does not end on its line."""
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


def end_below(lines: list[str], at: int) -> int:
    """The end of what is indented below a line; a list below a key of its own indentation belongs to it too."""
    indentation = _indentation(lines[at])
    if lines[at].lstrip(" ").startswith("\t") and lines[at].rstrip().endswith(":") and at + 1 < len(lines):
        indentation = _indentation(lines[at + 1]) - 1
    end = at + 1
    while end < len(lines) and (not lines[end].strip() or _indentation(lines[end]) > indentation):
        end += 1
    while end > at + 1 and not lines[end - 1].strip():
        end -= 1
    return end


def _indentation(line: str) -> int:
    plain = line.expandtabs(2)
    return len(plain) - len(plain.lstrip())
