"""What usage draws from the prepaid amounts of its order: the oldest first, and back again where a correction leaves less used."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from typing import Final

from engine.dates import month_after
from engine.documents.order import Order, OrderItem, SubscriptionItem
from engine.documents.prepaid import PrepaidLedger, PrepaidMovement, balance_of
from engine.documents.quote import PricedLine
from engine.documents.transaction import Portion, Transaction
from engine.money import MICRO, Money, Price, Quantity
from engine.phrases import Figure, phrase
from engine.reasons import Reason
from engine.stages.scheduling.build_transactions import transaction_of

DRAWN: Final = "drawn from the prepaid amount of {day}, {left} left"
GIVEN_BACK: Final = "given back to the prepaid amount of {day}, {left} left"
_SUBJECT: Final = "prepaid"


@dataclass(slots=True)
class _Purchase:
    """A prepaid amount, and what of it no draw has yet."""

    item: OrderItem
    bought_on: date
    left: Money

    @property
    def ends_before(self) -> date | None:
        """The first day from which nothing is drawn; None: there is none."""
        return end_of(self.item)

    def serves(self, one: Transaction) -> bool:
        """Whether a transaction of usage may draw from it."""
        terms, period = self.item.prepaid, one.service_period
        if terms is None or period is None or one.billing_date is None or one.line.product not in terms.products:
            return False
        return self.bought_on <= one.billing_date and (self.ends_before is None or period.start < self.ends_before)


@dataclass(slots=True)
class _PeriodDraws:
    """What an item used in a period, and what each prepaid amount gave for it, in the order of drawing."""

    used: int = 0
    drawn: dict[str, int] = field(default_factory=dict)


def end_of(item: OrderItem) -> date | None:
    """The first day from which nothing is drawn from a prepaid amount: its own end, or that of its months."""
    starts_on, terms = item.activated_on or item.starts_on, item.prepaid
    ends = [item.ends_before]
    if terms is not None and terms.months is not None and starts_on is not None:
        ends.append(month_after(starts_on, terms.months))
    return min((day for day in ends if day is not None), default=None)


def with_drawdowns(order: Order, planned: Iterable[Transaction]) -> tuple[Transaction, ...]:
    """The planned transactions of an order, each usage followed by what it draws from prepaid amounts."""
    return tuple(_Drawing(order, tuple(planned)).all())


class _Drawing:
    """Goes through the usage of an order in the order of billing."""

    def __init__(self, order: Order, planned: Sequence[Transaction]) -> None:
        self._order, self._planned = order, planned
        self._ledger = order.prepaid or PrepaidLedger()
        self._items: Mapping[str, OrderItem] = {item.id: item for item in order.items}
        self._moved: dict[str, list[PrepaidMovement]] = {}
        for one in self._ledger.movements:
            self._moved.setdefault(one.transaction, []).append(one)
        self._purchases = sorted(self._bought(), key=lambda one: one.bought_on)
        self._periods: dict[tuple[str, date], _PeriodDraws] = {}

    def all(self) -> Iterator[Transaction]:
        """Every planned transaction, and the draws."""
        draws: dict[str, list[Transaction]] = {}
        usage = [one for one in self._planned if one.portion.kind == "usage" and one.billing_date is not None]
        for one in sorted(usage, key=self._place):
            draws[one.identity] = list(self._draws_of(one))
        for one in self._planned:
            yield one
            yield from draws.get(one.identity, ())

    def _bought(self) -> Iterator[_Purchase]:
        """The prepaid amounts, in the order of the items; what was sold is what its document says, what was not is what is planned."""
        planned = {one.item: one for one in self._planned if one.portion.kind == "one-time" and one.prepaid == one.item}
        for item in self._order.items:
            movements = self._ledger.of(item.id)
            sale, one = self._ledger.sale(item.id), planned.get(item.id)
            starts_on = item.activated_on or item.starts_on
            if item.prepaid is None or starts_on is None:
                continue
            if sale is not None:
                yield _Purchase(item, starts_on, balance_of(movements, self._order.currency).left)
            elif one is not None and one.billing_date is not None and one.portion.net.minor > 0:
                yield _Purchase(item, one.billing_date, one.portion.net)

    def _place(self, one: Transaction) -> tuple[date, bool, int, str]:
        """On time before late, and late ones in the order of entry."""
        item = self._items[one.item]
        reports = item.usage if isinstance(item, SubscriptionItem) else ()
        entered = next((each.sequence for each in reports if each.id == one.portion.change), 0)
        return (one.billing_date or date.max, one.portion.change is not None, entered, one.identity)

    def _period_of(self, one: Transaction) -> _PeriodDraws:
        """The period to which usage belongs: of a late report that of its days."""
        start = one.service_period.start if one.service_period is not None else date.min
        if one.portion.change is not None:
            item = self._items[one.item]
            reports = item.usage if isinstance(item, SubscriptionItem) else ()
            day = next((each.start for each in reports if each.id == one.portion.change), start)
            of_item = (each.service_period for each in self._planned if each.item == one.item and each.portion.kind == "usage")
            start = next((each.start for each in of_item if each is not None and each.start <= day < each.until), start)
        return self._periods.setdefault((one.item, start), _PeriodDraws())

    def _draws_of(self, one: Transaction) -> Iterator[Transaction]:
        period = self._period_of(one)
        period.used += one.portion.net.minor
        if one.identity in self._ledger.billed:
            yield from self._as_invoiced(one, period)
        elif one.portion.net.minor > 0:
            yield from self._drawn(one, period)
        elif one.portion.net.minor < 0:
            yield from self._given_back(one, period)

    def _as_invoiced(self, one: Transaction, period: _PeriodDraws) -> Iterator[Transaction]:
        """The draws that usage on an invoice had; what a credit note returned of one counts no more, and the draw stays as it was."""
        for purchase in self._order.items:
            if purchase.prepaid is None:
                continue
            identity = self._transaction(one, purchase, one.portion.net, one.portion.net).identity
            moved = self._moved.get(identity, ())
            period.drawn[purchase.id] = period.drawn.get(purchase.id, 0) - sum(each.amount.minor for each in moved)
            for last in [each for each in moved if each.kind == "drawn"][-1:]:
                so_far = self._ledger.of(purchase.id)
                left = balance_of(so_far[: so_far.index(last) + 1], one.currency).left
                yield self._transaction(one, purchase, last.amount, left)

    def _drawn(self, one: Transaction, period: _PeriodDraws) -> Iterator[Transaction]:
        open_net = one.portion.net
        for purchase in self._purchases:
            if open_net.minor <= 0:
                return
            if purchase.left.minor <= 0 or not purchase.serves(one):
                continue
            amount = min(open_net, purchase.left)
            open_net, purchase.left = open_net - amount, purchase.left - amount
            period.drawn[purchase.item.id] = period.drawn.get(purchase.item.id, 0) + amount.minor
            yield self._transaction(one, purchase.item, -amount, purchase.left)

    def _given_back(self, one: Transaction, period: _PeriodDraws) -> Iterator[Transaction]:
        """What was drawn for a period beyond what is used in it: what was drawn last first."""
        too_much = sum(period.drawn.values()) - max(period.used, 0)
        for purchase in reversed(self._purchases):
            amount = min(too_much, period.drawn.get(purchase.item.id, 0))
            if amount <= 0:
                continue
            too_much -= amount
            period.drawn[purchase.item.id] -= amount
            back = Money(amount, one.currency)
            purchase.left = purchase.left + back
            yield self._transaction(one, purchase.item, back, purchase.left)

    def _transaction(self, one: Transaction, purchase: OrderItem, net: Money, left: Money) -> Transaction:
        """A draw, beside the usage for which it is; above zero it gives back."""
        day = purchase.activated_on or purchase.starts_on or date.min
        size = net if net.minor >= 0 else -net
        words = DRAWN if net.minor < 0 else GIVEN_BACK
        note = phrase(words, day=day, left=Figure(left))
        says = phrase("{net} by usage of {used}", net=Figure(net), used=Figure(one.portion.net))
        portion = Portion(
            kind="drawdown",
            change=_change(purchase, one),
            days=one.portion.days,
            period_days=one.portion.days,
            quantity=Quantity(MICRO if net.minor >= 0 else -MICRO),
            list_net=net,
            net=net,
            note=note,
            reasons=(Reason(_SUBJECT, f"item {purchase.id}", phrase("{sum}: {words}", sum=says, words=note)),),
        )
        made = transaction_of(
            self._order,
            self._items[one.item],
            _line(one.line.product, size),
            portion,
            service_period=one.service_period,
            billing_date=one.billing_date,
            expected=one.expected,
            invoice_lead=one.invoice_lead,
        )
        return replace(made, prepaid=purchase.id)


def _line(product: str, net: Money) -> PricedLine:
    """The line of a draw: one, at that price."""
    one = Fraction(1)
    return PricedLine(
        product=product,
        quantity=Quantity(MICRO),
        list_price=Price(net.minor * MICRO // 10**net.currency.exponent, net.currency),
        unit_price=net,
        price_per="period",
        periods=one,
        billing_factor=one,
        list_net=net,
        net=net,
    )


def _change(purchase: OrderItem, one: Transaction) -> str:
    """What makes a draw this one of its usage: the prepaid item, and the report where that came late."""
    return purchase.id if one.portion.change is None else f"{purchase.id} {one.portion.change}"
