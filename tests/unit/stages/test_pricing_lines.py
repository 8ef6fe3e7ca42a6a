"""One line of a quote: bundles, facts that rules see, what is refused, and the quote's totals."""

from datetime import date
from fractions import Fraction

import pytest
from pydantic import TypeAdapter

from engine.billing import quote
from engine.documents.quote import LineRequest, PricedLine, QuoteRequest
from engine.language import BundleAnswer, Offer, PriceAnswer, TierRow
from engine.money import MICRO
from engine.order_types.quote_placement import place_quote, price_line
from engine.problems import Refusal
from engine.rulebook.catalog import Attribute
from tests.unit.stages.small_rulebook import EUR, PRODUCTS, PlainRules, customer, label, process, product, rulebook

ON = date(2027, 1, 15)
VAT = {
    "vat.treatment": "domestic",
    "vat.category": "S",
    "vat.rate": lambda facts: Fraction(6 if facts["supply.vat-class"] == "reduced" else 21, 100),
}
PACK = product("PACK", order_type="investment", price_per="once", billing_processes=("investment",))


def line(code: str, quantity: str = "1", **own: object) -> LineRequest:
    return LineRequest.model_validate({"product": code, "quantity": quantity, **own})


def request(*lines: LineRequest, on: date = ON) -> QuoteRequest:
    return QuoteRequest(currency=EUR, customer=customer(), lines=lines, on=on)


def bundle(**own: object) -> BundleAnswer:
    fields: dict[str, object] = {
        "name": "pack",
        "parts": (("TILL", MICRO), ("GUIDE", 2 * MICRO)),
        "sells_at": 120_001,
        "allocate": "in proportion to list price",
    }
    return BundleAnswer(**(fields | own))  # type: ignore[arg-type]  # a test's own fields


def with_pack(answer: BundleAnswer, **answers: object):
    rules = PlainRules(answers=answers, bundles={"PACK": answer})
    return rulebook(rules, products={each.code: each for each in (*PRODUCTS, PACK)})


def test_a_bundle_has_one_price_and_its_total_is_allocated_to_the_parts():
    priced = price_line(line("PACK", "3"), with_pack(bundle()), customer(), on=ON)
    # 3 × 1,200.01 = 3,600.03; in proportion to 3 × 1,390.00 and 6 × 24.53: 3,477.299…, 122.730…
    assert str(priced.net) == "3600.03"
    assert [(part.product, str(part.quantity), str(part.net)) for part in priced.parts] == [
        ("TILL", "3", "3477.30"),
        ("GUIDE", "6", "122.73"),
    ]


def test_segment_and_index_touch_a_bundle_only_where_it_says_so():
    factor = {"line.price-factor": Fraction(9, 10)}
    nets = [
        str(price_line(line("PACK"), with_pack(bundle(**flags), **factor), customer(), on=ON).net)
        for flags in ({}, {"by_segment": True}, {"by_index": True}, {"by_segment": True, "by_index": True})
    ]
    # the bundle is a service, which the second book raises by 2.9%: 1,200.01 × 0.9, × 1.029, × 0.9261
    assert nets == ["1200.01", "1080.01", "1234.81", "1111.33"]


def test_a_bundle_may_go_to_its_first_part():
    priced = price_line(line("PACK"), with_pack(bundle(allocate="to the first part")), customer(), on=ON)
    assert [str(part.net) for part in priced.parts] == ["1200.01", "0.00"]


def test_rules_see_the_line_before_its_discounts():
    seen = {}

    def offers(facts):
        seen.update(facts)
        return (Offer("promo", "Promotion", "a", 0, Fraction(1, 10), None, None, "spring"),)

    priced = price_line(line("DESK", "2", billing_type="quarterly"), rulebook(PlainRules(discounts=offers)), customer(), on=ON)
    assert (str(priced.list_net), str(priced.net), str(priced.discounts[0].amount)) == ("549.48", "494.53", "54.95")
    assert (seen["line.unit-price"], seen["line.list"], seen["line.quantity"]) == (9158, 54948, 2_000_000)
    assert (seen["price.date"], seen["order.kind"], seen["item.billing-type"], seen["product.code"]) == (ON, "new", "quarterly", "DESK")
    assert priced.recurring_per_month == Fraction("164.844")
    assert TypeAdapter(PricedLine).dump_python(priced)["recurring_per_month"] == "164.844"


def test_a_price_block_stands_before_the_price_book():
    block = PriceAnswer("desks", "month", "volume", (TierRow(9 * MICRO, 89_000_000), TierRow(None, 70_000_000)), date(2026, 1, 1))
    rules = PlainRules(answers={"line.price-factor": Fraction(85, 100)}, prices={"DESK": block})
    priced = price_line(line("DESK", "10"), rulebook(rules), customer(), on=ON)
    assert (str(priced.list_price), str(priced.unit_price), str(priced.net)) == ("70.00", "59.50", "595.00")


