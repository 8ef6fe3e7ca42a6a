"""The contents of files as programs save them: encodings, byte-order marks, line ends, and what is no text."""

import pytest

from engine.text.file_contents import read_contents, sample_of

TEXT = "kind: price-book\n# Société générale\nlabel: {fr: Activité, nl: Ideeën}\n"


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (TEXT.encode(), "UTF-8"),
        (TEXT.encode("cp1252"), "Windows-1252"),
        (TEXT.encode("latin-1"), "Windows-1252"),
        (TEXT.encode("cp850"), "CP850"),
        (TEXT.encode("mac_roman"), "Mac Roman"),
        (TEXT.encode("utf-16"), "UTF-16"),
        (TEXT.encode("utf-16-le"), "UTF-16"),
        (TEXT.encode("utf-16-be"), "UTF-16"),
        (b"\xfe\xff" + TEXT.encode("utf-16-be"), "UTF-16"),
        (TEXT.encode("utf-32"), "UTF-32"),
        (b"# \xc3\xa9t\xc3\xa9\n# Soci\xe9t\xe9 \xc3\xa0 c\xc3\xb4t\xc3\xa9\n", "UTF-8 mixed with Windows-1252"),
    ],
    ids=["utf-8", "windows", "latin-1", "dos", "macintosh", "utf-16", "utf-16-le", "utf-16-be", "be-mark", "utf-32", "mixed"],
)
def test_the_encoding_of_a_text_is_recognized(content: bytes, encoding: str) -> None:
    contents = read_contents(content)
    assert (contents.encoding, contents.is_no_text) == (encoding, None)
    assert contents.text in (TEXT, "# été\n# Société à côté\n")


@pytest.mark.parametrize(
    "text",
    ["prijs – korting…", "l’abonnement “tout compris”", "20,00 €", "Dušan Čapek".replace("Č", "C"), "n° 5 · §2 · ½", "ŒUVRE et cœur"],
)
def test_signs_of_windows_are_no_letters_of_another_encoding(text: str) -> None:
    contents = read_contents(text.encode("cp1252"))
    assert (contents.text, contents.encoding, contents.line) == (text, "Windows-1252", 1)


@pytest.mark.parametrize(
    ("content", "place", "sample"),
    [
        ("# a\n# Société\n".encode("cp1252"), (2, 7), "# Société"),
        ("# a\r\n# Société\r\n".encode("cp1252"), (2, 7), "# Société"),
        ("# a\r# Société\r".encode("mac_roman"), (2, 7), "# Société"),
        ("# été et été\n# là: ".encode() + b"caf\xe9, th\xe9", (2, 10), "# là: café"),
        ("a: b\n".encode("utf-16"), (1, 1), "a: b"),
    ],
    ids=["line feeds", "both", "carriage returns", "mixed", "utf-16"],
)
def test_the_first_character_that_is_no_utf_8_has_its_place_and_words(content: bytes, place: tuple[int, int], sample: str) -> None:
    contents = read_contents(content)
    assert ((contents.line, contents.column), sample_of(contents)) == (place, sample)


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"a: 1\rb: 2\r", "a: 1\nb: 2\n"),
        (b"a: 1\r\r\nb: 2\r\r\n", "a: 1\r\nb: 2\r\n"),
        (b"a: 1\r\nb: 2\r\n", "a: 1\r\nb: 2\r\n"),
        (b"a: 1\nb: 2\rc: 3\n", "a: 1\nb: 2\rc: 3\n"),
    ],
    ids=["carriage returns", "two and a line feed", "of Windows", "one within a line"],
)
def test_carriage_returns_alone_end_lines(content: bytes, text: str) -> None:
    assert read_contents(content).text == text


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (bytes(20), "no text: it holds nothing but the byte 0"),
        (b"caf\xe9\x00\x00", "no text: it holds the byte 0"),
        (b"\x89PNG\r\n\x1a\n\x00", "a picture in PNG"),
        (b"PK\x03\x04", "a spreadsheet or another file of the kind zip"),
    ],
    ids=["zeros", "a zero", "picture", "zip"],
)
def test_what_is_no_text_is_named(content: bytes, what: str) -> None:
    assert read_contents(content).is_no_text == what


@pytest.mark.parametrize(
    "content", [b"", b"\xff", b"\xff\xfe", b"\xff\xfe\x00", b"\x00\x00\xfe\xff\x01", b"\xef\xbb\xbf", b"\x81\x8d\x8f\x90\x9d"]
)
def test_a_few_bytes_are_read_or_named(content: bytes) -> None:
    contents = read_contents(content)
    assert contents.is_no_text is not None or sample_of(contents) is not None
