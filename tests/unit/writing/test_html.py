"""What a page of an invoice shows, in each language."""

import base64
from dataclasses import replace

import pytest

from engine.documents.invoice import Derivation, Invoice
from engine.money import Price
from engine.writing.html import INVOICE_TEMPLATE, invoice_page
from engine.writing.templates import check_templates, fill
from tests.unit.writing.sample_documents import EUR, FOLDER, euros, invoice, shipped_words


def shipped_templates() -> dict[str, str]:
    return {path.relative_to(FOLDER).as_posix(): path.read_text("utf-8") for path in (FOLDER / "templates").rglob("*.j2")}


@pytest.mark.parametrize(
    ("language", "amount", "day", "quantity"),
    [
        ("fr", "2\u00a0972,97", "31 janvier 2027", "2\u00a0shops"),
        ("nl", "2.972,97", "31 januari 2027", "2\u00a0shops"),
        ("en", "2,972.97", "31 January 2027", "2\u00a0shops"),
    ],
)
def test_a_page_is_written_in_the_customers_language(language: str, amount: str, day: str, quantity: str) -> None:
    page = invoice_page(invoice(language), shipped_words())  # type: ignore[arg-type]  # parametrised by text
    assert (page["gross"], page["issued_on"]) == (amount, day)
    html = fill(shipped_templates(), INVOICE_TEMPLATE, page)
    for expected in (amount, day, quantity, "Brillen &amp; Zoon", "&lt;EDI&gt;", "+++010/8068/17183+++", "BE68 5390 0754 7034"):
        assert expected in html


def test_a_discount_stands_below_its_line_as_a_negative_amount() -> None:
    html = fill(shipped_templates(), INVOICE_TEMPLATE, invoice_page(invoice("en"), shipped_words()))
    assert "Volume 1%" in html
    assert "-12.34" in html


@pytest.mark.parametrize(("language", "shown"), [("fr", "0,0625"), ("nl", "0,0625"), ("en", "0.0625")])
def test_a_price_finer_than_a_cent_is_shown_so_that_the_line_multiplies_out(language: str, shown: str) -> None:
    paper = invoice(language)  # type: ignore[arg-type]  # parametrised by text
    fine = Derivation(kind="recurring", fine_price=Price.parse("0.0625", EUR))
    first = replace(paper.lines[0], unit_price=euros("0.06"), derivation=fine)
    lines = invoice_page(paper.model_copy(update={"lines": (first, *paper.lines[1:])}), shipped_words())["lines"]
    assert isinstance(lines, tuple)
    assert [line["unit_price"] for line in lines] == [shown, "36.02" if language == "en" else "36,02"]


def test_a_part_of_a_bundle_shows_no_price_of_the_whole_bundle_as_its_own() -> None:
    paper = invoice("en")
    part = replace(paper.lines[0], derivation=Derivation(kind="instalment", bundle="Pack"))
    lines = invoice_page(paper.model_copy(update={"lines": (part, *paper.lines[1:])}), shipped_words())["lines"]
    assert isinstance(lines, tuple)
    assert [line["unit_price"] for line in lines] == ["", "36.02"]


def test_the_payment_code_says_what_a_bank_needs() -> None:
    page = invoice_page(invoice(), shipped_words())
    drawing = base64.b64decode(str(page["payment_code"]).partition("base64,")[2])
    assert drawing.startswith(b"<svg")


def test_a_creditor_reference_stands_in_the_field_that_banks_check() -> None:
    pages = [invoice_page(invoice().model_copy(update={"communication": text}), shipped_words()) for text in ("RF27202700001", "+++1+++")]
    assert pages[0]["communication"] == "RF27202700001"
    assert pages[0]["payment_code"] != pages[1]["payment_code"]
    with pytest.raises(ValueError, match="reference"):
        invoice_page(invoice().model_copy(update={"communication": "RF" + "9" * 40}), shipped_words())


def test_no_payment_code_where_nothing_is_due() -> None:
    nothing: Invoice = invoice().model_copy(update={"due_amount": euros("0")})
    assert invoice_page(nothing, shipped_words())["payment_code"] == ""


def test_the_shipped_templates_have_no_mistake() -> None:
    assert check_templates(shipped_templates(), frozenset(shipped_words())) == ()
