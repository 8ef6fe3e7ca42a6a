"""The renditions of documents: each PDF is printed once with the templates of the rulebook that it names, and stored with its hash."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Final

from api.desk.desk import Desk
from api.desk.explaining import rulebook_by_fingerprint
from api.printing import factur_x
from api.printing.pdf import PdfPool, TemplateSet, read_templates
from api.printing.print_job import PrintJob
from api.store import customers, issued_documents, opportunities, records, rulebooks
from api.store.quotes import StoredQuote
from api.store.sql import Reading
from engine.documents.invoice import CreditNote, DraftInvoice, Invoice
from engine.documents.order import Order
from engine.documents.party import Customer
from engine.phrases import phrase, say
from engine.problems import Problem, Refusal
from engine.writing.document_rules import Occasion, compose
from engine.writing.draft_html import draft_page
from engine.writing.e_invoices.syntaxes import syntax_in
from engine.writing.html import credit_note_page, invoice_page
from engine.writing.order_html import order_confirmation_page
from engine.writing.pages import LetterPage, template_of
from engine.writing.quote_html import quote_page

_FOR_ANOTHER_PROCESS: Final = 15
"""So many documents take as long to print as another process takes to start."""


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A document without a PDF: its name, its kind, the rulebook that it names, and how it is printed with templates."""

    name: str
    kind: str
    rulebook: str
    job: Callable[[TemplateSet], PrintJob]
    is_stored: bool = True


def pdf_of(desk: Desk, document: Invoice | CreditNote, rulebook_folder: Path) -> bytes:
    """The stored PDF of an issued document; printed and stored now where there is none. Refusal where it cannot be printed yet."""
    with desk.store.reading() as connection:
        wanted = _wanted(connection, document)
        stored = records.rendition(connection, wanted.name, wanted.kind)
    if stored is not None:
        return stored
    printed = _print_one(desk, wanted, rulebook_folder)
    if isinstance(printed, Refusal):
        raise _without_pdf(printed.problems, [document.number]) from printed
    return printed


def pdf_with(desk: Desk, document: Invoice | CreditNote, xml: bytes, rulebook_folder: Path) -> bytes:
    """A PDF of an issued document with another e-invoice inside than the one that was issued; it is not stored."""
    kind = "invoice" if isinstance(document, Invoice) else "credit-note"
    printed = _print_one(
        desk, _Wanted(document.number, kind, document.rulebook, partial(job_of, document, xml), is_stored=False), rulebook_folder
    )
    if isinstance(printed, Refusal):
        raise printed
    return printed


def pdfs_of(desk: Desk, documents: Sequence[Invoice | CreditNote], folder: Path, *, workers: int = 2) -> dict[str, bytes | Refusal]:
    """The PDFs of issued documents by number; those that are not stored are printed together and stored."""
    result: dict[str, bytes | Refusal] = {}
    with desk.store.reading() as connection:
        wanted = {document.number: _wanted(connection, document) for document in documents}
        for number, one in wanted.items():
            stored = records.rendition(connection, number, one.kind)
            if stored is not None:
                result[number] = stored
    missing = [one for number, one in wanted.items() if number not in result]
    return result | {one.name: printed for one, printed in _print(desk, missing, folder, workers)}


def quote_pdf(desk: Desk, quote: StoredQuote, rulebook_folder: Path) -> bytes:
    """The stored PDF of a version of a quote; printed and stored now where there is none.

    That of a draft is never stored, and has the templates of the rulebook in use: those that are being changed, for example.
    """
    name = f"{quote.number} version {quote.version}"
    with desk.store.reading() as connection:
        stored = records.rendition(connection, name, "quote")
    if stored is not None:
        return stored
    is_stored = quote.state != "draft"
    rulebook = quote.quote.rulebook if is_stored else desk.rulebook.fingerprint
    wanted = _Wanted(name, "quote", rulebook, partial(quote_job, desk, quote), is_stored=is_stored)
    printed = _print_one(desk, wanted, rulebook_folder)
    if isinstance(printed, Refusal):
        raise printed
    return printed


