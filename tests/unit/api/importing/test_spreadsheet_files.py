"""Files as spreadsheets write them: other separators, decimal commas, encodings, workbooks, empty rows and columns."""

import io
import zipfile
from pathlib import Path

import openpyxl
import pytest

from api.importing.cell_values import Fields
from api.importing.csv_files import Columns, decode, read_rows
from api.importing.earlier_invoices import read_earlier_invoices
from api.importing.import_folder import folder_of_contents
from api.importing.own_words import labelled, terms_named
from api.importing.workbooks import sheet_as_csv
from engine.locales import country_named, language_by_name
from engine.money import Currency
from engine.problems import Problem
from engine.rulebook.payment_terms import PaymentTerms
from engine.rulebook.yaml_model import Label
from engine.text.decimal_commas import form_of

ORDERS = Columns(needed=("customer", "activated_on", "quantity"), optional=("agreed_price", "note"))


def rows_of(text: str) -> tuple[list[list[str]], list[str]]:
    """The cells of the rows of a file, and what is said of it."""
    problems: list[Problem] = []
    rows = [[cell.text for cell in row.cells.values()] for row in read_rows("orders.csv", text, ORDERS, problems) or ()]
    return rows, [problem.message for problem in problems]


def test_semicolons_decimal_commas_and_days_first_are_read_where_the_whole_file_has_them() -> None:
    rows, said = rows_of(
        "customer;activated_on;quantity;agreed_price;note\nC1;31/01/2027;1,5;1.240,50;1,5\nC2;01/02/2027;2;1.250;12/12/2026\n"
    )
    assert rows == [["C1", "2027-01-31", "1.5", "1240.50", "1,5"], ["C2", "2027-02-01", "2", "1250", "12/12/2026"]]
    assert said == [
        "this file is read as a spreadsheet wrote it: semicolons between the cells, `1,5` as `1.5` and `31/01/2027` as `2027-01-31`"
    ]


def test_a_file_with_decimal_points_too_says_nothing_of_its_commas() -> None:
    rows, _ = rows_of("customer;activated_on;quantity\nC1;2027-01-31;1,5\nC2;2027-01-31;1.5\n")
    assert [row[2] for row in rows] == ["1,5", "1.5"]


def test_one_month_before_its_day_makes_all_days_doubtful() -> None:
    rows, _ = rows_of("customer;activated_on;quantity\nC1;01/31/2027;1\nC2;01/02/2027;1\n")
    assert [row[1] for row in rows] == ["01/31/2027", "01/02/2027"]


def test_days_whose_month_has_its_name_are_read_beside_others() -> None:
    rows, said = rows_of("customer;activated_on;quantity;note\nC1;1-feb-27;1;x\nC2;3 août 2026;1;1 feb 27 x\nC3;2027-01-31;1;x\n")
    assert [row[1] for row in rows] == ["2027-02-01", "2026-08-03", "2027-01-31"]
    assert said == ["this file is read as a spreadsheet wrote it: semicolons between the cells and `1-feb-27` as `2027-02-01`"]


@pytest.mark.parametrize(
    "above",
    [
        "Contracts on 31/12/2026;;\n;;\n",
        "Contracts, all of them\n",
        "Contract;;Billing\n",
        "sep=;\nContracts;;\n",
    ],
)
def test_titles_and_groups_above_the_names_are_not_read(above: str) -> None:
    rows, said = rows_of(f"{above}customer;activated_on;quantity\nC1;2027-01-31;1\n")
    assert rows == [["C1", "2027-01-31", "1"]]
    line = above.count("\n") + 1
    assert said == [
        f"this file is read as a spreadsheet wrote it: semicolons between the cells and the names of the columns in line {line}"
    ]


def test_names_in_two_lines_are_told_as_that() -> None:
    rows, said = rows_of("customer;;quantity\n;activated_on;\nC1;2027-01-31;1\n")
    assert (rows, said) == ([], ["the names of the columns stand in two lines: `activated_on` in the second one"])


def test_a_header_without_known_names_is_the_first_line_with_most_cells() -> None:
    _, said = rows_of("Contrats\n\nClient;Date;Nombre\n1;31/01/2027;1\n")
    assert said[-1] == "the columns `customer`, `activated_on` and `quantity` are missing"


