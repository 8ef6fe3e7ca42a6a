"""company.yaml: the seller, the cut-over from a former system, numbering, the horizon of planning."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Literal

from pydantic import Field

from engine.code_lists.code_list import COUNTRY
from engine.countries.registry import country_of
from engine.dates import Day, month_after
from engine.documents.document import Language
from engine.documents.party import Address, Seller
from engine.rulebook.yaml_model import DEFAULT_LANGUAGES, Label, Name, Text, Whole, Written, YesNo


class SellerEntry(Written):
    """The seller as it stands on documents (BG-4)."""

    name: Text
    """The registered name, as it stands on invoices."""
    street: Text
    """Street and number."""
    postcode: Text
    """The postcode."""
    town: Text
    """The town."""
    country: str = Field(pattern=COUNTRY)
    """Two letters of ISO 3166, such as `BE`."""
    vat_number: Text
    """With the country before it: `BE0123456749`."""
    enterprise_number: Text
    """The number in the register of enterprises."""
    register_entry: Text | Label
    """The register of the court, as law wants it on documents: one text, or one by language."""
    iban: Text
    """The account to which customers pay."""
    bic: str | None = None
    """The BIC of the bank."""
    email: Text
    """Where customers write about invoices."""
    phone: Text
    """Where customers call about invoices."""
    website: str | None = None
    """The address of the website."""
    contact: Text | None = None
    """Who answers questions about invoices; absent: the seller by its name."""
    oss: YesNo = False
    """Whether the seller is registered in the one-stop shop for VAT."""
    small_business: YesNo = False
    """Whether the seller is exempt from VAT as a small business."""


class Numbering(Written):
    """How numbers are printed, one gapless series a document kind and year: `{year}-{number:05}`."""

    invoice: str
    """How invoice numbers look: `{year}-{number:05}` gives 2027-00001."""
    credit_note: str
    """How numbers of credit notes look; they have a series of their own."""
    quote: str = "Q{year}-{number:04}"
    """How numbers of quotes look."""


class Retention(Written):
    """For how long personal data are stored after they were last used, where no law asks for longer."""

    contact_months: Whole | None = Field(default=None, ge=1, le=1200)
    """Of contacts; absent: no day is set."""
    prospect_months: Whole | None = Field(default=None, ge=1, le=1200)
    """Of the prospects of opportunities; absent: no day is set."""
    reply_months: Whole | None = Field(default=None, ge=1, le=1200)
    """Of what customers replied on the links of their quotes, and the evidence of it; absent: no day is set."""


class Publishing(Written):
    """How a version of the rulebook is published."""

    second_person: YesNo = False
    """Whether somebody else than who proposes a version must approve it before it is in force."""


class Company(Written):
    """The company whose rulebook this is."""

    kind: Literal["company"]
    seller: SellerEntry
    """Who sells."""
    currency: str
    """The one currency in which this company sells: three letters of ISO 4217."""
    vat_currency: str | None = None
    """The currency in which VAT is declared, where invoices are in another: they state the VAT in it too (BT-6, BT-111)."""
    languages: tuple[Language, ...] = Field(default=DEFAULT_LANGUAGES, min_length=1)
    """In which it writes to customers, and in each of which this rulebook gives its texts; the first stands in for others."""
    time_zone: str = "Europe/Brussels"
    """Where a day begins and ends, such as `Europe/Brussels`."""
    cut_over: Day | None = None
    """What has a billing date before this day was invoiced elsewhere."""
    numbering: Numbering
    """How documents are numbered."""
    deferral: Literal["off", "month"] = "off"
    """Whether income of periods that reach past the month of a document is deferred, and recognised when months are closed."""
    accrual: Literal["off", "month"] = "off"
    """Whether income that was served and is on no invoice yet is accrued when months are closed, and undone on the next day."""
    planning_horizon_months: Whole = Field(default=24, ge=1, le=120)
    """For how many months ahead transactions are planned."""
    payment_terms: Name
    """The payment terms unless a billing process names others."""
    quote_validity_days: Whole = Field(default=30, ge=1, le=366)
    """How long a quote may be accepted."""
    retention: dict[Day, Retention] = Field(default_factory=dict)
    """For how long personal data are stored, by the first day of each rule; absent: no day is set."""
    publishing: Publishing = Publishing()
    """How a version of the rulebook is published; absent: by one person."""
    rules_answer_from: Day = date(2020, 1, 1)
    """The first day for which rules must have an answer."""
    rules_answer_until: Day = date(2035, 12, 31)
    """The last day for which rules must have an answer."""


def stored_until(company: Company, used_on: date, months: Callable[[Retention], int | None]) -> date | None:
    """The day until which personal data are stored that were last used on a day, by the rule in force then; None where none sets one."""
    rules = [company.retention[day] for day in sorted(company.retention) if day <= used_on]
    length = months(rules[-1]) if rules else None
    return month_after(used_on, length) if length is not None else None


def seller_of(entry: SellerEntry, language: Language) -> Seller:
    """The seller of company.yaml as it stands on documents in a language."""
    fields = dict(entry)
    register = entry.register_entry
    fields["register_entry"] = register.in_(language) if isinstance(register, Label) else register
    address = {name: fields.pop(name) for name in Address.model_fields}
    return Seller.model_validate({**fields, "address": address})


def _with_all_digits(seller: SellerEntry) -> str:
    """The VAT number as it is written, unless it lacks a digit: nine digits of a Belgian one lack the leading zero."""
    written, read = seller.vat_number, country_of(seller.country).read_vat_number(seller.vat_number)
    return written if sum(map(str.isdigit, written)) == sum(map(str.isdigit, read)) else read
