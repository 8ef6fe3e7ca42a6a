"""Sentences of explanations have days and decimals as the language of the page writes them."""

import pytest

from api.pages.records.tree_view import with_figures

SENTENCE = "1286.25 EUR: 3 × 36.02 on 2027-01-31 by “List 1.5” and `0.85`, see rules/a.rules:12.5 and art. 44"


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        ("en", "1286.25 EUR: 3 × 36.02 on 31/01/2027"),
        ("nl", "1.286,25 EUR: 3 × 36,02 on 31/01/2027"),
        ("fr", "1\u00a0286,25 EUR: 3 × 36,02 on 31/01/2027"),
    ],
)
def test_decimals_of_a_sentence_are_those_of_the_language_and_quoted_text_stays(language: str, shown: str) -> None:
    assert with_figures(SENTENCE, language) == f"{shown} by “List 1.5” and `0.85`, see rules/a.rules:12.5 and art. 44"
