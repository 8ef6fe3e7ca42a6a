"""Hostile texts in what leaves the house: in PDFs, e-invoices, mails, spreadsheets and CSV each stays the text that somebody wrote."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import replace

import httpx
from lxml import etree
from openpyxl import load_workbook
from pypdf import PdfReader

from api.desk.billing_run import issue
from api.desk.due_drafts import Selection
from tests.contract.deliveries import store_pdfs
from tests.contract.desk_over_http import TODAY, DeskOverHttp
from tests.contract.hostile_texts import INJECTIONS, MARK, PRODUCT, faults_in, packed
from tests.contract.test_deliveries import servers
from tests.contract.test_quote_mails import part, read
from tests.contract.test_verbs_over_http import done

OF_THE_LINE = 1000
"""So many characters has the text of a line."""
BROKEN = ("zqj\r\nBcc: all@example.com", "zqj\x00", "zqj\x0b", "zqj\ufffe", "zqj\x85", "zqj\u2028Bcc: all@example.com")
"""What no text of one line may have, or what a header, XML or a line of text would read otherwise."""
UBL = "{urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2}"


PLAIN = [each for each in INJECTIONS if each.isascii()]
UNUSUAL = [each for each in INJECTIONS if not each.isascii()]
"""Texts with characters that no font of documents has; what PDFs show for them is not read here."""


def lines(hostile: Sequence[str]) -> list[str]:
    """Hostile texts, as many in each as a line of a document takes."""
    texts, at = list[str](), 0
    while at < len(hostile):
        text = ""
        while at < len(hostile) and len(text) + len(hostile[at]) < OF_THE_LINE:
            text, at = f"{text} {hostile[at]}".strip(), at + 1
        texts.append(text)
    return texts


def plain(text: str) -> str:
    """A text as a reader of PDFs has it, without the spaces at which lines end."""
    return "".join(text.split())


def test_spreadsheets_and_csv_hold_texts_and_no_formulas(lone: DeskOverHttp) -> None:
    finance = lone.of("admin")
    for place, text in enumerate((*INJECTIONS, *BROKEN)):
        known = {"id": f"H{place}", "country": "BE", "postcode": "5000", "language": "en", "email": f"h{place}@example.com"}
        made = finance.post("/v1/customers", {**known, **dict.fromkeys(("name", "street", "town", "purchase_order"), text)})
        assert made.status_code in ((201,) if text in INJECTIONS else (201, 422)), made.text
    listed = finance.get("/v1/customers.csv")
    rows = list(csv.DictReader(io.StringIO(listed.text, newline="")))
    names = {row["id"]: row["name"] for row in rows}
    for place, text in enumerate(INJECTIONS):
        assert names[f"H{place}"] in (text, f"'{text}"), "an apostrophe before what a spreadsheet would read as a formula"
    assert not [cell for row in rows for cell in row.values() if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))]
    book = load_workbook(io.BytesIO(finance.get("/v1/customers.xlsx").content))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {str(cell.value) for cell in cells} >= set(INJECTIONS)
    hostile_cells = [cell for cell in cells if MARK in str(cell.value).lower()]
    assert {cell.data_type for cell in hostile_cells} == {"s"}
    assert not [cell.coordinate for cell in hostile_cells if cell.hyperlink is not None]


def test_an_invoice_a_quote_and_their_mails_hold_texts(lone: DeskOverHttp) -> None:
    admin, desk = lone.of("admin"), lone.desk
    one_line = {"name": PLAIN[0], "street": " ".join(PLAIN[1:8]), "town": PLAIN[8], "purchase_order": " ".join(PLAIN[9:12])}
    done(admin, "/v1/customers/K1", one_line, method="PATCH")
    done(admin, "/v1/contacts", {"id": "PH", "customer": "K1", "name": packed(100, 36), "email": "ph@example.com"}, 201)
    by_hand = {"price": "1.00", "vat_class": "standard", "supply_kind": "service", "account": "services", "because": packed(900, 45)}
    for type_, texts in (("subscription", PLAIN), ("investment", UNUSUAL)):
        order = admin.tree(f"/v1/orders?customer=K1&type={type_}")["rows"][0]["order"]
        for text in lines(texts):
            done(admin, f"/v1/orders/{order}/lines", {"on": "2027-01-15", "text": text, **by_hand})
    numbers = issue(desk, Selection(due_through=TODAY, customer="K1")).issued
    billed = [number for number in numbers if MARK in admin.get(f"/v1/invoices/{number}").text]
    assert billed
    written, printed = "", ""
    for number in billed:
        xml = etree.fromstring(admin.get(f"/v1/invoices/{number}.xml").content, etree.XMLParser(resolve_entities=False, no_network=True))
        assert not [node for node in xml.iter() if not isinstance(node.tag, str)], "no comment and no instruction is of a text"
        assert not [node.tag for node in xml.iter() if MARK in str(node.tag).lower()]
        written += "\n".join(str(text) for text in xml.itertext())
        printed += text_of(admin.get(f"/v1/invoices/{number}.pdf"))
    assert [text for text in INJECTIONS if text not in written] == []
    assert [text for text in PLAIN if plain(text) not in plain(printed)] == []
    request = {"customer": "K1", "lines": [{"product": "SUB-WS", "quantity": "1", "text": text} for text in lines(PLAIN)]}
    quote = done(admin, "/v1/quotes", request, 201)["number"]
    offered = text_of(admin.get(f"/v1/quotes/{quote}.pdf"))
    assert [text for text in PLAIN if plain(text) not in plain(offered)] == []
    assert PRODUCT not in printed + offered, "no template is filled"
    done(admin, f"/v1/quotes/{quote}/send")
    store_pdfs(desk, list(numbers))
    with servers(replace(desk)) as worker:
        assert worker.mails is not None
        worker.run()
        contents = [each.content for each in worker.mails.received]
    assert contents
    for content in contents:
        check_mail(content)


def check_mail(content: bytes) -> None:
    """A mail has the headers that we write, and its HTML no element of a text."""
    message = read(content)
    assert not message.defects
    assert not {name.lower() for name in message} & {"bcc", "cc", "x-zqj"}
    assert [len(message.get_all(name, [])) for name in ("To", "From", "Subject")] == [1, 1, 1]
    assert len(message["To"].addresses) == 1
    assert list(faults_in(part(message, "html"))) == []
    assert PRODUCT not in part(message, "plain")


def text_of(response: httpx.Response) -> str:
    """What a PDF says; it does nothing when it is opened, and links nowhere of a text."""
    assert response.status_code == 200, response.text
    reader = PdfReader(io.BytesIO(response.content))
    assert not {"/OpenAction", "/AA"} & set(reader.root_object), "nothing is done when it is opened"
    links = [str(each.get_object()) for page in reader.pages for each in page.get("/Annots", ())]
    assert not [link for link in links if re.search(rf"/URI.*{MARK}|/JavaScript|/Launch", link, re.IGNORECASE)]
    return "\n".join(page.extract_text() for page in reader.pages)
