"""Reads a rulebook from its texts: parses every file, checks across files, and reports all problems at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from engine.language import CheckedRules, Proofs
from engine.phrases import Phrase
from engine.problems import Problem, Refusal, Span
from engine.rulebook.book import Rulebook, assemble
from engine.rulebook.catalog import Product
from engine.rulebook.checks.accounting_tools import check_accounting_tools
from engine.rulebook.checks.catalog import check_products
from engine.rulebook.checks.codes import check_codes
from engine.rulebook.checks.company import check_company
from engine.rulebook.checks.factors import check_factors_of_rules
from engine.rulebook.checks.measured import check_measured
from engine.rulebook.checks.payment_terms import check_payment_terms
from engine.rulebook.checks.plans import check_plans
from engine.rulebook.checks.prepaid_products import check_prepaid
from engine.rulebook.checks.price_gaps import NO_PRICE, check_prices
from engine.rulebook.checks.prices import check_price_books, with_prices_of_files
from engine.rulebook.checks.reminders import check_reminders
from engine.rulebook.checks.repeated_entries import check_repeated_entries
from engine.rulebook.checks.retired import check_retired
from engine.rulebook.checks.vat import check_vat
from engine.rulebook.checks.vat_codes import check_vat_codes
from engine.rulebook.fingerprint import fingerprint
from engine.rulebook.homes import with_homes, without_undeclared
from engine.rulebook.references import UNKNOWN_COUNTRY, UNKNOWN_NAME, check_references
from engine.rulebook.rule_files import CATEGORY, PAYMENT_PLAN, read_rules
from engine.rulebook.yaml_entries import MISSING_FILE, Gathered, ReadYaml, gather
from engine.text.model_reader import NOT_ALLOWED
from engine.text.sources import Sources
from engine.text.yaml_reader import EMPTY_FILE, MOST_PROBLEMS, read_yaml

_MOST_OF_A_FILE = 300
_ACCOUNTING_TOOLS = "vat/accounting-tools.yaml"


def read_rulebook(sources: Sources) -> Rulebook:
    """The rulebook of these texts; Refusal with all problems of all files. Advice stops nothing.

    The last few that a process has read are at hand: the same texts are not read and compiled again.
    """
    return _read(tuple(sorted(sources.items())))


@lru_cache(maxsize=4)
def _read(texts: tuple[tuple[str, str], ...]) -> Rulebook:
    return rulebook_of(read_all(dict(texts)))


def rulebook_of(reading: Reading) -> Rulebook:
    """The rulebook of a reading; Refusal with all its problems."""
    stopping = tuple(problem for problem in reading.problems if problem.stops)
    if stopping:
        raise Refusal(stopping)
    digest = fingerprint(reading.gathered, reading.checked, reading.templates)
    return assemble(reading.gathered, reading.checked, reading.checked.compile(), digest)


def check_rulebook(sources: Sources) -> tuple[Problem, ...]:
    """Every problem and piece of advice of these texts, by file and line."""
    return check_up(sources).problems


@dataclass(frozen=True, slots=True)
class Checkup:
    """The result of `check`: problems of reading and of proofs, and what was proved (None where the rules cannot be evaluated)."""

    reading: Reading
    problems: tuple[Problem, ...]
    proofs: Proofs | None


def check_up(sources: Sources) -> Checkup:
    """Reads these texts, and proves their rules unless a problem prevents their evaluation.

    What accounting tools call accounts and VAT is looked at here only: a version that was published before we booked on another account
    is still read, and the tool's sender holds what has no name there.
    """
    return prove_reading(read_all(sources))


def prove_reading(reading: Reading) -> Checkup:
    """The check-up of texts that are read already."""
    from engine.rulebook.anchors import check_periods
    from engine.rulebook.proofs import prove_rules  # imported by `check` only

    problems = {*reading.problems, *check_accounting_tools(reading.gathered)}
    if any(problem.stops and _keeps_from_proving(problem) for problem in reading.problems):
        return Checkup(reading, tuple(sorted(problems, key=_place)), None)
    proofs = prove_rules(reading.gathered, reading.checked)
    are_whole = reading.gathered.has_all("products") and not any(
        entry.left_out for entry in reading.gathered.of("products", Product).values()
    )
    of_proofs = {problem for problem in proofs.problems if are_whole or problem.code != "never-applies"}
    problems |= {*_without_lookups(of_proofs), *check_periods(reading.gathered)}
    return Checkup(reading, tuple(sorted(problems, key=_place)), proofs)


def _without_lookups(problems: set[Problem]) -> Iterator[Problem]:
    """The problems, without those of lookups in a table whose own missing row is reported."""
    lacking = {dict(problem.words)["table"] for problem in problems if problem.code == "gap"}
    return (problem for problem in problems if problem.code != "gap-asked" or dict(problem.words)["table"] not in lacking)


def _keeps_from_proving(problem: Problem) -> bool:
    """Whether a problem is in a file from which the rules take words and rows. What accounting tools call them is none."""
    path = problem.where.path if problem.where else ""
    return (
        problem.kind in (MISSING_FILE, EMPTY_FILE)
        or path.endswith(".rules")
        or not path
        or (path.startswith(("rules/", "vat/")) and path != _ACCOUNTING_TOOLS)
    )


@dataclass(frozen=True, slots=True)
class Reading:
    """The result of reading: the entries of the YAML files, the checked rules, and all problems."""

    gathered: Gathered
    checked: CheckedRules
    problems: tuple[Problem, ...]

    @property
    def templates(self) -> Sources:
        """The templates of the documents."""
        return {path: text for path, text in self.gathered.sources.items() if path.startswith("templates/")}


def read_all(sources: Sources, read: ReadYaml = read_yaml, earlier: CheckedRules | None = None) -> Reading:
    """Reads all texts; with problems that stop, nothing may be evaluated.

    Rule files that are unchanged since `earlier` are not parsed again.
    """
    gathered = gather(sources, read)
    checked, problems = read_rules(gathered, earlier)
    every = without_undeclared({*gathered.problems, *problems, *_across(gathered, checked)}, gathered)
    unique = with_homes(_without_consequences(_once(every)), gathered)
    return Reading(gathered, checked, tuple(_bounded(sorted(unique, key=_place))))


def _bounded(problems: Iterable[Problem]) -> Iterator[Problem]:
    """The first problems of each file."""
    counts: Counter[str] = Counter()
    for problem in problems:
        path = problem.where.path if problem.where else ""
        counts[path] += 1
        if counts[path] <= _MOST_OF_A_FILE:
            yield problem


def _without_consequences(problems: Iterable[Problem]) -> Iterator[Problem]:
    """The problems, without a missing price of a product whose code is misspelt where its price stands."""
    every = tuple(problems)
    remedies = (dict(problem.words).get("remedy") for problem in every if problem.kind is UNKNOWN_NAME)
    meant = {dict(remedy.words).get("near") for remedy in remedies if isinstance(remedy, Phrase)}
    return (problem for problem in every if problem.kind is not NO_PRICE or dict(problem.words)["product"] not in meant)


def _once(problems: Iterable[Problem]) -> Iterator[Problem]:
    """The problems, without those of a word's form where the word itself is reported."""
    every = tuple(problems)
    named = {problem.where for problem in every if problem.kind in (UNKNOWN_NAME, UNKNOWN_COUNTRY)}
    return (problem for problem in every if problem.kind is not NOT_ALLOWED or problem.where not in named)


