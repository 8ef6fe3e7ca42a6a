"""Four months of two customers over HTTP, on both databases: every amount of every invoice against a calculation of its own."""

from collections.abc import Callable, Iterator
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.desk.access import create_key
from api.desk.billing_run import issue
from api.desk.due_drafts import Selection
from api.http.app import create_app
from api.http.desk_opener import DeskOpener
from api.rulebook_folder import read_folder
from api.store.auditor import audit
from engine.rulebook.reader import read_rulebook
from tests.scenario.conftest import now
from tests.scenario.test_a_whole_sale import new_shop

ADDRESS = {"street": "Rue 9", "postcode": "5000", "town": "Namur", "country": "BE", "language": "en"}
VAT = Fraction(21, 100)
Bills = dict[str, list[Fraction | int]]
"""The lines that a run bills, by customer."""


class Life:
    """The service on one day after the other, over one database."""

    def __init__(self, url: str, shop: Path) -> None:
        sources = read_folder(shop)
        rulebook = read_rulebook(sources)
        self.opener = DeskOpener(url=url, rulebook=rulebook, sources=sources, rulebook_folder=shop, today=date(2027, 1, 4), now=now)
        key = create_key(self.opener.desk("test"), "life", "admin", created_by="test")[1]
        application = create_app(sources, rulebook=rulebook, database_url=url, desk=self.opener)
        self.client = TestClient(application, base_url="http://localhost", headers={"Authorization": f"Bearer {key}"})
        self.seen = set[str]()

    def on(self, day: str) -> None:
        """From now on it is that day."""
        self.opener.today = date.fromisoformat(day)

    def post(self, path: str, body: object = None, status: int = 200) -> Any:
        """What a verb answers; one that creates something answers 201."""
        response = self.client.post(f"/v1/{path}", json=body)
        assert response.status_code in ({status, 201} if status == 200 else {status}), (path, response.text)
        return response.json()

    def bill(self, expected: Bills) -> list[str]:
        """Issues what is due, and compares its lines; VAT is rounded once an invoice. Gives the numbers."""
        desk = self.opener.desk("run")
        issue(desk, Selection(due_through=desk.today), confirm=True)
        rows = self.client.get("/v1/invoices?limit=1000&kind=invoice").json()["rows"]
        documents = [self.client.get(f"/v1/invoices/{row['number']}").json() for row in rows if row["number"] not in self.seen]
        self.seen |= {row["number"] for row in rows}
        billed: dict[str, list[str]] = {}
        for document in documents:
            net = sum(Fraction(line["net"]) for line in document["lines"])
            assert [document[name] for name in ("net", "vat", "gross")] == [cents(net), cents(net * VAT), cents(net + rounded(net * VAT))]
            billed.setdefault(document["customer"]["id"], []).extend(line["net"] for line in document["lines"])
        assert {name: sorted(lines) for name, lines in billed.items()} == {
            name: sorted(cents(Fraction(amount)) for amount in amounts) for name, amounts in expected.items()
        }
        with desk.store.reading() as connection:
            assert audit(connection) == ()
        return [document["number"] for document in documents]


def rounded(amount: Fraction) -> Fraction:
    """An amount in whole cents, half up."""
    return Fraction((1 if amount >= 0 else -1) * int(abs(amount) * 100 + Fraction(1, 2)), 100)


def cents(amount: Fraction) -> str:
    """An amount as a text."""
    whole = int(rounded(amount) * 100)
    return f"{'-' if whole < 0 else ''}{abs(whole) // 100}.{abs(whole) % 100:02}"


@pytest.fixture(params=["sqlite", "postgresql"])
def life(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Life]:
    """A life of a new shop, over an empty database."""
    url = f"sqlite:///{tmp_path / 'life.sqlite'}" if request.param == "sqlite" else request.getfixturevalue("fresh_postgres_url")
    made = Life(url, new_shop(tmp_path))
    yield made
    made.opener.close()


