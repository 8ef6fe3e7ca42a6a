"""The life of an order: activation, suspension, change, end and cancellation; and what is refused with what is possible."""

from datetime import date

import pytest

from engine.billing import accept
from engine.documents.quote import LineRequest, QuoteRequest
from engine.money import Quantity
from engine.order_types.quote_placement import place_quote
from engine.problems import Refusal
from engine.stages.ordering.item_lifecycle import (
    activate,
    as_of,
    cancel,
    cancel_insertions,
    cancel_remaining,
    change,
    end,
    report,
    resume,
    suspend,
)
from engine.stages.ordering.product_change import swap
from engine.stages.ordering.slots import check_slots, insertion_months
from tests.unit.stages.small_rulebook import EUR, customer, euro, item, order, rulebook

JAN, FEB, MAR, APR = (date(2027, month, 1) for month in (1, 2, 3, 4))


def two(**own: object):
    return order(item("DESK", "A-1", **own), item("EDI", "A-2", **own))


def refused(act) -> Refusal:
    with pytest.raises(Refusal) as result:
        act()
    return result.value


def test_an_accepted_quote_becomes_one_order_per_type():
    lines = [LineRequest(product=code, quantity=Quantity.whole(1)) for code in ("TILL", "DESK", "EDI")]
    lines.append(
        LineRequest.model_validate({"product": "BANNER", "quantity": "2", "starts_on": "2027-02-10", "insertions": 3, "discount": "5%"})
    )
    requested = QuoteRequest(currency=EUR, customer=customer(purchase_order="PO 7"), lines=tuple(lines), on=JAN)
    priced = place_quote(requested, rulebook()).quote
    result = accept(priced, {"subscription": "S", "investment": "I", "advertising": "R"}, rulebook(), on=date(2027, 1, 11), source="Q 1")
    assert [(each.id, each.type, [one.product for one in each.items], each.state) for each in result] == [
        ("S", "subscription", ["DESK", "EDI"], "pending"),
        ("I", "investment", ["TILL"], "pending"),
        ("R", "advertising", ["BANNER"], "pending"),
    ]
    banner = result[2].items[0]
    assert (banner.first_month, banner.insertions, str(banner.manual_discount), banner.source) == (FEB, 3, "5", "Q 1 line 4")
    assert banner.agreed is not None
    assert result[1].events[0].event == "order.signed"
    assert (result[0].signed_on, result[0].purchase_order, result[0].history[0].source) == (date(2027, 1, 11), "PO 7", "Q 1")
    late = refused(lambda: accept(priced, {}, rulebook(), on=date(2027, 2, 1)))
    assert late.problems[0].code == "quote-expired"
    assert refused(lambda: accept(priced, {}, rulebook(), on=date(2026, 12, 31))).problems[0].code == "accepted-before-quote"


def test_the_whole_order_or_single_items_are_activated_each_on_its_day():
    started = activate(two(), JAN, ["A-2"])
    assert [each.state for each in started.items] == ["pending", "active"]
    both = activate(started, FEB)
    assert [each.activated_on for each in both.items] == [FEB, JAN]
    assert [(step.what, step.items) for step in both.history] == [("activated", ("A-2",)), ("activated", ("A-1",))]


def test_resuming_on_a_day_before_the_suspension_is_refused():
    paused = suspend(activate(two(), JAN), FEB, ["A-1"])
    early = refused(lambda: resume(paused, date(2027, 1, 20), ["A-1"]))
    assert (early.state, early.possible) == ("active", ("suspend", "change", "end", "swap"))
    served = resume(paused, MAR, ["A-1"])
    assert resume(served, MAR, ["A-1"]) is served


def test_activating_twice_changes_nothing_and_another_day_is_refused():
    started = activate(two(), JAN)
    assert activate(started, JAN) is started
    assert activate(started, JAN, ["A-1"]) is started
    no = refused(lambda: activate(started, FEB, ["A-1"]))
    assert (no.problems[0].code, no.state, no.possible) == ("already-active", "active", ("suspend", "change", "end", "swap"))
    assert refused(lambda: activate(started, FEB)).problems[0].code == "already-active"


