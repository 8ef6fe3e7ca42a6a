"""Discounts by the total of a quote: found over all lines before their discounts, agreed with each item, and kept while it runs."""

from datetime import date
from functools import cache
from typing import Final

import pytest

from api.desk.quote_approval import approval_of
from api.rulebook_folder import read_folder
from engine import billing
from engine.documents.billed import RunningOrders
from engine.documents.order import Order, SubscriptionItem
from engine.documents.party import Address, Customer
from engine.documents.priced_quote import PricedQuote
from engine.documents.quote import LineRequest, QuoteRequest
from engine.evaluations.price import PriceRequest, evaluate_price
from engine.money import Quantity
from engine.rulebook.book import Rulebook
from engine.rulebook.reader import check_rulebook, read_rulebook
from tests.golden.rulebooks import CHECKOUT, SMALL

ON: Final = date(2026, 3, 9)
LARGE: Final = """
discount large "Large quote"
  when quote.list-total >= 500.00 EUR
  give 5% off line.list
  group volume
  because "Sales policy, art. 9"
"""
APPROVAL: Final = """
decision quote.approver "Who must approve this quote"
  highest of nobody < management
  otherwise nobody
  rule large when quote.list-total >= 1_000.00 EUR then management
"""
CUSTOMER: Final = Customer(
    id="K1", name="Optique", address=Address(street="Place 1", postcode="1000", town="Namur", country="BE"), segment="retail"
)


def texts(large: str, placement: str = "append") -> dict[str, str]:
    """The small company's rulebook with a discount for large quotes."""
    shipped = read_folder(CHECKOUT)
    law = {path: text for path, text in shipped.items() if path.startswith("vat/") and path != "vat/accounts.yaml"}
    sources = {**law, **read_folder(SMALL), "rules/approval.rules": APPROVAL}
    sources["rules/increments.rules"] = sources["rules/increments.rules"].replace("placement append", f"placement {placement}")
    return {**sources, **({"rules/large.rules": large} if large else {})}


@cache
def book(large: str = LARGE, placement: str = "append") -> Rulebook:
    """That rulebook, read."""
    return read_rulebook(texts(large, placement))


def quote(rulebook: Rulebook, *lines: tuple[str, int], running: Order | None = None) -> PricedQuote:
    """A quote of some products."""
    requests = tuple(LineRequest(product=product, quantity=Quantity.parse(str(quantity))) for product, quantity in lines)
    request = QuoteRequest(currency=rulebook.currency, customer=CUSTOMER, lines=requests, on=ON)
    return billing.quote(request, rulebook, running=RunningOrders({running.id: running}) if running else None)


def nets(priced: PricedQuote) -> list[str]:
    """The net of each line."""
    return [str(line.net) for line in priced.lines]


def test_a_discount_counts_all_lines_of_the_quote_before_their_discounts() -> None:
    workstations = quote(book(), ("WORKSTATION", 5))
    assert (str(workstations.list_total), nets(workstations)) == ("200.00", ["200.00"])
    both = quote(book(), ("WORKSTATION", 5), ("TILL", 1))
    assert (str(both.list_total), nets(both)) == ("1590.00", ["190.00", "1320.50"])
    # 12 × 40 = 480.00 alone has the volume discount of 17.5%; the group takes the highest priority, of equals the one written first
    assert nets(quote(book(), ("WORKSTATION", 12))) == ["396.00"]


def test_the_approver_sees_the_same_total() -> None:
    assert approval_of(quote(book(), ("WORKSTATION", 5)), book()).role == "nobody"
    assert approval_of(quote(book(), ("TILL", 1)), book()).role == "management"


def test_an_item_keeps_what_was_agreed_whatever_becomes_of_the_rule() -> None:
    priced = quote(book(), ("WORKSTATION", 5), ("TILL", 1))
    orders = billing.accept(priced, {"subscription": "S", "investment": "I"}, book(), on=ON)
    accepted = next(order for order in orders if order.type == "subscription")
    started = billing.start([accepted.replace(id="S")], [], {"K1": CUSTOMER}, {}, book(), today=ON).orders["S"]
    for later in (book(), book(""), book(LARGE.replace("5%", "1%")), book(LARGE.replace("500.00", "900_000.00"))):
        planned = billing.plan(_active(started), CUSTOMER, later, through=date(2026, 5, 31))
        assert {str(one.line.net) for one in planned} == {"190.00"}
        assert {each.label for one in planned for each in one.line.discounts} == {"Large quote"}


def test_an_order_without_a_quote_has_no_such_discount_and_is_billed() -> None:
    item = SubscriptionItem.model_validate(
        {
            "id": "1", "currency": book().currency, "product": "WORKSTATION", "quantity": "20", "supply_kind": "service",
            "vat_class": "standard", "revenue_account": "subscriptions", "activated_on": ON, "state": "active",
        }
    )  # fmt: skip
    order = Order(id="S", type="subscription", customer="K1", currency=book().currency, signed_on=ON, items=(item,))
    agreed = billing.agree(order, CUSTOMER, book(), on=ON)
    planned = billing.plan(agreed, CUSTOMER, book(), through=date(2026, 6, 1))
    assert {str(one.line.net) for one in planned} == {"660.00"}  # 20 × 40.00 less 17.5%


def test_an_item_with_a_discount_of_its_quote_does_not_merge_into_one_without() -> None:
    rulebook = book(placement="merge")
    running = _active(billing.accept(quote(rulebook, ("WORKSTATION", 2)), {"subscription": "R"}, rulebook, on=ON)[0])
    small = quote(rulebook, ("WORKSTATION", 1), running=running)
    large = quote(rulebook, ("WORKSTATION", 1), ("TILL", 1), running=running)
    assert (small.lines[0].merges_into, nets(small)) == ("R-1", ["40.00"])
    assert (large.lines[0].joins, large.lines[0].merges_into, nets(large)[0]) == ("R", None, "38.00")
    accepted = next(
        order for order in billing.accept(large, {"subscription": "Q", "investment": "I"}, rulebook, on=ON) if order.type == "subscription"
    )
    grown = billing.place(accepted, CUSTOMER, RunningOrders({"R": running}), rulebook, on=ON, others=lambda _: ())
    assert [len(item.agreed_discounts) for item in grown.items] == [0, 1]


def test_a_line_priced_alone_is_a_quote_of_its_own() -> None:
    request = {"product": "TILL", "quantity": "1", "on": ON.isoformat(), "customer": {"segment": "retail"}}
    assert str(evaluate_price(PriceRequest.model_validate(request), book()).net) == "1320.50"


@pytest.mark.parametrize(
    "rules",
    [
        "stacking other\n  when quote.list-total > 5.00 EUR\n  group volume added together\n  groups apply one after the other\n",
        "define line.price-factor : Number = if quote.list-total > 5.00 EUR then 0.9 else 1\n",
        "discount d\n  when quote.total > 5.00 EUR\n  give 1% off line.list\n  group volume\n",
    ],
)
def test_prices_and_stacking_do_not_know_the_total_of_a_quote(rules: str) -> None:
    sources = texts(rules)
    if "stacking" in rules:
        sources["rules/discounts.rules"] = sources["rules/discounts.rules"].split("stacking")[0]
    elif "factor" in rules:
        sources["rules/prices.rules"] = sources["rules/prices.rules"].split("table segment-factor")[0]
    assert "fact-not-known" in {problem.code for problem in check_rulebook(sources)}


def _active(order: Order) -> Order:
    """An accepted order with its items active from the day of the quote."""
    items = tuple(item.replace(state="active", activated_on=ON, anchor_day=9) for item in order.items)
    return order.replace(items=items)
