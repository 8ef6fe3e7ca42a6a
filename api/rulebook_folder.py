"""Reading the texts of a rulebook from a folder, within limits of size and number."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path, PurePath
from shlex import quote
from typing import Final

from api.installation import SHIPPED
from engine.phrases import Phrase, phrase
from engine.problems import Kind, Problem, Refusal, Span, refuse
from engine.text.file_contents import UTF_8, picture_ending, read_contents, sample_of
from engine.text.nearest import nearest
from engine.text.sources import Sources

NO_FOLDER: Final = Kind(
    "no-folder", "there is no folder `{folder}`", "write the folder that holds company.yaml and catalog/, or leave `--rulebook` away"
)
NO_RULEBOOK: Final = Kind("no-rulebook", "`{folder}` holds no rulebook", "a rulebook has company.yaml, catalog/, rules/, plans/ and vat/")
TOO_MANY_FILES: Final = Kind("too-many-files", "`{folder}` holds more than {most} files", "put several products or rules into one file")
FILE_TOO_LARGE: Final = Kind("file-too-large", "this file has {size} bytes; at most {most} are read", "split it into several files")
NOT_UTF8: Final = Kind(
    "not-text",
    "this file is in {encoding} and not in UTF-8: here stands `{sample}`",
    "{remedy}",
)
NO_TEXT: Final = Kind("no-text", "this file is {what}, whatever its name", "{remedy}")
OVERLOOKED: Final = Kind("file-not-read", "the file `{name}` is not read: {why}", "{remedy}", "advice")
UNREADABLE: Final = Kind("unreadable-file", "this file cannot be read: {why}", "see to its permissions")
OUTSIDE: Final = Kind("outside-the-folder", "this file is a link to something outside the rulebook", "put the file itself here")

FOLDERS: Final = ("catalog", "rules", "plans", "vat", "templates")
_ENDINGS: Final = {".yaml", ".yml", ".rules", ".csv"}
_TEMPLATE_ENDINGS: Final = {".yaml", ".yml", ".j2", ".html", ".css", ".txt", ".svg"}
_LOGOS: Final = ("logo.svg", "logo.png", "logo.jpg")
_SPREADSHEETS: Final = {".xlsx", ".xls", ".ods"}
MOST_FILES: Final = 2_000
MOST_BYTES: Final = 4_000_000


@cache
def shipped_templates() -> Sources:
    """The texts of the program's own templates, which count where a rulebook has none of that path."""
    return {path: text for path, text in read_folder(SHIPPED).items() if path.startswith("templates/")}


def read_folder(folder: Path) -> Sources:
    """Every text of the rulebook in a folder, by its path; Refusal with each file that cannot be read."""
    if not folder.is_dir():
        raise refuse(NO_FOLDER, folder=folder)
    texts, problems = texts_of_folder(folder)
    if problems:
        raise Refusal(problems)
    if not texts:
        raise refuse(NO_RULEBOOK, folder=folder)
    return texts


def texts_of_folder(folder: Path, *, decodes: bool = False) -> tuple[Sources, tuple[Problem, ...]]:
    """The texts of the rulebook in a folder that can be read, and the problem with each other file.

    With `decodes`, a file in another encoding has its problem and its text, so that what else is wrong is found.
    """
    root = folder.resolve()
    texts: dict[str, str] = {}
    problems: list[Problem] = []
    for path in _files(root):
        name = path.relative_to(root).as_posix()
        if len(texts) + len(problems) >= MOST_FILES:
            return texts, (*problems, TOO_MANY_FILES.at(None, folder=folder, most=MOST_FILES))
        text = read_text(path, name, root)
        if isinstance(text, Problem):
            problems.append(text)
            if decodes and text.kind is NOT_UTF8:
                texts[name] = read_contents(path.read_bytes()).text
        else:
            texts[name] = text
    return texts, tuple(problems)


def _files(root: Path) -> Iterator[Path]:
    """The files of the rulebook, in the order of their paths."""
    if (root / "company.yaml").is_file():
        yield root / "company.yaml"
    for name in FOLDERS:
        for path in sorted((root / name).rglob("*")):
            if belongs_to_rulebook(path.relative_to(root)) and path.is_file():
                yield path


def belongs_to_rulebook(path: PurePath) -> bool:
    """Whether a path from the rulebook's folder is that of one of its texts; hidden files are not."""
    if path.parts == ("company.yaml",):
        return True
    endings = _TEMPLATE_ENDINGS if path.parts[:1] == ("templates",) else _ENDINGS
    is_hidden = any(part.startswith(".") for part in path.parts)
    return path.parts[:1] != () and path.parts[0] in FOLDERS and path.suffix.lower() in endings and not is_hidden


