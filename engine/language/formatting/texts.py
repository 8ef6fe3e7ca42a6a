"""One file in its canonical layout: the same words, the same comments, other blanks."""

from __future__ import annotations

from engine.language.formatting.laying import lay_out
from engine.language.formatting.rule_lines import meaning_of_rules, remarks_of_rules, rule_code
from engine.language.formatting.yaml_lines import meaning_of_yaml, remarks_of_yaml, yaml_code
from engine.language.mistakes import MODULE_NAME
from engine.language.sources import LARGEST, without_mark
from engine.language.syntax import parse_rules, rule_tokens
from engine.language.yaml_source import read_yaml, with_line_end
from engine.problems import Problem


def formatted(path: str, text: str) -> tuple[str, tuple[Problem, ...]]:
    """A rule file or YAML file in its canonical layout; as it was, with its problems, where it cannot be read."""
    return formatted_rules(path, text) if path.endswith(".rules") else formatted_yaml(path, text)


def formatted_yaml(path: str, text: str) -> tuple[str, tuple[Problem, ...]]:
    """A YAML file in its canonical layout; as it was, with its problems, where it cannot be read."""
    _, found = read_yaml(path, text)
    if found:
        return text, found
    plain = with_line_end(without_mark(text).replace("\r\n", "\n"))
    laid = lay_out(plain, yaml_code(plain), remarks_of_yaml(plain))
    if len(laid) > LARGEST:
        return text, ()
    if meaning_of_yaml(plain) != meaning_of_yaml(laid):
        raise AssertionError(f"{path} would mean something else")
    return laid, ()


def formatted_rules(path: str, text: str) -> tuple[str, tuple[Problem, ...]]:
    """A rule file in its canonical layout; as it was, with its problems, where it cannot be read."""
    found = tuple(problem for problem in parse_rules(path, text)[1] if problem.kind is not MODULE_NAME)
    if found:
        return text, found
    plain = without_mark(text).replace("\r\n", "\n")
    blocks = rule_tokens(path, plain)
    laid = lay_out(plain, rule_code(plain, blocks), remarks_of_rules(plain))
    if len(laid) > LARGEST:
        return text, ()
    if meaning_of_rules(blocks) != meaning_of_rules(rule_tokens(path, laid)):
        raise AssertionError(f"{path} would mean something else")
    return laid, ()
