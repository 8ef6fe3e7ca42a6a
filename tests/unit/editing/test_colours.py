"""The colours of a rule file, with mistakes too."""

from engine.editing.colours import coloured


def test_pieces_have_the_colour_of_what_they_are() -> None:
    line = '  | chain, SUB-CORE || 0.85 | "A text, with # in it" | 29.00 EUR # a comment'
    pieces = [(line[one.column - 1 : one.column - 1 + one.length], one.kind) for one in coloured(line)]
    assert pieces == [
        ("chain", "variable"),
        ("SUB-CORE", "enumMember"),
        ("0.85", "number"),
        ('"A text, with # in it"', "string"),
        ("29.00 EUR", "number"),
        ("# a comment", "comment"),
    ]
    kinds = [one.kind for one in coloured("price x\n  wehn customer.kind is ]business\n")]
    assert kinds == ["keyword", "variable", "variable", "variable", "keyword", "variable"]


def test_lines_and_columns_begin_at_one() -> None:
    (first, second) = coloured("price\n  when")
    assert [(one.line, one.column) for one in (first, second)] == [(1, 1), (2, 3)]
