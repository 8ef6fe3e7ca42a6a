"""What a page of an invoice shows, in each language."""

import base64
import re
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from engine.documents.document import Language
from engine.documents.invoice import CashDiscount, Derivation, DueAmount, Invoice, InvoiceLine
from engine.documents.quote import LineDiscount
from engine.money import Percent, Price, Quantity
from engine.writing.html import invoice_page, lines_values
from engine.writing.pages import INVOICE_TEMPLATE
from engine.writing.templates import check_templates, fill
from tests.unit.writing.sample_documents import EUR, euros, invoice, shipped_templates, shipped_words


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


def test_a_discount_stands_below_its_line_and_the_payee_beside_the_iban() -> None:
    html = fill(shipped_templates(), INVOICE_TEMPLATE, invoice_page(invoice("en"), shipped_words()))
    assert "Payee</th><td>Lens SRL</td>" in html
    assert "Volume 1%" in html
    assert "-12.34" in html


def lines_of(*lines: InvoiceLine, language: Language = "en") -> list[dict[str, Any]]:
    """The lines of a page."""
    shown = invoice_page(invoice(language).model_copy(update={"lines": lines}), shipped_words())["lines"]
    assert isinstance(shown, tuple)
    return list(shown)


def line(**own: Any) -> InvoiceLine:
    """The first line of the sample: one shop of 1,234.67."""
    return replace(invoice().lines[0], **own)


@pytest.mark.parametrize(("language", "shown"), [("fr", "0,0625"), ("nl", "0,0625"), ("en", "0.0625")])
def test_a_price_finer_than_a_cent_is_shown_so_that_the_line_multiplies_out(language: Language, shown: str) -> None:
    fine = Derivation(kind="recurring", fine_price=Price.parse("0.0625", EUR))
    first = line(unit_price=euros("0.06"), derivation=fine, quantity=Quantity.whole(24), list_net=euros("1.50"))
    assert [each["unit_price"] for each in lines_of(first, language=language)] == [shown]


def test_a_line_shows_no_unit_price_that_does_not_multiply_out() -> None:
    bundle = line(derivation=Derivation(kind="instalment", bundle="Pack"))
    tiers = line(
        quantity=Quantity.whole(31),
        unit_price=euros("6.58"),
        list_net=euros("204.05"),
        derivation=Derivation(kind="recurring", graduated=True),
    )
    amount = line(unit_price=euros("91.58"), list_net=euros("5.87"), by_amount=True)
    assert [each["unit_price"] for each in lines_of(line(), bundle, tiers, amount)] == ["1,234.67", "", "", ""]


def test_an_amount_that_is_credited_has_no_quantity_and_no_price() -> None:
    one = line(
        unit_price=euros("77.84"), list_net=euros("23.01"), net=euros("23.01"), by_amount=True, corrects_line=3, unit_word="", unit=""
    )
    [shown] = lines_of(one)
    assert (shown["quantity"], shown["unit_price"], shown["net"]) == ("", "", "23.01")
    assert shown["detail"] == "part of the amount of line 3 of the invoice"


@pytest.mark.parametrize("shown", [("quantity", "unit_price", "net"), ("quantity",), ("net",), ("unit_price", "net")])
def test_a_column_without_anything_in_it_is_left_out(shown: tuple[str, ...]) -> None:
    page = invoice_page(invoice("en", 3), shipped_words())
    empty = dict.fromkeys({"quantity", "unit_price", "net"} - {*shown}, "")
    rows = tuple(row | empty | ({"discounts": ()} if "net" in empty else {}) for row in page["lines"])
    table = (
        fill(shipped_templates(), INVOICE_TEMPLATE, {**page, **lines_values(rows)}).partition('class="lines"')[2].partition("</table>")[0]
    )
    columns = [re.findall("<t[hd][^>]*>", row) for row in table.split("<tr")[1:]]
    counts = {sum(int((re.search('colspan="([0-9])"', cell) or "11")[1]) for cell in row) for row in columns}
    assert counts == {3 + len(shown)}, "number, description and VAT, and what there is"


def test_people_read_why_no_vat_is_charged_and_not_a_letter() -> None:
    zero = Percent.parse("0")
    rates = [(category, zero) for category in ("AE", "K", "G", "O", "E", "Z")] + [("S", Percent.parse("5.5"))]
    shown = lines_of(*(line(category=category, rate=rate) for category, rate in rates), language="nl")
    expected = ["Btw verlegd", "Vrijgesteld (EU)", "Uitvoer", "Buiten btw", "Vrijgesteld", "0%", "5,5%"]
    assert [each["rate"] for each in shown] == expected


def test_a_unit_price_says_of_which_period_it_is() -> None:
    monthly = line(derivation=Derivation(kind="recurring", price_per="month"))
    once = line(derivation=Derivation(kind="one-time"))
    assert [each["price_per"] for each in lines_of(monthly, once, line(), language="fr")] == ["par mois", "", ""]


