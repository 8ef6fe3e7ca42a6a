"""The generated evaluator on the checkout's own price and VAT rules, against the reference and against integer functions written by hand.

Only ratios within one run mean something: `python -m benchmarks.evaluators`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from datetime import date
from itertools import product
from pathlib import Path
from time import perf_counter
from typing import cast

from api.rulebook_folder import read_folder
from engine.language.codegen.compiled_rules import CompiledRules
from engine.language.interpreter.reference_rules import ReferenceRules
from engine.language.ir.answers import Rules
from engine.language.types.value_types import Plain
from engine.rulebook.reader import read_rulebook

Facts = Mapping[str, object]
TARGETS = ("line.price-factor", "vat.treatment", "vat.category", "vat.rate", "vat.mention")
ROUNDS = 20
REPETITIONS = 15
UNION = frozenset("AT BE BG CY CZ DE DK EE EL ES FI FR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split())


def questions() -> list[dict[str, object]]:
    """Customers and supplies of many kinds, as the rules are given them."""
    kinds = product(("BE", "FR", "CH"), ("business", "private"), ("service", "goods", "electronic-service"), ("chain", "independent"))
    return [
        {
            "customer.segment": segment, "product.order-type": "subscription", "customer.country": country, "customer.kind": kind,
            "customer.vat-number": "valid" if kind == "business" else "none", "customer.vat-country": country,
            "customer.files-periodic-returns": True, "customer.small-business": False, "seller.country": "BE", "seller.oss": False,
            "seller.small-business": False, "supply.kind": supply, "supply.ship-to": country, "supply.vat-class": "standard",
            "supply.distance-sale": False, "invoice.tax-point": date(2027, 1, 31),
        }
        for country, kind, supply, segment in kinds
    ]  # fmt: skip


# --- The same rules, written by hand over whole numbers. ---


def price_factor(facts: Facts) -> int:
    """The segment's factor in millionths."""
    if facts["customer.segment"] != "chain":
        return 1_000_000
    return {"subscription": 850_000, "investment": 900_000, "advertising": 1_000_000}[str(facts["product.order-type"])]


def _route(facts: Facts) -> str:
    there = facts["supply.ship-to"] if facts["supply.kind"] in ("goods", "immovable-work") else facts["customer.country"]
    if there == facts["seller.country"]:
        return "home"
    return "union" if there in UNION else "abroad"


def _buyer(facts: Facts) -> str:
    if facts["customer.kind"] == "private":
        return "consumer"
    if facts["supply.kind"] == "goods":
        if facts["customer.vat-country"] not in UNION or facts["customer.vat-country"] == facts["seller.country"]:
            return "consumer"
    elif facts["customer.country"] not in UNION:
        return "taxable"
    return {"valid": "taxable", "unknown": "unverified"}.get(str(facts["customer.vat-number"]), "consumer")


def treatment(facts: Facts) -> str:
    """How a supply is treated for VAT."""
    if facts["seller.small-business"]:
        return "small-business"
    supply, route, buyer = facts["supply.kind"], _route(facts), _buyer(facts)
    stop_shop = facts["seller.oss"] and buyer == "consumer"
    stop_shop = stop_shop and (supply in ("electronic-service", "immovable-work") or (supply == "goods" and facts["supply.distance-sale"]))
    if supply == "goods":
        return {"home": "domestic", "abroad": "export"}.get(route) or _goods_in_the_union(buyer, stop_shop)
    if supply == "immovable-work":
        return _work_on_property(facts, route, stop_shop)
    if route == "home":
        return "domestic"
    if route == "union":
        if buyer != "consumer":
            return "reverse-charge"
        return "oss" if supply == "electronic-service" and stop_shop else "domestic"
    return "domestic" if supply == "local-service" and buyer == "consumer" else "outside-environment"


def _goods_in_the_union(buyer: str, stop_shop: object) -> str:
    if buyer != "consumer":
        return "intra-community"
    return "oss" if stop_shop else "domestic"


def _work_on_property(facts: Facts, route: str, stop_shop: object) -> str:
    if route != "home":
        return "oss" if route == "union" and stop_shop else "outside-environment"
    himself = facts["customer.country"] == facts["seller.country"] and facts["customer.kind"] == "business"
    himself = himself and bool(facts["customer.files-periodic-returns"]) and not facts["customer.small-business"]
    return "co-contractor" if himself and facts["customer.vat-number"] != "invalid" else "domestic"


