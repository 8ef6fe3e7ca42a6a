"""The title of a discount, which documents print: one text, or one by language."""

from __future__ import annotations

from engine.language.checking.scope import Scope
from engine.language.syntax.block_head import Head
from engine.language.syntax.rule_problems import CLAUSE_TWICE, UNKNOWN_NAME
from engine.language.types.value_types import EnumType
from engine.phrases import LANGUAGES, Language, named, phrase
from engine.text.nearest import suggestion


def printed_title(head: Head, scope: Scope) -> str | None:
    """The title of a block, with its texts in other languages; reports unknown and repeated languages."""
    entry = scope.vocabulary.entries.get("customer.language")
    known = entry.type.values if entry is not None and isinstance(entry.type, EnumType) else LANGUAGES
    texts: dict[Language, str] = {}
    for word, text in head.titles:
        language = next((each for each in LANGUAGES if each == word.name and each in known), None)
        if language is None:
            remedy = suggestion(word.name, known)
            scope.problems.append(UNKNOWN_NAME.at(word.span, sort=phrase("language"), name=word.name, remedy=remedy))
        elif language in texts:
            scope.problems.append(CLAUSE_TWICE.at(word.span, clause=f"title {language}"))
        else:
            texts[language] = text.text
    title = head.title.text if head.title else None
    return named(texts, title) if texts else title
