"""Price books and tables in a spreadsheet: exactly the changed cells are shown, and all or none are applied."""

import datetime
import io
import json
import shutil
import zipfile
from pathlib import Path

import openpyxl
import pytest

from api.cli import main


@pytest.fixture
def folder(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the checkout's rulebook that the command works on."""
    there = tmp_path / "rulebook"
    for name in ("catalog", "rules", "plans", "vat"):
        shutil.copytree(root / name, there / name)
    shutil.copy(root / "company.yaml", there)
    monkeypatch.setenv("CENTWRIGHT_RULEBOOK", str(there))
    monkeypatch.setenv("CENTWRIGHT_LANGUAGE", "en")
    return there


def exported(name: str, out: Path) -> Path:
    assert main.run(("table", "export", name, "--out", str(out), "--quiet")) == 0
    return out


def changed(file: Path, cells: dict[str, object]) -> Path:
    """A workbook as a spreadsheet saves it after somebody typed into some cells."""
    book = openpyxl.load_workbook(file)
    for address, typed in cells.items():
        book.worksheets[0][address] = typed
    book.save(file)
    return file


def imported(name: str, file: Path, capsys: pytest.CaptureFixture[str], *options: str) -> list[tuple[str, str | None, str]]:
    capsys.readouterr()
    assert main.run(("table", "import", name, str(file), "--json", *options)) == 0
    return [(one["row"], one["before"], one["after"]) for one in json.loads(capsys.readouterr().out)["changes"]]


def test_three_prices_of_forty_are_changed_and_nothing_else(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = exported("book-2026", tmp_path / "prices.xlsx")
    sheet = openpyxl.load_workbook(file).worksheets[0]
    assert (sheet.max_row, sheet.freeze_panes, sheet["D2"].number_format) == (41, "B2", "0.00####")
    assert (sheet.protection.sheet, sheet["A2"].protection.locked, sheet["D2"].protection.locked) == (True, True, False)
    assert imported("book-2026", file, capsys) == []
    where = {sheet.cell(row, 1).value: f"D{row}" for row in range(2, 42)}
    changed(file, {where["SUB-CORE"]: 92, where["SUB-SMS"]: 0.1, where["HW-RTR"]: 331.4})
    before = (folder / "catalog" / "price-books" / "book-2026.csv").read_text("utf-8")
    wanted = {("SUB-CORE", "89.00", "92.00"), ("SUB-SMS", "19.50", "0.10"), ("HW-RTR", "329.99", "331.40")}
    assert set(imported("book-2026", file, capsys)) == wanted
    assert (folder / "catalog" / "price-books" / "book-2026.csv").read_text("utf-8") == before
    assert set(imported("book-2026", file, capsys, "--apply")) == wanted
    after = (folder / "catalog" / "price-books" / "book-2026.csv").read_text("utf-8")
    assert after == before.replace("SUB-CORE,89.00", "SUB-CORE,92.00").replace("19.50", "0.10").replace("329.99", "331.40")
    assert imported("book-2026", file, capsys) == []


def test_a_list_with_decimal_commas_is_changed_in_its_own_form(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    book = folder / "catalog" / "price-books" / "book-2026.csv"
    before = "Tarif;\n" + book.read_text("utf-8").replace(",", ";").replace(".", ",")
    book.write_text(before, "utf-8")
    file = exported("book-2026", tmp_path / "prices.csv")
    file.write_text(file.read_text("utf-8").replace(",89.00", ",92.50"), "utf-8")
    assert imported("book-2026", file, capsys, "--apply") == [("SUB-CORE", "89.00", "92.50")]
    assert book.read_text("utf-8") == before.replace("SUB-CORE;89,00", "SUB-CORE;92,50")
    typed = tmp_path / "typed.csv"
    typed.write_text("product;price\nSUB-CORE;93,00\n", "utf-8")
    assert imported("book-2026", typed, capsys) == [("SUB-CORE", "92.50", "93.00")]


def test_a_derived_book_takes_its_own_exceptions_and_leaves_its_base_alone(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = exported("book-2027", tmp_path / "prices.csv")
    text = file.read_text("utf-8")
    assert "shop,91.581\n" in text
    file.write_text(text.replace("91.581", "91.60"), "utf-8")
    base = (folder / "catalog" / "price-books" / "book-2026.csv").read_bytes()
    book = folder / "catalog" / "price-books" / "book-2027.yaml"
    before = book.read_text("utf-8")
    assert imported("book-2027", file, capsys, "--apply") == [("SUB-CORE", "91.581", "91.60")]
    assert book.read_text("utf-8") == before + "prices:\n  SUB-CORE: 91.60\n"
    assert (folder / "catalog" / "price-books" / "book-2026.csv").read_bytes() == base
    file.write_text(text.replace("91.581", "91.60").replace("24.696", "25"), "utf-8")
    assert imported("book-2027", file, capsys, "--apply") == [("SUB-WS", "24.696", "25.00")]
    assert book.read_text("utf-8") == before + "prices:\n  SUB-CORE: 91.60\n  SUB-WS: 25.00\n"


def test_a_sheet_of_ods_is_imported_too(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    names = "urn:oasis:names:tc:opendocument:xmlns"
    cells = "".join(
        f"<t:table-row><t:table-cell><x:p>{product}</x:p></t:table-cell><t:table-cell><x:p>{price}</x:p></t:table-cell></t:table-row>"
        for product, price in (("product", "price"), ("SUB-WS", "25.00"))
    )
    root = f'<o:document-content xmlns:o="{names}:office:1.0" xmlns:t="{names}:table:1.0" xmlns:x="{names}:text:1.0">'
    with zipfile.ZipFile(tmp_path / "prices.ods", "w") as packed:
        packed.writestr("content.xml", f"{root}<t:table>{cells}</t:table></o:document-content>")
    assert imported("book-2027", tmp_path / "prices.ods", capsys) == [("SUB-WS", "24.696", "25.00")]


def test_a_typed_price_whose_point_may_part_thousands_is_refused_and_an_unchanged_one_is_not(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = exported("book-2027", tmp_path / "prices.csv")
    assert imported("book-2027", file, capsys) == []
    file.write_text(file.read_text("utf-8").replace("91.581", "1.250"), "utf-8")
    assert main.run(("table", "import", "book-2027", str(file))) == 1
    assert "thousands-or-decimals" in capsys.readouterr().err


def test_a_cell_of_a_decision_table_changes_its_own_text_and_columns_stay_in_place(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = exported("segment-factor", tmp_path / "factor.xlsx")
    assert imported("segment-factor", file, capsys) == []
    changed(file, {"D2": 0.8, "E3": '"Framework agreement of 2027"'})
    rules = folder / "rules" / "pricing.rules"
    before = rules.read_text("utf-8")
    result = imported("segment-factor", file, capsys, "--apply")
    assert result == [("1", "0.85", "0.8"), ("2", '"Framework agreement with chains"', '"Framework agreement of 2027"')]
    after = rules.read_text("utf-8")
    assert after.count("\n") == before.count("\n")
    assert '|| 0.8    | "Framework agreement with chains" ' in after
    assert {len(line) for line in after.splitlines() if line.startswith("  | ")} == {
        len(line) for line in before.splitlines() if line.startswith("  | ")
    }


@pytest.mark.parametrize(
    ("typed", "output"),
    [
        ("=D3*1.03", "Prices!D2: not-a-cell: this cell holds a formula"),
        ("1,250.00", "not-a-sheet-price"),
        ("89.00", "the cell holds text, no number"),
        (datetime.date(2027, 1, 1), "a date or time"),
        (True, "TRUE or FALSE"),
        (-5, "below zero"),
        (0.1234567, "Prices!D2"),
        (None, "Prices!D2"),
        (1e300, "Prices!D2"),
    ],
)
def test_what_is_no_plain_number_is_refused_with_its_address(
    typed: object, output: str, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = changed(exported("book-2026", tmp_path / "prices.xlsx"), {"D2": typed, "D3": 25})
    before = (folder / "catalog" / "price-books" / "book-2026.csv").read_bytes()
    capsys.readouterr()
    assert main.run(("table", "import", "book-2026", str(file), "--apply")) == 1
    assert output in " ".join(capsys.readouterr().err.split())
    assert (folder / "catalog" / "price-books" / "book-2026.csv").read_bytes() == before


def test_rows_that_are_unknown_twice_or_percentages_are_reported_together(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = exported("book-2026", tmp_path / "prices.xlsx")
    book = openpyxl.load_workbook(file)
    book.worksheets[0]["A3"], book.worksheets[0]["A4"] = "SUB-CORE", "SUB-AGENDAS"
    book.worksheets[0]["D5"].number_format = "0%"
    book.save(file)
    capsys.readouterr()
    assert main.run(("table", "import", "book-2026", str(file))) == 1
    output = capsys.readouterr().err
    for reported in ("Prices!A24: row-twice", "Prices!A4: unknown-row", "Prices!D5: not-a-cell"):
        assert reported in output


def test_files_that_are_no_workbook_are_refused(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("xl/worksheets/sheet1.xml", b" " * 80_000_000)
    for content, output in ((b"", "no workbook"), (b"PK\x03\x04rubbish", "no workbook"), (packed.getvalue(), "larger than any table")):
        file = tmp_path / "odd.xlsx"
        file.write_bytes(content)
        capsys.readouterr()
        assert main.run(("table", "import", "book-2026", str(file))) == 1
        assert output in capsys.readouterr().err
    assert main.run(("table", "import", "book-2026", str(tmp_path / "none.xlsx"))) == 1
    assert main.run(("table", "import", "book-2026", str(tmp_path / "none.ods"))) == 1
    assert main.run(("table", "export", "book-2025", "--out", str(tmp_path / "x.csv"))) == 1
    assert "did you mean `book-202" in capsys.readouterr().err
