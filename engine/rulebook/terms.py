"""The billing terms of one item, from its process, its billing type and its own agreements, and the days whose prices count for it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from typing import Final, Literal, TypeVar, TypeVarTuple, cast

from pydantic import Field, PrivateAttr

from engine.dates import LAST_DAY, Anchors, month_after
from engine.documents.order import OrderItem
from engine.documents.quote import PricePer
from engine.phrases import listed
from engine.rulebook.book import Cache, Rulebook, cached_in_rulebook
from engine.rulebook.catalog import Product
from engine.rulebook.plans import AlignTo, BillingProcess, BillingType, IntervalUnit, MonthEnd, OnChange, PriceChange, Proration, Timing
from engine.rulebook.yaml_model import Whole, Written, YesNo

Arguments = TypeVarTuple("Arguments")
Answer = TypeVar("Answer")
_WEEK: Final = Fraction(12, 52)
_DAY: Final = Fraction(12, 365)
_UNIT_MONTHS: Final[dict[IntervalUnit, Fraction]] = {"month": Fraction(1), "year": Fraction(12), "week": _WEEK, "day": _DAY}
_PRICE_MONTHS: Final[dict[PricePer, Fraction]] = {
    "month": Fraction(1),
    "quarter": Fraction(3),
    "half-year": Fraction(6),
    "year": Fraction(12),
    "4 weeks": 4 * _WEEK,
    "week": _WEEK,
    "day": _DAY,
}
_DAYS: Final[dict[str, int]] = {"day": 1, "week": 7, "4 weeks": 28}


class Terms(Written):
    """What scheduling needs to know of one item's billing: the process, the billing type and the item's own anchor, flattened."""

    once: YesNo = False
    every: Whole = Field(default=1, ge=1, le=1200)
    unit: IntervalUnit = "month"
    timing: Timing = "advance"
    align_to: AlignTo = "activation"
    anchor_day: Whole | None = Field(default=None, ge=1, le=31)
    anchor_month: Whole | None = Field(default=None, ge=1, le=12)
    month_end: MonthEnd = "clamp"
    proration: Proration = "actual"
    on_change: OnChange | None = None
    price_change: PriceChange = "next-period"
    price_per: PricePer = "period"
    invoice_lead: Whole = Field(default=0, ge=0, le=366)
    term_months: Whole | None = None
    renews: YesNo = True
    measured: YesNo = False
    """Whether it is paid by what is used."""
    counted_over: Literal["item", "customer"] = "item"
    """Whether the tiers of what is measured count for each item, or over all items of the customer with the product."""
    process: str | None = None
    """The name of the billing process in plans/, as reasons name it."""
    where: str | None = None
    """File and line of that billing process."""
    _cache: Cache[object] = PrivateAttr(default_factory=lambda: Cache(20_000))

    def __eq__(self, other: object) -> bool:
        """Whether the terms are the same, whatever was computed from them."""
        return isinstance(other, Terms) and self.__dict__ == other.__dict__

    def cached(self, function: Callable[[Terms, *Arguments], Answer], *arguments: *Arguments) -> Answer:
        """The answer of a pure function of these terms and of hashable arguments, computed once."""
        key = (function, *arguments)
        known = self._cache.get(key)
        return cast("Answer", known if known is not None else self._cache.store(key, function(self, *arguments)))

    def bills_like(self, other: Terms) -> bool:
        """Whether the terms bill alike, wherever they are written."""
        return self.__dict__ | {"where": None} == other.__dict__ | {"where": None}

    @property
    def days_ahead(self) -> int:
        """How many days before its billing date a transaction may be invoiced: none in arrears, where the period must have ended."""
        return 0 if self.timing == "arrears" and not self.once else self.invoice_lead


def terms_of(item: OrderItem, rulebook: Rulebook) -> Terms:
    """The terms of an item: its billing process (else its product's first), its billing type (else the process's), its own anchor."""
    product = rulebook.products[item.product]
    process = item.billing_process or product.billing_processes[0]
    over = product.counted_over if product.measured else None
    return _terms(rulebook, process, item.billing_type, "period" if product.measured else product.price_per, *item.anchor, over)


@cached_in_rulebook(10_000)
def _terms(
    rulebook: Rulebook,
    process_id: str,
    type_id: str | None,
    price_per: PricePer,
    anchor_day: int | None,
    anchor_month: int | None,
    counted_over: Literal["item", "customer"] | None,
) -> Terms:
    process = rulebook.billing_processes[process_id]
    billing_type = rulebook.billing_types[type_id or process.billing_type]
    where = rulebook.places.of("billing-processes", process.id)
    terms = flat_terms(process, billing_type, price_per=price_per, anchor_day=anchor_day, anchor_month=anchor_month, where=where)
    return terms if counted_over is None else terms.model_validate({**dict(terms), "measured": True, "counted_over": counted_over})


def flat_terms(
    process: BillingProcess,
    billing_type: BillingType,
    *,
    price_per: PricePer = "period",
    anchor_day: int | None = None,
    anchor_month: int | None = None,
    where: str | None = None,
) -> Terms:
    """The terms of a process with a billing type. Weeks and days begin on the item's own day: an anchor day is a day of the month."""
    short = billing_type.unit in ("week", "day")
    renewal = process.renewal
    return Terms(
        once=billing_type.once,
        every=billing_type.every or 1,
        unit=billing_type.unit or "month",
        timing=process.timing,
        align_to="activation" if short and process.align_to == "anchor" else process.align_to,
        month_end=process.month_end,
        proration=process.proration,
        on_change=process.on_change,
        price_change=process.price_change,
        invoice_lead=process.invoice_lead,
        term_months=renewal.term_months if renewal else None,
        renews=renewal is None or renewal.mode == "automatic",
        process=process.id,
        price_per=price_per,
        anchor_day=anchor_day,
        anchor_month=anchor_month,
        where=where,
    )


