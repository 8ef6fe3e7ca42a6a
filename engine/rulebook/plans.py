"""plans/: billing types, billing processes, payment plans and indices."""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

from pydantic import Field

from engine.dates import Day
from engine.money import Factor
from engine.rulebook.yaml_model import EventName, IndexMonth, Label, Name, Part, Whole, Written, YearlyDay, YesNo
from engine.text.yaml_fields import Expression

IntervalUnit = Literal["month", "week", "day", "year"]
Timing = Literal["advance", "arrears"]
AlignTo = Literal["activation", "anchor", "calendar"]
MonthEnd = Literal["clamp", "last-day", "refuse"]
Proration = Literal["actual", "30/360", "actual/30", "none", "free"]
OnChange = Literal["prorate", "next-period", "none"]
SeriesKind = Literal["wages", "materials", "wages-and-materials", "other-costs", "consumer-prices"]
PriceChange = Literal["next-period", "split", "next-renewal", "never"]


class BillingType(Written):
    """How often: every N months, weeks, days or years, or once; with the factor that its choice puts on a line."""

    id: Name
    """Its name, as items and processes call it."""
    label: Label
    """How people call it."""
    every: Whole | None = Field(default=None, ge=1, le=1200)
    """The number of units in one period."""
    unit: IntervalUnit | None = None
    """What `every` counts."""
    once: YesNo = False
    """Whether it is billed once and never again."""
    factor: Factor = Fraction(1)
    """What the choice of this billing type multiplies the line by: `0.9` is ten percent less."""
    because: str | None = None
    """Why that factor, as explanations quote it."""


class BillingTypes(Written):
    """The billing types."""

    kind: Literal["billing-types"]
    billing_types: tuple[BillingType, ...]
    """The billing types, as customers may choose them."""
    retired: tuple[BillingType, ...] = ()
    """Billing types that running orders keep, with their last meaning; nothing new is agreed with them."""


class Renewal(Written):
    """What happens at the end of a term."""

    mode: Literal["automatic", "ends"]
    """Whether a term is followed by another, or the item ends."""
    term_months: Whole | None = Field(default=None, ge=1, le=1200)
    """The length of a term."""
    notice_months: Whole = Field(default=0, ge=0, le=120)
    """How long before the end of a term notice must be given that it is the last one; 0: an item may end on any day."""


class BillingProcess(Written):
    """The billing parameters of an item, in the closed vocabularies of plans/."""

    id: Name
    """Its name, as products and orders call it."""
    label: Label
    """How people call it."""
    billing_type: Name
    """The billing type unless the item has agreed another of `billing-types`."""
    billing_types: tuple[Name, ...] = ()
    """Other billing types that an item may agree; empty: any."""
    timing: Timing
    """`advance`: invoiced when a period begins; `arrears`: when it has ended."""
    align_to: AlignTo
    """Where periods begin: on the activation day, the anchor day (by weeks and days: the activation day), or with the calendar."""
    month_end: MonthEnd = "clamp"
    """What becomes of a day that a month does not have."""
    proration: Proration = "actual"
    """How the days of a part of a period are counted."""
    on_change: OnChange | None = None
    """None: more counts from its day, less from the next period."""
    price_change: PriceChange = "next-period"
    """When a running item takes a new price."""
    price_date: Literal["period-start", "signature", "joining", "insertion-month"] = "period-start"
    """Which day decides the price book."""
    follows: Literal["catalogue", "frozen", "indexed"] = "catalogue"
    """Whether a running item follows the catalogue, keeps its price, or is indexed."""
    indexation: Name | None = None
    """The formula of indices.yaml, where the price is indexed."""
    renewal: Renewal | None = None
    """What happens at the end of a term."""
    invoice_lead: Whole = Field(default=0, ge=0, le=366)
    """How many days before the billing date the invoice may go out; in arrears none, for the period must have ended."""
    tax_point: Literal["issue", "delivery", "payment"] = "issue"
    """The wished tax point; the VAT treatment has the last word."""
    payment_plan: Name | None = None
    """The payment plan unless the order names another."""
    payment_terms: Name | None = None
    """The payment terms, where they differ from those of company.yaml."""
    applies_when: Expression | None = None
    """Which items may be billed by it: a condition in the language of rules, such as `product.order-type is subscription`; absent: any."""


class BillingProcesses(Written):
    """The billing processes."""

    kind: Literal["billing-processes"]
    billing_processes: tuple[BillingProcess, ...]
    """The billing processes."""
    retired: tuple[BillingProcess, ...] = ()
    """Billing processes that running orders keep, with their last meaning; nothing new is agreed with them."""


class InstalmentEntry(Written):
    """One instalment: a share (`30%`), a fixed amount (`4000.00 EUR`) or `rest`, the event it waits for, and how long after."""

    share: str
    """A share (`30%`), an amount (`4000.00 EUR`), or `rest`: what the others leave."""
    event: EventName
    """What it waits for."""
    after: str | None = None
    """`N days` or `N months` after the event."""
    on: Day | None = None
    """For the event `date`."""
    supplied: YesNo = False
    """Whether goods are delivered and services completed with this instalment: the earlier ones are advance invoices."""


class PaymentPlan(Written):
    """The dated parts into which an investment is invoiced."""

    id: Name
    """Its name, as products and orders call it."""
    label: Label
    """How people call it."""
    instalments: tuple[InstalmentEntry, ...] = Field(min_length=1, max_length=120)
    """The parts in their order; one of them is `rest`."""


class PaymentPlans(Written):
    """The payment plans and the events they may wait for."""

    kind: Literal["payment-plans"]
    events: tuple[EventName, ...] = ("order.signed", "item.activated", "delivery.accepted", "date")
    """The events that instalments may wait for."""
    payment_plans: tuple[PaymentPlan, ...]
    """The payment plans."""
    retired: tuple[PaymentPlan, ...] = ()
    """Payment plans that running orders keep, with their last meaning; nothing new is agreed with them."""


class Indexation(Written):
    """A yearly formula over an index series: price × (fixed part + indexed part × new ÷ start).

    The law of the seller's country may limit the indexed part (80% in Belgium), and forbid consumer prices between businesses (law of
    30 March 1976, art. 57).
    """

    id: Name
    """Its name, as billing processes call it."""
    label: Label
    """How people call it."""
    series_kind: SeriesKind | None = None
    """What the series measures: `wages`, `materials`, both, `other-costs`, or `consumer-prices` (also those of a health index)."""
    because: str | None = None
    """Why a consumer price index may be used; explanations quote it."""
    indexed_part: Part
    """The part of the price that follows the index: `80%` or `0.8`."""
    on: YearlyDay | None = None
    """The day of each year on which prices move, month and day: `01-01`; absent: the anniversary of the price."""
    index_month: IndexMonth | None = None
    """The month whose index counts on that day: `december-before`, `2-months-before`; absent: the index in force on the day itself."""
    chained: YesNo = False
    """Whether each year's price is computed from that of the year before, and not from the first price."""
    series: dict[Day, Factor]
    """The index by the first day for which it counts."""
    base: Day
    """The day whose index the price began with, for prices agreed by then."""


class Indices(Written):
    """The index series and formulas."""

    kind: Literal["indices"]
    indices: tuple[Indexation, ...]
    """The formulas."""
