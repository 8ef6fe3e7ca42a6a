"""Documents are printed with the templates of the version of the rulebook under which they were issued, whatever is in force since."""

from __future__ import annotations

import shutil
from datetime import date
from io import BytesIO
from pathlib import Path

from pypdf import PdfReader

from api.desk import quoting
from api.desk.billing_run import Selection, invoices_of, issue
from api.desk.desk import Desk, open_desk
from api.desk.folder_import import import_files
from api.desk.renditions import pdf_of, print_missing, quote_pdf
from api.rulebook_folder import read_folder
from engine.documents.quote import LineRequest
from engine.money import Quantity
from engine.rulebook.reader import read_rulebook
from tests.scenario.conftest import now, put_in_force


def folder_with(root: Path, folder: Path, mark: str) -> Path:
    """The checkout's rulebook with a mark before the title of invoices and quotes."""
    for part in ("catalog", "rules", "plans", "vat", "templates"):
        shutil.copytree(root / part, folder / part)
    shutil.copy(root / "company.yaml", folder)
    for name in ("invoice", "quote"):
        template = folder / f"templates/{name}.html.j2"
        text = template.read_text(encoding="utf-8")
        template.write_text(text.replace("<h1>", f"<h1>{mark} ", 1), encoding="utf-8")
    return folder


def desk_on(url: str, folder: Path, day: date) -> Desk:
    texts = read_folder(folder)
    return open_desk(url, read_rulebook(texts), texts, today=day, now=now, author="test")


def title(pdf: bytes) -> str:
    return PdfReader(BytesIO(pdf)).pages[0].extract_text()


def test_an_invoice_has_the_templates_of_its_version_and_those_in_force_where_they_fail(root: Path, small: Path, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'desk.sqlite'}"
    marks = ("FIRST", "{{ due_onn }}", "THIRD")
    first, broken, third = (folder_with(root, tmp_path / str(at), mark) for at, mark in enumerate(marks))
    january = desk_on(url, first, date(2027, 1, 31))
    import_files(january, small)
    of_january = tuple(invoices_of(january, issue(january, Selection(due_through=january.today)).issued))
    lines = (LineRequest(product="SUB-CORE", quantity=Quantity.whole(1)),)
    with january.writing() as connection:
        buyer = quoting.buyer_of(connection, of_january[0].customer.id)
        draft, offered = (quoting.make_quote(january, connection, buyer, lines, on=january.today, is_draft=each) for each in (True, False))
    january.close()
    put_in_force(url, broken, date(2027, 2, 1))
    february = desk_on(url, broken, date(2027, 2, 1))
    (of_february, *_) = invoices_of(february, issue(february, Selection(due_through=february.today)).issued)
    february.close()
    put_in_force(url, third, date(2027, 2, 2))
    desk = desk_on(url, third, date(2027, 2, 2))
    printed = dict(print_missing(desk, [of_january[0].number, of_february.number], tmp_path / "nowhere"))
    assert "FIRST" in title(printed[of_january[0].number])
    assert "THIRD" in title(printed[of_february.number])
    assert "FIRST" in title(pdf_of(desk, of_january[1], third))
    assert "FIRST" in title(quote_pdf(desk, offered, third))
    assert "THIRD" in title(quote_pdf(desk, draft, third)), "a draft shows the templates that are being changed"
    desk.close()
