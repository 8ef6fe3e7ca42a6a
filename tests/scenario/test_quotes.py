"""Quotes at the command line: priced as acceptance bills them, and refused where that is not so any more."""

import json
import shutil
from collections.abc import Callable
from getpass import getuser
from pathlib import Path

import pytest

from api.cli import main
from tests.scenario.conftest import CUSTOMERS, write_folder

Call = Callable[..., tuple[int, str, str]]
SUBSCRIPTIONS = """customer,order,billing_type,activated_on,anchor_day,product,quantity
K1,S1,quarterly,2025-02-01,1,SUB-WS,2
K2,S2,monthly,2026-02-01,1,SUB-CORE,1
K2,S3,monthly,2026-02-15,15,SUB-WS,1
"""


@pytest.fixture
def call(tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Call:
    """Calls the program on 10 March 2027; one customer has a quarterly subscription, the other two monthly ones."""
    monkeypatch.setenv("CENTWRIGHT_DATABASE_URL", f"sqlite:///{tmp_path / 'desk.sqlite'}")
    monkeypatch.setenv("CENTWRIGHT_TODAY", "2027-03-10")

    def run(*words: str) -> tuple[int, str, str]:
        code = main.run(words)
        out, output = capfd.readouterr()
        return code, out, output

    assert run("import", str(write_folder(tmp_path / "data", {"customers.csv": CUSTOMERS, "subscriptions.csv": SUBSCRIPTIONS})))[0] == 0
    return run


def test_a_quote_that_joins_a_subscription_is_billed_as_quoted(call: Call, tmp_path: Path) -> None:
    quoted = json.loads(call("quote", "make", "K1", "SUB-CORE=1", "--json")[1])
    line = quoted["lines"][0]
    assert (line["joins"], line["billing_type"], line["net"], quoted["totals"]) == ("S1", "quarterly", "274.74", {"quarterly": "274.74"})
    assert (quoted["first_invoice"], quoted["first_billing_date"]) == ("160.52", "2027-03-10")
    assert call("quote", "pdf", quoted["number"], "--to", str(tmp_path / "quote.pdf"))[0] == 0
    assert "line 1 joins S1" in call("quote", "show", quoted["number"])[1]
    assert json.loads(call("quote", "accept", quoted["number"], "--json")[1])["joined"] == ["S1"]
    billed = json.loads(call("order", "show", "S1", "--json")[1])["transactions"]
    first = next(one for one in billed if one["product"] == "SUB-CORE")
    assert (first["net"], first["billing_date"], first["service_period"]["until"]) == ("160.52", "2027-03-10", "2027-05-01")
    explained = json.loads(call("explain", quoted["number"], "--json")[1])
    assert (explained["problems"], explained["amounts"][0]["amount"]) == ([], "274.74")


def test_with_several_subscriptions_the_quote_names_one(call: Call) -> None:
    code, _, output = call("quote", "make", "K2", "SUB-CORE=1")
    assert (code, "several-subscriptions" in output, "S2, S3" in output) == (4, True, True)
    assert call("quote", "make", "K2", "SUB-CORE=1", "--order", "S9")[0] == 2
    quoted = json.loads(call("quote", "make", "K2", "SUB-CORE=1", "--order", "S3", "--json")[1])
    # 77.84 for a chain × 5/28, to the 15th
    assert (quoted["lines"][0]["joins"], quoted["first_invoice"]) == ("S3", "13.90")
    code, _, output = call("quote", "accept", quoted["number"], "--order", "S2")
    assert (code, "quote-outdated" in output) == (4, True)
    assert json.loads(call("quote", "accept", quoted["number"], "--json")[1])["joined"] == ["S3"]


APRIL = """\
kind: price-book
id: book-april
label: {fr: Avril, nl: April, en: April}
from: 2027-04-01
based-on: book-2027
index:
  - factor: 1.10
"""


@pytest.fixture
def dearer_from_april(root: Path, tmp_path: Path) -> Path:
    """The rulebook of the checkout with prices that rise by a tenth on 1 April 2027."""
    folder = tmp_path / "rulebook"
    for name in ("catalog", "rules", "plans", "vat", "templates"):
        shutil.copytree(root / name, folder / name)
    shutil.copy(root / "company.yaml", folder)
    (folder / "catalog" / "price-books" / "april.yaml").write_text(APRIL)
    return folder


def test_an_item_accepted_after_a_new_list_began_keeps_the_quoted_price_for_its_first_period(
    call: Call, dearer_from_april: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    more = (
        CUSTOMERS.splitlines()[0] + "\nK3,Optique Trois,Rue 3,5000,Namur,BE,fr,BE0999910048,trois@optique.example,independent,2027-01-02\n"
    )
    assert call("import", str(write_folder(tmp_path / "more", {"customers.csv": more})))[0] == 0
    assert call("publish", str(dearer_from_april), "--by", "Ann")[0] == 0
    fresh = json.loads(call("quote", "make", "K3", "SUB-CORE=1", "--json")[1])
    joining = json.loads(call("quote", "make", "K1", "SUB-CORE=1", "--json")[1])
    assert (fresh["lines"][0]["net"], joining["lines"][0]["net"]) == ("91.58", "274.74")
    monkeypatch.setenv("CENTWRIGHT_TODAY", "2027-04-05")
    (begun,) = json.loads(call("quote", "accept", fresh["number"], "--json")[1])["orders"]
    assert call("order", "activate", begun, "--on", "2027-04-05")[0] == 0
    # 89 × 1.029 × 1.10 is 100.74: what a running item pays from its next period on
    nets = [one["net"] for one in json.loads(call("order", "show", begun, "--json")[1])["transactions"]]
    assert nets[:3] == ["91.58", "100.74", "100.74"]
    later = json.loads(call("quote", "make", "K3", "SUB-CORE=2", "--json")[1])
    assert later["lines"][0]["priced"]["unit_price"] == "100.74"
    assert json.loads(call("quote", "accept", joining["number"], "--json")[1])["joined"] == ["S1"]
    billed = [one for one in json.loads(call("order", "show", "S1", "--json")[1])["transactions"] if one["product"] == "SUB-CORE"]
    # 274.74 × 26/89 days, then a quarter at 302.22
    assert [one["net"] for one in billed][:2] == ["80.26", "302.22"]


def test_quotes_of_a_file_name_the_order_that_they_join(call: Call, tmp_path: Path) -> None:
    rows = "customer,on,product,quantity,order\nK2,2027-03-10,SUB-CORE,1,{order}\nK1,2027-03-10,SUB-CORE,1,\n"
    code, _, output = call("import", str(write_folder(tmp_path / "none", {"quotes.csv": rows.format(order="")})))
    assert (code, "quotes.csv:2" in output, "several-subscriptions" in output) == (1, True, True)
    code, _, output = call("import", str(write_folder(tmp_path / "wrong", {"quotes.csv": rows.format(order="S9")})))
    assert (code, "quotes.csv:2" in output) == (1, True)
    assert call("import", str(write_folder(tmp_path / "one", {"quotes.csv": rows.format(order="S3")})))[0] == 0
    quoted = json.loads(call("quote", "list", "--json")[1])["rows"]
    joined = [json.loads(call("quote", "show", one["number"], "--json")[1])["lines"][0]["joins"] for one in quoted]
    assert sorted(joined) == ["S1", "S3"]


def test_a_quote_is_not_accepted_once_its_items_would_join_what_it_was_not_priced_for(call: Call) -> None:
    assert call("item", "end", "S1-1", "--on", "2027-03-09", "--waive", "closed", "--by", "Ann")[0] == 0
    quoted = json.loads(call("quote", "make", "K1", "SUB-CORE=1", "--json")[1])
    assert (quoted["lines"][0]["joins"], quoted["lines"][0]["billing_type"], quoted["first_invoice"]) == (None, "monthly", "91.58")
    other = json.loads(call("quote", "make", "K1", "SUB-WS=1", "--json")[1])
    (begun,) = json.loads(call("quote", "accept", other["number"], "--json")[1])["orders"]
    assert call("order", "activate", begun, "--on", "2027-03-10")[0] == 0
    code, _, output = call("quote", "accept", quoted["number"])
    assert (code, "quote-outdated" in output, "possible: version" in output) == (4, True, True)
    assert json.loads(call("quote", "version", quoted["number"], "--json")[1])["lines"][0]["joins"] == begun
    assert json.loads(call("quote", "accept", quoted["number"], "--json")[1])["joined"] == [begun]


def test_a_draft_is_changed_and_approved_by_who_may(call: Call) -> None:
    drafted = json.loads(call("quote", "make", "K1", "SUB-WS=1", "--draft", "--json")[1])
    number = drafted["number"]
    fields = ("--discount", "12%", "--text", "For the back office", "--optional")
    added = json.loads(call("quote", "add-line", number, "HW-AIO", *fields, "--json")[1])["lines"][1]["request"]
    assert (added["optional"], added["text"], added["discount_author"]) == (True, "For the back office", getuser())
    removed = json.loads(call("quote", "change-line", number, "2", "--without", "text", "--fixed", "--json")[1])
    assert (removed["version"], removed["variants"], "text" in removed["lines"][1]["request"]) == (1, [], False)
    assert call("quote", "change-line", number, "2", "--without", "quantity")[0] == 2
    assert "with line 2" in call("quote", "change-line", number, "2", "--optional")[1]
    without = json.loads(call("quote", "show", number, "--json")[1])["lines"][0]["priced"]["list_net"]
    for total in (f"is {without} EUR", f"> {without} EUR"):
        listed = json.loads(call("quote", "list", "--where", f"quote.list-total {total}", "--json")[1])["rows"]
        assert len(listed) == total.startswith("is")
    code, _, output = call("quote", "send", number)
    assert (code, "state: draft; possible: add-line" in output) == (4, True)
    assert json.loads(call("quote", "submit", number, "--json")[1])["approver"] == "sales-director"
    assert call("quote", "approve", number, "--by", "dora")[0] == 2
    user = ("--full-name", "Dora Director", "--email", "dora@example.com", "--role", "sales")
    assert call("user", "add", "dora", *user)[0] == 0
    code, _, output = call("quote", "approve", number, "--by", "dora")
    assert (code, "not-the-approver" in output, "discount-over-10" in output) == (4, True, True)
    assert call("user", "change", "dora", "--approves", "management")[0] == 0
    assert "approved" in call("quote", "approve", number, "--by", "dora")[1]
    assert json.loads(call("quote", "remove-line", number, "2", "--json")[1])["version"] == 2
    assert "removed" in call("quote", "history", number)[1]
    rows = json.loads(call("quote", "list", "--versions", "--json")[1])["rows"]
    assert [(row["version"], row["state"]) for row in rows] == [(1, "superseded"), (2, "approved")]
    assert len(json.loads(call("quote", "list", "--json")[1])["rows"]) == 1
    code, out, _ = call("quote", "compare", number)
    assert (code, "quarterly" in out) == (0, True)
    assert call("quote", "send", number, "--by", "hand")[0] == 0
    effects = json.loads(call("quote", "accept", number, "--by", "Mme Un", "--preview", "--json")[1])
    assert json.loads(call("quote", "accept", number, "--by", "Mme Un", "--json")[1])["joined"] == [effects[0]["order"]]
    steps = json.loads(call("quote", "show", number, "--json")[1])["steps"]
    assert [(step["state"], step["author"]) for step in steps[-2:]] == [("sent", getuser()), ("accepted", getuser())]
    assert steps[-1]["by"] == "Mme Un"
