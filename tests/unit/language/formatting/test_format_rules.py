"""Formatted rule files: tables in columns, clauses indented, comments in place, conditions broken where they were broken."""

from __future__ import annotations

import re

import pytest

from engine.language.formatting.formatter import formatted


def fmt(text: str) -> str:
    result, problems = formatted("rules/test.rules", text)
    assert not problems
    assert formatted("rules/test.rules", result) == (result, ())
    return result


def test_the_pipes_of_a_table_are_aligned() -> None:
    assert fmt('table t\n |customer.segment||factor|because|\n  | retail,smb   || 1|"é"|\n  # gold\n  |gold  || 0.85  |  "日本"  |\n') == (
        "table t\n"
        "  | customer.segment || factor | because |\n"
        '  | retail, smb      || 1      | "é"     |\n'
        "  # gold\n"
        '  | gold             || 0.85   | "日本"  |\n'
    )


def test_the_rows_of_tiers_are_indented_and_may_have_empty_cells() -> None:
    assert fmt(
        "price p\n for product crm-seat\n charge per month\n graduated  tiers on line.quantity\n"
        " | up to| price per seat | flat|\n  | 10 seats |29.00 EUR| |\n | beyond | 9 EUR | 1 EUR |\n"
    ) == (
        "price p\n  for product crm-seat\n  charge per month\n  graduated tiers on line.quantity\n"
        "    | up to    | price per seat | flat  |\n"
        "    | 10 seats | 29.00 EUR      |       |\n"
        "    | beyond   | 9 EUR          | 1 EUR |\n"
    )


def test_a_cell_that_is_very_wide_juts_out_alone() -> None:
    wide = '"' + "x" * 120 + '"'
    assert fmt(f'table t\n  | line.quantity || because |\n  | > 1 || {wide} |\n  | - || "no" |\n') == (
        f'table t\n  | line.quantity || because |\n  | > 1           || {wide} |\n  | -             || "no"    |\n'
    )


@pytest.mark.parametrize(
    ("written", "shall_be"),
    [
        ("define   x:Number=1", "define x : Number = 1"),
        ("define x : Enum [a,b]=a", "define x : Enum[a, b] = a"),
        ("define x : Money = - line.list+( 2.00EUR )*3", "define x : Money = - line.list+( 2.00EUR )*3"),
        ("define x : Money = -line.list+( 2.00EUR )*3", "define x : Money = -line.list + (2.00 EUR) * 3"),
        ("define x : Money = a - -b", "define x : Money = a - -b"),
        ("define x : Percent = 5 %of 10\t%", "define x : Percent = 5% of 10%"),
        ("define x : Price[EUR per seat] = f ( a,b ) .price", "define x : Price[EUR per seat] = f(a, b).price"),
        ("define x : Bool = month of d is one of 3..5,9", "define x : Bool = month of d is one of 3 .. 5, 9"),
        ("define x : Bool = a and(b or c)", "define x : Bool = a and (b or c)"),
        ("define x : Days = 30days", "define x : Days = 30days"),
        ('fact "x" :  a  is  b', 'fact "x": a is b'),
        ('define x : Text = "two  blanks"', 'define x : Text = "two  blanks"'),
    ],
)
def test_words_are_separated_by_one_blank(written: str, shall_be: str) -> None:
    result, _ = formatted("rules/test.rules", written + "\n")
    assert result == shall_be + "\n"


def test_an_expression_is_broken_where_its_writer_broke_it() -> None:
    assert fmt("define x : Number = if a\n    then (b\n or c\n   ) else\n\n  d\n when line.net > 1 and  # why\n a\n") == (
        "define x : Number = if a\n  then (b\n    or c\n  ) else\n  d\n  when line.net > 1 and  # why\n    a\n"
    )


def test_clauses_of_one_rule_of_a_decision_are_below_it() -> None:
    assert fmt('decision d\n because "all"\n otherwise nobody\n rule a when x then y\n because "art. 9"\n dated by z\n') == (
        'decision d\n  because "all"\n  otherwise nobody\n  rule a when x then y\n    because "art. 9"\n  dated by z\n'
    )


def test_one_blank_line_parts_blocks_and_a_comment_stays_with_the_block_it_leads_to() -> None:
    assert fmt(
        "# head\n\n\nmodule rules.test\nuse a,b\n# about x\ndefine x : Number = 1\n  # end of x\n"
        "#about y\n\n  \n# still y\ndefine y : Number = 2\n\n\n  dated by z\ndefine z : Number = 3 # three"
    ) == (
        "# head\n\nmodule rules.test\nuse a, b\n\n# about x\ndefine x : Number = 1\n  # end of x\n\n"
        "#about y\n\n# still y\ndefine y : Number = 2\n\n  dated by z\n\ndefine z : Number = 3  # three\n"
    )


def test_a_comment_inside_a_row_or_a_word_stays() -> None:
    assert fmt("table t\n  | a || b |\n  | (1 # one\n   + 2 # two\n  ) || 3 | # three\n") == (
        "table t\n  | a       || b |\n  # one\n  # two\n  | (1 + 2) || 3 |  # three\n"
    )
    assert fmt("define x : Money = (a rounded to cent half  # why\n up)\n") == "# why\ndefine x : Money = (a rounded to cent half up)\n"


def test_comments_behind_lines_stay_aligned_where_they_were() -> None:
    assert (
        fmt("define x : Number = 1       # one\n  dated by z    # two\n") == "define x : Number = 1  # one\n  dated by z           # two\n"
    )
    assert fmt("define x : Number = 1 # one\n  dated by z # two\n") == "define x : Number = 1  # one\n  dated by z  # two\n"


def test_line_ends_and_marks_of_other_systems_are_mended() -> None:
    assert fmt("\ufeffdefine x : Number = 1\r\n\tdated by z\u00a0\r\n") == "define x : Number = 1\n  dated by z\n"


def test_a_file_that_cannot_be_read_stays_as_it_was() -> None:
    text = "define   x : Number = 29,00 EUR\n"
    result, problems = formatted("rules/test.rules", text)
    assert (result, [problem.code for problem in problems]) == (text, ["comma-in-number"])


def test_a_module_in_another_folder_is_formatted_too() -> None:
    assert formatted("x.rules", "module   rules.test\n") == ("module rules.test\n", ())


def test_tables_of_great_size_are_not_blown_up() -> None:
    wide = "table t\n  | a || " + " | ".join(["b"] * 60) + " |\n"
    text = wide + "".join(f"  | {at} || " + " | ".join(['"' + "x" * 90 + '"'] + ["1"] * 59) + " |\n" for at in range(40))
    result = fmt(text)
    assert len(result) < 2 * len(text)


def test_an_empty_file_and_one_of_comments_stay() -> None:
    assert [fmt(""), fmt("# a\n\n\n# b"), fmt("\n\n")] == ["", "# a\n\n# b\n", ""]


def test_a_large_table_is_formatted_like_a_small_one() -> None:
    head = "table t\n |customer.segment|valid||factor|because|\n"
    rows = [
        f' |retail,smb{at}|  from 2026-01-01|| {at}|"a | b"| # {at}\n  | not gold |-|| ||\n'.replace("||\n", "| |\n") for at in range(200)
    ]
    large, small = fmt(head + "".join(rows)).split("\n"), fmt(head + "".join(rows[:3])).split("\n")
    assert [re.sub(" +", " ", line) for line in large[:8]] == [re.sub(" +", " ", line) for line in small[:8]]
    assert large[2:4] == [
        '  | retail, smb0     | from 2026-01-01 || 0      | "a | b" |  # 0',
        "  | not gold         | -               ||        |         |",
    ]
