"""An analyst changes templates/: the logo, a colour, a paragraph for one segment, the order of two columns of quotes; and nothing else."""

from __future__ import annotations

import shutil
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from api.desk.renditions import print_job
from api.printing.pdf import PdfPool, TemplateSet, read_templates
from api.printing.print_job import PrintJob
from api.rulebook_folder import read_folder
from engine import billing
from engine.documents.party import Address, Customer
from engine.documents.quote import LineRequest, QuoteRequest
from engine.money import Quantity
from engine.rulebook.reader import read_rulebook
from engine.writing.document_rules import Occasion
from engine.writing.document_templates import check_document_templates
from engine.writing.html import invoice_page
from engine.writing.quote_html import quote_page
from engine.writing.templates import fill
from tests.unit.writing.sample_documents import invoice

DAY = date(2027, 2, 1)
COLUMNS = (
    '{% if has_quantities %}<td class="figure">{{ line.quantity }}</td>{% endif %}\n\n      ',
    '{% if has_prices %}<td class="figure">{{ line.unit_price }}'
    '{% if line.price_per %}<div class="detail">{{ line.price_per }}</div>{% endif %}</td>{% endif %}\n\n      ',
)
PARAGRAPH = "  - {document: quote, when: {segments: [clinic]}, place: opening, text: {fr: Clinique, nl: Kliniek, en: For clinics}}\n"


@pytest.fixture
def folder(root: Path, tmp_path: Path) -> Path:
    """A copy of the checkout's rulebook."""
    for part in ("catalog", "rules", "plans", "vat", "templates"):
        shutil.copytree(root / part, tmp_path / part)
    shutil.copy(root / "company.yaml", tmp_path)
    return tmp_path


def change(folder: Path) -> None:
    """What the analyst changes."""
    templates = folder / "templates"
    logo, css, rules = (templates / name for name in ("logo.svg", "document.css", "documents.yaml"))
    logo.write_text('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2 1"><rect width="2" height="1" fill="#a00"/></svg>', "utf-8")
    css.write_text(
        css.read_text("utf-8").replace("h1 { font-size: 19pt; font-weight: 600; color: #1f4e5f;", "h1 { font-size: 19pt; color: #a00000;")
    )
    rules.write_text(rules.read_text("utf-8").replace("paragraphs:\n", f"paragraphs:\n{PARAGRAPH}"))
    lines = (templates / "parts/lines.html.j2").read_text("utf-8")
    quantity, price = COLUMNS
    assert quantity + price in lines
    (templates / "parts/quote-lines.html.j2").write_text(lines.replace(quantity + price, price + quantity), "utf-8")
    quote = templates / "quote.html.j2"
    quote.write_text(quote.read_text("utf-8").replace("parts/lines.html.j2", "parts/quote-lines.html.j2"), "utf-8")


def quoted(folder: Path, segment: str) -> tuple[str, PrintJob, TemplateSet]:
    """A quote to a customer of a segment: what was priced as JSON, and its print job."""
    rulebook, templates = read_rulebook(read_folder(folder)), read_templates(folder)
    address = Address(street="Place 1", postcode="1000", town="Namur", country="BE")
    customer = Customer(id="K1", name="Optique", address=address, segment=segment, language="en")
    line = LineRequest(product="SUB-EDI", quantity=Quantity.whole(3))
    quote = billing.quote(QuoteRequest(currency=rulebook.currency, customer=customer, lines=(line,), on=DAY), rulebook)
    page = quote_page(quote, "Q1", rulebook, templates.words)
    return (
        quote.model_dump_json(exclude={"rulebook"}),
        print_job(page, Occasion(document="quote", customer=customer), templates, DAY),
        templates,
    )


def test_a_change_of_templates_changes_the_quote_and_nothing_else(folder: Path) -> None:
    before = {segment: quoted(folder, segment) for segment in ("clinic", "independent")}
    bill = fill(before["clinic"][2].texts, "templates/invoice.html.j2", invoice_page(invoice("en"), before["clinic"][2].words))
    change(folder)
    assert check_document_templates(read_folder(folder)) == ()
    after = {segment: quoted(folder, segment) for segment in ("clinic", "independent")}
    assert [priced for priced, _, _ in before.values()] == [priced for priced, _, _ in after.values()]
    assert [job.page["opening"] for _, job, _ in after.values()] == [("For clinics",), ()]
    assert fill(after["clinic"][2].texts, "templates/invoice.html.j2", invoice_page(invoice("en"), after["clinic"][2].words)) == bill
    printed = list[str]()
    for _, job, templates in (before["clinic"], after["clinic"]):
        with PdfPool(templates) as pool:
            reader = PdfReader(BytesIO(pool.print_one(job)))
        drawn = reader.pages[0].get_contents()
        assert drawn is not None
        printed += [reader.pages[0].extract_text().replace("\u00a0", " "), drawn.get_data().decode("latin-1")]
    text, drawing, changed_text, changed_drawing = printed
    price = before["clinic"][1].page["lines"][0]["unit_price"]  # type: ignore[index]  # a page of a quote
    assert text.index("3 shops") < text.index(price)
    assert changed_text.index(price) < changed_text.index("3 shops")
    assert "For clinics" in changed_text.replace("\n", " ")
    assert sorted(changed_text.replace("For clinics", "").split()) == sorted(text.split())
    assert "0.627451 0 0 rg" not in drawing
    assert "0.627451 0 0 rg" in changed_drawing


def test_terms_are_appended_to_a_quote_and_count_as_its_pages(folder: Path) -> None:
    _, job, templates = quoted(folder, "independent")
    with PdfPool(templates) as pool:
        reader = PdfReader(BytesIO(pool.print_one(job)))
    assert [f"Page {at} of {len(reader.pages)}" in page.extract_text() for at, page in enumerate(reader.pages, 1)] == [True, True]
    assert "General terms" in reader.pages[-1].extract_text()
