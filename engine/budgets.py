"""The bounds of work: how much one request or one rulebook may ask for, each with its name, and the refusal beyond it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from engine.money import Money
from engine.phrases import Figure, Phrase, phrase
from engine.problems import Kind, Problem, Refusal, Span

OVER_BUDGET: Final = Kind("over-budget", "{counted} {unit}: at most {most} are computed at once (bound `{bound}`)", "{remedy}")
AMOUNT_TOO_LARGE: Final = Kind(
    "amount-too-large", "an amount here has {counted} {unit}, and at most {most} are possible (bound `{bound}`)", "{remedy}"
)


@dataclass(frozen=True, slots=True)
class Bound:
    """The most work of one kind: a stable name, the number, what is counted, and how to ask for less."""

    name: str
    most: int
    unit: Phrase
    remedy: Phrase
    kind: Kind = OVER_BUDGET

    def problem(self, counted: int, where: Span | None = None, pointer: str | None = None) -> Problem | None:
        """The problem of too much work, at a position in a text or at a JSON pointer; None within the bound."""
        if counted <= self.most:
            return None
        words = {"counted": Figure(counted), "unit": self.unit, "most": Figure(self.most), "bound": self.name, "remedy": self.remedy}
        return self.kind.at(where, pointer, **words)

    def check(self, counted: int, where: Span | None = None, pointer: str | None = None) -> None:
        """Refuses too much work."""
        problem = self.problem(counted, where, pointer)
        if problem is not None:
            raise Refusal((problem,))


def all_bounds() -> tuple[Bound, ...]:
    """Every bound of this file."""
    return tuple(each for each in globals().values() if isinstance(each, Bound))


def check_amounts(amounts: Iterable[Money | None], pointer: str, bound: Bound | None = None) -> None:
    """Refuses amounts with more digits before the point than any document may have, or than another bound allows."""
    most = bound or AMOUNT_DIGITS
    for amount in amounts:
        if amount is not None and abs(amount.minor) >= 10 ** (most.most + amount.currency.exponent):
            most.check(_digits(amount.minor) - amount.currency.exponent, pointer=pointer)


def _digits(number: int) -> int:
    """How many digits a number has, without writing it: that of thousands of digits is a fault of Python's."""
    digits = number.bit_length() * _DIGITS_PER_100_000_BITS // 100_000 + 1
    return digits if abs(number) >= 10 ** (digits - 1) else digits - 1


_DIGITS_PER_100_000_BITS: Final = 30_103
_SMALLER: Final = phrase("write a smaller price or quantity")
AMOUNT_DIGITS: Final = Bound("amount-digits", 12, phrase("digits before the point"), _SMALLER, AMOUNT_TOO_LARGE)
LINE_DIGITS: Final = Bound("line-amount-digits", 11, phrase("digits before the point"), _SMALLER, AMOUNT_TOO_LARGE)
"""One fewer for what a line costs for one period, so that sums of lines fit into a document."""
SCHEDULE_TIERS: Final = Bound("schedule-tiers", 200_000, phrase("tiers × (changes + 1)"), phrase("write fewer tiers or changes"))
QUOTE_DISCOUNTS: Final = Bound(
    "quote-discounts", 10_000, phrase("lines × discounts of the rulebook"), phrase("divide the quote into several")
)
QUOTE_TRANSACTIONS: Final = Bound(
    "quote-transactions", 10_000, phrase("billing periods of the lines of a quote"), phrase("divide the quote into several")
)
QUOTE_CHOICES: Final = Bound(
    "quote-choices", 20, phrase("optional lines and alternatives of a quote"), phrase("divide the quote into several")
)
INVOICE_REDUCTIONS: Final = Bound(
    "invoice-reductions", 100_000, phrase("discounts and surcharges of lines"), phrase("divide the invoice into several")
)
INVOICE_GROUPS: Final = Bound(
    "invoice-groups",
    100_000,
    phrase("discounts and surcharges of the document × groups of category and rate"),
    phrase("sum up the discounts of the document"),
)
CREDIT_LINES: Final = Bound("credit-lines", 100_000, phrase("lines × earlier credits"), phrase("give one earlier credit that sums them up"))
WHY_NOT_LINES: Final = Bound("why-not-lines", 100, phrase("lines of a document for `explain --why-not`"), phrase("name one of the lines"))
COVERAGE_QUESTIONS: Final = Bound(
    "coverage-questions",
    20_000_000,
    phrase("pieces of rules × questions of scenarios"),
    phrase("leave `--golden` out, or write fewer scenarios"),
)
