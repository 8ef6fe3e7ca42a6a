"""Compares the rules of two rulebooks block by block: those with another meaning are shown as a diff of their lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

from engine.language.ir.checked_rules import Checked, DomainFact, Grouping, Horizon
from engine.language.ir.normal_form import normal_form
from engine.language.ir.walker import Block, all_blocks
from engine.problems import Span
from engine.text.sources import Sources

_Rule = Block | Grouping | DomainFact | Horizon
_ENDING: Final = ".rules"


@dataclass(frozen=True, slots=True)
class ChangedRule:
    """One changed line of a rule; without a part, a whole rule that was added or removed."""

    name: str
    part: str
    before: str | None
    after: str | None
    before_at: Span | None
    after_at: Span | None


@dataclass(frozen=True, slots=True)
class _Line:
    """One line of a rule without its comment and with single blanks, and its position."""

    text: str
    where: Span


def edited_rules(before: Checked, after: Checked) -> Iterator[ChangedRule]:
    """The rules with another meaning, line by line; a rule that moved or has another layout is the same."""
    first, second = _rules(before), _rules(after)
    for key in dict.fromkeys((*first, *second)):
        one, other = first.get(key), second.get(key)
        name = _name(key)
        if one is None and other is not None:
            yield ChangedRule(name, "", None, _title(other, after.texts), None, other.span)
        elif other is None and one is not None:
            yield ChangedRule(name, "", _title(one, before.texts), None, one.span, None)
        elif one is not None and other is not None and normal_form(one) != normal_form(other):
            yield from _lines_between(name, _lines(one, before.texts), _lines(other, after.texts))


def _rules(checked: Checked) -> dict[tuple[str, str, str], _Rule]:
    """All rules of .rules files by kind, name and first day, without repetition. Conditions of YAML fields belong to their entries."""
    by_key: dict[tuple[str, str, str], _Rule] = {}
    seen: set[int] = set()
    rules: list[_Rule] = [*all_blocks(checked), *checked.domain_facts]
    rules += [rule for rule in (checked.grouping, checked.horizon) if rule is not None]
    for rule in rules:
        if id(rule) in seen or not rule.span.path.endswith(_ENDING):
            continue
        seen.add(id(rule))
        by_key.setdefault(_key(rule, by_key), rule)
    return by_key


def _key(rule: _Rule, by_key: dict[tuple[str, str, str], _Rule]) -> tuple[str, str, str]:
    kind = type(rule).__name__.lower()
    match rule:
        case Horizon():
            return kind, "", ""
        case DomainFact():
            return kind, rule.title, ""
        case Grouping():
            return kind, rule.name, ""
        case _:
            same = sum(1 for one in by_key if one[:2] == (kind, rule.name))
            start = rule.in_force.start
            return kind, rule.name, str(start) if start else f"version {same + 1}"


def _name(key: tuple[str, str, str]) -> str:
    kind, name, _ = key
    word = {"definition": "define", "horizon": "answers", "domainfact": "fact"}.get(kind, kind)
    return f"{word} {name}".strip()


def _title(rule: _Rule, sources: Sources) -> str:
    lines = _lines(rule, sources)
    return lines[0].text if lines else ""


def _lines(rule: _Rule, sources: Sources) -> list[_Line]:
    """The source lines of a rule."""
    path, first = rule.span.path, rule.span.line
    lines = enumerate(sources.get(path, "").splitlines()[first - 1 : rule.span.end_line], start=first)
    texts = ((number, line, " ".join(_without_comment(line).split())) for number, line in lines)
    return [_Line(text, Span(path, number, 1, number, len(line) + 1)) for number, line, text in texts if text]


def _without_comment(line: str) -> str:
    is_quoted = False
    for at, sign in enumerate(line):
        if sign == '"':
            is_quoted = not is_quoted
        elif sign == "#" and not is_quoted:
            return line[:at]
    return line


def _lines_between(name: str, earlier: Sequence[_Line], later: Sequence[_Line]) -> Iterator[ChangedRule]:
    matcher = SequenceMatcher(None, [line.text for line in earlier], [line.text for line in later], autojunk=False)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "equal":
            continue
        for at in range(max(i2 - i1, j2 - j1)):
            one = earlier[i1 + at] if i1 + at < i2 else None
            other = later[j1 + at] if j1 + at < j2 else None
            yield ChangedRule(
                name,
                "line",
                one.text if one else None,
                other.text if other else None,
                one.where if one else None,
                other.where if other else None,
            )
