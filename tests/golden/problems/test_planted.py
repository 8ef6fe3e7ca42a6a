"""A rulebook with a mistake of every kind in every kind of file: all of them are told in one check, each at its line, with its remedy."""

import json
import re
from pathlib import Path

import pytest

from api.cli.main import run
from api.rulebook_folder import read_folder
from engine.phrases import LANGUAGES
from engine.problems import Problem, Refusal
from engine.rulebook.reader import check_rulebook, read_rulebook
from engine.text.sources import excerpt
from engine.writing.document_templates import check_document_templates

HERE = Path(__file__).parent
RULEBOOK = HERE / "rulebook"
TOLD = HERE / "planted.txt"
MARK = re.compile(r"#! ([a-z-]+)(?: #\})?\s*$")
IN_CSV = {  # a CSV has no comments in which a mark could stand
    ("catalog/price-books/2026.csv", 3, "comma-in-number"),
    ("catalog/price-books/2026.csv", 5, "unknown-name"),
    ("catalog/price-books/2026.csv", 6, "csv-quote"),
    ("catalog/price-books/2026.csv", 7, "csv-twice"),
    ("catalog/price-books/2026.csv", 8, "csv-cells"),
}


@pytest.fixture(scope="module")
def problems() -> tuple[Problem, ...]:
    sources = read_folder(RULEBOOK)
    return (*check_rulebook(sources), *check_document_templates(sources))


def planted() -> set[tuple[str, int, str]]:
    """Every mark of a mistake: file, line, code."""
    found = set(IN_CSV)
    for path in sorted(RULEBOOK.rglob("*")):
        if path.is_file():
            for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
                if mark := MARK.search(line):
                    found.add((path.relative_to(RULEBOOK).as_posix(), number, mark[1]))
    return found


def test_every_planted_mistake_is_told_at_its_line_and_nothing_else(problems: tuple[Problem, ...]) -> None:
    told = {(problem.where.path, problem.where.line, problem.code) for problem in problems if problem.where}
    assert len(planted()) >= 75
    assert told == planted()


def test_each_problem_has_a_place_a_message_and_a_remedy(problems: tuple[Problem, ...]) -> None:
    sources = read_folder(RULEBOOK)
    for problem in problems:
        assert problem.where is not None
        assert problem.where.column >= 1
        assert excerpt(sources, problem.where)
        assert "{" not in problem.message.replace("{year}", "").replace("{number:0", "")
        assert problem.help


def test_the_mistakes_stand_in_every_kind_of_file() -> None:
    kinds = {re.search(r"^kind: ([a-z-]+)", path.read_text("utf-8"), re.M) for path in RULEBOOK.rglob("*.yaml")}
    assert len({kind[1] for kind in kinds if kind}) >= 18
    assert {path.suffix for path in RULEBOOK.rglob("*") if path.is_file()} == {".yaml", ".rules", ".csv", ".j2"}


def test_the_words_of_all_messages(problems: tuple[Problem, ...], request: pytest.FixtureRequest) -> None:
    text = "\n\n".join(in_three_languages(problem) for problem in problems) + "\n"
    if request.config.getoption("--snapshot-update"):
        TOLD.write_text(text, encoding="utf-8")
    assert text == TOLD.read_text("utf-8"), "`./run golden` writes the messages anew; read their diff before you commit it"


def in_three_languages(problem: Problem) -> str:
    """A problem as one reads it beside its translations: place and code, then what is wrong and the remedy in each language."""
    said = [f"  {language}  {problem.message_in(language)}\n      {problem.help_in(language)}" for language in LANGUAGES]
    return "\n".join([f"{problem.where} {problem.code}", *said])


def test_nothing_is_made_of_it(problems: tuple[Problem, ...]) -> None:
    with pytest.raises(Refusal) as refusal:
        read_rulebook(read_folder(RULEBOOK))
    assert len(refusal.value.problems) > 70
    assert all(problem.stops for problem in refusal.value.problems)


def test_check_tells_them_as_json_and_ends_with_1(capsys: pytest.CaptureFixture[str], problems: tuple[Problem, ...]) -> None:
    assert run(["check", "--rulebook", str(RULEBOOK), "--json"]) == 1
    told = json.loads(capsys.readouterr().out)["problems"]
    assert len(told) == len(problems)
    assert {"file", "line", "column", "code", "message", "help", "severity"} <= set(told[0])
    assert run(["check", str(RULEBOOK), "--format", "github"]) == 1
    assert capsys.readouterr().out.count("::error file=") == sum(problem.stops for problem in problems)
