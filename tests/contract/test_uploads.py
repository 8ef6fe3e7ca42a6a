"""Forms that take a file: a bank file, an e-invoice, rules of e-invoices; what is wrong is said with the file still there."""

from __future__ import annotations

import html
from base64 import b64decode

import httpx
import pytest

from api.http.request_bodies import MOST_LARGE
from api.http.request_parsing import LARGEST_BODY, LARGEST_FILES, LARGEST_FORM
from api.http.routes.bank_statements import import_bank_statements
from api.http.routes.registry import all_routes
from tests.contract.browsers import PASSWORD, Browser, signed_in
from tests.contract.desk_over_http import DeskOverHttp
from tests.contract.test_outdated_forms import form_in, text_of

BANK = next(each for each in all_routes() if each.call is import_bank_statements)
CODA = b64decode(str((BANK.example or {})["content"]))


def upload(browser: Browser, verb: str, file: tuple[str, bytes] | None, **fields: str) -> httpx.Response:
    """What comes of a form of a verb with a file."""
    form = browser.form(f"/do/{verb}")
    form = {field: text for field, text in form.items() if field != "upload"} | fields
    files = {"upload": (*file, "application/octet-stream")} if file else {"upload": ("", b"", "application/octet-stream")}
    return browser.client.post(f"/do/{verb}", data=form, files=files, follow_redirects=False)


def test_a_bank_file_is_uploaded_once(lone: DeskOverHttp) -> None:
    browser = signed_in(lone, "accounting")
    assert 'enctype="multipart/form-data"' in browser.get("/do/import_bank_statements").text
    assert "/do/import_bank_statements" in browser.get("/").text
    done = upload(browser, "import_bank_statements", ("C:\\bank\\2026-042.cod", CODA), **{"accounts.0": "BE68 5390 0754 7034"})
    assert done.status_code == 200, text_of(done.text)
    assert "Statements 1" in text_of(done.text)
    again = upload(browser, "import_bank_statements", ("2026-042.cod", CODA), **{"accounts.0": "BE68539007547034"})
    assert "As before 1" in text_of(again.text)


def test_what_is_wrong_with_a_file_is_said_and_the_file_stays(lone: DeskOverHttp) -> None:
    browser = signed_in(lone, "accounting")
    wrong = upload(browser, "import_bank_statements", ("x.cod", CODA))
    assert wrong.status_code == 422
    form = form_in(wrong.text)
    assert (b64decode(form["content"]), form["file"]) == (CODA, "x.cod")
    multipart = {"upload": ("", b"", "application/octet-stream")}
    sent = {name: text for name, text in form.items() if name != "upload"} | {"accounts.0": "BE68539007547034"}
    assert browser.client.post("/do/import_bank_statements", data=sent, files=multipart).status_code == 200
    noise = upload(browser, "import_bank_statements", ("<b>.cod", bytes(range(256)) * 8))
    assert noise.status_code == 422
    assert "<b>.cod" not in noise.text.replace("&lt;b&gt;.cod", "")
    broken = upload(browser, "import_bank_statements", ("x.cod", CODA.replace(b"\n8", b"\n7")), **{"accounts.0": "BE68539007547034"})
    assert "x.cod:3:1: " in text_of(broken.text), "with its place"
    assert "is missing" in text_of(upload(browser, "import_bank_statements", None).text)
    forged = browser.client.post("/do/import_bank_statements", data={"csrf": "x"}, files={"upload": ("x.cod", CODA)})
    assert forged.status_code == 400


@pytest.mark.parametrize("size", [LARGEST_FILES + 1, LARGEST_FORM + 1, 3 * LARGEST_FORM])
def test_a_file_that_is_too_large_leads_back_to_its_form(lone: DeskOverHttp, size: int) -> None:
    browser = signed_in(lone, "accounting")
    browser.client.cookies.set("centwright_language", "nl")
    accounts = {"accounts.0": "BE68 5390 0754 7034"}
    large = upload(browser, "import_bank_statements", ("large.cod", b"x" * size), **accounts)
    assert (large.status_code, large.headers["content-type"]) == (413, "text/html; charset=utf-8")
    assert "hoogstens 5 MB" in text_of(large.text)
    assert "op de opdrachtregel" in text_of(large.text)
    form = form_in(large.text)
    assert form["accounts.0"] == accounts["accounts.0"], "what was typed stays"
    again = browser.client.post("/do/import_bank_statements", data=form | accounts, files={"upload": ("x.cod", CODA)})
    assert again.status_code == 200, "the same form takes another file"


def test_a_file_of_some_megabytes_is_taken(lone: DeskOverHttp) -> None:
    browser = signed_in(lone, "accounting")
    remarks = b"".join(b"8042" + b" " * 124 + b"\n" for _ in range(2 * LARGEST_BODY // 129))
    taken = upload(browser, "import_bank_statements", ("x.cod", CODA + b"\n" + remarks), **{"accounts.0": "BE68539007547034"})
    assert (taken.status_code, "hoogstens" in taken.text) == (422, False), "it is read, and its mistakes are told"
    assert "x.cod:5:1" in text_of(taken.text)


def test_who_is_not_signed_in_may_not_fill_the_memory(lone: DeskOverHttp) -> None:
    signed_in(lone, "accounting")
    ended = Browser(lone.another_client())
    for size in (LARGEST_BODY, LARGEST_FORM + 1):
        asked = ended.client.post("/do/import_bank_statements", data={"csrf": "x"}, files={"upload": ("x.cod", b"x" * size)})
        assert (asked.status_code, "choose your file again" in text_of(asked.text)) == (401, True)
        assert len(asked.content) < 10_000
    lone.application._bodies._large = MOST_LARGE
    files = {"upload": ("x.cod", b"x" * 2 * LARGEST_BODY)}
    assert ended.client.post("/do/import_bank_statements", data={"csrf": "x"}, files=files).status_code == 503
    lone.application._bodies._large = 0


def test_a_file_outlives_the_session(lone: DeskOverHttp) -> None:
    signed_in(lone, "accounting")
    ended = Browser(lone.another_client())
    asked = ended.client.post("/do/import_bank_statements", data={"csrf": "x"}, files={"upload": ("x.cod", CODA)})
    assert asked.status_code == 401
    back = ended.send("/sign-in", form_in(asked.text) | {"user": "page-accounting", "password": PASSWORD})
    assert b64decode(form_in(back.text)["content"]) == CODA


def test_e_invoices_and_their_rules_are_uploaded(lone: DeskOverHttp) -> None:
    browser = signed_in(lone, "admin")
    number = lone.of("admin").tree("/v1/invoices?limit=1")["rows"][0]["number"]
    xml = lone.of("admin").get(f"/v1/invoices/{number}.xml").content
    verdict = upload(browser, "check_e_invoice", ("invoice.xml", xml))
    assert "Valid yes" in text_of(verdict.text), text_of(verdict.text)
    broken = upload(browser, "check_e_invoice", ("invoice.xml", "<Invoice>é".encode("latin-1")))
    assert broken.status_code in (200, 422)
    rules = next(each for each in all_routes() if each.name == "add_official_rules").example or {}
    added = upload(browser, "add_official_rules", ("house.sch", str(rules["text"]).encode()), name="House rules")
    assert added.status_code in (200, 303), html.unescape(added.text)
    assert "House rules" in browser.get("/e-invoices/rules").text
