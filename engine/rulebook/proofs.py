"""The proofs of a rulebook: its rules over its own countries, products, seller and days."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial

from engine.language.ir.checked_rules import Checked, Table
from engine.language.ir.walker import Block, all_blocks, results_mentioned
from engine.language.proving.classes import IS_TRUE
from engine.language.proving.diagrams import TooManyCases
from engine.language.proving.domain import Domain, domain_of
from engine.language.proving.findings import Findings
from engine.language.proving.lookup_proofs import prove_lookups
from engine.language.proving.proof_problems import MORE_CASES, NEVER_APPLIES, NO_RATE, NO_ROW_ASKED
from engine.language.proving.prover import Proofs, prove
from engine.language.proving.semantics import Meaning
from engine.language.proving.witness import Witness
from engine.language.types.value_types import Plain
from engine.phrases import phrase
from engine.problems import Problem
from engine.rulebook.catalog import Product
from engine.rulebook.company import Company
from engine.rulebook.facts import product_facts
from engine.rulebook.iso_countries import COUNTRIES
from engine.rulebook.rules import applicability, availability
from engine.rulebook.vat import Rates
from engine.rulebook.yaml_entries import Entry, Gathered

RATE = "vat.rate"


def prove_rules(gathered: Gathered, checked: Checked) -> Proofs:
    """Proves the rules of what was gathered. A line without a VAT rate is held back (`no rate`): that is an answer, and no gap."""
    domain = _domain(gathered, checked)
    rates = _rate_tables(gathered, checked)
    asking = _needed_by(RATE, checked)
    found = prove(checked, domain, lambda block, table: table in rates and bool(_names(block) & asking))
    rateless = _without_rate(gathered, checked, domain, rates, asking)
    return replace(found, problems=(*found.problems, *rateless, *_never_met(gathered, checked, domain)))


def _never_met(gathered: Gathered, checked: Checked, domain: Domain) -> Iterator[Problem]:
    """Advice on conditions in YAML that no customer and product meet: such a product is never sold, such a process never chosen."""
    found = Findings(checked, domain, Witness(checked, domain))
    for sort, names, called in (
        (phrase("product"), gathered.names("products"), availability),
        (phrase("billing process"), gathered.names("billing-processes"), applicability),
    ):
        for name in names:
            if called(name) in checked.answers:
                is_met = partial(Meaning.answers, name=called(name), test=IS_TRUE)
                try:
                    space = found.space(is_met)
                    is_possible = found.is_possible(space, space.both(space.possible(of_catalogue=False), is_met(space.meaning)))
                except (TooManyCases, RecursionError):
                    continue
                if not is_possible:
                    where = checked.answers[called(name)].layers[0].versions[0].span
                    yield NEVER_APPLIES.at(where, kind=sort, name=name, why=phrase("its condition cannot be met"))


def _domain(gathered: Gathered, checked: Checked) -> Domain:
    company = gathered.only("company", Company)
    fixed: dict[str, Plain] = {}
    horizon = None
    if company is not None:
        if company.written.seller.country in COUNTRIES and company.has("seller"):
            fixed["seller.country"] = company.written.seller.country
        if {"rules-answer-from", "rules-answer-until"} <= company.node.keys() and company.has("rules-answer-from", "rules-answer-until"):
            horizon = company.written.rules_answer_from, company.written.rules_answer_until
    products = tuple(product_facts(entry.written) for entry in _whole_products(gathered))
    return domain_of(checked, fixed=fixed, products=products, horizon=horizon)


def _whole_products(gathered: Gathered) -> list[Entry[Product]]:
    return [entry for entry in gathered.of("products", Product).values() if not entry.left_out]


def _rate_tables(gathered: Gathered, checked: Checked) -> frozenset[str]:
    """The tables whose rows are the rates on file."""
    rates = gathered.only("vat-rates", Rates)
    path = rates.path if rates is not None else None
    return frozenset(
        name for name, layer in checked.tables.items() if any(row.span.path == path for table in layer.versions for row in table.rows[:1])
    )


def _needed_by(name: str, checked: Checked) -> frozenset[str]:
    """A name and all names whose answers it needs."""
    found, waiting = set[str](), [name]
    while waiting:
        one = waiting.pop()
        if one in checked.answers and one not in found:
            found.add(one)
            for layer in checked.answers[one].layers:
                for version in layer.versions:
                    waiting += results_mentioned(version)
    return frozenset(found)


def _names(block: Block) -> frozenset[str]:
    return frozenset(output.answers for output in block.outputs) if isinstance(block, Table) else frozenset((block.name,))


def _without_rate(
    gathered: Gathered, checked: Checked, domain: Domain, rates: frozenset[str], asking: frozenset[str]
) -> tuple[Problem, ...]:
    """Advice where no rate is on file for what the catalogue sells: at home, and under the one-stop shop in other countries too."""
    company = gathered.only("company", Company)
    if company is None or not company.has("seller") or not rates:
        return ()
    sold: list[Mapping[str, Plain]] = []
    for entry in _whole_products(gathered):
        sold.append({"supply.kind": entry.written.supply_kind, "supply.vat-class": entry.written.vat_class})
    fixed = {**domain.fixed, "seller.oss": company.written.seller.oss, "seller.small-business": company.written.seller.small_business}
    ours = replace(domain, fixed=fixed, products=tuple(sold))
    found = Findings(checked, ours, Witness(checked, ours))
    for block in all_blocks(checked):
        if _names(block) & asking:
            prove_lookups(block, lambda _block, table: table not in rates, found)
    gaps = [problem for problem in found.problems if problem.kind in (NO_ROW_ASKED, MORE_CASES)]
    if not gaps:
        return ()
    others = sum(int(dict(problem.words)["count"]) if problem.kind is MORE_CASES else 1 for problem in gaps[1:])
    more = phrase(" (and {count} other countries or classes)", count=others) if others else ""
    words: dict[str, object] = {**dict(gaps[0].words), "more": more}
    return (NO_RATE.at(gaps[0].where, None, **words),)
