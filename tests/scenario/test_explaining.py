"""Explanations of stored documents: any document, in any language, with the rulebook that made it; and invalid requests."""

from __future__ import annotations

import dataclasses
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from api.cli import main
from api.desk import explaining
from tests.scenario.conftest import SMALL, write_folder

Call = Callable[..., tuple[int, str, str]]
RULEBOOK = ("catalog", "rules", "plans", "vat", "templates")


@pytest.fixture(scope="module")
def billed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of a small company whose January was billed."""
    folder = tmp_path_factory.mktemp("billed")
    where = ("--database", str(folder / "desk.sqlite"), "--today", "2027-01-31", "--quiet")
    assert main.run(["import", str(write_folder(folder / "small", SMALL)), *where]) == 0
    assert main.run(["run", "issue", "--due-through", "2027-01-31", *where]) == 0
    return folder / "desk.sqlite"


@pytest.fixture
def call(billed: Path, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch) -> Call:
    """Calls the program over a copy of it; gives exit code, stdout and stderr."""
    shutil.copy(billed, tmp_path / "desk.sqlite")
    monkeypatch.setenv("CENTWRIGHT_DATABASE_URL", f"sqlite:///{tmp_path / 'desk.sqlite'}")
    monkeypatch.setenv("CENTWRIGHT_TODAY", "2027-01-31")
    monkeypatch.chdir(tmp_path)

    def run(*words: str) -> tuple[int, str, str]:
        code = main.run(words)
        out, output = capfdbinary.readouterr()
        return code, out.decode(), output.decode()

    return run


def explained(call: Call, *words: str) -> dict[str, object]:
    """An explanation as JSON, of which nothing is a problem."""
    code, out, output = call("explain", *words, "--json")
    assert (code, output) == (0, "")
    read = json.loads(out)
    assert read["problems"] == []
    return dict(read)


def test_every_invoice_is_explained_and_its_amounts_are_those_that_were_issued(call: Call) -> None:
    rows = json.loads(call("invoice", "list", "--json")[1])["rows"]
    assert len(rows) == 4
    for row in rows:
        shown = json.loads(call("invoice", "show", row["number"], "--json")[1])
        amounts = {part["line"]: part for part in explained(call, row["number"])["amounts"]}  # type: ignore[attr-defined]  # read from JSON
        for line in shown["lines"]:
            assert amounts[str(line["number"])]["amount"] == line["net"]
            assert all(step["where"] for step in amounts[str(line["number"])]["steps"])
        assert (amounts["gross"]["amount"], amounts["due-date"]["amount"]) == (shown["gross"], shown["due_on"])


def test_a_sentence_has_the_words_and_the_numbers_of_its_reader(call: Call) -> None:
    for language, wanted in (("en", "costs 89.00 EUR a month"), ("fr", "de 89,00 EUR par mois"), ("nl", "is 89,00 EUR per maand")):
        code, out, _ = call("explain", "2027-00001", "1", "--language", language)
        assert (code, wanted in " ".join(out.split())) == (0, True)
        assert "catalog/price-books/book-2026.csv:2" in out
    french = explained(call, "2027-00001", "1", "--language", "fr")
    assert "de 89.00 EUR par mois" in str(french["amounts"])


def test_an_amount_is_explained_by_the_rulebook_that_made_it(call: Call, root: Path, tmp_path: Path) -> None:
    changed = tmp_path / "changed"
    for name in RULEBOOK:
        shutil.copytree(root / name, changed / name)
    shutil.copy(root / "company.yaml", changed)
    book = changed / "catalog/price-books/book-2027.yaml"
    book.write_text(f"# One more line.\n{book.read_text(encoding='utf-8').replace('1.029', '1.031')}", encoding="utf-8")
    before, after = explained(call, "2027-00001"), explained(call, "2027-00001", "--rulebook", str(changed))
    assert after["amounts"] == before["amounts"]
    assert (before["notes"], len(after["notes"])) == ([], 1)  # type: ignore[arg-type]  # read from JSON
    assert "1.029" in str(after["amounts"])
    assert call("explain", "to-invoice", "--rulebook", str(changed))[0] == 0


def test_what_happens_to_an_item_later_changes_nothing_of_what_was_invoiced(call: Call) -> None:
    item = next(row["item"] for row in json.loads(call("item", "list", "--json")[1])["rows"] if row["product"] == "SUB-WS")
    before = explained(call, "2027-00001")
    assert call("item", "end", item, "--on", "2027-01-15", "--waive", "closed", "--by", "Ann")[0] == 0
    assert explained(call, "2027-00001")["amounts"] == before["amounts"]


def test_credit_notes_quotes_items_transactions_and_drafts_are_explained(call: Call) -> None:
    assert call("invoice", "credit", "2027-00001", "--amount", "10.00")[0] == 0
    note = explained(call, "C2027-00001")
    assert note["kind"] == "credit-note"
    assert "of line 1 of 2027-00001" in str(note["amounts"])
    assert call("quote", "make", "K2", "SUB-CORE=2", "HW-AIO=1", "--discount", "5%")[0] == 0
    quote = explained(call, "Q2027-0001/1", "1")
    assert "5% = " in str(quote["amounts"])
    item = explained(call, "K1-subscription-2026-03-01-1")
    assert item["kind"] == "item"
    (first, *_) = json.loads(call("report", "forecast", "--json")[1])["rows"]
    assert first
    assert explained(call, "to-invoice")["amounts"] == []
    code, out, _ = call("explain", "to-invoice", "--today", "2027-02-28")
    assert (code, "drafts" in out) == (0, True)
    assert explained(call, "to-invoice/1", "1", "--today", "2027-02-28")["kind"] == "draft"


def test_a_question_is_explained_without_a_document(call: Call, tmp_path: Path) -> None:
    request = tmp_path / "price.json"
    requested = {"customer": {"segment": "chain"}, "product": "SUB-CORE", "quantity": "3", "on": "2027-02-01"}
    request.write_text(json.dumps(requested), encoding="utf-8")
    assert "× the price factor 0.85 = 77.84385" in str(explained(call, "price", "--from", str(request))["amounts"])
    code, out, _ = call("explain", "price", "--from", str(request), "--why-not", "segment-factor row 4")
    assert (code, "customer.segment is chain, and the row is for not chain" in " ".join(out.split())) == (0, True)


@pytest.mark.parametrize(
    ("rule", "wanted"),
    [
        ("segment-factor row 1", "customer.segment is independent, and the row is for chain"),
        ("book-2027", "it did take part"),
        ("vat-rates row 5", "supply.vat-class is standard, and the row is for reduced"),
        ("treatment row 1", "seller.small-business is no, and the row is for yes"),
    ],
)
def test_why_a_rule_took_no_part_is_reported_with_the_value_that_it_met(call: Call, rule: str, wanted: str) -> None:
    code, out, output = call("explain", "2027-00001", "1", "--why-not", rule)
    assert (code, output) == (0, "")
    assert wanted in " ".join(out.split())


def test_why_not_of_more_lines_than_are_worked_out_at_once_is_refused_by_name(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    assert explaining.WHY_NOT_LINES.most == 100
    monkeypatch.setattr(explaining, "WHY_NOT_LINES", dataclasses.replace(explaining.WHY_NOT_LINES, most=1))
    numbers = [row["number"] for row in json.loads(call("invoice", "list", "--json")[1])["rows"]]
    lines = {number: len(json.loads(call("invoice", "show", number, "--json")[1])["lines"]) for number in numbers}
    longest = max(numbers, key=lambda number: lines[number])
    code, _, output = call("explain", longest, "--why-not", "segment-factor")
    assert (code, "why-not-lines" in output, "name one of the lines" in output) == (1, True, True)
    assert call("explain", longest, "1", "--why-not", "segment-factor")[0] == 0


@pytest.mark.parametrize(
    ("words", "code", "wanted"),
    [
        (("2027-99999",), 2, "nothing-to-explain"),
        (("",), 2, "nothing-to-explain"),
        (("to-invoice/9999999999999999999999",), 2, "nothing-to-explain"),
        (("2027-00001", "0"), 1, "no-such-line"),
        (("2027-00001", "9" * 400), 1, "no-such-line"),
        (("2027-00001", "-1"), 2, "No such option"),
        (("2027-00001", "1", "--why-not", "segment-facter"), 1, "did you mean `segment-factor`"),
        (("2027-00001", "1", "--why-not", "segment-factor row 99"), 1, "unknown-rule"),
        (("price", "--from", "nowhere.json"), 2, "nowhere.json"),
    ],
)
def test_what_is_invalid_is_reported_and_is_no_fault(call: Call, words: tuple[str, ...], code: int, wanted: str) -> None:
    result, _, output = call("explain", *words)
    assert (result, wanted in output) == (code, True), output
