"""The shares of a payment plan: percentages, fixed amounts and a rest, and the check that they add up to a whole."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from engine.money import Currency, Money, Percent, decimal_text
from engine.phrases import Replacement, phrase
from engine.problems import Kind, Problem, Span
from engine.text.written_numbers import thousands_or_decimals, with_point, without_separators

BAD_SHARE: Final = Kind("bad-share", "`{text}` is no share of a payment plan", "{remedy}")
SHARE_WITHOUT_SIGN: Final = Kind(
    "share-without-sign",
    "the share `{text}` has no sign: it may be a percentage or an amount",
    "write `{percent}`, or `{amount}` if an amount is meant",
)
SHARE_NOT_POSITIVE: Final = Kind(
    "share-not-positive", "a share of {text} takes nothing", "write a share above 0, or leave the instalment out"
)
SHARES_NOT_WHOLE: Final = Kind(
    "shares-not-whole", "the shares make {total}%, not 100%, and no instalment takes the rest", "make them 100%, or write `rest` for one"
)
AMOUNTS_WITHOUT_REST: Final = Kind(
    "amounts-without-rest", "a plan with fixed amounts has no instalment that takes the rest", "write `rest` for one instalment"
)
SHARES_TOO_MUCH: Final = Kind(
    "shares-too-much", "the shares make {total}%, which leaves nothing for the rest", "make them less than 100%, or leave the rest out"
)
TWO_RESTS: Final = Kind("two-rests", "two instalments take the rest", "write `rest` once")
BAD_AFTER: Final = Kind("bad-after", "`{text}` is no time after an event", "write `10 days` or `2 months`")

_AMOUNT: Final = re.compile(r"(-?[0-9][0-9_]{0,14}(?:\.[0-9]{1,6})?)(?: ([A-Z]{3}))?")
_BARE: Final = re.compile(r"[0-9]{1,2}|100")
_BELOW_ONE: Final = re.compile(r"0\.[0-9]{1,6}")
_COMMA: Final = re.compile(r"[0-9]{1,12},[0-9]{1,6} ?%?")
_AFTER: Final = re.compile(r"([0-9]{1,4}) (day|month)s?")


@dataclass(frozen=True, slots=True)
class Share:
    """One share: a part of each line's net, a fixed amount of the whole, or (neither) the rest."""

    part: Fraction | None = None
    amount: Money | None = None

    @property
    def is_rest(self) -> bool:
        """Whether it is the rest."""
        return self.part is None and self.amount is None

    def __str__(self) -> str:
        """The share as documents show it: `30%`, `4,000.00`, `rest`."""
        if self.part is not None:
            return f"{Percent(self.part)}%"
        if self.amount is None:
            return "rest"
        whole, point, decimals = str(self.amount).partition(".")
        return f"{int(whole):,}{point}{decimals}"


@dataclass(frozen=True, slots=True)
class After:
    """How long after its event an instalment becomes due."""

    months: int = 0
    days: int = 0


def read_share(text: str, currency: Currency) -> Share:
    """The share of a text; ValueError where it is none, or an amount in another currency."""
    if text == "rest":
        return Share()
    if text.endswith("%"):
        return Share(part=Percent.parse(text).fraction)
    match = _AMOUNT.fullmatch(text)
    if match is None or _has_no_sign(text, currency) or (match[2] or currency.code) != currency.code:
        raise ValueError(f"{text!r} is no share")
    return Share(amount=Money.parse(without_separators(match[1]), currency))


def _has_no_sign(text: str, currency: Currency) -> bool:
    """Whether a number may be a percentage: a whole one up to 100, or one below 1 that is not written to the cent."""
    return bool(_BARE.fullmatch(text) or (_BELOW_ONE.fullmatch(text) and len(text) != len("0.") + currency.exponent))


def written_share(text: str, currency: Currency, where: Span) -> Share | Problem:
    """The share of a text in a file; there a number below 1 always needs its sign, and a point never parts thousands."""
    number, _, unit = text.partition(" ")
    either = thousands_or_decimals(number, where, unit=unit and f" {unit}", currency=currency.code)
    if either is not None:
        return either
    if _BELOW_ONE.fullmatch(text):
        return no_share(text, currency, where)
    try:
        return read_share(text, currency)
    except ValueError:
        return no_share(text, currency, where)


def no_share(text: str, currency: Currency, where: Span | None, pointer: str | None = None) -> Problem:
    """Why a text is no share: its sign is missing, it has a decimal comma, or it is something else."""
    if _BELOW_ONE.fullmatch(text) or _BARE.fullmatch(text):
        percent = Percent(Fraction(text)) if "." in text else text
        return SHARE_WITHOUT_SIGN.at(
            where, pointer, text=text, percent=Replacement(f"{percent}%"), amount=Replacement(f"{text} {currency}")
        )
    remedy = phrase("write a percentage such as `30%`, an amount such as `4000.00`, or `rest`")
    if _COMMA.fullmatch(text):
        remedy = phrase("write a decimal point: `{right}`", right=with_point(text))
    return BAD_SHARE.at(where, pointer, text=text[:60], remedy=remedy)


def read_after(text: str | None) -> After:
    """`10 days` or `2 months` (None: at once); ValueError where it is neither."""
    if text is None:
        return After()
    match = _AFTER.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text!r} is no time after an event")
    count = int(match[1])
    return After(months=count) if match[2] == "month" else After(days=count)


def shares_problems(shares: Sequence[Share], pointers: Sequence[str], pointer: str) -> tuple[Problem, ...]:
    """Why the shares of a plan do not add up to a whole, each at its pointer."""
    problems = []
    for share, at in zip(shares, pointers, strict=True):
        if (share.part is not None and share.part <= 0) or (share.amount is not None and share.amount.minor <= 0):
            problems.append(SHARE_NOT_POSITIVE.at(None, at, text=str(share)))
    rests = [at for share, at in zip(shares, pointers, strict=True) if share.is_rest]
    total = sum((share.part for share in shares if share.part is not None), Fraction(0))
    percent = decimal_text(int(total * 100_000_000), 6)
    if len(rests) > 1:
        problems.append(TWO_RESTS.at(None, rests[1]))
    elif rests:
        if total > 1:
            problems.append(SHARES_TOO_MUCH.at(None, pointer, total=percent))
    elif any(share.amount is not None for share in shares):
        problems.append(AMOUNTS_WITHOUT_REST.at(None, pointer))
    elif total != 1:
        problems.append(SHARES_NOT_WHOLE.at(None, pointer, total=percent))
    return tuple(problems)
