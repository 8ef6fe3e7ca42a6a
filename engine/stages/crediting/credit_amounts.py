"""The amounts of a credit note: net per line and VAT per rate, never more than is left, exact to the cent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Final

from engine.documents.credit import CreditLine, CreditSelection
from engine.documents.totals import VatSum, add
from engine.money import Money, Quantity
from engine.phrases import phrase
from engine.problems import Kind, Problem, Refusal
from engine.stages.crediting.proportional_parts import Share, proportional_parts
from engine.stages.crediting.remaining import Credited, Left, LineCredit, Remaining

NO_SUCH_LINE: Final = Kind("no-such-line", "the invoice has no line {line}", "its lines are numbered from 1 to {count}")
DUPLICATE_LINE: Final = Kind("asked-twice", "line {line} is asked back twice", "ask for each line once, with all that is to be taken back")
NOTHING_LEFT: Final = Kind("nothing-left", "nothing is left of {what} to credit", "it has been credited in full: see its credit notes")
MORE_THAN_LEFT: Final = Kind(
    "more-than-is-left", "{asked} is asked back of {what}, of which {left} is left", "ask for {left} at most, or for `whole`"
)
MORE_THAN_LEFT_TOGETHER: Final = Kind(
    "more-than-is-left",
    "{asked} is asked back of {what}, of which {left} is left",
    "ask for {left} at most, for `whole`, or also for the lines that lowered the invoice",
)
NEGATIVE_CREDIT: Final = Kind(
    "negative-credit",
    "the credit note would come to {asked} for {what}, which is below zero",
    "credit a line that lowered the invoice only together with lines of at least as much at the same rate, or ask for `whole`",
)
NOT_POSITIVE: Final = Kind(
    "not-an-amount-to-credit",
    "{asked} cannot be taken back of {what}",
    "ask for more than zero, with the sign of what was invoiced; {left} is left",
)
_THE_INVOICE: Final = phrase("the invoice")


def credit_amounts(remaining: Remaining, selection: CreditSelection) -> Credited:
    """The credit of a selection; Refusal with all that exceeds what is left. Nothing is capped."""
    lines = _selected(selection, remaining)
    credited = Credited(lines, cumulative_vat(lines, remaining))
    check_credit(credited, remaining, {one.line: f"/ask/lines/{at}" for at, one in enumerate(selection.lines)})
    return credited


def credit_of_net(left: Left, quantity: Quantity | None, net: Money) -> LineCredit:
    """The credit of a net, with the same part of the VAT base; the last takes the remainder."""
    base = left.base.times(Fraction(net.minor, left.net.minor)) if left.net else left.base
    return LineCredit(line=left.whole.line, quantity=quantity, net=net, base=base)


def cumulative_vat(credits: Iterable[LineCredit], remaining: Remaining) -> tuple[VatSum, ...]:
    """The VAT of credits per (category, rate), so that it adds up to that of the invoice."""
    left = [(remaining.rates[group], base) for group, base in remaining.base_by_group(credits).items()]
    return tuple(VatSum(category=one.category, rate=one.rate, base=base, vat=one.vat_of(base)) for one, base in left)


def check_credit(credited: Credited, remaining: Remaining, pointers: Mapping[int, str]) -> None:
    """Refusal where a credit note exceeds what is left of a (category, rate) or of the invoice, net or gross, or is below zero."""
    bases = remaining.base_by_group(credited.lines)
    lines = [(remaining.lines[one.line].group, one) for one in reversed(credited.lines)]
    same_sign = {group: one.line for group, one in lines if one.base.minor * bases[group].minor > 0}
    problems = []
    for group, base in bases.items():
        left = remaining.rates[group]
        what = phrase("category {category} at {rate}%", category=left.category, rate=left.rate)
        pointer = pointers.get(same_sign.get(group, 0), "/ask")
        problems.append(_judged(base, left.base, what, pointer, mirrored=left.invoiced.minor < 0))
    if not any(problems):
        net, vat = (add(amounts, remaining.currency) for amounts in zip(*((one.base, one.vat) for one in credited.vat), strict=True))
        vat_left = add((one.vat for one in remaining.rates), remaining.currency)
        problems = [_judged(net, remaining.net, _THE_INVOICE, "/ask")]
        problems.append(_judged(net + vat, remaining.net + vat_left, phrase("the invoice with VAT"), "/ask"))
    if any(problems):
        raise _refusal([problem for problem in problems if problem is not None], remaining)


def _judged(requested: Money, left: Money, what: str, pointer: str, *, mirrored: bool = False) -> Problem | None:
    """The problem of an amount outside zero and what is left; mirrored where the invoice itself has less than zero."""
    sign = -1 if mirrored else 1
    if requested.minor * sign < 0:
        return NEGATIVE_CREDIT.at(None, pointer, asked=requested, what=what)
    if requested.minor * sign > left.minor * sign:
        return MORE_THAN_LEFT_TOGETHER.at(None, pointer, asked=requested, what=what, left=left)
    return None


def _selected(selection: CreditSelection, remaining: Remaining) -> tuple[LineCredit, ...]:
    left = remaining.lines
    free = [one for one in left.values() if not one.whole.net and _has_units(one)]
    if not any(one.base for one in remaining.rates) and (selection.amount is not None or not free):
        raise Refusal((NOTHING_LEFT.at(None, "/ask", what=_THE_INVOICE),), state="credited")
    if selection.whole:
        return tuple(_rest(one) for one in left.values() if one.net or one.base or _has_units(one))
    if selection.amount is not None:
        return _spread(selection.amount, remaining)
    return _lines(selection.lines, remaining)


def _has_units(left: Left) -> bool:
    """Whether units of a line (also of a free one) are left to credit. Once an amount was credited, only the net counts."""
    return left.quantity.micros != 0 and not left.by_amount


def _rest(left: Left) -> LineCredit:
    return LineCredit(line=left.whole.line, quantity=None if left.by_amount else left.quantity, net=left.net, base=left.base)


def _lines(requested: Sequence[CreditLine], remaining: Remaining) -> tuple[LineCredit, ...]:
    left = remaining.lines
    problems: list[Problem] = []
    credits: list[LineCredit] = []
    seen: set[int] = set()
    for at, one in enumerate(requested):
        pointer = f"/ask/lines/{at}"
        if one.line not in left:
            problems.append(NO_SUCH_LINE.at(None, f"{pointer}/line", line=one.line, count=sum(number > 0 for number in left)))
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
        raise _refusal(problems, remaining)
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
    return credit_of_net(left, None, requested.amount)


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
    return credit_of_net(left, requested, net if abs(net.minor) <= abs(left.net.minor) else left.net)


def _spread(amount: Money, remaining: Remaining) -> tuple[LineCredit, ...]:
    """Spreads a net amount, discounts of the document included, over the lines with a positive rest, in proportion to it."""
    left, total = remaining.lines.values(), remaining.net
    if amount.minor <= 0:
        raise Refusal((NOT_POSITIVE.at(None, "/ask/amount", asked=amount, what=_THE_INVOICE, left=total),))
    if amount.minor > total.minor:
        raise _refusal([MORE_THAN_LEFT.at(None, "/ask/amount", asked=amount, what=_THE_INVOICE, left=total)], remaining)
    if amount == total:
        return tuple(_rest(one) for one in left if one.net or one.base)
    able = [one for one in left if one.base.minor > 0]
    limits = [max(remaining.limit_of(group), 0) for group in range(len(remaining.rates))]
    parts = proportional_parts(amount.minor, [Share(one.base.minor, one.group) for one in able], limits)
    return tuple(_of_base(one, Money(part, amount.currency)) for one, part in zip(able, parts, strict=True) if part)


def _of_base(left: Left, base: Money) -> LineCredit:
    """The credit of an amount of the VAT base, with the same part of the line's net."""
    return LineCredit(line=left.whole.line, quantity=None, net=left.net.times(Fraction(base.minor, left.base.minor)), base=base)


def _refusal(problems: Sequence[Problem], remaining: Remaining) -> Refusal:
    """A refusal; it names the invoice's state where every problem is that too little is left."""
    if any(problem.code not in (NOTHING_LEFT.code, MORE_THAN_LEFT.code) for problem in problems):
        return Refusal(tuple(problems))
    is_whole = all(
        (one.net, one.base, one.quantity) == (one.whole.net, one.whole.base, one.whole.quantity) for one in remaining.lines.values()
    )
    return Refusal(tuple(problems), state="issued" if is_whole else "partly credited", possible=("credit what is left",))
