"""The text on an invoice line that derives its amount, in the customer's language."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from engine.documents.invoice import Derivation
from engine.documents.quote import PricePer
from engine.locales import separators
from engine.money import Money, factor_text
from engine.phrases import Figure, Language, Phrase, phrase, say, template_in

_PERIODS: Final[dict[str, tuple[Phrase, Phrase]]] = {
    "month": (phrase("month"), phrase("months")),
    "quarter": (phrase("quarter"), phrase("quarters")),
    "half-year": (phrase("half-year"), phrase("half-years")),
    "year": (phrase("year"), phrase("years")),
    "4 weeks": (phrase("× 4 weeks"), phrase("× 4 weeks")),
    "week": (phrase("week"), phrase("weeks")),
    "day": (phrase("day"), phrase("days")),
}
"""The word of one price period, and of several."""
_PER: Final[dict[str, Phrase]] = {
    "month": phrase("per month"),
    "quarter": phrase("per quarter"),
    "half-year": phrase("per half-year"),
    "year": phrase("per year"),
    "4 weeks": phrase("per 4 weeks"),
    "week": phrase("per week"),
    "day": phrase("per day"),
}
"""Of which price period a unit price is."""
_DAYS: Final = "{days} of {of} days"
_PART: Final = "{part} of {whole}"
_INSTALMENT: Final = "instalment {number}: {part}"
_INSERTION: Final = "insertion {number}"
_BUNDLE: Final = "in {bundle}"
_PERCENT: Final = "{number}%"
_INCLUDED: Final = "{quantity} included"


def detail(derivation: Derivation, language: Language, why_not: str | None = None) -> str:
    """How the amount of a line came about: `12 months × 0.9`, `21 of 92 days of 108.06`, `instalment 1: 30% of 4,336.00`.

    `why_not` is the reason why quantity × unit price does not give it, such as `by tiers`.
    """
    pieces = []
    if derivation.bundle is not None:
        pieces.append(template_in(_BUNDLE, language).format(bundle=derivation.bundle))
    if derivation.kind == "change":
        pieces.append(say(phrase("change"), language))
    if derivation.note is not None:
        pieces.append(derivation.note)
    if derivation.included is not None:
        pieces.append(template_in(_INCLUDED, language).format(quantity=number(str(derivation.included), language)))
    if why_not is not None:
        pieces.append(say(why_not, language))
    pieces.append(periods(derivation.price_per, derivation.periods, derivation.billing_factor, language))
    pieces.append(part(derivation, language))
    if derivation.kind == "insertion" and derivation.number is not None:
        pieces.append(template_in(_INSERTION, language).format(number=derivation.number))
    return ", ".join(piece for piece in pieces if piece)


def periods(price_per: PricePer, count: Fraction, billing_factor: Fraction, language: Language) -> str:
    """The price periods in one billing period and the billing type's factor: `12 months × 0.9`; empty for what is paid once."""
    factor = "" if billing_factor == 1 else f"× {number(factor_text(billing_factor), language)}"
    words = _PERIODS.get(price_per)
    if words is None:
        return factor
    one, many = words
    word = say(one if count == Fraction(1) else many, language)
    return f"{number(factor_text(count), language)} {word} {factor}".strip()


def per_period(price_per: PricePer, language: Language) -> str:
    """`per month`: of which price period a unit price is; empty for what is paid once."""
    words = _PER.get(price_per)
    return say(words, language) if words is not None else ""


def part(derivation: Derivation, language: Language) -> str:
    """Of what the amount is a part: by days, or by an instalment's share; empty for a whole period."""
    if derivation.kind == "instalment" and derivation.share:
        share = derivation.share
        words = say(phrase("balance"), language) if share == "rest" else number(share, language)
        if words.endswith("%"):
            words = template_in(_PERCENT, language).format(number=words.removesuffix("%"))
        numbered = template_in(_INSTALMENT, language).format(number=derivation.number or 1, part=words)
        return _of_whole(numbered, derivation.whole_list_net, language)
    if derivation.days != derivation.period_days and derivation.period_days:
        days = template_in(_DAYS, language).format(days=derivation.days, of=derivation.period_days)
        return _of_whole(days, derivation.whole_list_net, language)
    return ""


def number(text: str, language: Language) -> str:
    """A decimal text as a language writes it: `4336.00` is `4 336,00` in French, `4.336,00` in Dutch."""
    thousands, point = separators(language)
    body, percent = (text[:-1], "%") if text.endswith("%") else (text, "")
    sign, size = ("-", body[1:]) if body.startswith("-") else ("", body)
    whole, dot, decimals = size.replace(",", "").partition(".")
    if not whole.isdigit():
        return text
    return f"{sign}{int(whole):,}".replace(",", thousands) + (point + decimals if dot else "") + percent


def note_in(note: str, language: Language) -> str:
    """The note of a line in a language, with its numbers as the language writes them."""
    if not isinstance(note, Phrase):
        return note
    words = {name: number(word, language) if isinstance(word, Figure) else say(word, language) for name, word in note.words}
    return template_in(note.template, language).format(**words)


def _of_whole(part_words: str, whole: Money | None, language: Language) -> str:
    return template_in(_PART, language).format(part=part_words, whole=number(str(whole), language)) if whole is not None else part_words
