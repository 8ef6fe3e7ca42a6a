"""A rulebook's folder: its own files are read, others are ignored, and links out of it are refused."""

from pathlib import Path

import pytest

from api.rulebook_folder import MOST_BYTES, read_folder
from engine.problems import Refusal


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
        ("catalog/latin.csv:1:1", "not-text"), ("catalog/large.yaml:1:1", "file-too-large"),
        ("catalog/link.yaml:1:1", "outside-the-folder"),
    }  # fmt: skip


@pytest.mark.parametrize(("name", "code"), [("nowhere", "no-folder"), (".", "no-rulebook")])
def test_a_folder_without_a_rulebook_is_reported(tmp_path: Path, name: str, code: str) -> None:
    with pytest.raises(Refusal) as refusal:
        read_folder(tmp_path / name)
    assert refusal.value.problems[0].code == code
