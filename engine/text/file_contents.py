"""What the bytes of a file are: text in UTF-8, text in another encoding, or no text at all, such as a picture or a spreadsheet."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from engine.phrases import Phrase, phrase
from engine.problems import Span

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
_ELSEWHERE: Final = re.compile(r"[a-z][\u0160\u201c\u201d\u2026](?=[a-z])|[a-z][\u017d\u0178]")
"""What letters with accents of the DOS code page 850 within a word, and those of Mac Roman, are in Windows-1252."""
_ACCENTED: Final = "\u00e0\u00e2\u00e4\u00e7\u00e8\u00e9\u00ea\u00eb\u00ee\u00ef\u00f4\u00f6\u00f9\u00fb\u00fc"
"""The small letters with accents of French, Dutch and German."""
_PICTURES: Final = {b"\x89PNG\r\n\x1a\n": ".png", b"\xff\xd8\xff": ".jpg"}
_MARKS: Final = {
    b"\xff\xfe\x00\x00": "utf-32",
    b"\x00\x00\xfe\xff": "utf-32",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
}
"""How texts of two or four bytes a letter begin."""
MIXED: Final = phrase("UTF-8 mixed with Windows-1252")
_BEFORE: Final = re.compile(r"[^\n,;\t\"]*\Z")
_BEHIND: Final = re.compile(r"[^\n,;\t\"]{0,20}")
_RETURNS: Final = re.compile("\r+\n")
_SEARCHED: Final = 4096
"""The bytes at the beginning of a file that say whether it has two bytes a letter."""
NO_TEXTS: Final = tuple(signature for signature, _ in _SIGNATURES)
"""How the bytes of pictures, spreadsheets and other files begin that are no text."""


@dataclass(frozen=True, slots=True)
class FileContents:
    """The text of a file and its encoding; or what the file is, where it is no text, and the first byte that says so."""

    text: str = ""
    encoding: str | Phrase = UTF_8
    is_no_text: Phrase | None = None
    line: int = 1
    column: int = 1
    """The place of the first character that is no UTF-8."""

    def span(self, path: str) -> Span:
        """That place in the file of a path."""
        return Span(path, self.line, self.column, self.line, self.column + 1)


def read_contents(content: bytes) -> FileContents:
    """The contents of a file. Line ends of a single carriage return, as some programs write them, are line feeds in its text."""
    for signature, what in _SIGNATURES:
        if content.startswith(signature):
            return FileContents(is_no_text=what)
    if content and not content.strip(b"\x00"):
        return FileContents(is_no_text=phrase("no text: it holds nothing but the byte 0"))
    encoding = _of_two_bytes(content)
    if encoding is not None:
        shown = encoding.upper().removesuffix("-LE").removesuffix("-BE")
        return FileContents(with_line_feeds(content.decode(encoding, "replace").removeprefix("\ufeff")), shown)
    try:
        return FileContents(with_line_feeds(content.decode("utf-8")))
    except UnicodeDecodeError as mistake:
        return _of_windows(content, mistake.start)


def with_line_feeds(text: str) -> str:
    """A text whose lines end with carriage returns alone, or with several before the line feed, with line feeds; any other as it is."""
    if "\r" not in text:
        return text
    if "\r\r" in text:
        text = _RETURNS.sub("\r\n", text)
    return text if "\n" in text else text.replace("\r", "\n")


def _of_two_bytes(content: bytes) -> str | None:
    """The encoding of a text of two or four bytes a letter, by its mark, or by zero bytes in every other place; None for any other."""
    for mark, encoding in _MARKS.items():
        if content.startswith(mark):
            return encoding
    first, second = content[:_SEARCHED:2], content[1:_SEARCHED:2]
    for zeros, letters, encoding in ((second, first, "utf-16-le"), (first, second, "utf-16-be")):
        if len(content) % 2 == 0 and len(zeros) > 1 and zeros.count(0) * 10 >= len(zeros) * 9 and letters.count(0) == 0:
            return encoding
    return None


def picture_ending(content: bytes) -> str:
    """How the name of a picture ends that documents may show; empty for any other file."""
    return next((ending for signature, ending in _PICTURES.items() if content.startswith(signature)), "")


def _of_windows(content: bytes, at: int) -> FileContents:
    """A text in an encoding of one byte a letter."""
    if b"\x00" in content:
        return FileContents(is_no_text=phrase("no text: it holds the byte 0"))
    partly = _partly_utf_8(content)
    encoding, text = (MIXED, partly) if partly is not None else _of_one_byte(content)
    before = with_line_feeds(content[:at].decode("utf-8") + "-")
    return FileContents(with_line_feeds(text), encoding, line=before.count("\n") + 1, column=len(before) - before.rfind("\n") - 1)


def _of_one_byte(content: bytes) -> tuple[str, str]:
    """The likely encoding of one byte a letter, and the text."""
    text = content.decode("cp1252", "replace")
    odd = {letter for letter in set(text) if ord(letter) > 127}
    if all(_USUAL.fullmatch(letter) for letter in odd) and not _ELSEWHERE.search(text):
        return "Windows-1252", text
    other = {"CP850": content.decode("cp850"), "Mac Roman": content.decode("mac_roman")}
    encoding = max(other, key=lambda name: sum(other[name].count(letter) for letter in _ACCENTED))
    return encoding, other[encoding]


def _partly_utf_8(content: bytes) -> str | None:
    """A text in UTF-8 with bytes of Windows-1252 in some places, as pasted lines leave them; None where hardly anything is UTF-8."""
    text = content.decode("utf-8", "surrogateescape")
    wrong = [letter for letter in text if "\udc80" <= letter <= "\udcff"]
    right = sum(1 for letter in text if letter > "\x7f") - len(wrong)
    if right <= len(wrong):
        return None
    return text.translate({ord(letter): bytes([ord(letter) - 0xDC00]).decode("cp1252", "replace") for letter in set(wrong)})


def sample_of(contents: FileContents) -> str:
    """The words around the first character that is no UTF-8; where all of them are in ASCII, the first words."""
    text = contents.text
    at = sum(len(line) + 1 for line in text.split("\n", contents.line)[: contents.line - 1]) + contents.column - 1
    odd = next((match.start() for match in re.compile("[^\x00-\x7f]").finditer(text, at)), None)
    if odd is None:
        return text[:20].strip()
    before, behind = _BEFORE.search(text, max(0, odd - 20), odd), _BEHIND.match(text, odd + 1)
    first, last = before.start() if before else odd, behind.end() if behind else odd + 1
    if text[first - 1 : first].isalnum() and " " in text[first:odd]:  # it begins within a word
        first = text.index(" ", first, odd)
    if text[last : last + 1].isalnum() and " " in text[odd:last]:
        last = text.rindex(" ", odd, last)
    return text[first:last].strip()
