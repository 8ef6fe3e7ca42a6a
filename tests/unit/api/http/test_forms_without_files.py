"""Forms with files that are too large: however they are received, their texts are read and their files are not in memory."""

from __future__ import annotations

import random

import pytest

from api.http.forms_without_files import FormWithoutFiles
from api.pages.frame.sent_files import sent_files

BOUNDARY = "----WebKitFormBoundaryAb+1"
TYPE = f"multipart/form-data; boundary={BOUNDARY}"
MOST = 100_000


def form(*parts: tuple[str, bytes], boundary: str = BOUNDARY) -> bytes:
    """A form as a browser sends it: of each part what its head says beside its name, and its content."""
    written = b""
    for at, (head, content) in enumerate(parts):
        line = f'Content-Disposition: form-data; name="f{at}"{head}\r\n\r\n'
        written += f"--{boundary}\r\n".encode() + line.encode() + content + b"\r\n"
    return written + f"--{boundary}--\r\n".encode()


FILE = random.Random(7).randbytes(60_000) + b"\r\n--" + BOUNDARY.encode()[:-1] + b"\r\n\r\n"
PARTS = (("", b"first\r\nsecond"), ('; filename="a.xlsx"', FILE), ("", b""), ('; FileName="b.csv"', b"--"), ("", "é\r\n".encode()))
TEXTS = {"f0": "first\r\nsecond", "f2": "", "f4": "é\r\n"}


@pytest.mark.parametrize("size", [1, 2, 7, 64, 1000, 65_536, 10_000_000])
def test_the_texts_are_read_however_they_are_received(size: int) -> None:
    reduced, whole = FormWithoutFiles(TYPE, MOST), form(*PARTS)
    for at in range(0, len(whole), size):
        reduced.feed(whole[at : at + size])
    assert len(reduced.form()) < 1000
    assert sent_files(reduced.form(), TYPE) == (TEXTS, {})


def test_a_boundary_in_quotes_is_read() -> None:
    reduced = FormWithoutFiles('multipart/form-data; charset=utf-8; boundary="a b"', MOST)
    reduced.feed(form(("", b"x"), boundary="a b"))
    assert sent_files(reduced.form(), 'multipart/form-data; boundary="a b"')[0] == {"f0": "x"}


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("multipart/form-data", form(("", b"x"))),
        (TYPE, b"no form at all" * 9),
        (TYPE, b""),
        (TYPE, form(("", b"x" * (MOST + 1)))),
        (TYPE, form((";" + "y" * 9000, b"x"))),
        (TYPE, form(("; filename=a", b"x"))[:-60]),
    ],
)
def test_what_is_no_such_form_has_no_texts(content_type: str, body: bytes) -> None:
    reduced = FormWithoutFiles(content_type, MOST)
    reduced.feed(body)
    reduced.feed(body[:0])
    assert sent_files(reduced.form(), TYPE) == ({}, {})
