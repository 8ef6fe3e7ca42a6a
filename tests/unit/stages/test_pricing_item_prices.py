"""Which price counts on which day: book versions, index, segments, negotiated and indexed prices."""

from datetime import date
from fractions import Fraction

import pytest

from engine.billing import mrr
from engine.dates import Period
from engine.documents.order import ItemChange
from engine.language import PriceAnswer, TierRow
from engine.money import Quantity
from engine.problems import Refusal
from engine.rulebook.catalog import IndexStep, PriceBook
from engine.rulebook.plans import Indexation, Renewal
from engine.stages.pricing.item_prices import BookPrices
from tests.unit.stages.small_rulebook import BOOKS, PlainRules, customer, euro, item, label, order, process, rulebook

ONE = Quantity.whole(1)
CHAIN_FACTOR = PlainRules(
    answers={"line.price-factor": lambda facts: Fraction(85, 100) if facts["customer.segment"] == "chain" else Fraction(1)}
)


def book(name: str, **own: object) -> PriceBook:
    return PriceBook.model_validate({"kind": "price-book", "id": name, "label": label(name)} | own)


def prices(of=None, rules=None, who=None, **own) -> BookPrices:
    return BookPrices(rulebook(rules, **own), who or customer(), of or order(signed_on=date(2026, 12, 7)))


def test_a_period_is_priced_by_the_book_in_force_at_its_start():
    running = item("DESK", activated_on=date(2025, 2, 1), billing_type="quarterly")
    assert str(prices().price_on(running, date(2026, 12, 31), ONE).unit_price) == "89.00"
    line = prices().price_on(running, date(2027, 1, 1), ONE)
    assert (str(line.list_price), str(line.unit_price), str(line.net)) == ("91.581", "91.58", "274.74")
    assert line.price_from == date(2027, 1, 1)


def test_unit_price_is_rounded_once_after_index_and_factor():
    # 89 × 1.029 × 0.85 = 77.84385; rounding between would give 91.58 × 0.85 = 77.84
    # 35 × 1.029 × 0.85 = 30.61275 and 36.02 × 0.85 = 30.617: here the two ways differ
    chain = customer(segment="chain")
    on = date(2027, 1, 1)
    of_chain = prices(rules=CHAIN_FACTOR, who=chain)
    assert str(of_chain.price_on(item("DESK", activated_on=on), on, ONE).unit_price) == "77.84"
    assert str(of_chain.price_on(item("EDI", activated_on=on), on, ONE).unit_price) == "30.61"
    assert str(prices(rules=CHAIN_FACTOR).price_on(item("EDI", activated_on=on), on, ONE).unit_price) == "36.02"


def test_goods_and_books_keep_their_price():
    of_investment = order(item("TILL"), type="investment", signed_on=date(2027, 1, 5))
    assert str(prices(of_investment).price_on(item("TILL"), date(2027, 3, 5), ONE).unit_price) == "1390.00"


def test_an_investment_is_priced_by_the_book_of_its_signature():
    books = (BOOKS[0], BOOKS[1].model_copy(update={"index": (IndexStep(factor=Fraction(2)),)}))
    signed = prices(order(type="investment", signed_on=date(2026, 12, 7)), price_books=books)
    assert str(signed.price_on(item("TILL"), date(2027, 2, 7), ONE).net) == "1390.00"
    later = prices(order(type="investment", signed_on=date(2027, 1, 1)), price_books=books)
    assert str(later.price_on(item("TILL"), date(2027, 2, 7), ONE).net) == "2780.00"


def test_an_insertion_is_priced_by_the_book_of_the_first_of_its_month():
    slot = item("BANNER", first_month=date(2026, 12, 1), insertions=2)
    of_slot = prices(order(type="advertising"))
    assert str(of_slot.price_on(slot, date(2026, 12, 15), ONE).net) == "450.00"
    assert str(of_slot.price_on(slot, date(2027, 1, 1), ONE).net) == "463.05"


