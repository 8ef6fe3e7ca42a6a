"""Values for example requests, taken from the rulebook, so that each example has an answer."""

from __future__ import annotations

from datetime import date

from engine.rulebook.book import Rulebook
from engine.rulebook.catalog import Product


def priced_day(rulebook: Rulebook) -> date:
    """The first day of the latest price book, else the first day of the rules."""
    return max((book.from_ for book in rulebook.price_books), default=rulebook.company.rules_answer_from)


def first_segment(rulebook: Rulebook) -> str:
    """The first segment of customers in catalog/; empty where there is none."""
    return next(iter(rulebook.segments), "")


def sold_alone(rulebook: Rulebook) -> list[Product]:
    """Products with a price that require no other product and no attribute."""
    priced = set().union(*(book.prices for book in rulebook.price_books)) if rulebook.price_books else set()
    return [product for product in rulebook.products.values() if product.code in priced and not product.requires and not product.attributes]
