"""`centwright bank check`: what it writes, and its exit codes."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from api.cli.main import run
from tests.bank_statements import statement_pair
from tests.bank_writers import camt_text, coda_text

Call = Callable[..., tuple[int, str, str]]


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Call:
    """Calls the program in a folder with a file of each form, and one that is cut."""
    text = coda_text(*statement_pair("CODA"))
    (tmp_path / "good.coda").write_text(text, "windows-1252")
    (tmp_path / "cut.coda").write_text(text[:800], "windows-1252")
    (tmp_path / "good.xml").write_text(camt_text(*statement_pair("CAMT.053")), "utf-8")
    monkeypatch.chdir(tmp_path)

    def run_it(*words: str) -> tuple[int, str, str]:
        code = run(("bank", "check", "--language", "en", *words))
        out, error = capfd.readouterr()
        return code, out, error

    return run_it


def test_a_good_file_is_shown_with_its_payments(call: Call) -> None:
    code, out, error = call("good.coda", "good.xml")
    assert (code, error) == (0, "")
    assert out.splitlines()[:2] == [
        "good.coda: CODA statement 2026-042 of BE68539007547034: 1000.00 EUR on 2026-11-27, 3 movements, 1130.50 EUR on 2026-11-27",
        "good.coda: CODA statement 2026-043 of BE68539007547034: 1130.50 EUR on 2026-11-27, 0 movements, 1130.50 EUR on 2026-11-27",
    ]
    assert out.count("+++090/9337/55493+++") == 2


def test_a_file_that_is_cut_ends_with_1_and_names_the_place(call: Call) -> None:
    code, out, _ = call("good.coda", "cut.coda")
    assert code == 1
    assert "cut.coda: nothing can be taken of this file" in out
    assert "cut.coda:7:26: coda-cut-short: the file ends within a statement: its trailer, a record 9, is missing" in out
    code, out, _ = call("cut.coda", "--language", "nl")
    assert "het bestand eindigt midden in een uittreksel" in out


def test_json_holds_the_statements_and_the_problems(call: Call) -> None:
    code, out, _ = call("--json", "good.coda", "cut.coda")
    good, cut = json.loads(out)["files"]
    assert (code, cut["statements"], cut["problems"][0]["code"], cut["problems"][0]["line"]) == (1, [], "coda-cut-short", 7)
    first = good["statements"][0]["movements"][0]
    assert (first["amount"], first["counterparty"]["name"], first["number"]) == ("121.00", "Ann & Co", 1)


def test_payments_are_written_as_csv(call: Call) -> None:
    code, out, _ = call("good.xml", "--csv", "-", "--account", "BE68 5390 0754 7034")
    assert (code, len(out.splitlines())) == (0, 4)
    assert out.splitlines()[2].startswith("2026-042,2,,2026-11-27,2026-11-27,12.50,EUR,")


def test_another_account_and_a_missing_file_are_refused(call: Call) -> None:
    assert call("good.xml", "--account", "BE47435000000080")[0] == 1
    assert call("absent.xml")[0] == 2
