"""The documents that a payment may settle by hand: what is open of the customers who may have paid it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Final

from api.desk.desk import Desk
from api.refusals import unknown
from api.store import customers, open_rests, payer_accounts, payments, searches
from api.store.payments import StoredPayment
from api.store.sql import Reading

_MOST_CUSTOMERS: Final = 10
_MOST_DOCUMENTS: Final = 200


def candidates(desk: Desk, name: str, customer: str | None) -> dict[str, object]:
    """What is open of one customer, or of those that the payment's documents, account or name point to; with those customers."""
    desk.check_names(customer=customer)
    with desk.store.reading() as connection:
        stored = payments.with_source(connection, "entered", name) or payments.find(connection, name)
        if stored is None:
            raise unknown("payment", name)
        payers = dict.fromkeys([customer] if customer is not None else islice(_payers(connection, stored), _MOST_CUSTOMERS))
        names = customers.names_of(connection, payers)
        rests = [rest for each in payers for rest in open_rests.rests(connection, desk.today, customer=each)][:_MOST_DOCUMENTS]
    currency = stored.payment.amount.currency
    rows = [
        {
            "customer": rest.customer,
            "name": names.get(rest.customer, ""),
            "document": rest.number,
            "issued_on": rest.issued_on.isoformat(),
            "due_on": rest.due_on.isoformat(),
            "gross": str(rest.gross),
            "open": str(rest.rest),
        }
        for rest in rests
        if rest.rest.currency == currency and rest.rest.minor > 0
    ]
    return {"payment": name, "unallocated": str(stored.unallocated), "customers": list(payers), "rows": rows}


def _payers(connection: Reading, stored: StoredPayment) -> Iterator[str]:
    """The customers who may have paid: of the documents that it names, of its account, and those called as the payer is."""
    given = stored.payment
    yield from payments.customers_of(connection, stored.documents).values()
    if given.iban:
        yield from sorted(payer_accounts.customers_by_account(connection, given.iban))
    if given.name.strip():
        yield from (number for kind, number, _ in searches.hits(connection, given.name.strip(), _MOST_CUSTOMERS) if kind == "customer")
