"""PDFs of documents at the desk: each made once with the templates of the rulebook, kept with its hash, and given again as it was."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from api.desk.desk import Desk
from api.printing.pdf import PdfPool, PrintJob, TemplateSet, read_templates
from api.store import issued_documents, records
from api.store.quotes import StoredQuote
from engine.documents.invoice import CreditNote, Invoice
from engine.writing.html import CREDIT_NOTE_TEMPLATE, INVOICE_TEMPLATE, credit_note_page, invoice_page
from engine.writing.quote_html import QUOTE_TEMPLATE, quote_page


def pdf_of(desk: Desk, document: Invoice | CreditNote, rulebook_folder: Path) -> bytes:
    """The PDF of an issued document: the one that was made first, or one that is made now and kept."""
    kind = "invoice" if isinstance(document, Invoice) else "credit-note"
    with desk.store.reading() as connection:
        known = records.rendition(connection, document.number, kind)
    if known is not None:
        return known
    templates = read_templates(rulebook_folder)
    with PdfPool(templates) as pool:
        made = pool.print_one(job_of(document, templates))
    with desk.store.writing() as connection:
        records.keep_rendition(connection, document.number, kind, made, at=desk.now())
    return made


def quote_pdf(desk: Desk, found: StoredQuote, rulebook_folder: Path) -> bytes:
    """The PDF of a version of a quote, made once and kept."""
    name = f"{found.number} version {found.version}"
    with desk.store.reading() as connection:
        known = records.rendition(connection, name, "quote")
    if known is not None:
        return known
    templates = read_templates(rulebook_folder)
    with PdfPool(templates) as pool:
        made = pool.print_one(quote_job(desk, found, templates))
    with desk.store.writing() as connection:
        records.keep_rendition(connection, name, "quote", made, at=desk.now())
    return made


def print_missing(desk: Desk, numbers: Sequence[str], rulebook_folder: Path, *, workers: int = 2) -> Iterator[tuple[str, bytes]]:
    """The PDFs of invoices in their order: those kept already as they are, the others printed side by side and kept one by one."""
    with desk.store.reading() as connection:
        made = records.renditions_made(connection, "invoice")
        waiting = issued_documents.find_invoices(connection, numbers=set(numbers) - made)
    for number in numbers:
        if number in made:
            with desk.store.reading() as connection:
                kept = records.rendition(connection, number, "invoice")
            if kept is not None:
                yield number, kept
    if not waiting:
        return
    templates = read_templates(rulebook_folder)
    with PdfPool(templates, workers=workers) as pool:
        for number, printed in pool.print_all((invoice.number, job_of(invoice, templates)) for invoice in waiting):
            with desk.store.writing() as connection:
                records.keep_rendition(connection, number, "invoice", printed, at=desk.now())
            yield number, printed


def job_of(document: Invoice | CreditNote, templates: TemplateSet) -> PrintJob:
    """What the press needs to print an issued document, dated on its day of issue."""
    if isinstance(document, Invoice):
        return PrintJob(INVOICE_TEMPLATE, invoice_page(document, templates.words), document.issued_on)
    return PrintJob(CREDIT_NOTE_TEMPLATE, credit_note_page(document, templates.words), document.issued_on)


def quote_job(desk: Desk, found: StoredQuote, templates: TemplateSet) -> PrintJob:
    """What the press needs to print a quote, dated on its day."""
    return PrintJob(QUOTE_TEMPLATE, quote_page(found.quote, found.number, desk.rulebook, templates.words), found.quote.on)
