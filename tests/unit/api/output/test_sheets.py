"""Sheets: amounts right-aligned with their totals, exact in JSON and CSV, without formulas that a spreadsheet would run."""

import io
from datetime import date

import openpyxl
import pytest

from api.output import streamed_sheets
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


def test_yes_and_no_are_words_and_truth_values() -> None:
    sheet = Sheet(name="reports", columns=("late", "count"), rows=((True, 1), (False, 0)))
    assert as_csv(sheet) == "late,count\nyes,1\nno,0\n"
    assert as_tree(sheet)["rows"] == [{"late": True, "count": 1}, {"late": False, "count": 0}]
    assert [as_text(sheet, language).splitlines()[2].split()[0] for language in ("en", "fr", "nl")] == ["yes", "oui", "ja"]
    page = openpyxl.load_workbook(io.BytesIO(as_xlsx(sheet))).active
    assert page is not None
    assert [cell.value for row in page.iter_rows(min_row=2) for cell in row] == [True, 1, False, 0]


def test_a_list_longer_than_a_page_of_a_workbook_goes_on_on_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streamed_sheets, "MOST_ROWS", 2)
    for rows, pages in ((0, [[]]), (2, [[0, 1]]), (5, [[0, 1], [2, 3], [4]])):
        parts = streamed_sheets.xlsx_parts("rows", ("at",), ((at,) for at in range(rows)), "en")
        book = openpyxl.load_workbook(io.BytesIO(b"".join(parts)))
        assert [[row[0] for row in page.iter_rows(min_row=2, values_only=True)] for page in book] == pages


def test_a_workbook_has_numbers_days_and_text() -> None:
    page = openpyxl.load_workbook(io.BytesIO(as_xlsx(SHEET))).active
    assert page is not None
    assert [cell.data_type for cell in page[2]] == ["s", "d", "n", "n"]
    assert (page["A2"].value, page["D2"].value, page["D2"].number_format) == ("=1+1", -1234567.8, "#,##0.00")
