"""No text, however broken, keeps an editor from an answer: any cursor in random texts is answered."""

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.editing.colours import coloured
from engine.editing.edited_rulebook import EditedRulebook
from engine.rulebook.reader import read_all
from tests.unit.rulebook.texts import SMALL

PIECES = st.sampled_from(
    [
        "price ",
        "table t\n",
        "  | a || b |\n",
        "when ",
        "is ",
        '"',
        "#",
        "\n",
        "  ",
        "- ",
        "{",
        "}",
        "[",
        "]",
        ": ",
        ", ",
        "kind: products",
        "é😀",
        "x",
        "customer.kind ",
        "\t",
        "|",
        "(",
        "29,00 EUR",
        "\r\n",
        "BIKE",
    ]
)
PATHS = ("rules/a.rules", "catalog/more.yaml", "catalog/books/one.csv")


@settings(max_examples=60, deadline=None)
@given(st.lists(PIECES, max_size=30).map("".join), st.sampled_from(PATHS), st.integers(1, 12), st.integers(1, 60))
def test_any_cursor_in_any_text_is_answered(text: str, path: str, line: int, column: int) -> None:
    rulebook = EditedRulebook(read_all({**SMALL, path: text}))
    completion = rulebook.complete(path, line, column)
    assert completion.column >= 1
    rulebook.meanings(path, line, column)
    rulebook.definitions(path, line, column)
    rulebook.outline(path)
    assert all(piece.length > 0 for piece in coloured(text))