def test_a_note_below_a_list_is_told_once() -> None:
    columns = Columns(needed=("id", "name", "street", "postcode", "town", "country"))
    problems: list[Problem] = []
    text = "id;name;street;postcode;town;country\nK1;An;Markt 1;9000;Gent;BE\nAantal;1;;;;\n"
    assert len(list(read_rows("customers.csv", text, columns, problems) or ())) == 1
    assert [(problem.code, problem.message) for problem in problems if problem.stops] == [
        ("note-row", "this row has nothing in `street`, `postcode`, `town` and `country`")
    ]


def test_a_total_is_not_read() -> None:
    rows, said = rows_of("customer,activated_on,quantity\nTotal Pierre,2027-01-31,1\nTotal,,\nSous-total 2026,,\n")
    assert rows == [["Total Pierre", "2027-01-31", "1"]]
    assert said == ["this row is a total and is not read"] * 2


@pytest.mark.parametrize(
    ("day", "price", "read"),
    [
        ("31/01/2027", "24.50", ["2027-01-31", "24.50"]),
        ("11/01/2027", "24.50", ["11/01/2027", "24.50"]),
        ("1-feb-27", "24.50", ["2027-02-01", "24.50"]),
        ("1-févr-27", "24.50", ["2027-02-01", "24.50"]),
        ("1-foo-27", "24.50", ["1-foo-27", "24.50"]),
        ("2027-01-31", '"24,50"', ["2027-01-31", "24.50"]),
        ("2027-01-31", '"1,250"', ["2027-01-31", "1,250"]),
        ("2027-01-31", '"1.250,50 €"', ["2027-01-31", "1250.50 €"]),
        ("2027-01-31", '"€ 24,50"', ["2027-01-31", "24.50 €"]),
    ],
)
def test_where_commas_part_the_cells_a_day_above_12_or_clear_decimals_say_how_it_was_written(day: str, price: str, read: list[str]) -> None:
    rows, _ = rows_of(f"customer,activated_on,quantity,agreed_price\nC1,{day},1,{price}\n")
    assert [rows[0][1], rows[0][3]] == read


@pytest.mark.parametrize(
    "text",
    [
        "sep=;\ncustomer;activated_on;quantity\nC1;2027-01-31;1\n",
        "sep=,\r\ncustomer,activated_on,quantity\r\nC1,2027-01-31,1\r\n",
        "customer,activated_on,quantity,,\nC1,2027-01-31,1,,\n,,,,\n\n,,\n",
        "\n\ncustomer,activated_on,quantity\n , ,\nC1,2027-01-31,1\n",
        "customer\tactivated_on\tquantity\nC1\t2027-01-31\t1\n",
    ],
)
def test_the_line_of_the_separator_and_empty_rows_and_columns_hold_nothing(text: str) -> None:
    assert rows_of(text)[0] == [["C1", "2027-01-31", "1"]]


def test_a_cell_too_many_is_told_if_it_holds_something() -> None:
    assert rows_of("customer,activated_on,quantity\nC1,2027-01-31,1,5\n")[1] == ["this row has 4 cells, the first line has 3"]


@pytest.mark.parametrize(("encoding", "said"), [("cp1252", "Windows-1252"), ("utf-16", "UTF-16")])
def test_the_encodings_of_windows_are_read_and_named(encoding: str, said: str) -> None:
    text, problems = decode("customers.csv", "id,name\nC1,Café du Marché\n".encode(encoding))
    assert text == "id,name\nC1,Café du Marché\n"
    assert [(problem.message, problem.stops) for problem in problems] == [
        (f"this file is read as a spreadsheet wrote it: its encoding is {said}: `Café du Marché`", False)
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("id,name\nC1,Café très bon\n".encode("cp850"), "this file is not UTF-8 text: in CP850 it would say `Café très bon` here"),
        (b"PK\x03\x04\x00", "this file is a spreadsheet or another file of the kind zip"),
        (b"%PDF-1.7", "this file is a PDF"),
        (b"id,n\xe9\x00me\n", "this file is no text: it holds the byte 0"),
    ],
)
def test_what_is_no_text_of_a_spreadsheet_is_named(content: bytes, said: str) -> None:
    assert [problem.message for problem in decode("customers.csv", content)[1]] == [said]


