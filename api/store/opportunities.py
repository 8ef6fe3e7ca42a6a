"""Opportunities in the store, with the history of every field, so that the pipeline of any past day can be shown."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby, islice
from operator import attrgetter
from typing import Final, NamedTuple

from sqlalchemy import RowMapping, Select, Text, cast, func, select, update

from api.store import sales_tables, tables
from api.store.histories import CREATED, Change, record, record_created
from api.store.sql import ROWS_AT_ONCE, Reading, Writing, canonical_json, chunks, insert_absent, rows_after
from engine.documents.opportunity import Opportunity
from engine.documents.party import Prospect
from engine.money import Currency, Money

_PLAIN: Final = (
    *("id", "customer", "what", "stage", "state", "expected_close", "owner", "reason", "next_step", "next_step_on", "source"),
    "primary_quote",
)
_DERIVED: Final = ("prospect_stored_until",)
"""What follows from the day of a change."""


def find(connection: Reading, ids: Iterable[str] | None = None) -> dict[str, Opportunity]:
    """Opportunities by id as they are now, in the order of their ids."""
    query = select(tables.opportunities).order_by(tables.opportunities.c.id)
    queries = [query] if ids is None else [query.where(tables.opportunities.c.id.in_(some)) for some in chunks(ids)]
    return {row["id"]: _opportunity(dict(row)) for each in queries for row in connection.execute(each).mappings()}


def lock(connection: Writing, name: str) -> Opportunity | None:
    """An opportunity, locked until the transaction ends; None where there is none."""
    row = connection.execute(_locked(name)).mappings().first()
    return None if row is None else _opportunity(dict(row))


def of_customer(connection: Reading, customer: str) -> tuple[Opportunity, ...]:
    """The opportunities of a customer, open and closed, by id."""
    query = select(tables.opportunities).where(tables.opportunities.c.customer == customer).order_by(tables.opportunities.c.id)
    return tuple(_opportunity(dict(row)) for row in connection.execute(query).mappings())


def each(connection: Reading, *, after: str | None = None, from_: str | None = None, only_open: bool = False) -> Iterator[Opportunity]:
    """Opportunities as they are now, in the order of their ids, after one or from one on; some are in memory at once."""
    table = tables.opportunities
    query = select(table).where(table.c.state == "open") if only_open else select(table)
    query = query if from_ is None else query.where(table.c.id >= from_)
    return (_opportunity(dict(row)) for row in rows_after(connection, query, table.c.id, after))


def is_in_stage(connection: Reading, stage: str) -> bool:
    """Whether an opportunity is in a stage."""
    table = tables.opportunities.c
    return connection.execute(select(table.id).where(table.stage == stage).limit(1)).first() is not None


class StageSum(NamedTuple):
    """The open opportunities of one stage that are expected to close in one month; the amount in minor units."""

    month: str
    stage: str
    opportunities: int
    amount: int


def sums_by_stage(connection: Reading, *, until: date, customer: str | None = None) -> list[StageSum]:
    """The sums of open opportunities with an expected close before a day, by month and stage."""
    table = tables.opportunities.c
    month = func.substr(cast(table.expected_close, Text), 1, 7)
    query = select(month.label("month"), table.stage, func.count().label("opportunities"), func.sum(table.amount).label("amount"))
    query = query.where(table.state == "open", table.expected_close < until)
    if customer is not None:
        query = query.where(table.customer == customer)
    rows = connection.execute(query.group_by(month, table.stage).order_by(month, table.stage)).mappings()
    return [StageSum(row["month"], row["stage"], row["opportunities"], int(row["amount"])) for row in rows]


class PipelineSum(NamedTuple):
    """The opportunities that are alike in all but their id and their amount; the amount in minor units."""

    stage: str
    state: str
    owner: str
    month: str
    who: str
    reason: str
    order_type: str
    """Empty where nobody stated it."""
    opportunities: int
    amount: int


def sums(connection: Reading, by: Iterable[str], *, owner: str | None = None) -> list[PipelineSum]:
    """The sums of opportunities, or those of one owner, as they are now, by stage, state and the keys of a pipeline.

    The other keys are empty texts.

    By order type, an opportunity is counted in each of its own.
    """
    table, wanted = tables.opportunities.c, set(by)
    keys = {
        "owner": table.owner,
        "month": func.substr(cast(table.expected_close, Text), 1, 7),
        "who": func.coalesce(table.customer, table.prospect_name, ""),
        "reason": func.coalesce(table.reason, ""),
        "order_type": table.amounts,
    }
    names = ("stage", "state", *(name for name in keys if name in wanted))
    groups = [({"stage": table.stage, "state": table.state} | keys)[name].label(name) for name in names]
    query = select(*groups, func.count().label("opportunities"), func.sum(table.amount).label("sum")).group_by(*groups)
    if owner is not None:
        query = query.where(table.owner == owner)
    absent = dict.fromkeys(keys.keys() - set(names), "")
    rows = connection.execute(query).mappings()
    return [PipelineSum(**absent | {name: row[name] for name in names} | part) for row in rows for part in _parts(row)]


def _parts(row: RowMapping) -> Iterator[dict[str, str | int]]:
    """What alike opportunities come to together, by order type; their amounts by order type are alike too where these are wanted."""
    count, each = row["opportunities"], json.loads(row.get("order_type", "{}"))
    for kind, amount in each.items():
        yield {"order_type": kind, "opportunities": count, "amount": amount * count}
    if not each:
        yield {"order_type": "", "opportunities": count, "amount": int(row["sum"])}


def owners(connection: Reading) -> tuple[str, ...]:
    """Who looks after an opportunity, in the order of names."""
    column = tables.opportunities.c.owner
    return tuple(connection.execute(select(column).distinct().order_by(column)).scalars())


def past_sums(connection: Reading, by: Sequence[str], day: date, *, owner: str | None = None) -> Iterator[PipelineSum]:
    """What each opportunity, or each of one owner, added to a pipeline by some keys at the end of a day."""
    return (each for one in each_as_of(connection, day) if owner in (None, one.owner) for each in _as_sums(one, by))


def _as_sums(one: Opportunity, by: Sequence[str]) -> Iterator[PipelineSum]:
    """What one opportunity adds to a pipeline by some keys: by order type it counts in each of its own, else once."""
    who = one.customer or (one.prospect.name if one.prospect else "")
    parts = one.amounts if "order_type" in by else {}
    for kind, amount in parts.items() or (("", one.amount),):
        yield PipelineSum(one.stage, one.state, one.owner, f"{one.expected_close:%Y-%m}", who, one.reason or "", kind, 1, amount.minor)


def each_as_of(connection: Reading, day: date, name: str | None = None) -> Iterator[Opportunity]:
    """Opportunities, or one, as they were at the end of a day, by id: later changes are undone, newest first; later ones are absent."""
    history = sales_tables.opportunity_changes
    later = select(history).where(history.c.changed_on > day).order_by(history.c.opportunity, history.c.sequence.desc())
    query = select(tables.opportunities)
    query = query if name is None else query.where(tables.opportunities.c.id == name)
    rows = (dict(row) for row in rows_after(connection, query, tables.opportunities.c.id, None))
    while some := list(islice(rows, ROWS_AT_ONCE)):
        by_id = {str(row["id"]): row for row in some}
        for change in connection.execute(later.where(history.c.opportunity.in_(tuple(by_id)))).mappings():
            if change["field"] == CREATED:
                by_id.pop(change["opportunity"], None)
            elif change["opportunity"] in by_id:
                by_id[change["opportunity"]][change["field"]] = _column_of(change["field"], change["before"])
        yield from map(_opportunity, by_id.values())


def append(connection: Writing, created: Iterable[Opportunity], made: Change) -> tuple[str, ...]:
    """Inserts new opportunities with the first entry of their history; gives those whose ids another transaction took meanwhile."""
    added = {one.id: one for one in created}
    if not added:
        return ()
    present = added.keys() - insert_absent(connection, tables.opportunities, [_row(one) for one in added.values()])
    record_created(
        connection, sales_tables.opportunity_changes, {name: one.stage for name, one in added.items() if name not in present}, made
    )
    return tuple(sorted(present))


def replace(connection: Writing, after: Opportunity, made: Change) -> tuple[str, ...]:
    """Updates an opportunity and records the history of its fields; gives those that changed."""
    table = tables.opportunities
    row = connection.execute(_locked(after.id)).mappings().one()
    now = _row(after)
    differing = tuple(name for name in now if row[name] != now[name])
    if differing:
        connection.execute(update(table).where(table.c.id == after.id).values(now))
        fields = {name: (_text(row[name]), _text(now[name])) for name in differing if name not in _DERIVED}
        record(connection, sales_tables.opportunity_changes, after.id, fields, made)
    return differing


def in_stage_since(connection: Reading, ids: Iterable[str]) -> dict[str, date]:
    """Since when each of some opportunities has been in its stage."""
    table = sales_tables.opportunity_changes.c
    query = select(table.opportunity, func.max(table.changed_on).label("last")).where(table.field.in_((CREATED, "stage")))
    query = query.group_by(table.opportunity)
    return {row.opportunity: row.last for some in chunks(ids) for row in connection.execute(query.where(table.opportunity.in_(some)))}


class Move(NamedTuple):
    """An opportunity that came into a stage (or was won, lost or cancelled): from which one, after how many days, with which amount."""

    opportunity: str
    owner: str
    before: str
    """Empty where it was opened in the stage."""
    after: str
    moved_on: date
    days: int
    amount: int


def moves(connection: Reading, start: date, until: date) -> Iterator[Move]:
    """The moves of [start, until), opportunity by opportunity; the amount, in minor units, is that of the moment."""
    table, history = tables.opportunities.c, sales_tables.opportunity_changes.c
    query = select(history.opportunity, history.field, history.before, history.after, history.changed_on, table.amount, table.owner)
    query = query.join_from(sales_tables.opportunity_changes, tables.opportunities, table.id == history.opportunity)
    query = query.where(history.field.in_((CREATED, "stage", "amount")))
    query = query.order_by(history.opportunity, history.sequence, history.field).execution_options(yield_per=ROWS_AT_ONCE)
    for name, rows in groupby(connection.execute(query), key=attrgetter("opportunity")):
        changed = list(rows)
        amount = next((int(row.before) for row in changed if row.field == "amount"), changed[0].amount)
        entered = changed[0].changed_on
        for row in changed:
            if row.field == "amount":
                amount = int(row.after)
                continue
            if start <= row.changed_on < until:
                days = (row.changed_on - entered).days
                yield Move(name, row.owner, row.before or "", row.after, row.changed_on, days, amount)
            entered = row.changed_on


def _row(opportunity: Opportunity) -> dict[str, object]:
    prospect = opportunity.prospect
    return {
        "id": opportunity.id,
        "customer": opportunity.customer,
        "prospect_name": prospect.name if prospect else None,
        "prospect_town": prospect.town if prospect else None,
        "prospect_contact": prospect.contact if prospect else None,
        "prospect_stored_until": prospect.stored_until if prospect else None,
        "what": opportunity.what,
        "stage": opportunity.stage,
        "state": opportunity.state,
        "amount": opportunity.amount.minor,
        "currency": opportunity.currency.code,
        "expected_close": opportunity.expected_close,
        "owner": opportunity.owner,
        "reason": opportunity.reason,
        "next_step": opportunity.next_step,
        "next_step_on": opportunity.next_step_on,
        "source": opportunity.source,
        "amounts": canonical_json({kind: amount.minor for kind, amount in opportunity.amounts.items()}),
        "primary_quote": opportunity.primary_quote,
        "attributes": canonical_json(opportunity.attributes),
    }


def _opportunity(row: Mapping[str, object]) -> Opportunity:
    currency = Currency.of(str(row["currency"]))
    amount = row["amount"]
    assert isinstance(amount, int)
    prospect = None
    if row["prospect_name"] is not None:
        prospect = Prospect.model_validate({name: row[f"prospect_{name}"] for name in Prospect.model_fields})
    amounts = {kind: Money(minor, currency) for kind, minor in json.loads(str(row["amounts"])).items()}
    made = {"currency": currency, "amount": Money(amount, currency), "amounts": amounts, "prospect": prospect}
    return Opportunity.model_validate({name: row[name] for name in _PLAIN} | made | {"attributes": json.loads(str(row["attributes"]))})


def _locked(name: str) -> Select[tuple[object, ...]]:
    """The row of an opportunity, locked; contacts may refer to it meanwhile."""
    return select(tables.opportunities).where(tables.opportunities.c.id == name).with_for_update(key_share=True)


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _column_of(name: str, text: str | None) -> object:
    if text is None:
        return None
    if name == "amount":
        return int(text)
    return date.fromisoformat(text) if name in ("expected_close", "next_step_on") else text
