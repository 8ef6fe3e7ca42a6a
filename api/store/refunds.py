"""Payments paid back and returned: which one that left our account gives back how much of one that came in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Final

from sqlalchemy import func, or_, select

from api.store import tables
from api.store.payment_tables import HAS_SURPLUS, payment_allocations, payment_evidences, payment_refunds, payments
from api.store.payments import Recorded, StoredPayment, some
from api.store.sql import Reading, Writing, chunks
from engine.documents.payment_match import PaidBack, Payment
from engine.money import Currency, Money

_refunds, _payments, _parts = payment_refunds.c, payments.c, payment_allocations.c
_DAYS_AROUND: Final = 10
_UNRESOLVED: Final = ("held", "proposed")


def append(connection: Writing, given: Sequence[PaidBack], recorded: Recorded) -> None:
    """Stores what one payment gives back after what it gave back before."""
    if not given:
        return
    name = given[0].outgoing
    last = connection.execute(select(func.coalesce(func.max(_refunds.sequence), 0)).where(_refunds.outgoing == name)).scalar_one()
    moment = {"recorded_on": recorded.on, "recorded_at": recorded.at, "author": recorded.author}
    rows = [
        {"outgoing": name, "sequence": at, "incoming": each.incoming, "amount": each.amount.minor, **moment}
        for at, each in enumerate(given, start=last + 1)
    ]
    connection.execute(payment_refunds.insert(), rows)


def of_outgoing(connection: Reading, names: Iterable[str]) -> dict[str, tuple[PaidBack, ...]]:
    """What payments give back now, by the payment; what was taken back is gone."""
    return _linked(connection, names, "outgoing")


def of_incoming(connection: Reading, names: Iterable[str]) -> dict[str, tuple[PaidBack, ...]]:
    """What is given back of payments now, by the payment."""
    return _linked(connection, names, "incoming")


def returned_alike(connection: Reading, returned: Payment, own_iban: str) -> list[StoredPayment]:
    """The payments of exactly the amount that came back, of which nothing was paid back yet; the newest first."""
    amount = -returned.amount.minor
    query = select(_payments.id).where(_payments.amount == amount, _payments.iban == own_iban, _payments.entry_date <= returned.entry_date)
    query = query.where(_payments.currency == returned.amount.currency.code, _payments.source != "write-off")
    if returned.iban is not None:
        query = query.where(or_(_payments.payer_iban == returned.iban, _payments.payer_iban.is_(None)))
    names = connection.execute(query.order_by(_payments.entry_date.desc(), _payments.id.desc())).scalars().all()
    stored = some(connection, names)
    return [stored[name] for name in names if not stored[name].refunded]


def with_surplus(connection: Reading, iban: str | None, documents: Iterable[str]) -> list[StoredPayment]:
    """The payments that came from an account or name one of some documents, of which something may be left."""
    names = set(connection.execute(select(_payments.id).where(_payments.payer_iban == iban, _payments.amount > 0)).scalars())
    for numbers in chunks(documents):
        names |= set(connection.execute(select(_parts.payment).where(_parts.document.in_(numbers)).distinct()).scalars())
        waiting = or_(HAS_SURPLUS, _payments.state.in_(_UNRESOLVED))
        for number in numbers:
            named = _payments.documents.contains(f'"{number}"', autoescape=True)
            names |= set(connection.execute(select(_payments.id).where(waiting, _payments.amount > 0, named)).scalars())
    stored = some(connection, names)
    return [stored[name] for name in sorted(stored) if stored[name].because != "possible-duplicate" and stored[name].payment.amount]


def entered_alike(connection: Reading, payment: Payment, own_iban: str, source: str) -> str | None:
    """A refund that was entered by hand, of the same amount to the same account some days around, which a source did not report yet."""
    reported = select(payment_evidences.c.payment).where(payment_evidences.c.source == source)
    day, days = payment.entry_date, timedelta(days=_DAYS_AROUND)
    query = select(_payments.id).where(_payments.amount == payment.amount.minor, _payments.iban == own_iban, _payments.source == "hand")
    query = query.where(_payments.payer_iban == payment.iban, _payments.currency == payment.amount.currency.code)
    query = query.where(_payments.entry_date.between(day - days, day + days), _payments.id.not_in(reported))
    name: str | None = connection.execute(query.order_by(_payments.entry_date, _payments.id).limit(1)).scalar()
    return name


def corrected(connection: Reading, text: str) -> list[str]:
    """The invoices of the credit notes whose numbers stand in a text."""
    issued = tables.issued.c
    numbers = next(chunks(text.upper().replace(",", " ").split()), ())
    query = select(issued.corrects).where(issued.kind == "credit-note", issued.number.in_(numbers)).order_by(issued.number)
    return [number for number in connection.execute(query).scalars() if number is not None]


def _linked(connection: Reading, names: Iterable[str], end: str) -> dict[str, tuple[PaidBack, ...]]:
    result: dict[str, tuple[PaidBack, ...]] = {}
    columns = (_refunds.outgoing, _refunds.incoming, _payments.currency)
    query = select(*columns, func.sum(_refunds.amount).label("total")).join(payments, _payments.id == _refunds.outgoing)
    query = query.group_by(*columns).order_by(_refunds.outgoing, _refunds.incoming)
    for ids in chunks(names):
        for row in connection.execute(query.where(_refunds[end].in_(ids))):
            if row.total:
                amount = Money(int(row.total), Currency.of(row.currency))
                one = PaidBack(outgoing=row.outgoing, incoming=row.incoming, amount=amount)
                name = getattr(one, end)
                result[name] = (*result.get(name, ()), one)
    return result
