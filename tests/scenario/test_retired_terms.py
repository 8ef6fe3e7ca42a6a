"""Payment terms that are retired: the orders that have them keep them, and nothing new is agreed with them."""

import json
import shutil
from datetime import date
from pathlib import Path

import pytest

from api.cli import main
from api.output.files import write_new_folder
from api.workbench.scaffold import NewCompany, rulebook_files


def test_retired_payment_terms_stay_those_of_the_orders_that_have_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    company, retiring, address = tmp_path / "acme", tmp_path / "retiring", f"sqlite:///{tmp_path / 'desk.sqlite'}"
    write_new_folder(company, rulebook_files(NewCompany(name="Acme", country="BE", language="en", begins_on=date(2027, 1, 4))))
    shutil.copytree(company, retiring)
    text = (company / "plans/payment-terms.yaml").read_text("utf-8")
    entry = text[text.index("  - id: 30-days") :]
    offered = entry.replace("30-days", "14-days").replace("days: 30", "days: 14")
    (retiring / "plans/payment-terms.yaml").write_text(text.replace(entry, f"{offered}retired:\n{entry}"), encoding="utf-8")
    settings = (company / "company.yaml").read_text("utf-8")
    (retiring / "company.yaml").write_text(settings.replace("payment-terms: 30-days", "payment-terms: 14-days"), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CENTWRIGHT_DATABASE_URL", address)
    monkeypatch.setenv("CENTWRIGHT_LANGUAGE", "en")
    monkeypatch.setenv("CENTWRIGHT_RULEBOOK", str(company))

    def call(day: str, *words: object) -> tuple[int, str]:
        code = main.run([*map(str, words), "--today", day])
        return code, "".join(capfd.readouterr())

    assert call("2027-03-14", "import", company / "golden")[0] == 0
    assert call("2027-03-14", "order", "terms", "A-1-subscription-2026-10-01", "30-days")[0] == 0
    code, out = call("2027-03-15", "publish", retiring, "--by", "Ann")
    assert code == 0, out
    code, out = call("2027-03-31", "run", "issue", "--due-through", "2027-03-31", "--json", "--quiet")
    assert (code, json.loads(out)["held"]) == (0, [])
    invoices = json.loads(call("2027-03-31", "invoice", "list", "--json", "--quiet")[1])["rows"]
    assert {one["due_on"] for one in invoices if one["customer"] == "A-1"} == {"2027-04-30"}
    assert {one["due_on"] for one in invoices if one["customer"] == "A-2"} == {"2027-04-14"}
    for words in (("quote", "make", "A-1", "WORKSPACE=1", "--payment-terms"), ("order", "terms", "A-2-subscription-2026-10-01")):
        code, out = call("2027-03-31", *words, "30-days")
        assert (code, "retired: the payment term `30-days` is retired" in out) == (1, True)
    code, out = call("2027-03-31", "check", retiring, "--database", address)
    assert (code, "retired-in-use: the retired payment term `30-days` is used by 2 running items" in out) == (0, True)
