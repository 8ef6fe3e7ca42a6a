"""What is open of the documents in the store, for the matching of payments."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Final

from api.refusals import Conflict, unknown
from api.store import customers, former_invoices, payer_accounts, payments, reminders
from api.store.sql import Reading
from engine.documents.payment_match import CashOffer, OpenDocument, Payer
from engine.money import Currency, Money
from engine.problems import Kind
from engine.stages.settling.open_items import OpenItems

_DUE_ON, _COMMUNICATION, _NO_DISCOUNT = '"due_on":"', '"communication":"', '"cash_discount":null'
NOT_OPEN: Final = Kind("document-not-open", "nothing is open of {document}", "name documents of which something is open")
CANCELLED: Final = Kind("document-cancelled", "{document} was credited whole", "name another document, or pay the amount back")
OTHER_CURRENCY: Final = Kind("payment-currency", "{document} is in {currency}, and the payment in {given}", "name documents in {given}")


def open_items(connection: Reading) -> OpenItems:
    """All invoices, those of a former system too, with what is open of them, and from which accounts customers pay."""
    names = {customer.id: customer.name for customer in customers.each(connection)}
    accounts: dict[str, list[str]] = {}
    for iban, of_account in payer_accounts.payer_accounts(connection).items():
        for customer in sorted(of_account):
            accounts.setdefault(customer, []).append(iban)
    payers = (Payer(customer=name, name=names[name], ibans=tuple(accounts.get(name, ()))) for name in names)
    return OpenItems.of(_with_charges(connection, _documents(connection)), payers)


def open_document(items: OpenItems, number: str, left: Money) -> OpenDocument:
    """A document that a payment may settle by hand; refuses one that is unknown, paid, credited whole or in another currency."""
    document = items.documents.get(number)
    if document is None:
        raise unknown("invoice", number)
    if document.is_cancelled:
        raise Conflict((CANCELLED.at(None, None, document=number),), "credited", ())
    if document.rest.minor <= 0:
        raise Conflict((NOT_OPEN.at(None, None, document=number),), "paid", ())
    if document.currency != left.currency:
        problem = OTHER_CURRENCY.at(None, None, document=number, currency=document.currency, given=left.currency)
        raise Conflict((problem,), "open", ())
    return document


def _documents(connection: Reading) -> Iterator[OpenDocument]:
    allocated = payments.allocated(connection)
    for row in payments.invoiced(connection):
        currency, credited = Currency.of(row.currency), int(row.credited)
        due_on, communication, discount = _terms(row.document)
        yield OpenDocument(
            number=row.number,
            customer=row.customer,
            due_on=due_on,
            rest=Money(max(0, row.gross - credited - allocated.get(row.number, 0)), currency),
            references=(communication,),
            cash_offer=_offer(discount, currency) if discount and not credited else None,
            is_cancelled=credited >= row.gross > 0,
        )
    for former in former_invoices.find(connection):
        if former.open.minor > 0:
            yield OpenDocument(
                number=former.number,
                customer=former.customer,
                due_on=former.due_on,
                rest=Money(max(0, former.open.minor - allocated.get(former.number, 0)), former.currency),
                references=(former.structured_communication,) if former.structured_communication else (),
            )


def _terms(text: str) -> tuple[date, str, dict[str, str] | None]:
    """The due date, the communication and the discount of an invoice in JSON.

    Where each key stands there once, they are read in their places: an import reads every invoice, and parsing takes ten times as long.
    """
    if _NO_DISCOUNT in text and text.count(_DUE_ON) == 1 == text.count(_COMMUNICATION):
        return date.fromisoformat(_value_after(_DUE_ON, text)), _value_after(_COMMUNICATION, text), None
    document = json.loads(text)
    return date.fromisoformat(document["due_on"]), document["communication"], document["cash_discount"]


def _value_after(key: str, text: str) -> str:
    begin = text.index(key) + len(key)
    return text[begin : text.index('"', begin)]


def _with_charges(connection: Reading, documents: Iterator[OpenDocument]) -> Iterator[OpenDocument]:
    """Documents, then the open charges beside them: they are paid by the same communication, and last."""
    references: dict[str, tuple[str, ...]] = {}
    for document in documents:
        references[document.number] = document.references
        yield document
    for charge, rest in reminders.charges_of(connection):
        if rest.minor > 0:
            yield OpenDocument(
                number=charge.number,
                customer=charge.customer,
                due_on=charge.due_on,
                rest=rest,
                references=references.get(charge.document, ()),
                is_charge=True,
            )


def _offer(discount: dict[str, str], currency: Currency) -> CashOffer:
    return CashOffer(amount=Money.parse(discount["amount"], currency), until=date.fromisoformat(discount["until"]))
