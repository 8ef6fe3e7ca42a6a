"""The cheat sheet is true: its pieces pass check and test in a new company, its commands exist, and it fits on a sheet."""

import re
import shlex
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path, PurePath

import pytest

from api.cli import main
from api.rulebook_folder import belongs_to_rulebook
from api.workbench.scaffold import NewCompany, rulebook_files
from engine.rulebook.reader import Reading, prove_reading, read_all, rulebook_of
from engine.testing.scenario_reader import scenarios_of
from engine.testing.scenario_runner import try_scenario
from engine.text.sources import Sources
from tests.golden.problems.pages import laid_over
from tests.unit.language.shop import check

PAGE = (Path(__file__).parents[3] / "docs" / "cheat-sheet.md").read_text(encoding="utf-8")
FILES = dict(re.findall(r"```(?:rules|yaml) (\S+)\n(.*?)```", PAGE, re.S))
COMMANDS = [shlex.split(line, comments=True) for line in re.findall(r"^centwright .*", PAGE, re.M)]
REQUIRED = {"check", "fmt", "test", "coverage", "mutate", "explain", "diff"}


@cache
def new_company() -> Sources:
    """The rulebook of a new company."""
    company = NewCompany(name="Acme", country="BE", language="en", begins_on=date(2027, 1, 4))
    return {path: content.decode() for path, content in rulebook_files(company).items() if belongs_to_rulebook(PurePath(path))}


def blocks_of(rules: str) -> dict[str, str]:
    """The blocks of a file of rules by the words they begin with, without the comments above them."""
    blocks = re.split(r"^(?=[a-z])", re.sub(r"^#.*\n", "", rules, flags=re.M), flags=re.M)[1:]
    return {
        " ".join(block.split()[:2]) if not block.startswith("fact") else block.splitlines()[0]: block.rstrip() + "\n" for block in blocks
    }


def pasted(sources: Sources, pieces: Mapping[str, str]) -> Sources:
    """A rulebook with pieces as the sheet says: blocks in place of those that begin with the same words, entries of YAML among theirs."""
    rules = {path: text for path, text in pieces.items() if path.endswith(".rules")}
    with_blocks = {path: "\n".join({**blocks_of(sources.get(path, "")), **blocks_of(text)}.values()) for path, text in rules.items()}
    return laid_over({**sources, **with_blocks}, {path: text for path, text in pieces.items() if path not in rules})


@pytest.fixture(scope="module")
def reading() -> Reading:
    """The rulebook of a new company with all of the sheet."""
    return read_all(pasted(new_company(), FILES))


@pytest.mark.parametrize("path", [*FILES, "all"])
def test_each_piece_and_all_pass_check_and_test(path: str, reading: Reading) -> None:
    assert len(FILES) == len(re.findall(r"```(?:rules|yaml)", PAGE)) > 10
    given = reading if path == "all" else read_all(pasted(new_company(), {path: FILES[path]}))
    assert [str(problem) for problem in prove_reading(given).problems if problem.stops] == []
    scenarios, problems = scenarios_of(given)
    assert (problems, len(scenarios) >= len(scenarios_of(read_all(new_company()))[0])) == ((), True)
    rulebook = rulebook_of(given)
    assert [scenario.name for scenario in scenarios if not try_scenario(scenario, rulebook).passed] == []


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
