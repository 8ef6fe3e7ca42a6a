"""Payments that were entered in the accounting tool, on their way to the invoices here: each once, by the tool's own id."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from api.delivery.accounting.connector import Connector, Record, ToolPayment
from api.desk import paying
from api.desk.desk import Desk
from api.desk.payment_lists import EnteredPayment
from api.desk.stored_payments import BY_TOOL
from api.store import accounting_records, delivery_log, issued_lists
from api.store import payments as payment_store
from api.store.accounting_records import ACCOUNTING
from engine.documents.invoice import CreditNote, Invoice
from engine.phrases import phrase

_LOST: Final = phrase("the accounting tool has it no more: was it deleted or cancelled there?")


def read_payments(desk: Desk, connector: Connector) -> list[str]:
    """Enters the payments of invoices that are open in the tool or changed there; gives the ids of those that are new.

    Invoices that the tool has no more are `lost`.
    """
    with desk.store.reading() as connection:
        cursor = delivery_log.cursor_of(connection, ACCOUNTING)
    records, following = connector.changed(cursor)
    with desk.store.reading() as connection:
        documents = accounting_records.documents_of(connection, connector.name, [record.id for record in records])
        known = {each.number: each for each in issued_lists.documents(connection, sorted(set(documents.values())))}
    payments = connector.payments([record.id for record in records if record.id in documents])
    entered = []
    for payment in sorted(payments, key=lambda each: (each.paid_on, int(each.id) if each.id.isdigit() else 0, each.id)):
        document = known[documents[payment.record]]
        given = _entered(connector, payment, document) if payment.amount.minor > 0 and payment.paid_on <= desk.today else None
        if given is not None and not _is_known(desk, connector, payment):
            entered.append(paying.enter(desk, given, BY_TOOL, _account_of(desk, connector, payment)))
    _mark_lost(desk, connector, {record.id: record for record in records}, documents)
    with desk.writing() as connection:
        delivery_log.advance_cursor(connection, ACCOUNTING, following)
    return entered


def _is_known(desk: Desk, connector: Connector, payment: ToolPayment) -> bool:
    """Whether a payment is entered already, perhaps while its money was not matched with anything there."""
    ids = [_source_id(connector, each) for each in (payment.id, payment.loose_as) if each is not None]
    with desk.store.reading() as connection:
        return any(payment_store.with_source(connection, BY_TOOL, each) is not None for each in ids)


def _source_id(connector: Connector, payment: str) -> str:
    return f"{connector.name} {payment}"


def _entered(connector: Connector, payment: ToolPayment, document: Invoice | CreditNote) -> EnteredPayment:
    """A payment as it is entered; the communication of its invoice says what it is for."""
    reference = document.communication if isinstance(document, Invoice) else document.number
    return EnteredPayment(
        id=_source_id(connector, payment.id), amount=payment.amount, on=payment.paid_on, reference=reference, name=document.customer.name
    )


def _account_of(desk: Desk, connector: Connector, payment: ToolPayment) -> str | None:
    """The IBAN of the bank account that the tool's account of a payment is mapped from; None where there is none."""
    mapping = desk.rulebook.accounting_tools.get(connector.name)
    if mapping is None or payment.account is None:
        return None
    banks = desk.rulebook.accounts.banks.items()
    ibans = ("".join(iban.split()) for iban, one in banks if mapping.accounts.get(one.number) == payment.account)
    return next(ibans, None)


def _mark_lost(desk: Desk, connector: Connector, records: dict[str, Record], documents: dict[str, str]) -> None:
    """Marks invoices that were cancelled there."""
    for name in _cancelled(records, documents):
        with desk.writing() as connection:
            accounting_records.set_state(connection, connector.name, documents[name], "lost", _LOST, at=desk.now())


def _cancelled(records: dict[str, Record], documents: dict[str, str]) -> Iterator[str]:
    return (name for name, record in records.items() if record.state == "cancelled" and name in documents)
