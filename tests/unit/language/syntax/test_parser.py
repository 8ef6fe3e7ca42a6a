"""Rule files become an AST with positions; a file is parsed as far as possible, and no content stops the parser."""

from datetime import date

import pytest

from engine.language.syntax import blocks, nodes, table_blocks
from engine.language.syntax.block_head import Validity
from engine.language.syntax.parser import parse_expression, parse_rules
from engine.language.syntax.table_blocks import TableBlock
from engine.problems import Span
from tests.unit.language.shop import check, reported

HERE = Span("plans/processes.yaml", 12, 9, 12, 30)


def parse(text: str) -> blocks.Module:
    """The module of a text without mistakes."""
    module, problems = parse_rules("rules/test.rules", text)
    assert reported(list(problems)) == []
    return module


def value(text: str) -> nodes.Expression:
    """The expression of a definition."""
    block = parse(f"define x : Number = {text}\n").blocks[0]
    assert isinstance(block, blocks.DefineBlock)
    return block.value


def test_the_last_line_needs_no_end() -> None:
    assert len(parse("define x : Number = 1\ndefine y : Number = 2").blocks) == 2


def test_codes_of_one_letter_and_with_hyphens_are_codes() -> None:
    node = value("f(S, SUB-A, VATEX-EU-AE)")
    assert isinstance(node, nodes.Call)
    assert [word.name for word in node.arguments if isinstance(word, nodes.Word)] == ["S", "SUB-A", "VATEX-EU-AE"]


@pytest.mark.parametrize("text", ["f(1,2)", "f(1, 2)"])
def test_arguments_with_and_without_space_are_no_decimal_comma(text: str) -> None:
    node = value(text)
    assert isinstance(node, nodes.Call)
    assert [number.digits for number in node.arguments if isinstance(number, nodes.Number)] == ["1", "2"]


def test_a_minus_between_spaces_subtracts_and_one_in_a_name_does_not() -> None:
    node = value("line.unit-price - 1")
    assert isinstance(node, nodes.Sum)
    assert node.terms[0].expression == nodes.Word("line.unit-price", Span("rules/test.rules", 1, 21, 1, 36))
    assert node.terms[1].is_subtracted


def test_long_sums_are_flat() -> None:
    node = value(" + ".join(["1"] * 150))
    assert isinstance(node, nodes.Sum)
    assert len(node.terms) == 150


def test_rounding_binds_to_the_whole_choice() -> None:
    node = value("if a then b else c * 2 rounded to euro half even")
    assert isinstance(node, nodes.Rounded)
    assert (node.to, node.mode) == ("euro", "half even")
    assert isinstance(node.expression, nodes.If)


def test_a_rounding_between_parentheses_is_a_part() -> None:
    node = value("(a * 2 rounded to cent up) + b")
    assert isinstance(node, nodes.Sum)
    assert isinstance(node.terms[0].expression, nodes.Rounded)


def test_and_binds_tighter_than_or_and_not_tighter_than_both() -> None:
    node = value("not a and b or c")
    assert isinstance(node, nodes.Or)
    first = node.parts[0]
    assert isinstance(first, nodes.And)
    assert isinstance(first.parts[0], nodes.Not)


@pytest.mark.parametrize(
    ("text", "comparison"),
    [("a is b", "="), ("a is not b", "<>"), ("a at most b", "<="), ("a at least b", ">="), ("a is at least b", ">="), ("a < b", "<")],
)
def test_comparisons_in_words_and_signs(text: str, comparison: str) -> None:
    node = value(text)
    assert isinstance(node, nodes.Compare)
    assert node.comparison == comparison


def test_durations_are_days_or_months() -> None:
    node = value("f(60 days, 2 weeks, 1 day, 3 months, 1 year)")
    assert isinstance(node, nodes.Call)
    assert [(one.count, one.unit) for one in node.arguments if isinstance(one, nodes.Duration)] == [
        (60, "days"), (14, "days"), (1, "days"), (3, "months"), (12, "months"),
    ]  # fmt: skip


def test_a_line_goes_on_over_lines_and_comments() -> None:
    module = parse(
        'define x : Number = a\n  # what comes off\n  - b\n\n  + (c  # first\n  * d)\n  rounded to unit half up\n  because "so"\n'
        "use plans,\n  catalogue\n"
    )
    block = module.blocks[0]
    assert isinstance(block, blocks.DefineBlock)
    assert isinstance(block.value, nodes.Rounded)
    assert block.head.because == nodes.TextLiteral("so", Span("rules/test.rules", 8, 11, 8, 15))
    assert [word.name for word in module.uses] == ["plans", "catalogue"]
    assert [comment.text for comment in module.comments] == ["# what comes off", "# first"]


def test_a_hash_inside_a_text_is_no_comment() -> None:
    block = parse('define x : Text = "no. #1"  # but this\n').blocks[0]
    assert isinstance(block, blocks.DefineBlock)
    assert block.value == nodes.TextLiteral("no. #1", Span("rules/test.rules", 1, 19, 1, 27))


def test_keywords_serve_as_values_where_none_is_expected() -> None:
    block = parse("table t\n  | a || r |\n  | group, price, total, month || flat |\n").blocks[0]
    assert isinstance(block, TableBlock)
    test = block.rows[0].tests[0]
    assert isinstance(test, table_blocks.Choices)
    assert [word.name for word in test.choices if isinstance(word, nodes.Word)] == ["group", "price", "total", "month"]


