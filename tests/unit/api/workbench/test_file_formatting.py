"""`centwright fmt` for people, editors and commit hooks: the files it writes, the files it leaves alone, and its exit codes."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from api.cli import main

Call = Callable[..., tuple[int, str, str]]
MESSY, CLEAN = "define   x : Number = 1\n", "define x : Number = 1\n"


@pytest.fixture
def call(tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Call:
    """Calls `fmt` in a folder of this test; gives exit code, stdout and stderr."""
    monkeypatch.chdir(tmp_path)

    def run(*words: str, typed: bytes = b"") -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(typed), "utf-8"))
        code = main.run(("fmt", "--language", "en", *words))
        return code, *capfd.readouterr()

    return run


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A rulebook of which every file is messy."""
    texts = {
        "company.yaml": "kind:   company\n", "rules/a.rules": MESSY, "vat/rates.yaml": "kind:   vat-rates\n",
        "catalog/p.csv": "a ,b\n",
        "templates/words.yaml": "kind:   words\n", "docs/x.yaml": "a:   1\n", "rules/.hidden.rules": MESSY,
        "rules/a.test.yaml": "given:   {}\n",
    }  # fmt: skip
    for path, text in texts.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    return tmp_path


def test_a_rulebook_is_formatted_but_not_its_templates_price_lists_and_what_is_none_of_it(call: Call, book: Path) -> None:
    (book / "rules/a.rules").chmod(0o640)
    code, out, output = call(".")
    assert (code, out.splitlines(), output) == (
        0, ["company.yaml", "rules/a.rules", "rules/a.test.yaml", "vat/rates.yaml"], "4 files, 4 changed\n",
    )  # fmt: skip
    assert (book / "rules/a.rules").read_text(encoding="utf-8") == CLEAN
    assert (book / "rules/a.rules").stat().st_mode & 0o777 == 0o640
    assert (book / "templates/words.yaml").read_text(encoding="utf-8") == "kind:   words\n"
    assert call(".", "--check") == (0, "", "4 files, nothing to change\n")


def test_a_check_changes_nothing_and_ends_with_1(call: Call, book: Path) -> None:
    code, out, output = call("--check", "rules")
    assert (code, out.splitlines(), output) == (1, ["rules/a.rules", "rules/a.test.yaml"], "2 files, 2 would change\n")
    assert (book / "rules/a.rules").read_text(encoding="utf-8") == MESSY


def test_a_diff_shows_what_would_change(call: Call, book: Path) -> None:
    (book / "rules/a.rules").write_text(MESSY.rstrip(), encoding="utf-8")
    code, out, _ = call("--diff", "rules/a.rules")
    assert code == 0
    assert out == f"--- rules/a.rules\n+++ rules/a.rules\n@@ -1 +1 @@\n-{MESSY}\\ No newline at end of file\n+{CLEAN}"
    assert call("--diff", "--check", "rules/a.rules")[0] == 1
    assert (book / "rules/a.rules").read_text(encoding="utf-8") == MESSY.rstrip()


def test_a_file_that_cannot_be_read_is_left_alone_and_the_others_are_formatted(call: Call, book: Path) -> None:
    (book / "rules/bad.rules").write_text("define   x : Number = = 1\n", encoding="utf-8")
    (book / "rules/worse.rules").write_bytes(b"define x\xff")
    code, out, output = call("rules", "rules/a.rules", "--json")
    answer = json.loads(out)
    assert (code, answer["files"], answer["changed"]) == (1, 4, ["rules/a.rules", "rules/a.test.yaml"])
    assert [(problem["file"], problem["code"]) for problem in answer["problems"]] == [
        ("rules/bad.rules", "unknown-sign"), ("rules/worse.rules", "not-text"),
    ]  # fmt: skip
    assert output == "4 files, 2 changed\n"
    assert (book / "rules/bad.rules").read_text(encoding="utf-8") == "define   x : Number = = 1\n"
    code, out, output = call("rules", "--check")
    assert (code, out) == (1, "")
    assert "rules/bad.rules:1:23: unknown-sign" in output
    assert "1 | define   x : Number = = 1" in output


