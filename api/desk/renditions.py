"""The renditions of documents: each PDF is printed once with the templates of the rulebook and stored with its hash."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from api.desk.desk import Desk
from api.desk.explaining import rulebook_by_fingerprint
from api.printing.pdf import PdfPool, PrintJob, TemplateSet, read_templates
from api.store import issued_documents, records
from api.store.quotes import StoredQuote
from engine.documents.invoice import CreditNote, Invoice
from engine.phrases import phrase
from engine.problems import Problem, Refusal
from engine.writing.html import credit_note_page, invoice_page, quote_page
from engine.writing.pages import CREDIT_NOTE_TEMPLATE, INVOICE_TEMPLATE, QUOTE_TEMPLATE


def pdf_of(desk: Desk, document: Invoice | CreditNote, rulebook_folder: Path) -> bytes:
    """The stored PDF of an issued document; printed and stored now where there is none. Refusal where it cannot be printed yet."""
    kind = "invoice" if isinstance(document, Invoice) else "credit-note"
    with desk.store.reading() as connection:
        stored = records.rendition(connection, document.number, kind)
    if stored is not None:
        return stored
    templates = read_templates(rulebook_folder)
    with PdfPool(templates) as pool:
        try:
            printed = pool.print_one(job_of(document, templates))
        except Refusal as refusal:
            raise _without_pdf(refusal.problems, [document.number]) from refusal
    with desk.store.writing() as connection:
        records.store_rendition(connection, document.number, kind, printed, at=desk.now())
    return printed


def quote_pdf(desk: Desk, quote: StoredQuote, rulebook_folder: Path) -> bytes:
    """The stored PDF of a version of a quote; printed and stored now where there is none."""
    name = f"{quote.number} version {quote.version}"
    with desk.store.reading() as connection:
        stored = records.rendition(connection, name, "quote")
    if stored is not None:
        return stored
    templates = read_templates(rulebook_folder)
    with PdfPool(templates) as pool:
        printed = pool.print_one(quote_job(desk, quote, templates))
    with desk.store.writing() as connection:
        records.store_rendition(connection, name, "quote", printed, at=desk.now())
    return printed


def print_missing(desk: Desk, numbers: Sequence[str], rulebook_folder: Path, *, workers: int = 2) -> Iterator[tuple[str, bytes]]:
    """The PDFs of invoices: first the stored ones, then the others, printed in parallel and stored one by one.

    Those that cannot be printed yet are refused together at the end.
    """
    with desk.store.reading() as connection:
        existing = records.with_rendition(connection, numbers)
        missing = issued_documents.find_invoices(connection, numbers=set(numbers) - existing)
    for number in numbers:
        if number in existing:
            with desk.store.reading() as connection:
                pdf = records.rendition(connection, number, "invoice")
            if pdf is not None:
                yield number, pdf
    if not missing:
        return
    templates, failed = read_templates(rulebook_folder), list[str]()
    problems: dict[Problem, None] = {}
    with PdfPool(templates, workers=workers) as pool:
        for number, printed in pool.print_all((invoice.number, job_of(invoice, templates)) for invoice in missing):
            if isinstance(printed, Refusal):
                problems |= dict.fromkeys(printed.problems)
                failed.append(number)
                continue
            with desk.store.writing() as connection:
                records.store_rendition(connection, number, "invoice", printed, at=desk.now())
            yield number, printed
    if failed:
        raise _without_pdf(tuple(problems), failed)


def _without_pdf(problems: Sequence[Problem], numbers: Sequence[str]) -> Refusal:
    """The refusal of documents that are issued and have no PDF yet; nothing of them changes, and they can be printed later."""
    state = phrase("issued, without a PDF: {numbers}", numbers=", ".join(numbers))
    return Refusal(tuple(problems), state, (phrase("`invoice pdf {number}`, once the template is mended", number=numbers[0]),))


def job_of(document: Invoice | CreditNote, templates: TemplateSet) -> PrintJob:
    """The print job of an issued document, dated on its issue date."""
    if isinstance(document, Invoice):
        return PrintJob(INVOICE_TEMPLATE, invoice_page(document, templates.words), document.issued_on)
    return PrintJob(CREDIT_NOTE_TEMPLATE, credit_note_page(document, templates.words), document.issued_on)


def quote_job(desk: Desk, quote: StoredQuote, templates: TemplateSet) -> PrintJob:
    """The print job of a quote, dated on its day; names are those of the rulebook that made it."""
    with desk.store.reading() as connection:
        rulebook, _ = rulebook_by_fingerprint(desk, connection, quote.quote.rulebook)
    page = quote_page(quote.quote, quote.number, rulebook, templates.words, quote.attributes)
    return PrintJob(QUOTE_TEMPLATE, page, quote.quote.on)
