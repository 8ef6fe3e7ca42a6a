"""`centwright diff` for analysts and CI: folders, git revisions, published versions, exit codes, conditions, live orders."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from api.cli.main import run
from api.desk.billing_run import issue
from api.desk.desk import Desk
from api.desk.due_drafts import Selection
from api.desk.folder_import import import_files
from api.store import rulebooks
from tests.scenario.test_vat_of_the_rulebook import NAMES_OF_22

BOOK = "catalog/price-books/book-2027.yaml"
PARTS = ("catalog", "rules", "plans", "vat", "templates")
RunCommand = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run_command(capsys: pytest.CaptureFixture[str]) -> RunCommand:
    """Runs the program; gives its exit code, what it answered and what it told."""

    def call(*words: str) -> tuple[int, str, str]:
        code = run(list(words))
        result = capsys.readouterr()
        return code, result.out, result.err

    return call


@pytest.fixture
def books(root: Path, tmp_path: Path) -> Callable[[str], Path]:
    """Copies of the checkout's rulebook, to be changed."""

    def copy(name: str) -> Path:
        folder = tmp_path / name
        for part in PARTS:
            shutil.copytree(root / part, folder / part)
        shutil.copy(root / "company.yaml", folder)
        return folder

    return copy


def change(folder: Path, path: str, old: str, new: str) -> None:
    text = (folder / path).read_text(encoding="utf-8")
    assert old in text
    (folder / path).write_text(text.replace(old, new, 1), encoding="utf-8")