def test_a_price_below_the_cent_is_kept_at_six_decimals():
    block = PriceAnswer("calls", "once", "flat", (TierRow(None, 62_500),))
    priced = price_line(line("TILL", "1000"), rulebook(PlainRules(prices={"TILL": block})), customer(), on=ON)
    assert (str(priced.net), str(priced.unit_price), str(priced.fine_price)) == ("62.50", "0.06", "0.0625")


def test_every_step_of_a_price_has_a_reason():
    rules = PlainRules(discounts=(Offer("promo", "Promotion", "a", 0, Fraction(1, 10), None, None, "spring"),))
    priced = price_line(line("EDI", billing_type="annual"), rulebook(rules), customer(), on=ON)
    reasons = [(reason.subject, reason.says) for reason in priced.reasons]
    # 389.016 less a tenth is 350.1144: the discount shown is 389.02 − 350.11
    assert reasons == [
        ("price", "EDI costs 35.00 EUR a month in “first”"),
        ("index", "× 1.029 in “second” = 36.015"),
        ("rounding", "36.015 becomes 36.02, rounded half up once after its factors"),
        ("factor", "“annual” pays × 0.9"),
        ("line", "for 12 months: 1 × 36.02 × 12 × 0.9 = 389.02"),
        ("discount", "less Promotion, 10% = 38.91"),
    ]
    assert price_line(line("EDI"), rulebook(), customer(), on=ON, tracing=False).reasons == ()


def test_all_problems_of_a_quote_are_reported_at_once():
    demanding = product(
        "DEMANDING", requires=("EDI",), excludes=("DESK",), attributes={"colour": Attribute(type="text", label=label("colour"))}
    )
    gone = product("GONE", until=date(2026, 12, 31))
    book = rulebook(products={each.code: each for each in (*PRODUCTS, demanding, gone)})
    requested = request(
        line("NOTHING"),
        line("DEMANDING", attributes={"size": "3"}),
        line("GONE"),
        line("DESK", "0", discount="101%"),
        line("TILL", billing_process="subscription"),
        line("BANNER", billing_type="weekly"),
        line("GUIDE", payment_plan="none-such"),
        line("BANNER", payment_plan="thirds"),
    )
    with pytest.raises(Refusal) as refused:
        place_quote(requested, book)
    assert {(problem.pointer, problem.code) for problem in refused.value.problems} == {
        ("/lines/0/product", "unknown-product"),
        ("/lines/1/product", "requires"),
        ("/lines/1/product", "excludes"),
        ("/lines/1/attributes", "missing-attribute"),
        ("/lines/1/attributes/size", "unknown-attribute"),
        ("/lines/2/product", "not-sold"),
        ("/lines/3/quantity", "no-quantity"),
        ("/lines/3/discount", "discount-out-of-range"),
        ("/lines/4/billing_process", "process-not-allowed"),
        ("/lines/5/billing_type", "unknown-billing-type"),
        ("/lines/6/payment_plan", "unknown-plan"),
        ("/lines/7/payment_plan", "no-instalments"),
    }
    assert all(problem.help for problem in refused.value.problems)


def test_a_quote_totals_its_fees_and_plans_its_term():
    requested = request(
        line("DESK", "2"),
        line("EDI", billing_type="quarterly", discount="10%", discount_author="AM"),
        line("TILL", "2", payment_plan="thirds"),
        line("GUIDE", payment_plan="thirds"),
        line("BANNER", starts_on="2027-02-10", insertions="3"),
    )
    priced = quote(requested, rulebook(PlainRules(answers=VAT)))
    totals = {"monthly": "183.16", "quarterly": "97.25", "flat-rate": "2804.53", "one-off": "1389.15"}
    assert {name: str(net) for name, net in priced.totals.items()} == totals
    # 2 × 91.58 + 36.02 × 0.9 = 215.578 a month
    assert (str(priced.mrr), str(priced.arr)) == ("215.58", "2586.94")
    # 2 × 1,390.00 + 24.53 + 3 × 463.05
    assert str(priced.one_off) == "4193.68"
    # twelve months of 183.16, four quarters of 97.25
    assert str(priced.contract_value) == "6780.60"
    assert [(each.number, str(each.billing_date), str(each.net)) for each in priced.instalments] == [
        (1, "2027-01-15", "841.36"),
        (2, "2027-02-15", "841.36"),
        (3, "2027-03-15", "1121.81"),
    ]
    # on 15 January: 183.16 + 97.25 + 841.36
    assert (str(priced.first_billing_date), str(priced.first_invoice)) == ("2027-01-15", "1121.77")
    assert [(each.billing_type, str(each.net), str(each.vat), str(each.gross)) for each in priced.estimates] == [
        ("monthly", "183.16", "38.46", "221.62"),
        ("quarterly", "97.25", "20.42", "117.67"),
        ("flat-rate", "2804.53", "585.27", "3389.80"),
        ("one-off", "1389.15", "291.72", "1680.87"),
    ]
    assert [(each.category, str(each.rate), str(each.base), str(each.vat)) for each in priced.estimates[2].vat_breakdown] == [
        ("S", "21", "2780.00", "583.80"),
        ("S", "6", "24.53", "1.47"),
    ]
    assert (priced.net, priced.vat_breakdown, priced.vat, priced.gross) == (None, (), None, None)
    assert (priced.valid_until, priced.rulebook) == (date(2027, 2, 14), "small")
    kinds = [transaction.kind for transaction in priced.schedule]
    assert (kinds.count("recurring"), kinds.count("instalment"), kinds.count("insertion")) == (16, 6, 3)


