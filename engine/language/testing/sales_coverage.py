"""Discounts that apply and that do not, and the tiers of prices, at their limit and one above."""

from __future__ import annotations

from collections.abc import Iterator

from engine.language.ir.checked_rules import Checked, Price
from engine.language.ir.typed import Fact
from engine.language.types.value_text import plain_in_words
from engine.money import MICRO
from engine.phrases import Phrase, phrase
from engine.problems import Refusal, Span
from engine.rulebook.book import Rulebook
from engine.testing.coverage_trace import Touched

Found = tuple[Span, str, Phrase, Phrase | None]


def sales(checked: Checked, rulebook: Rulebook, touched: Touched) -> Iterator[Found]:
    """Every discount both ways, and every tier."""
    yield from _discounts(checked, rulebook, touched)
    for product, layers in checked.prices.items():
        for layer in layers:
            for price in layer.versions:
                yield from _tiers(product, price, touched)


def _discounts(checked: Checked, rulebook: Rulebook, touched: Touched) -> Iterator[Found]:
    offered: list[frozenset[str]] = []
    for heard in touched.questions if checked.discounts else ():
        if heard.question.sort == "offers":
            try:
                offered.append(frozenset(offer.name for offer in rulebook.rules.offers(heard.question.facts)))
            except Refusal:
                continue
    for layer in checked.discounts:
        block = layer.versions[-1]
        given = any(layer.name in names for names in offered)
        refused = any(layer.name not in names for names in offered)
        why = phrase("no scenario asks a price to which it could apply")
        yield block.span, "discount", phrase("discount {name}, given", name=layer.name), None if given else why
        why = phrase("no scenario asks a price to which it does not apply")
        yield block.span, "discount", phrase("discount {name}, not given", name=layer.name), None if refused else why


def _tiers(product: str, price: Price, touched: Touched) -> Iterator[Found]:
    """Of each tier its limit and one above; of a price without tiers that it was asked."""
    place = f"{price.span.path}:{price.span.line}"
    asked = [heard for heard in touched.questions if heard.question.sort == "price" and heard.question.name == product]
    what = phrase("price {name} of {product}", name=price.name, product=product)
    why = phrase("no scenario asks what {product} costs then", product=product)
    yield price.span, "price", what, None if any(place in heard.places for heard in asked) else why
    if not isinstance(price.quantity, Fact):
        return
    name, kind = price.quantity.name, price.quantity.type
    found = {heard.question.facts.get(name) for heard in asked if place in heard.places}
    for tier in price.tiers:
        for quantity in () if tier.up_to is None else (tier.up_to, tier.up_to + MICRO):
            said = plain_in_words(quantity, kind)
            what = phrase("{name} at {quantity}", name=price.name, quantity=said)
            yield tier.span, "boundary", what, None if quantity in found else phrase("no scenario asks {quantity}", quantity=said)
