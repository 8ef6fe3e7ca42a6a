"""Pages for analysts, followed literally: each command is run, each edit made, and each line of output must appear in order."""

import os
import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.cli import main

EDIT = re.compile(r"<!-- edit (\S+) -->")


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CENTWRIGHT_LANGUAGE", "en")
    for name in ("CENTWRIGHT_TODAY", "CENTWRIGHT_RULEBOOK", "CENTWRIGHT_DATABASE_URL"):
        monkeypatch.setenv(name, "")  # a page may export it: it is as before afterwards
        monkeypatch.delenv(name)


def test_the_first_rulebook(root: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert follow(root / "docs/tutorials/first-rulebook.md", capfd) == 9


@pytest.mark.parametrize(
    ("page", "commands"),
    [("prices-in-a-spreadsheet", 5), ("rules-in-ci", 1), ("bill-by-usage", 13), ("sell-amounts-in-advance", 14)],
)
def test_a_how_to(page: str, commands: int, root: Path, capfd: pytest.CaptureFixture[str]) -> None:
    for folder in ("acme", "acme-before"):
        assert main.run(("init", folder, "--today", "2027-01-04", "--quiet")) == 0
    assert follow(root / f"docs/how-to/{page}.md", capfd) == commands


def follow(page: Path, capfd: pytest.CaptureFixture[str]) -> int:
    """Does what a page says; how many commands it has."""
    edited, ran, output = "", 0, iter(())
    for block in re.split(r"\n(?=<!-- edit )|\n\n(?! )", page.read_text("utf-8")):
        result = EDIT.search(block)
        if result:
            edited = result[1]
        lines = [line[4:] for line in block.splitlines() if line.startswith("    ")]
        if edited and any(line.startswith(("- ", "+ ")) for line in lines):
            edit(Path(edited), lines)
            edited = ""
        for line in lines:
            if line.startswith("$ "):
                output, ran = outputs(line.removeprefix("$ "), capfd), ran + 1
            elif ran and not line.startswith(("- ", "+ ")):
                assert any(" ".join(line.split()) in " ".join(each.split()) for each in output), f"{page.name}: {line}"
    return ran


def edit(file: Path, lines: list[str]) -> None:
    imported = [line[2:] for line in lines if line.startswith("- ")]
    put = [line[2:] for line in lines if line.startswith("+ ")]
    text = file.read_text("utf-8")
    if not imported:
        file.write_text(text + "".join(f"  {line}\n" for line in put), "utf-8")
        return
    assert text.count(imported[0]) >= 1
    file.write_text(text.replace(imported[0], "\n".join(put)), "utf-8")


def outputs(command: str, capfd: pytest.CaptureFixture[str]) -> Iterator[str]:
    words = shlex.split(command)
    if words[0] == "cp":
        shutil.copytree(words[2], words[3])
        return iter(())
    if words[0] == "export":
        os.environ.update(word.split("=", 1) for word in words[1:])
        return iter(())
    capfd.readouterr()
    assert main.run(words[1:]) in (0, 1, 3)
    captured = capfd.readouterr()
    return iter((captured.out + captured.err).splitlines())