def test_index_factors_multiply_along_the_chain_without_rounding_between():
    third = book("third", from_=date(2028, 1, 1), based_on="second", index=({"factor": Fraction(1029, 1000), "products": ("EDI",)},))
    of_three = prices(price_books=(*BOOKS, third))
    running = item("EDI", activated_on=date(2026, 1, 1))
    # 35 × 1.029 × 1.029 = 37.059435 → 37.06; 36.02 × 1.029 = 37.06458 too, so the exact list price tells
    line = of_three.price_on(running, date(2028, 1, 1), ONE)
    assert str(line.list_price) == "37.059435"
    assert str(of_three.price_on(item("DESK", activated_on=date(2026, 1, 1)), date(2028, 1, 1), ONE).list_price) == "91.581"


@pytest.mark.parametrize(
    ("limits", "touched"),
    [
        ({}, True),
        ({"families": ("software",)}, True),
        ({"families": ("hardware",)}, False),
        ({"vat_classes": ("reduced",)}, False),
        ({"supply_kinds": ("service",), "products": ("EDI",)}, False),
        ({"supply_kinds": ("service",), "products": ("DESK",)}, True),
    ],
)
def test_an_index_touches_only_what_it_names(limits, touched):
    books = (BOOKS[0], book("second", from_=date(2027, 1, 1), based_on="first", index=({"factor": Fraction(2), **limits},)))
    line = prices(price_books=books).price_on(item("DESK", activated_on=date(2026, 1, 1)), date(2027, 1, 1), ONE)
    assert str(line.unit_price) == ("178.00" if touched else "89.00")


def test_a_price_in_a_derived_book_replaces_the_derived_one():
    books = (BOOKS[0], BOOKS[1].model_copy(update={"prices": {"DESK": euro("95.00")}}))
    line = prices(price_books=books).price_on(item("DESK", activated_on=date(2026, 1, 1)), date(2027, 1, 1), ONE)
    assert str(line.unit_price) == "95.00"


def test_running_items_wait_for_their_own_date():
    books = (BOOKS[0], BOOKS[1].model_copy(update={"running_items_from": date(2027, 7, 1)}))
    of_books = prices(price_books=books)
    running, fresh = item("DESK", activated_on=date(2026, 5, 1)), item("DESK", "A-2", activated_on=date(2027, 2, 1))
    assert str(of_books.price_on(running, date(2027, 2, 1), ONE).unit_price) == "89.00"
    assert str(of_books.price_on(running, date(2027, 7, 1), ONE).unit_price) == "91.58"
    # what began in 2027 was first priced by the second book and never falls back to the first
    assert str(of_books.price_on(fresh, date(2027, 2, 1), ONE).unit_price) == "91.58"
    assert str(of_books.price_on(fresh, date(2027, 3, 1), ONE).unit_price) == "91.58"
    assert of_books.versions_within(running, Period(date(2027, 6, 1), date(2027, 9, 1))) == (date(2027, 7, 1),)
    assert of_books.versions_within(fresh, Period(date(2027, 6, 1), date(2027, 9, 1))) == ()


def test_a_joining_quantity_is_priced_by_the_list_of_its_day():
    books = (BOOKS[0], BOOKS[1].model_copy(update={"running_items_from": date(2027, 7, 1)}))
    running = item("DESK", activated_on=date(2026, 5, 1))
    assert str(prices(price_books=books).price_on(running, date(2027, 2, 10), ONE, joining=True).unit_price) == "91.58"


def test_a_book_for_a_segment_serves_only_that_segment():
    books = (*BOOKS, book("chains", from_=date(2027, 1, 1), segments=("chain",), prices={"DESK": euro("50.00")}))
    on, desk = date(2027, 1, 1), item("DESK", activated_on=date(2027, 1, 1))
    assert str(prices(price_books=books, who=customer(segment="chain")).price_on(desk, on, ONE).unit_price) == "50.00"
    assert str(prices(price_books=books).price_on(desk, on, ONE).unit_price) == "91.58"
    assert (
        str(prices(price_books=books, who=customer(segment="chain")).price_on(item("EDI", activated_on=on), on, ONE).unit_price) == "36.02"
    )


