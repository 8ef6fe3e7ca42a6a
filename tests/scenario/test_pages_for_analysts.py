"""Pages for analysts, followed literally: each command is run, each edit made, and each line of output must appear in order."""

import os
import re
import shlex
import shutil
from pathlib import Path

import pytest

from api.cli import main

EDIT = re.compile(r"<!-- (edit|write|save-as-utf-8) (\S+) -->")


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CENTWRIGHT_LANGUAGE", "en")
    for name in ("CENTWRIGHT_TODAY", "CENTWRIGHT_RULEBOOK", "CENTWRIGHT_DATABASE_URL"):
        monkeypatch.setenv(name, "")  # a page may export it: it is as before afterwards
        monkeypatch.delenv(name)


def test_the_first_rulebook(root: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert follow(root / "docs/tutorials/first-rulebook.md", capfd) == 9


@pytest.mark.parametrize("language", ["fr", "nl"])
def test_the_first_rulebook_in_other_languages(
    language: str, root: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CENTWRIGHT_LANGUAGE", language)
    assert follow(root / f"docs/tutorials/first-rulebook.{language}.md", capfd) == 9


def test_a_month_at_the_desk(root: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert follow(root / "docs/tutorials/a-month-at-the-desk.md", capfd) == 23


def test_a_company_of_your_own(root: Path, capfd: pytest.CaptureFixture[str]) -> None:
    shutil.copytree(root / "docs/tutorials/lists-of-a-lift-company", "lists")
    assert follow(root / "docs/tutorials/a-company-of-your-own.md", capfd) == 25


def test_twelve_changes(root: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main.run(("init", "acme", "--today", "2027-01-04", "--quiet")) == 0
    shutil.copy(root / "docs/pictures/invoice.png", "logo.png")
    assert follow(root / "docs/how-to/twelve-changes.md", capfd) == 16


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
    how, edited, ran, output = "", "", 0, ""
    for block in re.split(r"\n(?=<!-- )|\n\n(?! )", page.read_text("utf-8")):
        block = re.sub(r" \\\n +", " ", block)  # a command may go on in the next line
        result = EDIT.search(block)
        if result:
            how, edited = result[1], result[2]
        lines = [line[4:] for line in block.splitlines() if line.startswith("    ")]
        if how == "write" and lines:
            lines = written(Path(edited), block)
            how = ""
        elif how == "edit" and any(line.startswith(("- ", "+ ")) for line in lines):
            edit(Path(edited), lines)
            how = ""
        for line in lines:
            if line.startswith("$ "):
                output, ran = outputs(line.removeprefix("$ "), capfd), ran + 1
            elif ran and not line.startswith(("- ", "+ ", "+")):
                output = after(line, output, page.name)
    return ran


def after(line: str, output: str, page: str) -> str:
    """What follows a line of a page in the output of a command; the page may break a long line of it."""
    pattern = r"\s+".join(map(re.escape, line.split()))
    match = re.search(pattern, output)
    assert match, f"{page}: {line}"
    return output[match.end() :]


def written(file: Path, block: str) -> list[str]:
    """Writes the file of a block of a page, with its empty lines; the commands behind it."""
    text, _, commands = block.partition("-->")[2].strip("\n").partition("\n\n    $ ")
    file.write_text("".join(f"{line[4:]}\n" for line in text.splitlines()), "utf-8")
    return [line[4:] for line in f"    $ {commands}".splitlines()] if commands else []


def edit(file: Path, lines: list[str]) -> None:
    imported = [line[2:] for line in lines if line.startswith("- ")]
    put = [line[2:] for line in lines if line.startswith("+ ") or line == "+"]
    text, encoding = read(file)
    if not imported:
        file.write_text(text + "".join(f"  {line}\n" for line in put), "utf-8")
        return
    assert text.count(imported[0]) >= 1
    file.write_text(text.replace(imported[0], "\n".join(put), 1), encoding, newline="")


def read(file: Path) -> tuple[str, str]:
    """The text of a file of the rulebook, or of one that a spreadsheet wrote, and its encoding; line ends stay."""
    content = file.read_bytes()
    try:
        return content.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return content.decode("cp1252"), "cp1252"


def outputs(command: str, capfd: pytest.CaptureFixture[str]) -> str:
    words = shlex.split(command)
    if words[0] == "cp":
        (shutil.copytree if words[1] == "-r" else shutil.copy)(words[-2], words[-1])
        return ""
    if words[0] == "mkdir":
        Path(words[1]).mkdir()
        return ""
    if words[0] == "rm":
        for name in words[1:]:
            if name != "-r":
                shutil.rmtree(name) if Path(name).is_dir() else Path(name).unlink()
        return ""
    if words[0] == "export":
        os.environ.update(word.split("=", 1) for word in words[1:])
        return ""
    capfd.readouterr()
    assert main.run(words[1:]) in (0, 1, 3)
    captured = capfd.readouterr()
    return f"{captured.err}\n{captured.out}\n{captured.err}"  # a terminal shows messages before or after the data
