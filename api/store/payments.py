"""Payments in the store: statements as they came, payments by id and by source, and what they settle."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import ColumnElement, Row, RowMapping, Select, func, select, update

from api.store import tables
from api.store.payment_tables import bank_statements, payment_allocations, payment_evidences, payment_refunds, payments
from api.store.reminder_tables import charges
from api.store.sql import Reading, Writing, canonical_json, chunks, rows_after
from engine.documents.bank_statement import BankStatement
from engine.documents.payment_match import Allocation, Payment, PaymentMatch
from engine.money import Currency, Money

PAID_OUT: Final = "paid-out"
MOST_TEXT: Final = 1_000
"""So many characters of what the payer wrote are stored with the payment; the statement has all."""


_REFUNDED: Final = (
    select(func.coalesce(func.sum(payment_refunds.c.amount), 0)).where(payment_refunds.c.incoming == payments.c.id).scalar_subquery()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPayment:
    """A payment, its sources, and what became of it."""

    payment: Payment
    own_iban: str
    likeness: str
    state: str
    rule: str | None
    because: str | None
    documents: tuple[str, ...]
    unallocated: Money
    recorded_on: date
    refunded: Money | None = None
    """What of it was paid back; None where nothing was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """When, on which business date and by whom something is recorded."""

    on: date
    at: datetime
    author: str


def statement(connection: Reading, like: BankStatement) -> BankStatement | None:
    """The stored statement with the account, form and name of another; None where there is none."""
    table = bank_statements.c
    query = select(table.document).where(*_of_account(like), table.format == like.format, table.name == like.name)
    text = connection.execute(query).scalar()
    return None if text is None else BankStatement.model_validate_json(text)


def last_statement(connection: Reading, like: BankStatement) -> tuple[str, Money] | None:
    """The name and the new balance of the last statement of the same account and form."""
    table = bank_statements.c
    query = select(table.name, table.new_balance).where(*_of_account(like), table.format == like.format)
    row = connection.execute(query.order_by(table.new_balance_on.desc(), table.name.desc()).limit(1)).first()
    return None if row is None else (row.name, Money(row.new_balance, like.currency))


def owner(connection: Reading, like: BankStatement) -> str | None:
    """The form of the first statement of an account: payments that others alone report are not counted."""
    table = bank_statements.c
    query = select(table.format).where(*_of_account(like)).order_by(table.imported_at, table.format).limit(1)
    return connection.execute(query).scalar()


def append_statement(connection: Writing, stored: BankStatement, recorded: Recorded) -> None:
    """Stores a statement whole."""
    row = {name: getattr(stored, name) for name in ("iban", "format", "name", "new_balance_on")}
    row |= {"currency": stored.currency.code, "new_balance": stored.new_balance.minor, "document": canonical_json(dict(stored.tree))}
    connection.execute(bank_statements.insert().values(**row, imported_on=recorded.on, imported_at=recorded.at, author=recorded.author))


def without_source(connection: Reading, source: str, likenesses: Iterable[str]) -> dict[str, list[str]]:
    """By likeness, the payments that a source has not reported yet, in their order."""
    reported = select(payment_evidences.c.payment).where(payment_evidences.c.source == source)
    result: dict[str, list[str]] = {}
    for some in chunks(likenesses):
        query = select(payments.c.id, payments.c.likeness).where(payments.c.likeness.in_(some), payments.c.id.not_in(reported))
        for row in connection.execute(query.order_by(payments.c.id)):
            result.setdefault(row.likeness, []).append(row.id)
    return result


def append_evidence(connection: Writing, source: str, source_id: str, payment: str, recorded: Recorded) -> None:
    """Records that a source reported a payment."""
    values = {"source": source, "source_id": source_id, "payment": payment, "recorded_at": recorded.at}
    connection.execute(payment_evidences.insert().values(**values))


def append(connection: Writing, stored: StoredPayment, source: str, source_id: str, recorded: Recorded) -> None:
    """Stores a new payment with its first source."""
    append_many(connection, [(stored, ())], [(source, source_id)], recorded)


