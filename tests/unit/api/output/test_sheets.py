"""Sheets: amounts right-aligned with their totals, exact in JSON and CSV, without formulas that a spreadsheet would run."""

import io
from datetime import date

import openpyxl

from api.output.sheets import Sheet, as_csv, as_text, as_tree, as_xlsx
from engine.money import Currency, Money, Quantity

EUR = Currency.of("EUR")


def euros(text: str) -> Money:
    return Money.parse(text, EUR)


SHEET = Sheet(
    name="report",
    columns=("who", "on", "quantity", "net"),
    rows=(
        ("=1+1", date(2027, 1, 31), Quantity.parse("1.5"), euros("-1234567.80")),
        ("Zoë, et fils", None, Quantity.whole(2), euros("0.05")),
    ),
    totals={"net": euros("-1234567.75")},
)


def test_text_is_a_table_with_right_aligned_amounts() -> None:
    assert as_text(SHEET).splitlines() == [
        "who           on          quantity            net",
        "─────────────────────────────────────────────────",
        "=1+1          2027-01-31       1.5  -1,234,567.80",
        "Zoë, et fils                     2           0.05",
        "─────────────────────────────────────────────────",
        "                                    -1,234,567.75",
    ]


def test_an_empty_sheet_says_so() -> None:
    assert as_text(Sheet(name="journal", columns=("a",), rows=(), notes=("none",))) == "journal: nothing\nnone"


def test_json_is_exact() -> None:
    assert as_tree(SHEET) == {
        "report": "report",
        "rows": [
            {"who": "=1+1", "on": "2027-01-31", "quantity": "1.5", "net": "-1234567.80"},
            {"who": "Zoë, et fils", "on": None, "quantity": "2", "net": "0.05"},
        ],
        "totals": {"net": "-1234567.75"},
    }


def test_csv_keeps_numbers_and_disarms_formulas() -> None:
    assert as_csv(SHEET) == 'who,on,quantity,net\n\'=1+1,2027-01-31,1.5,-1234567.80\n"Zoë, et fils",,2,0.05\n'


def test_a_workbook_has_numbers_days_and_text() -> None:
    page = openpyxl.load_workbook(io.BytesIO(as_xlsx(SHEET))).active
    assert page is not None
    assert [cell.data_type for cell in page[2]] == ["s", "d", "n", "n"]
    assert (page["A2"].value, page["D2"].value, page["D2"].number_format) == ("=1+1", -1234567.8, "#,##0.00")
