"""Lists and reports by page: the pages together are the whole, whatever their size."""

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from api.cli.main import run
from tests.scenario.conftest import CUSTOMERS, SMALL, write_folder

Call = Callable[..., dict[str, Any]]
FILES = SMALL | {
    "customers.csv": CUSTOMERS + "F1,Lunettes FR,Rue 9,75001,Paris,FR,fr,FR40303265045,f@lunettes.example,independent,\n",
    "subscriptions.csv": SMALL["subscriptions.csv"] + "F1,monthly,2026-05-01,1,SUB-CORE,1\n",
    "contacts.csv": "id,customer,name\nP1,K1,Ann\nP2,K2,Jan\nP3,K2,Mia\n",
    "opportunities.csv": "id,customer_or_prospect,town,customer,what,stage,amount_eur,expected_close,owner\n"
    "O1,,,K1,More,proposal,10,2027-03-15,AM\nO2,Optiek Drie,Gent,,New,negotiation,20,2027-04-15,JV\n",
    "quotes.csv": "customer,on,product,quantity,payment_plan\nK1,2027-01-25,SUB-CORE,1,\nK2,2027-01-25,SUB-WS,2,\n",
    "open_invoices.csv": "number,customer,issued_on,due_on,gross,open\n9-1,K1,2026-12-01,2026-12-31,100.00,21.00\n"
    "9-2,K2,2026-12-02,2027-01-05,50.00,50.00\n",
}
LISTS = (
    "contact list",
    "opportunity list",
    "quote list",
    "invoice list --former",
    "customer list",
    "order list",
    "order list --customer K1",
    "order list --type subscription",
    "item list",
    "item list --product SUB-CORE",
    "item list --customer K1",
    "item list --where line.quantity>=2",
    "invoice list",
    "invoice list --customer K1",
    "report to-invoice --to 2027-03-31",
    "report held-back",
    "report to-invoice --to 2027-03-31 --by customer,order",
    "report forecast",
    "report forecast --by month,customer",
    "report mrr --by customer,family",
    "report mrr --by segment",
    "report mrr --from 2026-01-01 --to 2027-12-31 --by customer",
    "report journal",
    "report pipeline --by owner",
    "report reconciliation --snapshot first",
    "report reconciliation --snapshot first --month 2027-04",
    "report reconciliation --snapshot first --invoiced",
    "report reconciliation --snapshot first --month 2027-01 --invoiced",
)


@pytest.fixture(params=["sqlite", "postgresql"])
def call(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Call:
    """Calls the program over a database of each kind with some of everything; gives its JSON."""
    url = f"sqlite:///{tmp_path / 'pages.sqlite'}" if request.param == "sqlite" else str(request.getfixturevalue("fresh_postgres_url"))
    monkeypatch.setenv("CENTWRIGHT_DATABASE_URL", url)
    monkeypatch.setenv("CENTWRIGHT_TODAY", "2027-01-31")

    def called(*words: str) -> dict[str, Any]:
        capfd.readouterr()
        assert run([*words, "--json"]) == 0, (words, capfd.readouterr())
        tree: dict[str, Any] = json.loads(capfd.readouterr().out)
        return tree

    called("import", str(write_folder(tmp_path / "files", FILES)))
    called("forecast", "store", "first")
    called("run", "issue", "--due-through", "2027-01-31", "--customer", "K1")
    called("invoice", "credit", "2027-00001", "--whole")
    called("item", "change", "K1-subscription-2026-03-01-2", "--on", "2027-03-01", "--quantity", "3")
    called("item", "change", "K2-subscription-2026-10-15-1", "--on", "2027-04-15", "--quantity", "4")
    return called


def test_the_pages_of_a_list_are_the_whole(call: Call) -> None:
    for command in LISTS:
        whole = call(*command.split())
        assert "next" not in whole
        limit = max(1, (len(whole["rows"]) + 1) // 2)
        page = call(*command.split(), "--limit", str(limit))
        rows, pages = list(page["rows"]), 1
        while "next" in page:
            assert len(page["rows"]) == limit, command
            page = call(*command.split(), "--limit", str(limit), "--after", str(page["next"]))
            rows, pages = [*rows, *page["rows"]], pages + 1
            assert page.get("totals") == whole.get("totals"), command
        assert rows == whole["rows"], command
        assert pages > 1, command


def test_what_is_to_be_invoiced_has_the_same_totals_by_every_key(call: Call) -> None:
    whole = call("report", "to-invoice", "--to", "2027-03-31")
    for keys in ("month", "order-type", "order", "customer,order", "family"):
        assert call("report", "to-invoice", "--to", "2027-03-31", "--by", keys)["totals"]["net"] == whole["totals"]["net"]


def test_mistakes_in_paging_are_refused_and_the_journal_adds_up(call: Call, capfd: pytest.CaptureFixture[str]) -> None:
    for command, says, remedy in (
        ("item list --product SUB-CORRE", "there is no product `SUB-CORRE`", "did you mean `SUB-CORE`"),
        ("report mrr --from 2027-03-01", "without `to` it ends on the business date, 2027-01-31", "write `to` too"),
        ("report journal --to 2026-12-31", "the report ends on 2026-12-31, before it begins on 2027-01-01", "write its first day too"),
    ):
        assert run(command.split()) == 1, command
        told = capfd.readouterr().err
        assert says in told, told
        assert remedy in told, told
    for command in {" ".join(each.split()[:2]): each for each in LISTS}.values():
        assert run([*command.split(), "--after", "K1-nobody:1"]) == 1, command
        assert "there is no row `K1-nobody" in capfd.readouterr().err, command
    whole = call("report", "journal", "--from", "2027-01-01", "--to", "2027-12-31")
    for name in ("debit", "credit"):
        assert Decimal(whole["totals"][name]) == sum(Decimal(row[name]) for row in whole["rows"]) > 0
