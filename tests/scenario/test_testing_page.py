"""The page on scenarios shows what the program says, long lines wrapped: each example on it is run and compared."""

from __future__ import annotations

import re
import shlex
import shutil
import textwrap
from pathlib import Path

import pytest

from api.cli import main

PAGE = "docs/how-to/test-a-rule.md"
MARK = re.compile(r"<!-- (file|change|run|part) (.+) -->\n(?:\n((?:    .*\n|\n)*))?")


@pytest.fixture
def folder(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the shipped rulebook without its scenarios, in which the page works."""
    for name in ("catalog", "rules", "plans", "vat", "templates"):
        left_out = shutil.ignore_patterns("*.test.yaml", "mutants.yaml")
        shutil.copytree(root / name, tmp_path / name, ignore=left_out)
    shutil.copy(root / "company.yaml", tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_page_shows_what_the_program_says(root: Path, folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    steps = MARK.findall((root / PAGE).read_text(encoding="utf-8"))
    assert [kind for kind, _, _ in steps] == ["file", "run", "change", "run", "change", "part", "part"]
    for kind, words, shown in steps:
        text = "".join(f"{line.removeprefix('    ')}\n" for line in shown.splitlines())
        if kind == "file":
            (folder / words).write_text(text, encoding="utf-8")
        elif kind == "change":
            name, _, change = words.partition(": ")
            before, after = change.split(" -> ")
            written = (folder / name).read_text(encoding="utf-8")
            assert before in written
            (folder / name).write_text(written.replace(before, after), encoding="utf-8")
        else:
            main.run([*shlex.split(words), "--rulebook", str(folder), "--language", "en"])
            response = capfd.readouterr()
            output = _wrapped(response.out if kind == "part" else response.out + response.err)
            same = text.strip("\n") in output if kind == "part" else text.strip("\n") == output.strip("\n")
            assert same, f"{PAGE}: the output of `{words}` is now:\n\n{output}"


def _wrapped(output: str) -> str:
    """The output as the page shows it: a line of more than 116 characters goes on below, four to the right of its start."""
    return "".join(f"{line}\n" for each in output.splitlines() for line in _lines(each))


def _lines(line: str) -> list[str]:
    indent = " " * (len(line) - len(line.lstrip()) + 4)
    return textwrap.wrap(line, 116, subsequent_indent=indent, break_on_hyphens=False, break_long_words=False) or [""]
