"""The compiled rules as the stages use them: generated functions that answer with or without reasons."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Final, Generic, TypeVar

from engine.language.codegen.source_template import SourceTemplate, Values, exact_value, source_template
from engine.language.codegen.trace_factors import applied_factors
from engine.language.codegen.trace_steps import Trace, module_path, reasons_of, with_source
from engine.language.ir.answers import Answer, BundleAnswer, Facts, Offer, PriceAnswer, Stacking, TierRow
from engine.language.ir.checked_rules import Checked, Layer
from engine.language.ir.checked_sales import Bundle, Discount, Price
from engine.language.ir.checked_sales import Stacking as StackingBlock
from engine.language.ir.fact_dependencies import quote_discounts
from engine.language.ir.price_dependencies import PriceDependencies, price_dependencies
from engine.language.ir.typed import Constant, Expression
from engine.language.types.fact_scopes import OF_QUOTE
from engine.language.types.value_text import in_words
from engine.language.types.value_types import NUMBER, MoneyType, PercentType, Plain, PriceType, Type
from engine.money import MICRO
from engine.phrases import phrase, together
from engine.problems import Span
from engine.reasons import Reason

Block = TypeVar("Block", Price, Discount, StackingBlock, Bundle)
Terms = TypeVar("Terms")
Ratio = tuple[int, int]
TierPrices = tuple[tuple[int, int], ...]
"""For each tier the unit price (micros) and the flat amount (minor units)."""

MOST_ANSWERS: Final = 5_000
"""The size of the cache of each name; a full cache is emptied."""


@dataclass(frozen=True, slots=True)
class AnswerFunction:
    """The generated function of an answer, the type, and the denominator of its number."""

    function: Callable[..., Plain]
    type: Type
    denominator: int
    facts: tuple[str, ...] | None
    """All facts on which an answer can depend; None where it also reads lists."""
    cache: dict[object, Answer] = field(default_factory=dict)
    """Earlier answers, by these facts and whether they have reasons."""


@dataclass(frozen=True, slots=True)
class OfferFunction(Generic[Block, Terms]):
    """The generated function of one block: it returns None, or the number of its version, the values of its names, and its terms."""

    function: Callable[..., tuple[int, Values, Terms] | None]
    layer: Layer[Block]


@dataclass(frozen=True)
class CompiledRules:
    """The compiled rules of one rulebook. What cannot be answered is a Refusal with the rule's position, never "no match"."""

    checked: Checked
    answers: Mapping[str, AnswerFunction]
    prices: Mapping[str, tuple[OfferFunction[Price, TierPrices], ...]]
    discounts: tuple[OfferFunction[Discount, tuple[Ratio, Ratio | None]], ...]
    stacking_blocks: tuple[OfferFunction[StackingBlock, Ratio | None], ...]
    bundles: Mapping[str, tuple[OfferFunction[Bundle, int], ...]]
    _templates: dict[int, SourceTemplate] = field(default_factory=dict)

    @cached_property
    def targets(self) -> frozenset[str]:
        """The names that rules answer."""
        return frozenset(self.answers)

    @property
    def grouping(self) -> tuple[str, ...]:
        """The keys by which transactions are grouped into invoices."""
        return self.checked.grouping.keys if self.checked.grouping else ()

    def looks_at(self, name: str) -> tuple[str, ...] | None:
        """All facts on which the answer for a name can depend; None where it also reads lists of lines."""
        return self.answers[name].facts

    def ask(self, name: str, facts: Facts, *, tracing: bool = False) -> Answer:
        """The answer for a target, a `table-name.column` or a defined name; KeyError where no rule answers it."""
        function = self.answers[name]
        if function.facts is None:
            return _answer(function, facts, tracing=tracing)
        key = (tracing, *map(facts.get, function.facts))
        answer = function.cache.get(key)
        if answer is None:
            answer = _answer(function, facts, tracing=tracing)
            if len(function.cache) >= MOST_ANSWERS:
                function.cache.clear()
            function.cache[key] = answer
        return answer

    @cached_property
    def price_dependencies(self) -> PriceDependencies:
        """What prices can depend on."""
        return price_dependencies(self.checked)

    def price(self, product: str, facts: Facts, *, tracing: bool = False) -> PriceAnswer | None:
        """The price block in force for a product, or None."""
        for offer in self.prices.get(product, ()):
            trace: Trace = []
            result = offer.function(facts, {}, trace)
            if result is not None:
                number, values, rows = result
                price = offer.layer.versions[number]
                tiers = tuple(TierRow(tier.up_to, *row) for tier, row in zip(price.tiers, rows, strict=True))
                reasons = (*reasons_of(trace), self._price_reason(price, tiers, values)) if tracing else ()
                return PriceAnswer(price.name, price.per, price.mode, tiers, price.in_force.start, reasons)
        return None

    @property
    def discount_count(self) -> int:
        """How many discount blocks the rules have."""
        return len(self.discounts)

    def offers(self, facts: Facts, *, tracing: bool = False) -> tuple[Offer, ...]:
        """The discounts whose conditions hold, in source order; those of a quote's total only where the facts have it."""
        offers = []
        for offer in self.discounts if OF_QUOTE in facts else self._lasting_discounts:
            trace: Trace = []
            result = offer.function(facts, {}, trace)
            if result is not None:
                number, values, (give, at_most) = result
                discount = offer.layer.versions[number]
                reasons = (*reasons_of(trace), self._discount_reason(discount, give, values)) if tracing else ()
                offers.append(_offer(discount, give, at_most, reasons, of_quote=offer.layer.name in self._quote_discounts))
        return tuple(offers)

    @cached_property
    def _quote_discounts(self) -> frozenset[str]:
        return quote_discounts(self.checked)

    @cached_property
    def _lasting_discounts(self) -> tuple[OfferFunction[Discount, tuple[Ratio, Ratio | None]], ...]:
        """The discounts that do not depend on the total of a quote."""
        return tuple(offer for offer in self.discounts if offer.layer.name not in self._quote_discounts)

    def stacking(self, facts: Facts) -> Stacking | None:
        """The stacking block in force, or None."""
        for offer in self.stacking_blocks:
            result = offer.function(facts, {}, [])
            if result is not None:
                stacking, most = offer.layer.versions[result[0]], result[2]
                cap: Fraction | int | None = None
                if most is not None and stacking.total_at_most is not None:
                    cap = Fraction(*most) if isinstance(stacking.total_at_most.type, PercentType) else most[0]
                return Stacking(stacking.name, stacking.groups, stacking.apply, cap, _place(stacking.span))
        return None

    def bundle(self, product: str, facts: Facts, *, tracing: bool = False) -> BundleAnswer | None:
        """The bundle in force for a product, or None."""
        for offer in self.bundles.get(product, ()):
            trace: Trace = []
            result = offer.function(facts, {}, trace)
            if result is not None:
                number, values, sells_at = result
                bundle = offer.layer.versions[number]
                return BundleAnswer(
                    bundle.name,
                    tuple((part.product, part.quantity) for part in bundle.parts),
                    sells_at,
                    bundle.allocate,
                    "segment" in bundle.touched_by,
                    "index" in bundle.touched_by,
                    (*reasons_of(trace), self._bundle_reason(bundle, sells_at, values)) if tracing else (),
                )
        return None

    # --- Reasons. ---

    def _price_reason(self, price: Price, tiers: Sequence[TierRow], values: Values) -> Reason:
        unit = PriceType(self.checked.currency, price.unit)
        if len(tiers) == 1:
            text = self._with_source(price.tiers[0].unit_price, values, in_words(tiers[0].unit_price, unit))
            return _reason(price, "price", f"{price.name}: {text}")
        rows = [self._tier_text(tier, in_words(tier.unit_price, unit)) for tier in tiers]
        tiered = "{price}: volume tiers, {tiers}" if price.mode == "volume" else "{price}: graduated tiers, {tiers}"
        return _reason(price, "price", phrase(tiered, price=price.name, tiers=together(rows, ", ")))

    def _tier_text(self, tier: TierRow, unit_price: str) -> str:
        """A tier in words: `up to 9: 89.00 EUR per seat and 10.00 EUR`."""
        if tier.flat:
            flat = in_words(tier.flat, MoneyType(self.checked.currency))
            unit_price = phrase("{unit_price} and {flat}", unit_price=unit_price, flat=flat)
        if tier.up_to is None:
            return phrase("beyond: {price}", price=unit_price)
        return phrase("up to {limit}: {price}", limit=in_words(Fraction(tier.up_to, MICRO), NUMBER), price=unit_price)

    def _discount_reason(self, discount: Discount, give: Ratio, values: Values) -> Reason:
        result = in_words(exact_value(give[0], discount.give.type, give[1]), discount.give.type)
        given = self._with_source(discount.give, values, result)
        text = phrase("{discount}: {give} off {name}", discount=discount.title or discount.name, give=given, name=discount.off)
        if discount.when is not None:
            text = phrase("{rule}, as {condition}", rule=text, condition=self._template(discount.when).render(values))
        return _reason(discount, "discount", text)

    def _bundle_reason(self, bundle: Bundle, sells_at: int, values: Values) -> Reason:
        price = self._with_source(bundle.sells_at, values, in_words(sells_at, MoneyType(self.checked.currency)))
        return _reason(bundle, "bundle", phrase("{bundle} sells at {price}", bundle=bundle.name, price=price))

    def _with_source(self, expression: Expression, values: Values, result: str) -> str:
        return with_source(None if isinstance(expression, Constant) else self._template(expression), values, result)

    def _template(self, expression: Expression) -> SourceTemplate:
        """The template of an expression of these rules, cached."""
        template = self._templates.get(id(expression))
        if template is None:
            template = self._templates[id(expression)] = source_template(expression, self.checked.texts)
        return template


def _answer(function: AnswerFunction, facts: Facts, *, tracing: bool) -> Answer:
    trace: Trace = []
    result = function.function(facts, {}, trace)
    value = exact_value(result, function.type, function.denominator)
    if not tracing:
        return Answer(value)
    return Answer(value, reasons_of(trace), applied_factors(trace) if isinstance(value, Fraction) else ())


def _offer(discount: Discount, give: Ratio, at_most: Ratio | None, reasons: tuple[Reason, ...], *, of_quote: bool) -> Offer:
    is_percent = isinstance(discount.give.type, PercentType)
    return Offer(
        discount.name,
        discount.title or discount.name,
        discount.group,
        discount.priority,
        Fraction(*give) if is_percent else None,
        None if is_percent else give[0],
        at_most[0] if at_most else None,
        discount.because,
        reasons,
        of_quote,
    )


def _reason(block: Price | Discount | Bundle, subject: str, says: str) -> Reason:
    return Reason(subject, f"{module_path(block.module)}: {block.name}", says, block.because, _place(block.span))


def _place(span: Span) -> str:
    return f"{span.path}:{span.line}"
