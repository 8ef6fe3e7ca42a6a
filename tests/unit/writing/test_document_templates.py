"""Words and templates of a rulebook are checked together, each mistake at its place."""

import pytest

from engine.problems import Refusal
from engine.writing.document_templates import check_document_templates, read_words

WORDS = "kind: words\nwords:\n  vat: {fr: TVA, nl: Btw, en: VAT}\n"


def test_words_are_read_by_language() -> None:
    assert read_words({"templates/words.yaml": WORDS})["vat"].in_("nl") == "Btw"


@pytest.mark.parametrize(
    ("sources", "place", "code"),
    [
        ({"templates/w.yaml": WORDS.replace(", en: VAT", "")}, "templates/w.yaml:3:3", "missing-key"),
        ({"templates/w.yaml": WORDS.replace("words:\n", "wrods:\n")}, "templates/w.yaml:2:1", "unknown-key"),
        ({"templates/w.yaml": WORDS, "templates/t.j2": "{{ words.vta }}"}, "templates/t.j2:1:4", "unknown-word"),
    ],
)
def test_a_mistake_has_its_place(sources: dict[str, str], place: str, code: str) -> None:
    found = [(str(problem.where), problem.code) for problem in check_document_templates(sources)]
    assert (place, code) in found


def test_words_with_a_mistake_are_not_used() -> None:
    with pytest.raises(Refusal):
        read_words({"templates/w.yaml": WORDS + "  x: {fr: a, xx: b}\n"})


def test_the_company_says_in_which_languages_words_are_needed() -> None:
    french = {"templates/w.yaml": "kind: words\nwords:\n  vat: {fr: TVA}\n", "company.yaml": "kind: company\nlanguages: [fr]\n"}
    assert check_document_templates(french) == ()
    assert read_words(french)["vat"].in_("nl") == "TVA"
    assert [problem.code for problem in check_document_templates(french | {"company.yaml": "kind: company\nlanguages: [fr, nl]\n"})] == [
        "missing-key"
    ]
