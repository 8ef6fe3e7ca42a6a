"""Usage: whatever the order and the lateness of reports, the lines of a period add up to the price of its sum, or to its minimum."""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cache
from typing import Final

from hypothesis import given
from hypothesis import strategies as st

from engine import billing
from engine.dates import month_after
from engine.documents.order import InvoicedLine, Order, SubscriptionItem
from engine.documents.party import Customer
from engine.documents.transaction import Transaction
from engine.documents.usage_report import Commitment, GivenReport, UsageReport
from engine.money import Money, Quantity
from engine.rulebook.book import Rulebook
from engine.rulebook.plans import Renewal
from tests.golden.rulebooks import rulebook_of

START, MONTHS, LATER = date(2026, 1, 1), 3, 9
CUSTOMER = Customer.model_validate(
    {
        "id": "K1",
        "name": "Optique du Pont",
        "segment": "retail",
        "address": {"street": "Place 1", "postcode": "1000", "town": "Namur", "country": "BE"},
    }
)
REPORTS = st.lists(
    st.tuples(st.integers(0, 1), st.integers(0, 89), st.integers(0, 60), st.integers(0, 400), st.integers(0, 2)), min_size=1, max_size=6
)
"""The item, the day since the start, how many days later it is entered, the quantity, and how many quarters are taken back later."""
Given = list[tuple[int, int, int, int, int]]
NAMES: Final = ("one", "two")


@cache
def rulebook() -> Rulebook:
    """The small rulebook, whose terms of usage last three months."""
    small = rulebook_of("small")
    used = small.billing_processes["used"]
    short = type(used).model_validate({**dict(used), "renewal": Renewal(mode="automatic", term_months=MONTHS)})
    return replace(small, billing_processes={**small.billing_processes, "used": short})


@dataclass
class Life:
    """Two items of a customer: their reports as they are entered, and what each run invoices."""

    order: Order
    invoiced: dict[str, Transaction] = field(default_factory=dict)

    def enter(self, given: GivenReport, today: date) -> None:
        """Takes a report on a day."""
        item = next(each for each in self.order.items if each.id == given.item)
        assert isinstance(item, SubscriptionItem)
        lines = {
            (one.item, InvoicedLine(one.portion.kind, one.service_period.start, one.portion.change))
            for one in self.invoiced.values()
            if one.service_period is not None
        }
        taken = billing.take_usage(given, self.order, item, rulebook(), invoiced=lines, today=today, author="")
        self.order = self.order.replace(items=tuple(each.replace(usage=(*each.usage, taken)) for each in self.order.items))

    def run(self, today: date) -> None:
        """Invoices what is due; what was invoiced before is planned as it was."""
        for one in billing.plan(self.order, CUSTOMER, rulebook(), through=today, today=today):
            if one.identity in self.invoiced:
                assert one.portion.net == self.invoiced[one.identity].portion.net, one.identity
            elif one.is_due(today):
                self.invoiced[one.identity] = one


@cache
def order_of(product: str, commitment: Commitment | None) -> Order:
    """Two items of a product, for three months."""
    sold = rulebook().products[product]
    items = tuple(
        SubscriptionItem(
            id=name,
            currency=rulebook().currency,
            product=product,
            quantity=Quantity(0),
            state="active",
            activated_on=START,
            ends_before=month_after(START, MONTHS),
            supply_kind=sold.supply_kind,
            vat_class=sold.vat_class,
            revenue_account=sold.account,
            commitment=commitment,
        )
        for name in NAMES
    )
    order = Order(id="O1", currency=rulebook().currency, type="subscription", customer="K1", signed_on=START, items=items)
    return billing.agree(order, CUSTOMER, rulebook(), on=START)


def live(product: str, commitment: Commitment | None, reports: Given) -> Life:
    """Every report entered on its day, and a run on each first of a month until all are billed."""
    life = Life(order_of(product, commitment))
    entries: list[tuple[date, GivenReport]] = []
    for at, (item, day, delay, quantity, back) in enumerate(reports):
        used = START + timedelta(days=day)
        name, until = f"U-{len(reports) - at}", used + timedelta(days=1)
        report = GivenReport(id=name, item=NAMES[item], start=used, until=until, quantity=Quantity.whole(quantity))
        entries.append((used + timedelta(days=delay), report))
        if back:
            corrects = replace(report, id=f"A-{name}", corrects=name, quantity=Quantity.whole(-(quantity * back // 4)))
            entries.append((used + timedelta(days=delay + 20 * back), corrects))
    for month in range(1, LATER):
        run = month_after(START, month)
        for today, report in sorted(entries, key=lambda entry: entry[0]):
            if month_after(run, -1) <= today < run:
                life.enter(report, today)
        life.run(run)
    return life


def billed(life: Life) -> Money:
    """The net of all that was invoiced."""
    return sum((one.portion.net for one in life.invoiced.values()), Money(0, rulebook().currency))


@cache
def price(product: str, quantity: int) -> Money:
    """The price of a quantity of one period."""
    order = order_of(product, None)
    item = order.items[0]
    return billing.prices(order, CUSTOMER, rulebook(), tracing=False).price_on(item, START, Quantity(quantity)).net


def sums(life: Life, *items: str) -> list[int]:
    """What items used in each month, in millionths."""
    reports: tuple[UsageReport, ...] = life.order.items[0].usage  # type: ignore[union-attr]  # items of a subscription
    return [
        sum(each.quantity.micros for each in reports if each.item in items and each.start.month == START.month + at) for at in range(MONTHS)
    ]


@given(REPORTS)
def test_the_lines_of_an_item_add_up_to_the_tiers_of_its_sum(reports: Given) -> None:
    life = live("REQUESTS", None, reports)
    wanted = [price("REQUESTS", used) for name in ("one", "two") for used in sums(life, name)]
    assert billed(life) == sum(wanted, Money(0, rulebook().currency))


@given(REPORTS)
def test_the_lines_of_items_counted_together_add_up_to_the_tiers_of_their_sum(reports: Given) -> None:
    life = live("SCANS", None, reports)
    assert billed(life) == sum((price("SCANS", used) for used in sums(life, "one", "two")), Money(0, rulebook().currency))


@given(REPORTS, st.integers(0, 500))
def test_usage_and_what_is_missing_add_up_to_the_minimum_of_a_period(reports: Given, least: int) -> None:
    minimum = Money(least * 100, rulebook().currency)
    life = live("MAILS", Commitment(net=minimum), reports)
    wanted = [max(minimum, price("MAILS", used)) for name in ("one", "two") for used in sums(life, name)]
    assert billed(life) == sum(wanted, Money(0, rulebook().currency))


@given(REPORTS, st.integers(0, 1500))
def test_usage_and_what_is_missing_add_up_to_the_minimum_of_a_term(reports: Given, least: int) -> None:
    minimum = Money(least * 100, rulebook().currency)
    life = live("MAILS", Commitment(net=minimum, per="term"), reports)
    wanted = [max(minimum, price("MAILS", sum(sums(life, name)))) for name in ("one", "two")]
    assert billed(life) == sum(wanted, Money(0, rulebook().currency))


def test_a_late_report_that_the_minimum_covers_is_a_line_of_nothing() -> None:
    life = live("MAILS", Commitment(net=Money(50_000, rulebook().currency)), [(0, 9, 0, 320, 0), (0, 20, 20, 100, 0)])
    late = life.invoiced["one|usage|2026-02-01|U-1"]
    assert (str(late.portion.quantity), str(late.portion.net), str(late.portion.note)) == (
        "100",
        "0.00",
        "late report U-1, 2026-01-01 to 2026-01-31",
    )
