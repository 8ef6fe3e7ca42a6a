"""What the order types say of themselves: from a quote line to an item and back, what waits, and what fits only one of them."""

from datetime import date
from typing import NoReturn

import pytest
from pydantic import ValidationError

from engine.billing import accept
from engine.documents.order import ORDER_TYPES, InvestmentItem, Order, OrderType
from engine.documents.quote import LineRequest, QuoteRequest
from engine.order_types.quote_placement import place_quote
from engine.order_types.registry import COUNTED_IN_MRR, DEFINITIONS, JOINING, WITH_SLOTS
from engine.problems import Refusal
from engine.rulebook.plans import InstalmentEntry, PaymentPlan
from tests.unit.stages.small_rulebook import EUR, customer, item, label, order, rulebook

ON = date(2027, 1, 1)


def test_what_is_asked_again_is_what_the_accepted_line_asked() -> None:
    lines = [
        LineRequest.model_validate({"product": "EDI", "quantity": "2", "billing_type": "quarterly"}),
        LineRequest.model_validate({"product": "TILL", "quantity": "1", "payment_plan": "thirds"}),
        LineRequest.model_validate({"product": "BANNER", "quantity": "1", "insertions": 3}),
    ]
    priced = place_quote(QuoteRequest(currency=EUR, customer=customer(), lines=tuple(lines), on=ON), rulebook()).quote
    orders = accept(priced, {name: name for name in ORDER_TYPES}, rulebook(), on=ON)
    items = [one for each in orders for one in each.items]
    again = [{"product": one.product, "quantity": one.quantity, **DEFINITIONS[one.type].asks_again(one)} for one in items]
    assert [LineRequest.model_validate(each) for each in again] == lines


def test_each_line_becomes_an_item_of_its_type() -> None:
    lines = tuple(LineRequest.model_validate({"product": code, "quantity": "1"}) for code in ("BANNER", "TILL", "DESK"))
    priced = place_quote(QuoteRequest(currency=EUR, customer=customer(), lines=lines, on=ON), rulebook()).quote
    orders = accept(priced, {name: name for name in ORDER_TYPES}, rulebook(), on=date(2027, 1, 20))
    assert [one.model_dump(include={"type", "payment_plan", "first_month", "insertions"}) for each in orders for one in each.items] == [
        {"type": "subscription"},
        {"type": "investment", "payment_plan": None},
        {"type": "advertising", "first_month": ON, "insertions": 1},
    ]


def test_an_order_holds_items_of_its_own_type() -> None:
    with pytest.raises(ValidationError, match="are of another type"):
        order(item("DESK"), item("TILL", "A-2"))
    with pytest.raises(ValidationError):
        item("DESK", insertions=3)


def test_an_investment_waits_whose_plan_waits_for_its_activation() -> None:
    entry = InstalmentEntry(share="rest", event="item.activated")
    book = rulebook(payment_plans={"later": PaymentPlan(id="later", label=label("later"), instalments=(entry,))})
    waits = {name: definition.waits for name, definition in DEFINITIONS.items()}
    assert waits["investment"](item("TILL", payment_plan="later"), book)
    assert not waits["investment"](item("TILL"), book)
    assert not waits["subscription"](item("DESK"), book)


def test_other_orders_are_looked_up_only_where_slots_count() -> None:
    def nothing(_order_type: OrderType) -> NoReturn:
        raise AssertionError("the other orders were looked up")

    DEFINITIONS["subscription"].refuse_overbooking(order(item("DESK")), nothing, rulebook())
    asked: list[OrderType] = []

    def others(order_type: OrderType) -> list[Order]:
        asked.append(order_type)
        return [order(item("BANNER", "S-1", quantity="2"))]

    with pytest.raises(Refusal) as refused:
        DEFINITIONS["advertising"].refuse_overbooking(order(item("BANNER", quantity="1000")), others, rulebook())
    assert (asked, refused.value.problems[0].code) == (["advertising"], "overbooked")


def test_which_types_count_join_and_have_slots() -> None:
    assert ("subscription" in COUNTED_IN_MRR, "investment" in COUNTED_IN_MRR, "advertising" in COUNTED_IN_MRR) == (True, False, False)
    assert (JOINING[:1], WITH_SLOTS[:1]) == (("subscription",), ("advertising",))


def test_the_columns_of_a_file_are_those_of_all_orders_and_its_own() -> None:
    file = DEFINITIONS["investment"].file
    assert file.needed == ("customer", "signed_on", "product", "quantity")
    common = (
        "order",
        "purchase_order",
        "payment_terms",
        "buyer_reference",
        "deliver_to",
        "billing_process",
        "agreed_price",
        "agreed_on",
        "follows",
        "invoiced_elsewhere_until",
    )
    assert file.optional == ("payment_plan", "expected_delivery", *common)
    for definition in DEFINITIONS.values():
        filled = {*definition.file.begin_fills, *(column.fills for column in definition.file.columns if column.fills)}
        assert filled <= set(definition.item.model_fields), definition.name


def test_a_list_names_the_plan_of_an_investment_and_the_billing_type_of_others() -> None:
    planned = item("TILL", payment_plan="thirds", billing_type="flat-rate")
    assert isinstance(planned, InvestmentItem)
    assert (planned.billed_by, item("TILL").billed_by, item("DESK", billing_type="annual").billed_by) == ("thirds", "investment", "annual")
