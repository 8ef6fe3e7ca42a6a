"""What issued documents declare of VAT: by document and VAT code, from their journal entries, in the period in which it is declared."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    Subquery,
    and_,
    case,
    func,
    or_,
    select,
    union_all,
)

from api.store import tables
from api.store.ledger_tables import closed_periods
from api.store.open_rests import booked_on
from api.store.payment_tables import payment_allocations, payments
from api.store.sql import Reading, chunks
from engine.dates import Period

_issued, _postings = tables.issued.c, tables.posting_sums.c
_parts, _payments = payment_allocations.c, payments.c
_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeSum:
    """What the documents of a period have of one VAT code: of those that count as invoices, or of those that count as credits."""

    code: str
    is_credit: bool
    base: int
    vat: int
    documents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentSum:
    """What a document has of one VAT code, above zero where it counts as an invoice."""

    number: str
    corrects: str | None
    customer: str
    name: str
    vat_number: str | None
    issued_on: date
    tax_point: date
    code: str
    base: int
    vat: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenOff:
    """VAT that is not owed any more because its invoice was written off; below zero where that was taken back."""

    document: str
    payment: str
    on: date
    reason: str | None
    vat: int


class Declared:
    """What is declared in a period: what has its tax point there, and what came too late for the periods that were closed before."""

    def __init__(self, connection: Reading, period: Period, vat_accounts: Collection[str]) -> None:
        self._connection = connection
        self._period = period
        self._vat_accounts = tuple(vat_accounts)

    def by_code(self) -> list[CodeSum]:
        """The sums of each code, by code."""
        of = self._by_document().subquery()
        counts_as_credit = _is_credit(of)
        sums = (func.sum(of.c.base), func.sum(of.c.vat), func.count(of.c.number.distinct()))
        query = select(of.c.code, counts_as_credit, *sums).group_by(of.c.code, counts_as_credit).order_by(of.c.code, counts_as_credit)
        return [
            CodeSum(code=row[0], is_credit=bool(row[1]), base=int(row[2]), vat=int(row[3]), documents=int(row[4]))
            for row in self._connection.execute(query)
        ]

    def by_document(self, codes: Collection[str] | None = None, *, begin: str | None = None) -> Iterator[DocumentSum]:
        """The sums of each document and code, by number and code; those of some codes, from a number on."""
        of = self._by_document().subquery()
        about = (_issued.buyer_name.label("name"), _issued.buyer_vat_number.label("vat_number"))
        columns = (_issued.corrects, _issued.customer, _issued.issued_on, *about)
        query = select(*of.c, *columns).join(tables.issued, _issued.number == of.c.number).order_by(of.c.number, of.c.code)
        if codes is not None:
            query = query.where(of.c.code.in_(codes))
        if begin is not None:
            query = query.where(of.c.number >= begin)
        for row in self._connection.execute(query.execution_options(yield_per=_AT_ONCE)).mappings():
            yield DocumentSum(**{**row, "base": int(row["base"]), "vat": int(row["vat"])})

    def written_off(self) -> list[WrittenOff]:
        """The VAT of invoices that were written off, by day and payment; below zero where that was taken back."""
        first, after = self._period.start, self._period.until
        day = booked_on(self._connection, first - timedelta(days=1))
        within = self._is_in(and_(day >= first, day < after), day < first, _parts.allocated_at)
        columns = (_parts.document, _parts.payment, day.label("day"), _payments.because)
        query = select(*columns, _parts.amount).join(payments, _payments.id == _parts.payment)
        rows = self._connection.execute(
            query.where(_parts.kind == "write-off-vat", within).order_by("day", _parts.payment, _parts.sequence)
        )
        return [
            WrittenOff(document=row.document, payment=row.payment, on=row.day, reason=row.because, vat=int(row.amount)) for row in rows
        ]  # fmt: skip

    def _by_document(self) -> Select[tuple[str, date, str, int, int]]:
        amount, is_vat = _postings.credit - _postings.debit, _postings.account.in_(self._vat_accounts)
        base, vat = (func.sum(case((which, amount), else_=0)) for which in (~is_vat, is_vat))
        code = _postings.vat_code.label("code")
        query = select(_issued.number, _issued.tax_point, code, base.label("base"), vat.label("vat"))
        query = query.join(tables.posting_sums, _postings.number == _issued.number)
        query = query.where(_postings.vat_code != "", _issued.number.in_(self._numbers()))
        return query.group_by(_issued.number, _issued.tax_point, code).having(or_(base != 0, vat != 0))

    def _numbers(self) -> CompoundSelect[str] | Select[str]:
        """The documents that are declared in the period, and in no other: by the index of tax points, within it and late ones apart."""
        document, first, after = tables.issued.alias("declared").c, self._period.start, self._period.until
        parts = [and_(document.tax_point >= first, document.tax_point < after)]
        before, closed = (self._closed_at(day - timedelta(days=1)) for day in (first, after))
        if before is not None:
            parts.append(and_(document.tax_point < first, document.issued_at > before))
        queries = [select(document.number).where(part, *([] if closed is None else [document.issued_at <= closed])) for part in parts]
        return queries[0] if len(queries) == 1 else union_all(*queries)

    def _is_in(self, within: ColumnElement[bool], earlier: ColumnElement[bool], at: ColumnElement[datetime]) -> ColumnElement[bool]:
        """What is within the period, or earlier and was stored after that was closed; not what was stored after this one was closed."""
        before = self._closed_at(self._period.start - timedelta(days=1))
        if before is not None:
            within = or_(within, and_(earlier, at > before))
        closed = self._closed_at(self._period.until - timedelta(days=1))
        return within if closed is None else and_(within, at <= closed)

    def _closed_at(self, day: date) -> datetime | None:
        """When the period of a day was closed: with it or with a later one."""
        columns = closed_periods.c
        query = select(func.min(columns.closed_at)).where(columns.kind == "vat", columns.last_day >= day)
        moment: datetime | None = self._connection.execute(query).scalar()
        return moment


def is_credit(base: int, vat: int) -> bool:
    """Whether what a document has of a code counts as a credit: that of a credit note, and what is less than nothing as a whole."""
    return base < 0 or (base == 0 and vat < 0)


def tax_points(connection: Reading, numbers: Iterable[str]) -> dict[str, date]:
    """The tax points of documents."""
    query = select(_issued.number, _issued.tax_point)
    return {row.number: row.tax_point for some in chunks(numbers) for row in connection.execute(query.where(_issued.number.in_(some)))}


def _is_credit(of: Subquery) -> ColumnElement[int]:
    """`is_credit` in SQL."""
    return case((or_(of.c.base < 0, and_(of.c.base == 0, of.c.vat < 0)), 1), else_=0)
