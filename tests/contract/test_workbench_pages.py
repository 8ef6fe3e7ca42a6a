"""The pages of the workbench without a script: each of their forms changes the draft as it says, and refuses what is wrong at its place."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Mapping

import httpx
import openpyxl
import pytest

from api.http.request_parsing import LARGEST_FILES, LARGEST_FORM
from api.pages.rules.review_parts import address_of_case
from api.workbench.draft_review import ReviewedPrice, price_of_case
from engine.comparing.answer_changes import compare_answers
from engine.rulebook.reader import read_rulebook
from tests.contract.browsers import Browser, signed_in
from tests.contract.conftest import RULEBOOK
from tests.contract.desk_over_http import DeskOverHttp

pytestmark = pytest.mark.one_database

BOOK = "catalog/price-books/book-2027.yaml"
PRICING, PRICES = "rules/pricing.rules", "catalog/price-books/book-2026.csv"


@pytest.fixture
def analyst(http: DeskOverHttp) -> Browser:
    return signed_in(http, "analyst")


def fields_of(page: str, action: str) -> dict[str, str]:
    """The fields of a form as a browser without a script sends them."""
    form = page[page.index(f'action="{action}"') :]
    form = form[: form.index("</form>")]
    shown = re.findall(r'<input(?![^>]*type="radio")[^>]*name="([^"]+)"[^>]*value="([^"]*)"', form)
    return {name: html.unescape(value) for name, value in shown}


def text_of(browser: Browser, path: str) -> str:
    """A file of the draft as its page shows it."""
    page = browser.get(f"/rules?file={path}&view=text").text
    return html.unescape(page[page.index("<textarea") :].partition(">\n")[2].partition("</textarea>")[0])


def upload(browser: Browser, table: str, name: str, content: bytes) -> httpx.Response:
    """What comes of an uploaded spreadsheet."""
    csrf = fields_of(browser.get("/rules/prices").text, "/rules/prices/import")["csrf"]
    data = {"csrf": csrf, "table": table}
    return browser.client.post("/rules/prices/import", data=data, files={"sheet": (name, content)}, follow_redirects=False)


def send(browser: Browser, action: str, fields: Mapping[str, str]) -> str:
    """Where a form leads."""
    response = browser.send(action, dict(fields))
    assert response.status_code == 303, response.text
    return response.headers["location"]


def test_cells_and_rows_are_changed_by_a_form(analyst: Browser) -> None:
    base = RULEBOOK[1][PRICING]
    fields = fields_of(analyst.get(f"/rules?file={PRICING}&view=grid").text, "/rules/grid")
    assert [name for name, value in fields.items() if value == "Framework agreement with chains"] == ["c8-3", "c9-3"]
    back = send(analyst, "/rules/grid", {**fields, "c9-2": "0.95", "do": "save"})
    assert back == f"/rules?file={PRICING}&done=yes&view=grid"
    assert text_of(analyst, PRICING) == base.replace("0.90", "0.95")
    fields = fields_of(analyst.get(back).text, "/rules/grid")
    send(analyst, "/rules/grid", {**fields, "c9-2": "0.90", "row0": "8", "do": "down:0"})
    moved = text_of(analyst, PRICING).splitlines()
    assert [moved[at].split("||")[0].split("|")[2].strip() for at in (7, 8)] == ["investment", "subscription"]
    fields = fields_of(analyst.get(f"/rules?file={PRICES}").text, "/rules/grid")
    send(analyst, "/rules/grid", {**fields, "do": "add:0"})
    assert text_of(analyst, PRICES) == RULEBOOK[1][PRICES] + ",\n"
    refused = analyst.send("/rules/grid", {**fields, "row0": "999", "do": "remove:0"})
    assert (refused.status_code, "has no row in line 999" in refused.text) == (422, True)


def test_prices_are_changed_on_one_sheet(analyst: Browser) -> None:
    fields = fields_of(analyst.get("/rules/prices").text, "/rules/prices")
    assert (fields["cell|book-2026|SUB-CORE|price"], fields["cell|book-2027|SUB-CORE|price"]) == ("89.00", "91.581")
    wrong = analyst.send("/rules/prices", {**fields, "cell|book-2027|HW-PC|price": "12,50"})
    assert (wrong.status_code, "is-wrong" in wrong.text, 'value="12,50"' in wrong.text) == (422, True, True)
    typed = {"cell|book-2026|SUB-CORE|price": "90.00", "cell|book-2027|HW-PC|price": "999.00"}
    assert send(analyst, "/rules/prices", {**fields, **typed}) == "/rules/prices?done=yes"
    assert text_of(analyst, PRICES) == RULEBOOK[1][PRICES].replace("SUB-CORE,89.00", "SUB-CORE,90.00")
    assert text_of(analyst, BOOK) == RULEBOOK[1][BOOK] + "prices:\n  HW-PC: 999.00\n"
    assert fields_of(analyst.get("/rules/prices").text, "/rules/prices")["cell|book-2027|SUB-CORE|price"] == "92.61"


def test_a_price_list_has_its_names_in_the_language_of_who_looks(analyst: Browser) -> None:
    analyst.client.cookies.set("centwright_language", "fr")
    page = analyst.get("/rules/prices").text
    assert 'aria-label="XLSX, Tarif 2027"' in page
    assert ">Price list 2027<" not in page
    assert "SUB-WS,Licence de poste" in analyst.get("/rules/prices/book-2026.csv").text


def test_a_form_of_an_earlier_session_says_so(analyst: Browser) -> None:
    old = analyst.send("/rules/prices", {"csrf": "0" * 32, "cell|book-2027|SUB-WS|price": "26.00"})
    assert (old.status_code, "you signed in again since" in old.text) == (400, True)
    assert analyst.send("/rules/save", {"csrf": "0" * 32, "file": BOOK, "text": ""}).status_code == 400


def test_a_removed_file_stays_removed_while_its_last_text_is_shown(analyst: Browser) -> None:
    units = "catalog/units.yaml"
    csrf = fields_of(analyst.get(f"/rules?file={units}").text, "/rules/remove")["csrf"]
    send(analyst, "/rules/remove", {"csrf": csrf, "file": units})
    looked = analyst.client.post("/rules/review", json={"csrf": csrf, "file": units, "text": text_of(analyst, units)})
    assert looked.json()["problems"], looked.text


def test_a_new_price_list_is_written_as_a_file(analyst: Browser) -> None:
    csrf = fields_of(analyst.get("/rules/prices").text, "/rules/prices/new")["csrf"]
    wanted = {
        "csrf": csrf,
        "from": "2028-01-01",
        "based_on": "book-2027",
        "factor": "1,021",
        "name": "",
        "because": "Index of 2028: services",
    }
    back = send(analyst, "/rules/prices/new", wanted)
    path = "catalog/price-books/book-2028.yaml"
    assert back == f"/rules?file={path}&done=yes&look=yes"
    assert text_of(analyst, path) == (
        "# yaml-language-server: $schema=../../docs/schemas/price-book.schema.json\n"
        "kind: price-book\nid: book-2028\nlabel: {fr: Tarif 2028, nl: Prijslijst 2028, en: Price list 2028}\nfrom: 2028-01-01\n"
        'based-on: book-2027\nindex:\n  - factor: 1.021\nbecause: "Index of 2028: services"\n'
    )
    assert fields_of(analyst.get("/rules/prices").text, "/rules/prices")["cell|book-2028|HW-PC|price"]
    first, second, third, *_ = RULEBOOK[0].families
    families = {f"factor|{first}": "1,05", f"factor|{second}": "0.97", f"factor|{third}": "1.05"}
    several = wanted | families | {"from": "2029-01-01", "name": "book-2029", "because": ""}
    send(analyst, "/rules/prices/new", several)
    steps = f"  - factor: 1.05\n    families: [{first}, {third}]\n  - factor: 0.97\n    families: [{second}]\n  - factor: 1.021\n"
    assert text_of(analyst, "catalog/price-books/book-2029.yaml").endswith(f"based-on: book-2027\nindex:\n{steps}")
    again = analyst.send("/rules/prices/new", several | {f"factor|{second}": "much"})
    assert "prices cannot be multiplied by `much`" in html.unescape(again.text)
    assert 'value="1,05"' in again.text
    refusals = {
        "there is a price list `book-2028` already": {},
        "the price list `book-2028` begins on 2028-01-01 already": {"name": "other"},
        "on which it is based, begins on 2027-01-01": {"from": "2026-12-31", "name": "early"},
        "`2028-02-30` is no first day": {"from": "2028-02-30"},
        "prices cannot be multiplied by `0`": {"factor": "0"},
        "there is no price list `zz`": {"based_on": "zz"},
        "`../x` is no name of a price list": {"name": "../x"},
    }
    for sentence, wrong in refusals.items():
        refused = analyst.send("/rules/prices/new", wanted | wrong)
        assert (refused.status_code, sentence in html.unescape(refused.text)) == (422, True), sentence


def test_a_spreadsheet_goes_out_and_its_changes_are_shown_before_they_come_in(analyst: Browser) -> None:
    workbook = openpyxl.load_workbook(io.BytesIO(analyst.get("/rules/prices/book-2026.xlsx").content))
    sheet = workbook.worksheets[0]
    row = next(at for at in range(2, 60) if sheet.cell(at, 1).value == "SUB-CORE")
    sheet.cell(row, 4).value = 93.45
    shown = upload(analyst, "book-2026", "prices.xlsx", saved(workbook))
    assert (shown.status_code, "89.00" in shown.text, "+5.0%" in shown.text) == (200, True, True)
    assert text_of(analyst, PRICES) == RULEBOOK[1][PRICES], "looking changes nothing"
    send(analyst, "/rules/prices", fields_of(shown.text, "/rules/prices"))
    assert text_of(analyst, PRICES) == RULEBOOK[1][PRICES].replace("SUB-CORE,89.00", "SUB-CORE,93.45")
    sheet.cell(row, 4).value = "=1+1"
    refused = upload(analyst, "book-2026", "prices.xlsx", saved(workbook))
    assert (refused.status_code, f"Prices!D{row}" in refused.text, "a formula" in refused.text) == (422, True, True)
    assert "this is no workbook" in upload(analyst, "book-2026", "prices.xlsx", b"PK no").text
    assert "no price book and no table" in upload(analyst, "no-book", "prices.xlsx", saved(workbook)).text
    factors = analyst.get("/rules/prices/segment-factor.csv").text
    shown = upload(analyst, "rules.pricing.segment-factor", "factors.csv", factors.replace("0.90", "0.95").encode())
    send(analyst, "/rules/prices", fields_of(shown.text, "/rules/prices"))
    assert text_of(analyst, PRICING) == RULEBOOK[1][PRICING].replace("0.90", "0.95")


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("p.csv", "Artikelcode;Prijs\nSUB-CORE;91,50\n".encode("cp1252"), ["`Artikelcode` as `product` and `Prijs` as `price`"]),
        (
            "p.csv",
            "Code article;Réserve;Prix\r\nSUB-CORE;Société;91,50\r\n".encode("utf-16"),
            ["its encoding is UTF-16: `Réserve`", "`Code article` as `product` and `Prix` as `price`"],
        ),
        ("p.csv", "product;place;price\nSUB-CORE;caf\xe9;91,50\n".encode("latin-1"), ["its encoding is Windows-1252: `café`"]),
        ("p.csv", b"\xef\xbb\xbfproduct,price\rSUB-CORE,91.50\r", []),
    ],
    ids=["Dutch names", "UTF-16 and French names", "Latin-1", "a mark and carriage returns"],
)
def test_a_page_says_how_an_uploaded_list_was_read(analyst: Browser, name: str, content: bytes, told: list[str]) -> None:
    looked = upload(analyst, "book-2026", name, content)
    page = html.unescape(looked.text)
    assert (looked.status_code, [text for text in told if text not in page]) == (200, [])
    assert ("How the file was read" in page) == bool(told)
    assert fields_of(looked.text, "/rules/prices")["cell|book-2026|SUB-CORE|price"] in ("91.5", "91.50")


def test_a_misspelt_column_of_an_uploaded_list_has_the_name_that_was_meant(analyst: Browser) -> None:
    for head, meant in (
        ("product;prce", "price"),
        ("Code article;Prix unitair", "Prix unitaire"),
        ("Artikelcode;Eenheidsprij", "Eenheidsprijs"),
    ):
        looked = upload(analyst, "book-2026", "p.csv", f"{head}\nSUB-CORE;91,50\n".encode())
        assert (looked.status_code, f"did you mean `{meant}`?" in looked.text) == (422, True)


def test_a_form_with_no_file_and_one_that_is_too_large_are_refused(analyst: Browser) -> None:
    for file, status, said in (
        (("", b""), 422, "no file was chosen"),
        (("prices.csv", b"x" * (LARGEST_FILES + 1)), 413, "at most 5 MB"),
        (("prices.csv", b"x" * (LARGEST_FORM + 1)), 413, "at most 5 MB"),
    ):
        refused = upload(analyst, "book-2026", *file)
        assert (refused.status_code, said in refused.text) == (status, True)
        assert '<option value="book-2026" selected>' in refused.text, "the sheet with its forms is there again"


def test_an_amount_marks_the_lines_that_made_it(analyst: Browser, http: DeskOverHttp) -> None:
    number = http.of("billing").tree("/v1/invoices")["rows"][0]["number"]
    page = analyst.get(f"/rules?file={PRICES}&explain={number}&line=1").text
    assert "The lines that decided it are marked" in page
    (place,) = set(re.findall(rf"{re.escape(PRICES)}:([0-9]+)</a>", page))
    assert f'data-marks="[{place}]"' in page
    assert f'data-line="{place}" class=" is-mark"' in page
    why_not = analyst.get(f"/rules?explain={number}&line=1&rule=segment-factor+row+4").text
    assert "and the row is for not chain" in html.unescape(why_not)
    answer = http.of("billing").tree(f"/v1/invoices/{number}/explanation?line=1&why_not=segment-factor%20row%204")
    assert (answer["kind"], "the row is for not chain" in answer["amounts"][0]["sentence"]) == ("why-not", True)
    price = analyst.get("/rules?product=SUB-CORE&segment=chain&quantity=2&on=2027-02-01").text
    assert "155.68 EUR" in price
    refused = html.unescape(analyst.get("/rules?product=SUB-CORE&on=2027-02-01&rule=no-rule").text)
    assert "there is no rule, discount, table, row or price book `no-rule`" in refused


def test_a_changed_case_leads_to_why_a_rule_took_no_part(analyst: Browser) -> None:
    before, texts = RULEBOOK
    after = read_rulebook({**texts, PRICING: texts[PRICING].replace("|| 0.90 ", "|| 0.89 ")})
    (case, *_) = compare_answers(before, after).changes
    price = ReviewedPrice.model_validate(price_of_case(case, after))
    assert (price.segment, price.rule) == ("chain", "segment-factor.factor")
    address = address_of_case(price, PRICING, None)
    assert address is not None
    page = html.unescape(analyst.get(address.partition("#")[0]).text)
    assert f"Why not {price.rule} in {price.product}?" in page
    assert "it did take part" in page


def test_lines_are_marked_where_a_draft_moved_them(analyst: Browser) -> None:
    fields = fields_of(analyst.get(f"/rules?file={PRICING}").text, "/rules/save")
    send(analyst, "/rules/save", {**fields, "text": "# first\n" + RULEBOOK[1][PRICING]})
    page = analyst.get(f"/rules?file={PRICING}&product=SUB-CORE&segment=chain&quantity=1&on=2027-02-01").text
    assert 'data-marks="[9]"' in page, "of the draft, whose first line is new"


def test_versions_are_compared_and_the_steps_are_ticked(analyst: Browser, http: DeskOverHttp) -> None:
    assert "(done)" not in analyst.get("/rules").text
    fields = fields_of(analyst.get(f"/rules?file={BOOK}").text, "/rules/save")
    send(analyst, "/rules/save", {**fields, "text": RULEBOOK[1][BOOK].replace("1.029", "1.031")})
    assert analyst.get("/rules").text.count("(done)") == 1
    page = analyst.get("/rules/compare").text
    assert ("-  - factor: 1.029" in page, "+  - factor: 1.031" in page, "published on" in page) == (True, True, True)
    person = http.of("analyst")
    person.call("PATCH", "/v1/drafts/analyst", {"files": {"rules/note.rules": "module rules.note\n"}})
    person.post("/v1/drafts/analyst/propose", {"at_once": True, "note": "a note"})
    page = analyst.get("/rules/compare?before=v1&after=v2").text
    assert ("+module rules.note" in page, "a note" in page) == (True, True)
    assert '/do/roll_back?version=v1"' in analyst.get("/rules/compare?before=v1&after=v2").text or "roll_back" not in page
    assert analyst.get("/rules/compare?before=v1&after=v9").status_code == 404


def test_who_saves_late_sees_both_changes(analyst: Browser, http: DeskOverHttp) -> None:
    base, path = RULEBOOK[1][BOOK], f"/rules?file={BOOK}"
    first = fields_of(analyst.get(path).text, "/rules/save") | {"seen": base}
    send(analyst, "/rules/save", {**first, "text": base.replace("1.029", "1.031")})
    late = analyst.send("/rules/save", {**first, "text": base.replace("1.029", "1.05")})
    assert late.status_code == 409
    for line in ("+  - factor: 1.031", "+  - factor: 1.05", "  - factor: 1.05"):
        assert line in late.text
    assert text_of(analyst, BOOK) == base.replace("1.029", "1.031")
    other = send(analyst, "/rules/save", {**first, "text": base.replace("Index of", "The index of")})
    assert other.endswith("done=yes")
    assert text_of(analyst, BOOK) == base.replace("1.029", "1.031").replace("Index of", "The index of")


def saved(workbook: openpyxl.Workbook) -> bytes:
    """The bytes of a workbook."""
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


def test_a_proposal_that_another_version_overtook_offers_no_publishing(lone: DeskOverHttp) -> None:
    analyst, admin = lone.of("analyst"), lone.of("admin")
    for caller, author, most in ((analyst, "analyst", 100), (admin, "admin", 200)):
        text = f"module rules.example\n\ndefine large-order : Bool = line.quantity at least {most}\n"
        assert caller.call("PATCH", f"/v1/drafts/{author}", {"files": {"rules/example.rules": text}}).status_code == 200
    assert analyst.post("/v1/drafts/analyst/propose", {"note": "first"}).status_code == 201
    browser = signed_in(lone, "admin")
    assert "/do/approve_rulebook?version=v2" in browser.get("/rulebooks/v2").text
    assert admin.post("/v1/drafts/admin/propose", {"at_once": True}).json()["version"] == "v3"
    page = browser.get("/rulebooks/v2").text
    assert "v3 was published after this was compared with v1" in page
    assert "/do/approve_rulebook" not in page
    assert "/do/withdraw_rulebook?version=v2" in page
