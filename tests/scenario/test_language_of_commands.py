"""The sentences of commands follow `--language`."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from api.cli import main
from tests.scenario.conftest import CUSTOMERS, write_folder

CENTWRIGHT = (sys.executable, "-P", "-m", "api.cli")
SCHEDULE = {
    "price": "31.00",
    "starts_on": "2027-01-01",
    "due_through": "2027-01-31",
    "process": {"every": 1, "unit": "month", "timing": "advance", "align_to": "calendar"},
    "changes": [{"on": "2027-01-11", "quantity": "2"}],
}


@pytest.mark.parametrize(("language", "sentence"), [("fr", "2 au lieu de 1 à partir du"), ("nl", "2 in plaats van 1")])
def test_the_reasons_of_an_evaluation_follow_the_language(language: str, sentence: str) -> None:
    given = json.dumps(SCHEDULE)
    done = subprocess.run(
        (*CENTWRIGHT, "--language", language, "evaluate", "schedule"), input=given, capture_output=True, encoding="utf-8", check=True
    )
    assert sentence in json.loads(done.stdout)["transactions"][-1]["reason"]


def test_the_summaries_of_quotes_and_runs_follow_the_language(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CENTWRIGHT_DATABASE_URL", f"sqlite:///{tmp_path / 'desk.sqlite'}")
    monkeypatch.setenv("CENTWRIGHT_TODAY", "2027-01-31")
    assert main.run(("import", str(write_folder(tmp_path / "data", {"customers.csv": CUSTOMERS})))) == 0
    capfd.readouterr()
    assert main.run(("--language", "nl", "quote", "make", "K1", "SUB-CORE=1")) == 0
    made = capfd.readouterr().out
    assert made.startswith("offerte ")
    assert "eerste factuur" in made
    assert main.run(("--language", "fr", "run", "issue", "--due-through", "2027-01-31")) == 0
    assert "0 facture(s) émise(s), 0 transaction(s) retenue(s)" in capfd.readouterr().err


HELD = {
    "customers.csv": "id,name,street,postcode,town,country,vat_number,segment\n"
    "K1,Lunettes SA,Rue 1,75001,Paris,FR,FR42999999006,independent\n",
    "subscriptions.csv": "customer,billing_type,activated_on,product,quantity\nK1,monthly,2027-01-10,SUB-CORE,1\n",
}


@pytest.mark.parametrize(
    ("language", "because", "head"),
    [("fr", "numéro de TVA non vérifié", "date de facturation"), ("nl", "btw-nummer niet geverifieerd", "facturatiedatum")],
)
def test_held_texts_and_heads_follow_the_language(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, language: str, because: str, head: str
) -> None:
    monkeypatch.setenv("CENTWRIGHT_DATABASE_URL", f"sqlite:///{tmp_path / 'desk.sqlite'}")
    monkeypatch.setenv("CENTWRIGHT_TODAY", "2027-01-31")
    assert main.run(("import", str(write_folder(tmp_path / "data", HELD)))) == 0
    assert main.run(("run", "issue", "--due-through", "2027-01-31")) == 0
    capfd.readouterr()
    for command in ("to-invoice", "held-back"):
        assert main.run(("--language", language, "report", command)) == 0
        assert because in capfd.readouterr().out
    assert main.run(("--language", language, "report", "to-invoice")) == 0
    assert head in capfd.readouterr().out.splitlines()[0]
    assert main.run(("--language", language, "report", "to-invoice", "--csv")) == 0
    names, row = capfd.readouterr().out.splitlines()
    assert (names.split(",")[9], row.split(",")[-2]) == ("billing_date", because)
    assert main.run(("--language", language, "order", "show", "K1-subscription-2027-01-10")) == 0
    monkeypatch.setenv("CENTWRIGHT_TODAY", "2027-02-28")
    assert main.run(("--language", language, "run", "preview", "--due-through", "2027-02-28")) == 0
    assert because in capfd.readouterr().out
    assert main.run(("--language", language, "quote", "make", "K1", "SUB-CORE=1")) == 0
    assert because in capfd.readouterr().out
