"""The totals of a document by EN 16931: line nets, discounts and surcharges, VAT per category and rate, the due amount."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final, Protocol, TypeVar

from engine.documents.document import Document
from engine.documents.invoice import BaseReduction, Category, Mention
from engine.documents.signed_percent import SignedPercent
from engine.money import MICRO, Currency, Money, Percent, Price, Quantity, round_half_up

CATEGORIES: Final[tuple[Category, ...]] = ("S", "L", "M", "B", "Z", "E", "AE", "K", "G", "O")
"""VAT categories in the order in which documents list them; within one, the higher rate comes first."""

NO_VAT: Final = Percent.parse("0")
"""The rate of the categories that bear no VAT."""

Key = TypeVar("Key")


class Taxed(Protocol):
    """Anything with a net amount on which VAT falls."""

    @property
    def category(self) -> Category:
        """BT-151."""

    @property
    def rate(self) -> Percent:
        """BT-152."""

    @property
    def net(self) -> Money:
        """BT-131."""


class Reduction(Document):
    """A discount or surcharge as it is asked for: an amount, or a percentage; one of the two."""

    amount: Money | None = None
    percent: Percent | None = None


class DocumentReduction(Document):
    """A discount or surcharge of a whole document (BG-20, BG-21): with its own category and rate, or spread over the lines'."""

    amount: Money | None = None
    percent: Percent | None = None
    category: Category | None = None
    rate: SignedPercent | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxedNet:
    """A net amount with the category and rate under which VAT falls on it."""

    category: Category
    rate: Percent
    net: Money


class VatSum(Document):
    """The VAT of one (category, rate): base × rate, rounded half up once (BT-116, BT-117)."""

    category: Category
    rate: Percent
    base: Money
    vat: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """All sums of a document (BG-22, BG-23)."""

    sum_lines: Money
    sum_discounts: Money
    sum_surcharges: Money
    net: Money
    vat: Money
    gross: Money
    due_amount: Money
    vat_breakdown: tuple[VatSum, ...]


def line_net(
    quantity: Quantity, price: Price, basis: Quantity, *, discounts: Sequence[Reduction] = (), surcharges: Sequence[Reduction] = ()
) -> Money:
    """BT-131: quantity × price ÷ base quantity, minus discounts, plus surcharges, each rounded; a percentage is one of the product."""
    whole = Fraction(quantity.micros * price.micros * 10**price.currency.exponent, basis.micros * 10**6)  # in minor units
    net = rounded(whole, price.currency)
    for reduction in discounts:
        net -= reduced(reduction, whole, price.currency)
    for reduction in surcharges:
        net += reduced(reduction, whole, price.currency)
    return net


def multiplying_quantity(agreed: Quantity, list_net: Money) -> Quantity:
    """The quantity on a line: the agreed one, or 1 or −1 if that is 0 or has another sign than the amount."""
    if agreed.micros == 0 or agreed.micros * list_net.minor < 0:
        return Quantity(-MICRO if list_net.minor < 0 else MICRO)
    return agreed


