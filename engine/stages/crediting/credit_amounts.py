"""The amounts of a credit note: net per line and VAT per rate, never more than is left, exact to the cent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from engine.documents.credit import CreditLine, CreditSelection
from engine.documents.invoice import Category, VatSubtotal
from engine.documents.totals import VatSum, listing_order
from engine.money import Money, Percent, Quantity, round_half_up
from engine.phrases import phrase
from engine.problems import Kind, Problem, Refusal

NO_SUCH_LINE: Final = Kind("no-such-line", "the invoice has no line {line}", "its lines are numbered from 1 to {count}")
DUPLICATE_LINE: Final = Kind("asked-twice", "line {line} is asked back twice", "ask for each line once, with all that is to be taken back")
NOTHING_LEFT: Final = Kind("nothing-left", "nothing is left of {what} to credit", "it has been credited in full: see its credit notes")
MORE_THAN_LEFT: Final = Kind(
    "more-than-is-left", "{asked} is asked back of {what}, of which {left} is left", "ask for {left} at most, or for `whole`"
)
NOT_POSITIVE: Final = Kind(
    "not-an-amount-to-credit",
    "{asked} cannot be taken back of {what}",
    "ask for more than zero, with the sign of what was invoiced; {left} is left",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Creditable:
    """The fields of an invoice line that crediting uses: number, quantity, net, category and rate."""

    line: int
    quantity: Quantity
    net: Money
    category: Category
    rate: Percent


@dataclass(frozen=True, slots=True, kw_only=True)
class LineCredit:
    """The credit of one line: its net, and the quantity (None: an amount is credited)."""

    line: int
    quantity: Quantity | None
    net: Money


def line_credits(lines: Sequence[Creditable], earlier: Iterable[LineCredit], selection: CreditSelection) -> tuple[LineCredit, ...]:
    """The credit of each selected line, after earlier credits; Refusal with all that exceeds what is left. Nothing is capped."""
    left = what_is_left(lines, earlier)
    if not any(one.net for one in left.values()) and not (selection.whole and any(_has_units(one) for one in left.values())):
        raise Refusal((NOTHING_LEFT.at(None, "/ask", what=phrase("the invoice")),), state="credited")
    if selection.whole:
        return tuple(_rest(one) for one in left.values() if one.net or _has_units(one))
    if selection.amount is not None:
        return _spread(selection.amount, list(left.values()))
    return _lines(selection.lines, left)


@dataclass(frozen=True, slots=True)
class Left:
    """What is left to credit of one line; `by_amount`: an amount was credited before, so that only the net counts."""

    whole: Creditable
    quantity: Quantity
    net: Money
    by_amount: bool


def what_is_left(lines: Sequence[Creditable], earlier: Iterable[LineCredit]) -> dict[int, Left]:
    """What earlier credits left of each line, by line number."""
    left = {one.line: Left(one, one.quantity, one.net, by_amount=False) for one in lines}
    for credited in earlier:
        before = left[credited.line]
        quantity = before.quantity if credited.quantity is None else before.quantity - credited.quantity
        left[credited.line] = Left(before.whole, quantity, before.net - credited.net, before.by_amount or credited.quantity is None)
    return left


def vat_by_rate(entries: Iterable[VatSum | VatSubtotal]) -> dict[tuple[Category, Percent], Money]:
    """The sum of VAT of each (category, rate)."""
    sums: dict[tuple[Category, Percent], Money] = {}
    for entry in entries:
        key = (entry.category, entry.rate)
        sums[key] = sums[key] + entry.vat if key in sums else entry.vat
    return sums


def credited_vat(
    lines: Sequence[Creditable],
    earlier: Sequence[LineCredit],
    credited: Sequence[LineCredit],
    invoiced_vat: Mapping[tuple[Category, Percent], Money],
    earlier_vat: Mapping[tuple[Category, Percent], Money],
) -> tuple[VatSum, ...]:
    """The VAT of a credit note: base × rate, rounded; the last note of a (category, rate) takes the residue of its VAT."""
    by_line = {one.line: one for one in lines}
    left_after = what_is_left(lines, [*earlier, *credited])
    sums = []
    for key in sorted({_key(by_line[one.line]) for one in credited}, key=lambda key: listing_order(*key)):
        category, rate = key
        nets = [one.net for one in credited if _key(by_line[one.line]) == key]
        base = Money(sum(net.minor for net in nets), nets[0].currency)
        vat_left = invoiced_vat[key] - earlier_vat.get(key, Money(0, base.currency))
        exhausted = not any(left.net for left in left_after.values() if _key(left.whole) == key)
        vat = vat_left if exhausted else _nearer_zero(rate.of(base), vat_left)
        sums.append(VatSum(category=category, rate=rate, base=base, vat=vat))
    return tuple(sums)


def _key(one: Creditable) -> tuple[Category, Percent]:
    return (one.category, one.rate)


def _nearer_zero(amount: Money, most: Money) -> Money:
    """Rounding upwards many times must not take more VAT than there was."""
    return amount if abs(amount.minor) <= abs(most.minor) else most


def _has_units(left: Left) -> bool:
    """Whether units of a line (also of a free one) are left to credit. Once an amount was credited, only the net counts."""
    return left.quantity.micros != 0 and not left.by_amount


def _rest(left: Left) -> LineCredit:
    return LineCredit(line=left.whole.line, quantity=None if left.by_amount else left.quantity, net=left.net)


def _lines(requested: Sequence[CreditLine], left: Mapping[int, Left]) -> tuple[LineCredit, ...]:
    problems: list[Problem] = []
    credits: list[LineCredit] = []
    seen: set[int] = set()
    for at, one in enumerate(requested):
        pointer = f"/ask/lines/{at}"
        if one.line not in left:
            problems.append(NO_SUCH_LINE.at(None, f"{pointer}/line", line=one.line, count=len(left)))
        elif one.line in seen:
            problems.append(DUPLICATE_LINE.at(None, f"{pointer}/line", line=one.line))
        else:
            seen.add(one.line)
            answer = _line(one, left[one.line], pointer)
            if isinstance(answer, LineCredit):
                credits.append(answer)
            else:
                problems.append(answer)
    if problems:
        raise _refusal(problems, left.values())
    return tuple(credits)


def _line(requested: CreditLine, left: Left, pointer: str) -> LineCredit | Problem:
    what = phrase("line {line}", line=requested.line)
    if not left.net and (left.whole.net or not left.quantity.micros):
        return NOTHING_LEFT.at(None, pointer, what=what)
    if requested.quantity is not None:
        return _quantity(requested.quantity, left, f"{pointer}/quantity")
    if requested.amount is None:
        return _rest(left)
    if requested.amount.minor * left.net.minor <= 0:
        return NOT_POSITIVE.at(None, f"{pointer}/amount", asked=requested.amount, what=what, left=left.net)
    if abs(requested.amount.minor) > abs(left.net.minor):
        return MORE_THAN_LEFT.at(None, f"{pointer}/amount", asked=requested.amount, what=what, left=left.net)
    return LineCredit(line=requested.line, quantity=None, net=requested.amount)


def _quantity(requested: Quantity, left: Left, pointer: str) -> LineCredit | Problem:
    """A quantity at the invoiced price; the last of a line takes what rounding left of it."""
    what = phrase("line {line}", line=left.whole.line)
    if requested.micros * left.whole.quantity.micros <= 0:
        return NOT_POSITIVE.at(None, pointer, asked=requested, what=what, left=left.quantity)
    if abs(requested.micros) > abs(left.quantity.micros):
        return MORE_THAN_LEFT.at(None, pointer, asked=requested, what=what, left=left.quantity)
    if requested == left.quantity and not left.by_amount:
        return _rest(left)
    net = left.whole.net.times(Fraction(requested.micros, left.whole.quantity.micros))
    if left.by_amount and abs(net.minor) > abs(left.net.minor):
        wanted = phrase("{quantity} at the invoiced price ({net})", quantity=requested, net=net)
        return MORE_THAN_LEFT.at(None, pointer, asked=wanted, what=what, left=left.net)
    return LineCredit(line=left.whole.line, quantity=requested, net=_nearer_zero(net, left.net))


def _spread(amount: Money, left: list[Left]) -> tuple[LineCredit, ...]:
    """Spreads a net amount over the lines in proportion to what is left of each; the last takes the residue, none more than is left."""
    total = Money(sum(one.net.minor for one in left), amount.currency)
    if amount.minor * total.minor <= 0:
        raise Refusal((NOT_POSITIVE.at(None, "/ask/amount", asked=amount, what=phrase("the invoice"), left=total),))
    if abs(amount.minor) > abs(total.minor):
        raise _refusal([MORE_THAN_LEFT.at(None, "/ask/amount", asked=amount, what=phrase("the invoice"), left=total)], left)
    if amount == total:
        return tuple(_rest(one) for one in left if one.net)
    sign = 1 if total.minor > 0 else -1
    able = [one for one in left if one.net.minor * sign > 0]
    parts = _parts(abs(amount.minor), [abs(one.net.minor) for one in able])
    return tuple(
        LineCredit(line=one.whole.line, quantity=None, net=Money(sign * part, amount.currency))
        for one, part in zip(able, parts, strict=True)
        if part
    )


def _refusal(problems: Sequence[Problem], left: Iterable[Left]) -> Refusal:
    """A refusal; it names the invoice's state where every problem is that too little is left."""
    if any(problem.kind not in (NOTHING_LEFT, MORE_THAN_LEFT) for problem in problems):
        return Refusal(tuple(problems))
    is_whole = all(one.net == one.whole.net and one.quantity == one.whole.quantity for one in left)
    return Refusal(tuple(problems), state="issued" if is_whole else "partly credited", possible=("credit what is left",))


def _parts(amount: int, most: list[int]) -> list[int]:
    """An amount cut in proportion; what would exceed the last part's limit moves to the parts before it, the nearest first."""
    total, parts, rest = sum(most), [], amount
    for one in most[:-1]:
        parts.append(min(round_half_up(amount * one, total), rest))
        rest -= parts[-1]
    excess = max(rest - most[-1], 0)
    parts.append(rest - excess)
    for at in range(len(parts) - 2, -1, -1):
        moved = min(excess, most[at] - parts[at])
        parts[at] += moved
        excess -= moved
    return parts
