"""A page of a list ends where enough rows were looked at: few of many rows fit a condition, and the next page goes on."""

from __future__ import annotations

import pytest

from api.desk.customer_lists import ITEMS, ORDERS
from api.desk.listing import STOPPED, Listing
from api.store.walks import Place, Start
from tests.contract.desk_over_http import DeskOverHttp


@pytest.mark.parametrize(("listing", "state"), [(ORDERS, "pending"), (ORDERS, "cancelled"), (ITEMS, "pending"), (ORDERS, None)])
def test_pages_that_look_at_one_row_find_what_one_page_finds(lone: DeskOverHttp, listing: Listing, state: str | None) -> None:
    conditions = listing.conditions.model_validate({"state": state})
    whole = [cells for _, cells in listing.rows(lone.desk, conditions, Start())]
    found, after, pages = [], None, 0
    while True:
        last: Place | None = None
        for place, cells in listing.rows(lone.desk, conditions, Start(after=after, wanted=1, most=1)):
            if cells is STOPPED:
                last = place
            else:
                found.append(cells)
        if last is None:
            break
        after, pages = last, pages + 1
    assert found == whole
    assert pages > 3


def test_no_report_and_no_run_plans_a_far_future(lone: DeskOverHttp) -> None:
    billing = lone.of("billing")
    for report in ("to-invoice", "forecast", "slots", "journal"):
        path = f"/v1/reports/{report}?to=2199-12-31"
        far = billing.get(path).json()
        assert (far["status"], far["code"], far["errors"][0]["pointer"]) == (422, "beyond-plans", "/to"), path
        assert "until 2037-01-31" in far["errors"][0]["help"]
    for body in ({"due_through": "2199-12-31", "preview": True}, {"due_through": "2199-12-31", "ahead": True}):
        far = billing.post("/v1/runs", body).json()
        assert (far["code"], far["errors"][0]["pointer"]) == ("beyond-plans", "/due_through")
