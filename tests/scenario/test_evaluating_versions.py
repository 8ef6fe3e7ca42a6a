"""Evaluations may name a published version: by its name or its fingerprint, at the command line and over HTTP."""

from __future__ import annotations

import io
import json
import shutil
import sys
from datetime import date
from pathlib import Path

import pytest

from api.cli import main
from api.http.operations import all_operations
from api.rulebook_folder import read_folder
from engine.problems import Refusal
from engine.rulebook.book import Rulebook
from engine.rulebook.reader import read_rulebook
from engine.text.sources import Sources
from tests.scenario.conftest import put_in_force

ASKED = {"issued_on": "2027-01-31"}


@pytest.fixture(scope="module")
def slower(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The checkout's rulebook, where the company waits 45 days."""
    folder = tmp_path_factory.mktemp("slower")
    for part in ("catalog", "rules", "plans", "vat", "templates"):
        shutil.copytree(root / part, folder / part)
    shutil.copy(root / "company.yaml", folder)
    terms = folder / "plans/payment-terms.yaml"
    terms.write_text(terms.read_text("utf-8").replace("    days: 30\n", "    days: 45\n"), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def url(root: Path, slower: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A database with two published versions."""
    address = f"sqlite:///{tmp_path_factory.mktemp('versions') / 'desk.sqlite'}"
    put_in_force(address, root, date(2027, 1, 1))
    put_in_force(address, slower, date(2027, 2, 1))
    return address


def test_the_service_answers_by_the_version_of_a_request(rulebook: Rulebook, sources: Sources, slower: Path, url: str) -> None:
    ask = all_operations(rulebook, sources, None, url)["due-date"]

    def due(**named: str) -> str:
        answer = ask.answer_to(json.dumps(ASKED | named).encode(), "en")
        assert isinstance(answer, dict)
        return str(answer["due_on"])

    fingerprint = read_rulebook(read_folder(slower)).fingerprint
    assert [due(), due(rulebook="v1"), due(rulebook="v2"), due(rulebook=fingerprint[:12])] == [
        "2027-03-02", "2027-03-02", "2027-03-17", "2027-03-17",
    ]  # fmt: skip
    for unknown in ("v3", "v0", "f" * 12, fingerprint[:5]):
        with pytest.raises(Refusal) as refused:
            due(rulebook=unknown)
        (problem,) = refused.value.problems
        assert (problem.code, problem.pointer) == ("unknown-rulebook", "/rulebook")
        assert f"write one of: v1, v2, {rulebook.fingerprint}" in str(problem.help)


def test_without_a_database_only_the_live_rulebook_is_known(rulebook: Rulebook, sources: Sources, tmp_path: Path) -> None:
    absent = tmp_path / "none.sqlite"
    for address in (None, f"sqlite:///{absent}"):
        ask = all_operations(rulebook, sources, None, address)["due-date"]
        with pytest.raises(Refusal, match="unknown-rulebook"):
            ask.answer_to(json.dumps(ASKED | {"rulebook": "v1"}).encode(), "en")
    assert not absent.exists()


def test_the_commands_answer_and_explain_by_it(url: str, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CENTWRIGHT_DATABASE_URL", url)

    def call(named: str, *words: str) -> tuple[int, str, str]:
        body = io.TextIOWrapper(io.BytesIO(json.dumps(ASKED | {"rulebook": named}).encode()))
        monkeypatch.setattr(sys, "stdin", body)
        return main.run(words), *capfd.readouterr()

    assert json.loads(call("v2", "evaluate", "due-date")[1])["due_on"] == "2027-03-17"
    code, out, _ = call("v2", "explain", "due-date")
    assert (code, "45 days after" in out) == (0, True)
    code, _, output = call("v9", "evaluate", "due-date")
    assert (code != 0, "unknown-rulebook" in output, "v1, v2" in output) == (True, True, True)
