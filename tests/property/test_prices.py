"""Laws of prices: tiers never punish one more unit, discounts and parts add up, the order of lines is no money, a new price has its day."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from engine.documents.quote import LineRequest, QuoteRequest
from engine.language import BundleAnswer, Offer, Stacking, TierRow
from engine.money import MICRO, Quantity, round_half_up
from engine.order_types.quote_placement import place_quote, price_line
from engine.stages.pricing.discounts import discount_line
from engine.stages.pricing.item_prices import BookPrices
from engine.stages.pricing.tiers import sum_tiers
from tests.unit.stages.small_rulebook import EUR, PRODUCTS, PlainRules, customer, item, order, product, rulebook

prices = st.integers(0, 10**9)
factors = st.fractions(Fraction(1, 2), Fraction(3, 2), max_denominator=1000)
quantities = st.integers(0, 10**9)


@st.composite
def tables(draw: st.DrawFn) -> tuple[TierRow, ...]:
    limits = sorted(draw(st.sets(st.integers(1, 10**9), max_size=5)))
    return tuple(TierRow(limit, draw(prices), draw(st.integers(0, 10**6))) for limit in [*limits, None])


@st.composite
def offers(draw: st.DrawFn) -> Offer:
    percent = draw(st.one_of(st.none(), st.fractions(0, 1, max_denominator=200)))
    amount = None if percent is not None else draw(st.integers(0, 10**5))
    cap = draw(st.one_of(st.none(), st.integers(0, 10**5)))
    name = draw(st.text("abcdef", min_size=1, max_size=4))
    return Offer(name, name, draw(st.sampled_from("xyz")), draw(st.integers(0, 3)), percent, amount, cap, None)


modes = st.sampled_from(["best for the customer", "added together", "highest priority"])
stackings = st.builds(
    lambda x, y, z, apply, cap: Stacking("all", (("x", x), ("y", y), ("z", z)), apply, cap),
    modes,
    modes,
    modes,
    st.sampled_from(["one after the other", "on the list price"]),
    st.one_of(st.none(), st.fractions(0, 1, max_denominator=100), st.integers(0, 10**5)),
)


@given(tables(), quantities, st.integers(0, 10**7), factors)
def test_graduated_tiers_never_make_more_units_cheaper_in_total(table, quantity, more, factor):
    fewer, after = (sum_tiers("graduated", table, units, factor, EUR).exact for units in (quantity, quantity + more))
    assert fewer <= after


@given(tables(), quantities, factors)
def test_volume_and_graduated_agree_where_one_tier_is_all(table, quantity, factor):
    whole = table[-1:]
    assert sum_tiers("volume", whole, quantity, factor, EUR) == sum_tiers("graduated", whole, quantity, factor, EUR)


@given(tables(), quantities, factors, st.sampled_from(["volume", "graduated"]))
def test_a_credited_quantity_costs_the_exact_negative(table, quantity, factor, mode):
    assert sum_tiers(mode, table, -quantity, factor, EUR).exact == -sum_tiers(mode, table, quantity, factor, EUR).exact


@given(st.fractions(0, 10**7, max_denominator=1000), st.lists(offers(), max_size=6), stackings)
def test_discounts_shown_are_list_less_net_and_never_more_than_the_line(exact, given_offers, stacking):
    result = discount_line(exact, given_offers, stacking, EUR)
    list_net = round_half_up(exact.numerator, exact.denominator)
    assert list_net - result.net.minor == sum(each.amount.minor for each in result.discounts)
    assert 0 <= result.net.minor <= list_net
    assert all(each.amount.minor >= 0 for each in result.discounts)
    if isinstance(stacking.total_at_most, int):
        assert list_net - result.net.minor <= stacking.total_at_most + 1


@given(st.fractions(1, 10**7, max_denominator=1000), st.lists(offers(), max_size=6), stackings)
def test_a_credited_line_is_the_exact_negative(exact, given_offers, stacking):
    there, back = discount_line(exact, given_offers, stacking, EUR), discount_line(-exact, given_offers, stacking, EUR)
    assert back.net == -there.net
    assert [each.amount for each in back.discounts] == [-each.amount for each in there.discounts]


@given(
    st.integers(1, 50),
    st.integers(1, 10**9),
    st.integers(1, 9),
    st.integers(1, 9),
    st.sampled_from(["in proportion to list price", "to the first part"]),
)
def test_the_parts_of_a_bundle_add_up_to_its_line(quantity, price, tills, guides, allocate):
    parts = (("TILL", tills * MICRO), ("GUIDE", guides * MICRO))
    pack = product("PACK", order_type="investment", price_per="once", billing_processes=("investment",))
    rules = PlainRules(bundles={"PACK": BundleAnswer("pack", parts, price, allocate)})
    book = rulebook(rules, products={each.code: each for each in (*PRODUCTS, pack)})
    line = price_line(LineRequest(product="PACK", quantity=Quantity.whole(quantity)), book, customer(), on=date(2027, 1, 1))
    assert sum(part.net.minor for part in line.parts) == line.net.minor


@given(st.permutations(["DESK", "EDI", "TILL", "GUIDE", "BANNER"]), st.lists(st.integers(1, 10**8), min_size=5, max_size=5))
def test_the_order_of_lines_changes_no_total(codes, counted):
    sizes = dict(zip(["DESK", "EDI", "TILL", "GUIDE", "BANNER"], counted, strict=True))

    def totals(names):
        lines = tuple(LineRequest(product=name, quantity=Quantity(sizes[name])) for name in names)
        request = QuoteRequest(currency=EUR, customer=customer(), lines=lines, on=date(2027, 1, 1))
        result = place_quote(request, rulebook(), tracing=False).quote
        return result.net, result.mrr, result.arr, result.one_off, result.totals

    assert totals(codes) == totals(sorted(codes))


@given(st.integers(0, 1500), st.integers(0, 1500), st.sampled_from(["DESK", "EDI"]))
def test_the_day_before_a_new_book_uses_the_old_price_and_the_day_itself_the_new(started, later, code):
    first = date(2026, 1, 1) + timedelta(days=started)
    on = first + timedelta(days=later)
    running = item(code, activated_on=first)
    price = BookPrices(rulebook(), customer(), order(running), tracing=False).price_on(running, on, Quantity.whole(1))
    old, new = {"DESK": ("89.00", "91.58"), "EDI": ("35.00", "36.02")}[code]
    assert str(price.unit_price) == (new if on >= date(2027, 1, 1) else old)


@given(st.integers(1, 10**8), factors)
def test_an_unrelated_product_or_rule_changes_nothing(quantity, factor):
    lonely = rulebook(PlainRules(answers={"line.price-factor": factor}))
    crowd = rulebook(
        PlainRules(answers={"line.price-factor": factor, "invoice.channel": "email"}),
        products={**lonely.products, "OTHER": product("OTHER")},
    )
    request = LineRequest(product="DESK", quantity=Quantity(quantity))
    assert price_line(request, lonely, customer(), on=date(2027, 1, 1)) == price_line(request, crowd, customer(), on=date(2027, 1, 1))
