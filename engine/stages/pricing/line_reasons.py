"""The reasons of a list amount, step by step, as documents show them."""

from __future__ import annotations

from engine.documents.amount_phrases import TIERED, figure, for_how_long
from engine.documents.quote import PricedLine
from engine.money import Price
from engine.phrases import Figure, named, phrase, together
from engine.reasons import Reason
from engine.rulebook.book import Places
from engine.rulebook.plans import BillingType
from engine.stages.pricing.tiers import Mode, TierPrice


def line_steps(
    line: PricedLine, tier: TierPrice, mode: Mode, billing_type: BillingType | None, exact: Price, places: Places
) -> tuple[Reason, ...]:
    """The reasons of the list amount: the rounding of the unit price, then quantity, periods and billing factor."""
    unit, kind = Price(tier.unit_micros, tier.currency), billing_type.id if billing_type else ""
    sold = places.of("products", line.product)
    steps = []
    if line.included is not None:
        words = {"used": Figure(line.quantity), "included": Figure(line.included), "paid": Figure(line.paid)}
        says = phrase("{used} less {included} included: {paid} are paid", **words)
        steps.append(Reason("usage", "included", says, where=places.of("products", line.product, "included")))
    if mode == "flat" and unit != exact:
        says = phrase("{exact} becomes {unit}, rounded half up once after its factors", exact=Figure(exact), unit=Figure(unit))
        steps.append(Reason("rounding", "unit price", says, where=places.of("company", "company", "currency")))
    if mode != "flat":
        says = phrase("{sum} by {mode} tiers", sum=together(tier.steps, " + ") or "0", mode=TIERED[mode])
        steps.append(Reason("tier", f"{mode} tiers", says, where=sold))
    text = together(tier.steps, " + ") or "0"
    if line.periods != 1:
        several = phrase("({sum}) × {count}", sum=text, count=figure(line.periods))
        text = several if len(tier.steps) > 1 else phrase("{sum} × {count}", sum=text, count=figure(line.periods))
    if billing_type is not None and billing_type.factor != 1:
        factor = figure(billing_type.factor)
        text = phrase("{sum} × {count}", sum=text, count=factor)
        label = billing_type.label
        says = phrase("“{type}” pays × {factor}", type=named(label.texts), factor=factor)
        steps.append(
            Reason("factor", f"plans: billing type {kind}", says, billing_type.because, places.of("billing-types", kind, "factor"))
        )
    total = phrase("{sum} = {net}", sum=text, net=Figure(line.list_net))
    long = for_how_long(line.periods, line.price_per) if billing_type is not None else None
    says = total if long is None else phrase("{long}: {total}", long=long, total=total)
    steps.append(Reason("line", "line", says, where=places.of("billing-types", kind) or sold))
    return tuple(steps)
