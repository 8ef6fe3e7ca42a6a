"""Runs the proofs of the compiler over the countries, products, seller and days of a rulebook."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from engine.code_lists.code_list import COUNTRIES
from engine.language import Cases, CheckedRules, Plain, Proofs
from engine.phrases import phrase
from engine.problems import Kind, Problem
from engine.rulebook.catalog import Product
from engine.rulebook.checks.company import seller_country, written_horizon
from engine.rulebook.company import Company
from engine.rulebook.facts import applicability, availability, product_facts
from engine.rulebook.vat import Rates
from engine.rulebook.vat_code_proofs import prove_vat_codes
from engine.rulebook.vat_proofs import prove_vat
from engine.rulebook.yaml_entries import Entry, Gathered

RATE_GAP: Final = Kind(
    "rate-gap",
    "no VAT rate is on file for {question}{more}: such a line is held back",
    "add the rates of `{row}` to vat/rates.yaml, so that it can be invoiced",
    severity="advice",
)

RATE: Final = "vat.rate"
COUNTRY: Final = "seller.country"


def prove_rules(gathered: Gathered, checked: CheckedRules) -> Proofs:
    """Proves the rules of all files. A line without a VAT rate is held back (`no rate`): that is an answer, and no gap.

    Where the country of the seller cannot be read, there are too many cases of what depends on it, and only the rest is proved.
    """
    cases = _cases(gathered)
    rates = gathered.only("vat-rates", Rates)
    proofs = checked.prove(cases, held=(RATE, rates.path) if rates is not None else None)
    unmet = checked.unmet_conditions(cases, _conditions(gathered))
    if cases.missing is not None:
        return replace(proofs, problems=(*proofs.problems, *unmet))
    rateless = _without_rate(gathered, checked, cases, rates.path) if rates is not None else ()
    return replace(
        proofs, problems=(*proofs.problems, *rateless, *unmet, *prove_vat(checked, cases), *prove_vat_codes(gathered, checked, cases))
    )


def _conditions(gathered: Gathered) -> Mapping[str, tuple[str, str]]:
    """The conditions in YAML, each with its purpose."""
    products = {availability(code): (phrase("product"), code) for code in gathered.names("products")}
    processes = {applicability(name): (phrase("billing process"), name) for name in gathered.names("billing-processes")}
    return {**products, **processes}


def _cases(gathered: Gathered) -> Cases:
    """The country and the days of company.yaml as they are written, whatever is wrong with its other fields."""
    country = seller_country(gathered).code
    is_known = country in COUNTRIES
    fixed: dict[str, Plain] = {COUNTRY: country} if is_known else {}
    products = tuple(product_facts(entry.written) for entry in _whole_products(gathered))
    return Cases(fixed=fixed, missing=None if is_known else COUNTRY, products=products, horizon=written_horizon(gathered))


def _whole_products(gathered: Gathered) -> list[Entry[Product]]:
    return [entry for entry in gathered.of("products", Product).values() if not entry.left_out]


def _without_rate(gathered: Gathered, checked: CheckedRules, cases: Cases, path: str) -> Iterator[Problem]:
    """Advice where the catalogue sells something without a rate on file: at home, and under the one-stop shop in other countries too."""
    company = gathered.only("company", Company)
    if company is None or not company.has("seller"):
        return
    seller = company.written.seller
    sold = ({"supply.kind": one.written.supply_kind, "supply.vat-class": one.written.vat_class} for one in _whole_products(gathered))
    fixed = {**cases.fixed, "seller.oss": seller.oss, "seller.small-business": seller.small_business}
    gap = checked.rows_missing(replace(cases, fixed=fixed, products=tuple(sold)), RATE, path)
    if gap is not None:
        first, others = gap
        more = phrase(" (and {count} other countries or classes)", count=others) if others else ""
        yield RATE_GAP.at(first.where, None, **{**dict(first.words), "more": more})
