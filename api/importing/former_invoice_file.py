"""Parsing open_invoices.csv: the invoices of a former system that customers have not paid in full."""

from __future__ import annotations

from collections.abc import Container, Iterable
from typing import Final

from api.importing.cell_values import Fields
from api.importing.column_meanings import names_of
from api.importing.csv_files import Columns, CsvRow
from api.importing.parsed_files import ParsedFiles, content_hash
from api.importing.party_files import customer_of, named_rows
from engine.countries.registry import country_of
from engine.documents.former_invoice import FormerInvoice
from engine.money import Money
from engine.phrases import phrase
from engine.problems import Kind
from engine.rulebook.book import Rulebook

OPEN_INVOICES: Final = Columns(
    needed=("number", "customer", "issued_on", "due_on", "gross", "open"),
    optional=("structured_communication",),
    names=names_of("open_invoices.csv"),
)
DUE_BEFORE = Kind("due-before-issue", "it is due on {due}, before it was issued", "write the day until which it must be paid")
NOT_OPEN = Kind(
    "not-open", "of {gross} nothing like {open} can be open", "write what is left to pay: not 0, not above the gross, and with its sign"
)
AFTER_CUT_OVER = Kind(
    "after-cut-over",
    "the former system issued it on {on}, and invoices are issued here from {cut_over} on",
    "leave it out, or mend the day",
)
WRONG_COMMUNICATION = Kind(
    "wrong-communication", "the digits of the structured communication `{text}` do not fit together", "copy it again from the invoice"
)
COMMUNICATION_TWICE = Kind(
    "communication-twice", "line {line} has this structured communication too", "copy both again: a payment must name one invoice"
)
_NUMBER: Final = (r"[^\s].{0,59}", phrase("a number"), phrase("the number that stands on the invoice"))
_COMMUNICATION: Final = r"[A-Za-z0-9+*/ .-]{4,40}"


def read_former_invoices(rows: Iterable[CsvRow], rulebook: Rulebook, customers: Container[str], parsed: ParsedFiles) -> None:
    """Adds the open invoices and credit notes."""
    communications: dict[str, int] = {}
    for each in named_rows(rows, parsed, phrase("invoice"), "number", _NUMBER):
        fields, number, row = each.fields, each.id, each.fields.row
        communication = _communication(fields, rulebook)
        if communication in communications:
            fields.report(COMMUNICATION_TWICE, "structured_communication", line=communications[communication])
        elif communication:
            communications[communication] = row.where.line
        invoice = _invoice(number, communication, fields, rulebook, customers, parsed)
        if invoice is not None and each.is_right:
            parsed.former_invoices[number] = (invoice, content_hash(row))
            parsed.places["former invoice", number] = row.where


def _invoice(
    number: str, communication: str | None, fields: Fields, rulebook: Rulebook, customers: Container[str], parsed: ParsedFiles
) -> FormerInvoice | None:
    customer, issued_on, due_on = customer_of(fields, customers, parsed), fields.day("issued_on"), fields.day("due_on")
    gross, left, cut_over = fields.amount("gross", rulebook.currency), fields.amount("open", rulebook.currency), rulebook.company.cut_over
    if issued_on and due_on and due_on < issued_on:
        fields.report(DUE_BEFORE, "due_on", due=due_on)
    if issued_on and cut_over and issued_on >= cut_over:
        fields.report(AFTER_CUT_OVER, "issued_on", on=issued_on, cut_over=cut_over)
    if gross is not None and left is not None and not _is_part(left, gross):
        fields.report(NOT_OPEN, "open", gross=gross, open=left)
    if customer is None or issued_on is None or due_on is None or gross is None or left is None:
        return None
    return FormerInvoice(
        currency=rulebook.currency,
        number=number,
        customer=customer,
        issued_on=issued_on,
        due_on=due_on,
        gross=gross,
        open=left,
        structured_communication=communication,
    )


def _is_part(left: Money, gross: Money) -> bool:
    return 0 < left.minor <= gross.minor or gross.minor <= left.minor < 0


def _communication(fields: Fields, rulebook: Rulebook) -> str | None:
    """What the customer writes on the transfer; the check digits of a structured one must fit."""
    country = country_of(rulebook.company.seller.country)
    like = phrase("what the customer writes on the transfer, such as {example}", example=country.payment_reference("2026-00042"))
    text = fields.matching("structured_communication", _COMMUNICATION, phrase("a communication"), like)
    if text is None:
        return None
    reference = country.read_payment_reference(text)
    if reference is None:
        fields.report(WRONG_COMMUNICATION, "structured_communication", text=text)
    return reference
