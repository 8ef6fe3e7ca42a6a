"""The names and words that a rulebook adds to the vocabulary: products, segments, plans, countries, and its attributes."""

from __future__ import annotations

from collections.abc import Mapping

from engine.documents.order import ORDER_TYPES
from engine.language import FileRow, Vocabulary
from engine.problems import Problem
from engine.rulebook.attributes import AttributeEntry
from engine.rulebook.catalog import Product
from engine.rulebook.iso_countries import COUNTRIES
from engine.rulebook.vat import Rates
from engine.rulebook.yaml_entries import Gathered
from engine.text.text_cell import TextCell
from engine.text.yaml_tree import Block, Listing, Scalar

_DOMAINS = ("segments", "products", "families", "units", "billing-types", "billing-processes", "payment-plans", "mentions", "roles")


def read_vocabulary(gathered: Gathered) -> tuple[Vocabulary, tuple[Problem, ...]]:
    """The vocabulary of one rulebook, and the problems of its own attributes."""
    domains = {name: gathered.names(name) for name in _DOMAINS} | {"countries": COUNTRIES}
    units = {code: product.written.unit for code, product in gathered.of("products", Product).items()}
    vocabulary = Vocabulary.built_in(
        gathered.currency,
        domains,
        order_types=ORDER_TYPES,
        languages=gathered.languages,
        sets=_country_sets(gathered),
        product_units=units,
    )
    words = []
    problems: list[Problem] = []
    for name, attribute in gathered.of("attributes", AttributeEntry).items():
        word = vocabulary.attribute(name, attribute.written.type, attribute.at("type"))
        if isinstance(word, tuple):
            problems += word
        else:
            words.append(word)
    return vocabulary.with_names(words), tuple(problems)


def rows_of_files(gathered: Gathered) -> Mapping[str, tuple[FileRow, ...]]:
    """The rows of files for tables of rules: `rates.yaml` of vat/ gives (country, class | rate)."""
    rates = gathered.only("vat-rates", Rates)
    if rates is None:
        return {}
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
