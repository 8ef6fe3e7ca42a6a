"""vat/: dated rates by country and class, country sets, mentions, accounts' VAT codes."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from engine.dates import Day
from engine.documents.invoice import Mention
from engine.money import Percent
from engine.rulebook.catalog import VatClass
from engine.rulebook.yaml_model import Label, Name, Percentage, Whole, Written, YesNo


class RateEntry(Written):
    """A rate of one country and class from a day on, with its source."""

    from_: Day
    """The first day on which it is in force."""
    rate: Percentage
    """With its sign: `21%`."""
    source: str | None = None
    """Where the law says so."""


class Rates(Written):
    """The dated VAT rates: country → class → entries in order of date."""

    kind: Literal["vat-rates"]
    rates: dict[str, dict[VatClass, tuple[RateEntry, ...]]]
    """By country and class; a changed rate is a new line below, never an edit."""

    def rate(self, country: str, vat_class: str, day: date) -> Percent | None:
        """The rate of a country and class in force on a day; None without one."""
        entries = next((dated for name, dated in self.rates.get(country, {}).items() if name == vat_class), ())
        return next((entry.rate for entry in reversed(entries) if entry.from_ <= day), None)


class CountrySets(Written):
    """Named sets of countries, such as EU, dated where membership changed; all other ISO 3166 codes are countries outside them."""

    kind: Literal["countries"]
    sets: dict[str, tuple[str, ...]]
    """Sets of countries by name; two letters of ISO 3166 each."""
    vat_prefixes: dict[str, str] = Field(default_factory=dict)
    """Where the VAT number's prefix is not the country's code: GR → EL."""


class MentionEntry(Written):
    """A text that law wants on a document."""

    text: Label
    """What stands on the document."""
    basis: str
    """The article of law."""
    every_document: YesNo = False
    """Whether it stands on every document."""
    credit_notes: YesNo = False
    """Whether it stands on credit notes."""

    def on_documents(self, name: str) -> Mention:
        """The mention of a name as it stands on documents."""
        return Mention.model_validate({"name": name, **self.text.texts})


class Mentions(Written):
    """The mentions by name."""

    kind: Literal["mentions"]
    mentions: dict[Name, MentionEntry]
    """The mentions by name, as vat/treatment.rules calls them."""


class VatSettings(Written):
    """How long an answer about a VAT number serves, and what else is a setting of VAT."""

    kind: Literal["vat"]
    vat_answer_days: Whole = Field(ge=1, le=3660)
    """For how many days a valid answer about a VAT number serves."""


class Account(Written):
    """An account of the ledger."""

    number: str = Field(pattern="^[A-Za-z0-9]([A-Za-z0-9./-]{0,18}[A-Za-z0-9])?$")
    """As the ledger has it: six digits in Belgium, four in Switzerland, eight in France."""
    label: Label
    """How accountants call it."""


class Accounts(Written):
    """The accounts that postings use: customers, revenue by name, VAT due (by rate where wished), rounding."""

    kind: Literal["accounts"]
    customers: Account
    """The account of what customers owe."""
    revenue: dict[Name, Account]
    """Accounts of revenue by the names that products use."""
    vat_due: Account
    """The account of VAT that is owed."""
    vat_codes: dict[str, str] = Field(default_factory=dict)
    """`S 21` → the accounting tool's VAT code."""
