"""Shows that a change of wording changed no figure: `python -m tests.golden.figures REVISION` compares the golden texts with a revision.

Words may differ; every number of each text must be there as often as before. It prints the figures that came or went, and ends with 1.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
FOLDERS: Final = ("tests/golden", "demo")
ENDINGS: Final = (".txt", ".xml", ".csv", ".json")
_FIGURE: Final = re.compile(r"[-+−]?\d(?:[\d.,'’\u00a0\u202f]*\d)?")


def figures(text: str) -> Counter[str]:
    """Every number of a text as it is written, with how often it stands there."""
    return Counter(_FIGURE.findall(text))


def changed(before: str, after: str) -> tuple[list[str], list[str]]:
    """The figures that went and those that came between two texts."""
    old, new = figures(before), figures(after)
    return sorted((old - new).elements()), sorted((new - old).elements())


def main(revision: str) -> int:
    """Compares all golden texts; gives how many of them have other figures or are gone."""
    differing = 0
    listed = _git("ls-tree", "-r", "--name-only", revision, "--", *FOLDERS).splitlines()
    paths = [path for path in listed if path.endswith(ENDINGS)]
    for path in paths:
        here = ROOT / path
        if not here.exists():
            print(f"{path}: gone")
            differing += 1
            continue
        went, came = changed(_git("show", f"{revision}:{path}"), here.read_text("utf-8"))
        if went or came:
            print(f"{path}: no longer {' '.join(went) or 'nothing'}; now {' '.join(came) or 'nothing'}")
            differing += 1
    print(f"{len(paths)} texts compared with {revision}: {differing} with other figures")
    return differing


def _git(*words: str) -> str:
    return subprocess.run(["git", "-C", str(ROOT), *words], check=True, capture_output=True, text=True, encoding="utf-8").stdout


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m tests.golden.figures REVISION")
    sys.exit(1 if main(sys.argv[1]) else 0)