def test_recurring_and_one_off_amounts_are_in_no_figure_together():
    priced = quote(request(line("EDI"), line("BANNER")), rulebook(PlainRules(answers=VAT)))
    assert {name: str(net) for name, net in priced.totals.items()} == {"monthly": "36.02", "one-off": "463.05"}
    assert (str(priced.mrr), str(priced.one_off), priced.net) == ("36.02", "463.05", None)
    # the month of the insertion began before the quote, which is not invoiced before its own day
    assert (priced.first_billing_date, str(priced.first_invoice)) == (ON, "499.07")
    assert str(priced.schedule[0].billing_date) == "2027-01-01"
    for lines, gross in (([line("EDI")], "43.58"), ([line("BANNER", insertions="2")], "1120.58")):
        alone = quote(request(*lines), rulebook(PlainRules(answers=VAT)))
        assert (alone.net, alone.vat, str(alone.gross)) == (alone.estimates[0].net, alone.estimates[0].vat, gross)


def test_a_line_that_vat_cannot_be_decided_for_is_named():
    priced = quote(request(line("DESK")), rulebook(PlainRules(answers=VAT | {"vat.held": "VAT number not verified"})))
    assert (priced.held, priced.vat, priced.gross, str(priced.net)) == (("DESK: VAT number not verified",), None, None, "91.58")


def test_a_rule_chooses_the_billing_process_and_the_plan():
    rules = PlainRules(
        answers=VAT | {"item.billing-process": lambda facts: "calendar" if facts["product.code"] == "DESK" else "subscription"}
    )
    calendar = {"DESK": PRODUCTS[0].model_copy(update={"billing_processes": ("subscription", "calendar")}), "EDI": PRODUCTS[1]}
    priced = place_quote(request(line("DESK"), line("EDI")), rulebook(rules, products=calendar)).quote
    assert [each.billing_process for each in priced.lines] == ["calendar", "subscription"]


def test_conditions_of_products_and_processes_are_asked():
    def for_business(facts):
        return facts["customer.kind"] == "business"

    both = {"DESK": PRODUCTS[0].model_copy(update={"billing_processes": ("subscription", "calendar")}), "TILL": PRODUCTS[2]}
    conditions = {"applies.subscription": lambda facts: not for_business(facts), "available.TILL": lambda facts: not for_business(facts)}
    book = rulebook(PlainRules(answers=conditions), products=both)
    assert place_quote(request(line("DESK")), book).quote.lines[0].billing_process == "calendar"
    with pytest.raises(Refusal) as refused:
        place_quote(request(line("DESK", billing_process="subscription"), line("TILL")), book)
    assert [(problem.pointer, problem.code) for problem in refused.value.problems] == [
        ("/lines/0/billing_process", "process-does-not-apply"),
        ("/lines/1/product", "not-available"),
    ]


def test_a_billing_type_that_a_process_does_not_allow_has_the_process_that_does():
    processes = {
        "subscription": process("subscription", billing_types=("monthly",)),
        "by-the-year": process("by-the-year", billing_type="annual"),
    }
    desk = product("DESK", billing_processes=("subscription", "by-the-year"))
    with pytest.raises(Refusal) as refused:
        place_quote(request(line("DESK", billing_type="annual")), rulebook(products={"DESK": desk}, billing_processes=processes))
    (problem,) = refused.value.problems
    assert (problem.code, problem.help) == (
        "billing-type-not-allowed",
        "write one of: monthly; or choose the billing process `by-the-year`, which allows it",
    )
