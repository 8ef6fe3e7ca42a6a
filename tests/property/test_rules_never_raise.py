"""No text makes reading or checking rules raise: there are only problems, each with a place and a remedy."""

import re
from collections.abc import Iterable
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st

from engine.language.checking.checker import check_expression
from engine.language.syntax.parser import parse_expression
from engine.problems import Problem, Span
from tests.unit.language.shop import check, vocabulary

ROOT = Path(__file__).parents[2]
GOLDEN = (ROOT / "tests" / "golden" / "problems" / "rules.txt").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```rules\n(.*?)```", (ROOT / "docs" / "reference" / "rule-language.md").read_text(encoding="utf-8"), re.S)
WORDS = sorted(set(re.findall(r"\S+", " ".join(EXAMPLES) + GOLDEN.replace("«", "").replace("»", ""))))
ODD = [
    "\x00",
    "\u200b",
    "\u202e",
    "\ud800",
    "\ufeff",
    "\u00a0",
    "\t",
    "\r\n",
    "²",
    "٣",
    "١٢%",
    '"',
    "#",
    "(",
    ")",
    "||",
    "9" * 40,
    "é",
    "1..2",
    "€",
]
PIECES = (
    st.sampled_from(WORDS) | st.sampled_from(ODD) | st.sampled_from(["\n", "\n  ", "\n  | ", " | ", " || ", " |\n", "\ndefine x : Bool = "])
)
KNOWN = vocabulary()


def assert_well_reported(problems: Iterable[Problem], text: str) -> None:
    """That each problem has a place and words, and none of them speaks of the machinery, unless it quotes the text."""
    for problem in problems:
        assert problem.where is not None
        assert problem.where.line >= 1
        assert problem.where.column >= 1
        assert problem.message
        assert problem.help
        spoken = problem.message + problem.help
        for _, quoted in problem.words:
            spoken = spoken.replace(f"`{quoted}`", "") if quoted in text else spoken
        assert not re.search(r"_EOR|_NL|__ANON|\$END|Token\(|Traceback", spoken)


@st.composite
def altered(draw: st.DrawFn) -> str:
    """An example in which some words were changed, dropped, doubled or moved."""
    words = re.split(r"(\s+)", draw(st.sampled_from(EXAMPLES)))
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(words) - 1))
        match draw(st.sampled_from(["change", "drop", "double", "move"])):
            case "change":
                words[at] = draw(PIECES)
            case "drop" if len(words) > 1:
                del words[at]
            case "double":
                words.insert(at, words[at])
            case _:
                words.insert(draw(st.integers(0, len(words) - 1)), words.pop(at))
    return "".join(words)


@settings(max_examples=300, deadline=None)
@given(altered())
def test_an_altered_rule_file_has_problems_or_none(text: str) -> None:
    assert_well_reported(check(text)[1], text)


@settings(max_examples=300, deadline=None)
@given(st.text() | st.lists(PIECES, max_size=40).map(" ".join))
def test_any_text_as_a_rule_file_has_problems_or_none(text: str) -> None:
    assert_well_reported(check(text)[1], text)


@settings(max_examples=300, deadline=None)
@given(st.text() | st.lists(PIECES, max_size=12).map(" ".join))
@example("__ANON")
def test_any_text_as_an_expression_has_problems_or_none(text: str) -> None:
    node, problems = parse_expression(text, Span("plans/plans.yaml", 3, 5, 3, 6))
    assert_well_reported(problems, text)
    if node is not None:
        assert_well_reported(check_expression(node, KNOWN)[1], text)
