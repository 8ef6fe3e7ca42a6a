"""Quotes over HTTP: drafted line by line, chosen from, approved by whom the rules name, compared, previewed and accepted."""

from decimal import Decimal
from typing import Any

from api.desk.sales_lists import STATES_OF_QUOTES
from tests.contract.desk_over_http import Caller, DeskOverHttp
from tests.contract.test_desk_over_http import problem
from tests.contract.test_verbs_over_http import done

BASKET = {"customer": "K3", "draft": True, "lines": [{"product": "SUB-WS", "quantity": "2", "text": "for both counters"}]}


def refused(caller: Caller, path: str, body: object = None, method: str = "POST") -> tuple[Any, ...]:
    """What a refused verb answers: status, code, state, possible."""
    response = caller.call(method, path, body)
    tree = response.json()
    return response.status_code, tree["code"], tree.get("state"), tree.get("possible")


def test_a_quote_explains_its_amounts_and_why_a_rule_took_no_part(lone: DeskOverHttp) -> None:
    sales, lines = lone.of("sales"), [{"product": "SUB-WS", "quantity": "2"}]
    number = sales.post("/v1/quotes", {"customer": "K1", "lines": lines}).json()["number"]
    assert sales.tree(f"/v1/quotes/{number}/explanation")["kind"] == "quote"
    answer = sales.tree(f"/v1/quotes/{number}/explanation?line=1&why_not=segment-factor%20row%201")
    assert (answer["kind"], "the row is for chain" in answer["amounts"][0]["sentence"]) == ("why-not", True), answer
    assert problem(sales.get(f"/v1/quotes/{number}/explanation?why_not=no-rule"))[1] == "unknown-rule"
    invoice = lone.of("billing").tree("/v1/invoices?limit=1")["rows"][0]["number"]
    assert sales.get(f"/v1/quotes/{invoice}/explanation").status_code == 404, "only what is a quote"


def test_a_draft_is_changed_line_by_line_approved_chosen_from_and_accepted(http: DeskOverHttp) -> None:
    sales = http.of("sales")
    drafted = done(sales, "/v1/quotes", BASKET, 201)
    number, one = drafted["number"], f"/v1/quotes/{drafted['number']}"
    assert (drafted["state"], drafted["version"], "submit" in drafted["possible"]) == ("draft", 1, True)
    assert refused(sales, f"{one}/send")[:3] == (409, "not-possible", "draft")
    done(sales, f"{one}/lines", {"product": "HW-AIO", "quantity": "1", "optional": True})
    done(sales, f"{one}/lines", {"product": "SRV-TRAIN", "quantity": "1", "alternative": "training"})
    priced = done(sales, f"{one}/lines", {"product": "SRV-TRAIN", "quantity": "2", "alternative": "training"})
    assert [line.get("counted", True) for line in priced["lines"]] == [True, False, True, False]
    assert [(each["lines"], each["chosen"]) for each in priced["variants"]] == [([1, 2, 3], [2]), ([1, 4], [4])]
    hardware, (with_it, with_other) = priced["lines"][1]["net"], priced["variants"]
    assert Decimal(with_it["one_off"]) == Decimal(priced["one_off"]) + Decimal(hardware)
    assert Decimal(with_other["contract_value"]) - Decimal(priced["contract_value"]) == Decimal(priced["lines"][2]["net"])
    changed = done(sales, f"{one}/lines/1", {"quantity": "3", "discount": "12%", "text": None}, method="PATCH")
    assert (changed["version"], changed["lines"][0]["request"]["discount_author"]) == (1, "sales")
    assert "text" not in changed["lines"][0]["request"]
    assert problem(sales.call("PATCH", f"{one}/lines/9", {"quantity": "3"})) == (422, "no-such-line", ["/line"])
    both = sales.call("PATCH", f"{one}/lines/2", {"alternative": "training"})
    assert problem(both) == (422, "optional-alternative", ["/optional"])
    assert problem(sales.call("PATCH", f"{one}/lines/2", {"term_months": 12})) == (422, "term-of-once", ["/term_months"])
    submitted = done(sales, f"{one}/submit", {})
    assert (submitted["state"], submitted["approver"], submitted["version"]) == ("approval-needed", "sales-director", 1)
    assert refused(sales, f"{one}/approve", {}) == (403, "not-the-approver", "approval-needed", ["approve by sales-director"])
    assert refused(http.of("admin"), f"{one}/approve", {})[1] == "not-the-approver"
    director = _director(http)
    done(director, f"{one}/approve", {"note": "a good customer"})
    assert done(sales, f"{one}/send")["state"] == "sent"
    step = sales.tree(one)["steps"][2]
    assert (step["state"], step["by"], step["role"], step["note"]) == ("approved", "dora", "sales-director", "a good customer")
    assert any("discount-over-10" in reason for reason in sales.tree(one)["steps"][1]["reasons"])
    second = done(sales, f"{one}/lines/1", {"discount": "5%"}, method="PATCH")
    assert (second["state"], second["version"], second["approver"]) == ("approved", 2, None)
    changes = sales.tree(f"{one}/history")["versions"][1]["changes"]
    assert [(line["change"], line["line"], [field["field"] for field in line["fields"]]) for line in changes["lines"]] == [
        ("changed", 1, ["discount", "net"])
    ]
    assert {each["field"] for each in changes["figures"]} >= {"mrr", "contract_value"}
    assert [(row["version"], row["state"]) for row in sales.tree("/v1/quotes?versions=true&order_by=-number&limit=2")["rows"]] == [
        (2, "approved"), (1, "superseded"),
    ]  # fmt: skip
    assert problem(sales.post(f"{one}/accept", {"lines": [3, 4]})) == (422, "two-alternatives", ["/lines/1"])
    assert problem(sales.post(f"{one}/accept", {"lines": [1]}))[1] == "not-to-choose"
    signed = {"lines": [2, 4], "by": "Mme Trois", "purchase_order": "PO 7", "on": "2027-01-31"}
    accepted = done(sales, f"{one}/accept", signed)
    orders = {order: sales.tree(f"/v1/orders/{order}") for order in accepted["orders"]}
    investment = orders[f"{number}-investment"]
    assert [(item["product"], item["quantity"]) for item in investment["items"]] == [("HW-AIO", "1"), ("SRV-TRAIN", "2")]
    assert investment["purchase_order"] == "PO 7"
    step = sales.tree(one)["steps"][-1]
    assert (step["state"], step["by"], step["purchase_order"], step["chosen"]) == ("accepted", "Mme Trois", "PO 7", [2, 4])
    assert refused(sales, f"{one}/lines/1", method="DELETE")[2:] == ("accepted", [])


