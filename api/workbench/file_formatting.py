"""The files that analysts edit, found in folders, and each in its canonical layout."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path
from typing import Final

from api.output.files import write_file
from api.refusals import OutsideFailure
from api.workbench.rulebook_folder import FOLDERS, NO_FOLDER, NOT_UTF8, read_text
from engine.language import format_text
from engine.problems import Problem, Span, refuse

ENDINGS: Final = (".rules", ".yaml", ".yml")
"""Files with these endings are laid out; price lists in CSV stay as they are."""
_TEMPLATES: Final = "templates"


@dataclass(frozen=True, slots=True)
class LaidOut:
    """One file as it is and as it shall be; with problems it stays as it is."""

    path: Path
    name: str
    """How it is told: from where the program was called."""
    text: str
    laid: str
    problems: tuple[Problem, ...] = ()

    @property
    def changes(self) -> bool:
        """Whether it is not yet as it shall be."""
        return self.laid != self.text

    @property
    def diff(self) -> str:
        """What would change, line by line."""
        lines = unified_diff(self.text.splitlines(keepends=True), self.laid.splitlines(keepends=True), self.name, self.name)
        return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def lay_out_text(name: str, raw: bytes) -> LaidOut:
    """A text that comes from elsewhere, such as an editor, under the name of its file."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as mistake:
        return LaidOut(Path(name), name, "", "", (NOT_UTF8.at(Span(name, 1, 1, 1, 1), byte=mistake.start),))
    return LaidOut(Path(name), name, text, *format_text(name, text))


def lay_out_files(places: Sequence[Path]) -> Iterator[LaidOut]:
    """Every file of analysts at these places, in the order of their paths; templates belong to others and are left out."""
    seen: set[Path] = set()
    for place in places:
        for path, root in _files(place):
            if path.resolve() not in seen:
                seen.add(path.resolve())
                yield _laid_out(path, root)


def write_laid_out(files: Sequence[LaidOut]) -> None:
    """Writes the files that change, each whole or not at all; where some cannot be written, the others are."""
    problems: list[Problem] = []
    for file in files:
        try:
            write_file(file.path, file.laid.encode())
        except OutsideFailure as failure:
            problems += failure.problems
    if problems:
        raise OutsideFailure(tuple(problems))


def _laid_out(path: Path, root: Path) -> LaidOut:
    name = _shown(path)
    text = read_text(path, name, root)
    if isinstance(text, Problem):
        return LaidOut(path, name, "", "", (text,))
    return LaidOut(path, name, text, *format_text(name, text))


def _files(place: Path) -> Iterator[tuple[Path, Path]]:
    """The files at a place, each with the folder that it may not lead out of."""
    if place.is_file():
        if place.suffix in ENDINGS and not _is_template(place):
            yield place, place.resolve().parent
        return
    if not place.is_dir():
        raise refuse(NO_FOLDER, folder=place)
    root = place.resolve()
    company = place / "company.yaml"
    if company.is_file():
        yield company, root
    for folder in [place / name for name in FOLDERS] if company.is_file() else [place]:
        for path in sorted(folder.rglob("*")):
            is_hidden = any(part.startswith(".") for part in path.relative_to(place).parts)
            if path.suffix in ENDINGS and not is_hidden and path.is_file() and not _is_template(path):
                yield path, root


def _is_template(path: Path) -> bool:
    """Whether a file belongs to the templates of a rulebook, which count to the letter."""
    return any(folder.name == _TEMPLATES and (folder.parent / "company.yaml").is_file() for folder in path.resolve().parents)


def _shown(path: Path) -> str:
    here = Path.cwd()
    return (path.resolve().relative_to(here) if path.resolve().is_relative_to(here) else path).as_posix()
