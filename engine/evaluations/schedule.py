"""POST /v1/evaluations/schedule: the transactions of one item by a billing process, without any order or rulebook price."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from functools import cache
from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator

from engine.budgets import SCHEDULE_TIERS, check_amounts
from engine.dates import Day, GivenDay, Period
from engine.documents.document import CLOSED, Document
from engine.documents.order import ItemChange
from engine.documents.quote import PricedLine
from engine.evaluations.evaluation import Evaluation, Example
from engine.evaluations.request_fields import PriceGiven, as_name, check_legal_tender, or_text
from engine.model_errors import field_error
from engine.money import Currency, Money, Price, Quantity
from engine.phrases import Figure, Sentence, phrase
from engine.problems import Problem, Refusal, refuse
from engine.rulebook.book import Rulebook
from engine.rulebook.plans import AlignTo, IntervalUnit, MonthEnd, OnChange, Proration, Timing
from engine.rulebook.terms import Terms, flat_terms, price_periods
from engine.stages.pricing.billing_choice import UNKNOWN_PROCESS
from engine.stages.pricing.tiers import Tiers, price_tiers
from engine.stages.scheduling.build_transactions import says
from engine.stages.scheduling.charges import PricedCharge
from engine.stages.scheduling.item_schedule import plan_charges
from engine.stages.scheduling.timeline import ServiceState, course_of, term_problems, timeline_of

_SAMPLES: Final = {"every": "1", "unit": "month", "timing": "advance", "align_to": "anchor"}


class ProcessGiven(Document):
    """A billing process: its name in plans/, `{billing: flat-rate}`, or its fields."""

    model_config = or_text(description="the name of a billing process in plans/")

    name: str | None = Field(default=None, max_length=60)
    billing: Literal["flat-rate"] | None = None
    every: Annotated[int, Field(strict=True, ge=1, le=1200)] | None = None
    unit: IntervalUnit | None = None
    timing: Timing | None = None
    align_to: AlignTo | None = None
    anchor_day: Annotated[int, Field(strict=True, ge=1, le=31)] | None = None
    anchor_month: Annotated[int, Field(strict=True, ge=1, le=12)] | None = None
    month_end: MonthEnd = "clamp"
    proration: Proration = "actual"
    on_change: OnChange | None = None
    price_per: Literal["month", "quarter", "half-year", "year"] | None = None
    invoice_lead: Annotated[int, Field(strict=True, ge=0, le=366)] = 0

    _from_name = model_validator(mode="before")(as_name)

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if self.name is None and self.billing is None:
            missing = [field for field in ("every", "unit", "timing", "align_to") if getattr(self, field) is None]
            if missing:
                samples = ", ".join(f"`{name}: {_SAMPLES[name]}`" for name in missing)
                remedy = phrase("write {samples}; the reference names the other values", samples=samples)
                raise field_error("missing-fields", "a billing process needs {missing}", missing=", ".join(missing), remedy=remedy)
        return self

    def terms(self, rulebook: Rulebook) -> Terms:
        """The terms it states; Refusal where plans/ has no process of its name."""
        if self.name is not None:
            process = rulebook.billing_processes.get(self.name)
            if process is None:
                known = ", ".join(sorted(rulebook.billing_processes)) or "none, for plans/ has none"
                raise refuse(UNKNOWN_PROCESS, None, "/process", name=self.name, possible=known)
            return flat_terms(process, rulebook.billing_types[process.billing_type])
        if self.billing is not None:
            return Terms(once=True, invoice_lead=self.invoice_lead)
        return Terms.model_validate(self.model_dump(exclude_none=True))


class ChangeGiven(Document):
    """A change from a day on: another quantity or price (or both), a suspension, or a resumption."""

    on: GivenDay
    quantity: Quantity | None = None
    price: PriceGiven | None = None
    suspend: bool = False
    resume: bool = False

    @model_validator(mode="after")
    def _says_one(self) -> Self:
        kinds = [self.quantity is not None or self.price is not None, self.suspend, self.resume]
        if sum(kinds) != 1:
            remedy = phrase("write exactly one of `quantity` (with or without `price`), `price`, `suspend: true` and `resume: true`")
            raise field_error("one-of", "a change has a quantity or a price (or both), or `suspend`, or `resume`", remedy=remedy)
        return self


class ScheduleRequest(Document):
    """The price, the billing process, the first day, and the day through which to schedule."""

    price: PriceGiven
    quantity: Quantity = Field(default_factory=lambda: Quantity.whole(1), description="By default 1.")
    currency: Currency | None = None
    starts_on: GivenDay
    ends_before: GivenDay | None = None
    due_through: GivenDay
    process: ProcessGiven
    changes: tuple[ChangeGiven, ...] = Field(default=(), max_length=1000)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduledTransaction:
    """One transaction of a schedule; `days` of `period_days` by the declared convention, equal for a whole period."""

    __pydantic_config__ = CLOSED

    kind: Literal["recurring", "change", "one-time"]
    service_period: Period
    billing_date: Day
    days: int
    period_days: int
    quantity: Quantity
    net: str
    reason: Sentence


class ScheduleAnswer(Document):
    """Every transaction that may be invoiced through the day, and the earliest billing date after them (null: there is none)."""

    transactions: tuple[ScheduledTransaction, ...]
    next_billing_date: Day | None


def evaluate_schedule(request: ScheduleRequest, rulebook: Rulebook) -> ScheduleAnswer:
    """The schedule of one item, as runs on every billing date bill it: a suspension after that date is a line of its own beside the whole
    period, which was invoiced by then. Refusal with JSON pointers for terms by which nothing can be billed.
    """
    currency = request.currency or request.price.currency or rulebook.currency
    terms = request.process.terms(rulebook)
    prices = _prices(request, currency)
    problems = term_problems(terms, request.starts_on, request.ends_before)
    if problems:
        raise Refusal(problems)
    changes = [_item_change(at, change, prices, currency) for at, change in enumerate(request.changes)]
    periods = Fraction(1) if terms.once else price_periods(terms.price_per, terms.every, terms.unit)

    @cache
    def line_of(name: str, quantity: Quantity) -> PricedLine:
        return _line(prices[name], quantity, periods, terms, currency, f"/changes/{name}" if name else "")

    def rate_of(_on: date, quantity: Quantity, priced_by: ItemChange | None, _joining: bool) -> PricedLine:
        return line_of("" if priced_by is None else priced_by.id, quantity)

    if terms.once:
        check_legal_tender(currency, request.starts_on)
        return _once(request, terms, changes, rate_of(request.starts_on, *_first(request, changes), False))
    timeline = timeline_of(terms, request.starts_on, request.ends_before)
    course = course_of(timeline, ServiceState(request.quantity), changes, rate_of, lambda _period: (), is_punctual=True)
    charges, following = plan_charges(course, through=request.due_through)
    check_legal_tender(currency, max((charge.billing_date for charge in charges), default=request.starts_on))
    return ScheduleAnswer(transactions=tuple(_scheduled(terms, charge) for charge in charges), next_billing_date=following)


def _prices(request: ScheduleRequest, currency: Currency) -> dict[str, Tiers]:
    """The prices of a request: its own under the empty name, and those of its changes by their position."""
    prices = {"": request.price.terms(currency, "/price")}
    for at, change in enumerate(request.changes):
        if change.price is not None:
            prices[str(at)] = change.price.terms(currency, f"/changes/{at}/price")
    SCHEDULE_TIERS.check(max(len(price.rows) for price in prices.values()) * (1 + len(request.changes)), pointer="/changes")
    return prices


def _item_change(at: int, change: ChangeGiven, prices: Mapping[str, Tiers], currency: Currency) -> ItemChange:
    """A change of the schedule; its id is its position, which is the key of its price."""
    marker = Price(prices[str(at)].rows[0].unit_price, currency) if change.price is not None else None
    return ItemChange(id=str(at), on=change.on, quantity=change.quantity, price=marker, suspend=change.suspend, resume=change.resume)


def _first(request: ScheduleRequest, changes: Sequence[ItemChange]) -> tuple[Quantity, ItemChange | None]:
    """Quantity and price on the first day."""
    current = ServiceState(request.quantity)
    for change in sorted(changes, key=lambda change: change.on):
        if change.on <= request.starts_on:
            current = current.after(change)
    return current.quantity, current.priced_by


def _line(price: Tiers, quantity: Quantity, periods: Fraction, terms: Terms, currency: Currency, pointer: str) -> PricedLine:
    """The price of a whole billing period, rounded once; with that of a whole price period where it is invoiced in parts."""
    try:
        tier = price_tiers(price, quantity, Fraction(1), currency, tracing=False)
    except Refusal as refusal:
        raise Refusal(tuple(_moved(problem, pointer) for problem in refusal.problems)) from None
    unit = Price(tier.unit_micros, currency)
    net = Money.rounded(tier.exact * periods.numerator, periods.denominator * 10 ** (12 - currency.exponent), currency)
    check_amounts((net, tier.net), f"{pointer}/price")
    return PricedLine(
        product="",
        quantity=quantity,
        list_price=unit,
        unit_price=unit.times(Fraction(1)),
        price_per=terms.price_per,
        periods=periods,
        billing_factor=Fraction(1),
        list_net=net,
        net=net,
        price_period_net=tier.net,
    )


def _moved(problem: Problem, pointer: str) -> Problem:
    """A problem of a tier table with the pointer in this request."""
    inside = problem.pointer or ""
    return problem.kind.at(None, f"{pointer}/price{inside}" if inside.startswith("/tiers") else f"{pointer}{inside}", **dict(problem.words))


def _once(request: ScheduleRequest, terms: Terms, changes: Sequence[ItemChange], line: PricedLine) -> ScheduleAnswer:
    """A flat rate: due once, on its first day, never prorated."""
    on = request.starts_on
    if request.ends_before == on or any(change.suspend and change.on <= on for change in changes):
        return ScheduleAnswer(transactions=(), next_billing_date=None)
    if on - timedelta(days=terms.days_ahead) > request.due_through:
        return ScheduleAnswer(transactions=(), next_billing_date=on)
    once = ScheduledTransaction(
        kind="one-time",
        service_period=Period(on, on + timedelta(days=1)),
        billing_date=on,
        days=1,
        period_days=1,
        quantity=line.quantity,
        net=str(line.net),
        reason=phrase("{net}, paid once, on {day}", net=Figure(line.net), day=on),
    )
    return ScheduleAnswer(transactions=(once,), next_billing_date=None)


def _scheduled(terms: Terms, charge: PricedCharge) -> ScheduledTransaction:
    return ScheduledTransaction(
        kind=charge.kind,
        service_period=charge.served,
        billing_date=charge.billing_date,
        days=charge.counted.days,
        period_days=charge.counted.of,
        quantity=charge.quantity,
        net=str(charge.net),
        reason=says(terms, charge),
    )


def _example(rulebook: Rulebook) -> Example:
    return {
        "price": "30.00",
        "currency": rulebook.currency.code,
        "starts_on": "2027-01-31",
        "due_through": "2027-04-30",
        "process": {"every": 1, "unit": "month", "timing": "advance", "align_to": "anchor", "anchor_day": 31},
    }


EVALUATION: Final = Evaluation("schedule", "When how much is invoiced", ScheduleRequest, ScheduleAnswer, evaluate_schedule, _example)