def git(folder: Path, *words: str) -> None:
    identity = ["-c", "user.name=Analyst", "-c", "user.email=analyst@verrelis.example", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", "-C", str(folder), *identity, *words], check=True, capture_output=True)


def test_the_index_of_2027_one_point_higher(root: Path, books: Callable[[str], Path], run_command: RunCommand) -> None:
    new = books("new")
    change(new, BOOK, "1.029", "1.031")
    code, out, _ = run_command("diff", str(root), str(new), "--json")
    result = json.loads(out)
    assert code == 3
    invoices = result["invoices"]
    assert (invoices["invoices_changed"], invoices["invoices_before"], invoices["year"]) == (46, 49, "713.90")
    assert invoices["change"] == {"net": "74.61", "vat": "14.35", "gross": "88.96"}
    first = invoices["changes"][0]
    assert (first["customer"], first["order_type"], first["change"]["net"]) == ("C045", "subscription", "27.87")
    assert "price book book-2027" in first["lines"][0]["why"][0]["rule"]
    assert [(one["name"], one["part"], one["before"], one["after"]) for one in result["edits"]] == [
        ("book-2027", "index 1 factor", "1.029", "1.031")
    ]
    assert result["edits"][0]["after_at"] == f"{BOOK}:9"


LATER = "kind: price-book\nid: later\nlabel: {fr: L, nl: L, en: L}\nfrom: 2028-01-01\nbased-on: book-2027\nindex: [{factor: 1.30}]\n"


def test_a_rise_that_begins_after_the_first_year_is_in_the_money(
    root: Path, books: Callable[[str], Path], small: Path, run_command: RunCommand
) -> None:
    new = books("new")
    (new / "catalog/price-books/later.yaml").write_text(LATER, encoding="utf-8")
    words = ("diff", str(root), str(new), "--data", str(small), "--fail-if")
    assert run_command(*words, "diff.largest > 10.00 EUR and diff.year > 100.00 EUR and diff.invoices > 0")[0] == 3
    code, out, _ = run_command(*words, "diff.year > 100.00 EUR", "--json")
    invoices = json.loads(out)["invoices"]
    assert (code, invoices["invoice_months"], invoices["year_from"]) == (3, ["2027-01", "2028-01"], "2028-01")
    assert {one["month"] for one in invoices["changes"]} == {"2028-01"}
    assert [invoices["months"][0]["month"], invoices["months"][-1]["month"]] == ["2027-01", "2028-12"]
    _, comment, _ = run_command(*words, "diff.year > 100.00 EUR", "--format", "markdown")
    assert "invoices of January 2027 and January 2028 change" in comment
    assert "What is planned from January 2027 to December 2028 comes to" in comment


def test_a_vat_rate_that_begins_later_is_in_the_invoices_of_its_month(
    root: Path, books: Callable[[str], Path], small: Path, run_command: RunCommand
) -> None:
    new = books("new")
    rate = '- {from: 1996-01-01, rate: 21%, source: "Royal Decree no. 20 of 20 July 1970, art. 1"}'
    change(new, "vat/rates.yaml", rate, f"{rate}\n      - {{from: 2029-03-01, rate: 22%}}")
    for path, before, after in NAMES_OF_22:
        change(new, path, before, after)
    code, out, _ = run_command("diff", str(root), str(new), "--data", str(small), "--json")
    invoices = json.loads(out)["invoices"]
    assert (code, invoices["invoice_months"], invoices["change"]["net"]) == (3, ["2027-01", "2029-03"], "0.00")
    assert float(invoices["change"]["vat"]) > 0


def test_layout_and_comments_change_nothing(root: Path, books: Callable[[str], Path], run_command: RunCommand) -> None:
    new = books("new")
    change(new, BOOK, "index:\n", "index:  # of services\n\n")
    change(new, "rules/pricing.rules", "| chain            | subscription", "|   chain   |   subscription")
    code, out, _ = run_command("diff", str(root), str(new))
    assert code == 0
    assert "Nothing reads differently" in out
    assert "All 49 invoices of 2027-01 come to the same amount" in out


def test_a_condition_decides_about_the_exit_code(root: Path, books: Callable[[str], Path], small: Path, run_command: RunCommand) -> None:
    new = books("new")
    change(new, BOOK, "1.029", "1.129")
    words = ("diff", str(root), str(new), "--data", str(small), "--fail-if")
    assert run_command(*words, "diff.largest > 500.00 EUR or diff.invoices > 100")[0] == 0
    assert run_command(*words, "diff.largest > 1.00 EUR and diff.refused is 0 and diff.year > diff.net")[0] == 3


@pytest.mark.parametrize(
    ("condition", "reported"),
    [
        ("diff.larget > 20.00 EUR", "diff.largest"),
        ("diff.largest > 20,00 EUR", "20.00 EUR"),
        ("diff.largest > 20.00 USD", "--fail-if:1:"),
        ("diff.largest >", "--fail-if:1:"),
        ("diff.net", "--fail-if:1:1"),
        ("diff.orders > 3", "diff.orders"),
    ],
)
def test_a_mistake_in_a_condition_is_reported_at_its_place(
    root: Path, small: Path, run_command: RunCommand, condition: str, reported: str
) -> None:
    code, out, err = run_command("diff", str(root), str(root), "--data", str(small), "--fail-if", condition)
    assert (code, out) == (2, "")
    assert reported in err


def test_git_revisions_are_read_without_touching_the_checkout(
    books: Callable[[str], Path], small: Path, tmp_path: Path, run_command: RunCommand
) -> None:
    folder = books("house/billing")
    house = tmp_path / "house"
    git(house, "init", "-q", "-b", "main")
    git(house, "add", ".")
    git(house, "commit", "-qm", "As it was")
    change(folder, BOOK, "1.029", "1.031")
    git(house, "commit", "-qam", "The index of 2027")
    change(folder, BOOK, "1.031", "1.099")
    before = (folder / BOOK).read_bytes()
    demo = ("--data", str(small), "--json", "--rulebook", str(folder))
    code, out, _ = run_command("diff", "HEAD~1", "main", *demo)
    result = json.loads(out)
    assert (code, result["before"], result["after"]) == (3, "HEAD~1", "main")
    assert result["invoices"]["change"]["net"] not in ("0.00", "")
    assert json.loads(run_command("diff", "HEAD~1:billing", "HEAD:billing", *demo)[1])["invoices"] == result["invoices"]
    assert run_command("diff", "HEAD", str(folder), *demo)[0] == 3
    assert (folder / BOOK).read_bytes() == before
    assert run_command("diff", "HEAD:elsewhere", str(folder), *demo)[0] == 1
    assert run_command("diff", "HEAD~7", str(folder), *demo)[0] == 2
    assert run_command("diff", "--", "-x", str(folder))[0] == 2


def test_a_published_version_is_looked_up_by_the_prefix_of_its_fingerprint(
    books: Callable[[str], Path], small: Path, desk_on: Callable[..., Desk], tmp_path: Path, run_command: RunCommand
) -> None:
    new = books("new")
    change(new, BOOK, "1.029", "1.031")
    desk = desk_on(date(2027, 1, 31))
    import_files(desk, small)  # the first import publishes the rulebook it is given
    database = f"sqlite:///{tmp_path / 'desk.sqlite'}"
    fingerprint = desk.rulebook.fingerprint
    code, out, _ = run_command("diff", fingerprint[:10], str(new), "--database", database, "--data", str(small), "--json")
    assert (code, len(json.loads(out)["edits"])) == (3, 1)
    duplicate = fingerprint[:6] + "0" * 58
    with desk.store.writing() as connection:
        rulebooks.store_texts(connection, duplicate, desk.sources, at=desk.now())
    code, _, err = run_command("diff", fingerprint[:6], str(new), "--database", database)
    assert (code, "2 published versions" in err) == (2, True)
    assert run_command("diff", "abcdef0123", str(new), "--database", f"sqlite:///{tmp_path / 'none.sqlite'}")[0] == 2
    assert not (tmp_path / "none.sqlite").exists()


def test_a_broken_rulebook_is_reported_with_its_name(root: Path, books: Callable[[str], Path], run_command: RunCommand) -> None:
    new = books("new")
    change(new, BOOK, "1.029", "1,029")
    code, out, err = run_command("diff", str(root), str(new))
    assert (code, out) == (1, "")
    assert f"{new}:{BOOK}:9" in err
    assert "1,029" in err
    assert "Traceback" not in err


def test_another_currency_can_only_be_compared_in_words(root: Path, tmp_path: Path, run_command: RunCommand) -> None:
    other = tmp_path / "other"
    shutil.copytree(root / "tests/golden/rulebook", other)
    shutil.copytree(root / "vat", other / "vat", dirs_exist_ok=True)
    shutil.copy(root / "tests/golden/rulebook/vat/accounts.yaml", other / "vat")
    francs = tmp_path / "francs"
    shutil.copytree(other, francs)
    for path in [*francs.rglob("*.yaml"), *francs.rglob("*.rules")]:
        path.write_text(path.read_text(encoding="utf-8").replace("EUR", "CHF"), encoding="utf-8")
    code, _, err = run_command("diff", str(other), str(francs), "--data", str(root / "demo"))
    assert (code, "other-currency-of-rulebook" in err) == (1, True)
    code, out, _ = run_command("diff", str(other), str(francs), "--text", "--all")
    assert (code, "company currency: EUR → CHF" in out) == (0, True)


def test_another_cut_over_moves_what_is_invoiced(root: Path, books: Callable[[str], Path], run_command: RunCommand) -> None:
    new = books("new")
    change(new, "company.yaml", "cut-over: 2027-01-01", "cut-over: 2027-02-01")
    code, out, _ = run_command("diff", str(root), str(new), "--json")
    result = json.loads(out)["invoices"]
    assert (code, result["month"], result["invoices_before"], result["invoices_after"]) == (3, "2027-01", 49, 0)
    assert all(one["after"] is None for one in result["changes"])
    _, out, _ = run_command("diff", str(new), str(root), "--json")
    assert json.loads(out)["invoices"]["invoices_before"] == 53
    code, out, _ = run_command("diff", str(new), str(root))
    assert (code, re.findall(r"(\d+) of (\d+) invoices of", out)) == (3, [("49", "102")]), "new invoices count among all of them"


def test_what_can_no_longer_be_invoiced_is_a_finding(root: Path, books: Callable[[str], Path], run_command: RunCommand) -> None:
    new = books("new")
    text = (new / "rules/pricing.rules").read_text(encoding="utf-8")
    stored = [line for line in text.splitlines() if "subscription" not in line]
    (new / "rules/pricing.rules").write_text("\n".join(stored) + "\n", encoding="utf-8")
    code, out, _ = run_command("diff", str(root), str(new))
    assert code == 3
    assert "C045-subscription-2024-10-01 can no longer be invoiced" in out
    assert "no row" in out


def test_files_without_orders_and_a_folder_without_files(root: Path, tmp_path: Path, run_command: RunCommand) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    assert run_command("diff", str(root), str(root), "--data", str(empty))[0] == 1
    shutil.copy(root / "demo/customers.csv", empty)
    code, out, _ = run_command("diff", str(root), str(root), "--data", str(empty))
    assert (code, "All 0 invoices of 2027-01" in out) == (0, True)


def test_a_row_that_is_wrong_under_both_rulebooks_is_a_mistake_in_the_files(root: Path, tmp_path: Path, run_command: RunCommand) -> None:
    files = tmp_path / "files"
    shutil.copytree(root / "demo", files)
    change(files, "subscriptions.csv", "SUB-CORE", "SUB-CARE")
    code, _, err = run_command("diff", str(root), str(root), "--data", str(files))
    assert (code, "subscriptions.csv:2" in err, "SUB-CORE" in err) == (1, True, True)


def test_without_golden_files_only_words_are_compared(books: Callable[[str], Path], tmp_path: Path, run_command: RunCommand) -> None:
    old, new = books("old"), books("new")
    change(new, BOOK, "1.029", "1.031")
    (old / "golden").mkdir()
    (old / "golden" / "cases.yaml").write_text("kind: another\n", encoding="utf-8")
    code, out, err = run_command("diff", str(old), str(new), "--rulebook", str(old))
    assert (code, "1.029 → 1.031" in out, "--data" in err) == (0, True, True)


def test_live_orders_month_by_month_and_nothing_of_what_is_invoiced(
    root: Path, books: Callable[[str], Path], desk_on: Callable[..., Desk], small: Path, tmp_path: Path, run_command: RunCommand
) -> None:
    new = books("new")
    change(new, BOOK, "1.029", "1.131")
    desk = desk_on(date(2027, 1, 31))
    import_files(desk, small)
    database = f"sqlite:///{tmp_path / 'desk.sqlite'}"
    words = ("diff", str(root), str(new), "--live", "--database", database, "--json", "--today")
    first = json.loads(run_command(*words, "2027-01-31")[1])["orders"]
    assert json.loads(run_command(*words, "2027-01-31", "--workers", "2")[1])["orders"] == first
    issue(desk, Selection(due_through=date(2027, 1, 31)))
    code, out, _ = run_command(*words, "2027-02-01")
    second = json.loads(out)["orders"]
    assert (code, first["orders"], first["items"]) == (3, 4, 6)
    months = {(one["month"], one["order_type"]): one["change"] for one in first["months"]}
    assert "2027-01" in {month for month, _ in months}
    assert "2027-01" not in {one["month"] for one in second["months"] if one["order_type"] == "subscription"}
    later = {key: change for key, change in months.items() if key[0] > "2027-01" and key[1] == "subscription"}
    assert {(one["month"], one["order_type"]): one["change"] for one in second["months"]}.items() >= later.items()


def test_live_orders_are_planned_beyond_the_horizon_where_something_begins_later(
    root: Path, books: Callable[[str], Path], desk_on: Callable[..., Desk], small: Path, tmp_path: Path, run_command: RunCommand
) -> None:
    new = books("new")
    (new / "catalog/price-books/later.yaml").write_text(LATER.replace("2028", "2031"), encoding="utf-8")
    import_files(desk_on(date(2027, 1, 31)), small)
    database = f"sqlite:///{tmp_path / 'desk.sqlite'}"
    words = ("diff", str(root), str(new), "--live", "--database", database, "--today", "2027-01-31")
    code, out, _ = run_command(*words, "--json", "--fail-if", "diff.year > 100.00 EUR")
    orders = json.loads(out)["orders"]
    assert (code, orders["year_from"], orders["months"][-1]["month"]) == (3, "2031-01", "2031-12")
    assert {one["month"][:4] for one in orders["months"] if float(one["change"])} == {"2031"}


def test_a_review_compares_the_live_orders_of_a_database_too(
    root: Path, books: Callable[[str], Path], desk_on: Callable[..., Desk], small: Path, tmp_path: Path, run_command: RunCommand
) -> None:
    new = books("new")
    for scenarios in new.rglob("*.test.yaml"):
        scenarios.unlink()  # other gates try them, and take their time
    (new / "catalog/price-books/later.yaml").write_text(LATER, encoding="utf-8")
    import_files(desk_on(date(2027, 1, 31)), small)
    words = ("review", str(root), "--rulebook", str(new), "--data", str(small), "--json", "--today", "2027-01-31")
    database = ("--database", f"sqlite:///{tmp_path / 'desk.sqlite'}", "--live", "--comment", str(tmp_path / "comment.md"))
    _, out, _ = run_command(*words, *database, "--fail-if", "diff.year > 100.00 EUR")
    gates = {gate["gate"]: gate["exit_code"] for gate in json.loads(out)["gates"]}
    assert (gates["diff"], gates["live"]) == (3, 3)
    comment = (tmp_path / "comment.md").read_text(encoding="utf-8")
    assert "invoices of January 2027 and January 2028 change" in comment
    assert "running orders change" in comment


def test_an_empty_database_has_no_live_orders(root: Path, tmp_path: Path, run_command: RunCommand) -> None:
    code, out, _ = run_command("diff", str(root), str(root), "--live", "--database", f"sqlite:///{tmp_path / 'new.sqlite'}")
    assert (code, "All 0 live orders" in out) == (0, True)
