"""A quote is priced as acceptance bills it: the running order that its items join, billing type, anchor, proration and kind of order."""

from datetime import date
from fractions import Fraction

import pytest

from engine import billing
from engine.documents.billed import RunningOrders
from engine.documents.order import Order
from engine.documents.priced_quote import PricedQuote
from engine.documents.quote import LineRequest, QuoteRequest
from engine.language import Offer, PriceAnswer, TierRow
from engine.money import MICRO, Money
from engine.problems import Refusal
from engine.rulebook.book import Rulebook
from engine.stages.ordering.item_lifecycle import activate
from tests.unit.stages.small_rulebook import EUR, PRODUCTS, PlainRules, customer, item, order, product, rulebook

ON = date(2027, 3, 10)
VAT = {"vat.treatment": "domestic", "vat.category": "S", "vat.rate": Fraction(21), "vat.vatex": "none", "vat.basis": "art. 1"}


def joining_rules(**answers: object) -> dict[str, object]:
    chosen = {"other_billing_type": "convert"} | answers
    return VAT | {f"increment.{name.replace('_', '-')}": answer for name, answer in chosen.items()}


def subscription(name: str = "S", **own: object) -> Order:
    return activate(order(item("DESK", f"{name}-1", billing_type="quarterly", anchor_day=1, **own), id=name), date(2026, 2, 1))


def requested(*lines: dict[str, object], on: date = ON) -> QuoteRequest:
    requests = tuple(LineRequest.model_validate({"quantity": "1"} | line) for line in lines)
    return QuoteRequest(currency=EUR, customer=customer(), lines=requests, on=on)


def quoted(request: QuoteRequest, book: Rulebook, *running: Order, into: str | None = None) -> PricedQuote:
    return billing.quote(request, book, running=RunningOrders({each.id: each for each in running}, into))


def billed_after_acceptance(quote: PricedQuote, book: Rulebook, running: Order) -> Money:
    """What acceptance on the day of the quote adds to what the running order bills through a year."""
    (accepted,) = billing.accept(quote, {"subscription": "Q"}, book, on=quote.on)
    into = RunningOrders({running.id: running}, quote.lines[0].joins)
    grown = billing.place(accepted, customer(), into, book, on=quote.on, others=lambda _: ())

    def first_net(of: Order) -> int:
        planned = billing.plan(of, customer(), book, through=quote.first_billing_date or quote.on)
        return sum(one.portion.net.minor for one in planned if one.billing_date == quote.first_billing_date)

    return Money(first_net(grown) - first_net(running), EUR)


def test_a_line_that_joins_takes_the_billing_type_and_the_anchor_of_the_subscription() -> None:
    book, running = rulebook(PlainRules(answers=joining_rules())), subscription()
    priced = quoted(requested({"product": "DESK"}), book, running)
    line = priced.lines[0]
    assert (line.joins, line.billing_type, str(line.net), str(priced.totals["quarterly"])) == ("S", "quarterly", "274.74", "274.74")
    # 274.74 × 52/89: from 10 March to 1 May of the quarter from 1 February
    assert (str(priced.first_invoice), priced.first_billing_date) == ("160.52", ON)
    assert billed_after_acceptance(priced, book, running) == priced.first_invoice


def test_a_promotion_for_new_orders_stands_in_line_and_first_invoice_or_in_neither() -> None:
    promotion = Offer("welcome", "Welcome", "promotion", 0, Fraction(1, 10), None, None, None)

    def offers(facts: object) -> tuple[Offer, ...]:
        return (promotion,) if facts["order.kind"] == "new" else ()  # type: ignore[index]  # facts are a mapping

    book = rulebook(PlainRules(answers=joining_rules(), discounts=offers))
    joins, begins = quoted(requested({"product": "DESK"}), book, subscription()), quoted(requested({"product": "DESK"}), book)
    assert (joins.lines[0].priced.discounts, str(joins.first_invoice)) == ((), "160.52")
    assert (str(begins.lines[0].net), str(begins.first_invoice), begins.lines[0].joins) == ("82.42", "82.42", None)


def test_own_cycles_and_requested_types_stay_where_the_rules_say_so() -> None:
    book = rulebook(PlainRules(answers=joining_rules(other_billing_type="own-cycle", alignment="own")))
    priced = quoted(requested({"product": "DESK", "billing_type": "monthly"}, {"product": "EDI"}), book, subscription())
    assert [(line.billing_type, str(line.net)) for line in priced.lines] == [("monthly", "91.58"), ("quarterly", "108.06")]
    assert str(priced.first_invoice) == "199.64"
    refused = rulebook(PlainRules(answers=joining_rules(other_billing_type="refuse")))
    with pytest.raises(Refusal) as refusal:
        quoted(requested({"product": "EDI"}, {"product": "DESK", "billing_type": "monthly"}), refused, subscription())
    assert [(each.code, each.pointer) for each in refusal.value.problems] == [("other-billing-type", "/lines/1/billing_type")]


