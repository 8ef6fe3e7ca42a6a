"""The pages of billing: what is to be invoiced, what is held back with its way out, the preview of a run, and its steps."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from api.delivery.local_access_point import LocalAccessPoint, local_access_point
from api.desk.billing_run import issue
from api.desk.due_drafts import Selection
from tests.contract.browsers import signed_in
from tests.contract.deliveries import Worker, store_pdfs
from tests.contract.desk_over_http import TODAY, DeskOverHttp

pytestmark = pytest.mark.one_database

HOLD = {"because": "purchase order awaited"}


def test_what_is_to_be_invoiced_stands_with_vat_and_rule_and_is_ticked_into_a_preview(http: DeskOverHttp) -> None:
    report = http.of("billing").tree("/v1/reports/to-invoice")
    assert report["totals"]["vat"] == str(sum_of(report["rows"], "vat"))
    assert report["totals"]["net"] == str(sum_of(report["by_type"]["rows"], "net")) == str(sum_of(report["by_rate"]["rows"], "net"))
    first = report["rows"][0]
    assert (first["vat_rate"], first["treatment"], first["way_out"]) == ("S 21", "domestic", None)
    browser = signed_in(http, "billing")
    page = browser.get("/reports/to-invoice").text
    assert 'name="customer" value="K1"' in page
    preview = browser.get("/runs/preview?due_through=2027-01-31&customer=K1").text
    assert "first of this type" in preview
    assert 'name="customers.0" value="K1"' in preview
    assert browser.get("/runs/preview?due_through=2027-01-31&customer=K9").status_code == 422
    assert browser.get("/runs/preview?due_through=tomorrow").status_code == 422
    assert signed_in(http, "sales").get("/runs/preview?due_through=2027-01-31").status_code == 404


def test_pages_of_a_report_have_the_vat_of_all(http: DeskOverHttp) -> None:
    caller, rows, after = http.of("billing"), list[object](), ""
    whole = caller.tree("/v1/reports/to-invoice?to=2027-02-28")
    while True:
        page = caller.tree(f"/v1/reports/to-invoice?to=2027-02-28&limit=2{after}")
        assert page["totals"] == whole["totals"]
        assert page["by_rate"] == whole["by_rate"]
        rows += page["rows"]
        if not page.get("next"):
            break
        after = f"&after={page['next']}"
    assert rows == whole["rows"]


def test_the_way_out_of_a_hold_leads_back_to_the_page(http: DeskOverHttp) -> None:
    assert http.of("billing").post("/v1/customers/K1/hold", HOLD).status_code == 200
    (held,) = {row["way_out"] for row in http.of("billing").tree("/v1/reports/held-back?to_do=true")["rows"] if row["customer"] == "K1"}
    assert held == "release-customer"
    browser = signed_in(http, "billing")
    page = browser.get("/reports/held-back").text
    link = re.search(r'href="(/do/release_customer[^"]+)"', page)
    assert link is not None
    form = browser.form(link[1].replace("&amp;", "&"))
    sent = browser.send("/do/release_customer", form)
    assert (sent.status_code, sent.headers["location"]) == (303, "/reports/held-back?done=release_customer")
    assert "release_customer" not in browser.get("/reports/held-back").text
    assert "/do/activate_item?" in browser.get("/reports/held-back").text  # of the pending order
    assert "its next billing date is" in browser.get("/reports/held-back?to_do=false").text


def test_a_form_leads_back_only_within_this_service(http: DeskOverHttp) -> None:
    browser = signed_in(http, "billing")
    for place in ("https://evil.example/", "//evil.example", "/\\evil.example"):
        form = browser.form(f"/do/note_customer?customer=K2&back={place}")
        sent = browser.send("/do/note_customer", form | {"text": "x", "back": place})
        assert "evil" not in sent.headers["location"]


def test_a_run_of_chosen_customers_bills_no_others(http: DeskOverHttp) -> None:
    assert http.of("billing").post("/v1/runs", {"due_through": "2027-01-31", "customers": ["K1", "K9"], "preview": True}).status_code == 404
    drafted = http.of("billing").post("/v1/runs", {"due_through": "2027-02-28", "customers": ["K1"], "preview": True}).json()
    assert {each["customer"] for each in drafted["invoices"]} == {"K1"}
    assert drafted["unusual"] is None
    result = issue(http.desk, Selection(due_through=TODAY, customers=("K1",)))
    run = http.of("billing").tree(f"/v1/runs/{result.number}")
    assert (run["customers"], run["customer"]) == (["K1"], None)
    assert {each["customer"] for each in http.of("billing").tree(f"/v1/invoices?run={result.number}")["rows"]} == {"K1"}
    again = issue(http.desk, Selection(due_through=TODAY, customers=("K1",)))
    assert again.issued == ()


def test_a_run_says_how_far_each_step_is_and_sends_again_what_failed(http: DeskOverHttp) -> None:
    result = issue(http.desk, Selection(due_through=TODAY, customers=("K1",)))
    billing, address = http.of("billing"), f"/v1/runs/{result.number}"

    def steps() -> dict[str, tuple[int, int, int]]:
        return {
            each["step"]: (each["done"], each["waiting"], each["held"] + each["failed"])
            for each in billing.tree(f"{address}/progress")["steps"]
        }

    many = len(result.issued)
    assert steps() == {"issued": (many, 0, 0), "printed": (0, many, 0), "peppol": (0, many, 0), "accounting": (0, many, 0)}
    store_pdfs(http.desk, list(result.issued))
    with local_access_point(LocalAccessPoint(unreachable={"0208:0999910048"})) as reached:
        worker = Worker(http.desk, reached)
        worker.run()
        assert steps()["printed"] == (many, 0, 0)
        assert steps()["peppol"] == (0, 0, many)
        stopped = billing.tree(f"/v1/outbox?run={result.number}&state=held")["rows"]
        assert len(stopped) == many
        assert 'action="/do/retry_run"' in signed_in(http, "billing").get(f"/runs/{result.number}").text
        assert billing.post(f"{address}/retry").json()["messages"] == [each["key"] for each in stopped]
        reached.unreachable.clear()
        worker.run(timedelta(hours=6))
        worker.run(timedelta(hours=6))
    assert steps()["peppol"] == (many, 0, 0)
    assert (billing.tree(f"{address}/progress")["billed"], billing.tree(f"{address}/progress")["left"]) == (4, 0)


def test_both_forms_of_a_run_do_what_they_say(http: DeskOverHttp) -> None:
    result = issue(http.desk, Selection(due_through=TODAY, customers=("K1",)))
    *printed, unprinted = result.issued
    store_pdfs(http.desk, printed)
    with local_access_point(LocalAccessPoint(unreachable={"0208:0999910048"})) as reached:
        Worker(http.desk, reached).run()
    browser, page = signed_in(http, "billing"), f"/runs/{result.number}"
    forms = re.findall('<form method="post" action="(/do/[a-z_]+)">(.*?)</form>', browser.get(page).text)
    assert [action for action, _ in forms] == ["/do/retry_run", "/do/print_run_invoices"]
    for action, fields in forms:
        sent = browser.send(action, dict(re.findall('name="([^"]+)" value="([^"]*)"', fields)))
        assert (sent.status_code, sent.headers.get("location")) == (303, f"{page}?done={action.removeprefix('/do/')}")
    assert http.of("billing").get(f"/v1/invoices/{unprinted}.pdf").status_code == 200


def sum_of(rows: list[dict[str, str]], name: str) -> object:
    """The sum of a column, to the cent."""
    cents = sum(round(float(row[name]) * 100) for row in rows if row[name])
    return f"{cents // 100}.{cents % 100:02}"
