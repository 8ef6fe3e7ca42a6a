"""The pages about problems, one for each code: why it matters, an example that causes it, and the corrected example."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from api.installation import SHIPPED

FOLDER: Final = SHIPPED / "docs" / "problems"
_CODE: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def page_of(code: str, folder: Path = FOLDER) -> str | None:
    """The Markdown page of a code; None where there is none."""
    if not _CODE.fullmatch(code):
        return None
    path = folder / f"{code}.md"
    return path.read_text(encoding="utf-8") if path.is_file() else None


def codes_with_page(folder: Path = FOLDER) -> tuple[str, ...]:
    """Every code that has a page, in alphabetical order."""
    return tuple(sorted(path.stem for path in folder.glob("*.md") if path.stem != "README"))


def pages_of(codes: set[str], folder: Path = FOLDER) -> Mapping[str, str]:
    """The pages of these codes; codes without a page are left out."""
    pages = {code: page_of(code, folder) for code in sorted(codes)}
    return {code: page for code, page in pages.items() if page is not None}
