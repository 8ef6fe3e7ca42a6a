"""Random facts to ask random rulebooks about: near the boundaries that the rules name, and now and then something missing."""

from __future__ import annotations

import random
from datetime import timedelta
from fractions import Fraction

from engine.language.types.value_types import Plain
from tests.property.random_vocabulary import DAYS_KNOWN, ENUMS, MONEYS, NAMES, NUMBERS, PERCENTS, PRICES, SEATS

MISSING = 0.02
Facts = dict[str, Plain | tuple[dict[str, Plain], ...]]


def random_facts(chance: random.Random) -> Facts:
    """Facts for one question."""
    facts: Facts = {name: plain(kind, chance) for kind, names in NAMES.items() for name in names}
    facts |= {name: chance.choice(words) for name, words in ENUMS.items()}
    facts["customer.score"] = 0 if chance.random() < 0.3 else facts["customer.score"]
    facts["product.unit"] = chance.choice(("seat", "piece"))
    facts["item.joined-on"] = chance.choice(DAYS_KNOWN)
    facts["lines"] = tuple(_entry(chance) for _ in range(chance.randint(0, 3)))
    return {name: fact for name, fact in facts.items() if chance.random() >= MISSING}


def _entry(chance: random.Random) -> dict[str, Plain]:
    kinds = {"line.list": "money", "line.weight": "number", "line.seats": "seats", "customer.vip": "bool"}
    return {name: plain(kind, chance) for name, kind in kinds.items() if chance.random() >= MISSING}


def plain(kind: str, chance: random.Random) -> Plain:
    """A plain value of a sort, on, just below or just above what rules name."""
    nudge = chance.choice((0, 0, 0, 1, -1))
    sign = -1 if chance.random() < 0.1 else 1
    match kind:
        case "money":
            return sign * (_scaled(chance.choice(MONEYS), 100) + nudge)
        case "number":
            return sign * (_scaled(chance.choice(NUMBERS), 1_000_000) + nudge)
        case "percent":
            return _scaled(chance.choice(PERCENTS), 10_000) + nudge
        case "seats":
            return _scaled(chance.choice(SEATS), 1_000_000) + nudge
        case "pieces":
            return chance.choice((1, 2, 3, 5, 10, 50)) * 1_000_000 + nudge
        case "date":
            return chance.choice(DAYS_KNOWN) + timedelta(days=nudge)
        case "days":
            return chance.choice((0, 1, 14, 30)) + nudge
        case "period":
            return chance.choice((0, 1, 3, 12)) + nudge
        case "bool":
            return chance.random() < 0.5
        case "price":
            return _scaled(chance.choice(PRICES), 1_000_000) + nudge
        case _:
            return chance.choice(("PO-1", "none", "other"))


def _scaled(text: str, unit: int) -> int:
    return int(Fraction(text.split()[0].rstrip("%").replace("_", "")) * unit)
