"""The tutorial in the browser, played from its page: each step as it stands there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from api.store.users import ROLES
from tests.browser.chromium import Visitors

STEP = re.compile(r"^- (.+(?:\n  .+)*)", re.M)
NEEDED = r"( \(needed\))?"


def test_each_step_of_the_tutorial(visitors: Visitors, root: Path) -> None:
    steps = [
        " ".join(step.split()) for step in STEP.findall((root / "docs/tutorials/a-month-in-the-browser.md").read_text(encoding="utf-8"))
    ]
    assert len(steps) > 50
    played = 0
    for role, parts in _by_person(steps):
        assert role in ROLES
        with visitors.page(role) as page:
            page.goto("/")
            copied = ""
            for step in parts:
                copied = _play(page, step, copied)
                played += 1
    assert played + 4 == len(steps)


def _by_person(steps: list[str]) -> Iterator[tuple[str, list[str]]]:
    starts = [place for place, step in enumerate(steps) if step.startswith("Sign in as ")]
    for start, end in zip(starts, [*starts[1:], len(steps)], strict=True):
        yield re.findall("`(.+)`", steps[start])[0], steps[start + 1 : end]


def _play(page: Page, step: str, copied: str) -> str:
    """Does what a step says; what is on the clipboard then."""
    word, _, rest = step.partition(" ")
    if step.startswith("Type the copy into "):
        _field(page, re.findall(r"\*(.+)\*", rest)[0]).fill(copied)
    elif word == "Type":
        pairs = re.findall(r"`([^`]+)` into \*([^*]+)\*", rest)
        assert len(pairs) == rest.count(" into "), step
        for text, label in pairs:
            _field(page, label).fill(text)
    elif word == "Choose":
        pairs = re.findall(r"`([^`]+)` in \*([^*]+)\*", rest)
        assert len(pairs) == rest.count(" in "), step
        for value, label in pairs:
            _field(page, label).select_option(value)
    elif word == "Click":
        for name in re.findall(r"\*\*([^*]+)\*\*", rest):
            _named(page, name).click()
            page.wait_for_load_state()
    elif word == "Tick":
        page.get_by_role("checkbox", name=rest.strip("*.")).check()
    elif word == "Copy":
        return page.locator("dt", has_text=re.findall(r"\*(.+)\*", rest)[0]).locator("+ dd").inner_text()
    else:
        (text,) = re.findall(r'^You see "(.+)"\.$', step)
        expect(page.locator("main").get_by_text(re.compile(_pattern(text))).and_(page.locator(":visible")).first).to_be_visible(
            timeout=90_000
        )
    return copied


def _field(page: Page, label: str) -> Locator:
    main, name = page.locator("main"), re.compile(f"^{_pattern(label)}{NEEDED}$")
    return main.get_by_label(name).or_(main.get_by_role("textbox", name=name)).first


def _named(page: Page, name: str) -> Locator:
    return page.locator("a, button, summary").filter(has_text=re.compile(rf"^\s*{_pattern(name)}\s*$")).and_(page.locator(":visible")).first


def _pattern(words: str) -> str:
    """`…` stands for words that differ, or that need not be typed."""
    return re.sub(r"(\\ )?…(\\ )?", ".+", re.escape(words))
