"""The differences between a snapshot of the forecast and the transactions of now, each with its cause.

A difference has up to three parts that add up to it: what steps of the order changed under the rulebook of the snapshot, what another
rulebook changed then, and, against what is invoiced, what is not invoiced yet.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal, NamedTuple

from engine.dates import Period
from engine.documents.document import Document
from engine.documents.forecast_snapshot import ForecastLine, LineNow
from engine.documents.order import Order, OrderItem
from engine.documents.order_step import OrderStep
from engine.documents.transaction import Transaction
from engine.money import Currency, Money
from engine.phrases import Sentence, as_written, listed, phrase, together

MOVED: Final = "its billing date moved from {before} to {now}"
What = Literal["amount", "date", "added", "gone"]
Cause = Literal["step", "index", "rulebook", "elsewhere", "cancelled", "held", "open", "other"]
_NOT_COUNTED: Final = ("cancelled", "elsewhere")


class Gap(NamedTuple):
    """A transaction that is not what was forecast: the line of the snapshot and that of now, where there is one."""

    before: ForecastLine | None
    now: LineNow | None

    @property
    def identity(self) -> str:
        """The identity of the transaction."""
        line = self.before or (self.now.line if self.now else None)
        assert line is not None
        return line.identity


class Difference(Document):
    """One part of a difference: the transaction before and after it, and its cause in words. net = net_before + difference."""

    item: str
    order: str
    customer: str
    product: str
    what: What
    billing_date_before: date | None
    billing_date: date | None
    net_before: Money
    net: Money
    cause: Cause
    because: Sentence

    @property
    def difference(self) -> Money:
        """What it adds to the forecast."""
        return self.net - self.net_before


@dataclass(frozen=True, slots=True)
class PlannedAnew:
    """An order of now, planned anew under one rulebook: its transactions by identity, or why it cannot be planned."""

    transactions: Mapping[str, Transaction] = field(default_factory=dict)
    refused: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderNow:
    """What the causes of an order's differences are found in."""

    order: Order
    steps_before: int | None
    """How many steps its history had when the snapshot was stored; None: there was no such order."""
    then: PlannedAnew
    """Under the rulebook of the snapshot."""
    now: Mapping[str, PlannedAnew]
    """By identity, under the rulebook by which the transaction of now was made; the others were made under that of the snapshot."""


def counted(line: ForecastLine | None, period: Period | None) -> int:
    """What a line counts in a period (None: in all), in minor units."""
    if line is None or (period is not None and (line.billing_date is None or line.billing_date not in period)):
        return 0
    return line.net


def gaps(
    before: Mapping[str, ForecastLine], now: Iterable[LineNow], *, period: Period | None, only_invoiced: bool
) -> tuple[list[Gap], int, int]:
    """The gaps between the lines of a snapshot and those of now, and what both come to in a period, in minor units.

    `only_invoiced`: of those of now only what is invoiced counts.
    """
    unequal: list[Gap] = []
    total_before, total_now = 0, 0
    seen: set[str] = set()
    for each in now:
        earlier = before.get(each.line.identity)
        seen.add(each.line.identity)
        is_counted = each.counts and (not only_invoiced or each.state == "invoiced")
        here, there = counted(earlier, period), counted(each.line, period) if is_counted else 0
        total_before, total_now = total_before + here, total_now + there
        is_same = is_counted and earlier is not None and earlier[2:] == each.line[2:]
        if not is_same and (_touches(earlier, period) or (each.counts and _touches(each.line, period))):
            unequal.append(Gap(earlier, each))
    for identity, earlier in before.items():
        if identity not in seen and _touches(earlier, period):
            total_before += counted(earlier, period)
            unequal.append(Gap(earlier, None))
    return unequal, total_before, total_now


def differences(gap: Gap, of: OrderNow, *, period: Period | None, only_invoiced: bool, currency: Currency) -> Iterator[Difference]:
    """The parts of one gap, in the order of steps, rulebook, invoicing."""
    identity = gap.identity
    item = next(each for each in of.order.items if each.id == identity.rsplit("|", 3)[0])
    now = gap.now.line if gap.now is not None and gap.now.counts else None
    middle = now
    if identity in of.now:
        middle = _line(of.then.transactions.get(identity)) if of.then.refused is None else gap.before
    ends = gap.now.line if gap.now is not None and gap.now.state == "invoiced" else None

    def part(start: ForecastLine | None, end: ForecastLine | None, cause: Cause, because: str) -> Difference:
        if _touches(start, period) and _touches(end, period) and start is not None and end is not None and start[2:3] != end[2:3]:
            because = phrase("{because}; {moved}", because=because, moved=_moved(start, end)) if start.net != end.net else because
        return Difference(
            item=item.id,
            order=of.order.id,
            customer=of.order.customer,
            product=item.product,
            what=_what(start, end),
            billing_date_before=start.billing_date if start else None,
            billing_date=end.billing_date if end else None,
            net_before=Money(counted(start, period), currency),
            net=Money(counted(end, period), currency),
            cause=cause,
            because=because,
        )

    if _differs(gap.before, middle, period):
        yield part(gap.before, middle, *_step_cause(gap, item, of))
    if _differs(middle, now, period):
        yield part(middle, now, *_rulebook_cause(identity, of, middle, now))
    if only_invoiced and gap.now is not None and _differs(now, ends, period):
        yield part(now, ends, *_waiting(gap.now))


