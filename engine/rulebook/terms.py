"""The billing terms of one item, flattened from plans/ and its own agreements; and how many price periods a billing period has."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from engine.documents.order import OrderItem
from engine.rulebook.book import Rulebook
from engine.rulebook.plans import BillingProcess, BillingType, Terms

_MONTHS: Final = {"month": 1, "quarter": 3, "half-year": 6, "year": 12}
_DAYS: Final = {"day": 1, "week": 7, "4 weeks": 28}
MONTHS_OF_A_WEEK: Final = Fraction(12, 52)
MONTHS_OF_A_DAY: Final = Fraction(12, 365)


def terms_of(item: OrderItem, rulebook: Rulebook) -> Terms:
    """The terms of an item: its billing process (else its product's first), its billing type (else the process's), its own anchor."""
    product = rulebook.products[item.product]
    process = rulebook.billing_processes[item.billing_process or product.billing_processes[0]]
    billing_type = rulebook.billing_types[item.billing_type or process.billing_type]
    terms = flat_terms(process, billing_type)
    own = {"anchor_day": item.anchor_day, "anchor_month": item.anchor_month, "price_per": product.price_per}
    return terms.model_copy(update=own)


def flat_terms(process: BillingProcess, billing_type: BillingType) -> Terms:
    """A billing process with a billing type. Weeks and days begin on the item's own day: an anchor day is a day of the month."""
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
    )


def months_of(terms: Terms) -> int | None:
    """How many months a billing period has; None where it is counted in weeks or days."""
    match terms.unit:
        case "month":
            return terms.every
        case "year":
            return 12 * terms.every
        case "week" | "day":
            return None


def days_of(terms: Terms) -> int:
    """How many days a billing period has that is counted in weeks or days; 0 for months and years."""
    return terms.every * {"week": 7, "day": 1}.get(terms.unit, 0)


def price_periods(terms: Terms) -> Fraction:
    """How many price periods one billing period has: 3 for a monthly price billed quarterly, 1/12 for an annual one billed monthly.

    N weeks count as N × 12/52 months and N days as N × 12/365; what is paid once, or priced for its own period, counts once.
    """
    per = terms.price_per
    if terms.once or per in ("once", "period"):
        return Fraction(1)
    months = months_of(terms)
    if per in _DAYS:
        if months is None:
            return Fraction(days_of(terms), _DAYS[per])
        return months / (MONTHS_OF_A_DAY if per == "day" else MONTHS_OF_A_WEEK * Fraction(_DAYS[per], 7))
    if months is not None:
        return Fraction(months, _MONTHS[per])
    length = MONTHS_OF_A_WEEK if terms.unit == "week" else MONTHS_OF_A_DAY
    return terms.every * length / _MONTHS[per]