def test_an_activation_in_the_future_waits_for_its_day():
    waiting = activate(two(), MAR, today=JAN)
    assert [each.state for each in waiting.items] == ["pending", "pending"]
    assert waiting.items[0].activated_on == MAR
    assert as_of(waiting, MAR).state == "active"
    assert as_of(end(as_of(waiting, MAR), APR, today=MAR), date(2027, 3, 31)).state == "active"
    assert as_of(end(as_of(waiting, MAR), APR, today=MAR), APR).state == "ended"


def test_suspended_and_resumed():
    started = activate(two(), JAN)
    paused = suspend(started, FEB, ["A-1"])
    assert paused.items[0].state == "suspended"
    assert suspend(paused, FEB, ["A-1"]) is paused
    late = refused(lambda: suspend(paused, MAR, ["A-1"]))
    assert (late.state, late.possible) == ("suspended", ("resume", "change", "end", "swap")), "it is so since another day"
    assert (paused.items[0].state_on(date(2027, 1, 31)), paused.state) == ("active", "active")
    again = resume(paused, MAR, ["A-1"])
    assert (again.items[0].state, again.items[0].state_on(FEB)) == ("active", "suspended")
    assert [change.id for change in again.items[0].changes] == ["change-1", "change-2"]
    assert resume(again, MAR, ["A-1"]) is again
    assert refused(lambda: resume(again, APR, ["A-1"])).state == "active"
    assert refused(lambda: resume(started, MAR)).state == "active", "none of its items is suspended"
    no = refused(lambda: suspend(two(), JAN))
    assert (no.state, no.possible) == ("pending", ("activate", "change", "cancel"))


def test_a_quantity_and_a_price_change_from_a_day():
    started = activate(two(), JAN)
    grown = change(started, FEB, "A-1", quantity=Quantity.whole(3))
    assert [str(grown.items[0].quantity_on(day)) for day in (JAN, FEB)] == ["1", "3"]
    assert change(grown, FEB, "A-1", quantity=Quantity.whole(3)) is grown
    cheaper = change(grown, MAR, "A-1", price=euro("80.00"))
    assert [str(cheaper.items[0].price_on(day)) for day in (FEB, MAR)] == ["None", "80.00"]
    # before it begins, an item is simply agreed anew
    waiting = change(two(), JAN, "A-1", quantity=Quantity.whole(5))
    assert (str(waiting.items[0].quantity), waiting.items[0].changes) == ("5", ())


@pytest.mark.parametrize(
    ("act", "code"),
    [
        (lambda on: change(activate(two(), JAN), on, "A-1"), "no-change"),
        (lambda on: change(activate(two(), JAN), on, "A-1", quantity=Quantity.whole(0)), "no-quantity"),
        (lambda on: change(activate(two(), JAN), on, "A-9", quantity=Quantity.whole(1)), "unknown-item"),
        (lambda on: change(end(activate(two(), JAN), on), on, "A-1", quantity=Quantity.whole(2)), "not-in-this-state"),
        (lambda on: resume(activate(two(), JAN), date(2026, 12, 1)), "not-in-this-state"),
        (lambda on: end(two(), on), "not-in-this-state"),
        (lambda on: cancel(activate(two(), JAN), on), "not-in-this-state"),
        (lambda on: activate(cancel(two(), on), on, ["A-1"]), "not-in-this-state"),
    ],
)
def test_what_is_not_possible_is_refused(act, code):
    no = refused(lambda: act(FEB))
    assert no.problems[0].code == code
    assert no.problems[0].help


