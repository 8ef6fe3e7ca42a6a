"""The pages of output that the README and the first change show are those that the tests keep; the index of pages names them all."""

from itertools import takewhile
from pathlib import Path
from textwrap import indent

import pytest


def test_the_readme_shows_a_page_as_it_is_today(root: Path) -> None:
    page = (root / "tests/golden/january/expected/2027-00001.txt").read_text(encoding="utf-8").rstrip()
    shown = indent(page, "    ")
    readme = (root / "README.md").read_text(encoding="utf-8")
    assert shown in readme, "the page in README.md is not the golden 2027-00001.txt: copy it anew, indented by four"


def test_the_first_screen_has_the_two_commands_and_the_page(root: Path) -> None:
    first_screen = (root / "README.md").read_text(encoding="utf-8").splitlines()[:45]
    assert any("./run demo" in line for line in first_screen)
    assert any("./run test" in line for line in first_screen)
    assert any(line.strip().startswith("gross EUR") for line in first_screen)


@pytest.mark.parametrize("page", ["README.md", "docs/tutorials/first-change.md"])
def test_a_page_shows_the_comparison_as_it_is_today(page: str, root: Path) -> None:
    golden = (root / "tests/golden/diff/expected/index-of-2027.txt").read_text(encoding="utf-8")
    block = (root / page).read_text(encoding="utf-8").split("centwright diff HEAD .\n")[1].lstrip("\n")
    shown = "\n".join(line[4:] for line in takewhile(lambda line: not line or line.startswith("    "), block.splitlines()))
    pieces = [piece.strip("\n") for piece in shown.split("…\n") if piece.strip()]
    places = [golden.find(piece) for piece in pieces]
    assert len(pieces) > 1, "the page shows what `centwright diff HEAD .` says, with a line … where it is cut"
    assert -1 not in places, f"{page} shows what is not in tests/golden/diff/expected/index-of-2027.txt: copy it anew"
    assert places == sorted(places)


def test_the_index_of_the_pages_names_them_all(root: Path) -> None:
    index = (root / "docs/README.md").read_text(encoding="utf-8")
    shelves = ("tutorials", "how-to", "reference", "explanation", "decisions")
    pages = [page for shelf in shelves for page in (root / "docs" / shelf).glob("*.md")]
    missing = sorted(page.name for page in pages if f"({page.relative_to(root / 'docs').as_posix()})" not in index)
    assert not missing, f"give each a line in docs/README.md: {', '.join(missing)}"