def test_words_of_people_stand_for_names() -> None:
    types = {"quarterly": Label.model_validate({"fr": "Trimestriel", "nl": "Driemaandelijks", "en": "Quarterly"})}
    assert [labelled(types, word) for word in ("trimestriel", "DRIEMAANDELIJKS", "quarterly", "weekly")] == ["quarterly"] * 3 + [None]
    label = {"fr": "30 jours date de facture", "nl": "30 dagen na factuurdatum", "en": "30 days from the invoice date"}
    terms = {
        "30-days": PaymentTerms.model_validate({"id": "30-days", "label": label, "days": 30}),
        "end": PaymentTerms.model_validate({"id": "end", "label": dict.fromkeys(label, "End of month"), "days": 30, "end-of-month": "yes"}),
    }
    words = ("30 dagen", "30 jours", "30", "30 D.", "30 dagen na factuurdatum", "end of month", "60 dagen", "30 dagen einde maand")
    assert [terms_named(terms, word) for word in words] == [*["30-days"] * 5, "end", None, None]
    assert [language_by_name(word) for word in ("N", "f", "NL", "Vlaams", "x")] == ["nl", "fr", "nl", "nl", None]
    assert [country_named(name) for name in ("Belgique", "België", "BELGIE", "be", "Germany", "nowhere")] == [
        *["BE"] * 4,
        "DE",
        None,
    ]


def test_an_amount_may_carry_its_currency() -> None:
    problems: list[Problem] = []
    (row,) = read_rows("orders.csv", "customer,activated_on,quantity,agreed_price\nC1,2027-01-31,1,24.50 €\n", ORDERS, problems) or ()
    assert str(Fields(row, problems).price("agreed_price", Currency.of("EUR"))) == "24.50"
    assert Fields(row, problems).price("agreed_price", Currency.of("USD")) is None
    assert [problem.code for problem in problems] == ["no-number"]


def test_a_sheet_of_an_ods_file_is_read_as_csv() -> None:
    cells = (
        '<table:table-row><table:table-cell office:value-type="string"><text:p>customer</text:p></table:table-cell>'
        '<table:table-cell office:value-type="string"><text:p>on, at</text:p></table:table-cell>'
        '<table:table-cell table:number-columns-repeated="16000"/></table:table-row>'
        '<table:table-row table:number-rows-repeated="2"><table:table-cell office:value-type="float" office:value="1240.50"/>'
        '<table:table-cell office:value-type="date" office:date-value="2027-01-31T00:00:00"/></table:table-row>'
        '<table:table-row table:number-rows-repeated="1048573"><table:table-cell/></table:table-row>'
    )
    names = "urn:oasis:names:tc:opendocument:xmlns"
    content = (
        f'<office:document-content xmlns:office="{names}:office:1.0" xmlns:table="{names}:table:1.0" xmlns:text="{names}:text:1.0">'
        f"<office:body><office:spreadsheet><table:table>{cells}</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        file.writestr("content.xml", content)
    assert sheet_as_csv("orders.ods", packed.getvalue()) == b'customer,"on, at"\n1240.5,2027-01-31\n1240.5,2027-01-31\n\n'


def sheet(*rows: list[object]) -> bytes:
    book, packed = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.worksheets[0].append(row)
    book.save(packed)
    return packed.getvalue()


def test_a_sheet_of_an_xlsx_file_is_read_as_csv() -> None:
    content = sheet(["customer", "quantity"], ["C1", 0.1], ["C2", 3])
    assert sheet_as_csv("orders.xlsx", content) == b"customer,quantity\nC1,0.1\nC2,3\n"


def test_the_bills_of_another_system_may_be_a_workbook(tmp_path: Path) -> None:
    bills, broken = tmp_path / "bills.xlsx", tmp_path / "broken.xlsx"
    bills.write_bytes(sheet(["Klantnr.", "Bedrag excl. btw"], ["K1", 94.9], ["K1", 5.1]))
    broken.write_bytes(b"PK")
    read, problems, _ = read_earlier_invoices(bills, Currency.of("EUR"))
    assert (str(read["K1"].net), [problem.code for problem in problems]) == ("100.00", ["columns-read"])
    assert [problem.code for problem in read_earlier_invoices(broken, Currency.of("EUR"))[1]] == ["not-a-workbook"]


def test_rows_of_a_sheet_that_end_with_empty_cells_are_as_wide_as_the_others() -> None:
    content = sheet(["Contracts"], ["customer", "activated_on", "quantity", "note"], ["C1", "2027-01-31", 2, "x"], ["C2", "2027-01-31", 1])
    rows, said = rows_of((sheet_as_csv("orders.xlsx", content) or b"").decode())
    assert rows == [["C1", "2027-01-31", "2", "x"], ["C2", "2027-01-31", "1", ""]]
    assert said == ["this file is read as a spreadsheet wrote it: the names of the columns in line 2"]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"<xml/>"])