def test_items_end_and_an_end_may_come_earlier():
    started = activate(two(), JAN)
    ending = end(started, APR, ["A-1"], today=FEB)
    assert (ending.items[0].state, ending.items[0].ends_before) == ("active", APR)
    sooner = end(ending, MAR, ["A-1"], today=FEB)
    assert sooner.items[0].ends_before == MAR
    assert end(sooner, MAR, ["A-1"]) is sooner
    assert refused(lambda: end(sooner, APR, ["A-1"])).state == "ended"
    over = end(sooner, JAN, ["A-2"])
    assert over.items[1].state == "ended"


def test_what_never_began_is_cancelled():
    gone = cancel(two(), JAN)
    assert gone.state == "cancelled"
    assert cancel(gone, FEB) is gone


def test_events_are_expected_and_then_reported():
    waiting = report(order(item("TILL"), type="investment"), "delivery.accepted", MAR, reported=False)
    done = report(waiting, "delivery.accepted", FEB)
    assert [(each.event, each.on, each.reported) for each in done.events] == [("delivery.accepted", FEB, True)]
    assert report(done, "delivery.accepted", FEB) is done
    assert refused(lambda: report(done, "delivery.accepted", MAR)).problems[0].code == "already-reported"


def test_slots_are_counted_and_never_overbooked():
    first = order(item("BANNER", "R-1", quantity="2", first_month=JAN, insertions=3), id="R", type="advertising")
    one, three = (
        order(item("BANNER", "T-1", quantity=each, first_month=MAR, insertions=2), id="T", type="advertising") for each in ("1", "3")
    )
    check_slots([first], one, rulebook())
    no = refused(lambda: check_slots([first], three, rulebook()))
    assert [problem.message for problem in no.problems] == ["`BANNER` has 3 slots in 2027-03, of which 2 are sold; 3 more do not fit"]
    shorter = cancel_insertions(first, FEB, "R-1", 3)
    assert list(insertion_months(shorter.items[0])) == [JAN, FEB]
    check_slots([shorter], three, rulebook())
    assert cancel_insertions(shorter, FEB, "R-1", 3) == shorter
    assert cancel_remaining(first, FEB.replace(day=2), "R-1").items == cancel_insertions(first, FEB.replace(day=2), "R-1", 3).items
    assert cancel_remaining(shorter, MAR, "R-1") == shorter
    assert refused(lambda: cancel_insertions(shorter, FEB, "R-1", 4)).problems[0].code == "not-in-this-state"


def test_a_product_is_swapped_for_another_on_a_day():
    started = activate(order(item("DESK", "A-1", quantity="2", billing_type="quarterly"), id="A"), date(2026, 11, 15))
    swapped = swap(started, FEB, "A-1", "EDI", rulebook())
    old, fresh = swapped.items
    assert (old.state, old.ends_before) == ("ended", FEB)
    assert (fresh.id, fresh.product, str(fresh.quantity), fresh.activated_on, fresh.billing_type) == ("A-1-2", "EDI", "2", FEB, "quarterly")
    assert (fresh.anchor_day, fresh.anchor_month, fresh.state) == (15, 11, "active")
    assert [step.what for step in swapped.history] == ["activated", "ended", "swapped"]
    assert refused(lambda: swap(started, FEB, "A-1", "TILL", rulebook())).problems[0].code == "other-order-type"
    assert refused(lambda: swap(started, FEB, "A-1", "NONE", rulebook())).problems[0].code == "unknown-product"
    early = refused(lambda: swap(started, date(2026, 11, 1), "A-1", "EDI", rulebook()))
    assert (early.state, early.problems[0].message.rpartition(" and ")[2]) == ("pending", "cannot be swapped")
    advertised = activate(order(item("BANNER", "A-1")), JAN)
    assert refused(lambda: swap(advertised, JAN, "A-1", "BANNER", rulebook())).problems[0].code == "not-swapped"