def processes_with(billing_type: str, product: Product, rulebook: Rulebook) -> str:
    """The billing processes of a product that allow a billing type; empty without any."""
    processes = [rulebook.billing_processes[name] for name in product.billing_processes]
    allow = [one.id for one in processes if not one.billing_types or billing_type in (one.billing_type, *one.billing_types)]
    return listed([f"`{name}`" for name in allow], "or") if allow else ""


def agreed_terms(process: BillingProcess | None, months: int | None = None) -> dict[str, object]:
    """What an item that is agreed under a process keeps of its terms: their length (or that agreed with it), the notice, the renewal."""
    renewal = process.renewal if process else None
    if renewal is None:
        return {"term_months": months, "notice_months": None, "renewal": "automatic" if months else None}
    return {"term_months": months or renewal.term_months, "notice_months": renewal.notice_months, "renewal": renewal.mode}


def months_of(terms: Terms) -> int | None:
    """The months of a billing period; None where it is counted in weeks or days."""
    match terms.unit:
        case "month":
            return terms.every
        case "year":
            return 12 * terms.every
        case "week" | "day":
            return None


def days_of(terms: Terms) -> int:
    """The days of a billing period that is counted in weeks or days; 0 for months and years."""
    return terms.every * {"week": 7, "day": 1}.get(terms.unit, 0)


def anchors_of(terms: Terms, starts_on: date) -> Anchors:
    """The anchors of the periods of an item that starts on a day."""
    months, days = months_of(terms), days_of(terms)
    if months is None:
        monday = date.fromordinal(starts_on.toordinal() - starts_on.weekday())
        return Anchors(origin=monday if terms.align_to == "calendar" else starts_on, days=days)
    if terms.align_to == "calendar":
        return Anchors(origin=date(starts_on.year, 1, 1), months=months, anchor_day=1)
    day, month = starts_on.day, starts_on.month
    if terms.align_to == "anchor":
        day, month = terms.anchor_day or day, terms.anchor_month or month
    if terms.month_end == "last-day":
        day = LAST_DAY
    return Anchors(origin=date(starts_on.year, month, 1), months=months, anchor_day=day)


