"""Items that join a running subscription: placed, aligned and billed as the increment rules say."""

from datetime import date

import pytest

from engine.dates import Period
from engine.documents.order import ItemChange
from engine.documents.transaction_figures import figures_of
from engine.money import Quantity
from engine.problems import Refusal
from engine.rulebook.terms import terms_of
from engine.stages.ordering.increments import find_subscription, increment
from engine.stages.ordering.item_lifecycle import activate
from engine.stages.ordering.recording import record
from engine.stages.pricing.item_prices import BookPrices
from engine.stages.scheduling.item_schedule import schedule
from tests.unit.stages.small_rulebook import PRODUCTS, PlainRules, customer, item, order, process, rulebook

ON = date(2027, 1, 11)


def rules(**answers: object) -> PlainRules:
    return PlainRules(answers={f"increment.{name.replace('_', '-')}": answer for name, answer in answers.items()})


def running(name: str = "S", on: date = date(2025, 2, 1), **own: object):
    return activate(order(item("DESK", f"{name}-1", billing_type="quarterly", **own), id=name), on)


def joining(*items, **own: object):
    return order(*items, id="J", signed_on=ON, source="Q 9", **own)


def test_an_item_joins_at_the_subscription_s_anchor_and_pays_the_days_left():
    grown = increment(running(anchor_day=1), joining(item("EDI", "J-1")), rulebook(), customer(), on=ON)
    added = grown.items[1]
    assert (added.billing_type, added.anchor_day, added.anchor_month) == ("quarterly", 1, 2)
    assert (added.activated_on, added.joined_on, added.state) == (ON, ON, "active")
    result = schedule(grown, added, terms_of(added, rulebook()), BookPrices(rulebook(), customer(), grown), through=date(2027, 2, 1))
    # 36.02 × 3 = 108.06; 21 of the 92 days from 1 November to 1 February
    assert [(each.service_period, str(each.portion.net), each.billing_date) for each in result.transactions] == [
        (Period(ON, date(2027, 2, 1)), "24.67", ON),
        (Period(date(2027, 2, 1), date(2027, 5, 1)), "108.06", date(2027, 2, 1)),
    ]
    assert [(step.what, step.items, step.source) for step in grown.history[-1:]] == [("joined", ("J-1",), "Q 9")]


def test_a_monthly_item_joins_on_the_anchor_s_day_of_the_month():
    monthly = activate(order(item("DESK", "S-1", anchor_day=1), id="S"), date(2026, 3, 1))
    grown = increment(monthly, joining(item("EDI", "J-1", quantity="2")), rulebook(), customer(), on=date(2027, 1, 18))
    added = grown.items[1]
    result = schedule(grown, added, terms_of(added, rulebook()), BookPrices(rulebook(), customer(), grown), through=date(2027, 1, 31))
    # 2 × 36.02 = 72.04 × 14/31 = 32.53
    assert [str(each.portion.net) for each in result.transactions] == ["32.53"]


def test_own_alignment_keeps_the_day_on_which_the_item_joins():
    grown = increment(running(), joining(item("EDI", "J-1")), rulebook(rules(alignment="own")), customer(), on=ON)
    assert (grown.items[1].anchor_day, grown.items[1].anchor_month) == (11, 1)


def test_a_merged_item_grows_in_place_and_its_history_says_so():
    grown = increment(running(), joining(item("DESK", "J-1", quantity="2")), rulebook(rules(placement="merge")), customer(), on=ON)
    (desk,) = grown.items
    assert desk.changes == (ItemChange(id="change-1", on=ON, added=Quantity.whole(2), joined=True, source="Q 9"),)
    assert [(step.what, step.items) for step in grown.history[-1:]] == [("merged", ("S-1",))]


def test_increments_that_merge_add_up_in_any_order():
    book = rulebook(rules(placement="merge"))
    later = increment(running(), joining(item("DESK", "J-1", quantity="2")), book, customer(), on=date(2027, 3, 1))
    both = increment(later, joining(item("DESK", "J-2", quantity="3")), book, customer(), on=ON)
    assert [str(both.items[0].quantity_on(day)) for day in (ON, date(2027, 3, 1))] == ["4", "6"]


