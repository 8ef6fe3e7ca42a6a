"""Opportunities over HTTP: activities, past days, the quote that sets the amount, how they move, and what they need."""

from dataclasses import replace
from datetime import date
from typing import Any, Final

from api.desk import activities, sales
from api.desk.opportunity_details import show_opportunity
from tests.contract.desk_over_http import TODAY, DeskOverHttp
from tests.contract.test_desk_over_http import problem

TILL: Final = {
    "id": "OP2",
    "customer": "K1",
    "what": "A second till",
    "stage": "qualification",
    "amount": "100.00",
    "order_type": "investment",
    "expected_close": "2027-02-15",
    "owner": "Ann",
    "source": "fair",
    "next_step": "call",
}


def rows(http: DeskOverHttp, report: str) -> list[dict[str, Any]]:
    """The rows of a report."""
    shown: list[dict[str, Any]] = http.of("sales").tree(f"/v1/reports/{report}")["rows"]
    return shown


def test_an_activity_is_to_be_done_and_then_done(lone: DeskOverHttp) -> None:
    sales_staff, path = lone.of("sales"), "/v1/opportunities/OP1/activities"
    planned = sales_staff.post(path, {"kind": "call", "text": " Ask for the shops ", "due_on": "2027-01-20"})
    assert planned.status_code == 201, planned.text
    assert planned.json() == {
        "number": 1,
        "kind": "call",
        "text": "Ask for the shops",
        "owner": "sales",
        "due_on": "2027-01-20",
        "done_on": None,
        "done_by": None,
    }
    sales_staff.post("/v1/customers/K1/activities", {"kind": "meeting", "text": "Met at the fair", "done_on": "2027-01-10"})
    assert [(row["about"], row["name"], row["overdue"]) for row in rows(lone, "activities?open=true")] == [("opportunity", "OP1", "yes")]
    assert len(rows(lone, "activities")) == 2
    assert "activity 1, `Ask for the shops`, was due on 2027-01-20" in sales_staff.tree("/v1/opportunities/OP1")["advice"]
    done = sales_staff.post(f"{path}/1/done", {"on": "2027-01-25"}).json()
    assert (done["done_on"], done["done_by"]) == ("2027-01-25", "sales")
    again = sales_staff.post(f"{path}/1/done", {})
    assert (again.status_code, again.json()["state"]) == (409, "done")
    assert sales_staff.post(f"{path}/9/done", {}).status_code == 404
    assert problem(sales_staff.post(path, {"kind": "call", "text": "x", "done_on": "2027-02-01"})) == (422, "done-later", ["/done_on"])
    assert problem(sales_staff.post(f"{path}/1/done", {"on": "2027-02-01"})) == (422, "done-later", ["/on"])
    assert "`centwright report activities`" in sales_staff.post(f"{path}/9/done", {}).json()["errors"][0]["help"]
    assert [one["number"] for one in sales_staff.tree(path)["activities"]] == [1]


def test_the_primary_quote_sets_the_amount_by_order_type(lone: DeskOverHttp) -> None:
    sales_staff = lone.of("sales")
    lines = [{"product": "SRV-TRAIN", "quantity": "1"}, {"product": "SUB-CORE", "quantity": "1"}]
    first = sales_staff.post("/v1/quotes", {"customer": "K1", "opportunity": "OP1", "lines": lines}).json()
    shown = sales_staff.tree("/v1/opportunities/OP1")
    assert (shown["primary_quote"], shown["amount"]) == (first["number"], first["contract_value"])
    assert set(shown["amounts"]) == {"investment", "subscription"}
    refused = sales_staff.call("PATCH", "/v1/opportunities/OP1", {"amount": "1.00"})
    assert (refused.status_code, refused.json()["code"], refused.json()["possible"]) == (409, "quoted-amount", ["primary"])
    second = sales_staff.post("/v1/quotes", {"customer": "K1", "opportunity": "OP1", "lines": lines[:1]}).json()
    assert sales_staff.tree("/v1/opportunities/OP1")["primary_quote"] == first["number"], "the first one sets it"
    chosen = sales_staff.post("/v1/opportunities/OP1/primary", {"quote": second["number"]}).json()
    assert (chosen["amount"], list(chosen["amounts"])) == (second["contract_value"], ["investment"])
    other = sales_staff.post("/v1/quotes", {"customer": "K1", "lines": lines[:1]}).json()["number"]
    assert sales_staff.post("/v1/opportunities/OP1/primary", {"quote": other}).json()["code"] == "other-opportunity"
    assert sales_staff.post("/v1/opportunities/OP1/primary", {"quote": None}).json()["primary_quote"] is None
    typed = sales_staff.call("PATCH", "/v1/opportunities/OP1", {"amount": "7.00", "order_type": "advertising"}).json()
    assert typed["amounts"] == {"advertising": "7.00"}


def test_a_won_opportunity_has_the_amount_of_the_lines_that_were_chosen(lone: DeskOverHttp) -> None:
    sales_staff = lone.of("sales")
    lines = [{"product": "SUB-WS", "quantity": "1"}, {"product": "SUB-CORE", "quantity": "1", "optional": True}]
    quote = sales_staff.post("/v1/quotes", {"customer": "K1", "opportunity": "OP1", "lines": lines}).json()
    assert sales_staff.tree("/v1/opportunities/OP1")["amount"] == quote["contract_value"]
    accepted = sales_staff.post(f"/v1/quotes/{quote['number']}/accept", {"lines": [2]})
    won = sales_staff.tree("/v1/opportunities/OP1")
    assert (won["state"], won["amount"]) == ("won", quote["variants"][0]["contract_value"]) != ("won", quote["contract_value"])
    undone = sales_staff.post(f"/v1/orders/{accepted.json()['joined'][0]}/undo", {})
    assert undone.status_code == 200, undone.text
    again = sales_staff.tree("/v1/opportunities/OP1")
    assert (again["state"], again["amount"]) == ("open", quote["contract_value"])


