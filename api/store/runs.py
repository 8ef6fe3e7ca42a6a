"""Billing runs and their shards: each shard names customers, and a worker issues for them under a lease that it renews."""

from __future__ import annotations

import json
import os
import secrets
import socket
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final, NotRequired, TypedDict

from sqlalchemy import RowMapping, case, func, or_, select, update

from api.store import tables
from api.store.issued_documents import advance_counter, reserve_place
from api.store.sql import Reading, Writing, canonical_json

LEASE_SECONDS: Final = 120
"""How long a worker that gives no sign of life keeps its shard."""
_here: Final[set[str]] = set()
"""The workers of this process that are at work."""


@contextmanager
def named_worker() -> Iterator[str]:
    """A new name, of a worker that is at work meanwhile."""
    name = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
    _here.add(name)
    try:
        yield name
    finally:
        _here.discard(name)


def is_gone(worker: str) -> bool:
    """Whether a worker of this machine is at work no more: its work is then taken over before its lease runs out."""
    host, _, rest = worker.rpartition(":")[0].rpartition(":")
    if host != socket.gethostname():
        return False
    if int(rest) == os.getpid():
        return worker not in _here
    try:
        os.kill(int(rest), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


class NarrowedTo(TypedDict):
    """To what a run is narrowed; some customers only where they were chosen."""

    order_type: str | None
    customer: str | None
    order: str | None
    customers: NotRequired[list[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """The record of a billing run."""

    number: int
    due_through: date
    issued_on: date
    narrowed_to: NarrowedTo
    rulebook: str
    state: str
    started_at: datetime
    ended_at: datetime | None
    resumed: int
    """How often a worker went on after all others were gone."""
    resumed_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunProgress:
    """How far a run is: its shards, those that are done, what was issued, and what is held back in shards that are done."""

    run: Run
    shards: int
    done: int
    issued: int
    held: int
    workers: tuple[tuple[str, datetime], ...]
    """Who has a shard now, and until when without a sign of life."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shard:
    """A part of a run that one worker does."""

    run: int
    number: int
    customers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSum:
    """The invoices of a run: how many, and their net in minor units."""

    invoices: int
    net: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RunKey:
    """What a run was asked for: one that asks for the same resumes it."""

    due_through: date
    issued_on: date
    narrowed_to: NarrowedTo
    rulebook: str

    def columns(self) -> dict[str, object]:
        """Its columns."""
        selected = canonical_json(dict(self.narrowed_to))
        return {"due_through": self.due_through, "issued_on": self.issued_on, "narrowed_to": selected, "rulebook": self.rulebook}


def find_unfinished(connection: Reading, key: RunKey) -> int | None:
    """The number of the last unfinished run that was asked for the same; None where there is none."""
    columns = tables.runs.c
    query = select(columns.number).where(columns.state == "running", *(columns[name] == value for name, value in key.columns().items()))
    return connection.execute(query.order_by(columns.number.desc()).limit(1)).scalar()


def open_run(connection: Writing, key: RunKey, shards: Sequence[Sequence[str]], *, at: datetime) -> int:
    """The number of the unfinished run that was asked for the same, else of a new one; of two that ask at once, one makes it.

    An unfinished run also takes the customers who are in none of its unfinished shards.
    """
    place = reserve_place(connection, "run", "run", issued_on=None)
    number = find_unfinished(connection, key)
    if number is None:
        advance_counter(connection, place)
        number = place.sequence
        started = {"number": number, "state": "running", "issued": 0, "held": 0, "started_at": at, "resumed": 0}
        connection.execute(tables.runs.insert(), key.columns() | started)
    _add_shards(connection, number, shards)
    return number


def _add_shards(connection: Writing, run: int, shards: Sequence[Sequence[str]]) -> None:
    table = tables.run_shards
    rows = connection.execute(select(table.c.number, table.c.state, table.c.customers).where(table.c.run == run)).all()
    waiting = {name for row in rows if row.state != "done" for name in json.loads(row.customers)}
    others = [[name for name in names if name not in waiting] for names in shards]
    last = max((row.number for row in rows), default=0)
    fresh = [
        {"run": run, "number": at, "customers": canonical_json(names), "state": "waiting", "held": 0}
        for at, names in enumerate(filter(None, others), start=last + 1)
    ]
    if fresh:
        connection.execute(table.insert(), fresh)


def find_run(connection: Reading, number: int) -> Run | None:
    """The record of a run; None where there is none of that number."""
    row = connection.execute(select(tables.runs).where(tables.runs.c.number == number)).mappings().first()
    return None if row is None else _run(row)


def progress_of(connection: Reading, numbers: Iterable[int] | None = None, *, most: int = 50) -> tuple[RunProgress, ...]:
    """How far some runs are, or the last ones, the latest first."""
    runs, shards, issued = tables.runs, tables.run_shards, tables.issued
    query = select(runs).order_by(runs.c.number.desc())
    query = query.limit(most) if numbers is None else query.where(runs.c.number.in_(list(numbers)))
    rows = connection.execute(query).mappings().all()
    named = [row["number"] for row in rows]
    parts = select(
        shards.c.run,
        func.count().label("shards"),
        func.sum(case((shards.c.state == "done", 1), else_=0)).label("done"),
        func.sum(shards.c.held).label("held"),
    )
    by_run = {row.run: row for row in connection.execute(parts.where(shards.c.run.in_(named)).group_by(shards.c.run))}
    counts = select(issued.c.run, func.count().label("issued")).where(issued.c.run.in_(named)).group_by(issued.c.run)
    issued_by_run = {row.run: int(row.issued) for row in connection.execute(counts)}
    leases = select(shards.c.run, shards.c.worker, shards.c.leased_until).where(shards.c.run.in_(named), shards.c.state == "leased")
    workers: dict[int, list[tuple[str, datetime]]] = {}
    for row in connection.execute(leases.order_by(shards.c.run, shards.c.number)):
        workers.setdefault(row.run, []).append((row.worker, row.leased_until))
    return tuple(
        RunProgress(
            run=_run(row),
            shards=int(by_run[row["number"]].shards) if row["number"] in by_run else 0,
            done=int(by_run[row["number"]].done) if row["number"] in by_run else 0,
            issued=issued_by_run.get(row["number"], 0),
            held=int(by_run[row["number"]].held) if row["number"] in by_run else row["held"],
            workers=tuple(workers.get(row["number"], ())),
        )
        for row in rows
    )


def record_resumption(connection: Writing, number: int, *, at: datetime) -> None:
    """Records that a run goes on after all its workers were gone."""
    table = tables.runs
    connection.execute(update(table).where(table.c.number == number).values(resumed=table.c.resumed + 1, resumed_at=at))


def is_worked_on(connection: Reading, number: int, is_gone: Callable[[str], bool]) -> bool:
    """Whether a worker has a shard of a run under a lease that holds; `is_gone` says which workers are known to be gone."""
    table = tables.run_shards.c
    query = select(table.worker).where(table.run == number, table.state == "leased", table.leased_until >= _now(connection))
    return any(not is_gone(worker) for worker in connection.execute(query).scalars())


def was_worked_on(connection: Reading, number: int) -> bool:
    """Whether a worker ever had a shard of a run."""
    table = tables.run_shards.c
    return connection.execute(select(table.number).where(table.run == number, table.worker.is_not(None)).limit(1)).first() is not None


def claim_shard(
    connection: Writing, run: int, worker: str, *, seconds: float = LEASE_SECONDS, is_gone: Callable[[str], bool]
) -> Shard | None:
    """Leases the first shard of a run that nobody has, whose lease ran out, or whose worker is gone; None where there is none now."""
    table = tables.run_shards
    now = _now(connection)
    is_free = or_(table.c.state == "waiting", (table.c.state == "leased") & (table.c.leased_until < now))
    query = select(table.c.number, table.c.customers).where(table.c.run == run).order_by(table.c.number)
    row = connection.execute(query.where(is_free).limit(1).with_for_update(skip_locked=True)).first()
    if row is None:
        leased = query.add_columns(table.c.worker).where(table.c.state == "leased").with_for_update(skip_locked=True)
        row = next((each for each in connection.execute(leased).all() if is_gone(each.worker)), None)
    if row is None:
        return None
    values = {"state": "leased", "worker": worker, "leased_until": now + timedelta(seconds=seconds)}
    connection.execute(update(table).where(table.c.run == run, table.c.number == row.number).values(values))
    return Shard(run=run, number=row.number, customers=tuple(json.loads(row.customers)))


def renew_lease(connection: Writing, shard: Shard, worker: str, *, seconds: float = LEASE_SECONDS) -> bool:
    """Renews a lease; False where another worker has the shard."""
    return _update_shard(connection, shard, worker, leased_until=_now(connection) + timedelta(seconds=seconds))


def finish_shard(connection: Writing, shard: Shard, worker: str, *, held: int) -> bool:
    """Records that a shard is done; False where another worker has it."""
    return _update_shard(connection, shard, worker, state="done", leased_until=None, held=held)


def unfinished_shards(connection: Reading, run: int) -> int:
    """How many shards of a run are not done."""
    table = tables.run_shards.c
    return int(connection.execute(select(func.count()).where(table.run == run, table.state != "done")).scalar_one())


def end_run(connection: Writing, number: int, *, at: datetime) -> bool:
    """Records the end of a run, once; whether it had not ended before."""
    (so_far,) = progress_of(connection, [number])
    values = {"state": "done", "issued": so_far.issued, "held": so_far.held, "ended_at": at}
    query = update(tables.runs).where(tables.runs.c.number == number, tables.runs.c.state == "running")
    return connection.execute(query.values(values)).rowcount > 0


def numbers_of_run(connection: Reading, run: int) -> tuple[str, ...]:
    """The numbers of the invoices that a run issued so far, in their order."""
    table = tables.issued.c
    return tuple(connection.execute(select(table.number).where(table.run == run).order_by(table.series, table.sequence)).scalars())


def last_runs(connection: Reading, narrowed_to: NarrowedTo, *, most: int) -> tuple[RunSum, ...]:
    """The last runs of a selection that issued invoices, the latest first: how many invoices, and their net."""
    runs, issued = tables.runs.c, tables.issued.c
    query = (
        select(func.count().label("invoices"), func.sum(issued.net).label("net"))
        .join(tables.issued, issued.run == runs.number)
        .where(runs.narrowed_to == canonical_json(dict(narrowed_to)))
        .group_by(runs.number)
        .order_by(runs.number.desc())
        .limit(most)
    )
    return tuple(RunSum(invoices=row.invoices, net=int(row.net)) for row in connection.execute(query))


def _update_shard(connection: Writing, shard: Shard, worker: str, **values: object) -> bool:
    table = tables.run_shards
    is_ours = (table.c.run == shard.run, table.c.number == shard.number, table.c.worker == worker, table.c.state == "leased")
    return connection.execute(update(table).where(*is_ours).values(values)).rowcount == 1


def _run(row: RowMapping) -> Run:
    return Run(
        number=row["number"],
        due_through=row["due_through"],
        issued_on=row["issued_on"],
        narrowed_to=json.loads(row["narrowed_to"]),
        rulebook=row["rulebook"],
        state=row["state"],
        started_at=row["started_at"],
        ended_at=row["ended_at"],
        resumed=row["resumed"],
        resumed_at=row["resumed_at"],
    )


def _now(connection: Reading) -> datetime:
    """The time of the database, by which all machines measure leases."""
    if connection.dialect.name == "postgresql":
        now: datetime = connection.execute(select(func.clock_timestamp())).scalar_one()
        return now.astimezone(UTC)
    return datetime.fromisoformat(str(connection.execute(select(func.strftime("%Y-%m-%dT%H:%M:%fZ", "now"))).scalar_one()))
