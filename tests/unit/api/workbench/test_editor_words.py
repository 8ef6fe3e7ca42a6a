"""The words that the editor completes: each once, with its kind and meaning in the reader's language."""

from pathlib import Path

from api.rulebook_folder import read_folder
from api.workbench.editor_words import editor_words
from engine.rulebook.reader import read_rulebook


def test_words_have_a_kind_and_a_meaning(root: Path) -> None:
    rulebook = read_rulebook(read_folder(root))
    english, french = editor_words(rulebook, "en"), editor_words(rulebook, "fr")
    assert len({word.name for word in english}) == len(english) == len(french) > 200
    by_name = {word.name: word for word in english}
    assert (by_name["line.quantity"].kind, by_name["line.quantity"].about) == ("Quantity", "how many units")
    assert {word.name: word for word in french}["line.quantity"].about != "how many units"
    code, product = next(iter(rulebook.products.items()))
    assert (by_name[code].kind, by_name[code].about) == ("product", product.name.in_("en"))
    assert by_name["because"].kind == "word of the rule language"