def _touches(line: ForecastLine | None, period: Period | None) -> bool:
    return line is not None and (period is None or (line.billing_date is not None and line.billing_date in period))


def _differs(start: ForecastLine | None, end: ForecastLine | None, period: Period | None) -> bool:
    if not _touches(start, period) and not _touches(end, period):
        return False
    return (start is None) != (end is None) or (start is not None and end is not None and start[2:] != end[2:])


def _what(start: ForecastLine | None, end: ForecastLine | None) -> What:
    if start is None or end is None:
        return "added" if start is None else "gone"
    return "amount" if start.net != end.net else "date"


def _line(one: Transaction | None) -> ForecastLine | None:
    if one is None or one.state in _NOT_COUNTED:
        return None
    return ForecastLine(one.identity, one.item, one.billing_date, one.portion.net.minor)


def _moved(start: ForecastLine, end: ForecastLine) -> str:
    nowhere = phrase("no date yet")
    return phrase(MOVED, before=start.billing_date or nowhere, now=end.billing_date or nowhere)


def _step_cause(gap: Gap, item: OrderItem, of: OrderNow) -> tuple[Cause, str]:
    """The steps since the snapshot that can have changed a transaction; else its state, else that no step did."""
    order = of.order
    if gap.now is not None and gap.now.state == "elsewhere":
        return "elsewhere", phrase("it was invoiced elsewhere")
    until, billed = order.invoiced_elsewhere_until, gap.before.billing_date if gap.before else None
    if gap.now is None and until is not None and billed is not None and billed < until:
        return "elsewhere", phrase("it was invoiced elsewhere: what has a billing date before {day} is", day=until)
    fresh = order.history[of.steps_before or 0 :]
    steps = [step for step in fresh if item.id in step.items or not step.items]
    change = next((each for each in item.changes if each.id == gap.identity.rsplit("|", 1)[1]), None)
    if change is not None:
        steps = [step for step in steps if step.on == change.on] or steps
    if steps:
        return "step", listed([_step(step, item) for step in steps])
    if of.steps_before is None:
        return "step", phrase("the order is new since the snapshot ({source})", source=order.source or order.id)
    if gap.now is not None and gap.now.state == "cancelled":
        return "cancelled", phrase("it is cancelled")
    return "other", phrase("no step of the order and no rule changed it: the customer's details did, or the program")


def _step(step: OrderStep, item: OrderItem) -> str:
    """A step in words: what, when, by whom or from what, and the quantity or price that it set."""
    of_day = [change for change in item.changes if change.on == step.on]
    details = [phrase("quantity {quantity}", quantity=change.quantity) for change in of_day if change.quantity is not None]
    details += [phrase("{quantity} more", quantity=change.added) for change in of_day if change.added is not None]
    details += [phrase("price {price}", price=change.price) for change in of_day if change.price is not None]
    says: str = phrase("{what} on {day}", what=as_written(step.what), day=step.on)
    if details:
        says = phrase("{step}: {details}", step=says, details=together(details, ", "))
    if step.author:
        says = phrase("{step}, by {author}", step=says, author=step.author)
    if step.source:
        says = phrase("{step} ({source})", step=says, source=step.source)
    return phrase("{step}, because {because}", step=says, because=step.because) if step.because else says


def _rulebook_cause(identity: str, of: OrderNow, start: ForecastLine | None, end: ForecastLine | None) -> tuple[Cause, str]:
    """The reasons that the transaction has under one rulebook and not under the other."""
    other = of.now[identity]
    if of.then.refused is not None:
        return "rulebook", phrase("it cannot be planned under the rulebook of the snapshot any more: {because}", because=of.then.refused)
    before, now = of.then.transactions.get(identity), other.transactions.get(identity)
    if before is None or now is None:
        return "rulebook", phrase("only one of the two rulebooks plans it: its billing differs")
    known = {(reason.rule, reason.says) for reason in before.reasons}
    fresh = [reason for reason in now.reasons if (reason.rule, reason.says) not in known]
    if not fresh:
        present = {(reason.rule, reason.says) for reason in now.reasons}
        left = [
            phrase("{rule} no longer applies", rule=reason.rule) for reason in before.reasons if (reason.rule, reason.says) not in present
        ]
        because = together(left, "; ") if left else phrase("another amount by the same rules")
        return "rulebook", because if not (start and end and start.net == end.net) else _moved(start, end)
    says = together([phrase("{rule}: {says}", rule=reason.rule, says=reason.says) for reason in fresh], "; ")
    return "index" if fresh[0].subject == "index" else "rulebook", says


def _waiting(now: LineNow) -> tuple[Cause, str]:
    if now.state == "held":
        return "held", phrase("it is held: {because}", because=now.held_because or phrase("no reason was recorded"))
    return "open", phrase("it is not invoiced yet")