def append_many(
    connection: Writing,
    given: Sequence[tuple[StoredPayment, Sequence[Allocation]]],
    sources: Sequence[tuple[str, str]],
    recorded: Recorded,
) -> None:
    """Stores new payments with what each settles, and its first source and its id there."""
    if not sources:
        return
    moment = {"recorded_on": recorded.on, "recorded_at": recorded.at, "author": recorded.author}
    rows = [_row(stored, source) | moment for (stored, _), source in zip(given, sources, strict=True)]
    connection.execute(payments.insert(), rows)
    evidences = [{"source": row["source"], "source_id": row["source_id"], "payment": row["id"], "recorded_at": recorded.at} for row in rows]
    connection.execute(payment_evidences.insert(), evidences)
    parts = [row for stored, parts in given for row in _parts_of(stored.payment.id, parts, 1, recorded)]
    if parts:
        connection.execute(payment_allocations.insert(), parts)


def set_outcome(connection: Writing, matched: PaymentMatch) -> None:
    """Stores what became of a payment."""
    values = _outcome(matched.state, matched.rule, matched.because, matched.documents, matched.unallocated)
    connection.execute(update(payments).where(payments.c.id == matched.payment).values(**values))


def set_state(
    connection: Writing, name: str, *, state: str, because: str | None, unallocated: Money, documents: Sequence[str] | None = None
) -> None:
    """Stores what is left of a payment, and its state; the documents that it names stay where none are given."""
    values: dict[str, object] = {"state": state, "because": because, "unallocated": unallocated.minor}
    if documents is not None:
        values["documents"] = canonical_json(list(documents))
    connection.execute(update(payments).where(payments.c.id == name).values(**values))


def append_allocations(connection: Writing, allocations: Sequence[Allocation], recorded: Recorded) -> None:
    """Stores the parts of one payment after those that it has."""
    if not allocations:
        return
    table, name = payment_allocations.c, allocations[0].payment
    last = connection.execute(select(func.coalesce(func.max(table.sequence), 0)).where(table.payment == name)).scalar_one()
    connection.execute(payment_allocations.insert(), _parts_of(name, allocations, last + 1, recorded))


def allocations_of(connection: Reading, payment: StoredPayment) -> tuple[Allocation, ...]:
    """What a payment settles now, by document: parts that were taken back are gone."""
    table, name = payment_allocations.c, payment.payment.id
    query = select(table.document, table.kind, func.sum(table.amount).label("total"), func.min(table.sequence).label("first"))
    rows = connection.execute(query.where(table.payment == name).group_by(table.document, table.kind).order_by("first"))
    currency = payment.payment.amount.currency
    return tuple(
        Allocation(payment=name, document=row.document, amount=Money(int(row.total), currency), kind=row.kind) for row in rows if row.total
    )


def allocated(connection: Reading) -> dict[str, int]:
    """What was allocated to each document, in minor units."""
    table = payment_allocations.c
    rows = connection.execute(select(table.document, func.sum(table.amount).label("total")).group_by(table.document))
    return {row.document: int(row.total) for row in rows}


def find(connection: Reading, name: str) -> StoredPayment | None:
    """A payment by id."""
    row = connection.execute(_stored().where(payments.c.id == name)).mappings().first()
    return None if row is None else _payment(row)


def some(connection: Reading, names: Iterable[str]) -> dict[str, StoredPayment]:
    """Payments by id."""
    queries = (_stored().where(payments.c.id.in_(ids)) for ids in chunks(names))
    return {row["id"]: _payment(row) for query in queries for row in connection.execute(query).mappings()}


def with_source(connection: Reading, source: str, source_id: str) -> StoredPayment | None:
    """The payment that a source reported under an id."""
    table = payment_evidences.c
    name = connection.execute(select(table.payment).where(table.source == source, table.source_id == source_id)).scalar()
    return None if name is None else find(connection, name)


def has_statements(connection: Reading, iban: str) -> bool:
    """Whether files of the bank were imported of an account."""
    return connection.execute(select(bank_statements.c.iban).where(bank_statements.c.iban == iban).limit(1)).first() is not None