def test_cells_of_a_table() -> None:
    text = "table t\n  | a | b | c | valid || r | because |\n  | - | not x, y | EU except BE | until 2026-01-31 || 1 | |\n"
    text += '  | 1 .. 2, >= 5 | at most 3 | x | - || | "why" |\n'
    block = parse(text).blocks[0]
    assert isinstance(block, TableBlock)
    first, second = block.rows
    assert [type(test).__name__ for test in first.tests] == ["Anything", "Choices", "Choices", "Validity"]
    assert isinstance(first.tests[1], table_blocks.Choices)
    assert first.tests[1].is_negated
    validity = first.tests[3]
    assert isinstance(validity, Validity)
    assert validity.until is not None
    assert validity.until.day == date(2026, 1, 31)
    assert second.results[0] is None
    assert second.span == Span("rules/test.rules", 4, 3, 4, 50)


def test_the_lines_below_a_rule_belong_to_it() -> None:
    block = parse(
        "decision d\n  otherwise a\n  rule r when x then b\n    from 2026-01-01\n    overrides s\n"
        '    because "so"\n  rule s when y then c\n'
    ).blocks[0]
    assert isinstance(block, blocks.DecisionBlock)
    first, second = block.rules
    assert first.head.because is not None
    assert [word.name for word in first.head.overrides] == ["s"]
    assert first.head.validity is not None
    assert second.head.because is None
    assert block.head.because is None


def test_a_module_is_named_for_its_path() -> None:
    assert parse("").name.name == "rules.test"
    assert parse("module rules.test\n").name.name == "rules.test"


def test_all_errors_of_a_file_are_reported_at_once() -> None:
    text = (
        "prise x\n  at 3.00 EUR\n"
        "table t\n  | customer.segment || r |\n  | gold || 29,00 EUR |\n  | retail | 3.00 EUR |\n"
        "  | smb || 3.00 EUR\n  | golden || 2.00 EUR |\n"
        'discount d\n  form 2026-01-01\n  when customer.segment == gold\n  give 10% of line.list\n  becuse "x"\n'
        "define y : Money = line.lst\n"
    )
    _, problems = check(text)
    assert reported(problems) == [
        "1:1 unknown-block", "5:13 comma-in-number", "6:3 row-sides", "7:20 row-end", "10:3 unknown-clause", "11:25 unknown-sign",
        "12:24 line-ends", "13:3 unknown-clause", "8:5 unknown-value", "14:20 unknown-name",
    ]  # fmt: skip


def test_a_name_of_a_broken_block_is_not_called_unknown() -> None:
    _, problems = check("define a : Number = 3 3\ntable t\n  | customer.segment || r |\n  | gold | 3 |\ndefine b : Number = a + t.r\n")
    assert reported(problems) == ["1:23 not-expected", "4:3 row-sides"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("define x : Number = " + "(" * 100_000 + "1" + ")" * 100_000, "nested-too-deep"),
        ("define x : Number = " + "(" * 60 + "1" + ")" * 60, "nested-too-deep"),
        ("define x : Number = " + "if seller.oss then 1 else " * 150 + "2", "nested-too-deep"),
        ("define x : Bool = " + "not " * 100_000 + "seller.oss", "line-too-long"),
        ("define x : Number = " + "1 + " * 300 + "1", "nested-too-deep"),
        ("define x : Number = " + "9" * 5_000, "too-precise"),
        ("define x : Number = 1" + " " * 1_000_001, "too-long"),
        ("define x : Number = 1\x00", "hidden-character"),
        ('define x : Text = "\u202e"', "hidden-character"),
        ('define x : Text = "\ud800"', "hidden-character"),
        ("\ufeffdefine x : Number = y", "unknown-name"),
        ("define x0 : Number = 1\n" + "".join(f"define x{at + 1} : Number = x{at} + x{at}\n" for at in range(40)), "too-costly"),
        ("define x0 : Number = 1\n" + "".join(f"define x{at + 1} : Number = x{at}\n" for at in range(60)), "long-chain"),
    ],
)
def test_excess_and_hidden_characters_are_reported(text: str, code: str) -> None:
    _, problems = check(text)
    assert code in [problem.code for problem in problems]


@pytest.mark.parametrize("text", ["", "\n\n", "# only a comment", "define x : Number = 1\r\n  # c\r\n", "define\tx\t:\tNumber\t=\t1"])
def test_harmless_texts_have_no_problems(text: str) -> None:
    assert reported(check(text)[1]) == []


def test_an_expression_of_a_field_has_its_place_in_the_file() -> None:
    made, problems = parse_expression("price.date + 30 days", HERE)
    assert problems == ()
    assert isinstance(made, nodes.Sum)
    assert made.span == Span("plans/processes.yaml", 12, 9, 12, 29)


@pytest.mark.parametrize(
    ("text", "code", "column"),
    [
        ("line.net >= 5,00 EUR", "comma-in-number", 21), ("a b", "not-expected", 11), ("", "empty-expression", 9),
        ("a\nb", "one-line", 9),
        ("(a", "unclosed-parenthesis", 9),
        ('"a', "unclosed-text", 9), ("a\u200b", "hidden-character", 10), ("2027-02-30", "no-such-day", 9),
        ("(" * 60 + "1" + ")" * 60, "nested-too-deep", 59),
    ],
)  # fmt: skip
def test_a_mistake_in_an_expression_of_a_field_has_its_place_too(text: str, code: str, column: int) -> None:
    made, problems = parse_expression(text, HERE)
    assert made is None
    assert [(problem.code, problem.where and (problem.where.line, problem.where.column)) for problem in problems] == [(code, (12, column))]


def test_a_name_with_an_accent_is_corrected_to_one_that_can_be_written() -> None:
    _, problems = parse_rules("a.rules", "module a\n\ndefine x : Number = guíld-factör\n")
    assert [problem.help for problem in problems] == ["did you mean `guild-factor`?"]
