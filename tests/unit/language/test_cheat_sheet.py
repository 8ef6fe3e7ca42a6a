"""The cheat sheet is true: its rules and files are checked, its scenario passes, its commands exist, and it fits on a sheet."""

import re
import shlex
from pathlib import Path

import pytest

from api.cli import main
from engine.language.codegen.compiler import compile_rules
from engine.problems import Problem
from engine.rulebook.reader import check_rulebook, read_all, rulebook_of
from engine.testing.scenario_reader import scenarios_of
from engine.testing.scenario_runner import try_scenario
from tests.golden.problems.pages import laid_over
from tests.unit.language.shop import check
from tests.unit.rulebook.texts import SMALL

PAGE = (Path(__file__).parents[3] / "docs" / "cheat-sheet.md").read_text(encoding="utf-8")
RULES = re.findall(r"```rules\n(.*?)```", PAGE, re.S)
FILES = dict(re.findall(r"```yaml (\S+)\n(.*?)```", PAGE, re.S))
COMMANDS = [shlex.split(line, comments=True) for line in re.findall(r"^centwright .*", PAGE, re.M)]
REQUIRED = {"check", "fmt", "test", "coverage", "mutate", "explain", "diff"}


def test_the_rules_are_right_together() -> None:
    checked, problems = check("\n".join(RULES))
    assert [f"{problem}: {problem.help}" for problem in problems] == []
    compile_rules(checked)


def test_the_files_are_right_together() -> None:
    assert len(FILES) == len(re.findall(r"```yaml", PAGE))
    problems: tuple[Problem, ...] = check_rulebook(laid_over(SMALL, FILES))
    assert [str(problem) for problem in problems if problem.stops] == []


def test_the_scenario_passes() -> None:
    reading = read_all(laid_over(SMALL, FILES))
    scenarios, problems = scenarios_of(reading)
    assert (len(scenarios), problems) == (1, ())
    assert try_scenario(scenarios[0], rulebook_of(reading)).differences == ()


def test_every_command_of_the_workshop_is_on_it() -> None:
    assert {words[1] for words in COMMANDS} == REQUIRED


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_a_command_and_its_options_exist(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run([words[1], "--help"]) == 0
    output = capsys.readouterr().out
    assert [word for word in words if word.startswith("--") and word not in output] == []


def test_each_cell_and_policy_that_it_names_is_read() -> None:
    cells = ["-", "gold, public", "not gold"]
    for policy in ("exactly one", "first match", "same result"):
        rows = "".join(f"  | {cell} || 1 |\n" for cell in (cells if policy != "exactly one" else ["-"]))
        assert f"`{policy}`" in PAGE
        assert check(f"table a\n  {policy}\n  | customer.segment || n |\n{rows}")[1] == []
    assert all(f"`{cell}`" in PAGE for cell in cells)


def test_it_fits_on_one_sheet() -> None:
    lines = [line for line in PAGE.splitlines() if line.strip() and not line.startswith("```")]
    assert len(lines) <= 120, "two sides of sixty lines; leave to the reference what is seldom typed"