def test_a_line_that_merges_costs_what_the_item_costs_more() -> None:
    rows = (TierRow(10 * MICRO, 10 * MICRO), TierRow(None, 8 * MICRO))
    desk = PriceAnswer(name="p", mode="volume", rows=rows, per="month", version_from=None, reasons=())
    book = rulebook(PlainRules(answers=joining_rules(placement="merge"), prices={"DESK": desk}))
    running = activate(order(item("DESK", "S-1", quantity="8", billing_type="monthly", anchor_day=1), id="S"), date(2027, 1, 1))
    priced = quoted(requested({"product": "DESK", "quantity": "4"}), book, running)
    line = priced.lines[0]
    # 12 × 8.00 − 8 × 10.00: all units reach the second tier
    assert (line.merges_into, str(line.priced.quantity), str(line.net), str(priced.mrr)) == ("S-1", "4", "16.00", "16.00")
    # 16.00 × 22/31
    assert (str(priced.first_invoice), str(priced.first_billing_date)) == ("11.35", "2027-03-10")
    assert billed_after_acceptance(priced, book, running) == priced.first_invoice
    # 11 whole months, and 96.00 × 9/31 − 80.00 × 9/31 at the end of the term
    assert str(priced.contract_value) == "191.99"


def test_a_merged_line_at_one_price_multiplies_out() -> None:
    book = rulebook(PlainRules(answers=joining_rules(placement="merge")))
    priced = quoted(requested({"product": "DESK", "quantity": "2"}), book, subscription())
    line = priced.lines[0].priced
    assert (str(line.unit_price), line.graduated, str(line.list_net), str(priced.first_invoice)) == ("91.58", False, "549.48", "321.04")


def test_what_is_paid_once_joins_and_stays_paid_once() -> None:
    fee = product("FEE", price_per="once", billing_processes=("once",))
    book = rulebook(PlainRules(answers=joining_rules(placement="merge")), products={each.code: each for each in (*PRODUCTS, fee)})
    once = book.billing_processes["subscription"].model_copy(update={"id": "once", "billing_type": "flat-rate", "renewal": None})
    priced_fee = PriceAnswer(name="p", mode="flat", rows=(TierRow(None, 50 * MICRO),), per="once", version_from=None, reasons=())
    rules = PlainRules(answers=joining_rules(placement="merge"), prices={"FEE": priced_fee})
    book = rulebook(rules, products=book.products, billing_processes={**book.billing_processes, "once": once})
    running = activate(order(item("DESK", "S-1", billing_type="quarterly", anchor_day=1), id="S"), date(2026, 2, 1))
    priced = quoted(requested({"product": "FEE"}), book, running)
    assert (priced.lines[0].billing_type, str(priced.first_invoice), str(priced.mrr)) == ("flat-rate", "50.00", "0.00")
    (accepted,) = billing.accept(priced, {"subscription": "Q"}, book, on=ON)
    grown = billing.place(accepted, customer(), RunningOrders({"S": running}), book, on=ON, others=lambda _: ())
    again = quoted(requested({"product": "FEE"}, {"product": "EDI"}), book, grown)
    assert [(line.merges_into, line.billing_type) for line in again.lines] == [(None, "flat-rate"), (None, "quarterly")]
    assert str(again.one_off) == "50.00"


def test_a_line_wished_for_later_joins_on_its_day() -> None:
    book = rulebook(PlainRules(answers=joining_rules()))
    priced = quoted(requested({"product": "DESK", "starts_on": "2027-04-01"}), book, subscription())
    # 274.74 × 30/89
    assert (str(priced.first_invoice), str(priced.first_billing_date)) == ("92.61", "2027-04-01")
    (accepted,) = billing.accept(priced, {"subscription": "Q"}, book, on=ON)
    grown = billing.place(accepted, customer(), RunningOrders({"S": subscription()}), book, on=ON, others=lambda _: ())
    assert (str(grown.items[-1].joined), grown.items[-1].state) == ("2027-04-01", "pending")


def test_with_several_subscriptions_one_is_named() -> None:
    book = rulebook(PlainRules(answers=joining_rules()))
    both = (subscription("S"), subscription("T"))
    with pytest.raises(Refusal) as refusal:
        quoted(requested({"product": "DESK"}), book, *both)
    assert (refusal.value.problems[0].code, refusal.value.possible) == ("several-subscriptions", ("S", "T"))
    assert quoted(requested({"product": "DESK"}), book, *both, into="T").lines[0].joins == "T"
