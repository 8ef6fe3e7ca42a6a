"""The auditor's rule of doubtful debts: what stands on their account is what is open of them, and nothing of others."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import and_, func, select

from api.store import doubtful_documents, settlements
from api.store.audit_problems import DOUBTFUL_DIFFERS
from api.store.ledger_tables import ledger_entries, ledger_postings
from api.store.sql import Reading
from engine.problems import Problem

_ENTRY, _LEG = ledger_entries.c, ledger_postings.c


def audit_doubtful(connection: Reading) -> Iterator[Problem]:
    """The invoices of which something else stands on the account of doubtful debts than is open."""
    query = select(_ENTRY.subject, func.sum(_LEG.amount).label("total")).group_by(_ENTRY.subject)
    query = query.join(ledger_postings, and_(_LEG.kind == _ENTRY.kind, _LEG.source == _ENTRY.source))
    query = query.where(_ENTRY.kind == "doubtful", _LEG.role == "doubtful")
    posted = {row.subject: int(row.total) for row in connection.execute(query)}
    doubts = doubtful_documents.find(connection)
    rests = {number: max(0, one.rest.minor) for number, one in settlements.of_documents(connection, doubts).items()}
    for number in sorted({*posted, *rests}):
        position, expected = posted.get(number, 0), rests.get(number, 0)
        if position != expected:
            yield DOUBTFUL_DIFFERS.at(None, number=number, found=position, expected=expected)