def test_a_broken_workbook_is_none(content: bytes) -> None:
    assert sheet_as_csv("orders.ods", content) is None
    assert sheet_as_csv("orders.xlsx", content) is None


@pytest.mark.parametrize(
    ("texts", "read"),
    [
        (["1.250", "2,5"], ["1250", "2.5"]),
        (["1.250", "3"], ["1.250", "3"]),
        (["1 250,00", "-4,2"], ["1250.00", "-4.2"]),
        (["12,5", "12.55"], ["12,5", "12.55"]),
        (["Rue 1,5"], ["Rue 1,5"]),
    ],
)
def test_points_are_thousands_only_where_commas_are_decimals(texts: list[str], read: list[str]) -> None:
    form = form_of(texts)
    assert [form.read(text) for text in texts] == read


def ods(cells: str, rows: str = "") -> bytes:
    """A workbook of OpenDocument whose one row has these cells."""
    name, base = io.BytesIO(), "urn:oasis:names:tc:opendocument:xmlns"
    spaces = f'xmlns:table="{base}:table:1.0" xmlns:office="{base}:office:1.0" xmlns:text="{base}:text:1.0"'
    with zipfile.ZipFile(name, "w") as packed:
        packed.writestr(
            "content.xml", f"<office:x {spaces}><table:table><table:table-row {rows}>{cells}</table:table-row></table:table></office:x>"
        )
    return name.getvalue()


HUGE = '<table:table-cell office:value-type="float" office:value="{}"/>'
LONG = f'<table:table-cell table:number-columns-repeated="200"><text:p>{"x" * 5_000}</text:p></table:table-cell>'


@pytest.mark.parametrize("number", ["1e50000000", "-1e-50000000", "abc", "NaN", "Infinity"])
def test_a_workbook_with_a_number_that_no_list_has_is_none(number: str) -> None:
    assert sheet_as_csv("customers.ods", ods(HUGE.format(number))) is None


@pytest.mark.parametrize("times", ["-5000000", "0", "5000000", "x"])
def test_a_workbook_of_rows_without_end_is_none(times: str) -> None:
    assert sheet_as_csv("customers.ods", ods(HUGE.format(1), f'table:number-rows-repeated="{times}"')) is None


def test_a_workbook_that_is_too_long_or_broken_is_none() -> None:
    whole = ods(HUGE.format(1))
    assert sheet_as_csv("customers.ods", whole) == b"1\n"
    for content in (ods(LONG, 'table:number-rows-repeated="99999"'), whole.replace(b"content.xml", b"contant.xml"), whole[:60]):
        assert sheet_as_csv("customers.ods", content) is None


def test_a_workbook_without_a_sheet_or_with_damaged_bytes_is_none() -> None:
    whole = io.BytesIO()
    openpyxl.Workbook().save(whole)
    damaged = whole.getvalue()
    at = damaged.index(b"xl/worksheets/sheet1.xml") + 40
    assert sheet_as_csv("customers.xlsx", damaged[:at] + b"\xff" * 20 + damaged[at + 20 :]) is None
    assert sheet_as_csv("customers.xlsx", b"PK") is None


def test_one_list_in_two_files_is_not_guessed() -> None:
    files = {"customers.csv": b"id\n", "customers.ods": ods(HUGE.format(1))}
    problems = [str(problem) for problem in folder_of_contents(files).problems]
    assert [each for each in problems if "are the same list" in each and each.startswith("customers.ods")]
