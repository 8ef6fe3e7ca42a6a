"""The French and Dutch names of columns, as the lists of firms have them."""

import pytest

from api.importing.cell_values import Fields
from api.importing.column_meanings import names_of
from api.importing.csv_files import Columns, read_rows
from engine.problems import Problem
from engine.text.column_names import KnownColumns
from engine.text.csv_rows import read_csv

ORDERS = Columns(
    needed=("customer", "activated_on", "product", "quantity"), optional=("agreed_price",), names=names_of("subscriptions.csv")
)


def read(text: str) -> tuple[list[dict[str, str]], list[tuple[str, str]]]:
    """The rows of a list of orders by column, and its problems with their remedies."""
    problems: list[Problem] = []
    rows = read_rows("orders.csv", text, ORDERS, problems) or ()
    return [{name: cell.text for name, cell in row.cells.items()} for row in rows], [(one.message, one.help) for one in problems]


@pytest.mark.parametrize(
    ("name", "column"),
    [
        *[(name, "id") for name in ("N° client", "No. client", "NUMERO CLIENT", "n°client", "Nº de client", "Klantnr.", "klant-nummer")],
        *[(name, "vat_number") for name in ("N° TVA", "Numéro de TVA", "BTW-nummer", "Btw nr", "VAT number")],
        *[(name, "postcode") for name in ("Code postal", "CP", "Postcode")],
        *[(name, "town") for name in ("LOCALITE", "Gemeente")],
        ("Client", None),
        ("Klant", None),
        ("IBAN", None),
    ],
)
def test_a_name_is_understood_in_capitals_and_without_accents(name: str, column: str | None) -> None:
    known = KnownColumns(("id", "vat_number", "postcode", "town", "mandate_iban"), names_of("customers.csv"))
    assert known.meant(name) == column


def test_a_dutch_list_is_read_and_what_was_read_as_what_is_advice() -> None:
    rows, problems = read("Klantnr.;Begindatum;Artikel;Aantal;Eenheidsprijs\nK1;31/01/2027;A;2;1,50\n")
    assert rows == [{"customer": "K1", "activated_on": "2027-01-31", "product": "A", "quantity": "2", "agreed_price": "1.50"}]
    assert problems[0][0] == (
        "the names of these columns are understood: `Klantnr.` as `customer`, `Begindatum` as `activated_on`, `Artikel` as `product`, "
        "`Aantal` as `quantity` and `Eenheidsprijs` as `agreed_price`"
    )


@pytest.mark.parametrize(
    ("header", "message", "remedy"),
    [
        ("N° client,Début,Article,Quantitée", "there is no column `Quantitée`", "did you mean `Quantité`?"),
        ("Klantnr.,Begindatum,Artikel,Aantall", "there is no column `Aantall`", "did you mean `Aantal`?"),
        ("N° client,Début,Code,Qté", "the column `Code article` is missing", "add it to this line: N° client, Début, Code article, Qté"),
        (
            "N° client,Code client,Début,Article,Qté",
            "`N° client` and `Code client` both mean the column `customer`",
            "write `customer` in place of the one that is meant, or delete the other column",
        ),
        (
            "Firma,Datum",
            "the columns `customer`, `activated_on`, `product` and `quantity` are missing",
            "write the names of the columns into this line: customer, activated_on, product, quantity",
        ),
    ],
)
def test_what_is_not_understood_is_told_in_the_language_of_the_list(header: str, message: str, remedy: str) -> None:
    _, problems = read(f"{header}\n")
    assert (message, remedy) in problems


def test_two_columns_of_one_meaning_are_told_at_the_second() -> None:
    problems: list[Problem] = []
    assert read_rows("orders.csv", "Klantnr.,Klantcode,Begindatum,Artikel,Aantal\nK1,K1,2027-01-01,A,1\n", ORDERS, problems) is None
    assert [str(problem.where) for problem in problems if problem.stops] == ["orders.csv:1:10"]


def test_a_column_of_our_own_name_takes_precedence() -> None:
    rows, problems = read("customer,N° client,activated_on,product,quantity\nC1,7,2027-01-01,A,1\n")
    assert rows[0]["customer"] == "C1"
    assert problems == [("the column `N° client` is not read", "nothing needs to be done; the import ignores it")]


def test_an_empty_cell_is_told_by_the_name_of_the_list() -> None:
    problems: list[Problem] = []
    (row,) = read_rows("orders.csv", "N° client,Début,Article,Qté\nC1,,A,1\n", ORDERS, problems) or ()
    Fields(row, problems).day("activated_on")
    assert problems[-1].message == "`Début` is empty"


@pytest.mark.parametrize(
    ("header", "codes"),
    [("Code;Désignation;Prix", ["columns-read"]), ("Artikel;Naam;Eenheidsprijs", ["columns-read"]), ("product;Prix;price", [])],
)
def test_a_price_list_has_the_usual_names(header: str, codes: list[str]) -> None:
    rows, problems = read_csv("tarif.csv", f"{header}\nA;1;1\n", ("product", "price"))
    assert (rows[0]["product"].text, rows[0]["price"].text, [problem.code for problem in problems]) == ("A", "1", codes)


def test_two_columns_of_prices_are_told() -> None:
    rows, problems = read_csv("tarif.csv", "Code;Prix;Tarif\nA;1;2\n", ("product", "price"))
    assert (rows, problems[0].message, str(problems[0].where)) == ((), "`Prix` and `Tarif` both mean the column `price`", "tarif.csv:1:11")
