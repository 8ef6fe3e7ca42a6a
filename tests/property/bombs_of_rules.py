"""Hostile rule files: depth, width, chains, circles, huge numbers, tables and texts."""

from __future__ import annotations

from tests.property.bombs_of_yaml import Bomb

PATH = "rules/bomb.rules"
WIDE = 200


def _define(text: str, kind: str = "Number") -> str:
    return f"define x : {kind} = {text}\n"


def _ring(length: int) -> str:
    return "".join(f"define a{number} : Number = a{(number + 1) % length}\n" for number in range(length))


def _doubling(length: int) -> str:
    rows = "".join(f"define a{number} : Number = a{number - 1} + a{number - 1}\n" for number in range(1, length))
    return f"define a0 : Number = 1\n{rows}"


def _table(columns: int, rows: int) -> str:
    head = "  | " + " | ".join(["line.quantity"] * columns) + " || r |\n"
    return "table t\n" + head + ("  | " + " | ".join(["-"] * columns) + " || 1 |\n") * rows


def _wide_table() -> str:
    names = "".join(f"define n{number} : Number = {number}\n" for number in range(WIDE))
    head = "  | " + " | ".join(f"n{number}" for number in range(WIDE)) + " || r |\n"
    rows = "".join("  | " + " | ".join(str((row * number) % 7) for number in range(WIDE)) + f" || {row} |\n" for row in range(20))
    return f"{names}table t\n{head}{rows}"


def _long_cell(alternatives: int) -> str:
    cell = ", ".join(f'"c{number}"' for number in range(alternatives))
    return f"table t\n  | customer.id || r |\n  | {cell} || 1 |\n"


def _long_table(rows: int) -> str:
    made = "".join(f'  | "c{number}" || {number} |\n' for number in range(rows))
    return f"table t\n  | customer.id || r |\n{made}"


def _tiers(count: int) -> str:
    rows = "".join(f"    | {number} bikes | 1.00 EUR |\n" for number in range(1, count))
    return (
        f"price p\n  for product CARE\n  volume tiers on line.quantity\n    | up to | price per bike |\n{rows}    | beyond | 1.00 EUR |\n"
    )


def _overlapping(rows: int) -> str:
    made = "".join(f"  | >= {number}.00 EUR | > {rows - number}.00 EUR || {number} |\n" for number in range(rows))
    return f"table t\n  | quote.total | line.list || r |\n{made}"


def _discounts(count: int) -> str:
    made = "".join(f"discount d{number}\n  when line.quantity > {number}\n  give 1% off line.list\n  group g\n" for number in range(count))
    return f"stacking s\n  group g best for the customer\n  groups apply one after the other\n{made}"


def _versions(count: int) -> str:
    days = [f"{1600 + number // 12:04}-{number % 12 + 1:02}-01" for number in range(count)]
    return "".join(f"define x : Number = 1 from {day}\n  dated by price.date\n" for day in days)


def _decision(rules: int) -> str:
    made = "".join(f"  rule r{number} when quote.total > {number}.00 EUR then {number}\n" for number in range(rules))
    return f"decision d\n  otherwise 0\n{made}"


