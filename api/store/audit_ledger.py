"""The auditor's rules of entries beside documents: they balance, their rows are what they say, and they are what payments became."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice

from sqlalchemy import Label, Select, Subquery, and_, case, func, or_, select

from api.store import tables
from api.store.audit_problems import (
    COLUMN_DIFFERS,
    CUSTOMER_DIFFERS,
    NOT_BALANCED,
    NOT_UNDONE,
    PAYMENT_NOT_POSTED,
    POSTED_OTHERWISE,
    UNREADABLE,
)
from api.store.ledger import posting_rows
from api.store.ledger_tables import ledger_entries, ledger_postings
from api.store.payment_tables import HAS_SURPLUS, payment_allocations, payment_refunds, payments
from api.store.payments import customers_of
from api.store.reminder_tables import charges
from api.store.sql import Reading
from engine.documents.journal import JournalEntry
from engine.money import Currency, Money
from engine.phrases import phrase
from engine.problems import Problem

_ENTRY, _LEG, _PART = ledger_entries.c, ledger_postings.c, payment_allocations.c
_AT_ONCE = 500
_ROLES = ("bank", "suspense", "customers")
_OF_PAYMENTS = ("payment", "payment-change")


def audit_ledger(connection: Reading) -> Iterator[Problem]:
    """Every problem of those entries."""
    yield from _unbalanced(connection)
    yield from _changed(connection)
    yield from _accruals(connection)
    if connection.execute(select(_ENTRY.source).where(_ENTRY.kind == "payment").limit(1)).first() is not None:
        yield from _payments(connection)
        yield from _customers(connection)


def _unbalanced(connection: Reading) -> Iterator[Problem]:
    total = func.sum(_LEG.amount)
    query = select(_LEG.kind, _LEG.source, total.label("total")).group_by(_LEG.kind, _LEG.source).having(total != 0)
    for row in connection.execute(query.order_by(_LEG.kind, _LEG.source)):
        yield NOT_BALANCED.at(None, entry=f"{row.kind} {row.source}", difference=int(row.total))


def _accruals(connection: Reading) -> Iterator[Problem]:
    """The accruals that were not undone, or otherwise than they were made."""
    total = func.sum(_LEG.amount)
    query = select(_LEG.source, total.label("total")).where(_LEG.role == "accrued").group_by(_LEG.source).having(total != 0)
    for row in connection.execute(query.order_by(_LEG.source)):
        yield NOT_UNDONE.at(None, entry=row.source, difference=int(row.total))


def _changed(connection: Reading) -> Iterator[Problem]:
    """The entries whose rows are not what they say."""
    rows = connection.execute(select(ledger_entries).order_by(_ENTRY.kind, _ENTRY.source).execution_options(yield_per=_AT_ONCE)).mappings()
    while some := list(islice(rows, _AT_ONCE)):
        stored: dict[tuple[str, str], list[tuple[object, ...]]] = {}
        names = [each["source"] for each in some]
        for leg in connection.execute(select(ledger_postings).where(_LEG.source.in_(names)).order_by(_LEG.line)):
            stored.setdefault((leg.kind, leg.source), []).append(tuple(leg))
        for each in some:
            what = phrase("entry of {number}", number=each["source"])
            try:
                entry = JournalEntry.model_validate_json(each["document"])
            except ValueError:
                yield UNREADABLE.at(None, number=what)
                continue
            expected = [tuple(row.values()) for row in posting_rows(entry)]
            if expected != stored.get((each["kind"], each["source"]), []):
                yield COLUMN_DIFFERS.at(None, what=what, column="postings", found=phrase("otherwise"), expected=phrase("as in its JSON"))
            own = {"kind": entry.kind, "source": entry.document, "posted_on": entry.posted_on, "customer": entry.customer}
            for column, value in own.items():
                if each[column] != value:
                    yield COLUMN_DIFFERS.at(None, what=what, column=column, found=each[column], expected=value)


def _payments(connection: Reading) -> Iterator[Problem]:
    """The payments that are not posted, and those whose entries are not what they are: at the bank, of customers, and in suspense."""
    legs = (
        select(_ENTRY.subject, _LEG.role, func.sum(_LEG.amount).label("total"))
        .join(ledger_postings, and_(_LEG.kind == _ENTRY.kind, _LEG.source == _ENTRY.source))
        .where(_LEG.role.in_(_ROLES))
        .group_by(_ENTRY.subject, _LEG.role)
        .subquery()
    )
    totals = [_posted(legs, role) for role in _ROLES]
    settled = select(func.coalesce(func.sum(_PART.amount), 0)).where(_PART.payment == payments.c.id)
    back, of_suspense = payment_refunds.c, select(legs.c.subject).where(legs.c.role == "suspense", legs.c.total != 0)
    refunded = select(func.coalesce(func.sum(back.amount), 0)).where(back.incoming == payments.c.id)
    pays_back = select(func.coalesce(func.sum(back.amount), 0)).where(back.outgoing == payments.c.id, back.incoming.not_in(of_suspense))
    linked = (refunded.scalar_subquery().label("refunded"), pays_back.scalar_subquery().label("pays_back"))
    columns = (payments.c.id, payments.c.currency, payments.c.amount, payments.c.state, payments.c.because, payments.c.unallocated)
    ours = select(_LEG.source).where(_LEG.kind == "payment")
    is_posted = or_(payments.c.because.is_(None), payments.c.because != "possible-duplicate", payments.c.id.in_(ours))
    query = select(*columns, settled.scalar_subquery().label("settled"), *linked, *totals).where(is_posted).order_by(payments.c.id)
    currencies = set(connection.execute(select(tables.issued.c.currency).distinct().limit(2)).scalars())
    for row in connection.execute(query):
        if row.currency not in currencies:
            continue
        if (row.customers if not row.amount else row.bank) is None and (row.amount or row.settled):
            yield PAYMENT_NOT_POSTED.at(None, payment=row.id)
            continue
        currency = Currency.of(row.currency)
        is_matched = row.state == "matched" and not row.suspense
        received = -(int(row.settled) + row.unallocated + int(row.refunded)) if is_matched else 0
        of_customers = int(row.pays_back) if row.amount < 0 else received
        expected = {"bank": row.amount, "customers": of_customers}
        for role, amount in expected.items():
            posted = int(getattr(row, role) or 0)
            if posted != amount:
                differs = Money(posted, currency), Money(amount, currency)
                yield POSTED_OTHERWISE.at(None, payment=row.id, role=role, found=differs[0], expected=differs[1])


def _customers(connection: Reading) -> Iterator[Problem]:
    """The customers whose payments come to something else in the journal than they settle and leave: so the accounts of customers differ.

    Their invoices and credit notes are posted with what they are, which is verified of each document.
    """
    ours = select(_ENTRY.subject).where(_ENTRY.kind == "payment")
    of_leg = case((_LEG.customer != "", _LEG.customer), else_=_ENTRY.customer)
    posted = (
        select(of_leg, func.sum(_LEG.amount))
        .select_from(ledger_postings)
        .join(ledger_entries, and_(_LEG.kind == _ENTRY.kind, _LEG.source == _ENTRY.source))
    )
    posted = posted.where(_LEG.role == "customers", _LEG.kind.in_(_OF_PAYMENTS)).group_by(of_leg)
    sums = {row[0]: int(row[1]) for row in connection.execute(posted)}
    expected: dict[str, int] = {}
    for table in (tables.issued, tables.former_invoices):
        settled = select(table.c.customer, func.sum(_PART.amount)).join(payment_allocations, _PART.document == table.c.number)
        for customer, amount in connection.execute(settled.where(_PART.payment.in_(ours)).group_by(table.c.customer)):
            expected[customer] = expected.get(customer, 0) - int(amount)
    of_charges = select(charges.c.number, func.sum(_PART.amount)).join(payment_allocations, _PART.document == charges.c.number)
    charged = connection.execute(of_charges.where(_PART.payment.in_(ours)).group_by(charges.c.number)).all()
    owners = customers_of(connection, [row[0] for row in charged])
    for number, amount in charged:
        expected[owners[number]] = expected.get(owners[number], 0) - int(amount)
    for customer, amount in _left(connection, ours):
        expected[customer] = expected.get(customer, 0) - amount
    currency = connection.execute(select(tables.issued.c.currency).limit(1)).scalar()
    for customer in sorted({*sums, *expected}):
        if sums.get(customer, 0) != expected.get(customer, 0) and currency is not None:
            differing = [Money(each.get(customer, 0), Currency.of(currency)) for each in (sums, expected)]
            yield CUSTOMER_DIFFERS.at(None, customer=customer, found=differing[0], expected=differing[1])


def _left(connection: Reading, ours: Select[tuple[str]]) -> Iterator[tuple[str, int]]:
    """What payments leave to customers beside what they settle: the owner of the first document that one settles, or names."""
    first = select(_PART.document).where(_PART.payment == payments.c.id).group_by(_PART.document).having(func.sum(_PART.amount) != 0)
    first_settled = first.order_by(func.min(_PART.sequence)).limit(1).scalar_subquery()
    query = select(payments.c.documents, payments.c.unallocated, first_settled).where(HAS_SURPLUS, payments.c.id.in_(ours))
    rows = [(number or next(iter(json.loads(documents)), ""), amount) for documents, amount, number in connection.execute(query)]
    owners = customers_of(connection, {number for number, _ in rows})
    yield from ((owners[number], amount) for number, amount in rows if number in owners)


def _posted(legs: Subquery, role: str) -> Label[int]:
    """What the entries of a payment come to in the accounts of a role."""
    return select(legs.c.total).where(legs.c.subject == payments.c.id, legs.c.role == role).scalar_subquery().label(role)
