"""Formats one file: the same tokens and comments, canonical whitespace."""

from __future__ import annotations

from engine.language.formatting.format_rules import Blocks, meaning_of_rules, remarks_of_rules, rule_code
from engine.language.formatting.format_yaml import Marks, meaning_of_yaml, remarks_of_yaml, yaml_code
from engine.language.formatting.line_layout import layout_of
from engine.language.syntax.parser import parse_rules, rule_tokens
from engine.language.syntax.rule_problems import MODULE_NAME
from engine.problems import Problem
from engine.text.sources import LARGEST, without_mark
from engine.text.yaml_reader import read_yaml, with_line_end, yaml_marks


def formatted(path: str, text: str) -> tuple[str, tuple[Problem, ...]]:
    """A rule file or YAML file in its canonical layout; unchanged, with its problems, where it has syntax errors."""
    return formatted_rules(path, text) if path.endswith(".rules") else formatted_yaml(path, text)


def formatted_yaml(path: str, text: str) -> tuple[str, tuple[Problem, ...]]:
    """A YAML file in its canonical layout; unchanged, with its problems, where it has syntax errors."""
    _, problems = read_yaml(path, text)
    if problems:
        return text, problems
    plain = with_line_end(_plain(text))
    marks = yaml_marks(plain)
    layout = yaml_layout(plain, marks)
    if len(layout) > LARGEST:
        return text, ()
    if meaning_of_yaml(marks) != meaning_of_yaml(yaml_marks(layout)):
        raise AssertionError(f"{path} would mean something else")
    return layout, ()


def formatted_rules(path: str, text: str) -> tuple[str, tuple[Problem, ...]]:
    """A rule file in its canonical layout; unchanged, with its problems, where it has syntax errors."""
    problems = tuple(problem for problem in parse_rules(path, text)[1] if problem.kind is not MODULE_NAME)
    if problems:
        return text, problems
    plain = _plain(text)
    blocks = rule_tokens(path, plain)
    layout = rules_layout(plain, blocks)
    if len(layout) > LARGEST:
        return text, ()
    if meaning_of_rules(blocks) != meaning_of_rules(rule_tokens(path, layout)):
        raise AssertionError(f"{path} would mean something else")
    return layout, ()


def yaml_layout(text: str, marks: Marks) -> str:
    """The layout of a parsed YAML file without problems."""
    return layout_of(text, yaml_code(text, marks), remarks_of_yaml(text, marks))


def rules_layout(text: str, blocks: Blocks) -> str:
    """The layout of a rule file without problems, from the tokens of its blocks."""
    return layout_of(text, rule_code(text, blocks), remarks_of_rules(text))


def _plain(text: str) -> str:
    """A text without byte-order marks and carriage returns."""
    return without_mark(text).replace("\r\n", "\n")
