"""What was signed keeps its price when its customer is merged into another, or becomes one of another segment."""

from __future__ import annotations

from api.desk.signed_prices import erase_attributes
from api.store import orders
from tests.contract.desk_over_http import PENDING, DeskOverHttp

CHAIN = {"name": "Optique Neuf", "street": "Rue 9", "postcode": "5000", "town": "Namur", "country": "BE", "segment": "chain"}


def _planned(http: DeskOverHttp, order_type: str, customer: str) -> dict[str, tuple[str, str]]:
    """The billing dates and nets of the transactions of a customer."""
    rows = http.of("billing").tree(f"/v1/transactions?customer={customer}&order_type={order_type}&limit=500")["rows"]
    return {row["identity"]: (row["billing_date"] or "", row["net"]) for row in rows}


def test_a_merge_into_another_segment_leaves_what_was_signed_and_what_began(http: DeskOverHttp) -> None:
    billing = http.of("billing")
    assert billing.post("/v1/customers", {**CHAIN, "id": "K9"}).status_code == 201
    investments, subscriptions = _planned(http, "investment", "K1"), _planned(http, "subscription", "K1")
    assert len(investments) > 3
    preview = billing.post("/v1/customers/K1/merge", {"into": "K9", "preview": True}).json()
    assert billing.post("/v1/customers/K1/merge", {"into": "K9"}).json() == preview
    assert _planned(http, "investment", "K9") == investments
    after = _planned(http, "subscription", "K9")
    assert after.keys() == subscriptions.keys()
    moved = [day for identity, (day, net) in after.items() if (day, net) != subscriptions[identity]]
    assert min(moved) > "2027-01-31", "a period that began before the merge costs what it cost"
    assert (preview["differing"], preview["signed"]) == (len(moved), 4), "two investments, and the begun periods of two subscriptions"
    assert billing.post("/v1/customers", {**CHAIN, "id": "K10", "segment": "independent"}).status_code == 201
    assert billing.post("/v1/customers/K9/merge", {"into": "K10"}).status_code == 200
    assert (_planned(http, "investment", "K10"), _planned(http, "subscription", "K10")) == (investments, subscriptions)


def test_a_quote_holds_for_the_first_period_whatever_becomes_of_its_customer(http: DeskOverHttp) -> None:
    sales = http.of("sales")
    lines = [{"product": "SUB-CORE", "quantity": "1"}, {"product": "HW-AIO", "quantity": "1"}]
    assert sales.call("PATCH", "/v1/customers/K3", {"attributes": {"shops": "2"}}).status_code == 200
    assert sales.post(f"/v1/orders/{PENDING}/activate", {"on": "2027-01-31"}).status_code == 200
    quote = sales.post("/v1/quotes", {"customer": "K3", "lines": lines}).json()
    before = _planned(http, "subscription", "K3")
    assert sales.call("PATCH", "/v1/customers/K3", {"segment": "chain"}).status_code == 200
    for identity, (day, net) in _planned(http, "subscription", "K3").items():
        assert ((day, net) == before[identity]) is (day == "2027-01-31"), "from the second period on the new segment counts"
    number, quoted = quote["number"], {line["request"]["product"]: line["priced"]["net"] for line in quote["lines"]}
    accepted = sales.post(f"/v1/quotes/{number}/accept", {}).json()
    assert accepted["orders"] == [f"{number}-investment"]
    instalments = [net for identity, (_, net) in _planned(http, "investment", "K3").items() if identity.startswith(number)]
    assert sum(_cents(net) for net in instalments) == _cents(quoted["HW-AIO"])
    item = sales.tree(f"/v1/orders/{number}-investment")["items"][0]
    assert item["former_customers"][0]["attributes"] == [["shops", "2"]]
    with http.desk.writing() as connection:
        erase_attributes(connection, "K3")
        (erased,) = orders.find(connection, [f"{number}-investment"])[f"{number}-investment"].items
    assert [(each.id, each.segment, each.attributes) for each in erased.former_customers] == [("K3", "independent", ())]


def _cents(amount: str) -> int:
    return int(amount.replace(".", ""))