def _across(gathered: Gathered, checked: CheckedRules) -> Iterator[Problem]:
    """The problems across files."""
    for problems in (
        check_references(gathered),
        with_prices_of_files(gathered),
        check_price_books(gathered),
        check_prices(gathered, checked),
        check_products(gathered, rules_choose_plan=checked.may_answer(PAYMENT_PLAN)),
        check_measured(gathered),
        check_prepaid(gathered),
        check_plans(gathered),
        check_payment_terms(gathered),
        check_reminders(gathered),
        check_retired(gathered, checked),
        check_repeated_entries(gathered),
        check_vat(gathered, _categories(checked)),
        check_vat_codes(gathered),
        check_company(gathered),
        check_codes(gathered, checked),
        check_factors_of_rules(checked),
    ):
        yield from islice(problems, MOST_PROBLEMS)


def _categories(checked: CheckedRules) -> frozenset[str]:
    """The VAT categories that tables of the rules answer."""
    tables = [table for table in checked.written_tables() if CATEGORY in table.columns]
    return frozenset(row[table.columns.index(CATEGORY)].text for table in tables for row in table.rows if len(row) == len(table.columns))


def _place(problem: Problem) -> tuple[Span, str, str]:
    return problem.where or Span("", 0, 0, 0, 0), problem.code, problem.message
