"""Lists that count what they show, names that are almost right, and days that lie too far ahead."""

from dataclasses import replace
from datetime import date
from typing import get_args

from api.desk.billing_lists import TRANSACTIONS
from api.desk.customer_lists import ITEMS, ORDERS
from api.desk.desk import Desk
from api.desk.listing import Listing
from api.store.walks import Start
from tests.contract.desk_over_http import PENDING, TODAY, DeskOverHttp
from tests.contract.test_desk_over_http import problem

SUBSCRIPTION, LATER = "/v1/orders/K1-subscription-2026-03-01", "/v1/orders/K2-subscription-2026-10-15"


def counted(desk: Desk, listing: Listing, **asked: str | None) -> int:
    """The number of rows, which is the total where a list has one."""
    conditions = listing.conditions.model_validate(asked)
    rows = sum(1 for _ in listing.read(desk, conditions, Start()))
    total, _ = listing.totals(desk, conditions)
    assert total == rows or (total is None and listing is TRANSACTIONS), (desk.today, listing.name, asked)
    return rows


def test_totals_are_the_numbers_of_rows_in_each_state_on_any_day(lone: DeskOverHttp) -> None:
    billing = lone.of("billing")
    billing.post(f"{SUBSCRIPTION}/items/K1-subscription-2026-03-01-2/suspend", {"on": "2027-02-10"})
    billing.post(f"{LATER}/items/K2-subscription-2026-10-15-1/end", {"on": "2027-05-01", "waive": "asked", "by": "Ann"})
    billing.post("/v1/orders/K1-investment-2026-12-07/lines", {"on": "2027-01-31", "product": "SRV-TRAIN", "because": "asked"})
    billing.post(f"/v1/orders/{PENDING}/cancel", {"on": "2027-01-31"})
    seen: dict[str, set[str | None]] = {}
    for day in (date(2026, 11, 1), TODAY, date(2027, 2, 20), date(2027, 5, 1)):
        desk = replace(lone.desk, today=day)
        for listing in (ORDERS, ITEMS, TRANSACTIONS):
            states = get_args(get_args(listing.conditions.model_fields["state"].annotation)[0])
            seen.setdefault(listing.name, set()).update(state for state in (*states, None) if counted(desk, listing, state=state))
        assert counted(desk, ORDERS, state="active", customer="K1", type="subscription") in (0, 1)
        assert counted(desk, ITEMS, state="active", customer="K1", product="SUB-WS") in (0, 1)
    assert seen["items"] == {"pending", "active", "suspended", "ended", "cancelled", None}
    assert seen["orders"] == {"pending", "active", "ended", "cancelled", None}
    assert {"planned", "to-invoice", "invoiced"} <= seen["transactions"]


def test_no_verb_reaches_further_than_plans_do(lone: DeskOverHttp) -> None:
    for verb, body in (("activate", {"on": "2100-01-01"}), ("preview", {"verb": "suspend", "on": "2037-02-01"})):
        assert problem(lone.of("sales").post(f"/v1/orders/{PENDING}/{verb}", body)) == (422, "beyond-plans", ["/on"])


def test_quotes_and_orders_lie_within_what_is_planned_and_join_orders_of_their_customer(lone: DeskOverHttp) -> None:
    seller, line = lone.of("sales"), {"product": "SUB-WS", "quantity": "1"}
    quote, order = {"customer": "K1", "lines": [line]}, {"id": "X1", "customer": "K1", "lines": [line]}
    far = [{**line, "starts_on": "2100-01-01"}]
    for path, body, refused in (
        ("quotes", quote | {"on": "2100-01-01"}, (422, "beyond-plans", ["/on"])),
        ("quotes", quote | {"lines": far}, (422, "beyond-plans", ["/lines/0/starts_on"])),
        ("orders", order | {"signed_on": "2100-01-01"}, (422, "beyond-plans", ["/signed_on"])),
        ("quotes", quote | {"order": "K2-subscription-2026-10-15"}, (422, "other-subscription", ["/order"])),
        ("quotes", quote | {"order": "K3"}, (404, "unknown-document", ["/order"])),
    ):
        assert problem(seller.post(f"/v1/{path}", body)) == refused, body


def test_a_mistyped_name_is_refused_with_the_one_that_was_meant(http: DeskOverHttp) -> None:
    seller = http.of("sales")
    for path, remedy in (
        ("/v1/customers/k1", "did you mean `K1`?"),
        ("/v1/customers/K11", "did you mean `K1`?"),
        ("/v1/customers/K9", "look it up with `centwright customer list`"),  # another digit is no mistake that shows
        ("/v1/customers/K1?as_of=1999-12-31", "look it up with `centwright customer list`"),
        ("/v1/customers/K", "look it up with `centwright customer list`"),
        ("/v1/orders/K1-subscripton-2026-03-01", "did you mean `K1-subscription-2026-03-01`?"),
        ("/v1/transactions?customer=1K", "did you mean `K1`?"),
        ("/v1/orders?state=actve", "did you mean `active`?"),
        ("/v1/orders?state=sold", "write one of 'pending', 'active', 'suspended', 'ended' or 'cancelled'"),
    ):
        assert seller.get(path).json()["errors"][0]["help"] == remedy, path


def test_a_name_with_a_character_that_no_text_has_is_refused(http: DeskOverHttp) -> None:
    seller = http.of("sales")
    for path in ("orders/%00", "orders/K1/items/a%00b", "customers/a%1bb", "references/crm/%00"):
        assert problem(seller.get(f"/v1/{path}")) == (422, "odd-character", [""]), path
    for name in ("customer", "owner", "where"):
        assert problem(seller.get(f"/v1/opportunities?{name}=a%00")) == (422, "odd-character", [f"/{name}"]), name
