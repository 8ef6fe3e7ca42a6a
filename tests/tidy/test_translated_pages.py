"""A page in French or Dutch is the English one: the same code, headings, tables and links; the code is run on the English page."""

import re
from pathlib import Path

import pytest

from tests.tidy.checkout import ROOT

RUN_IN_ITS_LANGUAGE = "first-rulebook"
"""Its commands answer in the language of the page: tests/scenario/test_pages_for_analysts.py follows it in each."""
TRANSLATED = sorted(path for path in (ROOT / "docs").rglob("*.md") if path.stem.endswith((".fr", ".nl")))
PAGES = [page for page in TRANSLATED if not page.name.startswith(RUN_IN_ITS_LANGUAGE)]
_FENCED = re.compile(r"^```.*?^```$", re.M | re.S)


def code(text: str) -> list[str]:
    """Every block of code and every mark of a page, in order."""
    fences = _FENCED.findall(text)
    lines = [line for line in _FENCED.sub("", text).splitlines() if line.startswith(("    ", "<!-- "))]
    return [*fences, *lines]


def outline(text: str) -> list[str]:
    """The levels of the headings, the rows of the tables with their number of cells, and the items of lists."""
    bare = re.sub(r"`[^`\n]*`", "", _FENCED.sub("", text))
    marks = (re.match(r"(#+|\||\d+\.|-) ", line) for line in bare.splitlines())
    return [f"{mark[1]} {mark.string.count('|')}" for mark in marks if mark]


def links(page: Path) -> list[str]:
    """The files to which a page leads, whatever their language."""
    return sorted(re.sub(r"\.(fr|nl)\.md", ".md", target) for target in re.findall(r"\]\(([^)]+)\)", page.read_text("utf-8")))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_translated_page_is_the_english_one(page: Path) -> None:
    english = page.with_name(page.name.replace(page.suffixes[-2], ""))
    translated, original = page.read_text("utf-8"), english.read_text("utf-8")
    assert outline(translated) == outline(original)
    assert links(page) == links(english)
    assert code(translated) == code(original)


def test_a_page_is_in_both_languages_or_in_neither() -> None:
    names = [page.name.rsplit(".", 2)[0] for page in TRANSLATED]
    assert {RUN_IN_ITS_LANGUAGE, "cheat-sheet", "rule-language", "twelve-changes", "test-a-rule", "see-what-changes"} <= set(names)
    assert [name for name in names if names.count(name) != 2] == []
