"""The lines of a quote as its page shows them: unit price, quantity and text give the list net, and a percentage its discount."""

from datetime import date
from typing import Any

import pytest

from engine import billing
from engine.documents.party import Address, Customer
from engine.documents.quote import LineRequest, QuoteRequest
from engine.money import Percent, Quantity
from engine.writing.pages import QUOTE_TEMPLATE
from engine.writing.quote_html import quote_page
from engine.writing.templates import fill
from tests.golden.rulebooks import rulebook_of
from tests.unit.writing.sample_documents import shipped_templates, shipped_words


def page_of(*requests: LineRequest, language: str = "en", joins: str | None = None) -> Any:
    """The page of a quote on 1 September 2026; its lines may join a running order."""
    rulebook = rulebook_of("small")
    address = Address(street="Place 1", postcode="1000", town="Namur", country="BE")
    customer = Customer(id="K1", name="Optique", address=address, segment="retail", language=language)
    request = QuoteRequest(currency=rulebook.currency, customer=customer, lines=requests, on=date(2026, 9, 1))
    priced = billing.quote(request, rulebook)
    priced = priced.replace(lines=tuple(line.replace(joins=joins) for line in priced.lines))
    return quote_page(priced, "Q1", rulebook, shipped_words())


def lines_of(*requests: LineRequest) -> list[dict[str, Any]]:
    """The lines of the page of a quote."""
    return list(page_of(*requests)["lines"])


@pytest.mark.parametrize(
    ("request_", "unit_price", "detail", "list_net"),
    [
        (LineRequest(product="DESK", quantity=Quantity.whole(3)), "91.00", "Monthly", "273.00"),
        (
            LineRequest(product="DESK", quantity=Quantity.whole(3), billing_type="half-yearly"),
            "91.00",
            "Half-yearly, 6 months × 0.97",
            "1,588.86",
        ),
        (
            LineRequest(product="BACKUP", quantity=Quantity.whole(24), billing_type="quarterly"),
            "",
            "Quarterly, 5 × 6.00 + 10.00 + 15 × 4.50 + 4 × 3.25 + 15.00 by graduated tiers, 3 months",
            "406.50",
        ),
    ],
)
def test_a_line_multiplies_out_or_says_why_not(request_: LineRequest, unit_price: str, detail: str, list_net: str) -> None:
    [line] = lines_of(request_)
    assert (line["unit_price"], line["detail"], line["list_net"]) == (unit_price, detail, list_net)


def test_discounts_that_a_cap_made_less_have_no_percentage() -> None:
    capped = LineRequest(product="WORKSTATION", quantity=Quantity.whole(10), discount=Percent.parse("30"), discount_author="the desk")
    stacked = LineRequest(product="WORKSTATION", quantity=Quantity.whole(10))
    shown = [[(each["percent"], each["amount"]) for each in line["discounts"]] for line in lines_of(capped, stacked)]
    assert shown == [
        [("(capped)", "-33.32"), ("(capped)", "-52.47"), ("(capped)", "-74.21")],
        [("10%", "-40.00"), ("17.5% of 360.00", "-63.00")],
    ]


def test_a_choice_is_named_in_its_line_and_priced_below() -> None:
    optional = LineRequest(product="DESK", quantity=Quantity.whole(1), optional=True, text="at the back")
    alternative = LineRequest(product="DESK", quantity=Quantity.whole(2), alternative="desks")
    page = page_of(alternative, optional, language="fr")
    assert [line["detail"] for line in page["lines"]] == ["variante : desks, Mensuel", "en option, Mensuel, at the back"]
    assert [(each["label"], each["monthly_recurring"]) for each in page["variants"]] == [("avec la ligne 2", "273,00")]
    assert page["figures"][0]["amount"] == "182,00"


def test_lines_that_join_a_subscription_say_that_begun_periods_count_by_the_day() -> None:
    line = LineRequest(product="DESK", quantity=Quantity.whole(1))
    for joins in (None, "S1"):
        html = fill(shipped_templates(), QUOTE_TEMPLATE, page_of(line, joins=joins))
        assert ("These lines join your subscription" in html) is (joins is not None)
