"""A rulebook's folder: its own files are read, others are ignored, and links out of it are refused."""

from pathlib import Path

import pytest

from api.rulebook_folder import MOST_BYTES, overlooked, read_folder, text_of, texts_of_folder
from engine.problems import Problem, Refusal


def test_texts_come_by_their_path_and_other_files_are_left_alone(tmp_path: Path) -> None:
    for name in ("company.yaml", "catalog/a/b.yaml", "catalog/c.csv", "rules/x.rules", "templates/words.yaml", "templates/page.html.j2"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name, encoding="utf-8")
    for name in ("catalog/notes.md", "rules/.x.rules.swp", "demo.yaml", "templates/logo.png", "catalog/a/.hidden.yaml"):
        (tmp_path / name).write_text("left alone", encoding="utf-8")
    texts = read_folder(tmp_path)
    assert all(name == text for name, text in texts.items())
    assert list(texts) == [
        "company.yaml", "catalog/a/b.yaml", "catalog/c.csv", "rules/x.rules", "templates/page.html.j2", "templates/words.yaml",
    ]  # fmt: skip


def test_every_file_that_cannot_be_read_is_reported(tmp_path: Path) -> None:
    (tmp_path / "catalog").mkdir()
    (tmp_path / "catalog/latin.csv").write_bytes("café".encode("latin-1"))
    (tmp_path / "catalog/large.yaml").write_bytes(b"#" * (MOST_BYTES + 1))
    (tmp_path / "catalog/link.yaml").symlink_to("/etc/hostname")
    with pytest.raises(Refusal) as refusal:
        read_folder(tmp_path)
    assert {(str(problem.where), problem.code) for problem in refusal.value.problems} == {
        ("catalog/latin.csv:1:4", "not-text"), ("catalog/large.yaml:1:1", "file-too-large"),
        ("catalog/link.yaml:1:1", "outside-the-folder"),
    }  # fmt: skip


@pytest.mark.parametrize(("name", "code"), [("nowhere", "no-folder"), (".", "no-rulebook")])
def test_a_folder_without_a_rulebook_is_reported(tmp_path: Path, name: str, code: str) -> None:
    with pytest.raises(Refusal) as refusal:
        read_folder(tmp_path / name)
    assert refusal.value.problems[0].code == code


def test_a_picture_and_another_encoding_are_named(tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates/logo.svg").write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00")
    (tmp_path / "templates/words.yaml").write_bytes("# Libellés\nkind: words\n".encode("cp1252"))
    (tmp_path / "templates/more.yaml").write_bytes("kind: words\n".encode("utf-16"))
    with pytest.raises(Refusal) as refusal:
        read_folder(tmp_path)
    told = {problem.where.path: (problem.message, problem.help) for problem in refusal.value.problems if problem.where}
    assert told == {
        "templates/logo.svg": (
            "this file is a picture in PNG, whatever its name",
            "name it `logo.png`",
        ),
        "templates/words.yaml": (
            "this file is in Windows-1252 and not in UTF-8: here stands `# Libellés`",
            f"run `centwright fmt --to-utf-8 {tmp_path}/templates/words.yaml`, which writes it in UTF-8, or save it as UTF-8 in its editor",
        ),
        "templates/more.yaml": (
            "this file is in UTF-16 and not in UTF-8: here stands `kind: words`",
            f"run `centwright fmt --to-utf-8 {tmp_path}/templates/more.yaml`, which writes it in UTF-8, or save it as UTF-8 in its editor",
        ),
    }


def test_a_sample_of_another_encoding_begins_with_a_word() -> None:
    text = text_of("catalog/list.csv", "Schoonmaak De Bezem bv – prijslijst 2027;;".encode("cp1252"))
    assert isinstance(text, Problem)
    assert text.message.endswith("here stands `De Bezem bv – prijslijst 2027`")
    assert text.help == "run `centwright fmt --to-utf-8 catalog/list.csv`, which writes it in UTF-8, or save it as `CSV UTF-8`"


def test_the_other_files_are_checked_beside_one_in_another_encoding(tmp_path: Path) -> None:
    (tmp_path / "catalog").mkdir()
    (tmp_path / "catalog/latin.csv").write_bytes("café".encode("latin-1"))
    texts, problems = texts_of_folder(tmp_path, decodes=True)
    assert (texts, [problem.code for problem in problems]) == ({"catalog/latin.csv": "café"}, ["not-text"])


def test_files_that_are_not_read_for_their_names_are_advised_on(tmp_path: Path) -> None:
    for name in (
        "catalog/book.yaml.txt",
        "plans/plans.yaml.bak",
        "rules/a.rules~",
        "catalog/list.xlsx",
        "catalog/notes.md",
        "rules/b.rule",
        "templates/a.txt",
        "templates/logo.svg",
        "templates/logo.png",
        "templates/Logo.JPG",
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("left alone", encoding="utf-8")
    assert [(problem.message, problem.help, problem.stops) for problem in overlooked(tmp_path)] == [
        ("the file `book.yaml.txt` is not read: it ends with `.txt`", "name it `book.yaml`", False),
        ("the file `list.xlsx` is not read: it is a spreadsheet", "save its sheet as `list.csv` in UTF-8", False),
        ("the file `a.rules~` is not read: it ends with `.rules~`", "remove it if it is an old copy, or give it its old name", False),
        ("the file `b.rule` is not read: it ends with `.rule`", "name it `b.rules`", False),
        ("the file `plans.yaml.bak` is not read: it ends with `.bak`", "remove it if it is an old copy, or give it its old name", False),
        ("the file `Logo.JPG` is not read: its name has capitals", "name it `logo.jpg`", False),
        ("the file `logo.png` is not read: `logo.svg` stands beside it", "remove the one that is not meant", False),
    ]
