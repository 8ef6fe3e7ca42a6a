"""Quick fixes of every planted mistake: the text that a button writes mends what it stands for."""

from pathlib import Path

import pytest

from api.rulebook_folder import read_folder
from api.workbench.draft_texts import TextEdit, with_edits
from api.workbench.quick_fixes import fixes_of
from engine.problems import Kind, Problem, Span
from engine.rulebook.reader import read_all

PLANTED = Path(__file__).parents[3] / "golden" / "problems" / "rulebook"
AT = Span("rules/a.rules", 1, 1, 1, 2)


def test_each_fix_mends_its_problem() -> None:
    sources = read_folder(PLANTED)
    problems = read_all(sources).problems
    fixed = [(problem, fixes_of(problem)[0]) for problem in problems if fixes_of(problem)]
    assert len(fixed) >= 26
    for problem, text in fixed:
        assert problem.where is not None
        assert not _left(sources, problem, text), str(problem)


def _left(sources: dict[str, str], problem: Problem, text: str) -> bool:
    """Whether a problem is still there once its fix is written."""
    where = problem.where
    assert where is not None
    edit = TextEdit(line=where.line, column=where.column, end_line=where.end_line, end_column=where.end_column, text=text)
    mended = {**sources, where.path: with_edits(where.path, sources[where.path], [edit])}
    return (problem.code, where.line, problem.message) in {
        (one.code, one.where.line, one.message) for one in read_all(mended).problems if one.where and one.where.path == where.path
    }


@pytest.mark.parametrize(
    ("remedy", "fixes"),
    [
        ("did you mean `factor`?", ("factor",)),
        ("write `1.031`", ("1.031",)),
        ("write a decimal point: `1.031`", ("1.031",)),
        ("write `1_000` or `1.000`", ("1_000", "1.000")),
        ("write one of `a`, `b`", ("a", "b")),
        ("write one of `a`, `b` and 9 more", ()),
        ("write `12.5%`, or `0.125%` if so little is meant", ("12.5%", "0.125%")),
        ("write `rules.test`, or remove this file if it is a copy of another", ("rules.test",)),
        ("write `GB`, as EN 16931 has it", ("GB",)),
        ("write an existing day; the last of that month is `2027-02-28`", ("2027-02-28",)),
        ("write `is one of …`", ()),
        ("indent it by two spaces", ()),
    ],
)
def test_a_remedy_that_names_texts_is_a_fix(remedy: str, fixes: tuple[str, ...]) -> None:
    assert fixes_of(Kind("x", "a mistake", remedy).at(AT)) == fixes
    assert fixes_of(Kind("x", "a mistake", remedy).at(None)) == ()


def test_prices_of_a_product_with_a_wrong_name_are_read() -> None:
    sources = read_folder(PLANTED)
    path = "catalog/price-books/2026.csv"
    assert read_all({**sources, path: sources[path].replace("CARE-PLUS2", "care-plus")}).problems
