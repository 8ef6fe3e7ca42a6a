"""What the bytes of a file are: text in UTF-8, text in another encoding, or no text at all, such as a picture or a spreadsheet."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from engine.phrases import Phrase, phrase

UTF_8: Final = "UTF-8"
_SIGNATURES: Final = (
    (b"\x89PNG\r\n\x1a\n", phrase("a picture in PNG")),
    (b"\xff\xd8\xff", phrase("a picture in JPEG")),
    (b"GIF8", phrase("a picture in GIF")),
    (b"%PDF-", phrase("a PDF")),
    (b"PK\x03\x04", phrase("a spreadsheet or another file of the kind zip")),
    (b"\xd0\xcf\x11\xe0", phrase("an old spreadsheet or document of Office")),
)
_USUAL: Final = re.compile(
    r"[\u00a0-\u00ff\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u20ac\u2013\u2014\u2018\u2019\u201c\u201d\u2026\u2022]"
)
"""What people write of Windows-1252 beside ASCII. Letters of the DOS code page 850 are read as other signs in it."""
_DOS: Final = re.compile(r"[a-z][\u0160\u201c\u201d\u2026](?=[a-z])")
"""What `\u00e8`, `\u00f4`, `\u00f6` and `\u00e0` of that code page within a word are in Windows-1252."""
_PICTURES: Final = {b"\x89PNG\r\n\x1a\n": ".png", b"\xff\xd8\xff": ".jpg"}
NO_TEXTS: Final = tuple(signature for signature, _ in _SIGNATURES)
"""How the bytes of pictures, spreadsheets and other files begin that are no text."""


@dataclass(frozen=True, slots=True)
class FileContents:
    """The text of a file and its encoding; or what the file is, where it is no text, and the first byte that says so."""

    text: str = ""
    encoding: str = UTF_8
    is_no_text: Phrase | None = None
    at: int = 0
    """The offset of the first byte that is no UTF-8."""


def read_contents(content: bytes) -> FileContents:
    """The contents of a file."""
    for signature, what in _SIGNATURES:
        if content.startswith(signature):
            return FileContents(is_no_text=what)
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return FileContents(content.decode("utf-16", "replace").removeprefix("\ufeff"), "UTF-16")
    try:
        return FileContents(content.decode("utf-8"))
    except UnicodeDecodeError as mistake:
        return _of_windows(content, mistake.start)


def picture_ending(content: bytes) -> str:
    """How the name of a picture ends that documents may show; empty for any other file."""
    return next((ending for signature, ending in _PICTURES.items() if content.startswith(signature)), "")


def _of_windows(content: bytes, at: int) -> FileContents:
    """A text in an encoding of one byte a letter."""
    if b"\x00" in content:
        return FileContents(is_no_text=phrase("no text: it holds the byte 0"), at=at)
    text = content.decode("cp1252", "replace")
    odd = {letter for letter in set(text) if ord(letter) > 127}
    if all(_USUAL.fullmatch(letter) for letter in odd) and not _DOS.search(text):
        return FileContents(text, "Windows-1252", at=at)
    return FileContents(content.decode("cp850"), "CP850", at=at)


def position(content: bytes, at: int) -> tuple[int, int]:
    """The line and the column of a byte, from 1."""
    return content.count(b"\n", 0, at) + 1, at - content.rfind(b"\n", 0, at)


def sample_of(text: str) -> str:
    """The first word with a letter beyond ASCII, with its neighbours; without one the first words."""
    match = re.search(r"[^\n,;\t\"]{0,20}[^\x00-\x7f][^\n,;\t\"]{0,20}", text)
    if match is None:
        return text[:20].strip()
    first, last, odd = match.start(), match.end(), next(at for at in range(match.start(), match.end()) if not text[at].isascii())
    if text[first - 1 : first].isalnum() and " " in text[first:odd]:  # it begins within a word
        first = text.index(" ", first, odd)
    if text[last : last + 1].isalnum() and " " in text[odd:last]:
        last = text.rindex(" ", odd, last)
    return text[first:last].strip()
