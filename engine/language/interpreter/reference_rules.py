"""The reference interpreter of the rules: layer by layer, version by version, row by row, in exact fractions."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from functools import partial
from typing import TypeVar

from engine.language.interpreter.environment import Environment, MissingFact, decision_result
from engine.language.interpreter.python_trees import ExactValue, TreeBuilder
from engine.language.interpreter.reference_values import answer_of, cell_matches, exact_of, plain_of
from engine.language.interpreter.tree_evaluation import evaluate
from engine.language.ir.answers import Answer, BundleAnswer, Facts, Offer, PriceAnswer, Stacking, TierRow
from engine.language.ir.checked_rules import Answering, Checked, Decision, Definition, Layer
from engine.language.ir.checked_sales import Bundle, Discount, Price
from engine.language.ir.checked_sales import Stacking as StackingBlock
from engine.language.ir.checked_tables import ConditionCell, Table
from engine.language.ir.evaluation_errors import DOES_NOT_APPLY, MISSING_FACT, different_results, no_row, not_in_force, two_rows
from engine.language.ir.fact_dependencies import footprint, quote_discounts
from engine.language.ir.walker import places, version_places
from engine.language.types.fact_scopes import OF_QUOTE
from engine.language.types.value_types import Plain
from engine.problems import Span, refuse

Block = Answering | Price | Discount | StackingBlock | Bundle
Value = TypeVar("Value")
OfferBlock = TypeVar("OfferBlock", Price, Discount, StackingBlock, Bundle)
Evaluate = Callable[[ast.expr, Mapping[str, Callable[..., object]]], object]
"""Evaluates a tree with the functions that it may call."""


class ReferenceRules:
    """Evaluates the rules slowly and simply: the same answers and refusals as the compiled rules, without reasons."""

    def __init__(self, checked: Checked, evaluate: Evaluate = evaluate) -> None:
        self.checked = checked
        self.exponent = checked.exponent
        self.evaluate = evaluate
        self.trees = TreeBuilder(lambda plain, kind: exact_of(plain, kind, checked.exponent))
        self.targets = frozenset(checked.answers)
        self.grouping = checked.grouping.keys if checked.grouping else ()

    # --- Answers. ---

    def ask(self, name: str, facts: Facts, *, tracing: bool = False) -> Answer:
        """The answer for a name; KeyError where no rule answers it. Only the compiled rules give reasons."""
        return Answer(answer_of(self.answer(name, facts), self.checked.answers[name].type, self.exponent))

    def looks_at(self, name: str) -> tuple[str, ...] | None:
        """All facts on which the answer for a name can depend; None where it also reads lists of lines."""
        return footprint(self.checked, name)

    @property
    def price_dependencies(self) -> None:
        """Unknown: the interpreter caches nothing."""
        return None

    def answer(self, name: str, facts: Facts) -> ExactValue:
        """The answer as an exact value, from the first layer that applies."""
        layers = self.checked.answers[name].layers
        for layer in layers:
            version = self._version(layer, facts, name, version_places(layers))
            if version is not None:
                result = self._of_block(version, name, facts, is_last=layer is layers[-1])
                if result is not None:
                    return result
        last = layers[-1].versions[-1]
        raise not_in_force(last.span, last.name, facts[last.in_force.by or ""])

    def look_up(self, layer: Layer[Table], column: int, day: date | None, arguments: Sequence[ExactValue], facts: Facts) -> ExactValue:
        """The result of a lookup in a table on a day."""
        for table in layer.versions:
            if table.in_force.is_always or (day is not None and table.in_force.holds_on(day)):
                result = self._with_places(table, partial(self._of_table, table, column, arguments, day, facts))
                if result is None:
                    raise no_row(table, self._plain(table, arguments), day if _has_dated_rows(table) else None)
                return result
        last = layer.versions[-1]
        raise not_in_force(last.span, last.name, day)

    def _version(self, layer: Layer[Answering], facts: Facts, rule: str, where: Mapping[str, Span]) -> Answering | None:
        """The version of a block that is in force."""
        for version in layer.versions:
            if version.in_force.is_always:
                return version
            name = version.in_force.by or ""
            if name not in facts:
                raise refuse(MISSING_FACT, where[name], rule=rule, name=name)
            day = facts[name]
            assert isinstance(day, date)
            if version.in_force.holds_on(day):
                return version
        return None

    def _with_places(self, block: Block, answer: Callable[[], Value]) -> Value:
        """An answer of a block, or the refusal with the position that first reads a missing fact."""
        try:
            return answer()
        except MissingFact as missing:
            name = str(missing)
            raise refuse(MISSING_FACT, places(block)[name], rule=block.name, name=name) from None

    def _of_block(self, block: Answering, name: str, facts: Facts, *, is_last: bool) -> ExactValue | None:
        """The answer of one block; None where it does not apply and the next layer may."""
        environment = Environment(self, block.name, facts)
        match block:
            case Definition():
                result = self._with_places(block, lambda: environment.evaluate(block.value) if environment.holds(block.when) else None)
            case Decision():
                result = self._with_places(block, lambda: decision_result(block, environment))
            case Table():
                return self._ask_table(block, name, environment, is_last=is_last)
        if result is None and is_last:
            raise refuse(DOES_NOT_APPLY, block.span, rule=block.name)
        return result

    # --- Tables. ---

    def _ask_table(self, table: Table, name: str, environment: Environment, *, is_last: bool) -> ExactValue | None:
        column = [output.answers for output in table.outputs].index(name)
        arguments = self._with_places(table, lambda: [environment.evaluate(column.subject) for column in table.inputs])
        date_fact = next((row.in_force.by for row in table.rows if not row.in_force.is_always), None)
        day = self._with_places(table, lambda: environment.day(date_fact)) if date_fact else None
        result = self._with_places(table, lambda: self._of_table(table, column, arguments, day, environment.facts))
        if result is None and is_last:
            raise no_row(table, self._plain(table, arguments), day)
        return result

    def _of_table(self, table: Table, column: int, arguments: Sequence[ExactValue], day: date | None, facts: Facts) -> ExactValue | None:
        """The result of the row that applies, found by testing one row after the other."""
        environment = Environment(self, table.name, facts, dict(zip((column.name for column in table.inputs), arguments, strict=True)))
        values = self._plain(table, arguments)
        shown_day = day if _has_dated_rows(table) else None
        matching = []
        for at, row in enumerate(table.rows):
            in_force = row.in_force.is_always or (day is not None and row.in_force.holds_on(day))
            if not in_force or not all(cell_matches(cell, value) for cell, value in zip(row.cells, values, strict=True)):
                continue
            if all(environment.holds(cell.condition) for cell in row.cells if isinstance(cell, ConditionCell)):
                matching.append(at)
                if table.policy == "first match":
                    break
        if not matching:
            return None
        if table.policy == "exactly one" and len(matching) > 1:
            raise two_rows(table, matching, values, shown_day)
        if table.policy in ("exactly one", "first match"):
            return environment.evaluate(table.rows[matching[0]].results[column])
        results = [environment.evaluate(table.rows[at].results[column]) for at in matching]
        if table.policy == "highest of":
            return max(results, key=lambda result: table.ladder.index(str(result)))
        if any(result != results[0] for result in results):
            raise different_results(table, matching, results, values, shown_day)
        return results[0]

    def _plain(self, table: Table, arguments: Sequence[ExactValue]) -> list[Plain]:
        return [plain_of(value, column.type, self.exponent) for value, column in zip(arguments, table.inputs, strict=True)]  # type: ignore[misc]  # a fraction of a micro is only compared

    # --- Prices, discounts, stacking, bundles. ---

    def price(self, product: str, facts: Facts, *, tracing: bool = False) -> PriceAnswer | None:
        """The price block in force for a product, or None."""
        return next((result for layer in self.checked.prices.get(product, ()) if (result := self._offer_of(layer, facts, _price))), None)

    def bundle(self, product: str, facts: Facts, *, tracing: bool = False) -> BundleAnswer | None:
        """The bundle in force for a product, or None."""
        return next((result for layer in self.checked.bundles.get(product, ()) if (result := self._offer_of(layer, facts, _bundle))), None)

    def stacking(self, facts: Facts) -> Stacking | None:
        """The stacking block in force, or None."""
        return next((result for layer in self.checked.stacking if (result := self._offer_of(layer, facts, _stacking))), None)

    @property
    def discount_count(self) -> int:
        """How many discount blocks the rules have."""
        return len(self.checked.discounts)

    def offers(self, facts: Facts, *, tracing: bool = False) -> tuple[Offer, ...]:
        """The discounts whose conditions hold, in source order; those of a quote's total only where the facts have it."""
        of_quote = quote_discounts(self.checked)
        layers = [layer for layer in self.checked.discounts if OF_QUOTE in facts or layer.name not in of_quote]
        offers = [(layer, self._offer_of(layer, facts, self._discount)) for layer in layers]
        return tuple(replace(offer, of_quote=layer.name in of_quote) for layer, offer in offers if offer)

    def _offer_of(self, layer: Layer[OfferBlock], facts: Facts, offer: Callable[[OfferBlock, Environment], Value | None]) -> Value | None:
        """The offer of the version in force of a block, where its condition holds."""
        environment = Environment(self, layer.versions[0].name, facts)
        try:
            for version in layer.versions:
                if environment.is_in_force(version.in_force):
                    return offer(version, environment) if environment.holds(version.when) else None
        except MissingFact as missing:
            name = str(missing)
            where = next(places(version)[name] for version in layer.versions if name in places(version))
            raise refuse(MISSING_FACT, where, rule=layer.versions[0].name, name=name) from None
        return None

    def _discount(self, discount: Discount, environment: Environment) -> Offer | None:
        if any(self._holds(name, environment.facts) for name in discount.yields_to):
            return None
        give = answer_of(environment.evaluate(discount.give), discount.give.type, self.exponent)
        cap = answer_of(environment.evaluate(discount.at_most), discount.at_most.type, self.exponent) if discount.at_most else None
        return Offer(
            discount.name,
            discount.title or discount.name,
            discount.group,
            discount.priority,
            give if isinstance(give, Fraction) else None,
            give if isinstance(give, int) else None,
            cap if isinstance(cap, int) else None,
            discount.because,
        )

    def _holds(self, name: str, facts: Facts) -> bool:
        """Whether a discount is in force and its condition holds."""
        layer = next(layer for layer in self.checked.discounts if layer.name == name)
        return bool(self._offer_of(layer, facts, lambda _discount, _environment: True))