def order_pdf(desk: Desk, order: Order, rulebook_folder: Path) -> bytes:
    """The confirmation of an order as it is now, with the templates in force; it is not stored, since an order changes."""
    with desk.store.reading() as connection:
        customer = customers.find(connection, [order.customer])[order.customer]
    return unstored_pdf(desk, order.id, "order-confirmation", partial(_order_job, desk, order, customer), rulebook_folder)


def unstored_pdf(desk: Desk, name: str, kind: str, job: Callable[[TemplateSet], PrintJob], rulebook_folder: Path) -> bytes:
    """A PDF of something that changes, with the templates in force; it is not stored."""
    printed = _print_one(desk, _Wanted(name, kind, desk.rulebook.fingerprint, job, is_stored=False), rulebook_folder)
    if isinstance(printed, Refusal):
        raise printed
    return printed


def draft_pdfs(desk: Desk, drafts: Mapping[str, DraftInvoice], on: date, rulebook_folder: Path) -> Iterator[tuple[str, bytes]]:
    """The PDFs of drafts by name, each marked as a draft across its pages: without a number, and not stored."""
    wanted = [_Wanted(name, "draft", desk.rulebook.fingerprint, partial(_draft_job, draft, on), False) for name, draft in drafts.items()]
    for one, printed in _print(desk, wanted, rulebook_folder, 2):
        if isinstance(printed, Refusal):
            raise printed
        yield one.name, printed


def print_missing(desk: Desk, numbers: Sequence[str], rulebook_folder: Path, *, workers: int = 2) -> Iterator[tuple[str, bytes]]:
    """The PDFs of invoices: first the stored ones, then the others, printed in parallel and stored one by one.

    Those that cannot be printed yet are refused together at the end.
    """
    with desk.store.reading() as connection:
        existing = records.with_rendition(connection, numbers)
        missing = [_wanted(connection, one) for one in issued_documents.find_invoices(connection, numbers=set(numbers) - existing)]
    for number in numbers:
        if number in existing:
            with desk.store.reading() as connection:
                pdf = records.rendition(connection, number, "invoice")
            if pdf is not None:
                yield number, pdf
    failed = list[str]()
    problems: dict[Problem, None] = {}
    for wanted, printed in _print(desk, missing, rulebook_folder, workers):
        if isinstance(printed, Refusal):
            problems |= dict.fromkeys(printed.problems)
            failed.append(wanted.name)
        else:
            yield wanted.name, printed
    if failed:
        raise _without_pdf(tuple(problems), failed)


def _wanted(connection: Reading, document: Invoice | CreditNote) -> _Wanted:
    kind = "invoice" if isinstance(document, Invoice) else "credit-note"
    stored = issued_documents.stored_bytes(connection, document.number)
    assert stored is not None  # it was read from the store
    return _Wanted(document.number, kind, document.rulebook, partial(job_of, document, stored[1]))


def _print_one(desk: Desk, wanted: _Wanted, folder: Path) -> bytes | Refusal:
    ((_, printed),) = _print(desk, [wanted], folder, 1)
    return printed


def _print(desk: Desk, wanted: Sequence[_Wanted], folder: Path, workers: int) -> Iterator[tuple[_Wanted, bytes | Refusal]]:
    """Prints documents, each with the templates of its own rulebook, and stores the PDFs.

    Where those fail, it is printed with the templates of the rulebook in use: what is issued must be printed some day.
    """
    by_rulebook: dict[str, list[_Wanted]] = {}
    for one in wanted:
        by_rulebook.setdefault(one.rulebook, []).append(one)
    failed: list[_Wanted] = []
    for fingerprint, some in by_rulebook.items():
        own = None if fingerprint == desk.rulebook.fingerprint else _own_templates(desk, fingerprint, folder)
        for one, printed in _print_with(desk, some, own, workers) if own else ():
            if isinstance(printed, Refusal):
                failed.append(one)
            else:
                yield one, printed
        failed += [] if own else some
    if failed:
        yield from _print_with(desk, failed, read_templates(folder, desk.sources), workers)


def _own_templates(desk: Desk, fingerprint: str, folder: Path) -> TemplateSet | None:
    """The templates of a rulebook as they were stored with it, with the images of a folder; None where it is not stored."""
    with desk.store.reading() as connection:
        texts = rulebooks.texts_of(connection, fingerprint)
    return None if texts is None else read_templates(folder, texts)


