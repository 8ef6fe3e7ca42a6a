"""Logos that are no pictures, or show what is not there."""

from pathlib import Path

import pytest

from api.printing.logos import check_logos

PNG = b"\x89PNG\r\n\x1a\n...."
SVG = '<svg xmlns="http://www.w3.org/2000/svg">\n<image width="4" {} />\n<use href="#a"/><path fill="url(#b)"/></svg>'


def messages(folder: Path, name: str, content: bytes) -> list[tuple[str, str, str]]:
    """What is wrong with one logo."""
    (folder / "templates").mkdir(exist_ok=True)
    (folder / "templates" / name).write_bytes(content)
    return [(str(problem.where), problem.message, problem.help) for problem in check_logos(folder)]


@pytest.mark.parametrize(
    ("name", "content", "what", "remedy"),
    [
        ("logo.png", b"GIF89a", "a picture in GIF and not a picture in PNG", "save it as a picture in PNG again"),
        ("logo.png", b"\xff\xd8\xff\xe0", "a picture in JPEG and not a picture in PNG", "name it `logo.jpg`"),
        ("logo.jpg", PNG, "a picture in PNG and not a picture in JPEG", "name it `logo.png`"),
        ("logo.png", b"<svg/>", "an SVG and not a picture in PNG", "save it as a picture in PNG again"),
        ("logo.png", b"hello", "a text or a file of another kind and not a picture in PNG", "save it as a picture in PNG again"),
        ("logo.png", b"", "empty and not a picture in PNG", "save it as a picture in PNG again"),
    ],
)
def test_a_picture_is_what_its_name_says(name: str, content: bytes, what: str, remedy: str, tmp_path: Path) -> None:
    assert messages(tmp_path, name, content) == [
        (f"templates/{name}:1:1", f"this file is {what}: documents would show no logo", remedy),
    ]


@pytest.mark.parametrize("address", ["https://example.com/a.png", "//example.com/a.png", "/a.png", "file:///a.png", "absent.png"])
def test_an_svg_holds_what_it_shows(address: str, tmp_path: Path) -> None:
    assert messages(tmp_path, "logo.svg", SVG.format(f'xlink:href="{address}"').encode()) == [
        (
            "templates/logo.svg:2:30",
            f"this logo shows `{address}`, which is not in the templates: documents are printed without it",
            "embed the picture in the file, or save the whole logo as `logo.png`",
        )
    ]


def test_good_logos_have_no_problem(tmp_path: Path) -> None:
    assert messages(tmp_path, "mark.png", PNG) == []
    assert messages(tmp_path, "logo.png", PNG) == []
    assert messages(tmp_path, "logo.svg", SVG.format('href="mark.png"').encode()) == []
    assert messages(tmp_path, "logo.svg", SVG.format('href="data:image/png;base64,AAAA"').encode()) == []
