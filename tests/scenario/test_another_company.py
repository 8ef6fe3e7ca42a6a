"""Another company with its own files, currency, codes and numbers: nothing of the demo company appears."""

import csv
import io
import json
import shutil
from pathlib import Path

import pytest
from pypdf import PdfReader

from api.cli import main
from tests.scenario.conftest import write_folder

REPLACED = {
    "Verrelis Software SRL": "Oculux AG",
    "Verrelis": "Oculux",
    "verrelis": "oculux",
    "Rue des Verriers 18": "Seestrasse 4",
    "Namur": "Eupen",
    'postcode: "5000"': 'postcode: "4700"',
    "BE71 0961 2345 6769": "BE68 5390 0754 7034",
    "0999.945.779": "0202.239.951",
    "+32 81 55 01 20": "+32 87 00 00 00",
    "EUR": "JPY",
    "SUB-": "ABO-",
    "HW-": "GER-",
    "SRV-": "DL-",
    "ADV-": "WER-",
    "DOC-": "BUCH-",
    "2027-01-01": "2026-07-01",
    '"{year}-{number:05}"': '"R{year}/{number:04}"',
}
FILES = {
    "customers.csv": "id,name,street,postcode,town,country,vat_number,segment,vat_checked_on,notes\n"
    "A-1,Brille GmbH,Weg 1,10115,Berlin,DE,DE136695976,independent,2026-07-02,=1\n"
    "A-2,Chaine SA,Rue 2,4000,Liège,BE,BE0999910048,chain,,\n",
    "subscriptions.csv": "customer,billing_type,activated_on,product,quantity\n"
    "A-1,annual,2026-07-10,ABO-CORE,2\nA-2,monthly,2026-05-31,ABO-CORE,1\n",
    "opportunities.csv": "id,customer,what,stage,amount,expected_close,owner\nX1,A-1,more,proposal,100,2026-09-01,ZZ\n",
}

RATES = "Date,USD,JPY\n2026-07-31,1.17,171.5\n2026-07-30,1.18,172\n2026-07-29,1.17,170\n"
"""eurofxref-hist.csv of the European Central Bank: the company declares VAT in euro, at the rate of the day before the tax point."""


@pytest.fixture
def rulebook_folder(root: Path, tmp_path: Path) -> Path:
    """A copy of the checkout's rulebook for another company."""
    folder = tmp_path / "other"
    for name in ("catalog", "rules", "plans", "vat", "templates"):
        shutil.copytree(root / name, folder / name)
    shutil.copy(root / "company.yaml", folder)
    (folder / "vat" / "exchange-rates.csv").write_text(RATES, encoding="utf-8")
    (folder / "templates" / "logo.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg" width="90" height="20"/>')
    for path in folder.rglob("*"):
        if path.suffix in (".yaml", ".rules", ".csv", ".j2"):
            text = path.read_text(encoding="utf-8")
            for before, after in REPLACED.items():
                text = text.replace(before, after)
            path.write_text(text, encoding="utf-8")
    return folder


def test_without_exchange_rates_all_is_held(rulebook_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (rulebook_folder / "vat" / "exchange-rates.csv").unlink()
    assert main.run(("check", str(rulebook_folder))) == 0
    assert "without exchange rates all their lines are held" in capsys.readouterr().out
    data, out = write_folder(tmp_path / "data", FILES), tmp_path / "out"
    assert main.run(("demo", "--out", str(out), "--rulebook", str(rulebook_folder), "--data", str(data), "--json")) == 0
    assert json.loads(capsys.readouterr().out)["summary"]["net"] == "0"
    rows = list(csv.DictReader(io.StringIO((out / "to-invoice.csv").read_text())))
    assert {row["held_because"] for row in rows} == {"no exchange rate from JPY to EUR before 2026-07-31"}


def test_another_company_bills_its_own_month(
    rulebook_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CENTWRIGHT_TODAY", raising=False)
    monkeypatch.delenv("CENTWRIGHT_DATABASE_URL", raising=False)
    data, out = write_folder(tmp_path / "data", FILES), tmp_path / "out"
    words = ("demo", "--out", str(out), "--rulebook", str(rulebook_folder), "--data", str(data), "--json")
    assert main.run(words) == 0
    output = capsys.readouterr()
    summary = json.loads(output.out)["summary"]
    # 89 JPY × 1.029 is 92 yen; × 0.85 it is 78. A year of two is 92 × 2 × 12 × 0.95 = 2097.6.
    assert (summary["month"], summary["currency"], summary["net"], summary["vat"]) == ("2026-07", "JPY", "2176", "16")
    rows = list(csv.DictReader(io.StringIO((out / "invoices.csv").read_text())))
    assert [(row["number"], row["net_by_category_and_rate"]) for row in rows] == [("R2026/0001", "AE0:2098"), ("R2026/0002", "S21:78")]
    assert {path.name for path in (out / "invoices").iterdir()} >= {"R2026-0001.json", "R2026-0002.xml"}
    # 16 yen at 172 to the euro are 0.093 euro.
    declared = [json.loads((out / "invoices" / name).read_text())["accounting_vat"] for name in ("R2026-0001.json", "R2026-0002.json")]
    assert [(each["vat"], each["currency"], each["rate"], each["rate_on"]) for each in declared] == [
        ("0.00", "EUR", "1 EUR = 172 JPY", "2026-07-30"),
        ("0.09", "EUR", "1 EUR = 172 JPY", "2026-07-30"),
    ]
    leftovers = [path.name for path in out.rglob("*") if path.is_file() and b"verrelis" in path.read_bytes().lower()]
    assert leftovers == []
    for path in out.rglob("*.pdf"):
        text = "".join(page.extract_text() for page in PdfReader(path).pages)
        assert "Oculux AG" in text
        assert not any(word in text for word in ("Verrelis", "Verriers", "5000", "€"))
        assert ("EUR" in text) is path.name.startswith("R2026")
    assert "Verrelis" not in output.out + output.err
