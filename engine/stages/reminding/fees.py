"""The fee of a reminder for an open amount, by the steps of the rulebook."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from engine.money import MICRO, Money
from engine.phrases import Phrase, phrase
from engine.rulebook.reminders import FeeStep, step_for


def fee_of(steps: Sequence[FeeStep], rest: Money) -> tuple[Money, Phrase] | None:
    """The fee for an open amount, rounded half up once, and how it was calculated; None where no step reaches so far."""
    unit = MICRO // 10**rest.currency.exponent
    step = step_for(steps, rest.minor * unit)
    if step is None:
        return None
    words: dict[str, object] = {"amount": step.amount, "rest": rest}
    exact = Fraction(step.amount.micros, unit)
    says = phrase("{amount} for {rest} open", **words)
    if step.percent is not None:
        above = step.above.micros if step.above else 0
        exact += step.percent.fraction * max(Fraction(0), rest.minor - Fraction(above, unit))
        words |= {"percent": step.percent, "above": step.above or "0"}
        says = phrase("{amount} + {percent}% of what {rest} has above {above}", **words)
    fee = Money.rounded(exact.numerator, exact.denominator, rest.currency)
    if step.most is not None and fee.minor * unit > step.most.micros:
        most = Money.rounded(step.most.micros, unit, rest.currency)
        return most, phrase("{first}, at most {most}", first=says, most=step.most)
    return fee, phrase("{first} = {fee}", first=says, fee=fee)
