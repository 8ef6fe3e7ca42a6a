"""Instalments: shares, fixed amounts and the rest, per line and to the cent; their days, and what is billed before delivery."""

from dataclasses import replace
from datetime import date

import pytest

from engine.documents.order_step import OrderEvent
from engine.documents.quote import BundlePart, PricedLine
from engine.documents.transaction import TRANSACTION, Transaction
from engine.money import Money, Quantity
from engine.problems import Refusal
from engine.rulebook.plans import InstalmentEntry, PaymentPlan
from engine.rulebook.shares import read_share
from engine.rulebook.yaml_model import Label
from engine.stages.scheduling.instalments import instalments, plan_instalments
from tests.scheduled import EUR, cut, investment, line, order

LABEL = Label(fr="x", nl="x", en="x")
SIGNED = date(2027, 1, 31)


def plan(*entries: tuple[str, str, str | None], supplied: int | None = None) -> PaymentPlan:
    made = tuple(
        InstalmentEntry(share=share, event=event, after=after, on=None, supplied=at == supplied)
        for at, (share, event, after) in enumerate(entries)
    )
    return PaymentPlan(id="thirds", label=LABEL, instalments=made)


THIRDS = plan(("30%", "order.signed", None), ("30%", "order.signed", "1 month"), ("rest", "order.signed", "2 months"))


def by_line(nets: list[str], *shares: str) -> list[list[str]]:
    result = plan_instalments([Money.parse(net, EUR) for net in nets], [read_share(share, EUR) for share in shares])
    return [[str(part) for part in parts] for parts in result]


@pytest.mark.parametrize(
    ("net", "shares", "wanted"),
    [
        ("10000.01", ("30%", "30%", "rest"), ["3000.00", "3000.00", "4000.01"]),
        ("99.99", ("30%", "30%", "rest"), ["30.00", "30.00", "39.99"]),
        ("0.05", ("30%", "30%", "40%"), ["0.02", "0.02", "0.01"]),
        ("0.02", ("25%", "25%", "25%", "25%"), ["0.01", "0.01", "0.00", "0.00"]),
        ("-0.02", ("25%", "25%", "25%", "25%"), ["-0.01", "-0.01", "0.00", "0.00"]),
        ("-99.99", ("30%", "30%", "rest"), ["-30.00", "-30.00", "-39.99"]),
        ("0.00", ("30%", "rest"), ["0.00", "0.00"]),
        ("100.00", ("rest",), ["100.00"]),
        ("100.00", ("rest", "25%", "25%"), ["50.00", "25.00", "25.00"]),
        ("100.00", ("40.00", "rest", "10%"), ["40.00", "50.00", "10.00"]),
        ("-100.00", ("40.00", "rest"), ["-40.00", "-60.00"]),
    ],
)
def test_instalments_of_one_net(net: str, shares: tuple[str, ...], wanted: list[str]) -> None:
    assert cut(net, *shares) == wanted


def test_shares_are_taken_line_by_line() -> None:
    assert by_line(["0.05", "0.05"], "30%", "30%", "rest") == [["0.02", "0.02"], ["0.02", "0.02"], ["0.01", "0.01"]]


def test_a_fixed_amount_is_spread_over_what_the_lines_have_left() -> None:
    assert by_line(["200.00", "100.00"], "100.00", "rest") == [["66.67", "33.33"], ["133.33", "66.67"]]
    assert by_line(["0.01", "99.99"], "50%", "40.00", "rest") == [["0.01", "50.00"], ["0.00", "40.00"], ["0.00", "9.99"]]


def test_a_fixed_amount_over_a_line_that_takes_back_keeps_every_sign() -> None:
    first, last = by_line(["120.00", "-20.00"], "50.00", "rest")
    assert (first, last) == (["60.00", "-10.00"], ["60.00", "-10.00"])
    assert by_line(["20.00", "-20.00"], "5.00", "rest") == [["0.00", "0.00"], ["20.00", "-20.00"]]


