"""Number formats and plural forms of each language, by the locale that its folder in `translations/` names."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from decimal import Decimal
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final

from engine.code_lists.code_list import COUNTRIES
from engine.money import Quantity
from engine.phrases import LANGUAGES, Language, phrase, say

if TYPE_CHECKING:
    from babel import Locale

_LOCALE: Final = phrase("en_GB")
_THIN_SPACE: Final = "\N{NARROW NO-BREAK SPACE}"


def locale_of(language: Language) -> str:
    """The locale of documents in a language, such as `fr_BE`; the English one where the language names none."""
    return say(_LOCALE, language)


@cache
def separators(language: Language) -> tuple[str, str]:
    """The thousands separator and the decimal separator."""
    symbols = _parsed(language).number_symbols["latn"]
    return symbols["group"].replace(_THIN_SPACE, "\N{NO-BREAK SPACE}"), symbols["decimal"]


@lru_cache(maxsize=4096)
def is_singular(quantity: Quantity, language: Language) -> bool:
    """Whether a quantity takes the singular: 1 in English, everything below 2 in French."""
    return bool(_parsed(language).plural_form(Decimal(str(quantity).removeprefix("-"))) == "one")


def _plain(word: str) -> str:
    """A word in small letters without accents, as lists in capitals have it: `BELGIE` and `België` are one."""
    return unicodedata.normalize("NFKD", word.casefold()).encode("ascii", "ignore").decode()


@lru_cache(maxsize=512)
def country_named(name: str) -> str | None:
    """The code of a country from its name in any of the languages, or from its code, in capitals or not."""
    return _countries_by_name().get(_plain(name.strip()))


@cache
def _countries_by_name() -> Mapping[str, str]:
    """The code of each country by its name in any language, in small letters without accents; also by its code in small letters."""
    from babel import Locale  # imported when a name is looked up

    codes = {code.lower(): code for code in COUNTRIES}
    for language in LANGUAGES:
        codes |= {_plain(name): code for code, name in Locale(language).territories.items() if code in COUNTRIES}
    return codes


def language_by_name(word: str) -> Language | None:
    """The language of a word: its code in any case, its first letter, or its name in one of the languages; Belgians say `vlaams` too."""
    from babel import Locale  # imported when a name is looked up

    names = {"vlaams": "nl"} | {language: language for language in LANGUAGES} | {language[0]: language for language in LANGUAGES}
    for spoken in LANGUAGES:
        names |= {_plain(Locale(spoken).languages[language]): language for language in LANGUAGES}
    return names.get(_plain(word))


@cache
def _parsed(language: Language) -> Locale:
    from babel import Locale  # imported when a document is written

    return Locale.parse(locale_of(language))