def _director(http: DeskOverHttp) -> Caller:
    """A user who approves as sales director, with another role otherwise."""
    admin = http.of("admin")
    user = {"name": "dora", "full_name": "Dora Director", "email": "dora@example.com", "role": "billing"}
    wrong = admin.post("/v1/users", user | {"approves": ["sales-directer"]})
    assert (problem(wrong), "sales-director" in wrong.text) == ((422, "unknown-role", ["/approves/0"]), True)
    assert done(admin, "/v1/users", user | {"approves": ["sales-director"]}, 201)["approves"] == ["sales-director"]
    return http.with_key(done(admin, "/v1/keys", {"name": "of-dora", "role": "billing", "user": "dora"}, 201)["key"])


def test_a_higher_role_approves_and_a_choice_that_needs_one_is_refused(lone: DeskOverHttp) -> None:
    sales, admin = lone.of("sales"), lone.of("admin")
    lines = [{"product": "SUB-WS", "quantity": "1"}, {"product": "SUB-CORE", "quantity": "1", "discount": "11%", "optional": True}]
    quoted = done(sales, "/v1/quotes", {"customer": "K3", "lines": lines}, 201)
    assert (quoted["state"], quoted["approver"]) == ("approval-needed", "sales-director")
    user = {"name": "mia", "full_name": "Mia Manager", "email": "mia@example.com", "role": "accounting", "approves": ["management"]}
    done(admin, "/v1/users", user, 201)
    mia = lone.with_key(done(admin, "/v1/keys", {"name": "of-mia", "role": "accounting", "user": "mia"}, 201)["key"])
    assert done(mia, f"/v1/quotes/{quoted['number']}/approve", {})["state"] == "approved"
    assert done(admin, "/v1/users/mia", {"approves": []}, method="PATCH")["approves"] == []
    other = done(sales, "/v1/quotes", {"customer": "K3", "lines": lines}, 201)
    assert refused(mia, f"/v1/quotes/{other['number']}/approve", {})[0] == 403


