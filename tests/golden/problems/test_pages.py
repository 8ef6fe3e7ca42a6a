"""Each problem has its page: what to avoid gives this problem alone, what to prefer does not; and its words in three languages."""

import importlib
import pkgutil
import re
from functools import cache
from pathlib import Path

import pytest

import engine
from api.cli.main import run
from api.workbench.problem_pages import FOLDER, codes_with_page, page_of
from engine.phrases import LANGUAGES
from engine.problems import Kind, Problem
from tests.golden.problems.pages import Page, avoided, preferred, problems_of, read_page

WORDS = Path(__file__).parent / "codes.txt"
ROOMS = ("engine.language.", "engine.rulebook.", "engine.writing.", "engine.text.")
ASKED = {
    "engine.language.ir.evaluation_errors",
    "engine.language.codegen.table_index",
    "engine.language.codegen.compiler",
}  # told when rules are asked, not by check
NOT_BY_CHECK = set(  # of order lines, of filters, of documents, of scenarios, of orders
    "bad-attribute missing-attribute unknown-attribute wrong-attribute breaks-contract template-failed empty-expression "
    "not-written-out name-not-in-rulebook unknown-product retired unknown-terms".split()
)
ONLY_SKETCHED = set(  # too large for a page, never alone, or the guard of a proof that nothing is known to fail
    "line-too-long nested-too-deep long-chain too-costly too-deep too-long too-many-entries more-cases periods-do-not-tile".split()
)
PAGES = [read_page(code, page_of(code) or "") for code in codes_with_page()]


@cache
def told_to_avoid(at: int) -> tuple[Problem, ...]:
    """What check tells of the piece that a page avoids."""
    return tuple(problems_of(avoided(PAGES[at])))


def kinds_of_check() -> set[str]:
    """The codes of everything that `check` can tell."""
    found = set()
    for module in pkgutil.walk_packages(engine.__path__, "engine."):
        if module.name.startswith(ROOMS) and module.name not in ASKED:
            found |= {thing.code for thing in vars(importlib.import_module(module.name)).values() if isinstance(thing, Kind)}
    told_when_asked = {thing.code for room in ASKED for thing in vars(importlib.import_module(room)).values() if isinstance(thing, Kind)}
    return found - NOT_BY_CHECK - told_when_asked


def test_every_code_that_check_can_give_has_its_page() -> None:
    missing = sorted(kinds_of_check() - {page.code for page in PAGES})
    assert not missing, f"write docs/problems/CODE.md (docs/problems/README.md says how) for: {', '.join(missing)}"


def test_no_page_is_left_of_a_code_that_is_gone() -> None:
    assert not sorted({page.code for page in PAGES} - kinds_of_check()), "delete these pages"


@pytest.mark.parametrize(("at", "page"), list(enumerate(PAGES)), ids=[page.code for page in PAGES])
def test_what_one_should_avoid_gives_this_problem_and_what_one_should_prefer_does_not(at: int, page: Page) -> None:
    assert re.fullmatch(r"[A-Z0-9`].{20,240}\.", page.why), "one sentence or two, of why it matters"
    assert page.prefer
    if page.code not in ONLY_SKETCHED:
        assert page.avoid
        assert {problem.code for problem in told_to_avoid(at)} == {page.code}
    left = problems_of(preferred(page))
    assert [str(problem) for problem in left if problem.stops or problem.code == page.code] == []


def test_the_words_of_each_problem_in_three_languages(request: pytest.FixtureRequest) -> None:
    parts = []
    for at, page in enumerate(PAGES):
        if page.avoid:
            problem = next(problem for problem in told_to_avoid(at) if problem.code == page.code)
            said = [f"  {language}  {problem.message_in(language)}\n      {problem.help_in(language)}" for language in LANGUAGES]
            parts.append("\n".join([page.code, *said]))
    text = (
        "What check tells of the first example on each page of docs/problems/, and the remedy, in three languages.\n\n"
        + "\n\n".join(parts)
        + "\n"
    )
    if request.config.getoption("--snapshot-update"):
        WORDS.write_text(text, encoding="utf-8")
    assert text == WORDS.read_text("utf-8"), "`./run golden` writes the messages anew; read their diff before you commit it"


def test_check_shows_a_page_and_proposes_the_nearest_code(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", "--explain", "shares-not-whole"]) == 0
    assert capsys.readouterr().out == (FOLDER / "shares-not-whole.md").read_text("utf-8")
    assert run(["check", "--explain", "share-not-whole"]) == 1
    assert "did you mean `shares-not-whole`?" in capsys.readouterr().err
    assert run(["check", "--explain", "../README"]) == 1
    assert "no problem has the code" in capsys.readouterr().err


def test_where_no_pages_are_installed_no_code_has_one(tmp_path: Path) -> None:
    assert page_of("gap", tmp_path) is None
    assert codes_with_page(tmp_path) == ()
