"""The comment of a review and its exit code."""

from dataclasses import replace

import pytest

from api.workbench.rulebook_review import MARK, Gate, comment_of, outcome_of
from engine.phrases import phrase


def gate(name: str, code: int = 0, answer: str = "", reported: str = "", *, is_limited: bool = False) -> Gate:
    return Gate(name, phrase("rules and prices hold together"), code, answer, reported, is_limited)


@pytest.mark.parametrize(
    ("codes", "is_limited", "outcome"),
    [
        ({"check": 0, "diff": 0}, False, 0),
        ({"check": 0, "diff": 3}, False, 0),
        ({"check": 0, "diff": 3}, True, 3),
        ({"check": 1, "diff": 3}, True, 1),
        ({"check": 3, "diff": 0}, False, 1),
        ({"check": 0, "diff": 2}, False, 1),
        ({"check": 70, "diff": 0}, False, 1),
    ],
)
def test_money_that_changes_is_no_failure_but_all_else_is(codes: dict[str, int], is_limited: bool, outcome: int) -> None:
    assert outcome_of([gate(name, code, is_limited=is_limited) for name, code in codes.items()]) == outcome


def test_the_comment_begins_with_its_mark_and_the_euros() -> None:
    text = comment_of([gate("check"), gate("diff", 3, "### +74.61 EUR")], "en")
    assert text.startswith(f"{MARK}\n\n### +74.61 EUR\n\n- ✅")
    assert text.count("✅") == 2


def test_money_beyond_its_limit_is_marked_and_its_euros_are_still_reported() -> None:
    text = comment_of([gate("check"), gate("diff", 3, "### +74.61 EUR", is_limited=True)], "en")
    assert text.startswith(f"{MARK}\n\n### +74.61 EUR\n\n- ✅")
    assert text.count("❌") == 1
    assert "<details" not in text


def test_a_change_that_mends_a_base_which_nobody_can_read_passes_and_says_so() -> None:
    mending = replace(gate("diff", 1, reported="rules/x.rules:1:1: unknown-block"), is_uncompared=True)
    text = comment_of([gate("check"), mending], "en")
    assert outcome_of([gate("check"), mending]) == 0
    assert ("⚠️" in text, "unknown-block" in text, "could not be compared" in text) == (True, True, True)


def test_what_did_not_pass_is_reported_in_full_and_nothing_in_it_leaves_its_fence() -> None:
    text = comment_of([gate("check", 1, "```\n</details> @everybody"), gate("diff", 1, reported="no such revision")], "fr")
    assert "❌" in text
    assert "````text\n```\n</details> @everybody\n````" in text
    assert "no such revision" in text
    assert "+" not in text.split("❌")[0]


def test_the_comment_stays_below_what_a_forge_takes() -> None:
    failing = [gate(name, 1, "x" * 100_000) for name in ("check", "fmt", "test", "coverage")]
    assert len(comment_of([*failing, gate("diff", 0, "y" * 100_000)], "en")) < 65_000


def test_a_problem_that_check_reports_is_not_repeated_by_each_gate_that_it_stops() -> None:
    told = "catalog/a.csv:2:1: not-a-price: `x` is not a price\n    2 | A,x\n      |   ^\n    = help: write digits\n"
    gates = [gate("check", 1, told), gate("test", 1, "", told), gate("coverage", 1, "", f"{told}and something else\n")]
    text = comment_of(gates, "en")
    assert text.count("not-a-price") == 1
    assert [text.count(sign) for sign in ("- ➖", "❌", "<details")] == [1, 2, 2]
    assert "and something else" in text
