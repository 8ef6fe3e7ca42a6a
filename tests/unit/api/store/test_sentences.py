"""Sentences that are stored are read in any language: with their arguments, whatever these are, and as before without any."""

from datetime import date

import pytest
from sqlalchemy.dialects import sqlite

from api.store.sql import SentenceText
from engine.phrases import Figure, named, phrase, say, together

DIALECT = sqlite.dialect()
OF_DAY = phrase("{due}, {days} days after {issued}", due=date(2027, 3, 2), days=30, issued=date(2027, 1, 31))
NAMED = phrase("the {what} `{name}` is not in the rulebook any more", what=phrase("product"), name=named({"en": "Desk", "fr": "Bureau"}))


@pytest.mark.parametrize("sentence", [OF_DAY, NAMED, together([NAMED, OF_DAY], "; "), phrase("`{name}`", name='{"template":')])
def test_a_sentence_comes_back_in_each_language(sentence: str) -> None:
    stored = SentenceText().process_bind_param(sentence, DIALECT)
    read = SentenceText().process_result_value(stored, DIALECT)
    assert read is not None
    assert (str(read), say(read, "fr"), say(read, "nl")) == (str(sentence), say(sentence, "fr"), say(sentence, "nl"))
    assert stored == SentenceText().process_bind_param(read, DIALECT)


@pytest.mark.parametrize("text", ["the item is not active", "{braces} and a reason of somebody", "", None])
def test_a_text_without_arguments_is_stored_as_it_is(text: str | None) -> None:
    stored = SentenceText().process_bind_param(text, DIALECT)
    assert stored == text
    assert SentenceText().process_result_value(stored, DIALECT) == text


def test_figures_stay_figures() -> None:
    read = SentenceText().process_result_value(SentenceText().process_bind_param(OF_DAY, DIALECT), DIALECT)
    assert isinstance(dict(getattr(read, "words", ()))["due"], Figure)