def test_a_product_without_a_price_is_refused_by_name_and_day():
    with pytest.raises(Refusal) as refused:
        prices().price_on(item("DESK", activated_on=date(2025, 1, 1)), date(2025, 6, 1), ONE)
    (problem,) = refused.value.problems
    assert (problem.code, problem.message) == ("no-price", "`DESK` has no price on 2025-06-01 for segment `single`")


@pytest.mark.parametrize(
    ("policy", "on", "price"),
    [
        ("next-period", date(2027, 1, 1), "91.58"),
        ("never", date(2027, 6, 1), "89.00"),
        ("next-renewal", date(2027, 4, 30), "89.00"),
        ("next-renewal", date(2027, 5, 1), "91.58"),
    ],
)
def test_when_a_price_change_reaches_a_running_item(policy, on, price):
    how = {"subscription": process("subscription", price_change=policy, renewal=Renewal(mode="automatic", term_months=12))}
    running = item("DESK", activated_on=date(2026, 5, 1))
    assert str(prices(billing_processes=how).price_on(running, on, ONE).unit_price) == price


def test_a_frozen_negotiated_price_stays_and_takes_no_factor():
    how = {"subscription": process("subscription", follows="frozen")}
    agreed = item("DESK", activated_on=date(2026, 5, 1), negotiated_price="80.00", billing_type="quarterly")
    of_chain = prices(rules=CHAIN_FACTOR, who=customer(segment="chain"), billing_processes=how)
    assert str(of_chain.price_on(agreed, date(2029, 1, 1), Quantity.whole(2)).net) == "480.00"


def test_a_negotiated_price_that_follows_the_catalogue_moves_as_it_does():
    how = {"subscription": process("subscription", follows="catalogue")}
    agreed = item("DESK", activated_on=date(2026, 5, 1), negotiated_price="80.00")
    assert str(prices(billing_processes=how).price_on(agreed, date(2026, 12, 1), ONE).unit_price) == "80.00"
    assert str(prices(billing_processes=how).price_on(agreed, date(2027, 1, 1), ONE).unit_price) == "82.32"
    changed = agreed.model_copy(update={"changes": (ItemChange(id="c", on=date(2027, 2, 1), price=euro("80.00")),)})
    assert str(prices(billing_processes=how).price_on(changed, date(2027, 3, 1), ONE).unit_price) == "80.00"


def test_an_indexed_price_follows_its_formula_once_a_year():
    health = Indexation(
        id="health",
        label=label("health index"),
        indexed_part=Fraction(8, 10),
        base=date(2026, 1, 1),
        series={date(2026, 1, 1): Fraction(100), date(2027, 1, 1): Fraction(104), date(2027, 6, 1): Fraction(110)},
    )
    how = {"subscription": process("subscription", follows="indexed", indexation="health")}
    of_index = prices(billing_processes=how, indices={"health": health})
    agreed = item("DESK", activated_on=date(2026, 5, 1), negotiated_price="80.00")
    assert str(of_index.price_on(agreed, date(2027, 4, 1), ONE).unit_price) == "80.00"
    # 80 × (0.2 + 0.8 × 104 ÷ 100) = 82.56, until the next anniversary
    assert str(of_index.price_on(agreed, date(2027, 5, 1), ONE).unit_price) == "82.56"
    assert str(of_index.price_on(agreed, date(2028, 4, 30), ONE).unit_price) == "82.56"
    assert str(of_index.price_on(agreed, date(2028, 5, 1), ONE).unit_price) == "86.40"
    # without a negotiated price, the list of the first day is indexed and no newer book counts: 89 × 1.032
    listed = item("DESK", "A-2", activated_on=date(2026, 5, 1))
    assert str(of_index.price_on(listed, date(2027, 6, 1), ONE).unit_price) == "91.85"


