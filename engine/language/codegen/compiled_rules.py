"""The fast evaluator as the stages see it: functions that were generated from the rules, asked in plain or in tracing form."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final, Generic, TypeVar

from engine.language.codegen.trace_text import Seen, Step, exact, place_name, saying
from engine.language.ir.answers import Answer, BundleAnswer, Facts, Offer, PriceAnswer, Stacking, TierRow
from engine.language.ir.checked_rules import Bundle, Checked, Discount, Layer, Price
from engine.language.ir.checked_rules import Stacking as StackingBlock
from engine.language.ir.typed import Constant, Expression
from engine.language.types.value_text import in_words
from engine.language.types.value_types import NUMBER, MoneyType, PercentType, Plain, PriceType, Type
from engine.money import MICRO
from engine.phrases import phrase, together
from engine.problems import Span
from engine.reasons import Reason

Block = TypeVar("Block", Price, Discount, StackingBlock, Bundle)
Given = TypeVar("Given")
Ratio = tuple[int, int]
TierPrices = tuple[tuple[int, int], ...]
"""Of each tier the price of a unit (micros) and the flat amount (minor units)."""
Trace = list[tuple[Step, Plain, Seen | tuple[Plain, ...]]]
"""The steps behind an answer, in the order in which they were decided."""


REMEMBERED_AT_MOST: Final = 5_000
"""So many answers of one name are kept; then they are forgotten and worked out anew."""


@dataclass(frozen=True, slots=True)
class Answered:
    """The function that answers a name, the type of its answer, and what the number it gives is divided by."""

    function: Callable[..., Plain]
    type: Type
    over: int
    known: dict[object, Answer] = field(default_factory=dict)
    """Answers given before: of the plain form by the value, of the tracing one by the facts that the name looks at."""
    looks_at: tuple[str, ...] | None = None
    """All facts that an answer can depend on, in the tracing form; None where it also looks at lists."""

    def keep(self, key: object, answer: Answer) -> Answer:
        """Remembers an answer, within bounds."""
        if len(self.known) >= REMEMBERED_AT_MOST:
            self.known.clear()
        self.known[key] = answer
        return answer


@dataclass(frozen=True, slots=True)
class Offered(Generic[Block, Given]):
    """The function that gives what one block offers: None, or the number of its version, what its names stood for, and the offer."""

    function: Callable[..., tuple[int, Seen, Given] | None]
    layer: Layer[Block]


@dataclass(frozen=True, slots=True)
class Functions:
    """All functions of one form."""

    answers: Mapping[str, Answered]
    prices: Mapping[str, tuple[Offered[Price, TierPrices], ...]]
    discounts: tuple[Offered[Discount, tuple[Ratio, Ratio | None]], ...]
    stacking: tuple[Offered[StackingBlock, Ratio | None], ...]
    bundles: Mapping[str, tuple[Offered[Bundle, int], ...]]


@dataclass(frozen=True)
class CompiledRules:
    """The rules of one rulebook, compiled. What cannot be answered is a Refusal with the rule's position, never "no match"."""

    checked: Checked
    plain: Functions
    tracing: Functions
    targets: frozenset[str]
    grouping: tuple[str, ...]

    def ask(self, name: str, facts: Facts, *, tracing: bool = False) -> Answer:
        """The answer for a target, a `table-name.column` or a defined name; KeyError where no rule gives it."""
        if not tracing:
            answered = self.plain.answers[name]
            found = answered.function(facts, {})
            return answered.known.get(found) or answered.keep(found, Answer(exact(found, answered.type, answered.over)))
        answered = self.tracing.answers[name]
        if answered.looks_at is None:
            return self._traced(answered, facts)
        key = tuple(map(facts.get, answered.looks_at))
        return answered.known.get(key) or answered.keep(key, self._traced(answered, facts))

    def looks_at(self, name: str) -> tuple[str, ...] | None:
        """All facts that the answer for a name can depend on; None where it also looks at lists of lines."""
        return self.tracing.answers[name].looks_at

    def _traced(self, answered: Answered, facts: Facts) -> Answer:
        trace: Trace = []
        found = answered.function(facts, {}, trace)
        return Answer(exact(found, answered.type, answered.over), self._reasons(trace))

    def price(self, product: str, facts: Facts, *, tracing: bool = False) -> PriceAnswer | None:
        """The price block in force for a product, or None."""
        for offered in (self.tracing if tracing else self.plain).prices.get(product, ()):
            trace: Trace = []
            found = offered.function(facts, {}, trace) if tracing else offered.function(facts, {})
            if found is not None:
                number, seen, rows = found
                price = offered.layer.versions[number]
                tiers = tuple(TierRow(tier.up_to, *row) for tier, row in zip(price.tiers, rows, strict=True))
                own = (self._price_reason(price, tiers, seen),) if tracing else ()
                return PriceAnswer(price.name, price.per, price.mode, tiers, price.in_force.start, self._reasons(trace) + own)
        return None

    def offers(self, facts: Facts, *, tracing: bool = False) -> tuple[Offer, ...]:
        """The discounts whose conditions hold, in written order."""
        offers = []
        for offered in (self.tracing if tracing else self.plain).discounts:
            trace: Trace = []
            found = offered.function(facts, {}, trace) if tracing else offered.function(facts, {})
            if found is not None:
                number, seen, (give, at_most) = found
                discount = offered.layer.versions[number]
                offers.append(self._offer(discount, give, at_most, self._discount_reasons(discount, give, seen, trace) if tracing else ()))
        return tuple(offers)

    def _offer(self, discount: Discount, give: Ratio, at_most: Ratio | None, reasons: tuple[Reason, ...]) -> Offer:
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
        )

    def stacking(self, facts: Facts) -> Stacking | None:
        """The stacking block in force, or None."""
        for offered in self.plain.stacking:
            found = offered.function(facts, {})
            if found is not None:
                stacking, most = offered.layer.versions[found[0]], found[2]
                cap: Fraction | int | None = None
                if most is not None and stacking.total_at_most is not None:
                    cap = Fraction(*most) if isinstance(stacking.total_at_most.type, PercentType) else most[0]
                return Stacking(stacking.name, stacking.groups, stacking.apply, cap, _place(stacking.span))
        return None

    def bundle(self, product: str, facts: Facts, *, tracing: bool = False) -> BundleAnswer | None:
        """The bundle in force that a product is, or None."""
        for offered in (self.tracing if tracing else self.plain).bundles.get(product, ()):
            trace: Trace = []
            found = offered.function(facts, {}, trace) if tracing else offered.function(facts, {})
            if found is not None:
                number, seen, sells_at = found
                bundle = offered.layer.versions[number]
                own = (self._bundle_reason(bundle, sells_at, seen),) if tracing else ()
                return BundleAnswer(
                    bundle.name,
                    tuple((part.product, part.quantity) for part in bundle.parts),
                    sells_at,
                    bundle.allocate,
                    "segment" in bundle.touched_by,
                    "index" in bundle.touched_by,
                    self._reasons(trace) + own,
                )
        return None

    # --- Reasons. ---

    def _reasons(self, trace: Trace) -> tuple[Reason, ...]:
        return tuple(dict.fromkeys(step.reason(found, seen) for step, found, seen in trace))

    def _own(self, block: Price | Discount | Bundle, subject: str, says: str) -> Reason:
        return Reason(subject, f"{place_name(block.module)}: {block.name}", says, block.because, _place(block.span))

    def _price_reason(self, price: Price, tiers: Sequence[TierRow], seen: Seen) -> Reason:
        unit = PriceType(self.checked.currency, price.unit)
        if len(tiers) == 1:
            said = self._in_source(price.tiers[0].unit_price, seen, in_words(tiers[0].unit_price, unit))
            return self._own(price, "price", f"{price.name}: {said}")
        rows = [self._tier(tier, in_words(tier.unit_price, unit)) for tier in tiers]
        tiered = "{price}: volume tiers, {tiers}" if price.mode == "volume" else "{price}: graduated tiers, {tiers}"
        return self._own(price, "price", phrase(tiered, price=price.name, tiers=together(rows, ", ")))

    def _tier(self, tier: TierRow, unit_price: str) -> str:
        """A tier as it is told: `up to 9: 89.00 EUR per seat and 10.00 EUR`."""
        if tier.flat:
            flat = in_words(tier.flat, MoneyType(self.checked.currency))
            unit_price = phrase("{unit_price} and {flat}", unit_price=unit_price, flat=flat)
        if tier.up_to is None:
            return phrase("beyond: {price}", price=unit_price)
        return phrase("up to {limit}: {price}", limit=in_words(Fraction(tier.up_to, MICRO), NUMBER), price=unit_price)

    def _discount_reasons(self, discount: Discount, give: Ratio, seen: Seen, trace: Trace) -> tuple[Reason, ...]:
        found = in_words(exact(give[0], discount.give.type, give[1]), discount.give.type)
        said = phrase(
            "{discount}: {give} off {name}",
            discount=discount.title or discount.name, give=self._in_source(discount.give, seen, found), name=discount.off,
        )  # fmt: skip
        if discount.when is not None:
            said = phrase("{rule}, as {condition}", rule=said, condition=saying(discount.when, self.checked.texts).told(seen))
        return (*self._reasons(trace), self._own(discount, "discount", said))

    def _bundle_reason(self, bundle: Bundle, sells_at: int, seen: Seen) -> Reason:
        said = self._in_source(bundle.sells_at, seen, in_words(sells_at, MoneyType(self.checked.currency)))
        return self._own(bundle, "bundle", phrase("{bundle} sells at {price}", bundle=bundle.name, price=said))

    def _in_source(self, expression: Expression, seen: Seen, found: str) -> str:
        """A result, and before it the source that gave it where that says more."""
        said = saying(expression, self.checked.texts).told(seen)
        return found if isinstance(expression, Constant) or said in ("", found) else f"{said} = {found}"


def _place(span: Span) -> str:
    return f"{span.path}:{span.line}"
