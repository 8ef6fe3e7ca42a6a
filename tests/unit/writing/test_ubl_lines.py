"""Lines of e-invoices: the price of one wherever it is exact, the part that an instalment is, and percentages of discounts."""

from __future__ import annotations

import pytest

from engine.documents.invoice import InvoiceLine
from engine.documents.quote import LineDiscount
from engine.money import Currency, Money, Percent, Quantity
from engine.writing.e_invoices.content import gives
from engine.writing.e_invoices.lines import pricing_of
from tests.unit.stages.due_transactions import euros, issued, transaction
from tests.unit.writing.test_ubl import texts


def priced(line: InvoiceLine) -> tuple[str, str, str, str]:
    """Quantity, unit, price and base quantity."""
    pricing = pricing_of(line)
    return (str(pricing.quantity), pricing.unit_code, str(pricing.price), str(pricing.base_quantity))


@pytest.mark.parametrize(
    ("net", "quantity", "expected"),
    [
        ("267.00", "3", ("3", "C62", "89.00", "1")),
        ("100.01", "4", ("4", "C62", "25.0025", "1")),
        ("10.00", "3", ("3", "C62", "10.00", "3")),
        ("0.00", "3", ("3", "C62", "0.00", "1")),
        ("10.00", "0.5", ("0.5", "C62", "20.00", "1")),
        ("-20.00", "-2", ("-2", "C62", "10.00", "1")),
    ],
)
def test_the_price_is_that_of_one_wherever_it_is_exact(net: str, quantity: str, expected: tuple[str, ...]) -> None:
    invoice = issued(transaction("100.00"), transaction(net, item="A-2", quantity=Quantity.parse(quantity)))
    assert priced(invoice.lines[1]) == expected


@pytest.mark.parametrize(
    ("whole", "net", "quantity", "share", "expected"),
    [
        ("2780.00", "834.00", "2", "30%", ("0.6", "C62", "1390.00", "1")),
        ("2780.00", "1112.00", "2", "rest", ("0.8", "C62", "1390.00", "1")),
        ("99.99", "30.00", "2", "30%", ("1", "C62", "30.00", "1")),
        ("0.03", "0.00", "2", "10%", ("1", "C62", "0.00", "1")),
        (None, "300.00", "2", "30%", ("0.6", "C62", "500.00", "1")),
        (None, "300.00", "2", "rest", ("1", "C62", "300.00", "1")),
        ("10000.00", "4000.00", "1", "4,000.00", ("0.4", "C62", "10000.00", "1")),
    ],
)
def test_an_instalment_is_its_part_of_the_quantity_or_one_part(
    whole: str | None, net: str, quantity: str, share: str, expected: tuple[str, ...]
) -> None:
    line = transaction(
        net, "TILL", kind="instalment", number=1, share=share, service_period=None, quantity=Quantity.parse(quantity),
        whole_list_net=None if whole is None else euros(whole),
    )  # fmt: skip
    assert priced(issued(line).lines[0]) == expected


def test_a_discount_says_of_what_it_is_how_much_where_that_gives_it() -> None:
    tenth, capped = (
        LineDiscount(name=name, label=name, percent=Percent.parse("10%"), amount=euros(amount))
        for name, amount in (("tenth", "10.00"), ("capped", "3.00"))
    )
    second = LineDiscount(name="second", label="second", percent=Percent.parse("50%"), amount=euros("45.00"))
    invoice = issued(transaction("42.00", list_net=euros("100.00"), discounts=(tenth, second, capped)))
    allowance = "InvoiceLine/AllowanceCharge"
    assert texts(invoice, f"{allowance}/Amount") == ["10.00", "45.00", "3.00"]
    assert texts(invoice, f"{allowance}/MultiplierFactorNumeric") == ["10", "50"]
    assert texts(invoice, f"{allowance}/BaseAmount") == ["100.00", "90.00"]


def test_in_yen_a_percentage_stands_only_where_it_is_exact() -> None:
    yen = Currency.of("JPY")
    assert not gives(Percent.parse("12.5%"), Money(1001, yen), Money(125, yen))
    assert gives(Percent.parse("12.5%"), Money(1000, yen), Money(125, yen))
    assert gives(Percent.parse("12.5%"), euros("10.01"), euros("1.25"))
    assert not gives(Percent.parse("12.5%"), euros("10.01"), euros("1.26"))