def test_the_pipeline_counts_an_opportunity_in_each_of_its_order_types(http: DeskOverHttp) -> None:
    sales_staff = http.of("sales")
    assert sales_staff.post("/v1/opportunities", TILL).status_code == 201
    assert sales_staff.post("/v1/opportunities", TILL).status_code == 409
    lines = [{"product": "SRV-TRAIN", "quantity": "1"}, {"product": "ADV-NEWS", "quantity": "1", "insertions": 2}]
    sales_staff.post("/v1/quotes", {"customer": "K1", "opportunity": "OP1", "lines": lines})
    parts = sales_staff.tree("/v1/opportunities/OP1")["amounts"]
    shown = {row["order_type"]: row for row in rows(http, "pipeline?by=order-type")}
    assert {kind: row["count"] for kind, row in shown.items()} == {"advertising": 1, "investment": 2}
    assert shown["advertising"]["plain"] == parts["advertising"]
    assert float(shown["investment"]["plain"]) == float(parts["investment"]) + 100
    for by in ("order-type", "stage", "owner,state"):
        assert rows(http, f"pipeline?by={by}&as_of={TODAY}") == rows(http, f"pipeline?by={by}")
    for day in ("", f"&as_of={TODAY}"):
        of_each = [rows(http, f"pipeline?by=owner&owner={owner}{day}") for owner in ("Ann", "nobody")]
        assert [[(row["owner"], row["count"]) for row in some] for some in of_each] == [[("Ann", 2)], []]


def test_a_past_day_shows_fields_and_history_as_they_were(lone: DeskOverHttp) -> None:
    later = replace(lone.desk, today=date(2027, 2, 10))
    sales.move(later, "OP1", "proposal")
    now, then = show_opportunity(later, "OP1"), lone.of("sales").tree("/v1/opportunities/OP1?as_of=2027-02-09")
    assert (now.opportunity.stage, then["stage"]) == ("proposal", "qualification")
    assert ([each["field"] for each in now.history], [each["field"] for each in then["history"]]) == (["created", "stage"], ["created"])
    assert lone.of("sales").get("/v1/opportunities/OP1?as_of=2027-01-30").status_code == 404


def test_an_opportunity_of_a_customer_has_no_prospect_to_erase(http: DeskOverHttp) -> None:
    refused = http.of("sales").post("/v1/opportunities/OP1/erase", {"because": "by request"})
    found = refused.json()
    assert (refused.status_code, found["code"], found["state"], found["possible"]) == (409, "no-prospect", "open", ["customer erase"])


def test_the_history_has_amounts_as_decimals(http: DeskOverHttp) -> None:
    seller = http.of("sales")
    before = seller.tree("/v1/opportunities/OP1")["amount"]
    seller.call("PATCH", "/v1/opportunities/OP1", {"amount": "1234.50", "order_type": "investment"})
    changed = {each["field"]: (each["before"], each["after"]) for each in seller.tree("/v1/opportunities/OP1")["history"]}
    assert changed["amount"] == (before, "1234.50")
    assert changed["amounts"][1] == '{"investment": "1234.50"}'


def test_moves_between_stages_are_counted_with_days_and_amounts(http: DeskOverHttp) -> None:
    on = [replace(http.desk, today=date(2027, 2, day)) for day in (10, 15, 20)]
    sales.move(on[0], "OP1", "proposal")
    http.of("sales").post("/v1/opportunities", TILL)
    sales.move(on[1], "OP2", "proposal")
    sales.change(on[1], "OP1", {"owner": "Bea"})
    sales.lose(on[2], "OP2", "price")
    sales.lose(on[2], "OP1", "no-budget", verb="cancel")
    shown = [tuple(row.values()) for row in rows(http, "conversion?from=2027-01-01&to=2027-02-28")]
    assert shown == [
        ("opened", "qualification", 2, "100%", None, "1000.00"),
        ("qualification", "proposal", 2, "100%", "12.5", "1000.00"),
        ("proposal", "lost", 1, "50%", "5", "100.00"),
        ("proposal", "cancelled", 1, "50%", "10", "900.00"),
    ]
    assert [row["count"] for row in rows(http, "conversion?from=2027-02-11&to=2027-02-28&owner=Bea")] == [1]


def test_what_an_opportunity_needs_is_advised(lone: DeskOverHttp) -> None:
    assert lone.of("sales").post("/v1/opportunities", TILL).status_code == 201
    assert [(row["opportunity"], row["advice"]) for row in rows(lone, "advice?owner=Ann")] == [("OP1", "no next step is set")]
    on = replace(lone.desk, today=date(2027, 3, 20))
    assert {name: [str(each) for each in show_opportunity(on, name).advice] for name in ("OP1", "OP2")} == {
        "OP1": ["it was expected to close on 2027-03-01", "it has been in its stage for 48 days, of 45 at most", "no next step is set"],
        "OP2": ["it was expected to close on 2027-02-15", "it has been in its stage for 48 days, of 45 at most"],
    }
    activities.add(on, "opportunity", "OP1", "call", "ask", due_on=date(2027, 4, 1))
    assert "no next step is set" not in show_opportunity(on, "OP1").advice
