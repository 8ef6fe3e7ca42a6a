"""Coverage of sales rules: discounts that apply and that do not, and tiers at their limit and one above."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.language.ir.answers import Rules
from engine.language.ir.checked_rules import Checked
from engine.language.ir.checked_sales import Price
from engine.language.ir.typed import Fact
from engine.language.testing.row_coverage import Piece
from engine.language.tracing.recorded_rules import Question
from engine.language.types.value_text import plain_in_words
from engine.money import MICRO
from engine.phrases import phrase
from engine.problems import Refusal


def sales(checked: Checked, rules: Rules, questions: Sequence[Question]) -> Iterator[Piece]:
    """Every discount both ways, and every tier."""
    yield from _discounts(checked, rules, questions)
    for product, layers in checked.prices.items():
        for layer in layers:
            for price in layer.versions:
                yield from _tiers(product, price, questions)


def _discounts(checked: Checked, rules: Rules, questions: Sequence[Question]) -> Iterator[Piece]:
    offered: list[frozenset[str]] = []
    for question in questions if checked.discounts else ():
        if question.kind == "offers":
            try:
                offered.append(frozenset(offer.name for offer in rules.offers(question.facts)))
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


def _tiers(product: str, price: Price, questions: Sequence[Question]) -> Iterator[Piece]:
    """Of each tier its limit and one above; of a price without tiers whether it was evaluated."""
    place = f"{price.span.path}:{price.span.line}"
    price_questions = [question for question in questions if question.kind == "price" and question.name == product]
    what = phrase("price {name} of {product}", name=price.name, product=product)
    why = phrase("no scenario asks what {product} costs then", product=product)
    yield price.span, "price", what, None if any(place in question.places for question in price_questions) else why
    if not isinstance(price.quantity, Fact):
        return
    name, kind = price.quantity.name, price.quantity.type
    quantities = {question.facts.get(name) for question in price_questions if place in question.places}
    for tier in price.tiers:
        for quantity in () if tier.up_to is None else (tier.up_to, tier.up_to + MICRO):
            text = plain_in_words(quantity, kind)
            what = phrase("{name} at {quantity}", name=price.name, quantity=text)
            yield tier.span, "boundary", what, None if quantity in quantities else phrase("no scenario asks {quantity}", quantity=text)
