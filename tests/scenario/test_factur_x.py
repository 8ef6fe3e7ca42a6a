"""A customer that asks for Factur-X gets a PDF with CII inside, where it is not reached by Peppol; any document can be had as one."""

from collections.abc import Callable
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from api.cli.main import run
from api.delivery.local_access_point import local_access_point
from api.delivery.local_mail_server import local_mail_server
from api.desk import crediting
from api.desk.billing_run import issue
from api.desk.customer_changes import change
from api.desk.deliveries import deliver_again, find_message
from api.desk.desk import Desk
from api.desk.due_drafts import Selection
from api.desk.e_invoice_copies import e_invoice_of, factur_x_of
from api.desk.folder_import import import_files
from api.desk.renditions import pdf_of
from api.e_invoicing.validator import Validator
from engine.documents.credit import CreditSelection
from engine.problems import Refusal
from engine.writing.e_invoices.syntaxes import syntax_in
from tests.contract.deliveries import Worker, all_invoices, store_pdfs
from tests.scenario.conftest import CUSTOMERS, SMALL, write_folder

JANUARY = date(2027, 1, 31)
HEAD, FIRST, SECOND = CUSTOMERS.splitlines()
ASKED = f"{HEAD},e_invoice_format\n{FIRST},factur-x\n{SECOND.replace(',BE,', ',FR,').replace('BE0999910741', 'FR40303265045')},factur-x\n"


def issued(desk: Desk, folder: Path) -> dict[str, str]:
    """A run over the small company with these customers: the number of an invoice of each customer."""
    import_files(desk, write_folder(folder, SMALL | {"customers.csv": ASKED}))
    numbers = issue(desk, Selection(due_through=JANUARY)).issued
    return {crediting.find_document(desk, number).customer.id: number for number in numbers}


def test_who_asks_for_factur_x_gets_it_but_by_peppol(
    desk_on: Callable[..., Desk], tmp_path: Path, validator: Validator, root: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    desk = desk_on(JANUARY)
    numbers = issued(desk, tmp_path / "files")
    by_peppol, by_mail = numbers["K1"], numbers["K2"]
    assert [syntax_in(e_invoice_of(desk, number)) for number in (by_peppol, by_mail)] == ["ubl", "cii"]
    others = [e_invoice_of(desk, by_peppol, "cii"), e_invoice_of(desk, by_mail, "ubl")]
    assert [syntax_in(xml) for xml in others] == ["cii", "ubl"]
    note = crediting.credit(desk, by_mail, CreditSelection(whole=True))
    documents = [*others, *(e_invoice_of(desk, number) for number in (by_peppol, by_mail, note.number))]
    assert all(verdict.is_valid for verdict in validator.verdicts(documents))
    assert syntax_in(documents[-1]) == "cii"

    database = ("--database", f"sqlite:///{tmp_path / 'desk.sqlite'}")
    for number, syntax, xml in ((by_peppol, "cii", others[0]), (by_mail, "ubl", others[1])):
        assert run(["invoice", "show", number, "--xml", "--syntax", syntax, *database]) == 0
        assert capfdbinary.readouterr().out == xml
    assert run(["invoice", "show", by_mail, "--syntax", "ubl", *database]) == 2
    capfdbinary.readouterr()

    hybrid = pdf_of(desk, crediting.find_document(desk, by_mail), root)
    assert PdfReader(BytesIO(hybrid)).attachments == {"factur-x.xml": [e_invoice_of(desk, by_mail)]}
    assert factur_x_of(desk, by_mail, root) == hybrid
    assert PdfReader(BytesIO(factur_x_of(desk, by_peppol, root))).attachments == {"factur-x.xml": [others[0]]}
    store_pdfs(desk, [one for one in all_invoices(desk) if one != by_mail])
    store_pdfs(desk, [note.number], "credit-note")
    assert sent(desk, by_mail) == [[f"{by_mail}.pdf"]], "the XML is in the PDF, and no file of its own"


def sent(desk: Desk, number: str) -> list[list[str | None]]:
    """Asks for an invoice by Peppol too, sends what waits, and gives the names of what was attached to each mail about it."""
    with local_access_point() as reached, local_mail_server() as mails:
        worker = Worker(desk, reached, mails)
        worker.run()
        deliver_again(desk, number, by="peppol", because="tried")
        worker.run()
        held = find_message(desk, f"{number}|peppol")
        assert str(held["held_because"]).startswith("Peppol takes no Factur-X")
        return [
            [part.get_filename() for part in one.message.iter_attachments()] for one in mails.received if number in one.message["Subject"]
        ]


def test_only_formats_that_there_are_can_be_asked_for(desk_on: Callable[..., Desk], tmp_path: Path) -> None:
    desk = desk_on(JANUARY)
    files = SMALL | {"customers.csv": ASKED.replace("factur-x", "zugferd", 1)}
    with pytest.raises(Refusal, match="zugferd"):
        import_files(desk, write_folder(tmp_path / "wrong", files))
    issued(desk, tmp_path / "right")
    assert change(desk, "K2", {"e_invoice_format": None}, {}).e_invoice_format is None
    assert change(desk, "K2", {"e_invoice_format": "factur-x"}, {}).e_invoice_format == "factur-x"
    with pytest.raises(Refusal, match="facturx"):
        change(desk, "K2", {"e_invoice_format": "facturx"}, {})
