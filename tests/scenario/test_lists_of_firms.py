"""A firm imports its own lists, whose columns have French or Dutch names."""

from pathlib import Path

import pytest

from api.cli import main
from api.cli.importing import as_text
from api.desk.folder_import import import_files
from api.store import customers, orders
from engine.money import Quantity
from tests.scenario.conftest import write_folder
from tests.scenario.test_importing import JANUARY, DeskOn, mistakes

FRENCH = {
    "customers.csv": "N° client;Nom;Rue;Code postal;Localité;Pays;Langue;E-mail\nK1;Alpha;Rue 1;1000;Bruxelles;Belgique;FR;a@b.example\n",
    "subscriptions.csv": "N° client;Début;Périodicité;Article;Quantité;Prix unitaire\nK1;13/01/2027;Mensuel;SUB-WS;2;24,50\n",
}
DUTCH = {
    "customers.csv": "Klantnr.;Naam;Straat;Postcode;Gemeente;Land;Taal;E-mail\nK1;Alpha;Rue 1;1000;Bruxelles;België;Frans;a@b.example\n",
    "subscriptions.csv": "KLANTNUMMER;Begindatum;Periodiciteit;Artikel;Aantal;Eenheidsprijs\nK1;13/01/2027;Maandelijks;SUB-WS;2;24,50\n",
}


@pytest.mark.parametrize("files", [FRENCH, DUTCH], ids=["fr", "nl"])
def test_the_lists_of_a_firm_are_read_by_their_french_or_dutch_names(desk_on: DeskOn, tmp_path: Path, files: dict[str, str]) -> None:
    desk = desk_on(JANUARY)
    imported = import_files(desk, write_folder(tmp_path, files))
    first, name = files["subscriptions.csv"].splitlines()[0], files["customers.csv"].partition(";")[0]
    messages = [problem.message for problem in imported.advice if problem.code == "columns-read"]
    assert [f"`{name}` as `id`" in messages[0], f"`{first.split(';')[4]}` as `quantity`" in messages[1]] == [True, True]
    with desk.store.reading() as connection:
        customer, (order,) = customers.find(connection, ["K1"])["K1"], orders.find(connection).values()
    assert (customer.name, customer.address.town, customer.address.country, customer.language) == ("Alpha", "Bruxelles", "BE", "fr")
    (item,) = order.items
    assert (order.customer, item.product, item.quantity, str(item.negotiated_price)) == ("K1", "SUB-WS", Quantity.parse("2"), "24.50")


def test_a_quiet_import_says_nothing_of_how_it_read_the_lists(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder, database = write_folder(tmp_path, DUTCH), str(tmp_path / "desk.sqlite")
    assert main.run(("import", str(folder), "--database", database, "--today", "2027-01-13", "--quiet")) == 0
    told = capsys.readouterr()
    assert (told.err, "customers     1 new" in told.out) == ("", True)
    assert main.run(("import", str(folder), "--database", database, "--today", "2027-01-13")) == 0
    assert "columns-read" in capsys.readouterr().err


def test_a_column_of_customers_that_nothing_declares_is_told_as_stored(desk_on: DeskOn, tmp_path: Path) -> None:
    head, row, _ = FRENCH["customers.csv"].split("\n")
    files = {"customers.csv": f"{head};shops;Téléphone\n{row};2;02 555 12 34\n"}
    imported = import_files(desk_on(JANUARY), write_folder(tmp_path, files))
    assert [problem.message for problem in imported.advice if problem.code == "other-column"] == [
        "the column `Téléphone` is stored as it stands, and means nothing to the program"
    ]


def test_a_file_with_nothing_but_its_header_is_told_as_that(desk_on: DeskOn, tmp_path: Path) -> None:
    imported = import_files(desk_on(JANUARY), write_folder(tmp_path, {"customers.csv": FRENCH["customers.csv"].partition("\n")[0] + "\n"}))
    assert "no-rows" in [problem.code for problem in imported.advice]
    assert as_text(imported) == "Nothing was imported: the files have no rows."


@pytest.mark.parametrize("files", [FRENCH, DUTCH], ids=["fr", "nl"])
def test_two_columns_of_one_meaning_are_refused(desk_on: DeskOn, tmp_path: Path, files: dict[str, str]) -> None:
    text = files["customers.csv"].replace("E-mail", {FRENCH["customers.csv"]: "Code client"}.get(files["customers.csv"], "Klantcode"))
    at = text.partition("\n")[0].rindex(";") + 2
    assert mistakes(desk_on(JANUARY), write_folder(tmp_path, {"customers.csv": text})) == [f"customers.csv:1:{at}: column-meant-twice"]
