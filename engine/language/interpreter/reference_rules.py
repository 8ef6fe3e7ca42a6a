"""The rules asked slowly: layer by layer, version by version, row by row, each expression walked in exact fractions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from functools import partial
from typing import TypeVar

from engine.language.interpreter.evaluation_scope import Evaluate, Missing, Scope, of_decision
from engine.language.interpreter.python_trees import Natural, Trees
from engine.language.interpreter.reference_values import answer_of, cell_matches, is_in_force, natural_of, plain_of
from engine.language.ir.answers import Answer, BundleAnswer, Facts, Offer, PriceAnswer, Stacking, TierRow
from engine.language.ir.checked_rules import Answering, Bundle, Checked, ConditionCell, Decision, Definition, Discount, Layer, Price, Table
from engine.language.ir.checked_rules import Stacking as StackingBlock
from engine.language.ir.evaluation_errors import DOES_NOT_APPLY, MISSING_FACT, different_results, no_row, not_in_force, two_rows
from engine.language.ir.fact_dependencies import footprint
from engine.language.ir.walker import places, version_places
from engine.language.types.value_types import Plain
from engine.problems import Span, refuse

Block = Answering | Price | Discount | StackingBlock | Bundle
Found = TypeVar("Found")
Given = TypeVar("Given")
Offered = TypeVar("Offered", Price, Discount, StackingBlock, Bundle)


class TwinRules:
    """The slow twin of the compiled rules: the same questions, answers and refusals, but no reasons."""

    def __init__(self, checked: Checked, evaluate: Evaluate) -> None:
        self.checked = checked
        self.exponent = checked.exponent
        self.evaluate = evaluate
        self.trees = Trees(lambda plain, kind: natural_of(plain, kind, checked.exponent))
        self.targets = frozenset(checked.answers)
        self.grouping = checked.grouping.keys if checked.grouping else ()

    # --- Answers. ---

    def ask(self, name: str, facts: Facts, *, tracing: bool = False) -> Answer:
        """The answer for a name; KeyError where no rule gives it. The reasons are told by the compiled rules only."""
        return Answer(answer_of(self.answer(name, facts), self.checked.answers[name].type, self.exponent))

    def looks_at(self, name: str) -> tuple[str, ...] | None:
        """All facts that the answer for a name can depend on; None where it also looks at lists of lines."""
        return footprint(self.checked, name)

    def answer(self, name: str, facts: Facts) -> Natural:
        """The answer as one thinks of it: the first layer that applies gives it."""
        layers = self.checked.answers[name].layers
        for layer in layers:
            version = self._version(layer, facts, name, version_places(layers))
            if version is not None:
                found = self._of_block(version, name, facts, is_last=layer is layers[-1])
                if found is not None:
                    return found
        last = layers[-1].versions[-1]
        raise not_in_force(last.span, last.name, facts[last.in_force.by or ""])

    def look_up(self, layer: Layer[Table], column: int, day: date | None, arguments: Sequence[Natural], facts: Facts) -> Natural:
        """What a table answers to arguments, for a day."""
        for table in layer.versions:
            if table.in_force.is_always or (day is not None and is_in_force(table.in_force, day)):
                with_places = self._guarded(table, partial(self._of_table, table, column, arguments, day, facts))
                if with_places is None:
                    raise no_row(table, self._plain(table, arguments), day if _has_dated_rows(table) else None)
                return with_places
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
            if is_in_force(version.in_force, day):
                return version
        return None

    def _guarded(self, block: Block, answer: Callable[[], Found]) -> Found:
        """An answer of a block, or the refusal that names the place which first needs a missing fact."""
        try:
            return answer()
        except Missing as missing:
            name = str(missing)
            raise refuse(MISSING_FACT, places(block)[name], rule=block.name, name=name) from None

    def _of_block(self, block: Answering, name: str, facts: Facts, *, is_last: bool) -> Natural | None:
        """What one block answers; None where it does not apply and another may."""
        scope = Scope(self, block.name, facts)
        match block:
            case Definition():
                found = self._guarded(block, lambda: scope.walk(block.value) if scope.holds(block.when) else None)
            case Decision():
                found = self._guarded(block, lambda: of_decision(block, scope))
            case Table():
                return self._ask_table(block, name, scope, is_last=is_last)
        if found is None and is_last:
            raise refuse(DOES_NOT_APPLY, block.span, rule=block.name)
        return found

    # --- Tables. ---

    def _ask_table(self, table: Table, name: str, scope: Scope, *, is_last: bool) -> Natural | None:
        column = [output.answers for output in table.outputs].index(name)
        arguments = self._guarded(table, lambda: [scope.walk(column.subject) for column in table.inputs])
        date_fact = next((row.in_force.by for row in table.rows if not row.in_force.is_always), None)
        day = self._guarded(table, lambda: scope.day(date_fact)) if date_fact else None
        found = self._guarded(table, lambda: self._of_table(table, column, arguments, day, scope.facts))
        if found is None and is_last:
            raise no_row(table, self._plain(table, arguments), day)
        return found

    def _of_table(self, table: Table, column: int, arguments: Sequence[Natural], day: date | None, facts: Facts) -> Natural | None:
        """The result of the row that applies, found by looking at one row after the other."""
        scope = Scope(self, table.name, facts, {one.name: given for one, given in zip(table.inputs, arguments, strict=True)})
        asked = self._plain(table, arguments)
        shown = day if _has_dated_rows(table) else None
        matching = []
        for at, row in enumerate(table.rows):
            in_force = row.in_force.is_always or (day is not None and is_in_force(row.in_force, day))
            if not in_force or not all(cell_matches(cell, given) for cell, given in zip(row.cells, asked, strict=True)):
                continue
            if all(scope.holds(cell.condition) for cell in row.cells if isinstance(cell, ConditionCell)):
                matching.append(at)
                if table.policy == "first match":
                    break
        if not matching:
            return None
        if table.policy == "exactly one" and len(matching) > 1:
            raise two_rows(table, matching, asked, shown)
        if table.policy in ("exactly one", "first match"):
            return scope.walk(table.rows[matching[0]].results[column])
        results = [scope.walk(table.rows[at].results[column]) for at in matching]
        if table.policy == "highest of":
            return max(results, key=lambda result: table.ladder.index(str(result)))
        if any(result != results[0] for result in results):
            raise different_results(table, matching, results, asked, shown)
        return results[0]

    def _plain(self, table: Table, arguments: Sequence[Natural]) -> list[Plain]:
        return [plain_of(given, column.type, self.exponent) for given, column in zip(arguments, table.inputs, strict=True)]  # type: ignore[misc]  # a fraction of a micro is compared, never kept

    # --- Prices, discounts, stacking, bundles. ---

    def price(self, product: str, facts: Facts, *, tracing: bool = False) -> PriceAnswer | None:
        """The price block in force for a product, or None."""
        return next((found for layer in self.checked.prices.get(product, ()) if (found := self._offer_of(layer, facts, _price))), None)

    def bundle(self, product: str, facts: Facts, *, tracing: bool = False) -> BundleAnswer | None:
        """The bundle in force that a product is, or None."""
        return next((found for layer in self.checked.bundles.get(product, ()) if (found := self._offer_of(layer, facts, _bundle))), None)

    def stacking(self, facts: Facts) -> Stacking | None:
        """The stacking block in force, or None."""
        return next((found for layer in self.checked.stacking if (found := self._offer_of(layer, facts, _stacking))), None)

    def offers(self, facts: Facts, *, tracing: bool = False) -> tuple[Offer, ...]:
        """The discounts whose conditions hold, in written order."""
        return tuple(found for layer in self.checked.discounts if (found := self._offer_of(layer, facts, self._discount)))

    def _offer_of(self, layer: Layer[Offered], facts: Facts, offer: Callable[[Offered, Scope], Given | None]) -> Given | None:
        """What the version in force of a block offers, where its condition holds."""
        scope = Scope(self, layer.versions[0].name, facts)
        for version in layer.versions:
            if self._layer_guarded(layer, partial(_is_on, version, scope)):
                return self._layer_guarded(layer, partial(_offer_where_it_holds, version, scope, offer))
        return None

    def _layer_guarded(self, layer: Layer[Offered], answer: Callable[[], Found]) -> Found:
        try:
            return answer()
        except Missing as missing:
            name = str(missing)
            where = next(places(version)[name] for version in layer.versions if name in places(version))
            raise refuse(MISSING_FACT, where, rule=layer.versions[0].name, name=name) from None

    def _discount(self, discount: Discount, scope: Scope) -> Offer | None:
        if any(self._is_held(name, scope.facts) for name in discount.yields_to):
            return None
        given = answer_of(scope.walk(discount.give), discount.give.type, self.exponent)
        cap = answer_of(scope.walk(discount.at_most), discount.at_most.type, self.exponent) if discount.at_most else None
        return Offer(
            discount.name, discount.title or discount.name, discount.group, discount.priority,
            given if isinstance(given, Fraction) else None, given if isinstance(given, int) else None,
            cap if isinstance(cap, int) else None, discount.because,
        )  # fmt: skip

    def _is_held(self, name: str, facts: Facts) -> bool:
        """Whether a discount is in force and its condition holds."""
        layer = next(layer for layer in self.checked.discounts if layer.name == name)
        return bool(self._offer_of(layer, facts, lambda _discount, _scope: True))


def _is_on(block: Block, scope: Scope) -> bool:
    return block.in_force.is_always or is_in_force(block.in_force, scope.day(block.in_force.by or ""))


def _offer_where_it_holds(block: Offered, scope: Scope, offer: Callable[[Offered, Scope], Given | None]) -> Given | None:
    return offer(block, scope) if scope.holds(block.when) else None


def _has_dated_rows(table: Table) -> bool:
    return any(not row.in_force.is_always for row in table.rows)


def _price(price: Price, scope: Scope) -> PriceAnswer:
    exponent = scope.rules.exponent
    rows = []
    for tier in price.tiers:
        unit_price = answer_of(scope.walk(tier.unit_price), tier.unit_price.type, exponent)
        flat = answer_of(scope.walk(tier.flat), tier.flat.type, exponent) if tier.flat else 0
        assert isinstance(unit_price, int)
        assert isinstance(flat, int)
        rows.append(TierRow(tier.up_to, unit_price, flat))
    return PriceAnswer(price.name, price.per, price.mode, tuple(rows), price.in_force.start)


def _stacking(stacking: StackingBlock, scope: Scope) -> Stacking:
    cap: Fraction | int | None = None
    if stacking.total_at_most is not None:
        found = answer_of(scope.walk(stacking.total_at_most), stacking.total_at_most.type, scope.rules.exponent)
        assert isinstance(found, Fraction | int)
        cap = found
    return Stacking(stacking.name, stacking.groups, stacking.apply, cap, f"{stacking.span.path}:{stacking.span.line}")


def _bundle(bundle: Bundle, scope: Scope) -> BundleAnswer:
    sells_at = answer_of(scope.walk(bundle.sells_at), bundle.sells_at.type, scope.rules.exponent)
    assert isinstance(sells_at, int)
    parts = tuple((part.product, part.quantity) for part in bundle.parts)
    return BundleAnswer(bundle.name, parts, sells_at, bundle.allocate, "segment" in bundle.touched_by, "index" in bundle.touched_by)
