"""Thirty-six supplies of a Belgian seller: how VAT falls on each, or why it is held; e-invoices and credit notes are valid."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from api.e_invoicing.validator import Validator
from engine import billing
from engine.documents.credit import CreditSelection
from engine.documents.invoice import CreditNote, Invoice
from engine.writing.e_invoices.addresses import is_for_peppol
from engine.writing.ubl.e_invoice import write
from tests.golden.invoices.case import bill, rulebook_for

INVESTMENTS = ("TILL", "GUIDE", "CABLING", "TRAINING")
LU = {"country": "LU", "vat-number": "LU15027442"}
FR = {"country": "FR", "vat-number": "FR40303265045"}
NO_NUMBER = {"vat-number": "", "vat-number-state": "unknown"}
PRIVATE = {"kind": "private", **NO_NUMBER}
INVALID = {"vat-number-state": "invalid"}
UNKNOWN = {"vat-number-state": "unknown"}
OSS = {"oss": "yes"}


@dataclass(frozen=True)
class Supply:
    """What is sold to whom, and what should come of it: `S21 E0` on one invoice, ` + ` between invoices, or the words of why it is held."""

    what: str
    products: str
    expected: str
    customer: dict[str, str] = field(default_factory=dict)
    seller: dict[str, str] = field(default_factory=dict)
    held: str = ""
    peppol: bool = True


SUPPLIES = (
    Supply("a service to a Belgian business", "DESK", "S21"),
    Supply("an electronic service to a Belgian business", "WORKSTATION", "S21"),
    Supply("goods to a Belgian business", "TILL", "S21"),
    Supply("books to a Belgian business", "GUIDE", "S6"),
    Supply("a service at the intermediate rate", "HEALTH", "S12"),
    Supply("an exempt course", "COURSE", "E0"),
    Supply("three rates and an exemption on one invoice", "DESK HEALTH BRAILLE COURSE", "S21 S12 S6 E0"),
    Supply("goods and books on one invoice", "TILL GUIDE", "S21 S6"),
    Supply("an electronic service to a private person", "WORKSTATION", "S21", PRIVATE, peppol=False),
    Supply("books to a private person", "GUIDE", "S6", PRIVATE, peppol=False),
    Supply("a service to a business without a VAT number", "DESK", "S21", NO_NUMBER, peppol=False),
    Supply("a service that is paid early", "DESK COURSE", "S21 E0", {"payment-terms": "early"}),
    Supply("work on property for who files returns", "CABLING", "AE0", {"files-periodic-returns": "yes"}),
    Supply("work and goods for who files returns", "CABLING TILL", "S21 AE0", {"files-periodic-returns": "yes"}),
    Supply("work on property for who files none", "CABLING", "S21", {"files-periodic-returns": "no"}),
    Supply("work on property for a small business", "CABLING", "S21", {"files-periodic-returns": "yes", "small-business": "yes"}),
    Supply("work on property for a private person", "CABLING", "S21", PRIVATE, peppol=False),
    Supply("work on property where returns are not known", "CABLING", "", held="not known if it files periodic returns"),
    Supply("work on property in France", "CABLING", "O0", FR),
    Supply("a service to a business in Luxembourg", "DESK", "AE0", LU),
    Supply("a training for a business in France", "TRAINING", "AE0", FR),
    Supply("a service to a number that nobody checked", "DESK", "", {**LU, **UNKNOWN}, held="VAT number not verified"),
    Supply("a service to a number that is invalid", "DESK", "S21", {**LU, **INVALID}),
    Supply("a service to a business in Luxembourg without a number", "DESK", "S21", {**LU, **NO_NUMBER}, peppol=False),
    Supply("an electronic service to a German below the threshold", "WORKSTATION", "S21", {"country": "DE", **PRIVATE}, peppol=False),
    Supply("an electronic service to a German in the one-stop shop", "WORKSTATION", "S19", {"country": "DE", **PRIVATE}, OSS, peppol=False),
    Supply("a service to a German in the one-stop shop", "DESK", "S21", {"country": "DE", **PRIVATE}, OSS, peppol=False),
    Supply("goods to a business in France", "TILL", "K0", FR),
    Supply("goods and a training for a business in France", "TILL TRAINING", "AE0 K0", FR),
    Supply("books to a French person", "GUIDE", "S6", {"country": "FR", **PRIVATE}, peppol=False),
    Supply("goods to Northern Ireland", "TILL", "K0", {"country": "XI", "vat-number": "XI123456782"}),
    Supply("goods to Great Britain", "TILL", "G0", {"country": "GB", "vat-number": "GB980780684"}),
    Supply("a service to a business in Switzerland", "DESK", "O0", {"country": "CH", "vat-number": "CHE-100.155.212 TVA"}),
    Supply("a service to a Swiss person", "WORKSTATION", "O0", {"country": "CH", **PRIVATE}, peppol=False),
    Supply("goods and a training for Switzerland, apart", "TILL TRAINING", "G0 + O0", {"country": "CH", "vat-number": "CHE-100.155.212"}),
    Supply("goods and a training of a small business", "TILL TRAINING", "E0", seller={"small-business": "yes"}),
)


@pytest.mark.parametrize("supply", SUPPLIES, ids=lambda supply: supply.what)
def test_vat_falls_as_the_law_says_and_every_document_is_valid(supply: Supply, validator: Validator) -> None:
    invested = [code for code in supply.products.split() if code in INVESTMENTS]
    running = [code for code in supply.products.split() if code not in INVESTMENTS]
    bought = [{"type": "subscription", "items": [{"product": code, "from": "2026-05-01"} for code in running]}] if running else []
    if invested:
        delivered = [{"event": "delivery.accepted", "on": "2026-05-20"}]
        items = [{"product": code, "payment-plan": "at-delivery"} for code in invested]
        bought.append({"type": "investment", "signed-on": "2026-05-04", "events": delivered, "items": items})
    case = {"customer": supply.customer, "seller": supply.seller, "orders": bought, "runs": [{"through": "2026-05-31"}]}
    outcome = bill(case)
    assert {str(one.held_because) for one in outcome.held} == ({supply.held} if supply.held else set())
    assert " + ".join(map(_vat, outcome.invoices)) == supply.expected
    notes = [_credited(invoice, case) for invoice in outcome.invoices]
    documents: list[Invoice | CreditNote] = [*outcome.invoices, *notes]
    assert all(is_for_peppol(document) == supply.peppol for document in documents)
    for verdict in validator.verdicts([write(document) for document in documents]):
        assert verdict.is_valid, verdict.reason


def test_there_are_thirty_six() -> None:
    assert len({supply.what for supply in SUPPLIES}) == 36


def _vat(invoice: Invoice) -> str:
    return " ".join(f"{entry.category}{entry.rate}" for entry in invoice.vat_breakdown)


def _credited(invoice: Invoice, case: dict[str, object]) -> CreditNote:
    rulebook, on = rulebook_for(case), invoice.issued_on + timedelta(days=3)
    draft = billing.credit(invoice, (), CreditSelection(whole=True), rulebook, on=on, because="Wrong price.")
    return billing.issue_credit_note(draft, rulebook, number=f"C{invoice.number}", series="credit-note", on=on)[0]
