"""The auditor's rule of usage: what was billed is what was reported."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import and_, func, not_, select

from api.store.audit_problems import NOT_AS_REPORTED
from api.store.sql import Reading
from api.store.transaction_rows import TABLE, Key
from api.store.usage_tables import usage_reports
from engine.money import Quantity
from engine.problems import Problem


def audit_usage(connection: Reading) -> Iterator[Problem]:
    """The invoiced transactions of usage whose quantity is not that of their reports: on time of their period, or the late one."""
    columns, reports = TABLE.c, usage_reports.c
    is_on_time = and_(columns.change == "", not_(reports.late))
    within = and_(is_on_time, reports.used_from >= columns.service_from, reports.used_from < columns.service_until)
    reported = func.coalesce(func.sum(reports.quantity), 0)
    invoiced = (columns.kind == "usage", columns.state == "invoiced")
    key = (columns.item, columns.kind, columns.serial, columns.change)
    on_time = (
        select(*key, columns.quantity, reported.label("reported"))
        .select_from(TABLE)
        .outerjoin(usage_reports, and_(reports.item == columns.item, within))
        .where(*invoiced, columns.change == "")
        .group_by(*key, columns.quantity)
        .having(reported != columns.quantity)
    )
    late = (
        select(*key, columns.quantity, func.coalesce(reports.quantity, 0).label("reported"))
        .select_from(TABLE)
        .outerjoin(usage_reports, and_(reports.id == columns.change, reports.item == columns.item, reports.late))
        .where(*invoiced, columns.change != "", func.coalesce(reports.quantity, 0) != columns.quantity)
    )
    for query in (on_time, late):
        for row in connection.execute(query):
            identity = Key(row.item, row.kind, row.serial, row.change).identity
            yield NOT_AS_REPORTED.at(None, transaction=identity, billed=Quantity(row.quantity), reported=Quantity(int(row.reported)))
