"""company.yaml: the seller, the cut-over from a former system, numbering, the horizon of planning."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from engine.dates import Day
from engine.documents.party import Address, Seller
from engine.rulebook.written import Name, Whole, Written, YesNo


class SellerEntry(Written):
    """The seller as it stands on documents (BG-4)."""

    name: str
    street: str
    postcode: str
    town: str
    country: str = Field(pattern="^[A-Z]{2}$")
    vat_number: str
    enterprise_number: str
    register_entry: str
    iban: str
    bic: str | None = None
    email: str
    phone: str
    website: str | None = None
    oss: YesNo = False
    small_business: YesNo = False


class Numbering(Written):
    """How numbers are printed, one gapless series a document kind and year: `{year}-{number:05}`."""

    invoice: str
    credit_note: str
    quote: str = "Q{year}-{number:04}"


class Company(Written):
    """The company whose rulebook this is."""

    kind: Literal["company"]
    seller: SellerEntry
    currency: str
    """The one currency in which this company sells: three letters of ISO 4217."""
    time_zone: str = "Europe/Brussels"
    cut_over: Day | None = None
    """What has a billing date before this day was invoiced elsewhere."""
    numbering: Numbering
    planning_horizon_months: Whole = Field(default=24, ge=1, le=120)
    payment_terms: Name
    quote_validity_days: Whole = Field(default=30, ge=1, le=366)
    rules_answer_from: Day = date(2020, 1, 1)
    rules_answer_until: Day = date(2035, 12, 31)


def seller_of(entry: SellerEntry) -> Seller:
    """The seller of company.yaml as it stands on documents."""
    return Seller(
        name=entry.name,
        address=Address(street=entry.street, postcode=entry.postcode, town=entry.town, country=entry.country),
        vat_number=entry.vat_number,
        enterprise_number=entry.enterprise_number,
        register_entry=entry.register_entry,
        iban=entry.iban,
        bic=entry.bic,
        email=entry.email,
        phone=entry.phone,
        website=entry.website,
        oss=entry.oss,
        small_business=entry.small_business,
    )
