"""What comes together on one invoice: each key of the `grouping` block, what always stands apart, and keys that rules choose."""

from datetime import date

import pytest

from engine.rulebook.reader import read_rulebook
from engine.stages.invoicing.grouping import keys_for
from tests.unit.rulebook.texts import SMALL
from tests.unit.stages.due_transactions import abroad, billing_rulebook, drafted, transaction
from tests.unit.stages.small_rulebook import PlainRules, customer, order

JANUARY, LATE, FEBRUARY = date(2027, 1, 5), date(2027, 1, 20), date(2027, 2, 5)


def numbered(*keys: str, **answers: object) -> list[list[str]]:
    """The nets of each draft of six amounts that differ in what keys look at."""
    six = [
        transaction("1.00", billing_date=JANUARY),
        transaction("2.00", billing_date=JANUARY, item="A-2"),
        transaction("3.00", billing_date=JANUARY, order="B", item="B-1"),
        transaction("4.00", billing_date=JANUARY, purchase_order="PO 7"),
        transaction("5.00", billing_date=LATE),
        transaction("6.00", billing_date=FEBRUARY),
    ]
    book = billing_rulebook(rules=PlainRules(grouping=keys, answers=answers))  # type: ignore[arg-type]  # plain answers
    return [sorted(str(line.net) for line in draft.lines) for draft in drafted(*six, book=book, on=FEBRUARY).drafts]


@pytest.mark.parametrize(
    ("keys", "drafts"),
    [
        (("customer", "order.type"), [["1.00", "2.00", "3.00", "4.00", "5.00", "6.00"]]),
        (("order",), [["1.00", "2.00", "4.00", "5.00", "6.00"], ["3.00"]]),
        (("item",), [["1.00", "4.00", "5.00", "6.00"], ["2.00"], ["3.00"]]),
        (("purchase-order",), [["1.00", "2.00", "3.00", "5.00", "6.00"], ["4.00"]]),
        (("billing-date",), [["1.00", "2.00", "3.00", "4.00"], ["5.00"], ["6.00"]]),
        (("month of billing-date",), [["1.00", "2.00", "3.00", "4.00", "5.00"], ["6.00"]]),
        (("purchase-order", "month of billing-date"), [["1.00", "2.00", "3.00", "5.00"], ["6.00"], ["4.00"]]),
    ],
)
def test_each_key_parts_what_differs_in_it(keys: tuple[str, ...], drafts: list[list[str]]) -> None:
    assert numbered(*keys) == drafts


def test_customers_types_of_order_advances_and_category_o_always_stand_apart() -> None:
    six = [
        transaction("1.00"),
        transaction("2.00", customer="K2", order="B", item="B-1"),
        transaction("3.00", order="C", item="C-1", order_type="investment", supply_kind="goods"),
        transaction("4.00", order="C", item="C-2", order_type="investment", supply_kind="goods", advance=True),
        transaction("5.00", customer="K3", order="D", item="D-1"),
        transaction("6.00", customer="K3", order="D", item="D-2", supply_kind="goods"),
    ]
    customers = [customer(), customer(id="K2"), abroad("CH", id="K3")]
    orders = [order(id="B", customer="K2"), order(id="D", customer="K3")]
    book = billing_rulebook(rules=PlainRules(grouping=()))
    drafts = drafted(*six, customers=customers, orders=orders, book=book).drafts
    assert [(one.customer.id, one.order_type, one.type_code, one.vat_breakdown[0].category) for one in drafts] == [
        ("K1", "subscription", "380", "S"),
        ("K1", "investment", "386", "S"),
        ("K1", "investment", "380", "S"),
        ("K2", "subscription", "380", "S"),
        ("K3", "subscription", "380", "G"),
        ("K3", "subscription", "380", "O"),
    ]


def test_rules_decide_about_a_key_and_leave_the_others_to_the_block() -> None:
    together = {"invoice.by-month": False}
    assert numbered("month of billing-date", **together) == [["1.00", "2.00", "3.00", "4.00", "5.00", "6.00"]]
    apart = {"invoice.by-purchase-order": True}
    assert numbered("month of billing-date", **apart) == [["1.00", "2.00", "3.00", "5.00"], ["6.00"], ["4.00"]]
    assert numbered("order", "month of billing-date", **{"invoice.by-order": lambda facts: facts["order.type"] == "investment"}) == [
        ["1.00", "2.00", "3.00", "4.00", "5.00"], ["6.00"],
    ]  # fmt: skip


def test_a_segment_of_customers_has_its_own_grouping() -> None:
    rules = """module rules.own

define invoice.by-order : Bool = customer.segment is known and customer.segment is fleet

define invoice.by-month : Bool = not (customer.segment is known and customer.segment is fleet)
"""
    book = read_rulebook({**SMALL, "rules/own.rules": rules})
    assert keys_for(customer(segment="fleet"), "subscription", book, JANUARY) == ("order",)
    assert keys_for(customer(segment="shop"), "subscription", book, JANUARY) == ("month of billing-date",)
    assert keys_for(customer(segment=None), "subscription", book, JANUARY) == ("month of billing-date",)
