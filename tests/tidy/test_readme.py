"""The page of output that the README shows is the one that the tests keep."""

from pathlib import Path
from textwrap import indent


def test_the_readme_shows_a_page_as_it_is_today(root: Path) -> None:
    page = (root / "tests/golden/january/expected/2027-00001.txt").read_text(encoding="utf-8").rstrip()
    shown = indent(page, "    ")
    readme = (root / "README.md").read_text(encoding="utf-8")
    assert shown in readme, "the page in README.md is not the golden 2027-00001.txt: copy it anew, indented by four"


def test_the_first_screen_has_the_two_commands_and_the_page(root: Path) -> None:
    first_screen = (root / "README.md").read_text(encoding="utf-8").splitlines()[:45]
    assert any("./run demo" in line for line in first_screen)
    assert any("./run serve" in line for line in first_screen)
    assert any(line.strip().startswith("gross EUR") for line in first_screen)
