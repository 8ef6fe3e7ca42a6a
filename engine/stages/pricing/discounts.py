"""Discounts of one line: which apply, in which order and up to which cap, and their rounded amounts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache
from math import lcm
from typing import Final

from engine.documents.quote import AgreedDiscount, Labels, LineDiscount
from engine.documents.totals import rounded
from engine.language import Offer, Stacking
from engine.money import Currency, Money, Percent, round_half_up, shares
from engine.phrases import LANGUAGES, Figure, Named, named, phrase, say
from engine.problems import Kind, refuse
from engine.reasons import Reason

MANUAL: Final = "manual"
"""The group of manual discounts; it comes last unless the stacking block names it."""
NO_STACKING: Final = Kind(
    "no-stacking",
    "{count} discounts hold at once ({names}) and no stacking block says how they combine",
    "write a `stacking` block that names the group of each",
)
NO_GROUP: Final = Kind(
    "discount-without-group",
    "the discount `{name}` is in no group of the stacking block `{stacking}`",
    "give it a `group` that the stacking block names",
)


@dataclass(frozen=True, slots=True)
class Deduction:
    """The exact amount of one discount, in unrounded minor units: what it takes from an amount, and that without a cap."""

    offer: Offer
    base_amount: Fraction
    uncapped: Fraction
    exact: Fraction

    @property
    def is_capped(self) -> bool:
        """Whether it takes less than it says."""
        return self.exact < self.uncapped


@dataclass(frozen=True, slots=True)
class Discounted:
    """A line after its discounts: the net, rounded once, and the discounts as shown, which add up to list − net."""

    net: Money
    exact: Fraction
    discounts: tuple[LineDiscount, ...] = ()
    reasons: tuple[Reason, ...] = ()


def manual_offer(percent: Percent, author: str | None) -> Offer:
    """A manual discount as an offer."""
    because = phrase("given by {author}", author=author) if author else None
    return Offer("manual-discount", _manual_title(), MANUAL, 0, percent.fraction, None, None, because)


@cache
def _manual_title() -> Named:
    """The title of a manual discount in each language; translations are read by those processes only that show one."""
    return named({language: say(phrase("Discount"), language) for language in LANGUAGES})


def agreed_discount(offer: Offer, currency: Currency) -> AgreedDiscount:
    """An offer as it is agreed with an item."""
    source = offer.reasons[-1] if offer.reasons else None
    return AgreedDiscount(
        name=offer.name,
        label=str(offer.title),
        labels=_labels(offer.title),
        percent=Percent(offer.percent) if offer.percent is not None else None,
        amount=Money(offer.amount, currency) if offer.amount is not None else None,
        group=offer.group,
        priority=offer.priority,
        at_most=Money(offer.at_most, currency) if offer.at_most is not None else None,
        because=offer.because,
        rule=source.rule if source else offer.name,
        where=source.where if source else None,
    )


def agreed_offer(agreed: AgreedDiscount) -> Offer:
    """An agreed discount as an offer."""
    return Offer(
        agreed.name,
        named(dict(agreed.labels), agreed.label) if agreed.labels else agreed.label,
        agreed.group,
        agreed.priority,
        agreed.percent.fraction if agreed.percent is not None else None,
        agreed.amount.minor if agreed.amount is not None else None,
        agreed.at_most.minor if agreed.at_most is not None else None,
        agreed.because,
        (Reason("discount", agreed.rule, "", agreed.because, agreed.where),),
        of_quote=True,
    )


def discount_line(
    exact: Fraction, offers: Sequence[Offer], stacking: Stacking | None, currency: Currency, *, tracing: bool = True
) -> Discounted:
    """Applies offers to an exact list amount in minor units: net = list − discounts, rounded once."""
    list_net = round_half_up(exact.numerator, exact.denominator)
    if not offers:
        return Discounted(Money(list_net, currency), exact)
    size, sign = abs(exact), 1 if exact >= 0 else -1
    stack = stacking or _lone(offers)
    deductions = _stacked(size, offers, stack)
    capped, cap = _capped(size, deductions, stack)
    left = size - sum((each.exact for each in capped), Fraction(0))
    net = sign * round_half_up(left.numerator, left.denominator)
    parts = shares(list_net - net, whole_weights([each.exact for each in capped]))
    shown = tuple(_shown(each, Money(part, currency)) for each, part in zip(capped, parts, strict=True))
    reasons = _reasons(shown, capped, Money(list_net, currency), cap, stack) if tracing else ()
    return Discounted(Money(net, currency), sign * left, shown, reasons)


def _lone(offers: Sequence[Offer]) -> Stacking:
    """The stacking without a block: at most one discount of the rules, then agreed ones and a manual one."""
    ruled = [offer for offer in offers if offer.group != MANUAL and not offer.of_quote]
    if len(ruled) > 1:
        raise refuse(NO_STACKING, count=len(ruled), names=", ".join(offer.name for offer in ruled))
    groups = tuple((offer.group or "", "added together") for offer in ruled)
    return Stacking("", groups, "one after the other")


def _stacked(size: Fraction, offers: Sequence[Offer], stacking: Stacking) -> list[Deduction]:
    """The deductions, group by group, before the cap of the total."""
    groups = list(stacking.groups)
    groups += [(group, "added together") for group in _groups_gone(offers, stacking)]
    if MANUAL not in (name for name, _ in groups):
        groups.append((MANUAL, "added together"))
    named = {name for name, _ in groups}
    for offer in offers:
        if (offer.group or "") not in named:
            raise refuse(NO_GROUP, name=offer.name, stacking=stacking.name)
    left, deductions = size, []
    for name, mode in groups:
        from_ = size if stacking.apply == "on the list price" else left
        group = [_deduction(offer, from_) for offer in offers if (offer.group or "") == name]
        chosen = _chosen(group, mode)
        deductions += chosen
        left -= sum((each.exact for each in chosen), Fraction(0))
    return deductions


def _groups_gone(offers: Sequence[Offer], stacking: Stacking) -> dict[str, None]:
    """The groups of agreed discounts that the stacking block no longer names."""
    named = {MANUAL, *(name for name, _ in stacking.groups)}
    return {offer.group or "": None for offer in offers if offer.of_quote and (offer.group or "") not in named}


def _chosen(group: list[Deduction], mode: str) -> list[Deduction]:
    """Which discounts of a group apply; where two are equal, the one written first."""
    if not group or mode == "added together":
        return group
    if mode == "highest priority":
        return [max(group, key=lambda each: each.offer.priority)]
    return [max(group, key=lambda each: each.exact)]


def _deduction(offer: Offer, from_: Fraction) -> Deduction:
    """The deduction of a discount from an amount, at most that amount and its own `at most`."""
    most = max(from_, Fraction(0))
    uncapped = most * offer.percent if offer.percent is not None else Fraction(offer.amount or 0)
    caps = [most] if offer.at_most is None else [most, Fraction(offer.at_most)]
    return Deduction(offer, most, uncapped, min(uncapped, *caps))


def _capped(size: Fraction, deductions: list[Deduction], stacking: Stacking) -> tuple[list[Deduction], Fraction | None]:
    """The deductions reduced in proportion to the cap of the total (at most the line itself), and the cap if it applied."""
    total = sum((each.exact for each in deductions), Fraction(0))
    match stacking.total_at_most:
        case None:
            cap = size
        case Fraction() as part:
            cap = min(size, size * part)
        case int() as minor:
            cap = min(size, Fraction(minor))
    if total <= cap or total == 0:
        return deductions, None
    return [replace(each, exact=each.exact * cap / total) for each in deductions], cap


def whole_weights(exact: Sequence[Fraction]) -> list[int]:
    """Whole numbers in the same proportion as exact amounts."""
    denominator = lcm(*(each.denominator for each in exact))
    return [int(each * denominator) for each in exact]


def _shown(deduction: Deduction, amount: Money) -> LineDiscount:
    """The discount on a document; a capped one has no percentage, for its amount is another."""
    offer, is_capped = deduction.offer, deduction.is_capped
    percent = Percent(offer.percent) if offer.percent is not None and not is_capped else None
    title = offer.title or offer.name
    return LineDiscount(
        name=offer.name,
        label=title,
        labels=_labels(title),
        percent=percent,
        amount=amount,
        because=offer.because,
        capped=is_capped,
    )


def _labels(title: str) -> Labels:
    return tuple(title.texts.items()) if isinstance(title, Named) else ()


def _reasons(
    shown: tuple[LineDiscount, ...], deductions: list[Deduction], list_net: Money, cap: Fraction | None, stacking: Stacking
) -> tuple[Reason, ...]:
    reasons: list[Reason] = []
    for discount, each in zip(shown, deductions, strict=True):
        *others, own = each.offer.reasons or (Reason("discount", f"discount {discount.name}", ""),)
        says = phrase(
            "less {discount}, {by}, capped at {amount}" if each.is_capped else "less {discount}, {by} = {amount}",
            discount=discount.label,
            by=_by(each, list_net),
            amount=Figure(discount.amount),
        )
        reasons += [*(other for other in others if other.because), replace(own, subject="discount", says=says, because=discount.because)]
    if cap is not None:
        says = phrase("all discounts together at most {most}", most=Figure(rounded(cap, list_net.currency)))
        reasons.append(Reason("cap", "stacking", says, where=stacking.where))
    return tuple(reasons)


def _by(deduction: Deduction, list_net: Money) -> str:
    """The size of a discount as text: `5%` of the list net, `5% of 90.00`, of a capped one `5% of 90.00 = 4.50`; `20.00`."""
    offer, currency = deduction.offer, list_net.currency
    if offer.percent is None:
        return Figure(Money(offer.amount or 0, currency))
    percent, base_amount = Figure(Percent(offer.percent)), rounded(deduction.base_amount, currency)
    by = phrase("{percent}%", percent=percent)
    if deduction.is_capped or base_amount.minor != abs(list_net.minor):
        by = phrase("{percent}% of {amount}", percent=percent, amount=Figure(base_amount))
    return phrase("{by} = {amount}", by=by, amount=Figure(rounded(deduction.uncapped, currency))) if deduction.is_capped else by
