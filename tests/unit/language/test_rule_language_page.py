"""The reference page of the rule language: each of its examples is checked, and together they show every construct."""

import re
from pathlib import Path

import pytest

from engine.language.compiling import compile_rules
from tests.unit.language.shop import check

PAGE = (Path(__file__).parents[3] / "docs" / "reference" / "rule-language.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```rules\n(.*?)```", PAGE, re.S)
GRAMMAR = (Path(__file__).parents[3] / "engine" / "language" / "rules.lark").read_text(encoding="utf-8")


@pytest.mark.parametrize("text", EXAMPLES, ids=lambda text: text.split("\n")[0])
def test_an_example_is_right(text: str) -> None:
    checked, problems = check(text, **_stacking(text))
    assert [f"{problem}: {problem.help}" for problem in problems] == []
    compile_rules(checked)


def test_the_page_names_every_keyword_of_the_grammar() -> None:
    keywords = set(re.findall(r'"([a-z-]+)"', GRAMMAR)) - {"products", "requires"}
    assert {keyword for keyword in keywords if not re.search(rf"(?<![\w-]){keyword}(?![\w-])", PAGE)} == set()


def _stacking(text: str) -> dict[str, str]:
    """How the discounts of an example combine, where it does not say so."""
    if "all matches" not in text:
        return {}
    return {"stacking": "stacking s\n  group volume added together\n  groups apply one after the other\n"}
