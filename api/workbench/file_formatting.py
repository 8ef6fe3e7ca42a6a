"""Formatting of the files that analysts edit: rule files and YAML files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import unified_diff
from pathlib import Path
from typing import Final

from api.output.files import write_file
from api.refusals import OutsideFailure
from api.rulebook_folder import FOLDERS, NO_FOLDER, NOT_UTF8, belongs_to_rulebook, read_text, text_of
from engine.language import format_text
from engine.problems import Problem, refuse
from engine.text.file_contents import UTF_8, read_contents, sample_of

ENDINGS: Final = (".rules", ".yaml", ".yml")
"""Files with these endings are formatted; CSV price lists stay as they are."""
_TEMPLATES: Final = "templates"


@dataclass(frozen=True, slots=True)
class FormattedFile:
    """One file before and after formatting; a file with problems stays as it is."""

    path: Path
    name: str
    """Its path from the working directory, for messages."""
    text: str
    formatted: str
    problems: tuple[Problem, ...] = ()
    content: bytes = b""
    """Its bytes before."""
    encoding: str = UTF_8
    """That of its bytes, where it is written in UTF-8 anew."""
    sample: str = ""
    """Words of it that show whether they were read in the right encoding."""

    @property
    def changes(self) -> bool:
        """Whether formatting changes it."""
        return self.encoding != UTF_8 or (not self.problems and self.formatted.encode() != self.content)

    @property
    def diff(self) -> str:
        """The unified diff of the change."""
        lines = unified_diff(self.text.splitlines(keepends=True), self.formatted.splitlines(keepends=True), self.name, self.name)
        return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def format_raw(name: str, raw: bytes) -> FormattedFile:
    """A text from elsewhere, such as an editor, under the name of its file."""
    text = text_of(name, raw)
    if isinstance(text, Problem):
        return FormattedFile(Path(name), name, read_contents(raw).text, "", (text,))
    return FormattedFile(Path(name), name, text, *format_text(name, text), raw)


def format_files(places: Sequence[Path], *, to_utf_8: bool = False) -> Iterator[FormattedFile]:
    """Every file that analysts edit at these paths, in order; templates are left out.

    With `to_utf_8`, files in another encoding are written in UTF-8 anew, price lists and templates among them.
    """
    seen: set[Path] = set()
    for place in places:
        for path, root in _files(place, is_any_text=to_utf_8):
            if path.resolve() not in seen:
                seen.add(path.resolve())
                file = _format_file(path, root, to_utf_8)
                if path.suffix in ENDINGS and not _is_template(path):
                    yield file
                elif file.encoding != UTF_8:
                    yield replace(file, formatted=file.text, problems=())


def write_formatted(files: Sequence[FormattedFile]) -> None:
    """Writes the given files, each atomically; a file that cannot be written does not stop the others."""
    problems: list[Problem] = []
    for file in files:
        try:
            write_file(file.path, file.formatted.encode())
        except OutsideFailure as failure:
            problems += failure.problems
    if problems:
        raise OutsideFailure(tuple(problems))


def _format_file(path: Path, root: Path, to_utf_8: bool) -> FormattedFile:
    name = _shown(path)
    text = read_text(path, name, root)
    if not isinstance(text, Problem):
        return FormattedFile(path, name, text, *format_text(name, text), path.read_bytes())
    if text.kind is not NOT_UTF8:
        return FormattedFile(path, name, "", "", (text,))
    contents = read_contents(path.read_bytes())
    if not to_utf_8:
        return FormattedFile(path, name, contents.text, "", (text,))
    formatted = format_text(name, contents.text)
    return FormattedFile(path, name, contents.text, *formatted, encoding=contents.encoding, sample=sample_of(contents))


def _files(place: Path, *, is_any_text: bool) -> Iterator[tuple[Path, Path]]:
    """The files at a path, each with the folder that a link may not lead out of; with `is_any_text`, those that are not formatted too."""
    if place.is_file():
        if is_any_text or (place.suffix in ENDINGS and not _is_template(place)):
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
            below = path.relative_to(place)
            is_formatted = path.suffix in ENDINGS and not any(part.startswith(".") for part in below.parts) and not _is_template(path)
            if path.is_file() and (is_formatted or (is_any_text and company.is_file() and belongs_to_rulebook(below))):
                yield path, root


def _is_template(path: Path) -> bool:
    """Whether a file is a template, whose spaces are part of the output."""
    return any(folder.name == _TEMPLATES and (folder.parent / "company.yaml").is_file() for folder in path.resolve().parents)


def _shown(path: Path) -> str:
    here = Path.cwd()
    return (path.resolve().relative_to(here) if path.resolve().is_relative_to(here) else path).as_posix()