def test_four_months_are_billed_to_the_cent(life: Life) -> None:
    post: Callable[..., Any] = life.post
    life.on("2027-01-08")
    post("customers", {"id": "NEUF", "name": "Neuf", "kind": "business", "vat_number": "BE0999910048", **ADDRESS})
    post("customers", {"id": "JAN", "name": "Jan", "kind": "private", **ADDRESS})
    post("orders", {"id": "J1", "customer": "JAN", "lines": [{"product": "WORKSPACE", "quantity": "2"}]})
    post("orders/J1/activate", {"on": "2027-01-15"})
    wanted = [("WORKSPACE", "3", {}), ("MESSAGES", "500", {}), ("MOVE", "2", {"payment_plan": "on-delivery"})]
    lines = [{"product": product, "quantity": quantity, **more} for product, quantity, more in wanted]
    number = post("quotes", {"customer": "NEUF", "lines": lines})["number"]
    assert len(post(f"quotes/{number}/accept", {})["orders"]) == 2
    sold, project = f"{number}-subscription", f"{number}-investment"
    post(f"orders/{sold}/items/{sold}-1/activate", {"on": "2027-01-11"})
    post(f"orders/{sold}/items/{sold}-2/activate", {"on": "2027-01-15"})
    post(f"orders/{project}/activate", {"on": "2027-01-13"})
    life.on("2027-01-21")
    more = post("quotes", {"customer": "NEUF", "order": sold, "lines": [{"product": "WORKSPACE", "quantity": "2"}]})
    (effect,) = post(f"quotes/{more['number']}/preview", {})["orders"]
    assert (effect["state_before"], more["first_invoice"], effect["next_invoice_after"]["net"]) == ("active", "54.19", "174.19")
    post(f"quotes/{more['number']}/accept", {})
    life.on("2027-01-31")
    first = life.bill({"NEUF": [120, Fraction(80 * 21, 31), 900], "JAN": [80]})
    life.on("2027-02-01")
    post("usage", {"id": "M-1", "item": f"{sold}-2", "from": "2027-01-15", "to": "2027-01-31", "quantity": "740"})
    life.bill({"NEUF": [74]})
    life.on("2027-02-10")
    post("orders/J1/items/J1-1/suspend", {"on": "2027-02-20"})
    refused = post("orders/J1/items/J1-1/suspend", {"on": "2027-02-25"}, 409)
    assert (refused["state"], "resume" in refused["possible"]) == ("suspended", True)
    post(f"orders/{sold}/items/{sold}-1/change", {"on": "2027-02-21", "quantity": "5"})
    life.on("2027-02-28")
    post(f"orders/{project}/events", {"event": "delivery.accepted", "on": "2027-02-20"})
    life.bill({"NEUF": [120, 80, Fraction(80 * 18, 28), 900], "JAN": [Fraction(80 * 5, 28)]})
    life.on("2027-03-05")
    post("orders/J1/items/J1-1/resume", {"on": "2027-03-05"})
    text = {"text": "Training", "price": "62.50", "supply_kind": "service", "vat_class": "standard", "account": "projects"}
    post(f"orders/{sold}/lines", {"on": "2027-03-05", "because": "asked by telephone", **text})
    life.bill({"NEUF": [0, Fraction("62.50")], "JAN": [Fraction(80 * 10, 28)]})
    life.on("2027-03-10")
    assert post("usage", {"id": "M-2", "item": f"{sold}-2", "from": "2027-02-01", "to": "2027-02-28", "quantity": "100"})["late"]
    assert post("usage", {"id": "M-3", "item": f"{sold}-2", "corrects": "M-1", "quantity": "-40"})["late"]
    joined = next(each for each in first if life.client.get(f"/v1/invoices/{each}").json()["lines"][-1]["net"] == "54.19")
    note = post(f"invoices/{joined}/credit", {"lines": [{"line": 2}], "because": "agreed"})
    assert (note["net"], note["vat"]) == ("54.19", "11.38")
    assert post("orders/J1/items/J1-1/end", {"on": "2027-04-01"}, 409)["code"] == "late-notice"
    post("orders/J1/items/J1-1/end", {"on": "2027-04-01", "waive": "moves abroad", "by": "Ann"})
    life.on("2027-03-31")
    life.bill({"NEUF": [200, 80], "JAN": [Fraction(80 * 17, 31)]})
    life.on("2027-04-01")
    life.bill({"NEUF": [0, 10, -4]})
    why = {row["item"]: row["because"] for row in life.client.get("/v1/reports/held-back").json()["rows"]}
    assert why[f"{sold}-line-1"] == why["J1-1"] == "everything planned is invoiced"