def each(
    connection: Reading, *, state: str | None = None, document: str | None = None, after: str | None = None
) -> Iterator[StoredPayment]:
    """Payments in the order of their ids, after an id: all, those of a state, those that settle a document."""
    query = _stored()
    if state is not None:
        query = query.where(payments.c.state == state)
    if document is not None:
        query = query.where(payments.c.id.in_(select(payment_allocations.c.payment).where(payment_allocations.c.document == document)))
    return map(_payment, rows_after(connection, query, payments.c.id, after))


def customers_of(connection: Reading, documents: Iterable[str]) -> dict[str, str]:
    """The customer of each of some documents, those of a former system and charges too."""
    result: dict[str, str] = {}
    for some in chunks(documents):
        for table in (tables.issued.c, tables.former_invoices.c):
            rows = connection.execute(select(table.number, table.customer).where(table.number.in_(some)))
            result |= {row.number: row.customer for row in rows}
        charged = charges.c
        of_charges = connection.execute(select(charged.number, charged.document).where(charged.number.in_(some))).all()
        if of_charges:
            owners = customers_of(connection, {row.document for row in of_charges})
            result |= {row.number: owners[row.document] for row in of_charges}
    return result


def invoiced(connection: Reading) -> Iterator[Row[tuple[str, str, str, int, str, int]]]:
    """Each invoice with what was credited of it: number, customer, currency, gross, document, credited."""
    notes, issued = tables.issued.alias("credit_notes").c, tables.issued.c
    credited = select(func.coalesce(func.sum(notes.gross), 0)).where(notes.corrects == issued.number, notes.kind == "credit-note")
    columns = (issued.number, issued.customer, issued.currency, issued.gross, issued.document)
    return iter(connection.execute(select(*columns, credited.scalar_subquery().label("credited")).where(issued.kind == "invoice")))


def _row(stored: StoredPayment, source: tuple[str, str]) -> dict[str, object]:
    given = stored.payment
    return {
        "id": given.id,
        "source": source[0],
        "source_id": source[1],
        "iban": stored.own_iban,
        "currency": given.amount.currency.code,
        "amount": given.amount.minor,
        "entry_date": given.entry_date,
        "value_date": given.value_date,
        "payer_iban": given.iban,
        "payer_name": given.name,
        "reference": given.reference,
        "text": given.text[:MOST_TEXT],
        "likeness": stored.likeness,
        **_outcome(stored.state, stored.rule, stored.because, stored.documents, stored.unallocated),
    }


def _parts_of(name: str, allocations: Iterable[Allocation], first: int, recorded: Recorded) -> list[dict[str, object]]:
    """The rows of parts of a payment, numbered from one on."""
    moment = {"allocated_on": recorded.on, "allocated_at": recorded.at, "author": recorded.author}
    return [
        {"payment": name, "sequence": at, "document": part.document, "amount": part.amount.minor, "kind": part.kind, **moment}
        for at, part in enumerate(allocations, start=first)
    ]


def _stored() -> Select[tuple[object, ...]]:
    """Payments with what was paid back of each."""
    return select(payments, _REFUNDED.label("refunded"))


def _of_account(like: BankStatement) -> tuple[ColumnElement[bool], ...]:
    return bank_statements.c.iban == like.iban, bank_statements.c.currency == like.currency.code


def _outcome(state: str, rule: str | None, because: str | None, documents: Sequence[str], unallocated: Money) -> Mapping[str, object]:
    names = canonical_json(list(documents))
    return {"state": state, "rule": rule, "because": because, "documents": names, "unallocated": unallocated.minor}


def _payment(row: RowMapping) -> StoredPayment:
    currency = Currency.of(row["currency"])
    payment = Payment(
        id=row["id"],
        amount=Money(row["amount"], currency),
        entry_date=row["entry_date"],
        value_date=row["value_date"],
        reference=row["reference"],
        text=row["text"],
        name=row["payer_name"],
        iban=row["payer_iban"],
        is_reversal=row["because"] == "reversal",
    )
    return StoredPayment(
        payment=payment,
        own_iban=row["iban"],
        likeness=row["likeness"],
        state=row["state"],
        rule=row["rule"],
        because=row["because"],
        documents=tuple(json.loads(row["documents"])),
        unallocated=Money(row["unallocated"], currency),
        refunded=Money(int(row["refunded"]), currency) if row["refunded"] else None,
        recorded_on=row["recorded_on"],
    )