def test_price_blocks_are_found_backwards_inside_a_period():
    def block(facts):
        starts = [date(2026, 1, 1), date(2027, 3, 10), date(2027, 3, 20)]
        start = max(day for day in starts if day <= facts["price.date"])
        return PriceAnswer("desk", "month", "flat", (TierRow(None, 50_000_000),), start)

    running = item("DESK", activated_on=date(2026, 5, 1))
    result = prices(rules=PlainRules(prices={"DESK": block})).versions_within(running, Period(date(2027, 3, 1), date(2027, 4, 1)))
    assert result == (date(2027, 3, 10), date(2027, 3, 20))


def test_every_four_weeks_counts_48_fifty_seconds_of_a_month():
    # 91.58 × 4 × 12/52 = 84.5353…
    line = prices().price_on(item("DESK", activated_on=date(2027, 1, 4), billing_type="every-4-weeks"), date(2027, 1, 4), ONE)
    assert (line.periods, str(line.net)) == (Fraction(48, 52), "84.54")


def test_an_annual_price_by_the_month_tells_the_whole_year():
    products = {"DESK": rulebook().products["DESK"].model_copy(update={"price_per": "year"})}
    line = prices(products=products).price_on(item("DESK", activated_on=date(2026, 3, 1)), date(2026, 3, 1), ONE)
    assert (str(line.net), str(line.price_period_net)) == ("7.42", "89.00")


def test_recurring_revenue_is_rounded_once_and_counts_what_runs_on_the_day():
    on = date(2027, 1, 1)
    running = [
        item("DESK", "A-1", activated_on=date(2025, 2, 1), quantity="3", billing_type="quarterly"),
        item("EDI", "A-2", activated_on=date(2026, 7, 3), billing_type="annual"),
        item("EDI", "A-3", activated_on=on, billing_type="every-4-weeks"),
        item("EDI", "A-4", activated_on=date(2027, 1, 2)),
        item("EDI", "A-5", activated_on=date(2026, 1, 2), ends_before=on),
        item("EDI", "A-6", activated_on=date(2026, 1, 2), changes=(ItemChange(id="c", on=on, suspend=True),)),
        item("EDI", "A-7", activated_on=date(2026, 1, 2), changes=(ItemChange(id="c", on=date(2026, 8, 1), quantity=Quantity.whole(2)),)),
    ]
    recurring = mrr([order(*running), order(item("TILL", activated_on=on), id="B")], {"K1": customer()}, rulebook(), on)
    # 3 × 91.58 + 36.02 × 0.9 + 36.02 + 2 × 36.02 = 415.218
    assert recurring.exact == Fraction("415.218")
    assert (str(recurring.mrr), str(recurring.arr)) == ("415.22", "4982.62")


def test_an_item_may_agree_what_its_price_follows_and_from_when():
    how = {"subscription": process("subscription", follows="catalogue"), "indexed": process("indexed", follows="indexed", indexation="x")}
    index = Indexation(id="x", label=label("x"), indexed_part=Fraction(1), base=date(2026, 1, 1), series={date(2026, 1, 1): Fraction(100)})
    of_both = prices(billing_processes=how, indices={"x": index.model_copy(update={"series": {**index.series, date(2027, 1, 2): 110}})})

    def price(on: date, **own: object) -> str:
        agreed = item("DESK", activated_on=date(2026, 5, 1), negotiated_price="80.00", **own)
        return str(of_both.price_on(agreed, on, ONE).unit_price)

    january, june = date(2027, 1, 1), date(2027, 6, 1)
    assert price(january) == "82.32"
    assert price(january, price_agreed_on=january) == "80.00"  # what a former system billed before this day is in it
    assert price(january, price_follows="frozen") == "80.00"
    assert price(june, billing_process="indexed") == "88.00"
    assert price(june, billing_process="indexed", price_follows="frozen") == "80.00"
    assert price(june, billing_process="indexed", price_agreed_on=january) == "80.00"
    assert price(january, billing_process="indexed", price_follows="catalogue") == "82.32"
    without = item("DESK", activated_on=date(2026, 5, 1), price_follows="frozen")
    assert str(of_both.price_on(without, january, ONE).unit_price) == "91.58"  # nothing was agreed: the list counts
