"""Short ways to ask for schedules and payment plans in tests: requests as dictionaries, items with a fixed price."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from engine.dates import Period
from engine.documents.order import AdvertisingItem, AnyItem, InvestmentItem, Order, OrderItem, SubscriptionItem
from engine.documents.quote import LineDiscount, PricedLine
from engine.documents.transaction import Transaction
from engine.evaluations.payment_plan import PaymentPlanRequest, evaluate_payment_plan
from engine.evaluations.schedule import ScheduleAnswer, ScheduleRequest, evaluate_schedule
from engine.money import Currency, Money, Price, Quantity
from engine.rulebook.plans import BillingProcess, BillingType, PaymentPlan
from engine.rulebook.terms import Terms
from engine.stages.scheduling.item_schedule import PriceList, schedule

EUR = Currency.of("EUR")
MONTHLY = {"every": 1, "unit": "month", "timing": "advance", "align_to": "anchor", "anchor_day": 1}


@dataclass(frozen=True)
class FewPlans:
    """As much of a rulebook as an evaluation looks at."""

    currency: Currency = EUR
    billing_processes: dict[str, BillingProcess] = field(default_factory=dict)
    billing_types: dict[str, BillingType] = field(default_factory=dict)
    payment_plans: dict[str, PaymentPlan] = field(default_factory=dict)
    payment_events: frozenset[str] = frozenset({"ceiling.closed"})


def schedule_of(plans: FewPlans | None = None, **request: Any) -> ScheduleAnswer:
    """The answer of the evaluation API to a request, with a process monthly from the first unless it says otherwise."""
    asked = {"price": "30.00", "starts_on": "2027-01-01", "due_through": "2027-12-31", "process": MONTHLY, **request}
    return evaluate_schedule(ScheduleRequest.model_validate(asked), plans or FewPlans())


def nets(answer: ScheduleAnswer) -> list[str]:
    """The nets of a schedule, in its order."""
    return [each.net for each in answer.transactions]


def nets_of(found: tuple[Transaction, ...]) -> list[str]:
    """The nets of transactions, in their order."""
    return [str(each.portion.net) for each in found]


def rows(answer: ScheduleAnswer) -> list[tuple[str, str, str, str]]:
    """Kind, service period (the last day included), billing date and net."""
    return [(each.kind, str(each.service_period), str(each.billing_date), each.net) for each in answer.transactions]


def cut(net: str, *shares: str) -> list[str]:
    """The instalments of a net by shares alone."""
    plan = {"instalments": [{"share": share, "event": "order.signed"} for share in shares]}
    answer = evaluate_payment_plan(PaymentPlanRequest.model_validate({"net": net, "plan": plan}), FewPlans())
    return [each.net for each in answer.instalments]


def line(net: str, quantity: int = 1, *, discount: str = "0.00", periods: Fraction = Fraction(1), year: str | None = None) -> PricedLine:
    """A priced line of a whole billing period; `year` is the net of a whole price period where that is longer."""
    taken = Money.parse(discount, EUR)
    shown = (LineDiscount(name="loyal", label="Loyal", amount=taken),) if taken else ()
    net_money = Money.parse(net, EUR)
    return PricedLine(
        product="P-1",
        quantity=Quantity.whole(quantity),
        list_price=Price.parse(net, EUR),
        unit_price=net_money,
        price_per="month" if year is None else "year",
        periods=periods,
        billing_factor=Fraction(1),
        list_net=net_money + taken,
        discounts=shown,
        net=net_money,
        price_period_net=None if year is None else Money.parse(year, EUR),
    )


@dataclass
class Listed:
    """A price list with versions: a price of one unit by the day from which it counts, for running items and for joining ones."""

    running: dict[date, str]
    joining: dict[date, str] | None = None
    discount: str = "0.00"
    asked: list[date] = field(default_factory=list)

    def price_on(self, item: OrderItem, on: date, quantity: Quantity, *, joining: bool = False) -> PricedLine:
        """The latest version, or the negotiated price."""
        self.asked.append(on)
        versions = self.joining if joining and self.joining else self.running
        unit = versions[max(day for day in versions if day <= on)]
        if item.negotiated_price is not None:
            unit = str(item.negotiated_price)
        pieces = quantity.micros // 1_000_000
        return line(str(Money.parse(unit, EUR).times(Fraction(pieces))), pieces, discount=self.discount)

    def versions_within(self, item: OrderItem, period: Period) -> tuple[date, ...]:
        """The days of later versions inside a period."""
        return tuple(day for day in sorted(self.running) if period.start < day < period.until)


ACTIVE: dict[str, Any] = {
    "id": "o1-1", "product": "P-1", "quantity": Quantity.whole(1), "currency": EUR, "state": "active", "activated_on": date(2027, 1, 1),
    "supply_kind": "service", "vat_class": "standard", "revenue_account": "subscriptions",
}  # fmt: skip


def item(**fields: Any) -> SubscriptionItem:
    """An active item of a subscription that began on 1 January 2027, unless it says otherwise."""
    return SubscriptionItem(**{**ACTIVE, **fields})


def advertising(**fields: Any) -> AdvertisingItem:
    """An active item of advertising."""
    return AdvertisingItem(**{**ACTIVE, **fields})


def investment(**fields: Any) -> InvestmentItem:
    """An investment that waits, unless it says otherwise."""
    return InvestmentItem(**{**ACTIVE, "activated_on": None, "state": "pending", **fields})


def order(*items: AnyItem, **fields: Any) -> Order:
    """An order with these items, of their type."""
    own: dict[str, Any] = {"id": "o1", "type": items[0].type, "customer": "C1", "currency": EUR, "items": items}
    return Order(**{**own, **fields})


def planned(one: OrderItem, through: str, prices: PriceList | None = None, **terms: Any) -> tuple[Transaction, ...]:
    """The transactions of an item alone, anchored on the first of the month and at 31.00 unless said otherwise."""
    own = Terms.model_validate({"align_to": "anchor", "anchor_day": 1, **terms})
    return schedule(order(one), one, own, prices or Listed({date(2000, 1, 1): "31.00"}), through=date.fromisoformat(through)).transactions


def shown(found: tuple[Transaction, ...]) -> list[tuple[str, str, str, str]]:
    """Kind, service period (the last day included), billing date and net."""
    return [(each.portion.kind, str(each.service_period), str(each.billing_date), str(each.portion.net)) for each in found]