def _has_dated_rows(table: Table) -> bool:
    return any(not row.in_force.is_always for row in table.rows)


def _price(price: Price, environment: Environment) -> PriceAnswer:
    exponent = environment.rules.exponent
    rows = []
    for tier in price.tiers:
        unit_price = answer_of(environment.evaluate(tier.unit_price), tier.unit_price.type, exponent)
        flat = answer_of(environment.evaluate(tier.flat), tier.flat.type, exponent) if tier.flat else 0
        assert isinstance(unit_price, int)
        assert isinstance(flat, int)
        rows.append(TierRow(tier.up_to, unit_price, flat))
    return PriceAnswer(price.name, price.per, price.mode, tuple(rows), price.in_force.start)


def _stacking(stacking: StackingBlock, environment: Environment) -> Stacking:
    cap: Fraction | int | None = None
    if stacking.total_at_most is not None:
        most = answer_of(environment.evaluate(stacking.total_at_most), stacking.total_at_most.type, environment.rules.exponent)
        assert isinstance(most, Fraction | int)
        cap = most
    return Stacking(stacking.name, stacking.groups, stacking.apply, cap, f"{stacking.span.path}:{stacking.span.line}")


def _bundle(bundle: Bundle, environment: Environment) -> BundleAnswer:
    sells_at = answer_of(environment.evaluate(bundle.sells_at), bundle.sells_at.type, environment.rules.exponent)
    assert isinstance(sells_at, int)
    parts = tuple((part.product, part.quantity) for part in bundle.parts)
    return BundleAnswer(bundle.name, parts, sells_at, bundle.allocate, "segment" in bundle.touched_by, "index" in bundle.touched_by)
