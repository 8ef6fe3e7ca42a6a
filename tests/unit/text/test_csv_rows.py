"""Price lists as spreadsheets write them."""

import pytest

from engine.text.csv_rows import read_csv, with_decimal_points

COLUMNS = ("product", "price")


@pytest.mark.parametrize(
    "text",
    [
        "product,price\nA,1.50\n",
        "sep=;\nproduct;price\nA;1.50\n",
        "sep=,\nproduct,price,,\nA,1.50,,\n,,,\n\n , \n",
        "\nproduct,price\n,\nA,1.50\n",
    ],
)
def test_what_a_spreadsheet_adds_holds_nothing(text: str) -> None:
    rows, problems = read_csv("a.csv", text, COLUMNS)
    assert [(row["product"].text, row["price"].text) for row in rows] == [("A", "1.50")]
    assert problems == ()


def test_the_line_of_the_names_is_found_below_a_title() -> None:
    _, problems = read_csv("a.csv", "Our prices of 2027;;;\n;;;\nArticle;;Amounts;\nSKU;Name;Unit;Amount\nA;One;piece;1,50\n", COLUMNS)
    assert [(str(problem), problem.help) for problem in problems] == [
        (
            "a.csv:4:1: csv-columns: no line names the columns `product` and `price`",
            "write these names into this line, in place of those of its columns",
        )
    ]


@pytest.mark.parametrize(
    ("head", "told"),
    [
        ("prodcut;price", ["a.csv:1:1: there is no column `prodcut`: did you mean `product`?"]),
        ("Code articel;Prix", ["a.csv:1:1: there is no column `Code articel`: did you mean `Code article`?"]),
        ("Artikelcode;Eenheidsprjis", ["a.csv:1:13: there is no column `Eenheidsprjis`: did you mean `Eenheidsprijs`?"]),
        (
            "prodcut;sum",
            [
                "a.csv:1:1: there is no column `prodcut`: did you mean `product`?",
                "a.csv:1:1: no line names the columns `price`: write these names into this line, in place of those of its columns",
            ],
        ),
    ],
    ids=["English", "French", "Dutch", "one of two"],
)
def test_a_misspelt_name_of_a_column_has_the_name_that_was_meant(head: str, told: list[str]) -> None:
    _, problems = read_csv("a.csv", f"{head}\nA;1,50\n", COLUMNS)
    assert [f"{problem.where}: {problem.message}: {problem.help}" for problem in problems] == told


def test_rows_that_all_have_too_many_cells_are_told_once() -> None:
    rows = "".join(f"A{at};1,50;x\n" for at in range(5))
    _, problems = read_csv("a.csv", f"product;price\n{rows}", COLUMNS)
    assert [problem.message for problem in problems] == ["5 rows have 3 cells where the line of the names has 2, and this is the first"]


@pytest.mark.parametrize(
    ("text", "prices"),
    [
        ("product;price\nA;1,50\nB;1.250\n", ["1.50", "1250"]),
        ("product;price\nA;1,50\nB;1.50\n", ["1,50", "1.50"]),
        ('product,price\nA,"1,50"\n', ["1,50"]),
    ],
)
def test_decimal_commas_are_read_where_semicolons_part_the_cells_and_all_prices_have_them(text: str, prices: list[str]) -> None:
    rows, _ = read_csv("a.csv", text, COLUMNS)
    assert [cell.text for cell in with_decimal_points(text, [row["price"] for row in rows])] == prices
