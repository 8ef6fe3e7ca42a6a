"""The law of a printed line: its figures give its amount, or it says why not, whatever became of its item."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from engine.dates import Period
from engine.documents.invoice import InvoiceLine, VatDecision
from engine.documents.line_figures import multiplies, shown_discounts, shown_unit_price
from engine.documents.order import OrderItem
from engine.documents.quote import LineDiscount, PricedLine
from engine.money import Money, Percent, Price, Quantity
from engine.stages.invoicing.invoice_lines import line_of, pieces
from tests.item_life import Life, life
from tests.scheduled import EUR, item
from tests.unit.stages.due_transactions import billing_rulebook

BOOK = billing_rulebook()
DAYS = st.dates(date(2027, 1, 2), date(2028, 6, 30))
DECISION = VatDecision(treatment="domestic", category="S", rate=Percent(Fraction(21)), basis="", tax_point=date(2027, 1, 1))
WORDS = ("change", "rounded", "balance", "by tiers", "last part")


@dataclass(frozen=True)
class Yearly:
    """A price of a unit for a year, billed by so many months, less discounts one after the other; it becomes another on a day."""

    cents: int
    later: int
    months: int
    percents: tuple[Fraction, ...]

    def price_on(self, item: OrderItem, on: date, quantity: Quantity, *, joining: bool = False) -> PricedLine:
        """The line of a whole billing period."""
        unit = Money(self.cents if on < date(2027, 10, 1) else self.later, EUR)
        periods, pieces = Fraction(self.months, 12), quantity.micros // 1_000_000
        year = unit.times(Fraction(pieces))
        whole = year.times(periods)
        net, shown = self._discounted(whole)
        return PricedLine(
            product="DESK", quantity=quantity, list_price=Price.parse(str(unit), EUR), unit_price=unit, price_per="year", periods=periods,
            billing_factor=Fraction(1), list_net=whole, discounts=shown, net=net, price_period_net=self._discounted(year)[0],
        )  # fmt: skip

    def _discounted(self, whole: Money) -> tuple[Money, tuple[LineDiscount, ...]]:
        net, shown = whole, []
        for at, percent in enumerate(self.percents):
            amount = net.times(percent / 100)
            shown.append(LineDiscount(name=f"d{at}", label="Loyal", percent=Percent(percent), amount=amount))
            net -= amount
        return net, tuple(shown)

    def versions_within(self, item: OrderItem, period: Period) -> tuple[date, ...]:
        """The day of the other price."""
        return (date(2027, 10, 1),) if period.start < date(2027, 10, 1) < period.until else ()


@st.composite
def lives(draw: st.DrawFn) -> Life:
    """An item that is invoiced and changed in turn."""
    cents = st.integers(1, 200_000)
    percents = draw(st.lists(st.sampled_from([Fraction(10), Fraction(25, 2), Fraction(33), Fraction(7, 2)]), max_size=2))
    price = Yearly(draw(cents), draw(cents), draw(st.sampled_from([1, 3, 6])), tuple(percents))
    terms: dict[str, Any] = {
        "every": price.months, "align_to": "anchor", "anchor_day": draw(st.integers(1, 31)), "price_per": "year",
        "timing": draw(st.sampled_from(["advance", "arrears"])),
        "proration": draw(st.sampled_from(["actual", "30/360", "none"])),
        "on_change": draw(st.sampled_from([None, "prorate", "next-period", "none"])),
        "price_change": draw(st.sampled_from(["next-period", "split"])),
    }  # fmt: skip
    one = life(price, of=item(product="DESK", quantity=Quantity.whole(draw(st.integers(1, 9)))), **terms)
    for on in sorted(draw(st.sets(DAYS, max_size=4))):
        if draw(st.booleans()):
            one.run(on - timedelta(days=1))
        one.record("change", on, quantity=Quantity.whole(draw(st.integers(1, 9))))
    if draw(st.booleans()):
        one.record("end", draw(st.dates(date(2028, 7, 1), date(2028, 12, 1))))
    return one


@given(lives())
def test_every_printed_line_multiplies_out_or_says_why_not(one: Life) -> None:
    for transaction in one.plan(date(2028, 12, 31)).values():
        for number, piece in enumerate(pieces(transaction, BOOK), 1):
            check_line(line_of(piece, DECISION, number, "en", BOOK))


def check_line(line: InvoiceLine) -> None:
    derivation = line.derivation
    assert derivation is not None
    assert line.list_net.minor - sum(each.amount.minor for each in line.discounts) == line.net.minor, line
    assert Fraction(line.quantity.micros * line.price.micros, line.base_quantity.micros * 10_000) == line.list_net.minor
    says = any(word in line.detail for word in WORDS)
    whole = line.list_net if derivation.whole_list_net is None else derivation.whole_list_net
    unit = shown_unit_price(line)
    if unit is None:
        assert says, line
    else:
        assert multiplies(whole, line.quantity, unit, derivation.periods, derivation.billing_factor)
    if derivation.period_days and derivation.days != derivation.period_days:
        part = whole.times(Fraction(derivation.days, derivation.period_days))
        assert part == line.list_net or any(word in line.detail for word in WORDS if word != "change"), line
    for each in shown_discounts(line.list_net, line.discounts, is_change=derivation.kind == "change"):
        base = line.list_net if each.base_amount is None else each.base_amount
        assert each.percent is None or each.note is not None or each.percent.of(base) == each.amount, line
        assert each.percent is not None or each.note is not None or not any(one.percent for one in line.discounts), line
