"""The words that an editor completes and explains: those of the language, the names of the vocabulary, and those of the catalogue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from engine.language import highlighting, known_names
from engine.phrases import Language, phrase, say
from engine.rulebook.book import Rulebook

_KEYWORD: Final = phrase("word of the rule language")
_PRODUCT: Final = phrase("product")


@dataclass(frozen=True, slots=True)
class EditorWord:
    """A word: what it is, and what it means."""

    name: str
    kind: str
    about: str


def editor_words(rulebook: Rulebook, language: Language) -> list[EditorWord]:
    """All words of a rulebook, each name once; of several meanings the first counts: the vocabulary, products, lists, the language."""
    products = {code: product.name.in_(language) for code, product in rulebook.products.items()}
    words = [EditorWord(one.name, one.type, say(one.meaning, language)) for one in known_names(rulebook.checked.vocabulary)]
    words += [EditorWord(code, say(_PRODUCT, language), label) for code, label in products.items()]
    for domain, values in rulebook.checked.vocabulary.domains.items():
        words += [EditorWord(value, domain, "") for value in values]
    words += [EditorWord(word, say(_KEYWORD, language), "") for word in highlighting().words]
    return list({word.name: word for word in reversed(words)}.values())
