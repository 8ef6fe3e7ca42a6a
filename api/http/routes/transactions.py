"""`/v1/transactions`: the transactions of all orders."""

from __future__ import annotations

from datetime import date
from typing import Final

from pydantic import BaseModel, Field

from api.desk.billing_lists import TRANSACTIONS, TransactionStateNow
from api.http.route_declarations import Resource
from engine.documents.order import OrderType
from engine.money import Money, Quantity

transactions: Final = Resource("transactions", "What orders owe, period by period")


class ServicePeriod(BaseModel):
    """Days of service; `until` is the first day that is not served."""

    from_: date = Field(alias="from")
    until: date


class TransactionAnswer(BaseModel):
    """A transaction, with its state today."""

    identity: str
    item: str
    order: str
    order_type: OrderType
    customer: str
    product: str
    kind: str
    number: int | None
    change: str | None
    service_period: ServicePeriod | None
    billing_date: date | None
    expected: bool
    invoice_lead: int
    quantity: Quantity
    list_net: Money
    net: Money
    currency: str
    state: TransactionStateNow
    held_because: str | None
    invoice: str | None


transactions.list_of("/v1/transactions", TRANSACTIONS, "Transactions with their states")
