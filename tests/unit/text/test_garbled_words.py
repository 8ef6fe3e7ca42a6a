"""Words whose letters were read in one encoding and written in another."""

import pytest

from engine.text.garbled_words import garbled_words
from engine.text.sources import check_characters


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("en: Société", []),
        ("en: Âge, Ânerie, Århus, château, â", []),
        ("en: SociÃ©tÃ©", ["x.yaml:1:5: garbled-word: write `Société`"]),
        ("en: lâ€™abonnement", ["x.yaml:1:5: garbled-word: write `l’abonnement`"]),
        ("# ok\nen: 5 â‚¬", ["x.yaml:2:7: garbled-word: write `€`"]),
        ("fr: {a: 'nÂ° 5'}", ["x.yaml:1:10: garbled-word: write `n°`"]),
        ("en: Soci\ufffdt\ufffd", ["x.yaml:1:5: garbled-word: type it again: its letters are lost"]),
    ],
    ids=["as it is", "such letters", "accents", "apostrophe", "euro", "degree", "lost"],
)
def test_a_garbled_word_is_told_with_what_it_was(text: str, told: list[str]) -> None:
    assert [f"{problem.where}: {problem.code}: {problem.help}" for problem in garbled_words("x.yaml", text)] == told
    assert len(check_characters("x.yaml", text)) == len(told)
