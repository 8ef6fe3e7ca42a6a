"""The cheat sheet is true: its rules and files are checked, its scenario passes, its commands exist, and it fits on a sheet."""

import re
import shlex
from datetime import date
from pathlib import Path, PurePath

import pytest

from api.cli import main
from api.rulebook_folder import belongs_to_rulebook
from api.workbench.scaffold import NewCompany, rulebook_files
from engine.rulebook.reader import Reading, prove_reading, read_all, rulebook_of
from engine.testing.scenario_reader import scenarios_of
from engine.testing.scenario_runner import try_scenario
from tests.golden.problems.pages import laid_over
from tests.unit.language.shop import check

PAGE = (Path(__file__).parents[3] / "docs" / "cheat-sheet.md").read_text(encoding="utf-8")
FILES = dict(re.findall(r"```(?:rules|yaml) (\S+)\n(.*?)```", PAGE, re.S))
COMMANDS = [shlex.split(line, comments=True) for line in re.findall(r"^centwright .*", PAGE, re.M)]
REQUIRED = {"check", "fmt", "test", "coverage", "mutate", "explain", "diff"}


@pytest.fixture(scope="module")
def reading() -> Reading:
    """The rulebook of a new company, with the blocks of the sheet in their files."""
    company = NewCompany(name="Acme", country="BE", language="en", begins_on=date(2027, 1, 4))
    files = {path: content.decode() for path, content in rulebook_files(company).items() if belongs_to_rulebook(PurePath(path))}
    return read_all(laid_over(files, FILES))


def test_the_rules_and_files_are_right_together(reading: Reading) -> None:
    assert len(FILES) == len(re.findall(r"```(?:rules|yaml)", PAGE)) > 10
    assert [str(problem) for problem in prove_reading(reading).problems if problem.stops] == []


def test_the_scenario_passes(reading: Reading) -> None:
    scenarios, problems = scenarios_of(reading)
    assert problems == ()
    (scenario,) = (each for each in scenarios if each.name in PAGE)
    assert try_scenario(scenario, rulebook_of(reading)).differences == ()


def test_the_catalogue_of_the_sheet_is_that_of_a_new_company(reading: Reading) -> None:
    shown = set(re.findall(r"^\| `([A-Z]+)`", PAGE, re.M))
    assert shown == set(rulebook_of(reading).products)


def test_every_command_of_the_workshop_is_on_it() -> None:
    assert {words[1] for words in COMMANDS} == REQUIRED


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_a_command_and_its_options_exist(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run([words[1], "--help"]) == 0
    output = capsys.readouterr().out
    assert [word for word in words if word.startswith("--") and word not in output] == []


def test_each_cell_and_policy_that_it_names_is_read() -> None:
    cells = {"-": "-", "direct, partner": "gold, public", "not partner": "not gold"}
    for policy in ("exactly one", "first match", "same result"):
        rows = "".join(f"  | {cell} || 1 |\n" for cell in (cells.values() if policy != "exactly one" else ["-"]))
        assert f"`{policy}`" in PAGE
        assert check(f"table a\n  {policy}\n  | customer.segment || n |\n{rows}")[1] == []
    assert all(f"`{cell}`" in PAGE for cell in cells)


def test_it_fits_on_one_sheet() -> None:
    lines = [line for line in PAGE.splitlines() if line.strip() and not line.startswith("```")]
    assert len(lines) <= 120, "two sides of sixty lines; leave to the reference what is seldom typed"