def test_each_line_gives_what_is_carried_forward_after_it() -> None:
    lines = [line(net=euros(net)) for net in ("10.00", "-2.50", "0.05")]
    assert [each["carried"] for each in lines_of(*lines)] == ["10.00", "7.50", "7.55"]


@pytest.mark.parametrize(
    ("order", "shown"),
    [
        ("C1-subscription-2025-02-01", "01/02/2025"),
        ("Q2027-0001-subscription", "Q2027-0001"),
        ("C1-subscription", "C1-subscription"),
        ("S1", "S1"),
    ],
)
def test_an_order_is_named_without_the_words_of_its_id(order: str, shown: str) -> None:
    page = invoice_page(invoice("fr").model_copy(update={"orders": (order,)}), shipped_words())
    assert (page["order_type"], page["orders"]) == ("Abonnement", (shown,))


def test_a_discount_shows_a_percentage_only_where_it_gives_the_amount() -> None:
    ten, then = LineDiscount(name="a", label="Loyalty", percent=Percent.parse("10"), amount=euros("10.00")), Percent.parse("5")
    five = LineDiscount(name="b", label="Chain", percent=then, amount=euros("4.50"))
    capped = LineDiscount(name="c", label="Volume", amount=euros("3.00"), capped=True)
    one = line(list_net=euros("100.00"), unit_price=euros("100.00"), discounts=(ten, five, capped))
    shown = {language: [each["percent"] for each in lines_of(one, language=language)[0]["discounts"]] for language in ("fr", "nl", "en")}
    assert shown == {
        "fr": ["10\u00a0%", "5\u00a0% de 90,00", "(plafonné)"],
        "nl": ["10%", "5% van 90,00", "(begrensd)"],
        "en": ["10%", "5% of 90.00", "(capped)"],
    }


def test_the_payment_code_says_what_a_bank_needs() -> None:
    page = invoice_page(invoice(), shipped_words())
    drawing = base64.b64decode(str(page["payment_code"]).partition("base64,")[2])
    assert drawing.startswith(b"<svg")


def test_a_creditor_reference_stands_in_the_field_that_banks_check() -> None:
    pages = [invoice_page(invoice().model_copy(update={"communication": text}), shipped_words()) for text in ("RF27202700001", "+++1+++")]
    assert pages[0]["communication"] == "RF27202700001"
    assert pages[0]["payment_code"] != pages[1]["payment_code"]


@pytest.mark.parametrize(
    "changes",
    [
        {"communication": "RF" + "9" * 40},
        {"due_amount": euros("1000000000.00")},
        {"seller": {"bic": "XX"}},
        {"seller": {"name": " "}},
        {"seller": {"iban": "BE1"}},
    ],
)
def test_what_a_payment_code_cannot_say_leaves_it_out(changes: dict[str, object]) -> None:
    seller = changes.get("seller")
    updated = invoice().seller.model_copy(update=seller) if isinstance(seller, dict) else invoice().seller
    page = invoice_page(invoice().model_copy(update={**changes, "seller": updated}), shipped_words())
    assert page["payment_code"] == ""


def test_a_bic_in_groups_is_read() -> None:
    seller = invoice().seller.model_copy(update={"bic": "GKCC BEBB"})
    assert invoice_page(invoice().model_copy(update={"seller": seller}), shipped_words())["payment_code"]


def test_no_payment_code_where_nothing_is_due() -> None:
    nothing: Invoice = invoice().model_copy(update={"due_amount": euros("0")})
    assert invoice_page(nothing, shipped_words())["payment_code"] == ""


def test_the_shipped_templates_have_no_mistake() -> None:
    assert check_templates(shipped_templates(), frozenset(shipped_words())) == ()


def test_parts_to_pay_and_the_discount_for_early_payment_stand_on_the_page_and_the_code_asks_for_the_first_part() -> None:
    parts = (DueAmount(due_on=date(2027, 3, 2), amount=euros("1000.00")), DueAmount(due_on=date(2027, 2, 1), amount=euros("1972.97")))
    page = invoice_page(invoice("fr").model_copy(update={"due_amounts": parts}), shipped_words())
    assert [(part["due_on"], part["amount"]) for part in page["parts"]] == [
        ("2 mars 2027", "1\u00a0000,00"),
        ("1 février 2027", "1\u00a0972,97"),
    ]
    assert (
        page["payment_code"]
        == invoice_page(invoice("fr").model_copy(update={"due_amount": euros("1972.97")}), shipped_words())["payment_code"]
    )
    early = CashDiscount(percent=Percent.parse("2"), until=date(2027, 2, 8), amount=euros("50.00"))
    page = invoice_page(invoice("nl").model_copy(update={"cash_discount": early}), shipped_words())
    assert page["cash_discount"] == "2% korting bij betaling uiterlijk op 8 februari 2027: 2.922,97 EUR in plaats van 2.972,97 EUR"
    assert page["cash_discount"] in fill(shipped_templates(), INVOICE_TEMPLATE, page)
