"""What is left to credit of an invoice, by line and by (category, rate), after earlier credit notes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from engine.documents.invoice import Category
from engine.documents.totals import TaxedNet, VatSum, add, net_by_rate
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
    by_amount: bool = False

    def after(self, credit: LineCredit) -> Left:
        """What is left after a credit of this line."""
        quantity = self.quantity if credit.quantity is None else self.quantity - credit.quantity
        by_amount = self.by_amount or credit.quantity is None
        return Left(self.whole, self.group, quantity, self.net - credit.net, self.base - credit.base, by_amount)


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

    @classmethod
    def whole(cls, lines: Sequence[Creditable]) -> Remaining:
        """An invoice of which nothing was credited yet."""
        currency = lines[0].net.currency
        bases = net_by_rate([TaxedNet(category=one.category, rate=one.rate, net=one.base) for one in lines], currency)
        groups = {key: at for at, key in enumerate(bases)}
        left = {one.line: Left(one, groups[one.category, one.rate], one.quantity, one.net, one.base) for one in lines}
        rates = (
            LeftOfRate(category=category, rate=rate, invoiced=base, base=base, vat=rate.of(base))
            for (category, rate), base in bases.items()
        )
        return cls(left, tuple(rates))

    def after(self, credited: Credited) -> Remaining:
        """What is left after a credit note."""
        vat = {(one.category, one.rate): one.vat for one in credited.vat}
        bases = self.base_by_group(credited.lines)
        rates = tuple(
            replace(one, base=one.base - bases[at], vat=one.vat - vat[one.category, one.rate]) if at in bases else one
            for at, one in enumerate(self.rates)
        )
        return Remaining({**self.lines, **{one.line: self.lines[one.line].after(one) for one in credited.lines}}, rates)

    def base_by_group(self, credits: Iterable[LineCredit]) -> dict[int, Money]:
        """The VAT base of credits by the index of their (category, rate), in the order in which documents list them."""
        bases: dict[int, int] = {}
        for one in credits:
            group = self.lines[one.line].group
            bases[group] = bases.get(group, 0) + one.base.minor
        return {group: Money(bases[group], self.currency) for group in sorted(bases)}

    @property
    def net(self) -> Money:
        """What is left of the net of the invoice, after the discounts of the document."""
        return add((one.base for one in self.rates), self.currency)

    @property
    def currency(self) -> Currency:
        """The currency of the invoice."""
        return self.rates[0].base.currency
