"""Discounts on a line: groups, modes, caps, and the amounts shown that add up to list − net; the worked cases of others."""

import json
from fractions import Fraction
from pathlib import Path

import pytest

from engine.language import Offer, Stacking
from engine.money import Money, Percent
from engine.problems import Refusal
from engine.stages.pricing.discounts import discount_line, manual_offer
from tests.unit.stages.small_rulebook import EUR

CASES = json.loads((Path(__file__).parents[2] / "cases" / "billing.json").read_text("utf-8"))["cases"]


def offer(
    name: str, group: str, percent: str | None = None, amount: int | None = None, priority: int = 0, at_most: int | None = None
) -> Offer:
    fraction = Percent.parse(percent).fraction if percent else None
    return Offer(name, name, group, priority, fraction, amount, at_most, None)


def stacking(*groups: tuple[str, str], apply: str = "one after the other", cap: Fraction | int | None = None) -> Stacking:
    return Stacking("line-discounts", groups, apply, cap)


def shown(exact: str | int, offers: list[Offer], stack: Stacking | None) -> tuple[str, dict[str, str]]:
    result = discount_line(Fraction(exact), offers, stack, EUR)
    return str(result.net), {each.name: str(each.amount) for each in result.discounts}


def test_the_three_modes_of_a_group():
    offers = [offer("five", "a", "5%", priority=1), offer("ten", "a", "10%", priority=2), offer("euro", "a", amount=700, priority=3)]
    assert shown(10_000, offers, stacking(("a", "best for the customer"))) == ("90.00", {"ten": "10.00"})
    assert shown(10_000, offers, stacking(("a", "highest priority"))) == ("93.00", {"euro": "7.00"})
    assert shown(10_000, offers, stacking(("a", "added together"))) == ("78.00", {"five": "5.00", "ten": "10.00", "euro": "7.00"})


def test_one_after_the_other_takes_each_percentage_of_what_remains():
    offers = [offer("ten", "a", "10%"), offer("twenty", "b", "20%")]
    groups = (("a", "added together"), ("b", "added together"))
    assert shown(10_000, offers, stacking(*groups)) == ("72.00", {"ten": "10.00", "twenty": "18.00"})
    assert shown(10_000, offers, stacking(*groups, apply="on the list price")) == ("70.00", {"ten": "10.00", "twenty": "20.00"})


def test_groups_apply_in_the_order_in_which_they_are_written():
    offers = [offer("ten", "a", "10%"), offer("euro", "b", amount=5_000)]
    assert shown(10_000, offers, stacking(("a", "added together"), ("b", "added together")))[0] == "40.00"
    assert shown(10_000, offers, stacking(("b", "added together"), ("a", "added together")))[0] == "45.00"


def test_the_line_is_rounded_once_and_the_discounts_shown_add_up():
    # 33.33 − 10% − 10% of the rest = 26.9973 → 27.00; shown 6.33 = 3.333 + 2.9997 by largest remainder
    offers = [offer("one", "a", "10%"), offer("two", "b", "10%")]
    net, parts = shown(3_333, offers, stacking(("a", "added together"), ("b", "added together")))
    assert (net, parts) == ("27.00", {"one": "3.33", "two": "3.00"})


def test_a_discount_s_own_cap_and_the_cap_of_the_total():
    offers = [offer("gold", "a", "12.5%", at_most=500), offer("loyal", "b", "30%")]
    groups = (("a", "added together"), ("b", "added together"))
    assert shown(10_000, offers, stacking(*groups))[1] == {"gold": "5.00", "loyal": "28.50"}
    # 33.50 is cut back to 25.00 in proportion: 5 × 25 ÷ 33.5 = 3.7313…, 28.5 × 25 ÷ 33.5 = 21.2686…
    assert shown(10_000, offers, stacking(*groups, cap=Fraction(1, 4))) == ("75.00", {"gold": "3.73", "loyal": "21.27"})
    assert shown(10_000, offers, stacking(*groups, cap=1_000))[0] == "90.00"


def test_no_discount_takes_more_than_the_line():
    assert shown(1_000, [offer("euro", "a", amount=5_000)], stacking(("a", "added together"))) == ("0.00", {"euro": "10.00"})
    both = [offer("euro", "a", amount=900), offer("more", "a", amount=900)]
    assert shown(1_000, both, stacking(("a", "added together"))) == ("0.00", {"euro": "5.00", "more": "5.00"})


def test_a_manual_discount_comes_last_unless_the_block_gives_it_a_place():
    by_hand = manual_offer(Percent.parse("10%"), "AM")
    offers = [offer("euro", "a", amount=5_000), by_hand]
    assert shown(10_000, offers, stacking(("a", "added together")))[0] == "45.00"
    assert shown(10_000, offers, stacking(("manual", "added together"), ("a", "added together")))[0] == "40.00"
    assert shown(10_000, [by_hand], None) == ("90.00", {"manual-discount": "10.00"})


def test_discounts_that_nothing_combines_are_refused():
    with pytest.raises(Refusal) as refused:
        discount_line(Fraction(100), [offer("one", "a", "1%"), offer("two", "b", "1%")], None, EUR)
    assert refused.value.problems[0].code == "no-stacking"
    with pytest.raises(Refusal) as refused:
        discount_line(Fraction(100), [offer("one", "z", "1%")], stacking(("a", "added together")), EUR)
    assert refused.value.problems[0].code == "discount-without-group"


def test_a_negative_line_mirrors_a_positive_one():
    offers = [offer("one", "a", "7.5%"), offer("two", "a", "2%")]
    there = discount_line(Fraction(3_335), offers, stacking(("a", "added together")), EUR)
    back = discount_line(Fraction(-3_335), offers, stacking(("a", "added together")), EUR)
    assert back.net == -there.net
    assert [each.amount for each in back.discounts] == [-each.amount for each in there.discounts]


def test_what_another_system_states_of_a_percentage_and_an_amount():
    (case,) = [case for case in CASES if case["group"] == "discount" and "net" in case["input"]]
    parts = [text.removesuffix(" fixed") for text in case["input"]["discounts"]]
    offers = [
        offer(f"d{at}", "a", text) if text.endswith("%") else offer(f"d{at}", "a", amount=Money.parse(text, EUR).minor)
        for at, text in enumerate(parts)
    ]
    list_net = Money.parse(case["input"]["net"], EUR)
    result = discount_line(Fraction(list_net.minor), offers, stacking(("a", "added together")), EUR)
    assert list_net - result.net == Money.parse(case["expected"]["discount"], EUR)


def test_what_another_system_states_of_one_discount_over_lines():
    (case,) = [case for case in CASES if case["group"] == "discount" and "lines" in case["input"]]
    lines = [Money.parse(text, EUR) for text in case["input"]["lines"]]
    parts = Money.parse(case["input"]["discount"], EUR).allocate([line.minor for line in lines])
    assert [str(line - part) for line, part in zip(lines, parts, strict=True)] == case["expected"]["lines_after"]
