"""The few words that say on a line how its amount came about, in the customer's language."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from engine.documents.invoice import Derivation
from engine.documents.party import Language
from engine.money import Money, factor_text

_ONE: Final[dict[str, dict[Language, tuple[str, str]]]] = {
    "month": {"fr": ("mois", "mois"), "nl": ("maand", "maanden"), "en": ("month", "months")},
    "quarter": {"fr": ("trimestre", "trimestres"), "nl": ("kwartaal", "kwartalen"), "en": ("quarter", "quarters")},
    "half-year": {"fr": ("semestre", "semestres"), "nl": ("halfjaar", "halfjaren"), "en": ("half-year", "half-years")},
    "year": {"fr": ("an", "ans"), "nl": ("jaar", "jaar"), "en": ("year", "years")},
    "4 weeks": {"fr": ("× 4 semaines", "× 4 semaines"), "nl": ("× 4 weken", "× 4 weken"), "en": ("× 4 weeks", "× 4 weeks")},
    "week": {"fr": ("semaine", "semaines"), "nl": ("week", "weken"), "en": ("week", "weeks")},
    "day": {"fr": ("jour", "jours"), "nl": ("dag", "dagen"), "en": ("day", "days")},
}
_DAYS: Final[dict[Language, str]] = {"fr": "{days} jours sur {of}", "nl": "{days} van {of} dagen", "en": "{days} of {of} days"}
_PART: Final[dict[Language, str]] = {"fr": "{part} de {whole}", "nl": "{part} van {whole}", "en": "{part} of {whole}"}
_REST: Final[dict[Language, str]] = {"fr": "solde", "nl": "saldo", "en": "balance"}
_INSTALMENT: Final[dict[Language, str]] = {
    "fr": "tranche {number} : {part}",
    "nl": "schijf {number}: {part}",
    "en": "instalment {number}: {part}",
}
_INSERTION: Final[dict[Language, str]] = {"fr": "insertion {number}", "nl": "plaatsing {number}", "en": "insertion {number}"}
_BUNDLE: Final[dict[Language, str]] = {"fr": "dans {bundle}", "nl": "in {bundle}", "en": "in {bundle}"}
_CHANGE: Final[dict[Language, str]] = {"fr": "modification", "nl": "wijziging", "en": "change"}
_SEPARATORS: Final[dict[Language, tuple[str, str]]] = {"fr": ("\u00a0", ","), "nl": (".", ","), "en": (",", ".")}


def detail(derivation: Derivation, language: Language) -> str:
    """How the amount of a line came about: `12 months × 0.9`, `21 of 92 days of 108.06`, `instalment 1: 30% of 4,336.00`."""
    found = []
    if derivation.bundle is not None:
        found.append(_BUNDLE[language].format(bundle=derivation.bundle))
    if derivation.kind == "change":
        found.append(_CHANGE[language])
    found.append(periods(derivation, language))
    found.append(part(derivation, language))
    if derivation.kind == "insertion" and derivation.number is not None:
        found.append(_INSERTION[language].format(number=derivation.number))
    return ", ".join(piece for piece in found if piece)


def periods(derivation: Derivation, language: Language) -> str:
    """The price periods in one billing period and the billing type's factor: `12 months × 0.9`; empty for what is paid once."""
    factor = "" if derivation.billing_factor == 1 else f"× {number(factor_text(derivation.billing_factor), language)}"
    words = _ONE.get(derivation.price_per)
    if words is None:
        return factor
    one, many = words[language]
    counted = f"{number(factor_text(derivation.periods), language)} {one if derivation.periods == Fraction(1) else many}"
    return f"{counted} {factor}".strip()


def part(derivation: Derivation, language: Language) -> str:
    """Of what the amount is a part: by days, or by an instalment's share; empty for a whole period."""
    found = ""
    if derivation.kind == "instalment" and derivation.share:
        share = derivation.share
        words = _REST[language] if share == "rest" else number(share, language)
        if language == "fr" and words.endswith("%"):
            words = words.removesuffix("%") + "\u00a0%"
        numbered = _INSTALMENT[language].format(number=derivation.number or 1, part=words)
        return _of_whole(numbered, derivation.whole_list_net, language)
    if derivation.days != derivation.period_days and derivation.period_days:
        found = _DAYS[language].format(days=derivation.days, of=derivation.period_days)
        return _of_whole(found, derivation.whole_list_net, language)
    return found


def number(text: str, language: Language) -> str:
    """A decimal text as a language writes it: `4336.00` is `4 336,00` in French, `4.336,00` in Dutch."""
    thousands, point = _SEPARATORS[language]
    body, percent = (text[:-1], "%") if text.endswith("%") else (text, "")
    sign, size = ("-", body[1:]) if body.startswith("-") else ("", body)
    whole, dot, decimals = size.replace(",", "").partition(".")
    if not whole.isdigit():
        return text
    return f"{sign}{int(whole):,}".replace(",", thousands) + (point + decimals if dot else "") + percent


def _of_whole(part_words: str, whole: Money | None, language: Language) -> str:
    return _PART[language].format(part=part_words, whole=number(str(whole), language)) if whole is not None else part_words
