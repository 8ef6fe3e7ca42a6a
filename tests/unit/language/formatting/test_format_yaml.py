"""Formatted YAML files: nested by two blanks, quotes and comments unchanged, columns aligned where they were aligned."""

from __future__ import annotations

from engine.language.formatting.formatter import formatted


def fmt(text: str) -> str:
    result, problems = formatted("plans/test.yaml", text)
    assert not problems
    assert formatted("plans/test.yaml", result) == (result, ())
    return result


def test_entries_are_nested_by_two_blanks() -> None:
    assert fmt("a:\n      b:\n       - c:   1\n         d: [x,y , {e: f,}]\n       -   g\nl:\n- - 1\n  - 2\n-\n  k: v\n") == (
        "a:\n  b:\n    - c: 1\n      d: [x, y, {e: f}]\n    - g\nl:\n  - - 1\n    - 2\n  - k: v\n"
    )


def test_what_a_text_is_written_as_stays() -> None:
    assert fmt("'a':  '5000'\nb: \"5000\"\nc: 5000\nd:   NO\ne: Anna  Maria\nf: \"\"\n") == (
        "'a': '5000'\nb: \"5000\"\nc: 5000\nd: NO\ne: Anna  Maria\nf: \"\"\n"
    )


def test_comments_stay_with_their_lines() -> None:
    assert fmt(
        "# yaml-language-server: $schema=x\n\n\n# head\nkind: x   # the kind\nsets: # all\n # one\n EU: [BE]\n   # below EU\n"
        " # end of sets\n\n\n# last\nz:\n  # three\n  3\n#end"
    ) == (
        "# yaml-language-server: $schema=x\n\n# head\nkind: x  # the kind\nsets:  # all\n  # one\n  EU: [BE]\n    # below EU\n"
        "  # end of sets\n\n# last\n# three\nz: 3\n#end\n"
    )


def test_brackets_are_broken_where_their_writer_broke_them() -> None:
    assert fmt("sets:\n  EU: [ AT, BE,   # first\n\n      BG,\n      ]\n") == ("sets:\n  EU: [AT, BE,  # first\n    BG]\n")
    assert fmt("rows:\n- {a: 1,\n b: {c: 2,\n d: 3}}\n") == "rows:\n  - {a: 1,\n      b: {c: 2,\n        d: 3}}\n"


def test_columns_stay_where_their_writer_made_columns_and_become_even() -> None:
    assert fmt("rows:\n  - {from: 2024-01-01, rate: 5.5%,  source: x}\n  - {from: 2024-01-01,  rate: 20%,  source: yy}\n") == (
        "rows:\n  - {from: 2024-01-01, rate: 5.5%, source: x}\n  - {from: 2024-01-01, rate: 20%,  source: yy}\n"
    )
    assert fmt("prices:\n  A:     1\n  BBBB:  22\n\n  C:  3\n") == "prices:\n  A:    1\n  BBBB: 22\n\n  C: 3\n"


def test_a_blank_too_many_makes_no_columns() -> None:
    assert fmt("a:  1\nbb: 2\nccc: 3\ndddd: 4\n") == "a: 1\nbb: 2\nccc: 3\ndddd: 4\n"
    assert fmt("rows:\n- {a: 1,  b: 2}\n- {a: 22, c: 3}\n") == "rows:\n  - {a: 1, b: 2}\n  - {a: 22, c: 3}\n"


def test_long_texts_keep_their_lines() -> None:
    assert fmt("a:\n    b: |   # why\n        one\n          two\n\n        # three\n    c: >-\n     x\n\n\n    d: |2\n       deep\n") == (
        "a:\n  # why\n  b: |\n    one\n      two\n\n    # three\n  c: >-\n    x\n\n  d: |2\n     deep\n"
    )


def test_line_ends_of_other_systems_and_a_missing_one_are_mended() -> None:
    assert fmt("\ufeffa: 1\r\nb: |\r\n  x\r\n  y") == "a: 1\nb: |\n  x\n  y\n"


def test_a_file_that_cannot_be_read_stays_as_it_was() -> None:
    text = "a:   &x 1\nb:   *x\n"
    result, problems = formatted("plans/test.yaml", text)
    assert result == text
    assert {problem.code for problem in problems} == {"yaml-anchor"}
