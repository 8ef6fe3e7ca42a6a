"""A row in every table that refuses changes, for the tests of the store."""

from datetime import date

from sqlalchemy import insert

from api.store import (
    customers,
    erasures,
    forecast_snapshots,
    ledger,
    opportunities,
    order_actions,
    orders,
    payments,
    records,
    rulebooks,
    tables,
    transactions,
    usage_reports,
)
from api.store.auditor import audit
from api.store.database import Store
from api.store.payment_tables import doubtful_documents
from api.store.usage_tables import prepaid_movements
from engine.documents.journal import JournalEntry, Posting
from engine.documents.order_before import OrderBefore
from engine.money import Money
from tests.contract.store_documents import EUR, chance, credit, customer, hold_and_check, made, month, now, order, receive, replan, report


def fill_orders(store: Store) -> None:
    """Writes a customer, an order and its first three months."""
    with store.writing() as connection:
        customers.create(connection, [customer()], made())
        orders.append(connection, [order()])
        replan(connection, [month(order(), at) for at in range(3)])


def fill_other_tables(store: Store) -> None:
    """Writes a row into each table that refuses changes, where the first invoice of the order is issued already."""
    with store.writing() as connection:
        digest = rulebooks.store_texts(connection, "f1", {"a": "b"}, at=now())
        number = rulebooks.append_version(connection, "f1", digest, wanted_from=date(2027, 1, 1), checks=("read",), currency=EUR)
        rulebooks.append_version_step(connection, number, "proposed", on=date(2027, 1, 1), at=now(), author="AM")
        records.store_rendition(connection, "2027-00001", "invoice", b"%PDF", at=now())
        opportunities.append(connection, [chance()], made(date(2027, 1, 1), "AM"))
        day = date(2027, 1, 1)
        forecast_snapshots.append(connection, "2027-01", on=day, at=now(), author="AM", rulebook="f1", planned_through=day, currency=EUR)
        moments = {"made_at": now(), "quoted_on": day, "valid_until": date(2027, 2, 1)}
        connection.execute(insert(tables.quotes).values(number="Q1", version=1, customer="K1", rulebook="f", document="{}", **moments))
        step = {"state": "sent", "stepped_on": day, "stepped_at": now(), "author": "AM"}
        connection.execute(insert(tables.quote_steps).values(number="Q1", version=1, sequence=1, **step))
        erasures.record(connection, [erasures.Erasure(kind="contact", id="C1", erased_on=day, author="AM", because="asked")], at=now())
        hold_and_check(connection)
        credit(connection, "2027-00001")
        action = order_actions.Action(position=1, steps=1, verb=None, before=OrderBefore(currency=EUR))
        order_actions.append(connection, order().id, action, at=now(), author="AM")
        usage_reports.append(connection, [report()], at=now())
        cent, nothing = Money(1, EUR), Money(0, EUR)
        legs = tuple(Posting(account="7001", name="P", debit=one, credit=cent - one) for one in (cent, nothing))
        of_month = JournalEntry(kind="prepaid-lapsed", currency=EUR, document="1 2027-01", posted_on=day, customer="K1", postings=legs)
        ledger.append(connection, [of_month], payments.Recorded(on=day, at=now(), author="AM"))
        lapsed = {"document": "1 2027-01", "line": 0, "kind": "lapsed", "item": order().items[0].id, "amount": 0, "moved_on": day}
        connection.execute(insert(prepaid_movements).values(**lapsed, transaction="", category="S", rate="21", recorded_at=now()))
        receive(connection)
        doubt = {"document": "2027-00001", "sequence": 1, "state": "doubtful", "allowance": 500_000, "since": day, "because": "bankrupt"}
        connection.execute(insert(doubtful_documents).values(**doubt, recorded_at=now(), author="AM"))
        first = [month(order(), 0).identity]
        assert transactions.release(connection, first, "2027-00001", at=now(), author="AM", because="wrong") == 1
        assert transactions.release(connection, first, "2027-00001", at=now(), author="AM", because="wrong") == 0
    with store.reading() as connection:
        assert audit(connection) == ()