def read_text(path: Path, name: str, root: Path) -> str | Problem:
    """The text of one file below a folder, or the problem with it, which names the file `name`."""
    where = Span(name, 1, 1, 1, 1)
    try:
        if not path.resolve().is_relative_to(root):
            return OUTSIDE.at(where)
        size = path.stat().st_size
        if size > MOST_BYTES:
            return FILE_TOO_LARGE.at(where, size=f"{size:_}", most=f"{MOST_BYTES:_}")
        content = path.read_bytes()
    except OSError as mistake:
        return UNREADABLE.at(where, why=mistake.strerror or phrase("unknown"))
    return text_of(name, content, path)


def text_of(name: str, content: bytes, place: PurePath | None = None) -> str | Problem:
    """The text of a file from its bytes, or why they are no text in UTF-8; `place` is its path from the working directory."""
    contents = read_contents(content)
    if contents.is_no_text is not None:
        return NO_TEXT.at(Span(name, 1, 1, 1, 1), what=contents.is_no_text, remedy=_instead(name, content))
    if contents.encoding != UTF_8:
        remedy = _in_utf_8(quote(_shown(place or PurePath(name))))
        return NOT_UTF8.at(contents.span(name), encoding=contents.encoding, sample=sample_of(contents), remedy=remedy)
    return contents.text


def _in_utf_8(place: str) -> Phrase:
    if place.rstrip("'").endswith(".csv"):
        return phrase("run `centwright fmt --to-utf-8 {place}`, which writes it in UTF-8, or save it as `CSV UTF-8`", place=place)
    return phrase("run `centwright fmt --to-utf-8 {place}`, which writes it in UTF-8, or save it as UTF-8 in its editor", place=place)


def _shown(place: PurePath) -> str:
    """A path from the working directory, where it lies below that."""
    here = Path.cwd()
    return (place.relative_to(here) if place.is_relative_to(here) else place).as_posix()


def _instead(name: str, content: bytes) -> Phrase:
    """What to do about a file that is no text."""
    ending = picture_ending(content)
    if name.startswith("templates/logo.") and ending:
        return phrase("name it `logo{ending}`", ending=ending)
    if name.startswith("templates/") and name.endswith(".svg"):
        return phrase("name it by what it is, such as `logo.png`, and write that name in the template")
    return phrase("save its content as text in UTF-8, or remove it")


def overlooked(folder: Path) -> tuple[Problem, ...]:
    """Advice on files that look like texts of the rulebook and are not read, for their names: `book.yaml.txt`, `plans.yaml.bak`."""
    root = folder.resolve()
    problems = []
    for name in FOLDERS:
        for path in sorted((root / name).rglob("*"))[:MOST_FILES]:
            below = path.relative_to(root)
            if path.is_file() and not belongs_to_rulebook(below) and not any(part.startswith(".") for part in below.parts):
                problems += _overlooked(below)
    return (*problems, *_other_logos(root))


def _overlooked(path: PurePath) -> list[Problem]:
    endings = [ending.lower() for ending in path.suffixes]
    ending = endings[-1].rstrip("~") if endings else ""
    where = Span(path.as_posix(), 1, 1, 1, 1)
    if ending in _SPREADSHEETS:
        why, remedy = phrase("it is a spreadsheet"), phrase("save its sheet as `{name}.csv` in UTF-8", name=path.stem)
    elif ending == ".txt" and path.parts[0] != "templates" and endings[-2:-1] and endings[-2] in _ENDINGS:
        why, remedy = phrase("it ends with `.txt`"), phrase("name it `{name}`", name=path.stem)
    elif (endings and ending in _ENDINGS and endings[-1] != ending) or (endings[-2:-1] and endings[-2] in _ENDINGS):
        why, remedy = (
            phrase("it ends with `{ending}`", ending=path.suffix),
            phrase("remove it if it is an old copy, or give it its old name"),
        )
    elif path.parts[0] != "templates" and (meant := nearest(ending, _ENDINGS)) and ending not in _ENDINGS:
        why, remedy = phrase("it ends with `{ending}`", ending=path.suffix), phrase("name it `{name}`", name=f"{path.stem}{meant}")
    elif path.parent.as_posix() == "templates" and path.name.lower() in _LOGOS and path.name not in _LOGOS:
        why, remedy = phrase("its name has capitals"), phrase("name it `{name}`", name=path.name.lower())
    else:
        return []
    return [OVERLOOKED.at(where, name=path.name, why=why, remedy=remedy)]


def _other_logos(root: Path) -> Iterator[Problem]:
    """Advice on each logo beside the first: documents show one."""
    first, *others = [name for name in _LOGOS if (root / "templates" / name).is_file()] or ("",)
    for name in others:
        why, remedy = phrase("`{other}` stands beside it", other=first), phrase("remove the one that is not meant")
        yield OVERLOOKED.at(Span(f"templates/{name}", 1, 1, 1, 1), name=name, why=why, remedy=remedy)
