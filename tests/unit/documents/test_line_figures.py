"""Unit prices and percentages are printed only where they give the amount; else a word says why not."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from engine.documents.invoice import Derivation
from engine.documents.line_figures import shown_discounts, shown_unit_price, why_not
from engine.documents.quote import LineDiscount
from engine.money import Money, Percent, Quantity
from tests.unit.writing.sample_documents import euros, invoice

MONTH: dict[str, Any] = {"kind": "recurring", "price_per": "month"}


@pytest.mark.parametrize(
    ("derivation", "quantity", "unit_price", "list_net", "shown", "why"),
    [
        (Derivation(**MONTH, periods=Fraction(3)), "2", "10.00", "60.00", "10.00", None),
        (Derivation(**MONTH, periods=Fraction(3), billing_factor=Fraction(95, 100)), "2", "10.00", "57.00", "10.00", None),
        (Derivation(**MONTH, graduated=True), "31", "6.58", "204.05", None, "by tiers"),
        (Derivation(**MONTH), "5", "10.00", "70.00", None, "by tiers"),
        (Derivation(**MONTH), "1", "3.34", "3.33", None, "rounded"),
        (Derivation(kind="recurring", price_per="year", periods=Fraction(1, 12)), "1", "100.00", "8.37", None, "balance"),
        (Derivation(kind="change", whole_list_net=euros("20.00"), days=21, period_days=31), "1", "120.00", "13.55", None, None),
        (Derivation(**MONTH, whole_list_net=euros("10.00"), days=5, period_days=30), "1", "10.00", "1.67", "10.00", None),
        (Derivation(**MONTH, whole_list_net=euros("10.00"), days=5, period_days=30), "1", "10.00", "1.66", "10.00", "rounded"),
        (Derivation(kind="change", whole_list_net=euros("20.00"), days=21, period_days=31), "1", "120.00", "13.54", None, "rounded"),
        (Derivation(kind="change", graduated=True), "1", "120.00", "13.55", None, "by tiers"),
        (Derivation(kind="instalment", bundle="Pack"), "1", "100.00", "30.00", None, None),
        (Derivation(kind="instalment", share="30%", whole_list_net=euros("100.01")), "1", "100.01", "30.01", "100.01", "rounded"),
        (Derivation(kind="instalment", share="rest", whole_list_net=euros("100.01")), "1", "100.01", "40.01", "100.01", None),
    ],
)
def test_a_unit_price_is_shown_where_it_multiplies_out(
    derivation: Derivation, quantity: str, unit_price: str, list_net: str, shown: str | None, why: str | None
) -> None:
    one = replace(
        invoice().lines[0], derivation=derivation, quantity=Quantity.parse(quantity), unit_price=euros(unit_price), list_net=euros(list_net)
    )
    price = shown_unit_price(one)
    assert (None if price is None else str(price)) == shown
    assert why_not(derivation, one.quantity, one.unit_price, one.list_net) == why


def discount(amount: str, percent: str | None = None, *, capped: bool = False) -> LineDiscount:
    return LineDiscount(name="x", label="X", amount=euros(amount), percent=Percent.parse(percent) if percent else None, capped=capped)


@pytest.mark.parametrize(
    ("discounts", "is_change", "shown"),
    [
        ([discount("10.00", "10")], False, [("10", None, None)]),
        ([discount("10.00", "10"), discount("4.50", "5")], False, [("10", None, None), ("5", "90.00", None)]),
        ([discount("10.00", "10"), discount("5.00", "5")], False, [("10", None, None), ("5", None, None)]),
        ([discount("10.01", "10")], False, [("10", None, "rounded")]),
        ([discount("7.08", capped=True)], False, [(None, None, "capped")]),
        ([discount("7.08", "7.5")], False, [(None, None, "capped")]),
        ([discount("42.00", "17.5")], True, [(None, None, "change")]),
        ([discount("5.00")], False, [(None, None, None)]),
    ],
)
def test_a_percentage_is_shown_where_it_gives_the_amount(
    discounts: list[LineDiscount], is_change: bool, shown: list[tuple[str | None, str | None, str | None]]
) -> None:
    result = shown_discounts(euros("100.00"), discounts, is_change=is_change)
    assert [tuple(None if part is None else str(part) for part in (one.percent, one.base_amount, one.note)) for one in result] == shown


def test_what_takes_back_shows_the_same_figures() -> None:
    back = LineDiscount(name="x", label="X", amount=Money(-1000, euros("0").currency), percent=Percent.parse("10"))
    [shown] = shown_discounts(euros("-100.00"), [back])
    assert (str(shown.percent), shown.base_amount, shown.note) == ("10", None, None)