def _print_with(desk: Desk, wanted: Sequence[_Wanted], templates: TemplateSet, workers: int) -> Iterator[tuple[_Wanted, bytes | Refusal]]:
    by_name = {one.name: one for one in wanted}
    with PdfPool(templates, workers=min(workers, 1 + len(wanted) // _FOR_ANOTHER_PROCESS)) as pool:
        for name, printed in pool.print_all((one.name, one.job(templates)) for one in wanted):
            if not isinstance(printed, Refusal) and by_name[name].is_stored:
                with desk.store.writing() as connection:
                    records.store_rendition(connection, name, by_name[name].kind, printed, at=desk.now())
            yield by_name[name], printed


def _without_pdf(problems: Sequence[Problem], numbers: Sequence[str]) -> Refusal:
    """The refusal of documents that are issued and have no PDF yet; nothing of them changes, and they can be printed later."""
    state = phrase("issued, without a PDF: {numbers}", numbers=", ".join(numbers))
    return Refusal(tuple(problems), state, (phrase("`invoice pdf {number}`, once the template is mended", number=numbers[0]),))


def job_of(document: Invoice | CreditNote, xml: bytes, templates: TemplateSet) -> PrintJob:
    """The print job of an issued document, dated on its issue date: a PDF for archives with the e-invoice inside."""
    page = invoice_page(document, templates.words) if isinstance(document, Invoice) else credit_note_page(document, templates.words)
    job = replace(print_job(page, _occasion_of(document), templates, document.issued_on), variant="pdf/a-3a")
    if syntax_in(xml) == "cii":
        return replace(job, attachments=((factur_x.FILE_NAME, xml),), metadata=factur_x.DESCRIPTIONS)
    return replace(job, attachments=((f"{_file_name(document.number)}.xml", xml),))


def print_job(page: LetterPage, occasion: Occasion, templates: TemplateSet, day: date) -> PrintJob:
    """The print job of a page, with the layout, paragraphs and sheets that the rules of templates/documents.yaml choose."""
    made = compose(templates.rules, occasion, template_of(occasion.document))
    return PrintJob(made.template, {**page, "opening": made.opening, "closing": made.closing}, day, before=made.before, after=made.after)


def _draft_job(draft: DraftInvoice, on: date, templates: TemplateSet) -> PrintJob:
    job = print_job(draft_page(draft, on, templates.words), _occasion_of(draft), templates, on)
    return replace(job, stamp=say(phrase("DRAFT"), draft.customer.language))


def _occasion_of(document: DraftInvoice | CreditNote) -> Occasion:
    return Occasion(
        document="invoice" if isinstance(document, DraftInvoice) else "credit-note",
        customer=document.customer,
        order_types=frozenset({document.order_type}),
        products=frozenset(line.product for line in document.lines),
    )


def _order_job(desk: Desk, order: Order, customer: Customer, templates: TemplateSet) -> PrintJob:
    products = frozenset(item.product for item in order.items)
    occasion = Occasion(document="order-confirmation", customer=customer, order_types=frozenset({order.type}), products=products)
    page = order_confirmation_page(order, customer, desk.rulebook, templates.words)
    return print_job(page, occasion, templates, order.signed_on or desk.today)


def _file_name(number: str) -> str:
    return "".join(sign if sign.isalnum() else "-" for sign in number)


def quote_job(desk: Desk, quote: StoredQuote, templates: TemplateSet) -> PrintJob:
    """The print job of a quote, dated on its day; names are those of the rulebook that made it."""
    with desk.store.reading() as connection:
        rulebook, _ = rulebook_by_fingerprint(desk, connection, quote.quote.rulebook)
        sale = opportunities.find(connection, [quote.opportunity]).get(quote.opportunity) if quote.opportunity else None
    contact = sale.owner if sale is not None else ""
    page = quote_page(quote.quote, quote.number, rulebook, templates.words, quote.attributes, contact=contact)
    occasion = Occasion(
        document="quote",
        customer=quote.quote.customer,
        order_types=frozenset(line.order_type for line in quote.quote.lines),
        products=frozenset(line.request.product for line in quote.quote.lines),
    )
    return print_job(page, occasion, templates, quote.quote.on)
