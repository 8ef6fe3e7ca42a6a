"""plans/: billing types, billing processes, payment plans, payment terms and indices."""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

from pydantic import Field

from engine.dates import Day
from engine.documents.quote import PricePer
from engine.language.written import Expression
from engine.money import Factor
from engine.rulebook.written import EventName, Label, Name, Whole, Written, YesNo

IntervalUnit = Literal["month", "week", "day", "year"]
Timing = Literal["advance", "arrears"]
AlignTo = Literal["activation", "anchor", "calendar"]
MonthEnd = Literal["clamp", "last-day", "refuse"]
Proration = Literal["actual", "30/360", "actual/30", "none", "free"]
OnChange = Literal["prorate", "next-period", "none"]
PriceChange = Literal["next-period", "split", "next-renewal", "never"]


class BillingType(Written):
    """How often: every N months, weeks, days or years, or once; with the factor that its choice puts on a line."""

    id: Name
    label: Label
    every: Whole | None = Field(default=None, ge=1, le=1200)
    unit: IntervalUnit | None = None
    once: YesNo = False
    factor: Factor = Fraction(1)
    because: str | None = None


class BillingTypes(Written):
    """The billing types."""

    kind: Literal["billing-types"]
    billing_types: tuple[BillingType, ...]


class Renewal(Written):
    """What happens at the end of a term."""

    mode: Literal["automatic", "ends"]
    term_months: Whole | None = Field(default=None, ge=1, le=1200)
    notice_months: Whole = Field(default=0, ge=0, le=120)


class BillingProcess(Written):
    """The billing parameters of an item, in the closed vocabularies of plans/."""

    id: Name
    label: Label
    billing_type: Name
    """The billing type unless the item has agreed another of `billing-types`."""
    billing_types: tuple[Name, ...] = ()
    """Other billing types that an item may agree; empty: any."""
    timing: Timing
    align_to: AlignTo
    month_end: MonthEnd = "clamp"
    proration: Proration = "actual"
    on_change: OnChange | None = None
    """None: more counts from its day, less from the next period."""
    price_change: PriceChange = "next-period"
    price_date: Literal["period-start", "signature", "joining", "insertion-month"] = "period-start"
    follows: Literal["catalogue", "frozen", "indexed"] = "catalogue"
    indexation: Name | None = None
    renewal: Renewal | None = None
    invoice_lead: Whole = Field(default=0, ge=0, le=366)
    tax_point: Literal["issue", "delivery", "payment"] = "issue"
    """The wished tax point; the VAT treatment has the last word."""
    payment_plan: Name | None = None
    payment_terms: Name | None = None
    applies_when: Expression | None = None
    """Which items may be billed by it: a condition in the language of rules, such as `product.order-type is subscription`; absent: any."""


class BillingProcesses(Written):
    """The billing processes."""

    kind: Literal["billing-processes"]
    billing_processes: tuple[BillingProcess, ...]


class InstalmentEntry(Written):
    """One instalment: a share (`30%`), a fixed amount (`4000.00 EUR`) or `rest`, the event it waits for, and how long after."""

    share: str
    event: EventName
    after: str | None = None
    """`N days` or `N months` after the event."""
    on: Day | None = None
    """For the event `date`."""
    supplied: YesNo = False
    """Whether goods are delivered and services completed with this instalment: the earlier ones are advance invoices."""


class PaymentPlan(Written):
    """The dated parts into which an investment is invoiced."""

    id: Name
    label: Label
    instalments: tuple[InstalmentEntry, ...] = Field(min_length=1, max_length=120)


class PaymentPlans(Written):
    """The payment plans and the events they may wait for."""

    kind: Literal["payment-plans"]
    events: tuple[EventName, ...] = ("order.signed", "item.activated", "delivery.accepted", "date")
    payment_plans: tuple[PaymentPlan, ...]


class PaymentTerms(Written):
    """When an invoice must be paid: so many days after its issue, or after the end of its month."""

    id: Name
    label: Label
    days: Whole = Field(ge=0, le=366)
    end_of_month: YesNo = False


class PaymentTermsFile(Written):
    """The payment terms."""

    kind: Literal["payment-terms"]
    payment_terms: tuple[PaymentTerms, ...]


class Indexation(Written):
    """A yearly formula over an index series: price × (fixed part + indexed part × new ÷ start).

    Belgian law caps the indexed part at 80% (law of 30 March 1976, art. 57).
    """

    id: Name
    label: Label
    indexed_part: Factor
    series: dict[Day, Factor]
    base: Day


class Indices(Written):
    """The index series and formulas."""

    kind: Literal["indices"]
    indices: tuple[Indexation, ...]


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
    process: str | None = None
    """The name of the billing process in plans/, as reasons name it."""
    where: str | None = None
    """File and line of that billing process."""
