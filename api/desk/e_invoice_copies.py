"""The e-invoice of an issued document: as it was stored, or written in the other syntax, where it must be valid too."""

from __future__ import annotations

from pathlib import Path

from api.desk import crediting, official_rules
from api.desk.desk import Desk
from api.desk.renditions import pdf_of, pdf_with
from api.desk.validating import NOT_VALID
from api.refusals import Conflict, unknown
from api.store import issued_documents
from engine.writing.e_invoices.syntaxes import Syntax, syntax_in, write


def e_invoice_of(desk: Desk, number: str, syntax: Syntax | None = None) -> bytes:
    """The e-invoice byte for byte as stored; in another syntax written anew, and refused with the rule that it would break."""
    with desk.store.reading() as connection:
        stored = issued_documents.stored_bytes(connection, number)
    if stored is None:
        raise unknown("invoice", number)
    if syntax in (None, syntax_in(stored[1])):
        return stored[1]
    written = write(crediting.find_document(desk, number), syntax)
    verdict = official_rules.check(desk, [written])[0]
    if not verdict.is_valid:
        raise Conflict((NOT_VALID.at(None, because=verdict.reason),), "issued", ())
    return written


def factur_x_of(desk: Desk, number: str, rulebook_folder: Path) -> bytes:
    """The PDF of a document as a Factur-X, whatever its customer asks for; it is not stored but where it is the one that was issued."""
    document, xml = crediting.find_document(desk, number), e_invoice_of(desk, number)
    if syntax_in(xml) == "cii":
        return pdf_of(desk, document, rulebook_folder)
    return pdf_with(desk, document, e_invoice_of(desk, number, "cii"), rulebook_folder)
