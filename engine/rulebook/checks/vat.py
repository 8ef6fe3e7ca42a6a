"""Checks VAT: dated rates in order, a rate for everything that the seller sells at home, codes of the accounting tool."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from typing import Final, get_args

from engine.code_lists.code_list import COUNTRIES
from engine.documents.invoice import Category
from engine.money import Percent
from engine.phrases import phrase
from engine.problems import Kind, Problem
from engine.rulebook.catalog import Product, VatClass
from engine.rulebook.checks.price_gaps import first_day
from engine.rulebook.company import Company
from engine.rulebook.references import unknown_name
from engine.rulebook.vat import THIRD, Accounts, Rates, Territories, category_and_rate
from engine.rulebook.yaml_entries import Entry, Gathered
from engine.text.yaml_tree import Block

RATE_ORDER: Final = Kind(
    "rate-order", "this rate begins on {day}, not after the one above it ({before})", "put the entries in the order of their days"
)
RATE_TWICE: Final = Kind("rate-twice", "two rates of {country} {vat_class} begin on {day}", "keep one of the two")
RATE_SIZE: Final = Kind("rate-size", "a rate of {rate}% cannot be", "write a rate between 0% and 100%")
NO_RATE: Final = Kind(
    "no-rate",
    "no {vat_class} rate of {country}, the seller's country, {when}",
    "add `{vat_class}:` with an entry in force on {day} to vat/rates.yaml",
)
POSTCODE_RANGE: Final = Kind(
    "postcode-range", "no postal code lies in `{written}`", "write two codes of one length, the lower first, such as `35000-35999`"
)
VAT_CODE: Final = Kind("bad-vat-code", "`{key}` is no category and rate", "write a category and a rate, such as `S 21` or `AE 0`")
CODE_TWICE: Final = Kind("vat-code-twice", "`{key}` is the same category and rate as `{other}`", "keep one of the two")
NO_VAT_CODE: Final = Kind(
    "no-vat-code",
    "there is no code for {keys}, which documents may bear: accounting could not post them",
    "add each of them with the code of the accounting tool, or remove `vat-codes`",
)

_WITHOUT_RATE: Final = frozenset({"zero", "exempt"})
_WITH_RATE: Final = frozenset({"S", "L", "M"})
"""The categories whose rate is not 0."""


def check_vat(gathered: Gathered, categories: frozenset[str] = frozenset()) -> Iterator[Problem]:
    """Checks rates and accounts; `categories` are those that rules answer, each of which needs a code where there are codes."""
    rates = gathered.only("vat-rates", Rates)
    if rates is not None and rates.has("rates"):
        yield from _entries(rates)
        yield from _seller(gathered, rates)
    territories = gathered.only("vat-territories", Territories)
    if territories is not None and territories.has("territories"):
        yield from _territories(territories)
    for file in gathered.files:
        codes = file.tree.root.get("vat-codes")
        if file.kind.name == "accounts" and isinstance(codes, Block):
            yield from _codes(codes, gathered, rates, categories)


def _codes(codes: Block, gathered: Gathered, rates: Entry[Rates] | None, categories: frozenset[str]) -> Iterator[Problem]:
    """Each key is a category and a rate, once; and where there are codes, no category and rate of a document is without one."""
    known: dict[tuple[Category, Fraction], str] = {}
    is_wrong = False
    for key, where in codes.keys_at.items():
        of = category_and_rate(key)
        if of is None or (of[0] not in _WITH_RATE and of[1]):
            is_wrong = True
            yield VAT_CODE.at(where, key=key[:60])
        elif of in known:
            is_wrong = True
            yield CODE_TWICE.at(where, key=key, other=known[of])
        else:
            known[of] = key
    if is_wrong or rates is None or not known:
        return
    accounts = gathered.only("accounts", Accounts)
    where = accounts.key("vat-codes") if accounts is not None else codes.span
    missing = sorted(_needed(gathered, rates, categories) - known.keys())
    if missing:
        yield NO_VAT_CODE.at(where, keys=", ".join(f"`{category} {Percent(rate)}`" for category, rate in missing))


def _needed(gathered: Gathered, rates: Entry[Rates], categories: frozenset[str]) -> set[tuple[Category, Fraction]]:
    """The categories and rates that documents may have: the rates of the seller's country, under OSS of all, and categories without VAT."""
    company = gathered.only("company", Company)
    if company is None:
        return set()
    seller, start = company.written.seller, first_day(gathered)
    sold = {product.written.vat_class for product in gathered.of("products", Product).values()}
    needed: set[tuple[Category, Fraction]] = set()
    for country, classes in rates.written.rates.items():
        for vat_class, entries in classes.items() if seller.oss or country == seller.country else ():
            ends = [*(entry.from_ for entry in entries[1:]), date.max]
            in_force = [entry for entry, end in zip(entries, ends, strict=False) if end > start and vat_class not in _WITHOUT_RATE]
            needed |= {("S", entry.rate.fraction) for entry in in_force if 0 <= entry.rate.fraction <= 1}
    free = set(get_args(Category)) & categories - _WITH_RATE - (set() if "zero" in sold else {"Z"})
    return needed | {(category, Fraction(0)) for category in get_args(Category) if category in free}


def _entries(rates: Entry[Rates]) -> Iterator[Problem]:
    for country, classes in rates.written.rates.items():
        for vat_class, entries in classes.items():
            for at, entry in enumerate(entries):
                where = rates.at("rates", country, vat_class, at, "from")
                before = entries[at - 1].from_ if at else None
                if before == entry.from_:
                    yield RATE_TWICE.at(where, country=country, vat_class=vat_class, day=entry.from_)
                elif before is not None and entry.from_ < before:
                    yield RATE_ORDER.at(where, day=entry.from_, before=before)
                if not 0 <= entry.rate.fraction <= 1:
                    yield RATE_SIZE.at(rates.at("rates", country, vat_class, at, "rate"), rate=entry.rate)


def _territories(territories: Entry[Territories]) -> Iterator[Problem]:
    for at, entry in enumerate(territories.written.territories):
        if entry.territory not in (*COUNTRIES, THIRD):
            yield unknown_name("countries", entry.territory, territories.at("territories", at, "territory"), COUNTRIES)
        for number, written in enumerate(entry.postcodes):
            first, dash, last = written.partition("-")
            if dash and (len(first) != len(last) or last < first):
                yield POSTCODE_RANGE.at(territories.at("territories", at, "postcodes", number), written=written)


def _seller(gathered: Gathered, rates: Entry[Rates]) -> Iterator[Problem]:
    """The seller's country has every class that a product uses, from the first day on."""
    company = gathered.only("company", Company)
    if company is None or company.written.seller.country not in COUNTRIES:
        return
    country, start = company.written.seller.country, first_day(gathered)
    used = {product.written.vat_class for product in gathered.of("products", Product).values()} | {"standard"}
    where = rates.key("rates", country) if country in rates.written.rates else rates.key("rates")
    for vat_class in (name for name in get_args(VatClass) if name in used - _WITHOUT_RATE):
        if not rates.has(f"rates/{country}/{vat_class}"):
            continue
        days = [entry.from_ for entry in rates.written.rates.get(country, {}).get(vat_class, ())]
        if not days:
            yield NO_RATE.at(where, vat_class=vat_class, country=country, when=phrase("is on file"), day=start)
        elif min(days) > start:
            yield NO_RATE.at(where, vat_class=vat_class, country=country, when=phrase("is in force on {day}", day=start), day=start)
