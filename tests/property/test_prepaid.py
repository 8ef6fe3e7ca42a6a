"""Prepaid amounts: whatever is reported when, what is drawn is what a plain model draws, and no cent is drawn twice or lost."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cache
from typing import Final

from hypothesis import given
from hypothesis import strategies as st

from engine import billing
from engine.bulk_planning import planned_net
from engine.dates import month_after
from engine.documents.order import InvoicedLine, Order, SubscriptionItem
from engine.documents.prepaid import MovementKind, PrepaidLedger, PrepaidMovement, PrepaidTerms, balance_of
from engine.documents.transaction import Transaction
from engine.documents.transaction_figures import amount_of
from engine.documents.usage_report import Commitment, GivenReport
from engine.money import Money, Percent, Price, Quantity
from engine.rulebook.book import Rulebook
from tests.golden.rulebooks import rulebook_of
from tests.property.test_usage import CUSTOMER, LATER, NAMES, REPORTS, START, Given

AMOUNTS: Final = st.lists(
    st.tuples(st.integers(0, 100), st.integers(1, 60), st.sampled_from([None, 1, 2]), st.integers(1, 7), st.integers(0, 4)), max_size=3
)
"""The day since the start on which each amount is bought, its net, how many months it lasts, and the run after which quarters go back."""
Bought = list[tuple[int, int, int | None, int, int]]
CREDIT: Final = "CREDIT"


@cache
def rulebook() -> Rulebook:
    """The small rulebook with an amount that is paid in advance for requests and mails."""
    small = rulebook_of("small")
    requests = small.products["REQUESTS"]
    once = {
        "measured": False,
        "included": None,
        "price_per": "once",
        "prepays": ("REQUESTS", "MAILS"),
        "billing_processes": ("investment",),
    }
    credit = type(requests).model_validate({**dict(requests), "code": CREDIT, **once})
    return replace(small, products={**small.products, CREDIT: credit})


@dataclass
class Model:
    """What a clerk would draw by hand, invoice after invoice."""

    left: dict[str, int] = field(default_factory=dict)
    drawn: dict[tuple[str, date], dict[str, int]] = field(default_factory=dict)
    used: dict[tuple[str, date], int] = field(default_factory=dict)

    def draw(self, item: str, period: date, net: int, amounts: list[str]) -> dict[str, int]:
        """What usage draws from each of the amounts that serve it, the oldest first; below zero what it gives back."""
        key = (item, period)
        drawn = self.drawn.setdefault(key, {})
        self.used[key] = self.used.get(key, 0) + net
        result: dict[str, int] = {}
        if net > 0:
            for name in amounts:
                result[name] = min(net, max(self.left[name], 0))
                net -= result[name]
        else:
            back = max(0, sum(drawn.values()) - max(0, self.used[key]))
            for name in reversed([*self.left]):
                result[name] = -min(back, drawn.get(name, 0))
                back += result[name]
        for name, minor in result.items():
            self.left[name] -= minor
            drawn[name] = drawn.get(name, 0) + minor
        return {name: minor for name, minor in result.items() if minor}


@dataclass
class Life:
    """An order with its reports as they are entered, what each run invoices, and what became of its prepaid amounts."""

    order: Order
    invoiced: dict[str, Transaction] = field(default_factory=dict)
    model: Model = field(default_factory=Model)

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
        grown = (each.replace(usage=(*each.usage, taken)) if each.product == item.product else each for each in self.order.items)
        self.order = self.order.replace(items=tuple(grown))

    def run(self, today: date) -> None:
        """Invoices what is due; what was invoiced before is planned as it was, and the draws are those of the model."""
        planned = billing.plan(self.order, CUSTOMER, rulebook(), through=today, today=today)
        due = [one for one in planned if one.is_due(today) and one.identity not in self.invoiced]
        for one in planned:
            if one.identity in self.invoiced:
                assert one.portion.net == self.invoiced[one.identity].portion.net, one.identity
        assert self.invoiced.keys() <= {one.identity for one in planned}
        sold = [one for one in due if one.portion.kind == "one-time"]
        for one in sorted(sold, key=lambda one: one.billing_date or date.max):
            self._move("sold", one, one.portion.net.minor)
            self.model.left[one.item] = one.portion.net.minor
        by_usage = {one.identity: one for one in due if one.portion.kind == "usage"}
        draws = [one for one in due if one.portion.kind == "drawdown"]
        for identity in self._in_order(by_usage):
            usage = by_usage[identity]
            expected = self.model.draw(usage.item, self._period(usage), usage.portion.net.minor, self._serving(usage))
            own = {one.prepaid: -one.portion.net.minor for one in draws if _usage_of(one) == identity}
            assert own == expected, identity
        for one in draws:
            self._move("drawn", one, one.portion.net.minor)
        self.invoiced |= {one.identity: one for one in due}
        ledger = self.order.prepaid or PrepaidLedger()
        self.order = self.order.replace(prepaid=replace(ledger, billed=ledger.billed | by_usage.keys()))
        assert {name: self.left(name) for name in self.model.left} == self.model.left
        assert all(minor >= 0 for minor in self.model.left.values())

    def refund(self, name: str, quarters: int) -> None:
        """Credits a part of what is left of an amount."""
        sale = next((one for one in self.invoiced.values() if one.item == name), None)
        minor = self.left(name) * quarters // 4
        if sale is not None and minor:
            self._move("refunded", sale, -minor)
            self.model.left[name] -= minor

    def left(self, name: str) -> int:
        """What is left of an amount by its movements."""
        ledger = self.order.prepaid or PrepaidLedger()
        balance = balance_of(ledger.of(name), self.order.currency)
        assert balance.sold == balance.refunded + balance.drawn + balance.lapsed + balance.left
        return balance.left.minor

    def _move(self, kind: MovementKind, one: Transaction, minor: int) -> None:
        ledger = self.order.prepaid or PrepaidLedger()
        moved = PrepaidMovement(
            kind=kind, item=one.prepaid or "", amount=Money(minor, one.currency), on=START, document="1", line=1,
            transaction=one.identity, category="S", rate=Percent.parse("21"),
        )  # fmt: skip
        self.order = self.order.replace(prepaid=replace(ledger, movements=(*ledger.movements, moved)))

    def _in_order(self, by_usage: dict[str, Transaction]) -> list[str]:
        sequence = {each.id: each.sequence for item in self.order.items if isinstance(item, SubscriptionItem) for each in item.usage}

        def place(identity: str) -> tuple[object, ...]:
            one = by_usage[identity]
            return (one.billing_date, one.portion.change is not None, sequence.get(one.portion.change or "", 0), identity)

        return sorted(by_usage, key=place)

    def _period(self, one: Transaction) -> date:
        assert one.service_period is not None
        reports = {each.id: each for item in self.order.items if isinstance(item, SubscriptionItem) for each in item.usage}
        return reports[one.portion.change].start.replace(day=1) if one.portion.change else one.service_period.start

    def _serving(self, one: Transaction) -> list[str]:
        assert one.billing_date is not None
        assert one.service_period is not None
        amounts = [item for item in self.order.items if item.prepaid is not None and item.id in self.model.left]
        served = []
        for item in sorted(amounts, key=lambda item: item.activated_on or date.max):
            assert item.activated_on is not None
            assert item.prepaid is not None
            ends = month_after(item.activated_on, item.prepaid.months) if item.prepaid.months else date.max
            if item.activated_on <= one.billing_date and one.service_period.start < ends:
                served.append(item.id)
        return served


def _usage_of(draw: Transaction) -> str:
    assert draw.service_period is not None
    report = (draw.portion.change or "").removeprefix(draw.prepaid or "").strip()
    return f"{draw.item}|usage|{draw.service_period.start}|{report}"


def order_of(product: str, bought: Bought, commitment: Commitment | None = None) -> Order:
    """Two measured items for three months, and the amounts that are bought."""
    book = rulebook()
    own = {
        "currency": book.currency,
        "state": "active",
        "supply_kind": "electronic-service",
        "vat_class": "standard",
        "revenue_account": "subscriptions",
    }
    until = month_after(START, 3)
    measured = [
        SubscriptionItem(
            id=name, product=product, quantity=Quantity(0), activated_on=START, ends_before=until, commitment=commitment, **own
        )
        for name in NAMES
    ]
    amounts = [
        SubscriptionItem(
            id=f"credit-{at}", product=CREDIT, quantity=Quantity.whole(1), activated_on=START + timedelta(days=day),
            negotiated_price=Price.parse(str(net), book.currency), **own,
        )
        for at, (day, net, *_) in enumerate(bought)
    ]  # fmt: skip
    order = Order(id="O1", currency=book.currency, type="subscription", customer="K1", signed_on=START, items=(*measured, *amounts))
    agreed = billing.agree(order, CUSTOMER, book, on=START)
    months = {f"credit-{at}": each[2] for at, each in enumerate(bought)}
    items = (item if item.prepaid is None else item.replace(prepaid=_lasting(item.prepaid, months[item.id])) for item in agreed.items)
    return agreed.replace(items=tuple(items))


def _lasting(terms: PrepaidTerms, months: int | None) -> PrepaidTerms:
    return replace(terms, months=months)


def _entries(reports: Given) -> Iterator[tuple[date, GivenReport]]:
    for at, (item, day, delay, quantity, back) in enumerate(reports):
        used = START + timedelta(days=day)
        name = f"U-{len(reports) - at}"
        report = GivenReport(id=name, item=NAMES[item], start=used, until=used + timedelta(days=1), quantity=Quantity.whole(quantity))
        yield used + timedelta(days=delay), report
        if back:
            corrects = replace(report, id=f"A-{name}", corrects=name, quantity=Quantity.whole(-(quantity * back // 4)))
            yield used + timedelta(days=delay + 20 * back), corrects


def live(product: str, reports: Given, bought: Bought, commitment: Commitment | None = None, runs: tuple[int, ...] = ()) -> Life:
    """Every report entered on its day, a run on each first of a month or only on some, and refunds after runs."""
    life = Life(order_of(product, bought, commitment))
    entries = sorted(_entries(reports), key=lambda entry: entry[0])
    for month in range(1, LATER):
        run = month_after(START, month)
        for today, report in entries:
            if month_after(run, -1) <= today < run:
                life.enter(report, today)
        if not runs or month in runs or month == LATER - 1:
            life.run(run)
        for at, (*_, refunded_in, quarters) in enumerate(bought):
            if refunded_in == month:
                life.refund(f"credit-{at}", quarters)
    return life


@given(REPORTS, AMOUNTS)
def test_each_run_draws_what_a_clerk_would(reports: Given, bought: Bought) -> None:
    life = live("REQUESTS", reports, bought)
    billed = [one for one in life.invoiced.values() if one.portion.kind in ("usage", "drawdown")]
    assert sum(one.portion.net.minor for one in billed) >= 0


@given(REPORTS, AMOUNTS, st.sets(st.integers(1, 8)))
def test_missed_runs_draw_as_much(reports: Given, bought: Bought, runs: set[int]) -> None:
    live("REQUESTS", reports, bought, runs=tuple(sorted(runs)))


@given(REPORTS, AMOUNTS, st.integers(0, 60))
def test_a_minimum_is_not_drawn(reports: Given, bought: Bought, least: int) -> None:
    minimum = Commitment(net=Money(least * 100, rulebook().currency))
    life = live("MAILS", reports, bought, minimum)
    alone = live("MAILS", reports, [], minimum)
    for name, one in alone.invoiced.items():
        assert life.invoiced[name].portion.net == one.portion.net


@given(REPORTS, AMOUNTS)
def test_all_ways_of_planning_agree(reports: Given, bought: Bought) -> None:
    life = live("REQUESTS", reports, bought, runs=(2,))
    through = month_after(START, 5)
    order, customers = life.order, {"K1": CUSTOMER}
    one_by_one = billing.plan(order, CUSTOMER, rulebook(), through=through)
    together = billing.plan_all([order], customers, rulebook(), through=through)
    assert together.transactions["O1"] == one_by_one
    since = month_after(START, 2)
    later = billing.plan_all([order], customers, rulebook(), through=through, since=since).transactions["O1"]
    assert later == tuple(one for one in one_by_one if one.billing_date is None or one.billing_date >= since)
    figures = billing.plan_amounts([order], customers, rulebook(), through=through).amounts["O1"]
    assert Counter(one for each in figures.values() for one in each) == Counter(map(amount_of, one_by_one))
    nets = planned_net([([order], customers)], rulebook(), first=since, through=through).nets
    by_month: dict[str, int] = {}
    for one in later:
        by_month[f"{one.billing_date:%Y-%m}"] = by_month.get(f"{one.billing_date:%Y-%m}", 0) + one.portion.net.minor
    assert {month: net for (month, _), net in nets.items() if net} == {month: net for month, net in by_month.items() if net}


def test_a_correction_takes_back_first_what_was_billed_beyond() -> None:
    life = live("REQUESTS", [(0, 5, 0, 400, 2)], [(0, 60, None, 7, 0)])
    nets = {name: str(one.portion.net) for name, one in life.invoiced.items() if one.portion.net.minor}
    assert nets == {
        "one|usage|2026-01-01|": "140.00",
        "one|drawdown|2026-01-01|credit-0": "-60.00",
        "credit-0|one-time|2026-01-01|": "60.00",
        "one|usage|2026-02-01|A-U-1": "-90.00",
        "one|drawdown|2026-02-01|credit-0 A-U-1": "10.00",
    }
    given_back = life.invoiced["one|drawdown|2026-02-01|credit-0 A-U-1"].portion
    assert str(given_back.note) == "given back to the prepaid amount of 2026-01-01, 10.00 left"
