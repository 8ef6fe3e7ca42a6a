"""Checks the rule files of a rulebook against its vocabulary, together with the conditions in YAML fields."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from engine.code_lists.code_list import COUNTRIES
from engine.documents.order import ORDER_TYPES
from engine.language import CheckedRules, FileRow, Vocabulary, check
from engine.phrases import phrase
from engine.problems import Kind, Problem, Span
from engine.rulebook.catalog import Product
from engine.rulebook.facts import applicability, availability
from engine.rulebook.file_kinds import KINDS
from engine.rulebook.plans import BillingProcess
from engine.rulebook.rules_folder import AttributeEntry
from engine.rulebook.vat import THIRD, Rates
from engine.rulebook.yaml_entries import Gathered
from engine.text.sources import TextCell
from engine.text.yaml_fields import Expression
from engine.text.yaml_tree import Block, Listing, Scalar

NO_RULE_FOR: Final = Kind(
    "no-rule-for", "no rule answers `{target}`, which {why}", "write a table, a decision or a definition for it in {folder}/"
)
PAYMENT_PLAN: Final = "item.payment-plan"
CATEGORY: Final = "vat.category"
_NEEDED: Final = ("vat.treatment", CATEGORY, "vat.rate")
"""What every invoice needs, from rules of this folder."""
_FOLDER: Final = "vat"
_DOMAINS: Final = ("segments", "products", "families", "units", "billing-types", "billing-processes", "payment-plans", "mentions", "roles")
"""The kinds of names that rules may use as words."""


def read_rules(gathered: Gathered, earlier: CheckedRules | None = None) -> tuple[CheckedRules, tuple[Problem, ...]]:
    """The rules of all rule files of a rulebook and the conditions in its YAML, checked, and all problems with them."""
    vocabulary, problems = _vocabulary(gathered)
    conditions = dict(_conditions(gathered))
    checked = check(gathered.sources, vocabulary, files=_rows_of_files(gathered), conditions=conditions, earlier=earlier)
    return checked, (*problems, *checked.problems, *_without_rule(checked))


def _without_rule(checked: CheckedRules) -> Iterator[Problem]:
    """The targets that no rule answers although every invoice needs them; empty without any rule files."""
    if not checked.parsed:
        return
    where = checked.first_line(_FOLDER) or Span(f"{_FOLDER}/treatment.rules", 1, 1, 1, 1)
    is_unread = any(
        problem.code == "unknown-block" for problem in checked.problems if problem.where and problem.where.path.startswith(_FOLDER)
    )
    for target in _NEEDED:
        if target in checked.unanswered and not is_unread:
            yield NO_RULE_FOR.at(where, target=target, why=phrase("every invoice needs"), folder=_FOLDER)


def _conditions(gathered: Gathered) -> Iterator[tuple[str, Expression]]:
    """The conditions in YAML fields, by the names of their answers."""
    for code, product in gathered.of("products", Product).items():
        if product.written.available_when is not None:
            yield availability(code), product.written.available_when
    for name, process in gathered.of("billing-processes", BillingProcess).items():
        if process.written.applies_when is not None:
            yield applicability(name), process.written.applies_when


def _vocabulary(gathered: Gathered) -> tuple[Vocabulary, list[Problem]]:
    """The names and words that rules may use, and the problems of the rulebook's own attributes."""
    vocabulary = Vocabulary.built_in(
        gathered.currency,
        {name: gathered.names(name) for name in _DOMAINS} | {"countries": tuple(COUNTRIES), "vat-territories": (*COUNTRIES, THIRD)},
        order_types=ORDER_TYPES,
        languages=gathered.languages,
        sets=_country_sets(gathered),
        product_units={code: product.written.unit for code, product in gathered.of("products", Product).items()},
    )
    words = []
    problems: list[Problem] = []
    for name, attribute in gathered.of("attributes", AttributeEntry).items():
        word = vocabulary.attribute(name, attribute.written.type, attribute.at("type"))
        if isinstance(word, tuple):
            problems += word
        else:
            words.append(word)
    return vocabulary.with_names(words), problems


def _rows_of_files(gathered: Gathered) -> Mapping[str, tuple[FileRow, ...]]:
    """The rows of files for tables of rules: `rates.yaml` of vat/ gives (country, class | rate). A file with problems has none."""
    rates = gathered.only("vat-rates", Rates)
    if rates is None:
        read = {file.path for file in gathered.files}
        unread = (path for path in gathered.sources if path.startswith("vat/") and path.endswith((".yaml", ".yml")))
        return dict.fromkeys((KINDS["vat-rates"].path, *(path for path in unread if path not in read)), ())
    rows = []
    for country, classes in rates.written.rates.items():
        for vat_class, entries in classes.items():
            for at, entry in enumerate(entries):
                cells = (
                    TextCell(country, rates.key("rates", country)),
                    TextCell(vat_class, rates.key("rates", country, vat_class)),
                    TextCell(f"{entry.rate}%", rates.at("rates", country, vat_class, at, "rate")),
                )
                rows.append(FileRow(cells, entry.from_, None, rates.at("rates", country, vat_class, at)))
    return {rates.path: tuple(rows)}


def _country_sets(gathered: Gathered) -> dict[str, tuple[str, ...]]:
    """The sets of countries by name; an unknown country is already reported and left out."""
    sets_by_name: dict[str, tuple[str, ...]] = {}
    for file in gathered.files:
        sets = file.tree.root.get("sets")
        if file.kind.name == "countries" and isinstance(sets, Block):
            for name, countries in sets.items():
                if isinstance(countries, Listing):
                    sets_by_name[name] = tuple(str(code) for code in countries if isinstance(code, Scalar) and code in COUNTRIES)
    return sets_by_name
