"""Checks the logos of a rulebook: a picture must be what its name says, and an SVG must hold what it shows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from engine.phrases import Phrase, phrase
from engine.problems import Kind, Problem, Span
from engine.text.file_contents import picture_ending, read_contents

NOT_A_PICTURE: Final = Kind(
    "logo-not-a-picture", "this file is {what} and not a picture in {form}: documents would show no logo", "{remedy}"
)
PICTURE_ELSEWHERE: Final = Kind(
    "logo-with-other-picture",
    "this logo shows `{address}`, which is not in the templates: documents are printed without it",
    "embed the picture in the file, or save the whole logo as `logo.png`",
)
_FORMS: Final = {".png": "PNG", ".jpg": "JPEG"}
_SHOWN: Final = re.compile(
    r"""<(?:\w+:)?(?:image|use|feImage)\b[^>]*?\bhref\s*=\s*["']([^"'#][^"']*)["']|\burl\(\s*["']?([^"')#\s][^"')]*)|@import\s+["']([^"']+)"""
)
"""The addresses of what an SVG shows from outside of it."""
_LARGEST: Final = 4_000_000


def check_logos(folder: Path) -> Iterator[Problem]:
    """What is wrong with the logos of a rulebook's folder."""
    templates = folder / "templates"
    for ending, form in _FORMS.items():
        logo = templates / f"logo{ending}"
        if logo.is_file():
            yield from _picture(logo, form, ending)
    logo = templates / "logo.svg"
    if logo.is_file() and logo.stat().st_size <= _LARGEST:
        yield from _svg(logo.read_bytes().decode("utf-8", "replace"), templates)


def _picture(logo: Path, form: str, ending: str) -> Iterator[Problem]:
    with logo.open("rb") as opened:
        content = opened.read(4096)
    actual = picture_ending(content)
    if actual != ending:
        remedy = phrase("name it `logo{ending}`", ending=actual) if actual else phrase("save it as a picture in {form} again", form=form)
        yield NOT_A_PICTURE.at(Span(f"templates/{logo.name}", 1, 1, 1, 1), what=_what(content), form=form, remedy=remedy)


def _what(content: bytes) -> Phrase:
    if not content:
        return phrase("empty")
    if b"<svg" in content[:1024]:
        return phrase("an SVG")
    return read_contents(content).is_no_text or phrase("a text or a file of another kind")


def _svg(text: str, templates: Path) -> Iterator[Problem]:
    for match in _SHOWN.finditer(text):
        at = next(number for number in (1, 2, 3) if match[number])
        address = match[at].strip()
        if address.startswith("data:") or (not re.match(r"[A-Za-z][A-Za-z0-9+.-]*:|/", address) and (templates / address).is_file()):
            continue
        start, end = match.span(at)
        line, column = text.count("\n", 0, start) + 1, start - text.rfind("\n", 0, start)
        yield PICTURE_ELSEWHERE.at(Span("templates/logo.svg", line, column, line, column + end - start), address=address[:200])
