"""Which syntax an e-invoice has: UBL, or CII inside of a Factur-X for a customer that asks for it and is not reached by Peppol."""

from __future__ import annotations

from typing import Final, Literal, Protocol, get_args

from engine.documents.invoice import CreditNote, Invoice
from engine.writing.ubl import e_invoice

Syntax = Literal["ubl", "cii"]
SYNTAXES: Final[tuple[Syntax, ...]] = get_args(Syntax)


def syntax_of(document: Invoice | CreditNote) -> Syntax:
    """The syntax of the e-invoice that is issued with a document. Peppol takes UBL, whatever the customer asks for."""
    return "cii" if document.customer.e_invoice_format == "factur-x" and document.channel != "peppol" else "ubl"


def syntax_in(xml: bytes) -> Syntax:
    """The syntax of an e-invoice that was written, by its first element."""
    _, _, root = xml.removeprefix(b"<?xml").partition(b"<")
    return "cii" if root.partition(b">")[0].partition(b" ")[0].endswith(b"CrossIndustryInvoice") else "ubl"


def write(document: Invoice | CreditNote, syntax: Syntax | None = None) -> bytes:
    """The e-invoice of a document: in the syntax in which it is issued, or in another one."""
    return _writer(syntax or syntax_of(document)).write(document)


def renumbered(xml: bytes, invoice: Invoice, number: str, communication: str) -> bytes:
    """The e-invoice of an invoice as it is written with another number and payment reference."""
    return _writer(syntax_of(invoice)).renumbered(xml, invoice, number, communication)


class _Writer(Protocol):
    """A syntax: its module writes documents."""

    def write(self, document: Invoice | CreditNote) -> bytes: ...

    def renumbered(self, xml: bytes, invoice: Invoice, number: str, communication: str) -> bytes: ...


def _writer(syntax: Syntax) -> _Writer:
    if syntax == "ubl":
        return e_invoice
    from engine.writing.cii import cross_industry_invoice  # few need it

    return cross_industry_invoice