def planned(
    events: tuple[OrderEvent, ...] = (), of: PaymentPlan = THIRDS, net: str = "99.99", discount: str = "0.00"
) -> tuple[Transaction, ...]:
    one = investment()
    bought = order(one, signed_on=SIGNED, events=events)
    return instalments(bought, of, [(one, line(net, discount=discount))])


def test_a_plan_gives_one_transaction_a_line_and_instalment() -> None:
    result = planned()
    assert [(each.identity, str(each.billing_date), str(each.portion.net), each.portion.share, each.advance) for each in result] == [
        ("o1-1|instalment|1|", "2027-01-31", "30.00", "30%", True),
        ("o1-1|instalment|2|", "2027-02-28", "30.00", "30%", True),
        ("o1-1|instalment|3|", "2027-03-31", "39.99", "rest", False),
    ]
    assert [each.supplied_on for each in result] == [None, None, date(2027, 3, 31)]
    assert [str(each.portion.whole_list_net) for each in result] == ["99.99"] * 3
    assert result[0].reasons[-1].says == "instalment 1 of 3, 30% of 99.99 = 30.00: order.signed, on 2027-01-31"
    assert all(TRANSACTION.validate_json(TRANSACTION.dump_json(each)) == each for each in result)


def test_what_comes_after_the_supplied_instalment_is_no_advance() -> None:
    of = plan(("30%", "order.signed", None), ("30%", "order.signed", "1 month"), ("rest", "order.signed", "2 months"), supplied=1)
    result = planned(of=of)
    assert [(each.advance, str(each.supplied_on)) for each in result] == [(True, "None"), (False, "2027-02-28"), (False, "2027-02-28")]


def test_an_instalment_on_the_day_of_delivery_is_no_advance() -> None:
    of = plan(("50%", "order.signed", None), ("rest", "delivery.accepted", None))
    early = (OrderEvent(event="delivery.accepted", on=SIGNED),)
    assert [each.advance for each in planned(early, of)] == [False, False]


def test_an_event_that_is_expected_gives_a_day_for_the_forecast_only() -> None:
    of = plan(("50%", "order.signed", None), ("rest", "delivery.accepted", "10 days"))
    waiting = planned(of=of)[1]
    assert (waiting.billing_date, waiting.expected, waiting.is_due(date(2030, 1, 1))) == (None, False, False)
    assert not waiting.advance
    expected = planned((OrderEvent(event="delivery.accepted", on=date(2027, 5, 1), reported=False),), of)[1]
    assert (expected.billing_date, expected.expected, expected.is_due(date(2030, 1, 1))) == (date(2027, 5, 11), True, False)
    reported = planned((OrderEvent(event="delivery.accepted", on=date(2027, 6, 1)),), of)[1]
    assert (reported.billing_date, reported.expected, reported.is_due(date(2030, 1, 1))) == (date(2027, 6, 11), False, True)


def test_a_reported_event_counts_before_an_expected_one() -> None:
    of = plan(("rest", "delivery.accepted", None))
    reported = OrderEvent(event="delivery.accepted", on=date(2027, 6, 1))
    expected = OrderEvent(event="delivery.accepted", on=date(2027, 5, 1), reported=False)
    for events in ((reported, expected), (expected, reported)):
        assert [(str(each.billing_date), each.expected) for each in planned(events, of)] == [("2027-06-01", False)]


def test_an_activation_that_is_planned_is_expected() -> None:
    of = plan(
        ("rest", "item.activated", None),
    )
    one = investment(starts_on=date(2027, 4, 1))
    (result,) = instalments(order(one), of, [(one, line("10.00"))])
    assert (result.billing_date, result.expected) == (date(2027, 4, 1), True)
    active = investment(state="active", activated_on=date(2027, 4, 3), starts_on=date(2027, 4, 1))
    (result,) = instalments(order(active), of, [(active, line("10.00"))])
    assert (result.billing_date, result.expected) == (date(2027, 4, 3), False)


def test_earlier_instalments_of_a_live_plan_were_invoiced_elsewhere() -> None:
    one = investment(state="active", activated_on=date(2027, 1, 1))
    bought = order(one, signed_on=date(2026, 12, 7), invoiced_elsewhere_until=date(2027, 1, 1))
    assert [each.state for each in instalments(bought, THIRDS, [(one, line("10.00"))])] == ["elsewhere", "planned", "planned"]


