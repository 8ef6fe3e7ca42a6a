"""Imports in the browser and over HTTP: tried with each problem at its row and column, confirmed, and done once, all or nothing."""

from __future__ import annotations

import html
import io
import re
from base64 import b64decode, b64encode
from collections.abc import Mapping

import httpx
import xlsxwriter

from api.http.request_parsing import LARGEST_BODY, LARGEST_FILES
from api.http.routes.imports import MOST_LINES
from api.importing.import_folder import FILES
from tests.contract.browsers import PASSWORD, Browser, signed_in
from tests.contract.desk_over_http import DeskOverHttp
from tests.contract.test_desk_over_http import problem
from tests.contract.test_outdated_forms import text_of

HEAD = "id,name,street,postcode,town,country,language,vat_number,email,segment\n"
GOOD = f"{HEAD}N1,Optique Neuf,Rue 9,5000,Namur,BE,fr,,neuf@optique.example,independent\n"
WRONG = f"{GOOD}N2,Optique Dix,Rue 10,5000,Namur,XX,fr,,dix@optique.example,independent\n"
ORDERS = "customer,billing_type,activated_on,anchor_day,product,quantity\nN1,monthly,2027-01-01,1,SUB-CORE,1\n"


def uploaded(browser: Browser, files: Mapping[str, tuple[str, bytes]], **fields: str) -> httpx.Response:
    """The page of a trial of some files, by the field of each."""
    sent = fields or {"csrf": hidden(browser.get("/import").text)["csrf"]}
    parts = {field: (*file, "application/octet-stream") for field, file in files.items()} or {"customers": ("", b"", "text/csv")}
    return browser.client.post("/import/trial", data=sent, files=parts)


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of the first form below the heading of a page."""
    main = page[page.index("<main") :]
    form = main[main.index("<form") : main.index("</form>")]
    return {name: html.unescape(text) for name, text in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form)}


def sheet(text: str) -> bytes:
    """A workbook of the rows of a CSV text."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as workbook:
        page = workbook.add_worksheet()
        for at, line in enumerate(text.splitlines()):
            page.write_row(at, 0, line.split(","))
    return buffer.getvalue()


def customers(http: DeskOverHttp) -> list[str]:
    """The ids of all customers."""
    return [row["id"] for row in http.of("admin").tree("/v1/customers")["rows"]]


def test_files_are_tried_and_then_imported_once(lone: DeskOverHttp) -> None:
    admin = signed_in(lone, "admin")
    assert 'href="/import"' in admin.get("/users").text
    before = customers(lone)
    files = {"customers": ("Klanten 2027.XLSX", sheet(GOOD)), "subscriptions": ("abo.csv", ORDERS.encode())}
    tried = uploaded(admin, files)
    assert tried.status_code == 200, text_of(tried.text)
    assert "What would be imported" in text_of(tried.text)
    assert re.search(r"Customers 1 0 0 .*Orders 1 0 0", text_of(tried.text)), text_of(tried.text)
    assert customers(lone) == before, "a trial stores nothing"
    form = hidden(tried.text)
    assert b64decode(form["subscriptions"]).decode() == ORDERS
    for _ in range(2):
        done = admin.client.post("/import/confirm", data=form)
        assert "Customers 1 0 0" in text_of(done.text), "who sends it twice sees the same"
    assert set(customers(lone)) - set(before) == {"N1"}
    rows = lone.of("admin").tree("/v1/audit?action=import_records")["rows"]
    assert len(rows) == 1
    again = text_of(uploaded(admin, files).text)
    assert "All of it was imported before" in again
    assert "Import it now" not in again


def test_each_problem_stands_with_its_row_and_column_and_nothing_is_imported(lone: DeskOverHttp) -> None:
    admin = signed_in(lone, "admin")
    wrong = uploaded(
        admin, {"customers": ("a.csv", WRONG.encode()), "subscriptions": ("b.csv", (ORDERS + "N9,monthly,x,1,SUB-CORE,1\n").encode())}
    )
    assert wrong.status_code == 422
    shown = text_of(wrong.text)
    assert "customers.csv 3 country XX" in shown
    assert "subscriptions.csv 3 customer N9" in shown
    assert "subscriptions.csv 3 activated_on x" in shown
    assert "Import it now" not in shown
    held = hidden(wrong.text)
    assert held["customers.name"] == "a.csv"
    mended = uploaded(admin, {"subscriptions": ("b.csv", ORDERS.encode())}, **held)
    assert "customers.csv 3 country XX" in text_of(mended.text), "the other file stayed"
    assert uploaded(admin, {"customers": ("a.csv", GOOD.encode())}, **held | {"subscriptions": ""}).status_code == 200
    direct = admin.client.post("/import/confirm", data=held)
    assert direct.status_code == 422, "nobody imports what was refused by sending the form of the confirmation"
    assert "customers.csv 3 country XX" in text_of(direct.text), "a confirmation says where, as its trial does"
    assert (hidden(direct.text)["customers.name"], "Import it now" in direct.text) == ("a.csv", False)
    assert "N1" not in customers(lone)
    assert uploaded(admin, {}).status_code == 422
    noise = uploaded(admin, {"customers": ("<b>.xlsx", bytes(range(256)) * 9)})
    assert noise.status_code == 422
    assert "<b>.xlsx" not in noise.text