def test_what_merges_into_an_item_is_billed_for_the_periods_that_were_invoiced_without_it():
    book, before = rulebook(rules(placement="merge")), running().replace(invoiced_elsewhere_until=date(2026, 12, 1))
    (desk,) = before.items
    terms, through = terms_of(desk, book), date(2027, 3, 31)
    invoiced = schedule(before, desk, terms, BookPrices(book, customer(), before), through=through).transactions
    grown = increment(before, joining(item("DESK", "J-1", quantity="2")), book, customer(), on=ON)
    after = record(before, grown, map(figures_of, invoiced), today=date(2027, 3, 31))
    result = schedule(after, after.items[0], terms, BookPrices(book, customer(), after), through=through).transactions
    assert [one.identity for one in result] == [
        "S-1|change|2027-01-11|change-1",
        "S-1|recurring|2027-02-01|",
        "S-1|change|2027-02-01|change-1",
    ]
    assert result[1].portion.net == invoiced[0].portion.net
    assert result[2].portion.net == invoiced[0].portion.net + invoiced[0].portion.net


@pytest.mark.parametrize("own", [{"manual_discount": "10%"}, {"negotiated_price": "80.00"}, {"billing_type": "monthly"}])
def test_what_is_priced_or_billed_otherwise_is_appended(own):
    requested = item("DESK", "J-1", **own)
    grown = increment(running(), joining(requested), rulebook(rules(placement="merge")), customer(), on=ON)
    assert [each.id for each in grown.items] == ["S-1", "J-1"]


def test_an_item_that_names_no_process_takes_that_of_the_subscription():
    quiet = item("DESK", "J-1").model_copy(update={"billing_process": None})
    book = rulebook(rules(placement="merge"))
    assert [each.id for each in increment(running(), joining(quiet), book, customer(), on=ON).items] == ["S-1"]
    calendar = {"DESK": PRODUCTS[0].model_copy(update={"billing_processes": ("subscription", "calendar")})}
    by_month = running(billing_process="calendar")
    assert increment(by_month, joining(quiet), rulebook(products=calendar), customer(), on=ON).items[1].billing_process == "calendar"


def test_another_billing_type_is_converted_kept_or_refused():
    monthly = joining(item("EDI", "J-1", billing_type="monthly"))
    convert, own, refuse = (rulebook(rules(other_billing_type=choice)) for choice in ("convert", "own-cycle", "refuse"))
    assert increment(running(), monthly, convert, customer(), on=ON).items[1].billing_type == "quarterly"
    assert increment(running(), monthly, own, customer(), on=ON).items[1].billing_type == "monthly"
    with pytest.raises(Refusal) as refused:
        increment(running(), monthly, refuse, customer(), on=ON)
    assert refused.value.problems[0].code == "other-billing-type"
    only = rulebook(
        rules(other_billing_type="convert"), billing_processes={"subscription": process("subscription", billing_types=("annual",))}
    )
    with pytest.raises(Refusal) as refused:
        increment(running(), monthly, only, customer(), on=ON)
    assert refused.value.problems[0].code == "billing-type-not-allowed"
    assert refused.value.problems[0].help == "add that billing type to its billing process `subscription`"


def test_the_rules_see_both_billing_types():
    seen = {}

    def placement(facts):
        seen.update(facts)
        return "append"

    increment(running(), joining(item("EDI", "J-1", billing_type="monthly")), rulebook(rules(placement=placement)), customer(), on=ON)
    assert (seen["item.billing-type"], seen["subscription.billing-type"], seen["order.kind"]) == ("monthly", "quarterly", "increment")
    assert (seen["item.joined-on"], seen["product.code"]) == (ON, "EDI")


def test_the_subscription_is_found_and_never_silently_the_wrong_one():
    old, late = running("S"), running("T", date(2026, 5, 1))
    other = order(item("DESK", "U-1"), id="U", customer="K2")
    waiting = order(item("DESK", "V-1"), id="V")
    requested = joining(item("EDI", "J-1"))

    def result(orders, **answers):
        return find_subscription(orders, requested, rulebook(rules(**answers)), customer(), on=ON)

    assert result([other, waiting]) is None
    assert result([other, waiting, old]) is old
    assert result([old, late], several="newest") is late
    assert result([late, old], several="oldest") is old
    with pytest.raises(Refusal) as refused:
        result([old, late])
    assert (refused.value.state, refused.value.possible) == ("several", ("S", "T"))


def test_only_a_running_subscription_of_the_same_customer_is_joined():
    requested = joining(item("EDI", "J-1"))
    for wrong in (order(item("DESK"), id="S"), order(item("DESK"), id="S", customer="K2")):
        with pytest.raises(Refusal) as refused:
            increment(wrong, requested, rulebook(), customer(), on=ON)
        assert refused.value.problems[0].code in ("subscription-not-running", "other-subscription")
