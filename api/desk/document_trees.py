"""Documents as JSON: the one form in which commands write them with `--json` and the service answers them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final

from api.desk.desk import Desk
from api.desk.reports import due_now
from api.store.quotes import StoredQuote
from engine.documents.invoice import CreditNote, Invoice
from engine.documents.mandate import Mandate
from engine.documents.order import ITEMS, Order, OrderItem
from engine.documents.party import Customer
from engine.documents.transaction_figures import TransactionFigures
from engine.documents.usage_report import UsageReport
from engine.stages.ordering.notice import ContractTerms

Tree = dict[str, object]
_TRANSACTION_FIELDS: Final = ("identity", "item", "order", "order_type", "customer", "product", "kind", "number", "change")


def order_tree(of: Order) -> Tree:
    """An order, with its state."""
    return of.model_dump(mode="json") | {"items": [item_tree(item) for item in of.items], "state": of.state}


def shown_order_tree(of: Order, contract: Iterable[ContractTerms], transactions: Iterable[TransactionFigures], desk: Desk) -> Tree:
    """An order with the terms of its items and its transactions."""
    terms = [{name: str(part) if isinstance(part, date) else part for name, part in each._asdict().items()} for each in contract]
    return order_tree(of) | {"contract": terms, "transactions": [transaction_tree(one, desk) for one in transactions]}


def customer_tree(of: Customer, contacts: Iterable[str], mandates: Iterable[Mandate]) -> Tree:
    """A customer with the ids of its contacts, and its mandates."""
    return {**of.model_dump(mode="json"), "contacts": list(contacts), "mandates": [mandate_tree(one) for one in mandates]}


def item_tree(item: OrderItem) -> Tree:
    """An item, with the fields of all order types; those of other types are null."""
    fields = (name for each in ITEMS.values() for name, field in each.model_fields.items() if not field.exclude)
    return dict.fromkeys(fields) | item.model_dump(mode="json")


def usage_tree(one: UsageReport) -> Tree:
    """A usage report; the last day is included."""
    return {
        "id": one.id,
        "item": one.item,
        "from": str(one.start),
        "to": str(one.period.last),
        "quantity": str(one.quantity),
        "corrects": one.corrects,
        "recorded_on": str(one.recorded_on),
        "late": one.late,
    }


def transaction_tree(one: TransactionFigures, desk: Desk) -> Tree:
    """A transaction, with its state today; `explain` gives its line and its reasons."""
    period = one.service_period
    return {
        **{name: getattr(one, name) for name in _TRANSACTION_FIELDS},
        "service_period": {"from": str(period.start), "until": str(period.until)} if period else None,
        "billing_date": str(one.billing_date) if one.billing_date else None,
        "expected": one.expected,
        "invoice_lead": one.invoice_lead,
        "quantity": str(one.quantity),
        "list_net": str(one.list_net),
        "net": str(one.net),
        "currency": one.currency.code,
        "state": due_now(desk, one),
        "held_because": one.held_because,
        "invoice": one.invoice,
    }


def mandate_tree(mandate: Mandate) -> Tree:
    """A mandate without its customer."""
    return mandate.model_dump(mode="json", exclude={"customer"})


def quote_tree(one: StoredQuote) -> Tree:
    """A version of a quote, with its number and state."""
    head = {"number": one.number, "version": one.version, "state": one.state, "opportunity": one.opportunity}
    return {**head, "attributes": dict(one.attributes), **one.quote.model_dump(mode="json")}


def issued_tree(one: Invoice | CreditNote) -> Tree:
    """An issued invoice or credit note, and which of the two it is."""
    return {"document": "invoice" if isinstance(one, Invoice) else "credit-note"} | one.model_dump(mode="json")
