"""What is left to credit of an invoice, by line and by (category, rate), after earlier credit notes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from engine.documents.invoice import BaseReduction, Category
from engine.documents.totals import NO_VAT, TaxedNet, VatSum, add, net_by_rate
from engine.money import Currency, Money, Percent, Quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class Creditable:
    """What crediting uses of an invoice line: number, quantity, net, part of the VAT base, category and rate.

    The part of the VAT base is the net after the discounts and surcharges of the document. A number below 1 is a discount or surcharge of
    the document at a rate that no line has.
    """

    line: int
    quantity: Quantity
    net: Money
    base: Money
    category: Category
    rate: Percent
    reduction: Money | None = None
    """What a discount for early payment takes off this part of the VAT base; it is charged again in category E."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineCredit:
    """The credit of one line: net, part of the VAT base, and the quantity (None: an amount is credited)."""

    line: int
    quantity: Quantity | None
    net: Money
    base: Money


@dataclass(frozen=True, slots=True)
class Credited:
    """What one credit note takes back: of lines, and VAT per (category, rate)."""

    lines: tuple[LineCredit, ...]
    vat: tuple[VatSum, ...]


@dataclass(frozen=True, slots=True)
class Left:
    """What is left to credit of one line; `by_amount`: an amount was credited before, so that only the net counts."""

    whole: Creditable
    group: int
    """The index of its (category, rate) among those of the invoice."""
    quantity: Quantity
    net: Money
    base: Money
    reduction: Money
    by_amount: bool = False

    def after(self, credit: LineCredit) -> Left:
        """What is left after a credit of this line."""
        quantity = self.quantity if credit.quantity is None else self.quantity - credit.quantity
        by_amount = self.by_amount or credit.quantity is None
        reduction = self.reduction - self.reduction_of(credit.base)
        return Left(self.whole, self.group, quantity, self.net - credit.net, self.base - credit.base, reduction, by_amount)

    def reduction_of(self, base: Money) -> Money:
        """The reduction that a credit of a part of the base takes back: the same part of what is left; the last takes the remainder."""
        return self.reduction.times(Fraction(base.minor, self.base.minor)) if self.base else self.reduction


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOfRate:
    """What is left to credit of one (category, rate): of its VAT base, and of its VAT."""

    category: Category
    rate: Percent
    invoiced: Money
    base: Money
    vat: Money

    def vat_of(self, base: Money) -> Money:
        """The VAT of a credit: rate × net credited so far, this one included, rounded half up, less the VAT credited before."""
        credited = self.rate.of(self.invoiced) - self.vat
        return self.rate.of(self.invoiced - self.base + base) - credited


@dataclass(frozen=True, slots=True)
class Remaining:
    """What is left to credit of an invoice, by line number and by (category, rate)."""

    lines: Mapping[int, Left]
    rates: tuple[LeftOfRate, ...]
    charged: int | None = None
    """The index of the (category, rate) in which reductions of VAT bases are charged again; None where there are none."""

    @classmethod
    def whole(cls, lines: Sequence[Creditable]) -> Remaining:
        """An invoice of which nothing was credited yet."""
        currency = lines[0].net.currency
        nothing = Money(0, currency)
        off = [one.reduction or nothing for one in lines]
        nets = [TaxedNet(category=one.category, rate=one.rate, net=one.base - less) for one, less in zip(lines, off, strict=True)]
        nets += [TaxedNet(category="E", rate=NO_VAT, net=less) for less in off if less]
        bases = net_by_rate(nets, currency)
        groups = {key: at for at, key in enumerate(bases)}
        left = {
            one.line: Left(one, groups[one.category, one.rate], one.quantity, one.net, one.base, less)
            for one, less in zip(lines, off, strict=True)
        }
        rates = (
            LeftOfRate(category=category, rate=rate, invoiced=base, base=base, vat=rate.of(base))
            for (category, rate), base in bases.items()
        )
        return cls(left, tuple(rates), groups["E", NO_VAT] if any(off) else None)

    def after(self, credited: Credited) -> Remaining:
        """What is left after a credit note."""
        vat = {(one.category, one.rate): one.vat for one in credited.vat}
        bases = self.base_by_group(credited.lines)
        rates = tuple(
            replace(one, base=one.base - bases[at], vat=one.vat - vat[one.category, one.rate]) if at in bases else one
            for at, one in enumerate(self.rates)
        )
        return Remaining({**self.lines, **{one.line: self.lines[one.line].after(one) for one in credited.lines}}, rates, self.charged)

    def base_by_group(self, credits: Iterable[LineCredit]) -> dict[int, Money]:
        """The VAT base of credits by the index of their (category, rate), in the order in which documents list them."""
        bases: dict[int, int] = {}
        for one in credits:
            group, reduction = self.lines[one.line].group, self.lines[one.line].reduction_of(one.base).minor
            bases[group] = bases.get(group, 0) + one.base.minor - reduction
            if reduction and self.charged is not None:
                bases[self.charged] = bases.get(self.charged, 0) + reduction
        return {group: Money(bases[group], self.currency) for group in sorted(bases)}

    def reductions_of(self, credits: Iterable[LineCredit]) -> tuple[BaseReduction, ...]:
        """What credits take back of the reductions of VAT bases, by (category, rate)."""
        off: dict[int, int] = {}
        for one in credits:
            group = self.lines[one.line].group
            off[group] = off.get(group, 0) + self.lines[one.line].reduction_of(one.base).minor
        return tuple(
            BaseReduction(category=self.rates[group].category, rate=self.rates[group].rate, amount=Money(off[group], self.currency))
            for group in sorted(off)
            if off[group]
        )

    def limit_of(self, group: int) -> int:
        """What is left of the bases of the lines of a (category, rate), before reductions, in minor units."""
        return sum(one.base.minor for one in self.lines.values() if one.group == group)

    @property
    def net(self) -> Money:
        """What is left of the net of the invoice, after the discounts of the document."""
        return add((one.base for one in self.rates), self.currency)

    @property
    def currency(self) -> Currency:
        """The currency of the invoice."""
        return self.rates[0].base.currency
