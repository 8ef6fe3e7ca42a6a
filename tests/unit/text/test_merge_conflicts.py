"""Texts in which git left two versions of some lines."""

import pytest

from engine.text.merge_conflicts import without_conflicts

TWO = "a: 1\n<<<<<<< HEAD\nb: 2\n=======\nb: 3\nc: 4\n>>>>>>> prices\nd: 5\n"
WITH_BASE = "a: 1\n<<<<<<< HEAD\nb: 2\n||||||| 4fd35d4\nb: 1\n=======\nb: 3\n>>>>>>> prices\nd: 5\n"


@pytest.mark.parametrize(
    ("text", "lines", "last"), [(TWO, {0: "a: 1", 2: "b: 2", 7: "d: 5"}, 7), (WITH_BASE, {0: "a: 1", 2: "b: 2", 8: "d: 5"}, 8)]
)
def test_the_first_version_stays_on_its_lines(text: str, lines: dict[int, str], last: int) -> None:
    read, (problem,) = without_conflicts("a.yaml", text)
    assert {at: line for at, line in enumerate(read.split("\n")) if line} == lines
    assert read.count("\n") == text.count("\n")
    assert (str(problem.where), problem.message) == ("a.yaml:2:1", f"git left two versions of these lines here, down to line {last}")


@pytest.mark.parametrize("text", ["a: 1\n", "a: |\n  >>>>>>> b\n", "<<<<<<< a\n", "a\n>>>>>>> b\n", TWO.replace("=======", "======")])
def test_other_texts_are_as_they_were(text: str) -> None:
    assert without_conflicts("a.yaml", text) == (text, ())


def test_several_conflicts_are_told_one_by_one() -> None:
    read, problems = without_conflicts("a.yaml", TWO + TWO.replace("\n", "\r\n"))
    assert [problem.where.line for problem in problems if problem.where] == [2, 10]
    assert read.split("\n")[10] == "b: 2\r"