def test_discounts_and_bundle_parts_add_up_over_the_instalments() -> None:
    one = investment(state="active", activated_on=date(2027, 1, 1))
    parts = tuple(BundlePart(product=name, quantity=Quantity.whole(1), net=Money(net, EUR)) for name, net in (("A", 3), ("B", 2)))
    priced = replace(line("0.05", discount="0.03"), parts=parts)
    result = instalments(order(one, signed_on=SIGNED), THIRDS, [(one, priced)])
    assert sum(each.portion.list_net.minor for each in result) == 8
    assert sum(each.portion.discounts[0].amount.minor for each in result) == 3
    assert all(each.portion.list_net.minor - each.portion.discounts[0].amount.minor == each.portion.net.minor for each in result)
    assert all(each.portion.discounts[0].amount.minor >= 0 for each in result)
    for at, net in enumerate((3, 2)):
        assert sum(each.portion.parts[at].net.minor for each in result) == net
    assert all(sum(part.net.minor for part in each.portion.parts) == each.portion.net.minor for each in result)


def bundle(*nets: str) -> PricedLine:
    """A bundle with parts of these nets."""
    parts = [BundlePart(product=f"P{at}", quantity=Quantity.whole(1), net=Money.parse(net, EUR)) for at, net in enumerate(nets)]
    whole = Money(sum(part.net.minor for part in parts), EUR)
    return replace(line(str(whole)), parts=tuple(parts))


def nets_by_part(priced: PricedLine, *shares: str) -> list[list[str]]:
    one = investment(state="active", activated_on=date(2027, 1, 1))
    entries = plan(*[(share, "order.signed", None) for share in shares])
    return [[str(part.net) for part in each.portion.parts] for each in instalments(order(one, signed_on=SIGNED), entries, [(one, priced)])]


def test_a_percentage_is_cut_from_each_part_of_a_bundle() -> None:
    priced = bundle("0.05", "0.05", "0.05")
    assert nets_by_part(priced, "30%", "30%", "rest") == [["0.02"] * 3, ["0.02"] * 3, ["0.01"] * 3]
    one = investment(state="active", activated_on=date(2027, 1, 1))
    result = instalments(order(one, signed_on=SIGNED), THIRDS, [(one, priced)])
    assert [str(each.portion.net) for each in result] == ["0.06", "0.06", "0.03"]


def test_a_fixed_amount_takes_no_part_of_a_bundle_below_zero() -> None:
    assert nets_by_part(bundle("4.29", "4.28", "1.43"), "0.10", "0.01", "rest") == [
        ["0.04", "0.04", "0.02"],
        ["0.01", "0.00", "0.00"],
        ["4.24", "4.24", "1.41"],
    ]


def test_a_fixed_amount_is_spread_over_the_parts_of_a_bundle_and_the_other_lines() -> None:
    one, other = (investment(id=name, state="active", activated_on=date(2027, 1, 1)) for name in ("o1-1", "o1-2"))
    of = plan(("10.00", "order.signed", None), ("rest", "order.signed", None))
    first, _, second, _ = instalments(order(one, other, signed_on=SIGNED), of, [(one, bundle("60.00", "20.00")), (other, line("20.00"))])
    assert [str(part.net) for part in first.portion.parts] == ["6.00", "2.00"]
    assert (str(first.portion.net), str(second.portion.net)) == ("8.00", "2.00")


def test_a_plan_that_makes_no_whole_is_refused_with_every_problem() -> None:
    with pytest.raises(Refusal) as refused:
        planned(of=plan(("x%", "order.signed", None), ("rest", "order.signed", "soon")))
    assert [problem.code for problem in refused.value.problems] == ["bad-share", "bad-after"]
    assert [problem.pointer for problem in refused.value.problems] == [
        "/payment_plans/thirds/instalments/0/share",
        "/payment_plans/thirds/instalments/1/after",
    ]
