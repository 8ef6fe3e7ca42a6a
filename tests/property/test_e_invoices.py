"""E-invoices of every shape that the engine makes are valid by the official rules in both syntaxes, and say what their documents say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from decimal import Decimal
from itertools import cycle, islice
from types import ModuleType

import pytest

from api.e_invoicing.validator import Validator
from engine.documents.invoice import Invoice
from engine.documents.totals import add
from engine.money import Money
from engine.stages.invoicing.drafting import payment_reference
from engine.writing.cii import cross_industry_invoice as cii
from engine.writing.e_invoices.addresses import is_for_peppol
from engine.writing.ubl import e_invoice as ubl
from tests.property import cii_reader, invoice_reader
from tests.property.invoice_reader import ReadDocument
from tests.property.random_invoices import Document, documents

SHAPES = {
    *(
        "Invoice",
        "CreditNote",
        "380",
        "386",
        "for Peppol",
        "for nobody by Peppol",
        "private",
        "business",
        "JPY",
        "USD",
        "in two currencies",
    ),
    *("S", "Z", "E", "AE", "K", "G", "O", "several rates", "discount", "early payment", "in parts", "manual line", "below zero"),
    *("instalment", "recurring", "change", "insertion", "usage", "commitment", "one-time", "bundle", "tiers", "credit by amount"),
}
"""What the drawn documents must show, so that the proof is one of every shape."""
NUMBERS = ("2027-99999", "F/2027/1", "A&B <7>", 'n° 12 "é"', "1", "眼鏡-0003", " 2027 - 8 ")
"""What numbers of documents look like, and might."""
MISSED_BY_FEW = 4
"""How many shapes may be missing among a tenth of them."""


@pytest.mark.proof
def test_documents_of_every_shape_are_valid_and_read_back(
    validator: Validator, cen_of_cii: Validator, proof_size: Callable[[int], int]
) -> None:
    seen, made = Counter[str](), 0
    drawn = documents(2027, proof_size(2000))
    while some := list(islice(drawn, 100)):
        for writer, reader, part in ((ubl, invoice_reader, some), (cii, cii_reader, some[:: 1 if proof_size(3) == 3 else 4])):
            written = [writer.write(document) for document in part]
            verdicts, by_cen = validator.verdicts(written), cen_of_cii.verdicts(written if writer is cii else [])
            for xml, verdict in (*zip(written, verdicts, strict=True), *zip(written, by_cen, strict=False)):
                assert verdict.is_valid, f"{verdict.reason}\n{xml.decode()}"
            for document, xml in zip(part, written, strict=True):
                _reads_back(document, reader.read(xml, document.currency.exponent))
        seen.update(shape for document in some for shape in _shapes(document))
        made += len(some)
    assert made >= proof_size(2000)
    missing = SHAPES - set(seen)
    assert len(missing) <= (0 if made >= 2000 else MISSED_BY_FEW), f"no document shows {missing}; {seen}"


@pytest.mark.parametrize("syntax", [ubl, cii], ids=["UBL", "CII"])
def test_an_invoice_under_another_number_is_written_as_if_it_were_made_anew(syntax: ModuleType) -> None:
    for number, invoice in zip(cycle(NUMBERS), (one for one in documents(11, 30) if isinstance(one, Invoice)), strict=False):
        named = invoice.replace(customer=invoice.customer.replace(name=invoice.number, email=invoice.communication))
        reference = payment_reference(named, number)
        anew = syntax.write(named.replace(number=number, communication=reference))
        assert syntax.renumbered(syntax.write(named), named, number, reference) == anew
        back = named.replace(number=number, communication=reference), named.number, named.communication
        assert syntax.renumbered(anew, *back) == syntax.write(named)


def _reads_back(document: Document, found: ReadDocument) -> None:
    """The totals, VAT and lines of the XML are those of the document, and add up without it."""
    assert (found.number, found.currency) == (document.number, document.currency.code)
    due = getattr(document, "due_amount", document.gross)
    assert found.stated == {
        "net": _decimal(document.net),
        "vat": _decimal(document.vat),
        "gross": _decimal(document.gross),
        "due": _decimal(due),
    }
    assert list(found.lines) == [_decimal(line.net) for line in document.lines]
    assert found.recalculated == found.lines
    rates = {(entry.category, "" if entry.category == "O" else str(entry.rate)): entry for entry in document.vat_breakdown}
    assert found.vat == {key: (_decimal(entry.base), _decimal(entry.vat)) for key, entry in rates.items()}
    assert found.bases == {key: _decimal(entry.base) for key, entry in rates.items()}
    assert sum((base for base, _ in found.vat.values()), Decimal(0)) == found.stated["net"]
    assert found.stated["net"] + found.stated["vat"] == found.stated["gross"]


def _decimal(amount: Money) -> Decimal:
    return Decimal(str(amount))


def _shapes(document: Document) -> Iterator[str]:
    yield type(document).__name__
    yield getattr(document, "type_code", "381")
    yield "for Peppol" if is_for_peppol(document) else "for nobody by Peppol"
    yield document.customer.kind
    yield document.currency.code
    if document.accounting_vat is not None:
        yield "in two currencies"
    yield from (entry.category for entry in document.vat_breakdown)
    if len({entry.rate for entry in document.vat_breakdown if entry.category == "S"}) > 1:
        yield "several rates"
    if document.base_reductions:
        yield "early payment"
    if getattr(document, "due_amounts", ()):
        yield "in parts"
    for line in document.lines:
        yield "credit by amount" if line.by_amount else line.derivation.kind if line.derivation else "one-time"
        if line.derivation is not None and line.derivation.bundle:
            yield "bundle"
        if any(reason.subject == "tier" for reason in line.reasons):
            yield "tiers"
        if line.discounts and add((each.amount for each in line.discounts), document.currency):
            yield "discount"
        if line.net.minor < 0:
            yield "below zero"
        if line.product != line.description and line.transaction.startswith("1.") and "one-time" in line.transaction:
            yield "manual line"
