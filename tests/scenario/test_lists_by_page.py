"""Lists and reports by page: the pages together are the whole, whatever their size."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from api.cli.main import run
from tests.scenario.conftest import CUSTOMERS, SMALL, write_folder

Call = Callable[..., dict[str, Any]]
FILES = SMALL | {
    "customers.csv": CUSTOMERS + "F1,Lunettes FR,Rue 9,75001,Paris,FR,fr,FR40303265045,f@lunettes.example,independent,\n",
    "subscriptions.csv": SMALL["subscriptions.csv"] + "F1,monthly,2026-05-01,1,SUB-CORE,1\n",
}
LISTS = (
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
    "report reconciliation --snapshot first",
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
        page = call(*command.split(), "--limit", "1")
        rows, pages = list(page["rows"]), 1
        while "next" in page:
            assert page["rows"], command
            page = call(*command.split(), "--limit", "1", "--after", str(page["next"]))
            rows, pages = [*rows, *page["rows"]], pages + 1
            assert page.get("totals") == whole.get("totals"), command
        assert rows == whole["rows"], command
        assert pages > 1, command


def test_what_is_to_be_invoiced_has_the_same_totals_by_every_key(call: Call) -> None:
    whole = call("report", "to-invoice", "--to", "2027-03-31")
    for keys in ("month", "order-type", "order", "customer,order", "family"):
        assert call("report", "to-invoice", "--to", "2027-03-31", "--by", keys)["totals"]["net"] == whole["totals"]["net"]