def test_what_joins_a_subscription_is_billed_as_the_preview_says(http: DeskOverHttp) -> None:
    sales = http.of("sales")
    lines = [{"product": "SUB-CORE", "quantity": "1"}, {"product": "SUB-WS", "quantity": "3", "discount": "5%"}]
    quoted = done(sales, "/v1/quotes", {"customer": "K1", "lines": [*lines, {"product": "HW-AIO", "quantity": "1"}]}, 201)
    one, order = f"/v1/quotes/{quoted['number']}", quoted["lines"][0]["joins"]
    assert problem(sales.post(f"{one}/accept", {"purchase_order": "PO 9"})) == (422, "purchase-order-of-the-order", ["/purchase_order"])
    before = _planned(sales, order)
    effects = {each["order"]: each for each in done(sales, f"{one}/preview", {})["orders"]}
    assert _planned(sales, order) == before, "a preview writes nothing"
    done(sales, f"{one}/accept", {})
    for name, effect in effects.items():
        after, was = _planned(sales, name), before if name == order else {}
        told = {each["identity"]: (each["before"], each["after"]) for each in effect["transactions"]}
        differs = {key: (was.get(key), after.get(key)) for key in {*was, *after} if was.get(key) != after.get(key)}
        assert told == differs
        assert Decimal(effect["net_difference"]) == sum(map(Decimal, after.values())) - sum(map(Decimal, was.values()))
    quoted_nets = {each["service_period"]["from"]: each["net"] for each in quoted["schedule"] if each["kind"] != "instalment"}
    assert quoted_nets["2027-01-31"], "the quote says what its first day brings"


def _planned(caller: Caller, order: str) -> dict[str, str]:
    """The nets of the transactions of an order."""
    return {one["identity"]: one["net"] for one in caller.tree(f"/v1/orders/{order}")["transactions"]}


def test_a_basket_is_compared_under_every_billing_type_and_plan(lone: DeskOverHttp) -> None:
    sales = lone.of("sales")
    lines = [{"product": "SUB-CORE", "quantity": "1"}, {"product": "HW-AIO", "quantity": "1"}]
    quoted = done(sales, "/v1/quotes", {"customer": "K3", "lines": lines}, 201)
    rows = sales.tree(f"/v1/quotes/{quoted['number']}/comparison")["rows"]
    assert (rows[0]["is_quoted"], rows[0]["contract_value"], rows[0]["difference"]) == (True, quoted["contract_value"], "0.00")
    by_type = {row["billing_type"]: row for row in rows if row["billing_type"]}
    rulebook = lone.desk.rulebook
    assert set(by_type) == {name for name, each in rulebook.billing_types.items() if not each.once}
    assert by_type["quarterly"]["totals"]["quarterly"] != by_type["monthly"]["totals"]["monthly"]
    assert {row["payment_plan"] for row in rows} - {None} == set(rulebook.payment_plans)
    assert all(bool(row["refused"]) == (row["mrr"] is None) for row in rows)


def test_a_quote_is_valid_as_long_as_it_says(lone: DeskOverHttp) -> None:
    sales = lone.of("sales")
    body = {"customer": "K3", "lines": [{"product": "SUB-WS", "quantity": "1", "term_months": 24}]}
    late = sales.post("/v1/quotes", body | {"on": "9999-12-31"})
    assert problem(late) == (422, "not-a-day", ["/on"])
    assert problem(sales.post("/v1/quotes", body | {"valid_until": "2027-01-30"})) == (422, "valid-before", ["/valid_until"])
    quoted = done(sales, "/v1/quotes", body | {"on": "2027-01-10", "valid_until": "2027-01-30"}, 201)
    assert (quoted["valid_until"], quoted["lines"][0]["term_months"]) == ("2027-01-30", 24)
    one = f"/v1/quotes/{quoted['number']}"
    assert (sales.tree(one)["state"], refused(sales, f"{one}/send")[2]) == ("expired", "expired")
    assert [row["number"] for row in sales.tree("/v1/quotes?state=expired")["rows"]] == [quoted["number"]]
    sent = done(sales, "/v1/quotes", body, 201)["number"]
    done(sales, f"/v1/quotes/{sent}/send", {})
    assert done(sales, f"/v1/quotes/{sent}/lines/1", {"quantity": "3"}, method="PATCH")["version"] == 2
    for every in ("", "&versions=true"):
        rows = sales.tree(f"/v1/quotes?limit=1000{every}")["rows"]
        for state in STATES_OF_QUOTES:
            some = [row for row in rows if row["state"] == state]
            page = sales.tree(f"/v1/quotes?limit=1000&total=true&state={state}{every}")
            assert (page["rows"], page["total"]) == (some, len(some))
            assert Decimal(page["sums"]["contract_value"]) == sum(Decimal(row["contract_value"]) for row in some)
        states = {row["state"] for row in rows}
        assert {"expired", "approved"} <= states
        assert ("superseded" in states) == bool(every)
    assert refused(sales, f"{one}/accept", {})[:3] == (409, "not-possible", "expired")
    (order,) = done(sales, f"{one}/accept", {"on": "2027-01-30"})["orders"]
    assert [item["term_months"] for item in sales.tree(f"/v1/orders/{order}")["items"]] == [24]
