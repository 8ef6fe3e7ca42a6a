"""The charges of one period of an item: its lines as amounts, each rounded once from the price of the whole period and prorated by days."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Final, Generic, Literal, NamedTuple, TypeVar

from engine.dates import Period
from engine.documents.order import InvoicedLine, ItemChange
from engine.documents.quote import BundlePart, LineDiscount, PricedLine, WholePrice
from engine.documents.transaction_figures import identity_of
from engine.money import Currency, Money, Quantity, shares
from engine.phrases import Figure, phrase
from engine.stages.scheduling.timeline import Course, DayCount, ItemPeriod, ServiceLine, ServiceState, count_days

_MONTHLY: Final = ("month", "quarter", "half-year", "year")
DUE_WHOLE: Final = phrase("a period begun is due whole")
STAYS_DUE: Final = phrase("a period begun stays due whole")
FREE: Final = phrase("the first partial period costs nothing")
LAST_FRAGMENT: Final = phrase("the last fragment of a whole period is the price − the others")


_Price = TypeVar("_Price", bound=WholePrice)
PriceOf = Callable[[ServiceState, date, bool], _Price]
"""The price of a whole period in a state by the list of a day, for joining or for running items."""


class CountedLine(NamedTuple):
    """A line without its price: when it is billed, the days that it pays for, and why these are not those served."""

    line: ServiceLine
    billing_date: date
    days: DayCount
    note: str = ""

    def net(self, whole: int) -> int:
        """Its net where so much is that of the whole period, in minor units."""
        return 0 if self.note == FREE else self.days.part(whole)

    @property
    def identity(self) -> str:
        """What makes its transaction this one of its item."""
        change = self.line.change
        return identity_of("recurring", self.line.start) if change is None else identity_of("change", self.line.start, change.id)


class Charge(NamedTuple, Generic[_Price]):
    """One amount of one period. For a change, `after` and `before` are the prices of a whole period (None: nothing)."""

    kind: Literal["recurring", "change"]
    served: Period
    billing_date: date
    counted: DayCount
    whole: Period
    quantity: Quantity
    whole_net: Money
    net: Money
    after: _Price | None
    before: _Price | None = None
    change: ItemChange | None = None
    whole_nets: tuple[Money | None, Money | None] = (None, None)
    """Of a change, the nets of the whole period after and before it: `whole_net` is their difference."""
    note: str = ""
    """Why the net is not the whole × the days."""

    @property
    def key(self) -> InvoicedLine:
        """What it is in the list of invoiced lines."""
        return InvoicedLine(self.kind, self.served.start, self.change.id if self.change else None)

    @property
    def identity(self) -> str:
        """What makes its transaction this one of its item."""
        return identity_of(self.kind, self.served.start, self.change.id if self.change else None)


PricedCharge = Charge[PricedLine]
"""A charge of which all is known that documents show."""


def charges_of_lines(
    course: Course[WholePrice], period: ItemPeriod, lines: Iterable[ServiceLine], price_of: PriceOf[_Price]
) -> Iterator[tuple[ServiceLine, Charge[_Price]]]:
    """The charges of the lines of a period, each with its line; a line that changes nothing has none."""
    for line in lines:
        if line.change is None and line.after is not None:
            yield line, recurring_charge(course, period, line, price_of(line.after, line.listed, line.joining))
        elif (charge := change_charge(course, period, line, price_of)) is not None:
            yield line, charge


def counted_apart(course: Course[WholePrice], period: ItemPeriod, lines: Sequence[ServiceLine]) -> tuple[CountedLine, ...] | None:
    """The lines of a period without their prices, in the order of their charges; None where prices decide on more than each net.

    That is where several parts at one price may cover the whole period, and where a line may change nothing.
    """
    counted: list[CountedLine | None] = []
    parts = 0
    for line in lines:
        parts += line.before is None
        if parts > 1 or (line.change is not None and not line.more):
            return None
        counted.append(count_recurring(course, period, line) if line.change is None else count_change(course, period, line))
    return tuple([each for each in counted if each is not None])


def count_recurring(course: Course[WholePrice], period: ItemPeriod, line: ServiceLine) -> CountedLine:
    """The recurring line of a period, or of a part of it, without its price."""
    terms, whole, served = course.terms, period.whole, period.served
    counted_until = whole.until if terms.on_change == "none" and line.until == served.until else line.until
    count, note = count_days(terms.proration, line.start, counted_until, whole, course.timeline.months), ""
    if count.days != count.of:
        if _is_free(course, period):
            note = FREE
        elif terms.proration == "none" and line.covers(served) and not _is_stub_of_change(course, period):
            count, note = DayCount(count.of, count.of), DUE_WHOLE
    elif counted_until != line.until:
        note = STAYS_DUE
    return CountedLine(line, period.due if terms.timing == "arrears" else line.start, count, note)


def count_change(course: Course[WholePrice], period: ItemPeriod, line: ServiceLine) -> CountedLine | None:
    """The line of a change without its price; None where the period is free.

    Where a begun period is due whole, the end of the item cuts a change as little as what was there before.
    """
    if _is_free(course, period):
        return None
    terms = course.terms
    is_cut = terms.proration == "none" and line.until == period.served.until < period.whole.until
    until = period.whole.until if is_cut else line.until
    count = count_days(terms.proration, line.start, until, period.whole, course.timeline.months)
    billing_date = period.due if terms.timing == "arrears" else line.start
    return CountedLine(line, billing_date, count, STAYS_DUE if is_cut else "")


def _is_free(course: Course[WholePrice], period: ItemPeriod) -> bool:
    """Whether this is the partial period before the first anchor, and the process makes it free."""
    if course.terms.proration != "free":
        return False
    return period.served.start > period.whole.start and not _is_stub_of_change(course, period)


def _is_stub_of_change(course: Course[WholePrice], period: ItemPeriod) -> bool:
    """Whether this is the partial period between a change of the billing and the first boundary of its cycle: it costs its days."""
    return course.timeline.first_day is not None and period.served.start == course.timeline.starts_on > period.whole.start


def recurring_charge(course: Course[WholePrice], period: ItemPeriod, line: ServiceLine, price: _Price) -> Charge[_Price]:
    """The recurring charge of a period, or of the part of it from a newer price version or until a suspension."""
    if line.after is None:
        raise ValueError("a recurring line bills a state")
    counted = count_recurring(course, period, line)
    of_whole, note = whole_net(price, period.number, course.timeline.months), counted.note
    net = Money(counted.net(of_whole.minor), of_whole.currency)
    if net == of_whole and of_whole.minor != price.net.minor:
        note = phrase("the last part of {price} takes what rounding left over", price=Figure(price.price_period_net or ""))
    return Charge(
        kind="recurring",
        served=period.served if line.covers(period.served) else Period(line.start, line.until),  # like items share one object
        billing_date=counted.billing_date,
        counted=counted.days,
        whole=period.whole,
        quantity=line.after.quantity,
        after=price,
        whole_net=of_whole,
        net=net,
        note=note,
    )


def change_charge(course: Course[WholePrice], period: ItemPeriod, line: ServiceLine, price_of: PriceOf[_Price]) -> Charge[_Price] | None:
    """(whole after − whole before) × days left ÷ days, rounded once; None if nothing changes."""
    after, before = (price_of(each, line.listed, line.joining) if each else None for each in (line.after, line.before))
    some = after or before
    counted = None if some is None else count_change(course, period, line)
    if some is None or counted is None:
        return None
    more, less = (None if each is None else whole_net(each, period.number, course.timeline.months) for each in (after, before))
    nothing = Money(0, some.net.currency)
    whole = (more or nothing) - (less or nothing)
    if not whole and not line.more:
        return None
    return Charge(
        kind="change",
        served=Period(line.start, line.until),
        billing_date=counted.billing_date,
        counted=counted.days,
        whole=period.whole,
        quantity=Quantity(line.more),
        after=after,
        before=before,
        whole_net=whole,
        whole_nets=(more, less),
        net=Money(counted.net(whole.minor), whole.currency),
        change=line.change,
        note=counted.note,
    )


def whole_net(line: WholePrice, number: int, months: int | None) -> Money:
    """The net of a whole period. If one price period is invoiced in equal parts, the last is the price − the others.

    An annual price of 100.00 invoiced monthly: eleven times 8.33, and 8.37 in the twelfth month from the anchor.
    """
    if line.price_period_net is None:
        return line.net
    parts = line.periods.denominator
    if line.periods.numerator != 1 or parts == 1 or number % parts != parts - 1:
        return line.net
    if (line.price_per in _MONTHLY) != (months is not None):
        return line.net
    return Money(line.price_period_net.minor - (parts - 1) * line.net.minor, line.net.currency)


def in_order(period: ItemPeriod, charges: list[Charge[_Price]], fixed: int) -> list[Charge[_Price]]:
    """The charges of a period, the first `fixed` as they are, by day."""
    if len(charges) < 2:
        return charges
    return sorted(_cover(period, charges, fixed), key=lambda charge: (charge.served.start, charge.kind == "change"))


def _cover(period: ItemPeriod, charges: list[Charge[_Price]], fixed: int) -> list[Charge[_Price]]:
    """The charges, the first `fixed` as they are: if fragments at one price cover a whole period, the last is the price − the others."""
    bare = sorted((at for at, charge in enumerate(charges) if charge.before is None), key=lambda at: charges[at].served)
    if len(bare) < 2 or bare[-1] < fixed:
        return charges
    fragments = [charges[at] for at in bare]
    edges = [period.whole.start, *(each.served.until for each in fragments)]
    contiguous = all(each.served.start == edge for each, edge in zip(fragments, edges, strict=False))
    if not contiguous or edges[-1] != period.whole.until or len({each.whole_net for each in fragments}) > 1:
        return charges
    last, others = fragments[-1], sum(each.net.minor for each in fragments[:-1])
    net = Money(last.whole_net.minor - others, last.net.currency)
    return [*charges[: bare[-1]], last._replace(net=net, note=LAST_FRAGMENT), *charges[bare[-1] + 1 :]]


class Amounts(NamedTuple):
    """The amounts of a portion of a priced line: net = list net − discounts, and its bundle parts add up to the net."""

    list_net: Money
    discounts: tuple[LineDiscount, ...]
    net: Money
    parts: tuple[BundlePart, ...]


def counted_of(charge: PricedCharge) -> DayCount:
    """The days that a charge pays for: none where they are free, since a line on paper multiplies out."""
    return DayCount(0, charge.counted.of) if charge.note == FREE else charge.counted


def amounts_of_charge(charge: PricedCharge) -> Amounts:
    """The amounts of a charge."""
    if charge.before is None and charge.after is not None:
        return amounts_of(charge.after, charge.net, counted_of(charge))
    return amounts_between(charge.after, charge.before, charge.net, counted_of(charge))


def amounts_of(line: PricedLine, net: Money, count: DayCount) -> Amounts:
    """The list net, discounts and bundle parts of a part of a line with a given net; the list net is the part of the whole."""
    parts = line.parts if net.minor == line.net.minor else split_parts(line.parts, net)
    if count.days == count.of:
        return Amounts(_with_discounts(net, line.discounts), line.discounts, net, parts)
    list_net, discounts = _part_with_discounts(line.list_net, line.discounts, net, count)
    return Amounts(list_net, discounts, net, parts)


def amounts_between(after: PricedLine | None, before: PricedLine | None, net: Money, count: DayCount) -> Amounts:
    """The list net, discounts and bundle parts of a part of the difference between two lines (None: nothing), with a given net.

    Discounts are listed only if all have the sign of the net.
    """
    more = {discount.name: discount for discount in (after.discounts if after else ())}
    less = {discount.name: discount for discount in (before.discounts if before else ())}
    discounts = []
    for name, discount in {**less, **more}.items():
        minor = (more[name].amount.minor if name in more else 0) - (less[name].amount.minor if name in less else 0)
        if minor:
            discounts.append(replace(discount, amount=Money(minor, net.currency)))
    if any(discount.amount.minor * net.minor <= 0 for discount in discounts):
        discounts = []
    list_net, shown = _part_with_discounts(list_net_between(after, before, net.currency), discounts, net, count)
    return Amounts(list_net, shown, net, split_parts(_parts_between(after, before, net), net))


def list_net_between(after: PricedLine | None, before: PricedLine | None, currency: Currency) -> Money:
    """The list net of a line less that of another (None: nothing)."""
    return Money((after.list_net.minor if after else 0) - (before.list_net.minor if before else 0), currency)


def split_parts(parts: tuple[BundlePart, ...], net: Money) -> tuple[BundlePart, ...]:
    """The bundle parts with a net allocated in proportion to their nets."""
    if not parts:
        return ()
    cut = shares(net.minor, [abs(part.net.minor) for part in parts])
    return tuple(replace(part, net=Money(minor, net.currency)) for part, minor in zip(parts, cut, strict=True))


def _parts_between(after: PricedLine | None, before: PricedLine | None, net: Money) -> tuple[BundlePart, ...]:
    """The parts of the larger of two lines, with the differences of their quantities."""
    line = after if before is None or (after is not None and len(after.parts) >= len(before.parts) and net.minor >= 0) else before
    if line is None or not line.parts:
        return ()
    other = before if line is after else after
    known = {part.product: part.quantity for part in other.parts} if other else {}
    sign = 1 if line is after else -1
    parts = []
    for part in line.parts:
        quantity = part.quantity - known[part.product] if part.product in known else part.quantity
        parts.append(replace(part, quantity=quantity if sign > 0 else -quantity))
    return tuple(parts)


def _part_with_discounts(
    whole: Money, discounts: Sequence[LineDiscount], net: Money, count: DayCount
) -> tuple[Money, tuple[LineDiscount, ...]]:
    """The part of a whole list net, and the discounts in proportion, so that they leave the net; without discounts the net."""
    if not discounts:
        return net, ()
    list_net = count.part_of(whole)
    amounts = (list_net - net).allocate([abs(each.amount.minor) for each in discounts])
    return list_net, tuple(replace(each, amount=amount) for each, amount in zip(discounts, amounts, strict=True))


def _with_discounts(net: Money, discounts: tuple[LineDiscount, ...]) -> Money:
    return Money(net.minor + sum(discount.amount.minor for discount in discounts), net.currency) if discounts else net