def price_periods(price_per: PricePer, every: int, unit: IntervalUnit) -> Fraction:
    """The number of price periods in an interval: 3 for a monthly price billed quarterly, 1/12 for an annual one billed monthly.

    N weeks count as N × 12/52 months and N days as N × 12/365; what is paid once, or priced for its own period, counts once.
    """
    length = _PRICE_MONTHS.get(price_per)
    if length is None:
        return Fraction(1)
    if price_per in _DAYS and unit in _DAYS:
        return Fraction(every * _DAYS[unit], _DAYS[price_per])
    return every * _UNIT_MONTHS[unit] / length


def months_billed(billing_type: BillingType | None) -> Fraction | None:
    """The length of a billing period in months, a week being 12/52 and a day 12/365 of one; None for what is billed once."""
    if billing_type is None or billing_type.once or billing_type.unit is None:
        return None
    return (billing_type.every or 1) * _UNIT_MONTHS[billing_type.unit]


def first_served_on(item: OrderItem) -> date | None:
    """The day on which an item joined or was activated."""
    return item.joined or item.activated_on or item.starts_on


def priced_first(item: OrderItem) -> date | None:
    """The day whose list first priced an item: that of its quote, or the later one that was wished, else its first day."""
    if item.quoted_on is None:
        return first_served_on(item)
    wished = item.starts_on or item.quoted_on
    return wished if item.joined is None else max(wished, item.quoted_on)


def price_date(item: OrderItem, process: BillingProcess, signed_on: date | None, on: date, *, joining: bool) -> tuple[date, bool]:
    """The day whose prices apply on a day to an item of an order, and whether they are those for new items."""
    first = first_served_on(item) or on
    quoted = priced_first(item) if item.quoted_on is not None else None
    match process.price_date:
        case "signature":
            return item.quoted_on or signed_on or first, True
        case "insertion-month":
            return on.replace(day=1), True
        case "joining":
            return quoted or first, True
        case "period-start":
            if joining:
                return (quoted if quoted is not None and on <= first else on), True
            if what_it_follows(item, process) == "indexed" or process.price_change == "never":
                return quoted or first, True
            since = _last_renewal(process, first, on) if process.price_change == "next-renewal" else on
            return (quoted, True) if quoted is not None and since <= first else (since, False)


def is_signed_price(item: OrderItem, process: BillingProcess, signed_on: date | None, on: date, *, joining: bool) -> bool:
    """Whether the price of a day is one that was signed: by quote, signature or joining, or negotiated and frozen."""
    if item.negotiated_price is not None and what_it_follows(item, process) == "frozen":
        return True
    if process.price_date != "period-start":
        return True
    first = first_served_on(item) or on
    if joining:
        return item.quoted_on is not None and on <= first
    if process.price_change == "next-renewal":
        return _last_renewal(process, first, on) <= first
    return price_date(item, process, signed_on, on, joining=False)[1]


def agreed_day(item: OrderItem, on: date) -> date:
    """The day on which the price of an item was agreed: that of the change that negotiated it, else its first day, else a day."""
    price = item.negotiated_price
    negotiated = [change.on for change in item.changes if price is not None and change.price == price]
    return negotiated[-1] if negotiated else item.price_agreed_on or first_served_on(item) or on


def what_it_follows(item: OrderItem, process: BillingProcess) -> str:
    """What the price of an item follows: as it was agreed with its negotiated price, else as its process says."""
    return (item.price_follows if item.negotiated_price is not None else None) or process.follows


def _last_renewal(process: BillingProcess, first: date, on: date) -> date:
    """The first day of the term that a day lies in; without terms, the first day of all."""
    term = process.renewal.term_months if process.renewal else None
    if term is None or on <= first:
        return first
    terms = ((on.year - first.year) * 12 + on.month - first.month) // term
    term_start = month_after(first, terms * term)
    return term_start if term_start <= on else month_after(first, (terms - 1) * term)