def test_a_list_of_ten_thousand_customers_is_imported_and_more_than_the_limit_leads_back_to_the_form(lone: DeskOverHttp) -> None:
    admin, before = signed_in(lone, "admin"), set(customers(lone))
    row = "B{at},Optique du {at},Rue de la Gare {at},5000,Namur,BE,fr,,facturation.{at}@optique-{at}.example,independent\n"
    many = HEAD + "".join(row.format(at=at) for at in range(10_000))
    assert len(many) > LARGEST_BODY
    tried = uploaded(admin, {"customers": ("klanten.csv", many.encode())})
    assert (tried.status_code, "Customers 10000 0 0" in text_of(tried.text)) == (200, True)
    held = hidden(tried.text)
    large = uploaded(admin, {"contacts": ("c.csv", b"x" * LARGEST_FILES)}, **held)
    assert (large.status_code, "at most 5 MB together" in text_of(large.text)) == (413, True)
    assert hidden(large.text)["customers"] == held["customers"], "the other file stays"
    assert set(customers(lone)) == before
    parts = {name: (None, text) for name, text in held.items()}
    done = admin.client.post("/import/confirm", files=parts)
    assert (done.status_code, "Customers 10000 0 0" in text_of(done.text)) == (200, True)
    assert lone.of("admin").tree("/v1/customers?total=true&limit=1")["total"] == len(before) + 10_000


def test_a_form_of_files_outlives_the_session_and_only_administrators_import(lone: DeskOverHttp) -> None:
    signed_in(lone, "admin")
    ended = Browser(lone.another_client())
    asked = ended.client.post("/import/trial", data={"csrf": "x"}, files={"customers": ("c.csv", GOOD.encode())})
    assert asked.status_code == 401
    fields = dict(re.findall(r'name="(back|unsent)" value="([^"]*)"', asked.text)) | {"user": "page-admin", "password": PASSWORD}
    back = ended.send("/sign-in", {name: html.unescape(text) for name, text in fields.items()})
    assert "Customers 1 0 0" in text_of(back.text)
    assert "N1" not in customers(lone)
    sales = signed_in(lone, "sales")
    assert sales.get("/import").status_code == 404
    assert 'href="/import"' not in sales.get("/customers").text
    assert sales.client.post("/import/confirm", data=hidden(back.text)).status_code == 400


def test_the_same_over_http_and_by_every_name_of_a_file(lone: DeskOverHttp) -> None:
    admin = lone.of("admin")

    def body(name: str, text: str) -> dict[str, object]:
        return {"files": [{"name": name, "content": b64encode(text.encode()).decode()}]}

    tried = admin.post("/v1/imports/trial", body("customers.csv", WRONG)).json()
    assert (tried["is_possible"], tried["problem_count"]) == (False, 1)
    assert {name: tried["problems"][0][name] for name in ("file", "line", "column", "text")} == {
        "file": "customers.csv", "line": 3, "column": "country", "text": "XX",
    }  # fmt: skip
    assert problem(admin.post("/v1/imports", body("customers.csv", WRONG)))[0] == 422
    done = admin.post("/v1/imports", body("customers.csv", GOOD)).json()
    assert (done["is_possible"], done["kinds"]) == (True, [{"kind": "customers", "new": 1, "changed": 0, "unchanged": 0}])
    assert admin.post("/v1/imports/trial", body("customers.csv", GOOD)).json()["changes_nothing"] is True
    assert problem(admin.post("/v1/imports", body("clients.csv", GOOD))) == (422, "other-file", ["/files"])
    assert problem(admin.post("/v1/imports", {"files": [{"name": "quotes.csv", "content": "?"}]}))[2] == ["/files/0/content"]
    assert problem(admin.post("/v1/imports", body("contacts.csv", "\n" * (MOST_LINES + 1))))[1] == "too-many-lines"
    page = signed_in(lone, "admin").get("/import").text
    assert all(f'name="{name.removesuffix(".csv")}" type="file"' in page for name in FILES)