def test_a_swapped_item_hands_over_the_quantity_of_that_day_whichever_is_recorded_first():
    started = activate(order(item("DESK", "A-1", quantity="2"), id="A"), JAN)
    swapped_first = change(swap(started, MAR, "A-1", "EDI", rulebook()), FEB, "A-1", quantity=Quantity.whole(5))
    swapped_last = swap(change(started, FEB, "A-1", quantity=Quantity.whole(5)), MAR, "A-1", "EDI", rulebook())
    for each in (swapped_first, swapped_last):
        assert [str(one.quantity_on(APR)) for one in each.items] == ["5", "5"]
    own = change(swap(started, MAR, "A-1", "EDI", rulebook()), MAR, "A-1-2", quantity=Quantity.whole(7))
    assert str(change(own, FEB, "A-1", quantity=Quantity.whole(5)).items[1].quantity_on(APR)) == "7"


def test_a_change_to_the_present_quantity_is_recorded_once():
    started = activate(order(item("DESK", "A-1", quantity="2"), id="A"), JAN)
    assert change(started, JAN, "A-1", quantity=Quantity.whole(2)) is started
    stated = change(started, MAR, "A-1", quantity=Quantity.whole(2))
    assert change(stated, MAR, "A-1", quantity=Quantity.whole(2)) is stated
    assert str(change(stated, FEB, "A-1", quantity=Quantity.whole(3)).items[0].quantity_on(MAR)) == "2"


def test_an_agreed_or_waived_end_may_be_put_off_until_it_has_come():
    agreed = activate(two(ends_before=APR), JAN)
    later = end(agreed, date(2028, 1, 1), ["A-1"], today=FEB)
    assert [each.ends_before for each in later.items] == [date(2028, 1, 1), APR]
    assert [each.state_on(date(2027, 6, 1)) for each in later.items] == ["active", "ended"]
    again = end(end(later, MAR, ["A-1"], today=FEB), date(2027, 9, 1), ["A-1"], today=FEB)
    assert again.items[0].ends_before == date(2027, 9, 1)
    no = refused(lambda: end(agreed, date(2028, 1, 1), ["A-1"], today=APR))
    assert (no.problems[0].code, no.state) == ("not-in-this-state", "ended")


def test_the_end_of_what_another_item_replaced_cannot_be_put_off():
    swapped = swap(activate(two(), JAN), MAR, "A-1", "EDI", rulebook(), today=FEB)
    assert refused(lambda: end(swapped, APR, ["A-1"], today=FEB)).problems[0].code == "not-in-this-state"


def test_a_suspended_item_may_be_changed_in_any_order_of_recording():
    paused = suspend(activate(two(), JAN), date(2027, 1, 20), ["A-1"])
    first = resume(change(paused, date(2027, 1, 25), "A-1", quantity=Quantity.whole(5)), date(2027, 2, 10), ["A-1"])
    last = change(resume(paused, date(2027, 2, 10), ["A-1"]), date(2027, 1, 25), "A-1", quantity=Quantity.whole(5))
    assert [str(each.items[0].quantity_on(date(2027, 2, 10))) for each in (first, last)] == ["5", "5"]


def test_running_advertising_names_the_way_to_cancel_what_is_left():
    advertised = activate(order(item("BANNER", "R-1", first_month=JAN, insertions=3), id="R", type="advertising"), JAN)
    no = refused(lambda: cancel(advertised, FEB, ["R-1"]))
    assert (no.problems[0].code, no.possible) == ("not-in-this-state", ("suspend", "change", "end"))
    assert "`--from-insertion N`" in no.problems[0].help


def test_advertising_ends_after_the_month_of_its_last_insertion():
    advertised = activate(order(item("BANNER", "R-1", first_month=JAN, insertions=3), id="R", type="advertising"), JAN)
    last, after = date(2027, 3, 31), date(2027, 4, 1)
    assert [as_of(advertised, day).state for day in (JAN, last, after)] == ["active", "active", "ended"]
    shorter = cancel_insertions(advertised, JAN, "R-1", 2)
    assert [as_of(shorter, day).state for day in (date(2027, 1, 31), FEB)] == ["active", "ended"]
    no = refused(lambda: suspend(advertised, after, ["R-1"]))
    assert (no.problems[0].code, no.state, no.possible) == ("not-in-this-state", "ended", ())
