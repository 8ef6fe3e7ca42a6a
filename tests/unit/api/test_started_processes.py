"""Processes that the program starts import nothing from the folder in which they run: it may be what a review looks at."""

from __future__ import annotations

import re
from pathlib import Path


def test_no_process_imports_from_the_folder_where_it_starts(root: Path) -> None:
    starts = [
        (path.relative_to(root).as_posix(), found[0])
        for path in sorted((root / "api").rglob("*.py"))
        for found in re.finditer(r'sys\.executable,\s*"[^"]*"', path.read_text(encoding="utf-8"))
    ]
    assert len(starts) >= 3
    assert [path for path, start in starts if not start.endswith('"-P"')] == []
