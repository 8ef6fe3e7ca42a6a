"""Two changes of one text are merged where they touch different lines, and nothing is lost where they do not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.workbench.merged_texts import merged

BEFORE = "one\ntwo\nthree\nfour\nfive\n"


@pytest.mark.parametrize(
    ("mine", "theirs", "both"),
    [
        (BEFORE.replace("one", "1"), BEFORE.replace("five", "5"), BEFORE.replace("one", "1").replace("five", "5")),
        (BEFORE.replace("two\n", ""), BEFORE + "six\n", BEFORE.replace("two\n", "") + "six\n"),
        (BEFORE, BEFORE.replace("two", "2"), BEFORE.replace("two", "2")),
        (BEFORE.replace("two", "2"), BEFORE, BEFORE.replace("two", "2")),
        (BEFORE.replace("two", "2"), BEFORE.replace("two", "2"), BEFORE.replace("two", "2")),
        (BEFORE.replace("two", "2"), BEFORE.replace("two", "II"), None),
        (BEFORE.replace("two", "2"), BEFORE.replace("three", "3"), None),
    ],
)
def test_changes_of_different_lines_are_merged(mine: str, theirs: str, both: str | None) -> None:
    assert merged(BEFORE, mine, theirs) == both
    assert merged(BEFORE, theirs, mine) == both


_TEXTS = st.lists(st.sampled_from("abcd"), max_size=8).map("\n".join)


@given(_TEXTS, _TEXTS, _TEXTS)
def test_either_order_merges_alike_and_keeps_what_one_alone_changed(before: str, mine: str, theirs: str) -> None:
    assert merged(before, mine, theirs) == merged(before, theirs, mine)
    assert merged(before, mine, before) == mine
