"""The start page: what stands on each tile is what its list says, for each role."""

from __future__ import annotations

import html
import re
from urllib.parse import urlsplit

import pytest

from api.store.users import ROLES, Role
from engine.writing.locale_format import day_text
from tests.contract.browsers import signed_in
from tests.contract.desk_over_http import DeskOverHttp

TILE = re.compile(
    r'<a class="card card-body card-link h-100" href="([^"]+)">\s*<span class="h1 mb-0">([^<]*)</span>\s*'
    r'(?:<span class="amount">([^<]*)</span>)?\s*<span class="text-secondary">([^<]*)</span>'
)
COLUMNS = {
    "/opportunities": "amount",
    "/quotes": "contract_value",
    "/transactions": "net",
    "/accounting/bookings": "amount",
    "/invoices?overdue": "rest",
    "/invoices?issued": "net",
    "/payments?state": "unallocated",
    "/payments?entered": "amount",
}
"""The column that a tile sums, by the beginning of its address."""
WHOLE = {"/drafts": "drafts", "/rulebooks": "rulebooks"}
"""The lists that are answered whole."""


@pytest.mark.parametrize("role", ROLES)
def test_the_figures_of_each_tile_are_those_of_its_list(lone: DeskOverHttp, role: Role) -> None:
    billing = lone.of("billing")
    assert billing.post("/v1/customers/K1/hold", {"because": "x"}).status_code == 200
    assert (
        lone.of("billing").post("/v1/payments", {"id": "P-1", "on": "2027-01-31", "amount": "10.50", "name": "Nobody"}).status_code == 201
    )
    analyst, changed = (
        lone.of("analyst"),
        {"rules/example.rules": "module rules.example\n\ndefine many : Bool = line.quantity at least 100\n"},
    )
    assert analyst.call("PATCH", "/v1/drafts/analyst", {"files": changed}).status_code == 200
    assert analyst.post("/v1/drafts/analyst/propose", {"note": "many"}).status_code == 201
    assert analyst.call("PATCH", "/v1/drafts/analyst", {"files": changed, "is_shared": True}).status_code == 200
    browser, caller = signed_in(lone, role), lone.of(role)
    signed_in(lone, role)
    tiles, seen = TILE.findall(browser.get("/").text), set[str]()
    assert tiles
    for link, figure, amount, label in tiles:
        address = html.unescape(link)
        assert browser.get(address).status_code == 200, label
        path = urlsplit(address).path
        if path == "/pipeline":
            report = caller.tree(f"/v1/reports/pipeline?open=true&{urlsplit(address).query}")
            assert figure == f"{grouped(report['totals']['weighted'])} EUR"
            continue
        rows, more = list[dict[str, str]](), ""
        if path in WHOLE:
            assert int(figure) == len(caller.tree(f"/v1{address}")[WHOLE[path]]) == len(re.findall("<tr>", browser.get(address).text)) - 1
            seen.add(path)
            continue
        while True:
            page = caller.tree(f"/v1{address}&limit=2{more}")
            rows += page["rows"]
            if page["next"] is None:
                break
            more = f"&cursor={page['next']}"
        assert int(figure) == len(rows), label
        if amount:
            column = next(name for beginning, name in COLUMNS.items() if address.startswith(beginning))
            cents = sum((-1 if row.get("kind") == "credit-note" else 1) * round(float(row[column] or 0) * 100) for row in rows)
            assert amount == f"{grouped(f'{cents // 100}.{cents % 100:02}')} EUR", label
    assert seen == (set(WHOLE) if role in ("analyst", "admin") else set())


def test_a_second_visit_shows_what_is_new(lone: DeskOverHttp) -> None:
    first = signed_in(lone, "billing")
    assert "Since you were here" not in first.get("/").text
    assert f"Since you were here on {day_text(lone.desk.today, 'en')}" in signed_in(lone, "billing").get("/").text


def grouped(amount: str) -> str:
    """An amount as pages write it."""
    units, _, cents = amount.partition(".")
    return f"{int(units):,}.{cents}"
