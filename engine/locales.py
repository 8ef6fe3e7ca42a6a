"""How each language writes numbers and plurals, by the locale that its folder in `translations/` names."""

from __future__ import annotations

from decimal import Decimal
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final

from engine.money import Quantity
from engine.phrases import Language, phrase, say

if TYPE_CHECKING:
    from babel import Locale

_LOCALE: Final = phrase("en_GB")
_THIN_SPACE: Final = "\N{NARROW NO-BREAK SPACE}"


def locale_of(language: Language) -> str:
    """The locale in which documents of a language are written, such as `fr_BE`; the English one where the language names none."""
    return say(_LOCALE, language)


@cache
def separators(language: Language) -> tuple[str, str]:
    """What stands between thousands, and before decimals."""
    symbols = _parsed(language).number_symbols["latn"]
    return symbols["group"].replace(_THIN_SPACE, "\N{NO-BREAK SPACE}"), symbols["decimal"]


@lru_cache(maxsize=4096)
def is_singular(quantity: Quantity, language: Language) -> bool:
    """Whether a thing stands in the singular beside a quantity: 1 in English, everything below 2 in French."""
    return bool(_parsed(language).plural_form(Decimal(str(quantity).removeprefix("-"))) == "one")


@cache
def _parsed(language: Language) -> Locale:
    from babel import Locale  # only who writes a document waits for it

    return Locale.parse(locale_of(language))