def price_of(list_net: Money) -> Price:
    """BT-146 of a line whose base quantity is its whole quantity: its list net, never negative."""
    return Price(abs(list_net.minor) * MICRO // 10**list_net.currency.exponent, list_net.currency)


def reduced(reduction: Reduction | DocumentReduction, whole: Fraction, currency: Currency) -> Money:
    """What a discount or surcharge comes to: its amount, or its percentage of the whole, rounded half up once."""
    if reduction.percent is not None:
        return rounded(whole * reduction.percent.fraction, currency)
    return reduction.amount or Money(0, currency)


def rounded(amount: Fraction, currency: Currency) -> Money:
    """Minor units that are a fraction, rounded half up to whole ones."""
    return Money.rounded(amount.numerator, amount.denominator, currency)


def vat_sums(lines: Iterable[Taxed], currency: Currency) -> tuple[VatSum, ...]:
    """VAT per (category, rate) of the sums of their nets, never per line; rates compare as numbers."""
    groups = net_by_rate(lines, currency)
    return tuple(VatSum(category=category, rate=rate, base=base, vat=rate.of(base)) for (category, rate), base in groups.items())


def unique_mentions(mentions: Iterable[Mention | None]) -> tuple[Mention, ...]:
    """The mentions of a document, the first of each name."""
    by_name: dict[str, Mention] = {}
    for mention in mentions:
        if mention is not None:
            by_name.setdefault(mention.name, mention)
    return tuple(by_name.values())


def net_by_rate(lines: Iterable[Taxed], currency: Currency) -> dict[tuple[Category, Percent], Money]:
    """The sum of nets of each (category, rate), in the order in which documents list them."""
    rates: dict[tuple[Category, int, int], Percent] = {}
    sums: dict[tuple[Category, int, int], int] = {}
    for line in lines:
        rate, net = line.rate.fraction, line.net
        if net.currency is not currency and net.currency != currency:
            raise ValueError(f"{net.currency} and {currency} do not add up")
        key = (line.category, rate.numerator, rate.denominator)
        rates.setdefault(key, line.rate)
        sums[key] = sums.get(key, 0) + net.minor
    in_order = sorted(sums, key=lambda key: listing_order(key[0], rates[key]))
    return {(key[0], rates[key]): Money(sums[key], currency) for key in in_order}


def listing_order(category: Category, rate: Percent) -> tuple[int, Fraction]:
    """Where a (category, rate) stands in a list: S before the others, the higher rate first."""
    return (CATEGORIES.index(category), -rate.fraction)


def totals(
    lines: Sequence[Taxed],
    currency: Currency,
    *,
    discounts: Sequence[DocumentReduction] = (),
    surcharges: Sequence[DocumentReduction] = (),
    reductions: Sequence[BaseReduction] = (),
    already_paid: Money | None = None,
    rounding: Money | None = None,
) -> Totals:
    """The totals of a document; the order of its lines changes none of them.

    A discount or surcharge without category and rate is spread over the (category, rate) groups by net, the last takes the residue.
    `reductions` lower VAT bases for early payment; their sum is charged again in category E.
    """
    nothing = Money(0, currency)
    groups = net_by_rate(lines, currency)
    off = [part for reduction in discounts for part in spread(reduction, groups, currency)]
    on = [part for reduction in surcharges for part in spread(reduction, groups, currency)]
    off += [TaxedNet(category=one.category, rate=one.rate, net=one.amount) for one in reductions]
    on += [TaxedNet(category="E", rate=NO_VAT, net=add((one.amount for one in reductions), currency))] if reductions else []
    nets = [TaxedNet(category=category, rate=rate, net=net) for (category, rate), net in groups.items()]
    breakdown = vat_sums([*nets, *(replace(part, net=-part.net) for part in off), *on], currency)
    sum_lines = add(groups.values(), currency)
    sum_discounts, sum_surcharges = add((part.net for part in off), currency), add((part.net for part in on), currency)
    net = sum_lines - sum_discounts + sum_surcharges
    vat = add((entry.vat for entry in breakdown), currency)
    return Totals(
        sum_lines=sum_lines,
        sum_discounts=sum_discounts,
        sum_surcharges=sum_surcharges,
        net=net,
        vat=vat,
        gross=net + vat,
        due_amount=net + vat - (already_paid or nothing) + (rounding or nothing),
        vat_breakdown=breakdown,
    )


def spread(reduction: DocumentReduction, groups: dict[tuple[Category, Percent], Money], currency: Currency) -> tuple[TaxedNet, ...]:
    """A discount or surcharge of a document by (category, rate): its own, or all of the lines' in proportion to their nets."""
    if reduction.category is not None and reduction.rate is not None:
        here = groups.get((reduction.category, reduction.rate), Money(0, currency))
        return (TaxedNet(category=reduction.category, rate=reduction.rate, net=reduced(reduction, Fraction(here.minor), currency)),)
    whole = add(groups.values(), currency)
    left = amount = reduced(reduction, Fraction(whole.minor), currency)
    parts = []
    for at, ((category, rate), net) in enumerate(groups.items(), 1):
        part = left if at == len(groups) else amount.times(Fraction(net.minor, whole.minor)) if whole else Money(0, currency)
        left -= part
        parts.append(TaxedNet(category=category, rate=rate, net=part))
    return tuple(parts)


def base_reductions(bases: Iterable[VatSum], percent: Percent) -> tuple[BaseReduction, ...]:
    """What a discount for early payment takes off the VAT bases at a rate of VAT, each rounded half up; nothing of a negative one."""
    amounts = [(one, percent.of(one.base)) for one in bases if one.category == "S"]
    return tuple(BaseReduction(category=one.category, rate=one.rate, amount=amount) for one, amount in amounts if amount.minor > 0)


def parts_of_reductions(lines: Sequence[Taxed], reductions: Sequence[BaseReduction], currency: Currency) -> tuple[Money, ...]:
    """The part of the VAT base's reductions that falls on each line, in proportion to its net.

    The parts of a (category, rate) are differences of rounded cumulative parts: they add up, and none has another sign than its line.
    """
    amounts = {(one.category, one.rate.fraction): one.amount.minor for one in reductions}
    wholes = {(category, rate.fraction): net.minor for (category, rate), net in net_by_rate(lines, currency).items()}
    running: dict[tuple[Category, Fraction], int] = {}
    parts = []
    for line in lines:
        key = (line.category, line.rate.fraction)
        if not amounts.get(key) or not wholes[key]:
            parts.append(Money(0, currency))
            continue
        before = running.get(key, 0)
        running[key] = before + line.net.minor
        until, less = (round_half_up(amounts[key] * nets, wholes[key]) for nets in (running[key], before))
        parts.append(Money(until - less, currency))
    return tuple(parts)


def add(amounts: Iterable[Money], currency: Currency) -> Money:
    """The sum of amounts, 0 where there are none."""
    return Money(sum(amount.minor for amount in amounts), currency)


def sum_by(amounts: Iterable[tuple[Key, Money]]) -> dict[Key, Money]:
    """The sum of the amounts of each key, in the order in which the keys come first."""
    sums: dict[Key, Money] = {}
    for key, amount in amounts:
        sums[key] = sums[key] + amount if key in sums else amount
    return sums