RULE_BOMBS = (
    Bomb("10000-parentheses", PATH, lambda: _define("(" * 10_000 + "1" + ")" * 10_000)),
    Bomb("4000-parentheses-left-open", PATH, lambda: _define("(" * 4_000)),
    Bomb("900000-closing-parentheses", PATH, lambda: _define(")" * 900_000)),
    Bomb("2000-nots", PATH, lambda: _define("not " * 2_000 + "seller.oss", "Bool")),
    Bomb("2000-minuses", PATH, lambda: _define("- " * 2_000 + "1")),
    Bomb("500-ifs", PATH, lambda: _define("if seller.oss then 1 else " * 380 + "1")),
    Bomb("ifs-in-conditions", PATH, lambda: _define("if " * 900 + "seller.oss" + " then 1 else 2" * 500)),
    Bomb("a-sum-of-100000-terms", PATH, lambda: _define(" + ".join(["1"] * 100_000))),
    Bomb("a-sum-over-100000-lines", PATH, lambda: "define x : Number =\n  1\n" + "  + 1\n" * 100_000),
    Bomb("a-sum-of-2000-terms", PATH, lambda: _define(" + ".join(["1"] * 2_000))),
    Bomb("a-product-of-2000-factors", PATH, lambda: _define(" * ".join(["9999999"] * 900))),
    Bomb("190-factors-of-twelve-digits", PATH, lambda: _define(" * ".join(["999999999999"] * 190))),
    Bomb("percentages-of-percentages", PATH, lambda: _define("99% of " * 190 + "line.list", "Amount")),
    Bomb("2000-ands", PATH, lambda: _define(" and ".join(["seller.oss"] * 800), "Bool")),
    Bomb("ors-of-ands", PATH, lambda: _define(" or ".join(["(seller.oss and customer.kind is private)"] * 190), "Bool")),
    Bomb("comparisons-in-a-row", PATH, lambda: _define("1 " + "< 2 " * 2_000, "Bool")),
    Bomb("doubling-chain-of-30", PATH, lambda: _doubling(30)),
    Bomb("doubling-chain-of-5000", PATH, lambda: _doubling(5_000)),
    Bomb(
        "a-chain-of-10000",
        PATH,
        lambda: "".join(f"define a{number} : Number = a{number - 1} + 1\n" for number in range(1, 10_000)) + "define a0 : Number = 1\n",
    ),
    Bomb("a-circle-of-10000", PATH, lambda: _ring(10_000)),
    Bomb("a-circle-of-2", PATH, lambda: _ring(2)),
    Bomb(
        "60-names-that-all-use-one-another",
        PATH,
        lambda: "".join(f"define a{number} : Number = {' + '.join(f'a{other}' for other in range(60))}\n" for number in range(60)),
    ),
    Bomb("one-name-20000-times", PATH, lambda: "define x : Number = 1\n" * 20_000),
    Bomb("5000-versions", PATH, lambda: _versions(5_000)),
    Bomb("a-table-of-200-columns", PATH, _wide_table),
    Bomb("a-table-of-2000-like-columns", PATH, lambda: _table(500, 5)),
    Bomb("a-table-of-20000-rows", PATH, lambda: _long_table(20_000)),
    Bomb("20000-rows-without-sides", PATH, lambda: "table t\n  | customer.id || r |\n" + "  | a | 1 |\n" * 20_000),
    Bomb("20000-rows-without-end", PATH, lambda: "table t\n  | customer.id || r |\n" + "  | a || 1\n" * 20_000),
    Bomb("rows-of-nothing-but-bars", PATH, lambda: "table t\n" + "  " + "|" * 9_000 + "\n"),
    Bomb("a-cell-of-10000-alternatives", PATH, lambda: _long_cell(10_000)),
    Bomb("a-cell-of-900-alternatives", PATH, lambda: _long_cell(900)),
    Bomb("300-overlapping-rows", PATH, lambda: _overlapping(300)),
    Bomb("800-overlapping-rows", PATH, lambda: _overlapping(800)),
    Bomb("2000-tiers", PATH, lambda: _tiers(2_000)),
    Bomb("tiers-that-never-end", PATH, lambda: _tiers(3).replace("2 bikes", "9" * 5_000 + " bikes")),
    Bomb("500-discounts", PATH, lambda: _discounts(500)),
    Bomb("a-decision-of-1000-rules", PATH, lambda: _decision(1_000)),
    Bomb("a-decision-of-300-rules-by-first-match", PATH, lambda: _decision(300).replace("decision d\n", "decision d\n  first match\n")),
    Bomb(
        "a-ladder-of-2000-rungs",
        PATH,
        lambda: "decision quote.approver\n  highest of " + " < ".join(f"r{number}" for number in range(1_200)) + "\n  otherwise r1\n",
    ),
    Bomb("a-number-of-10-to-the-400-digits", PATH, lambda: _define("9" * 9_000)),
    Bomb("a-number-with-an-exponent-in-rules", PATH, lambda: _define("1e999999")),
    Bomb("a-number-of-900000-digits", PATH, lambda: _define("9" * 900_000)),
    Bomb("a-number-with-underscores", PATH, lambda: _define("1_" * 4_000 + "1")),
    Bomb("a-number-with-points", PATH, lambda: _define("1." * 4_000 + "1")),
    Bomb("divisions-by-nothing", PATH, lambda: _define("1 / 0 / 0.000000 / (1 - 1) rounded to unit up")),
    Bomb("the-year-0", PATH, lambda: _define("0000-01-01", "Date")),
    Bomb("the-last-day-and-one-more", PATH, lambda: _define("9999-12-31 + 999999999999 days", "Date")),
    Bomb("the-first-day-and-one-less", PATH, lambda: _define("0001-01-01 - 999999 months", "Date")),
    Bomb("all-days", PATH, lambda: _define("price.date is within 0001-01-01 .. 9999-12-31", "Bool")),
    Bomb("a-block-of-all-days", PATH, lambda: "discount d\n  from 0001-01-01 until 9999-12-31\n  give 1% off line.list\n"),
    Bomb("answers-for-all-days", PATH, lambda: "answers from 0001-01-01 until 9999-12-31\n"),
    Bomb("a-line-of-900000-letters", PATH, lambda: "a" * 900_000),
    Bomb("a-name-of-9000-letters", PATH, lambda: f"define {'a' * 9_000} : Number = {'a' * 900}\n"),
    Bomb("a-name-of-points", PATH, lambda: f"define {'a.' * 4_000}a : Number = 1\n"),
    Bomb("hyphens", PATH, lambda: f"define a{'-' * 9_000}b : Number = 1\n"),
    Bomb("5-million-characters-of-rules", PATH, lambda: "define x : Number = 1\n" * 230_000),
    Bomb("a-million-characters-of-rules", PATH, lambda: "".join(f"define x{number} : Number = {number}\n" for number in range(30_000))),
    Bomb("400000-empty-lines-of-rules", PATH, lambda: "\n" * 400_000 + "define x : Number = 1\n"),
    Bomb("100000-remarks", PATH, lambda: "# remark\n" * 100_000 + "define x : Number = 1\n"),
    Bomb("100000-blocks-that-are-none", PATH, lambda: "prise x\n" * 100_000),
    Bomb("100000-quotes", PATH, lambda: '"\n' * 100_000),
    Bomb("a-quote-at-the-beginning", PATH, lambda: '"' + "define x : Number = 1\n" * 10_000),
    Bomb("a-reason-of-900000-letters", PATH, lambda: f'define x : Number = 1\n  because "{"a" * 900_000}"\n'),
    Bomb("remarks-in-texts", PATH, lambda: 'define x : Number = 1\n  because "a # b" # "c\n'),
    Bomb("tabs-in-rules", PATH, lambda: 'define\tx\t:\tNumber\t=\t1\n\tbecause\t"a"\n'),
    Bomb("no-break-spaces", PATH, lambda: 'define\u00a0x\u00a0:\u00a0Number = 1\n\u00a0\u00a0because "a"\n'),
    Bomb("nul-in-rules", PATH, lambda: "define x : Number = 1\0\n"),
    Bomb("rules-the-other-way-round", PATH, lambda: "define x : Bool = customer.segment is \u202eteelf\u202c\n"),
    Bomb("a-cyrillic-name-in-rules", PATH, lambda: "define x : Bool = customer.segment is fl\u0435et\n"),
    Bomb("zero-width-space-in-a-name", PATH, lambda: "define x\u200by : Number = 1\n"),
    Bomb("superscripts", PATH, lambda: _define("2\u00b2 + \u0663")),
    Bomb("dots-for-letters", PATH, lambda: "define x\u0131 : Number = 1\ndefine x\u0130 : Number = 1\n"),
    Bomb("signs-of-every-kind", PATH, lambda: _define("".join(chr(number) for number in range(33, 127)))),
    Bomb("words-of-the-language-only", PATH, lambda: "when if then else and or not is of to by at from until\n" * 5_000),
    Bomb("clauses-10000-times", PATH, lambda: "discount d\n" + "  give 1% off line.list\n" * 10_000),
    Bomb("a-use-of-10000-modules", PATH, lambda: "use " + ", ".join(f"a{number}" for number in range(1_200)) + "\n"),
    Bomb("modules-10000-times", PATH, lambda: "module rules.bomb\n" * 10_000),
    Bomb("a-rounding-of-roundings", PATH, lambda: _define("(" * 45 + "line.list" + " rounded to cent half up)" * 45, "Money")),
    Bomb("sums-of-sums", PATH, lambda: _define("sum of " * 500 + "line.list for lines", "Money")),
    Bomb(
        "a-bundle-of-itself",
        PATH,
        lambda: "bundle b\n  for product CARE\n  contains 1 CARE\n  sells at 1.00 EUR\n  allocate to the first part\n",
    ),
    Bomb(
        "a-bundle-of-900-parts",
        PATH,
        lambda: (
            "bundle b\n  for product CARE\n  contains "
            + ", ".join(["1 BIKE"] * 900)
            + "\n  sells at 1.00 EUR\n  allocate in proportion to list price\n"
        ),
    ),
    Bomb("facts-that-exclude-everything", PATH, lambda: 'fact "a": customer.kind is private\nfact "b": customer.kind is business\n'),
    Bomb("500-facts", PATH, lambda: "".join(f'fact "f{number}": quote.total > {number}.00 EUR\n' for number in range(500))),
    Bomb("a-table-that-asks-itself", PATH, lambda: "table t\n  | line.quantity || r |\n  | - || t(line.quantity) |\n"),
    Bomb(
        "tables-that-ask-in-a-ring",
        PATH,
        lambda: "".join(
            f"table t{number}\n  | customer.kind || r |\n  | - || t{(number + 1) % 60}(customer.kind) |\n" for number in range(60)
        ),
    ),
)
