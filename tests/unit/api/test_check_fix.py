"""`check --fix` writes each correction that leaves no choice, and nothing else."""

from pathlib import Path

import pytest

from api.cli.main import run
from tests.unit.rulebook.texts import SMALL

RULES = "rules/more.rules"
GOOD = """\
define half : Percent = 50%

table more-factor "Another factor"
  exactly one
  | customer.segment || factor |
  | shop             || 0.95   |
  | fleet            || 0.9    |
"""


def written(folder: Path, text: str) -> Path:
    """The small rulebook in a folder, with one more file of rules."""
    for path, each in {**SMALL, RULES: text}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(each, encoding="utf-8")
    return folder


def test_corrections_are_written_until_none_is_left(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = GOOD.replace("0.95   |", "0,95").replace("|| 0.9 ", "|| 0,9 ").replace("50%", "50").replace("  | fleet ", "  | flet  ")
    folder = written(tmp_path, wrong)
    before = {path: (folder / path).read_text(encoding="utf-8") for path in SMALL}
    run(["check", str(folder), "--fix"])
    assert (folder / RULES).read_text(encoding="utf-8").split() == GOOD.split()
    assert {path: (folder / path).read_text(encoding="utf-8") for path in SMALL} == before
    assert "corrections written: 5" in capsys.readouterr().err


def test_what_may_be_meant_twice_is_left_to_its_writer(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = GOOD.replace("0.9 ", "1,250 ")
    folder = written(tmp_path, text)
    assert run(["check", str(folder), "--fix"]) == 1
    assert (folder / RULES).read_text(encoding="utf-8") == text
    assert "corrections written: 0" in capsys.readouterr().err