CATEGORIES = {
    "oss": "S", "co-contractor": "AE", "reverse-charge": "AE", "intra-community": "K", "export": "G", "outside-environment": "O",
    "small-business": "E",
}  # fmt: skip


def category(facts: Facts) -> str:
    """The VAT category of EN 16931."""
    found = treatment(facts)
    if found == "domestic":
        return {"zero": "Z", "exempt": "E"}.get(str(facts["supply.vat-class"]), "S")
    return CATEGORIES[found]


def rate(facts: Facts) -> int:
    """The rate in millionths (the one of January 2027 at home; sales through the one-stop shop do not come up here)."""
    found = treatment(facts)
    if found != "domestic" or facts["supply.vat-class"] in ("zero", "exempt"):
        return 0
    since = facts["invoice.tax-point"]
    if not isinstance(since, date) or since < date(1996, 1, 1):
        raise ValueError(since)
    return {"standard": 210_000, "intermediate": 120_000, "reduced": 60_000}[str(facts["supply.vat-class"])]


def mention(facts: Facts) -> str:
    """The mention on the document."""
    found, listed = treatment(facts), category(facts)
    if found == "domestic":
        return "exempt" if listed == "E" else "none"
    if found == "outside-environment":
        return "property-abroad" if facts["supply.kind"] == "immovable-work" else "outside-environment"
    return "none" if found == "oss" else found


BY_HAND: dict[str, Callable[[Facts], object]] = dict(zip(TARGETS, (price_factor, treatment, category, rate, mention), strict=True))


# --- Measuring. ---


def ask(rules: Rules, target: str, *, tracing: bool = False) -> Callable[[Facts], object]:
    """A question to be put about many facts."""
    return lambda facts: rules.ask(target, cast("Mapping[str, Plain]", facts), tracing=tracing)


def best(*runs: Callable[[Facts], object], asked: list[dict[str, object]]) -> list[float]:
    """Microseconds a question of several functions, the best of repetitions in turn, so that a busy machine disturbs all alike."""
    fastest = [float("inf")] * len(runs)
    for _ in range(REPETITIONS):
        for at, run in enumerate(runs):
            start = perf_counter()
            for _ in range(ROUNDS):
                for facts in asked:
                    run(facts)
            fastest[at] = min(fastest[at], perf_counter() - start)
    return [seconds / ROUNDS / len(asked) * 1e6 for seconds in fastest]


def measure(target: str, rules: CompiledRules, asked: list[dict[str, object]]) -> dict[str, object]:
    """One target in all evaluators, once it is sure that they say the same."""
    reference, by_hand, generated = ReferenceRules(rules.checked), BY_HAND[target], rules.answers[target]
    for facts in asked:
        result = generated.function(facts, {}, [])
        same = result * (1_000_000 // generated.denominator) if isinstance(result, int) else result
        if same != by_hand(facts) or ask(rules, target)(facts) != ask(reference, target)(facts):
            raise SystemExit(f"{target}: {result} generated, {by_hand(facts)} by hand, for {facts}")

    def for_the_first_time(facts: Facts) -> object:
        generated.cache.clear()
        return ask(rules, target, tracing=True)(facts)

    hand, function, remembered, first = best(
        by_hand,
        lambda facts: generated.function(facts, {}, []),
        ask(rules, target, tracing=True),
        for_the_first_time,
        asked=asked,
    )
    (slow,) = best(ask(reference, target), asked=asked[::12])
    return {
        "target": target, "by_hand_us": round(hand, 2), "generated_us": round(function, 2), "generated_to_hand": round(function / hand, 1),
        "with_reasons_us": round(first, 2), "remembered_us": round(remembered, 2), "reference_us": round(slow),
        "reference_to_generated": round(slow / function),
    }  # fmt: skip


def main() -> None:
    """Prints a table and the same as JSON."""
    rules = read_rulebook(read_folder(Path(__file__).parent.parent)).rules
    if not isinstance(rules, CompiledRules):
        raise SystemExit("the checkout's rules are not the compiled ones")
    rows = [measure(target, rules, questions()) for target in TARGETS]
    print("".join(f"{name:>24}" for name in rows[0]))
    for row in rows:
        print("".join(f"{value!s:>24}" for value in row.values()))
    json.dump({"evaluators": rows}, sys.stdout, indent=2)
    print()


if __name__ == "__main__":
    main()
