"""One file in its canonical layout: the same words, the same comments, other blanks."""

from __future__ import annotations

from engine.language.formatting.format_rules import Blocks, meaning_of_rules, remarks_of_rules, rule_code
from engine.language.formatting.format_yaml import Marks, meaning_of_yaml, remarks_of_yaml, yaml_code
from engine.language.formatting.line_layout import lay_out
from engine.language.syntax.parser import parse_rules, rule_tokens
from engine.language.syntax.rule_problems import MODULE_NAME
from engine.problems import Problem
from engine.text.sources import LARGEST, without_mark
from engine.text.yaml_reader import read_yaml, with_line_end, yaml_marks


def formatted(path: str, text: str) -> tuple[str, tuple[Problem, ...]]:
    """A rule file or YAML file in its canonical layout; as it was, with its problems, where it cannot be read."""
    return formatted_rules(path, text) if path.endswith(".rules") else formatted_yaml(path, text)


def formatted_yaml(path: str, text: str) -> tuple[str, tuple[Problem, ...]]:
    """A YAML file in its canonical layout; as it was, with its problems, where it cannot be read."""
    _, found = read_yaml(path, text)
    if found:
        return text, found
    plain = with_line_end(_plain(text))
    marks = yaml_marks(plain)
    laid = laid_out_yaml(plain, marks)
    if len(laid) > LARGEST:
        return text, ()
    if meaning_of_yaml(marks) != meaning_of_yaml(yaml_marks(laid)):
        raise AssertionError(f"{path} would mean something else")
    return laid, ()


def formatted_rules(path: str, text: str) -> tuple[str, tuple[Problem, ...]]:
    """A rule file in its canonical layout; as it was, with its problems, where it cannot be read."""
    found = tuple(problem for problem in parse_rules(path, text)[1] if problem.kind is not MODULE_NAME)
    if found:
        return text, found
    plain = _plain(text)
    blocks = rule_tokens(path, plain)
    laid = laid_out_rules(plain, blocks)
    if len(laid) > LARGEST:
        return text, ()
    if meaning_of_rules(blocks) != meaning_of_rules(rule_tokens(path, laid)):
        raise AssertionError(f"{path} would mean something else")
    return laid, ()


def laid_out_yaml(text: str, marks: Marks) -> str:
    """The layout of a YAML file without problems, whose parts are known."""
    return lay_out(text, yaml_code(text, marks), remarks_of_yaml(text, marks))


def laid_out_rules(text: str, blocks: Blocks) -> str:
    """The layout of a rule file without problems, whose words are known block by block."""
    return lay_out(text, rule_code(text, blocks), remarks_of_rules(text))


def _plain(text: str) -> str:
    """A text without the marks and line ends that only some systems write."""
    return without_mark(text).replace("\r\n", "\n")
