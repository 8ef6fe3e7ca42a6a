"""Texts by language: which a rulebook must give is the company's choice, and each that is missing or unknown is told at its place."""

from pathlib import Path

import pytest

from api.rulebook_folder import read_folder
from engine.documents.invoice import Mention
from engine.rulebook.reader import check_rulebook, read_rulebook
from engine.rulebook.yaml_model import Label
from engine.text.sources import Sources

SEGMENTS = "catalog/segments.yaml"


@pytest.fixture(scope="module")
def shipped(root: Path) -> Sources:
    return read_folder(root)


def with_languages(sources: Sources, languages: str, segments: str | None = None) -> Sources:
    company = sources["company.yaml"].replace("\ncurrency:", f"\nlanguages: {languages}\ncurrency:")
    return {**sources, "company.yaml": company, SEGMENTS: segments or sources[SEGMENTS]}


def problems(sources: Sources) -> list[tuple[str, str]]:
    return [(str(problem.where), problem.code) for problem in check_rulebook(sources) if problem.stops]


def test_a_text_is_given_in_each_language_of_the_company(shipped: Sources) -> None:
    without = shipped[SEGMENTS].replace("nl: Keten, ", "")
    misspelt = shipped[SEGMENTS].replace("nl: Keten", "nll: Keten")
    assert problems({**shipped, SEGMENTS: without}) == [(f"{SEGMENTS}:6:3", "missing-key")]
    assert problems({**shipped, SEGMENTS: misspelt}) == [(f"{SEGMENTS}:6:23", "unknown-key")]


def test_the_languages_of_the_company_are_its_choice(shipped: Sources) -> None:
    without = shipped[SEGMENTS].replace("nl: Keten, ", "")
    assert problems(with_languages(shipped, "[fr, en]", without)) == []
    assert problems(with_languages(shipped, "[fr]")) == []
    assert [code for _, code in problems(with_languages(shipped, "[fr, dutch]"))] == ["unknown-value"]
    assert [code for _, code in problems(with_languages(shipped, "[]"))] == ["not-allowed"]


def test_the_default_written_out_means_the_same(shipped: Sources) -> None:
    assert read_rulebook(with_languages(shipped, "[fr, nl, en]")).fingerprint == read_rulebook(shipped).fingerprint


def test_customers_speak_the_languages_of_the_company(shipped: Sources) -> None:
    vocabulary = read_rulebook(with_languages(shipped, "[en, fr]")).vocabulary
    assert str(vocabulary.entries["customer.language"].type) == "Enum[en, fr]"


def test_a_label_has_its_texts_in_the_order_of_the_company_s_languages() -> None:
    label = Label.model_validate({"en": "Shop", "nl": "Winkel", "fr": "Magasin"})
    assert dict(label.texts) == {"fr": "Magasin", "nl": "Winkel", "en": "Shop"}
    assert list(label.texts) == ["fr", "nl", "en"]
    assert (label.in_("nl"), label.in_("xx")) == ("Winkel", "Magasin")
    assert label == Label.model_validate({"fr": "Magasin", "nl": "Winkel", "en": "Shop"})
    assert label != Label.model_validate({"fr": "Magasin", "nl": "Winkel", "en": "Store"})


def test_a_mention_keeps_its_form_in_json() -> None:
    mention = Mention.model_validate({"name": "law", "fr": "Selon la loi.", "nl": "Volgens de wet.", "en": "By law."})
    assert mention.model_dump_json() == '{"name":"law","fr":"Selon la loi.","nl":"Volgens de wet.","en":"By law."}'
    assert mention.in_("nl") == "Volgens de wet."
