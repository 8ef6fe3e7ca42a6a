"""The page on explanations shows what the program says: each example on it is run and compared."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from api.cli import main
from tests.scenario.conftest import write_folder

PAGE = "docs/how-to/explain-an-amount.md"
MARK = re.compile(r"<!-- (explain .+) -->\n\n((?:    .*\n|\n)*)")


def test_the_page_shows_what_the_program_says(root: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    files = {path.name: path.read_text(encoding="utf-8") for path in (root / "demo").glob("*.csv")}
    where = ("--database", str(tmp_path / "desk.sqlite"), "--today", "2027-01-31", "--quiet")
    assert main.run(["import", str(write_folder(tmp_path / "demo", files)), *where]) == 0
    assert main.run(["run", "issue", "--due-through", "2027-01-31", "--customer", "C001", *where]) == 0
    capfd.readouterr()
    examples = MARK.findall((root / PAGE).read_text(encoding="utf-8"))
    assert len(examples) == 2
    for words, shown in examples:
        assert main.run([*shlex.split(words), *where]) == 0
        output = "".join(f"    {line}\n" if line else "\n" for line in capfd.readouterr().out.splitlines())
        assert shown.rstrip() == output.rstrip(), f"{PAGE}: `{words}` says now:\n\n{output}"
