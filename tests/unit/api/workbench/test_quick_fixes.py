"""Quick fixes of every planted mistake: the text that a button writes mends what it stands for."""

from pathlib import Path

from api.rulebook_folder import read_folder
from api.workbench.draft_texts import TextEdit, with_edits
from engine.problems import Problem
from engine.rulebook.reader import read_all

PLANTED = Path(__file__).parents[3] / "golden" / "problems" / "rulebook"


def test_each_fix_mends_its_problem() -> None:
    sources = read_folder(PLANTED)
    problems = read_all(sources).problems
    fixed = [(problem, problem.fixes[0].text) for problem in problems if problem.fixes]
    assert len(fixed) >= 26
    for problem, text in fixed:
        assert problem.where is not None
        assert not _left(sources, problem, text), str(problem)


def _left(sources: dict[str, str], problem: Problem, text: str) -> bool:
    """Whether a problem is still there once its fix is written."""
    fix = problem.fixes[0]
    assert fix.text == text
    where = fix.where
    edit = TextEdit(line=where.line, column=where.column, end_line=where.end_line, end_column=where.end_column, text=text)
    mended = {**sources, where.path: with_edits(where.path, sources[where.path], [edit])}
    return (problem.code, where.line, problem.message) in {
        (one.code, one.where.line, one.message) for one in read_all(mended).problems if one.where and one.where.path == where.path
    }


def test_prices_of_a_product_with_a_wrong_name_are_read() -> None:
    sources = read_folder(PLANTED)
    path = "catalog/price-books/2026.csv"
    assert read_all({**sources, path: sources[path].replace("CARE-PLUS2", "care-plus")}).problems
