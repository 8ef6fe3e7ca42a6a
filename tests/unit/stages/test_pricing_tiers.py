"""Tier tables: volume and graduated, inclusive limits, flat amounts, factors rounded once per tier; the worked cases of others."""

import json
from fractions import Fraction
from pathlib import Path

import pytest

from engine.language import TierRow
from engine.money import Currency, Money, Quantity
from engine.problems import Refusal
from engine.stages.pricing.tiers import Tiers, price_tiers
from tests.unit.stages.small_rulebook import EUR, euro

CASES = json.loads((Path(__file__).parents[2] / "cases" / "billing.json").read_text("utf-8"))["cases"]


def tiers(mode: str, *rows: tuple[str | None, str, str]) -> Tiers:
    made = [
        TierRow(None if up_to is None else Quantity.parse(up_to).micros, euro(price).micros, Money.parse(flat, EUR).minor)
        for up_to, price, flat in rows
    ]
    return Tiers(mode, tuple(made))


VOLUME = tiers("volume", ("10", "29.00", "0"), ("50", "25.00", "0"), (None, "19.00", "0"))
GRADUATED = tiers("graduated", ("1000", "0.00", "5.00"), ("100000", "0.0040", "0"), (None, "0.0025", "0"))


@pytest.mark.parametrize(
    ("quantity", "net"), [("0", "0.00"), ("10", "290.00"), ("10.5", "262.50"), ("11", "275.00"), ("50", "1250.00"), ("51", "969.00")]
)
def test_volume_puts_all_units_at_the_price_of_the_tier_reached(quantity, net):
    assert str(price_tiers(VOLUME, Quantity.parse(quantity), Fraction(1), EUR).net) == net


@pytest.mark.parametrize(
    ("quantity", "net"), [("0", "0.00"), ("1", "5.00"), ("1000", "5.00"), ("1001", "5.00"), ("1002", "5.01"), ("100001", "401.00")]
)
def test_graduated_prices_each_tier_s_units_and_keeps_prices_below_the_cent(quantity, net):
    # 1,001 calls: 5.004 → 5.00; 1,002: 5.008 → 5.01; 100,001: 5 + 99,000 × 0.004 + 0.0025 = 401.0025
    assert str(price_tiers(GRADUATED, Quantity.parse(quantity), Fraction(1), EUR).net) == net


def test_every_tier_price_and_flat_amount_is_rounded_once_after_its_factors():
    table = tiers("graduated", ("2", "10.01", "3.33"), (None, "9.99", "1.11"))
    # 10.01 × 0.85 = 8.5085 → 8.51; 9.99 × 0.85 = 8.4915 → 8.49; 3.33 → 2.83; 1.11 → 0.94
    assert str(price_tiers(table, Quantity.whole(3), Fraction(85, 100), EUR).net) == str(Money.parse("29.28", EUR))


def test_a_negative_quantity_is_the_exact_mirror():
    for quantity in (1, 11, 1002):
        there, back = (price_tiers(GRADUATED, Quantity.whole(sign * quantity), Fraction(1), EUR).net for sign in (1, -1))
        assert back == -there


def test_yen_have_no_decimals():
    yen = Currency.of("JPY")
    table = tiers("volume", (None, "99.00", "0"))
    assert str(price_tiers(table, Quantity.parse("1.5"), Fraction(1), yen).net) == "149"


def test_no_tier_reaches_so_far():
    with pytest.raises(Refusal) as refused:
        price_tiers(tiers("volume", ("10", "1.00", "0")), Quantity.parse("10.000001"), Fraction(1), EUR)
    assert refused.value.problems[0].message == "10.000001 is more than the last tier, which ends at 10"


@pytest.mark.parametrize("limits", [("10", "10"), ("10", "5"), (None, "10")])
def test_tiers_go_upwards(limits):
    with pytest.raises(Refusal) as refused:
        price_tiers(tiers("volume", *((limit, "1.00", "0") for limit in limits)), Quantity.whole(1), Fraction(1), EUR)
    assert refused.value.problems[0].code == "tiers-out-of-order"


@pytest.mark.parametrize(
    "case", [case for case in CASES if case["group"] == "tiers" and "tiers" in case["input"]], ids=lambda case: case["id"]
)
def test_what_another_system_states(case):
    rows = [(None if last is None else str(last), price, flat.removeprefix("flat ")) for _, last, price, flat in case["input"]["tiers"]]
    result = price_tiers(tiers(case["input"]["model"], *rows), Quantity.parse(str(case["input"]["units"])), Fraction(1), EUR)
    assert result.net == Money.parse(case["expected"]["amount"], EUR)
