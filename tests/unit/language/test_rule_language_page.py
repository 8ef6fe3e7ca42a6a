"""The reference page of the rule language: each of its examples is checked, and together they show every construct."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from lark import Lark, Token, Tree

from engine.language.codegen.compiler import compile_rules
from engine.language.syntax.source_lines import Text, cut
from engine.rulebook.reader import read_all, rulebook_of
from engine.testing.scenario_reader import scenarios_of
from engine.testing.scenario_runner import try_scenario
from tests.unit.language.shop import check
from tests.unit.rulebook.texts import SMALL

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "reference" / "rule-language.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```rules\n(.*?)```", PAGE, re.S)
GRAMMAR = (ROOT / "engine" / "language" / "syntax" / "rules.lark").read_text(encoding="utf-8")
MISTAKES = {"odd_number", "headless_table"}  # read only so that a message can say what to write instead
STARTS = {"start", "expression", "test_cell", "result_cell"}  # how a text is entered that is no block
CHOICES = ("TIER_MODE", "POLICY", "GROUP_MODE", "APPLY", "ALLOCATE", "ROUNDING", "ROUND_TO", "AGGREGATE")


@pytest.mark.parametrize("text", EXAMPLES, ids=lambda text: text.split("\n")[0])
def test_an_example_is_right(text: str) -> None:
    checked, problems = check(text, **_stacking(text))
    assert [f"{problem}: {problem.help}" for problem in problems] == []
    compile_rules(checked)


def test_the_page_names_every_keyword_of_the_grammar() -> None:
    keywords = set(re.findall(r'"([a-z-]+)"', GRAMMAR)) - {"requires"}
    assert {keyword for keyword in keywords if not re.search(rf"(?<![\w-]){keyword}(?![\w-])", PAGE)} == set()


def test_the_examples_use_every_construct_of_the_grammar() -> None:
    constructs = {rule.alias or rule.origin.name for rule in _grammar().rules if rule.alias or not rule.options.expand1}
    used = {str(tree.data) for text in EXAMPLES for tree in _trees(text)}
    missing = {name for name in constructs - used - MISTAKES - STARTS if not name.startswith("_")}
    assert not missing, "no example in docs/reference/rule-language.md shows these rules of rules.lark"


@pytest.mark.parametrize("terminal", CHOICES)
def test_the_examples_use_every_choice_of_words(terminal: str) -> None:
    pattern = next(one.pattern.value for one in _grammar().terminals if one.name == terminal)
    choices = set(re.sub(r"\(\?=.*|\(\?:|[()]", "", re.sub(r"\[[^]]*\]\+", " ", pattern)).split("|"))
    used = {" ".join(token.split()) for text in EXAMPLES for tree in _trees(text) for token in _tokens(tree, terminal)}
    assert used == choices


def test_the_scenarios_of_the_page_pass() -> None:
    examples = re.findall(r"```yaml (\S+)\n(.*?)```", PAGE, re.S)
    reading = read_all({**SMALL, **dict(examples)})
    assert list(map(str, reading.problems)) == []
    scenarios, problems = scenarios_of(reading)
    assert (len(scenarios), problems) == (2, ())
    rulebook = rulebook_of(reading)
    assert [try_scenario(scenario, rulebook).differences for scenario in scenarios] == [(), ()]


@cache
def _grammar() -> Lark:
    return Lark(GRAMMAR, parser="lalr", lexer="contextual", start=["block", "expression", "test_cell", "result_cell"])


@cache
def _trees(text: str) -> tuple[Tree[Token], ...]:
    blocks = (_grammar().parse(piece.masked, start="block") for piece in cut(Text("the page", text))[0])
    return tuple(tree for block in blocks for tree in block.iter_subtrees())


def _tokens(tree: Tree[Token], terminal: str) -> Iterator[Token]:
    return (child for child in tree.children if isinstance(child, Token) and child.type == terminal)


def _stacking(text: str) -> dict[str, str]:
    """How the discounts of an example combine, where it does not say so."""
    if "all matches" not in text:
        return {}
    return {"stacking": "stacking s\n  group volume added together\n  groups apply one after the other\n"}
