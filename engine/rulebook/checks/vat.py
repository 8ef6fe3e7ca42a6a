"""Checks VAT: dated rates in order, a rate for everything that the seller sells at home, codes of the accounting tool."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, get_args

from engine.documents.invoice import Category
from engine.phrases import phrase
from engine.problems import Problem
from engine.rulebook.catalog import Product, VatClass
from engine.rulebook.checks.prices import first_day
from engine.rulebook.company import Company
from engine.rulebook.iso_countries import COUNTRIES
from engine.rulebook.rulebook_problems import NO_RATE, RATE_ORDER, RATE_SIZE, RATE_TWICE, VAT_CODE
from engine.rulebook.vat import Rates
from engine.rulebook.yaml_entries import Entry, Gathered
from engine.text.yaml_tree import Block

_WITHOUT_RATE: Final = frozenset({"zero", "exempt"})
_CODE_KEY: Final = re.compile(rf"({'|'.join(get_args(Category))}) [0-9]{{1,3}}(\.[0-9]{{1,3}})?")


def check_vat(gathered: Gathered) -> Iterator[Problem]:
    """Checks rates and accounts."""
    rates = gathered.only("vat-rates", Rates)
    if rates is not None and rates.has("rates"):
        yield from _entries(rates)
        yield from _seller(gathered, rates)
    for file in gathered.files:
        codes = file.tree.root.get("vat-codes")
        if file.kind.name == "accounts" and isinstance(codes, Block):
            for key, where in codes.keys_at.items():
                if not _CODE_KEY.fullmatch(key):
                    yield VAT_CODE.at(where, key=key[:60])


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
