"""The files of the checkout as the tidy tests read them: without git, from the folder itself."""

import ast
import os
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).parents[2]
NOT_OURS = {
    ".git", ".venv", ".cache", "__pycache__", "out", "var", ".pytest_cache", ".mypy_cache", ".ruff_cache",
    ".import_linter_cache", ".hypothesis", ".schemathesis", "schemathesis-report", "dist",
}  # fmt: skip
BINARY = {".png", ".jpg", ".ico", ".pdf", ".ttf", ".otf", ".woff2", ".xlsx", ".zip", ".sqlite", ".db"}


@dataclass(frozen=True)
class SourceFile:
    """One file of the checkout, read once."""

    path: str  # from the top of the checkout, with slashes

    @cached_property
    def text(self) -> str:
        """The whole file."""
        return (ROOT / self.path).read_text(encoding="utf-8")

    @cached_property
    def lines(self) -> list[str]:
        """Its lines, without their ends."""
        return self.text.splitlines()

    @cached_property
    def tree(self) -> ast.Module:
        """Its Python syntax tree."""
        return ast.parse(self.text, self.path)

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        """Every node of that tree: to walk it costs more than to look at what one finds there."""
        return tuple(ast.walk(self.tree))

    @property
    def name(self) -> str:
        """The last part of its path."""
        return self.path.rsplit("/", 1)[-1]

    def lies_in(self, *folders: str) -> bool:
        """Whether it lies under one of these folders."""
        return self.path.startswith(tuple(f"{folder}/" for folder in folders))


@cache
def all_files() -> tuple[SourceFile, ...]:
    """Every file of ours, in the order of their paths; nothing that tools or programs left behind."""
    found = []
    for folder, below, names in os.walk(ROOT):
        below[:] = sorted(name for name in below if name not in NOT_OURS)
        found += [(Path(folder) / name).relative_to(ROOT).as_posix() for name in names if name not in NOT_OURS]
    return tuple(SourceFile(path) for path in sorted(found) if not path.endswith((".pyc", "-wal", "-shm", "-journal")))


@cache
def text_files() -> tuple[SourceFile, ...]:
    """Every file of ours that is text; the lists of a tutorial are in the encoding of Windows, as spreadsheets write them."""
    return tuple(file for file in all_files() if Path(file.path).suffix not in BINARY and not _is_of_spreadsheet(file))


def _is_of_spreadsheet(file: SourceFile) -> bool:
    return file.path.endswith(".csv") and file.lies_in("docs/tutorials/lists-of-a-lift-company")


@cache
def python_files(*folders: str) -> tuple[SourceFile, ...]:
    """The Python files in these folders. There must be some: a rule about nothing would hold for ever."""
    found = tuple(file for file in all_files() if file.path.endswith(".py") and file.lies_in(*folders))
    assert found, f"no Python file in {', '.join(folders)}: was a folder renamed?"
    return found


def report(broken: list[str], teaching: str) -> None:
    """Fails with every place at once, and says how to mend them."""
    if broken:
        places = "\n  ".join(sorted(set(broken)))
        raise AssertionError(f"\n\n{teaching}\n\n  {places}\n")
