"""vat/: dated rates by country and class, country sets, territories, mentions, accounts' VAT codes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Annotated, Final, Literal, get_args

from pydantic import Field, StringConstraints

from engine.code_lists.code_list import COUNTRY
from engine.dates import Day
from engine.documents.invoice import Category, Mention
from engine.money import Percent
from engine.rulebook.catalog import VatClass
from engine.rulebook.yaml_model import Label, ListPrice, Name, Percentage, Text, Whole, Written, YesNo


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


THIRD: Final = "third"
"""A territory of a member state in which the Directive does not apply (Directive 2006/112/EC art. 6)."""
PostcodeRange = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{1,10}(-[A-Z0-9]{1,10})?$")]
_COUNTRY_BEFORE_POSTCODE: Final = re.compile("^[A-Z]{1,2}-")


class TerritoryEntry(Written):
    """A territory whose VAT is not that of the country in its addresses."""

    name: Text
    """How it is called."""
    country: str = Field(pattern=COUNTRY)
    """The country in its addresses: two letters of ISO 3166."""
    postcodes: tuple[PostcodeRange, ...] = ()
    """Its postal codes, without blanks: ranges such as `35000-35999`, or what they begin with, such as `BT`. None: the whole country."""
    territory: str = Field(pattern=f"{COUNTRY}|^{THIRD}$")
    """The country as part of which it counts, or `third`."""
    from_: Day
    """The first day on which this holds."""
    until: Day | None = None
    """The last day on which it holds."""
    source: Text
    """Where the law says so."""

    def has(self, postcode: str, day: date) -> bool:
        """Whether an address with this postal code lies in it on a day."""
        code = _COUNTRY_BEFORE_POSTCODE.sub("", postcode.upper().strip()).replace(" ", "")
        in_force = self.from_ <= day and (self.until is None or day <= self.until)
        return in_force and (not self.postcodes or any(_is_in_range(code, each) for each in self.postcodes))


class Territories(Written):
    """The territories whose VAT is not that of their country."""

    kind: Literal["vat-territories"]
    territories: tuple[TerritoryEntry, ...] = Field(max_length=1_000)
    """The first that fits an address counts."""

    def by_country(self) -> Mapping[str, tuple[TerritoryEntry, ...]]:
        """The entries by the country in their addresses."""
        countries = {entry.country for entry in self.territories}
        return {country: tuple(entry for entry in self.territories if entry.country == country) for country in countries}


def _is_in_range(postcode: str, written: str) -> bool:
    first, dash, last = written.partition("-")
    return len(postcode) == len(first) and first <= postcode <= last if dash else postcode.startswith(first)


class MentionEntry(Written):
    """A text that law wants on a document."""

    text: Label
    """What stands on the document."""
    basis: Text
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


_BOX: Final = "^[A-Za-z0-9][A-Za-z0-9.]{0,9}$"


class WrittenOffBoxes(Written):
    """The boxes of the VAT return for VAT that is not owed any more because its invoice was written off."""

    given_back: Annotated[str, StringConstraints(pattern=_BOX)]
    """VAT of invoices that were written off: in favour of the seller."""
    owed_again: Annotated[str, StringConstraints(pattern=_BOX)]
    """VAT of write-offs that were taken back: in favour of the state."""


class VatSettings(Written):
    """How long an answer about a VAT number serves, and what else is a setting of VAT."""

    kind: Literal["vat"]
    vat_answer_days: Whole = Field(ge=1, le=3660)
    """For how many days a valid answer about a VAT number serves."""
    vat_recheck_days: Whole = Field(default=30, ge=1, le=3660)
    """After how many days a register is asked about the number again; no answer then changes nothing."""
    annual_listing_above: ListPrice | None = None
    """What customers must have been invoiced in a year, net, to stand in the annual listing: more than this. Absent: more than nothing."""
    written_off: WrittenOffBoxes | None = None
    """Where VAT of what was written off is declared; absent: in no box."""


class Account(Written):
    """An account of the ledger."""

    number: str = Field(pattern="^[A-Za-z0-9]([A-Za-z0-9./-]{0,18}[A-Za-z0-9])?$")
    """As the ledger has it: six digits in Belgium, four in Switzerland, eight in France."""
    label: Label
    """How accountants call it."""


PaymentOwner = Literal["file", "tool"]
"""Whose word about payments counts: files of the bank, or the accounting tool."""


class BankAccount(Account):
    """The account of one of our own bank accounts, and who reports what comes in there."""

    owner: PaymentOwner | None = None
    """Whose payments count; what the other alone reports is held as a possible duplicate. Absent: files, once one was imported."""


AccountRole = Literal[
    "bank", "suspense", "difference-loss", "difference-gain", "cash-discount", "bank-charge", "exchange-loss", "exchange-gain",
    "write-off", "doubtful", "allowance", "allowance-charge", "oss-vat-due", "advances", "clearing", "accrued", "deferred", "prepaid",
    "fees", "interest",
]  # fmt: skip
"""For what an account serves, beside customers, revenue and VAT due."""


class Accounts(Written):
    """The accounts that postings use: customers, revenue by name, VAT due, banks, and others by their role."""

    kind: Literal["accounts"]
    customers: Account
    """The account of what customers owe."""
    revenue: dict[Name, Account]
    """Accounts of revenue by the names that products use."""
    vat_due: Account
    """The account of VAT that is owed."""
    roles: dict[AccountRole, Account] = Field(default_factory=dict)
    """Accounts by what they serve for. With those of payments, payments are posted too."""
    banks: dict[Text, BankAccount] = Field(default_factory=dict)
    """The account of each of our own bank accounts, by its IBAN, where it is not that of the role `bank`."""
    vat_codes: dict[str, str] = Field(default_factory=dict)
    """`S 21` → the accounting tool's VAT code. Either of every category and rate, or of none; vat/codes.yaml says more of each."""

    def role(self, role: AccountRole) -> Account | None:
        """The account of a role, None without one."""
        return next((account for name, account in self.roles.items() if name == role), None)

    @property
    def has_advances(self) -> bool:
        """Whether advance invoices are no income before a later invoice settles them."""
        return self.role("advances") is not None and self.role("clearing") is not None

    @property
    def has_prepaid(self) -> bool:
        """Whether amounts may be sold in advance: there are accounts on which they wait."""
        return self.role("prepaid") is not None and self.role("clearing") is not None

    def owner(self, iban: str) -> PaymentOwner | None:
        """Whose payments count on one of our own bank accounts; None where nobody was chosen."""
        return next((account.owner for name, account in self.banks.items() if "".join(name.split()) == iban), None)

    def bank(self, iban: str) -> Account | None:
        """The account of one of our own bank accounts; None where payments are not posted."""
        return next((account for name, account in self.banks.items() if "".join(name.split()) == iban), self.role("bank"))


_CODE_KEY: Final = re.compile(rf"({'|'.join(get_args(Category))}) ([0-9]{{1,3}}(?:\.[0-9]{{1,3}})?)")


def category_and_rate(written: str) -> tuple[Category, Fraction] | None:
    """The category and the rate of a key such as `S 21`; None where it is none. Rates compare as numbers: 21 is 21.00."""
    read = _CODE_KEY.fullmatch(written)
    if read is None:
        return None
    category = next(each for each in get_args(Category) if each == read[1])
    return category, Percent.parse(read[2]).fraction
