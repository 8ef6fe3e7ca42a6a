"""The figures of a month for its pack: sums of postings by account and customer, of documents, and of payments, each from its own rows."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import BigInteger, ColumnElement, and_, case, cast, exists, func, or_, select, text
from sqlalchemy.dialects.postgresql import JSONB

from api.store import tables
from api.store.accounting_tables import accounting_records
from api.store.ledger_tables import ledger_entries, ledger_postings
from api.store.open_rests import booked_on, received_on, refunds_by, was_matched
from api.store.payment_tables import payment_allocations, payment_refunds, payments
from api.store.sql import Reading
from engine.dates import Period
from engine.documents.journal import EntryKind

_issued, _entries, _sums = tables.issued.c, tables.journal_entries.c, tables.posting_sums.c
_ENTRY, _LEG, _PART, _PAYMENT = ledger_entries.c, ledger_postings.c, payment_allocations.c, payments.c
_OF_PAYMENTS: tuple[EntryKind, ...] = ("payment", "payment-change")
_OF_CHARGES: tuple[EntryKind, ...] = ("charge", "charge-cancelled")
_SIGN = case((_issued.kind == "credit-note", -1), else_=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentSums:
    """What the documents of a month come to, credit notes below zero."""

    count: int
    lines: int
    net: int
    vat: int
    gross: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BookedPart:
    """A part of a payment in the month in which it is booked."""

    payment: str
    document: str
    kind: str
    amount: int
    booked_on: date


def document_postings(connection: Reading, days: Period) -> dict[str, tuple[int, int]]:
    """By account, what the entries of documents debit and credit on some days."""
    query = select(_sums.account, func.sum(_sums.debit), func.sum(_sums.credit)).join(
        tables.journal_entries, _entries.number == _sums.number
    )
    query = query.where(_entries.posted_on >= days.start, _entries.posted_on < days.until).group_by(_sums.account)
    return {row[0]: (int(row[1]), int(row[2])) for row in connection.execute(query)}


def other_postings(connection: Reading, days: Period) -> dict[tuple[str, str, str], tuple[int, int]]:
    """By kind of entry, role and account, what the other entries debit and credit on some days."""
    debit, credit = (func.sum(case((each > 0, each), else_=0)) for each in (_LEG.amount, -_LEG.amount))
    query = select(_LEG.kind, _LEG.role, _LEG.account, debit, credit).join(ledger_entries, _is_of_entry())
    query = query.where(_ENTRY.posted_on >= days.start, _ENTRY.posted_on < days.until).group_by(_LEG.kind, _LEG.role, _LEG.account)
    return {(row[0], row[1], row[2]): (int(row[3]), int(row[4])) for row in connection.execute(query)}


def owed_as_posted(connection: Reading, on: date, accounts: Collection[str]) -> dict[str, int]:
    """By customer, what stands in the accounts of customers at the end of a day."""
    query = select(_entries.customer, func.sum(_sums.debit - _sums.credit)).join(tables.posting_sums, _sums.number == _entries.number)
    query = query.where(_entries.posted_on <= on, _sums.account.in_(accounts)).group_by(_entries.customer)
    result = {row[0]: int(row[1]) for row in connection.execute(query)}
    for customer, owed in _other_owed(connection, on, accounts, None).items():
        result[customer] = result.get(customer, 0) + owed
    return result


def owed_besides(connection: Reading, on: date, accounts: Collection[str]) -> dict[str, int]:
    """By customer, what entries of neither documents, payments nor charges debit to it until the end of a day."""
    return _other_owed(connection, on, accounts, (*_OF_PAYMENTS, *_OF_CHARGES))


def document_sums(connection: Reading, days: Period) -> DocumentSums:
    """The sums of the documents that were issued on some days: of their columns, and of the nets of their lines."""
    within = and_(_issued.issued_on >= days.start, _issued.issued_on < days.until)
    columns = [func.coalesce(func.sum(_SIGN * column), 0) for column in (_issued.net, _issued.vat, _issued.gross)]
    row = connection.execute(select(func.count(), *columns).where(within)).one()
    if connection.dialect.name == "sqlite":
        line = func.json_each(_issued.document, "$.lines").table_valued("value", name="line")
        net = func.json_extract(line.c.value, "$.net")
    else:
        line = func.jsonb_array_elements(cast(_issued.document, JSONB)["lines"]).table_valued("value", name="line")
        net = cast(line.c.value, JSONB)["net"].astext
    of_lines = select(func.coalesce(func.sum(_SIGN * _minor_of(net)), 0)).select_from(tables.issued).join(line, text("true"))
    lines = connection.execute(of_lines.where(within)).scalar_one()
    return DocumentSums(count=int(row[0]), lines=int(lines), net=int(row[1]), vat=int(row[2]), gross=int(row[3]))


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthDocument:
    """A document of a month in its columns, with its hash in the chain of its series."""

    number: str
    kind: str
    issued_on: date
    customer: str
    corrects: str | None
    net: int
    vat: int
    gross: int
    hash: str


def documents_of(connection: Reading, days: Period) -> list[MonthDocument]:
    """The documents that were issued on some days, by number."""
    query = select(*(_issued[name] for name in MonthDocument.__dataclass_fields__)).order_by(_issued.number)
    query = query.where(_issued.issued_on >= days.start, _issued.issued_on < days.until)
    return [MonthDocument(**row) for row in connection.execute(query).mappings()]


def sums_of(connection: Reading, numbers: Collection[str]) -> tuple[int, int]:
    """The net and VAT of some documents, credit notes below zero."""
    row = connection.execute(select(func.sum(_SIGN * _issued.net), func.sum(_SIGN * _issued.vat)).where(_issued.number.in_(numbers))).one()
    return int(row[0] or 0), int(row[1] or 0)


def parts_of(connection: Reading, days: Period) -> list[BookedPart]:
    """The parts of payments that are booked on some days, by payment and in their order."""
    day = booked_on(connection, days.start)
    query = select(_PART.payment, _PART.document, _PART.kind, _PART.amount, day.label("booked_on")).join(
        payments, _PAYMENT.id == _PART.payment
    )
    query = query.where(day >= days.start, day < days.until).order_by(_PART.payment, _PART.sequence)
    return [BookedPart(**row) for row in connection.execute(query).mappings()]


def received(connection: Reading, days: Period, currency: str) -> int:
    """What payments brought or took on some days, those that are counted."""
    day = received_on(connection, days.start - timedelta(days=1))
    query = select(func.coalesce(func.sum(_PAYMENT.amount), 0)).where(_PAYMENT.currency == currency, _is_counted())
    return int(connection.execute(query.where(day >= days.start, day < days.until)).scalar_one())


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedPayment:
    """A payment of a month."""

    id: str
    received_on: date
    entry_date: date
    amount: int
    currency: str
    payer_name: str
    payer_iban: str | None
    reference: str | None
    text: str


def payments_of(connection: Reading, days: Period) -> list[ReceivedPayment]:
    """The payments of some days that are counted, by id."""
    day = received_on(connection, days.start - timedelta(days=1))
    named = [_PAYMENT[name] for name in ReceivedPayment.__dataclass_fields__ if name != "received_on"]
    query = select(*named, day.label("received_on")).where(_is_counted(), day >= days.start, day < days.until)
    return [ReceivedPayment(**row) for row in connection.execute(query.order_by(_PAYMENT.id)).mappings()]


def waiting(connection: Reading, on: date, currency: str) -> int:
    """What payments had brought by the end of a day of which nobody knew yet for what, less what had left so."""
    known = and_(_PAYMENT.currency == currency, _is_counted(), received_on(connection, on) <= on)
    query = select(func.coalesce(func.sum(_PAYMENT.amount), 0)).where(known)
    came = connection.execute(query.where(_PAYMENT.amount >= 0, ~was_matched(connection, on))).scalar_one()
    went = connection.execute(query.where(_PAYMENT.amount < 0)).scalar_one()
    paid_back = refunds_by(connection, on).join(payments, _PAYMENT.id == payment_refunds.c.incoming)
    paid = connection.execute(paid_back.where(was_matched(connection, on))).scalar_one()
    return int(came) + int(went) + int(paid)


def settled_of_former(connection: Reading, on: date) -> dict[str, int]:
    """By customer, what was settled until the end of a day of invoices of a former system, which the journal does not have."""
    former = tables.former_invoices.c
    query = select(former.customer, func.sum(_PART.amount)).join(payment_allocations, _PART.document == former.number)
    query = query.join(payments, _PAYMENT.id == _PART.payment).where(booked_on(connection, on) <= on).group_by(former.customer)
    return {row[0]: int(row[1]) for row in connection.execute(query)}


def deferring(connection: Reading, on: date) -> list[str]:
    """The documents of which income was deferred by a day."""
    query = select(_ENTRY.subject).where(_ENTRY.kind == "deferral", _ENTRY.posted_on <= on).distinct().order_by(_ENTRY.subject)
    return list(connection.execute(query).scalars())


def booked_in_tools(connection: Reading, days: Period) -> Iterator[tuple[str, str, str, int, int | None]]:
    """Each document of some days with each tool: tool, number, state there, our gross, and the gross there (None: it has none)."""
    row = accounting_records.c
    query = select(row.tool, _issued.number, row.state, _SIGN * _issued.gross, row.gross).join(
        tables.issued, _issued.number == row.document
    )
    query = query.where(_issued.issued_on >= days.start, _issued.issued_on < days.until).order_by(row.tool, _issued.number)
    for tool, number, state, ours, theirs in connection.execute(query):
        yield tool, number, state, int(ours), int(theirs) if state == "booked" else None


def _other_owed(connection: Reading, on: date, accounts: Collection[str], without: Collection[str] | None) -> dict[str, int]:
    customer = case((_LEG.customer != "", _LEG.customer), else_=_ENTRY.customer)
    query = select(customer, func.sum(_LEG.amount)).select_from(ledger_postings).join(ledger_entries, _is_of_entry())
    query = query.where(_ENTRY.posted_on <= on, _LEG.account.in_(accounts)).group_by(customer)
    if without is not None:
        query = query.where(_LEG.kind.not_in(without))
    return {row[0]: int(row[1]) for row in connection.execute(query)}


def _is_of_entry() -> ColumnElement[bool]:
    return and_(_ENTRY.kind == _LEG.kind, _ENTRY.source == _LEG.source)


def _is_counted() -> ColumnElement[bool]:
    """What only another form of file reported is not counted, as in the journal."""
    parts = select(_PART.payment).where(_PART.payment == _PAYMENT.id)
    return or_(_PAYMENT.because.is_(None), _PAYMENT.because != "possible-duplicate", _PAYMENT.state == "paid-out", exists(parts))


def _minor_of(amount: ColumnElement[str]) -> ColumnElement[int]:
    """The minor units of an amount as documents write it, with all of its decimals."""
    return cast(func.replace(amount, ".", ""), BigInteger)
