"""Formats rule files: clauses indented, one blank between words, the pipes of tables aligned."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from engine.language.formatting.column_widths import padded, widths_of
from engine.language.formatting.line_layout import Code, Level, Remark
from engine.language.syntax.tokens import RuleToken

Blocks = tuple[tuple[RuleToken, ...], ...]
_TEXTS_AND_REMARKS: Final = re.compile(r'"[^"\n]*"|#[^\n]*')
_MONEY: Final = re.compile(r"\s*([A-Z]{3})")
_UNITS_OF_TIME: Final = re.compile(r"(days?|weeks?|months?|years?)\Z")
_OF_A_RULE: Final = frozenset({"because", "from", "until", "overrides"})
"""Keywords of clauses that, below the rules of a decision, belong to the rule above."""


def remarks_of_rules(text: str) -> list[Remark]:
    """The comments of a rule file."""
    return [
        Remark(match.start(), match.group().rstrip(), match.start() - text.rfind("\n", 0, match.start()) - 1)
        for match in _TEXTS_AND_REMARKS.finditer(text)
        if match.group().startswith("#")
    ]


def rule_code(text: str, blocks: Blocks) -> list[Code]:
    """The lines of code of a rule file from the tokens of its blocks."""
    return [line for block in blocks for line in _Block(text, block).code()]


def meaning_of_rules(blocks: Blocks) -> list[tuple[str, str]]:
    """The tokens of a rule file without its layout; equal tokens mean the same."""
    return [(token.kind, "" if token.kind == "line-end" else _written(token)) for block in blocks for token in block]


@dataclass
class _Block:
    """A block, whose rows are written when all their widths are known."""

    text: str
    tokens: tuple[RuleToken, ...]
    lines: list[Code] = field(default_factory=list)
    rows: list[tuple[int, list[str]]] = field(default_factory=list)
    """The line of each row of its table, and its cells with their pipes."""

    @property
    def keyword(self) -> str:
        """Its first word."""
        return self.tokens[0].text

    def code(self) -> list[Code]:
        """Its lines."""
        has_rules = False
        for line in _logical(self.tokens):
            indent = 2 if self.lines else 0
            if has_rules and line[0].text in _OF_A_RULE:
                indent = 4
            has_rules |= self.keyword == "decision" and line[0].text == "rule"
            if line[0].text == "|":
                self._take_row(line, 4 if self.keyword == "price" else 2)
            else:
                self._take_line(line, indent)
        widths = widths_of([cells for _, cells in self.rows])
        for at, cells in self.rows:
            self.lines[at] = _with_text(self.lines[at], " ".join(map(padded, cells, widths)) + " |")
        return self.lines

    def _take_row(self, line: Sequence[RuleToken], indent: int) -> None:
        cells: list[list[RuleToken]] = []
        for token in line[:-1]:
            if token.text in ("|", "||"):
                cells.append([])
            cells[-1].append(token)
        self.rows.append((len(self.lines), [_spaced(cell, self.keyword) for cell in cells]))
        self._append(line, "", indent)

    def _take_line(self, line: Sequence[RuleToken], indent: int) -> None:
        depth = 0
        for number, part in enumerate(_physical(self.text, line)):
            leading = depth - (part[0].text == ")")
            self._append(part, _spaced(part, self.keyword), indent + 2 + 2 * leading if number else indent, goes_on=number > 0)
            depth += sum((token.text == "(") - (token.text == ")") for token in part)

    def _append(self, part: Sequence[RuleToken], text: str, indent: int, *, goes_on: bool = False) -> None:
        start = part[0].start
        begins = not self.lines
        column = start - self.text.rfind("\n", 0, start) - 1
        levels: tuple[Level, ...] = ((0, 0),) if begins else ((0, 0), (column, indent))
        starts_block = begins and self.keyword != "use"
        self.lines.append(Code(start, part[-1].end, text, levels, len(levels) - 1, starts_block, goes_on))


def _with_text(line: Code, text: str) -> Code:
    return Code(line.start, line.end, text, line.levels, line.own, line.begins_block, line.goes_on)


def _logical(tokens: Sequence[RuleToken]) -> Iterator[list[RuleToken]]:
    """The lines of a block as the grammar has them: lines that are joined in its text are one."""
    line: list[RuleToken] = []
    for token in tokens:
        if token.kind != "line-end":
            line.append(token)
        elif line:
            yield line
            line = []


def _physical(text: str, line: Sequence[RuleToken]) -> Iterator[list[RuleToken]]:
    """The parts of a line between the line ends of the text."""
    part: list[RuleToken] = []
    for token in line:
        if part and "\n" in text[part[-1].end : token.start]:
            yield part
            part = []
        part.append(token)
    yield part


def _spaced(line: Sequence[RuleToken], keyword: str) -> str:
    written = ""
    for at, token in enumerate(line):
        if at and not _touches(line, at, keyword):
            written += " "
        written += _written(token)
    return written


def _touches(line: Sequence[RuleToken], at: int, keyword: str) -> bool:
    """Whether no blank separates a token from the one before."""
    before, token = line[at - 1], line[at]
    if before.kind == "NEGATIVE" or before.text in ("(", "[") or token.text in (",", ")", "]", "[") or token.kind == "COLUMN":
        return True
    if token.text == "(":
        return before.kind == "NAME" and at > 1
    if token.text == ":":
        return keyword == "fact"
    return before.kind == "NUMBER" and before.end == token.start and _UNITS_OF_TIME.match(token.text) is not None


def _written(token: RuleToken) -> str:
    """The canonical spelling of a token: a percentage without blanks, others with single blanks where they have any."""
    match token.kind:
        case "STRING":
            return token.text
        case "MONEY":
            return _MONEY.sub(r" \1", token.text)
        case "PERCENT":
            return "".join(token.text.split())
        case _:
            return " ".join(token.text.split())