def test_an_editor_gives_a_text_and_gets_it_back_formatted(call: Call) -> None:
    assert call("--stdin", "--path", "rules/x.rules", typed=MESSY.encode()) == (0, CLEAN, "")
    assert call("--stdin", "--path", "x.yaml", typed="a:   é\r\n".encode()) == (0, "a: é\n", "")
    assert call("--stdin", "--path", "x.rules", "--check", typed=MESSY.encode()) == (1, "", "")
    code, out, output = call("--stdin", "--path", "x.rules", typed=b"define   x\n")
    assert (code, out) == (1, "define   x\n"), "an editor that replaces its text by this loses nothing"
    assert "x.rules:1:" in output
    assert call("--stdin", "--path", "x.rules", typed=b"\xff")[:2] == (1, "\ufffd")


def test_wrong_usage_is_reported(call: Call, book: Path) -> None:
    assert call("--stdin", typed=b"x")[0] == 2
    assert call("--stdin", "--path", "x.yaml", "rules")[0] == 2
    assert call("--path", "x.yaml")[0] == 2
    assert call("nowhere")[0] == 2
    assert call("catalog/p.csv", "templates/words.yaml") == (0, "", "no files, nothing to change\n")
    assert call("--rulebook", str(book / "gone"))[0] != 0


def test_files_in_another_encoding_are_written_in_utf_8_where_that_is_wanted(call: Call, book: Path) -> None:
    contents = {
        "rules/a.rules": "define x : Number = 1  # très\n".encode("cp1252"),
        "catalog/p.csv": "produit;prix\r\nÉTÉ;1,00\r\n".encode("utf-16"),
        "templates/words.yaml": "quote: Société\n".encode("mac_roman"),
        "vat/rates.yaml": "kind: [vat\n# très\n".encode("cp850"),
    }
    for path, content in contents.items():
        (book / path).write_bytes(content)
    code, _, output = call("rules")
    assert (code, (book / "rules/a.rules").read_bytes()) == (1, contents["rules/a.rules"])
    assert "= help: run `centwright fmt --to-utf-8 rules/a.rules`, which writes it in UTF-8, or save it as UTF-8 in its editor" in output
    assert call("--to-utf-8", "rules/a.rules") == (
        0, "rules/a.rules\n", "  it was in Windows-1252, with the words `x : Number = 1  # très`\n1 file, 1 changed\n",
    )  # fmt: skip
    assert (book / "rules/a.rules").read_text(encoding="utf-8") == "define x : Number = 1  # très\n"
    code, out, output = call("--to-utf-8", ".")
    assert (code, out.splitlines()) == (1, ["company.yaml", "catalog/p.csv", "vat/rates.yaml", "templates/words.yaml"])
    assert "it was in UTF-16, with the words `ÉTÉ`" in output
    assert "vat/rates.yaml:1:7: yaml-syntax" in output
    assert (book / "catalog/p.csv").read_bytes() == "produit;prix\r\nÉTÉ;1,00\r\n".encode()
    assert (book / "templates/words.yaml").read_text(encoding="utf-8") == "quote: Société\n"
    assert (book / "vat/rates.yaml").read_text(encoding="utf-8") == "kind: [vat\n# très\n"


def test_every_form_of_line_ends_and_a_mark_are_formatted(call: Call, book: Path) -> None:
    for content in (MESSY.replace("\n", "\r"), MESSY.replace("\n", "\r\r\n"), CLEAN.replace("\n", "\r"), f"\ufeff{CLEAN}"):
        (book / "rules/a.rules").write_bytes(content.encode())
        assert call("--check", "rules/a.rules") == (1, "rules/a.rules\n", "1 file, 1 would change\n")
        call("rules/a.rules")
        assert (book / "rules/a.rules").read_bytes() == CLEAN.encode()


def test_a_text_of_an_editor_is_not_written_in_utf_8(call: Call) -> None:
    code, out, output = call("--stdin", "--path", "a.rules", "--to-utf-8", typed=b"\xe9")
    assert (code, out, "give them without --stdin" in output) == (2, "", True)
