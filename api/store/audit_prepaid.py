"""The auditor's rules of prepaid amounts: each moved as its documents say and as it was posted, and nothing is drawn that was not sold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlalchemy import Select, and_, case, func, select

from api.store import tables
from api.store.audit_problems import NO_DOCUMENT, PREPAID_DIFFERS, PREPAID_OVERDRAWN, PREPAID_POSTED
from api.store.document_figures import DocumentFigures
from api.store.ledger_tables import ledger_entries, ledger_postings
from api.store.sql import Reading
from api.store.usage_tables import prepaid_movements
from engine.money import Currency, Money
from engine.phrases import phrase
from engine.problems import Problem

_MOVED, _LEG, _ENTRY = prepaid_movements.c, ledger_postings.c, ledger_entries.c
_KINDS = ("prepaid", "prepaid-lapsed")


def audit_movements(connection: Reading, documents: Mapping[str, DocumentFigures]) -> Iterator[Problem]:
    """The lines of documents that sell, draw, refund or return, and moved otherwise."""
    stored: dict[str, dict[int, tuple[str, str, int]]] = {}
    query = select(_MOVED.document, _MOVED.line, _MOVED.item, _MOVED.kind, _MOVED.amount).where(_MOVED.document.in_(documents))
    for row in connection.execute(query):
        stored.setdefault(row.document, {})[row.line] = (row.item, row.kind, int(row.amount))
    for number, document in documents.items():
        expected, moved = document.prepaid, stored.get(number, {})
        if expected != moved:
            line = min(at for at in {*expected, *moved} if expected.get(at) != moved.get(at))
            yield PREPAID_DIFFERS.at(None, number=number, line=line)


def audit_prepaid(connection: Reading) -> Iterator[Problem]:
    """The prepaid amounts of which more is gone than was sold, and what moved and was not posted so."""
    if connection.execute(select(_MOVED.item).limit(1)).first() is None and connection.execute(_entries()).first() is None:
        return
    yield from _overdrawn(connection)
    yield from _without_document(connection)
    yield from _posted_otherwise(connection)


def _overdrawn(connection: Reading) -> Iterator[Problem]:
    sold, left = func.sum(case((_MOVED.kind == "sold", _MOVED.amount), else_=0)), func.sum(_MOVED.amount)
    query = select(_MOVED.item, tables.orders.c.currency, sold.label("sold"), left.label("left"))
    query = query.join(tables.items, tables.items.c.id == _MOVED.item).join(tables.orders, tables.orders.c.id == tables.items.c.order)
    query = query.group_by(_MOVED.item, tables.orders.c.currency).having(left < 0).order_by(_MOVED.item)
    for row in connection.execute(query):
        currency = Currency.of(row.currency)
        gone = Money(int(row.sold) - int(row.left), currency)
        yield PREPAID_OVERDRAWN.at(None, item=row.item, sold=Money(int(row.sold), currency), gone=gone)


def _without_document(connection: Reading) -> Iterator[Problem]:
    """What no document and no entry says."""
    issued = tables.issued.c
    query = select(_MOVED.document, _MOVED.item).outerjoin(tables.issued, issued.number == _MOVED.document)
    lapsed = and_(_ENTRY.source == _MOVED.document, _ENTRY.kind == "prepaid-lapsed")
    query = query.outerjoin(ledger_entries, lapsed).where(case((_MOVED.kind == "lapsed", _ENTRY.source), else_=issued.number).is_(None))
    for row in connection.execute(query.order_by(_MOVED.document)):
        yield NO_DOCUMENT.at(None, what=phrase("the prepaid amount {item}", item=row.item), number=row.document)


def _posted_otherwise(connection: Reading) -> Iterator[Problem]:
    """The documents, and the months of lapses, whose entry is not what moved."""
    moves = select(_MOVED.document, func.sum(_MOVED.amount)).group_by(_MOVED.document)
    moved, posted = ({name: int(minor) for name, minor in connection.execute(query)} for query in (moves, _entries()))
    for name in sorted({*moved, *posted}):
        expected, result = moved.get(name, 0), -posted.get(name, 0)
        if expected != result:
            yield PREPAID_POSTED.at(None, document=name, wanted=expected, found=result)


def _entries() -> Select[tuple[str, int]]:
    """By source, what the entries of prepaid amounts post on their account."""
    query = select(_LEG.source, func.sum(_LEG.amount)).where(_LEG.kind.in_(_KINDS), _LEG.role == "prepaid")
    return query.group_by(_LEG.source)
