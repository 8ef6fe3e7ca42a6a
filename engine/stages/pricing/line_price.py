"""Prices one line: list price × index × factor, rounded; × quantity × periods × billing factor − discounts, rounded once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Final, get_args

from engine.budgets import LINE_DIGITS, check_amounts
from engine.documents.amount_phrases import figure
from engine.documents.quote import BundlePart, PricedLine, PricePer
from engine.documents.totals import rounded
from engine.language import Answer, BundleAnswer, Offer, Plain, TierRow
from engine.money import MICRO, Currency, Money, Percent, Price, Quantity, shares
from engine.phrases import Figure, phrase
from engine.problems import Kind, refuse
from engine.reasons import Reason
from engine.rulebook.book import Rulebook, cached_in_rulebook
from engine.rulebook.catalog import Product
from engine.rulebook.facts import product_facts
from engine.rulebook.plans import BillingType
from engine.rulebook.terms import months_billed, price_periods
from engine.stages.pricing.discounts import discount_line, whole_weights
from engine.stages.pricing.line_reasons import line_steps
from engine.stages.pricing.price_versions import Version, index_on, new_version, round_micros
from engine.stages.pricing.tiers import Mode, TierPrice, sum_tiers

NO_PRICE: Final = Kind(
    "no-price",
    "`{product}` has no price on {on}{segment}",
    "add it to a price book of catalog/ that begins by then, or write a `price` block for it in rules/",
)
FACTOR: Final = "line.price-factor"
LIST_TOTAL: Final = "quote.list-total"
_PER: Final[dict[str, PricePer]] = {word: word for word in get_args(PricePer)}


@dataclass(frozen=True, slots=True)
class Indexed:
    """The index of a process on a negotiated price, to which price books and segment factors do not apply, else on the list price."""

    price: Price | None
    """The negotiated price; None: the list price."""
    index: Fraction = Fraction(1)
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class PriceInputs:
    """All inputs of the price of one line."""

    product: Product
    quantity: Quantity
    on: date
    """The day whose prices count (`price.date`)."""
    version: Version | None
    """What the price books say for that day."""
    segment: str | None
    billing_type: BillingType | None
    """None: the line is priced for one price period."""
    facts: Mapping[str, Plain]
    """What rules may know of customer, seller, product and order."""
    indexed: Indexed = Indexed(None)
    manual: Offer | None = None
    agreed: tuple[Offer, ...] = ()
    """The discounts that were agreed with the item."""


@dataclass(frozen=True, slots=True)
class Basis:
    """An unrounded list price: its tiers, their factors, and its source."""

    mode: Mode
    rows: tuple[TierRow, ...]
    per: PricePer
    index: Fraction
    takes_factor: bool
    from_: date | None
    reasons: tuple[Reason, ...]
    bundle: BundleAnswer | None = None


@dataclass(frozen=True, slots=True)
class _Listed:
    """A line before its discounts: its exact amount in minor units, the facts of prices and of discounts, and the reasons so far."""

    line: PricedLine
    exact: Fraction
    bundle: BundleAnswer | None
    facts: Mapping[str, Plain]
    of_discounts: Mapping[str, Plain]
    reasons: tuple[Reason, ...]


def compute_price(inputs: PriceInputs, rulebook: Rulebook, *, tracing: bool) -> PricedLine:
    """Computes the price of one line for a whole billing period; Refusal without any price."""
    listed = _listed(inputs, rulebook, tracing=tracing)
    line, offers = listed.line, (*rulebook.rules.offers(listed.of_discounts, tracing=tracing), *inputs.agreed)
    if inputs.manual is not None:
        offers = (*offers, inputs.manual)
    if not offers and not tracing and listed.bundle is None:
        return line
    stacking = rulebook.rules.stacking(listed.of_discounts) if offers else None
    discounted = discount_line(listed.exact, offers, stacking, rulebook.currency, tracing=tracing)
    months = months_billed(inputs.billing_type) if not inputs.product.measured else None
    return replace(
        line,
        discounts=discounted.discounts,
        net=discounted.net,
        parts=_parts(listed.bundle, inputs, listed.facts, discounted.net, rulebook) if listed.bundle else (),
        recurring_per_month=discounted.exact / (months * 10**rulebook.currency.exponent) if months else None,
        price_period_net=rounded(discounted.exact / line.periods, rulebook.currency) if line.periods < 1 else None,
        reasons=(*listed.reasons, *discounted.reasons),
    )


def reads_quote_total(rulebook: Rulebook) -> bool:
    """Whether a discount may depend on the total of a quote."""
    dependencies = rulebook.rules.price_dependencies
    return dependencies is None or LIST_TOTAL in dependencies.facts


def quote_offers(inputs: PriceInputs, rulebook: Rulebook, list_total: Money) -> tuple[Offer, ...]:
    """The discounts of a line by the total of its quote before all discounts."""
    of_discounts = {**_listed(inputs, rulebook, tracing=False).of_discounts, LIST_TOTAL: list_total.minor}
    return tuple(offer for offer in rulebook.rules.offers(of_discounts, tracing=True) if offer.of_quote)


def _listed(inputs: PriceInputs, rulebook: Rulebook, *, tracing: bool) -> _Listed:
    facts = facts_of(inputs)
    basis, factor, reasons = basis_of(inputs, facts, rulebook, tracing=tracing)
    line, exact, steps = _before_discounts(
        rulebook, inputs.product.code, inputs.quantity.micros, inputs.billing_type.id if inputs.billing_type else None, basis.mode,
        basis.rows, basis.per, basis.index.as_integer_ratio(), factor.as_integer_ratio(), basis.from_, inputs.product.free_micros, tracing,
    )  # fmt: skip
    of_discounts = {**facts, "line.unit-price": line.unit_price.minor, "line.list": line.list_net.minor}
    return _Listed(line, exact, basis.bundle, facts, of_discounts, (*reasons, *steps) if tracing else ())


def facts_of(inputs: PriceInputs) -> Mapping[str, Plain]:
    """What rules may know of a line before it has a price."""
    manual = inputs.manual.percent if inputs.manual is not None else None
    of_line = {"line.quantity": inputs.quantity.micros, "line.manual-discount": 0 if manual is None else Percent(manual).micros}
    return {**inputs.facts, "price.date": inputs.on, **of_line}


def basis_of(
    inputs: PriceInputs, facts: Mapping[str, Plain], rulebook: Rulebook, *, tracing: bool
) -> tuple[Basis, Fraction, tuple[Reason, ...]]:
    """The unrounded list price of a line, all factors on it, and the reasons of both."""
    basis = _basis(inputs, facts, rulebook, tracing=tracing)
    if inputs.product.measured:
        basis = replace(basis, per="period")
    factor, reasons = basis.index, basis.reasons
    if basis.takes_factor and FACTOR in rulebook.rules.targets:
        answer = rulebook.rules.ask(FACTOR, facts, tracing=tracing)
        if isinstance(answer.value, Fraction):
            if tracing:
                reasons += tuple(_factor_reasons(answer, factor, basis, inputs, rulebook.currency))
            factor = factor * answer.value
    return basis, factor, reasons


@cached_in_rulebook(20_000)
def _before_discounts(
    rulebook: Rulebook,
    product: str,
    quantity: int,
    billing_type: str | None,
    mode: Mode,
    rows: tuple[TierRow, ...],
    per: PricePer,
    index: tuple[int, int],
    factors: tuple[int, int],
    price_from: date | None,
    included: int | None,
    tracing: bool,
) -> tuple[PricedLine, Fraction, tuple[Reason, ...]]:
    """The line without discounts, its exact amount in minor units, and its steps if traced; cached, as many periods have the same.

    `included` is what of a measured quantity costs nothing (None: the product is not measured); it recurs, and is no recurring revenue.
    """
    currency, kind = rulebook.currency, rulebook.billing_types[billing_type] if billing_type else None
    paid = quantity if included is None else max(quantity - included, 0)
    tier = sum_tiers(mode, rows, paid, Fraction(*factors), currency, tracing=tracing)
    months = months_billed(kind) if included is None else None
    periods = periods_of(per, kind) if months else Fraction(1)
    billing_factor = kind.factor if kind else Fraction(1)
    numerator = tier.exact * periods.numerator * billing_factor.numerator
    denominator = 10 ** (12 - currency.exponent) * periods.denominator * billing_factor.denominator
    net = Money.rounded(numerator, denominator, currency)
    check_amounts((net,), "/quantity", LINE_DIGITS)
    exact, reached = Fraction(numerator, denominator), _reached(rows, paid)
    line = PricedLine(
        product=product,
        quantity=Quantity(quantity),
        list_price=Price(round_micros(index[0] * reached, index[1]), currency),
        unit_price=_unit_price(tier, mode, paid, currency),
        price_per=per,
        periods=periods,
        billing_factor=billing_factor,
        list_net=net,
        net=net,
        price_from=price_from,
        recurring_per_month=exact / (months * 10**currency.exponent) if months else None,
        fine_price=Price(tier.unit_micros, currency) if tier.unit_micros * 10**currency.exponent % MICRO else None,
        price_period_net=rounded(exact / periods, currency) if periods < 1 else None,
        graduated=mode == "graduated",
        included=Quantity(included) if included else None,
    )
    if not tracing:
        return line, exact, ()
    unrounded = Price(round_micros(factors[0] * reached, factors[1]), currency)
    return line, exact, line_steps(line, tier, mode, kind, unrounded, rulebook.places)


def periods_of(per: PricePer, kind: BillingType | None) -> Fraction:
    """How many price periods one billing period has; what is paid once counts once."""
    return price_periods(per, kind.every or 1, kind.unit) if kind is not None and kind.unit and not kind.once else Fraction(1)


def _basis(inputs: PriceInputs, facts: Mapping[str, Plain], rulebook: Rulebook, *, tracing: bool) -> Basis:
    """The list price: the negotiated one, else of a bundle, a `price` block, or a price book."""
    product, agreed, index = inputs.product, inputs.indexed.price, inputs.indexed.index
    indexed = (inputs.indexed.reason,) if inputs.indexed.reason else ()
    if agreed is not None:
        return Basis("flat", (TierRow(None, agreed.micros),), product.price_per, index, False, None, indexed)
    bundle = rulebook.rules.bundle(product.code, facts, tracing=tracing)
    if bundle is not None:
        chain = index_on(rulebook, product.code, inputs.segment, inputs.on) if bundle.by_index else Fraction(1)
        rows = (TierRow(None, bundle.sells_at * MICRO // 10**rulebook.currency.exponent),)
        return Basis("flat", rows, product.price_per, chain * index, bundle.by_segment, None, (*bundle.reasons, *indexed), bundle)
    block = rulebook.rules.price(product.code, facts, tracing=tracing)
    if block is not None:
        reasons = (*block.reasons, *indexed)
        return Basis(block.mode, block.rows, _PER[block.per], index, True, block.version_from, reasons)
    version = inputs.version
    if version is None:
        of = phrase(" for segment `{segment}`", segment=inputs.segment) if inputs.segment else ""
        raise refuse(NO_PRICE, product=product.code, on=inputs.on, segment=of)
    reasons = (*version.reasons, *indexed) if tracing else ()
    rows = (TierRow(None, version.written.micros),)
    return Basis("flat", rows, product.price_per, version.index * index, True, version.from_, reasons)


def _parts(bundle: BundleAnswer, inputs: PriceInputs, facts: Mapping[str, Plain], net: Money, rulebook: Rulebook) -> tuple[BundlePart, ...]:
    """Allocates the line's net to the bundle parts in proportion to list price × quantity, or all of it to the first."""
    quantities = [Quantity(each * inputs.quantity.micros // MICRO) for _, each in bundle.parts]
    if bundle.allocate == "to the first part":
        weights = [1] + [0] * (len(quantities) - 1)
    else:
        exact = [
            _list_of(rulebook.products[code], quantity, inputs, facts, rulebook)
            for (code, _), quantity in zip(bundle.parts, quantities, strict=True)
        ]
        weights = [abs(weight) for weight in whole_weights(exact)]
    nets = shares(net.minor, weights)
    return tuple(
        BundlePart(product=code, quantity=quantity, net=Money(part, net.currency))
        for (code, _), quantity, part in zip(bundle.parts, quantities, nets, strict=True)
    )


def _list_of(part: Product, quantity: Quantity, inputs: PriceInputs, facts: Mapping[str, Plain], rulebook: Rulebook) -> Fraction:
    """The list price of a part on its own, its weight in the bundle."""
    of_part = {**facts, **product_facts(part), "line.quantity": quantity.micros}
    block = rulebook.rules.price(part.code, of_part)
    if block is not None:
        return Fraction(sum_tiers(block.mode, block.rows, quantity.micros, Fraction(1), rulebook.currency).exact)
    version = new_version(rulebook, part.code, inputs.segment, inputs.on)
    if version is None:
        raise refuse(NO_PRICE, product=part.code, on=inputs.on, segment=phrase(" (a part of `{product}`)", product=inputs.product.code))
    return version.written.micros * version.index * quantity.micros


def _unit_price(tier: TierPrice, mode: Mode, quantity: int, currency: Currency) -> Money:
    """The price of one unit as documents show it; of graduated tiers the average."""
    minor = 10**currency.exponent
    if mode == "graduated" and quantity:
        return Money.rounded(tier.exact * minor, quantity * MICRO, currency)
    return Money.rounded(tier.unit_micros * minor, MICRO, currency)


def _reached(rows: tuple[TierRow, ...], quantity: int) -> int:
    """The written price of the tier that a quantity reaches."""
    size = abs(quantity)
    return next((row.unit_price for row in rows if row.up_to is None or size <= row.up_to), rows[-1].unit_price)


def _factor_reasons(answer: Answer, index: Fraction, basis: Basis, inputs: PriceInputs, currency: Currency) -> Iterator[Reason]:
    """A reason for each price factor but 1: its rule, its figure, and for a single tier the unrounded price after it.

    Rules on which the factors depend follow, where they say why.
    """
    factor = index
    for applied in answer.factors:
        factor = factor * applied.value
        if applied.value == 1:
            continue
        says = phrase("× the price factor {factor}", factor=figure(applied.value))
        if len(basis.rows) == 1:
            price = Price(round_micros(*(_reached(basis.rows, inputs.quantity.micros) * factor).as_integer_ratio()), currency)
            says = phrase("{step} = {price}", step=says, price=Figure(price))
        yield replace(applied.reason, subject="factor", says=says)
    if any(applied.value != 1 for applied in answer.factors):
        rules = {applied.reason.rule for applied in answer.factors}
        yield from (replace(each, subject="factor") for each in answer.reasons if each.because and each.rule not in rules)
