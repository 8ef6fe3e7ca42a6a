"""A folder of CSV files taken over: all of it in one transaction or, with any problem, nothing; the same twice changes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from api.desk.desk import Desk
from api.desk.planning import plan_orders
from api.desk.quoting import make_quote
from api.importing.import_folder import read_files, read_folder_of_files
from api.importing.parsed_files import ParsedFiles, placed
from api.refusals import Positioned
from api.store import customers, opportunities, orders, records
from api.store.sql import Writing
from engine import billing
from engine.documents.order import Order
from engine.documents.party import Customer
from engine.problems import Kind, Problem, Refusal

ORDER_DIFFERS: Final = Kind(
    "order-differs",
    "the order `{order}` was taken over before, with other content",
    "change it with `centwright item change`, or give the new rows an `order` of their own",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What was taken over of one kind: new, changed since the last time, and as it was."""

    kind: str
    fresh: int = 0
    changed: int = 0
    unchanged: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenOver:
    """What an import did, kind by kind, how many transactions it planned, and advice on the files."""

    kinds: tuple[Taken, ...]
    transactions: int
    advice: tuple[Problem, ...]

    @property
    def changes_nothing(self) -> bool:
        """Whether everything was there already."""
        return not any(taken.fresh or taken.changed for taken in self.kinds)


@dataclass(slots=True)
class _Work:
    """An import while it goes on: the buyers and orders it sees, those it touches, and what it notes."""

    desk: Desk
    connection: Writing
    found: ParsedFiles
    known: Mapping[tuple[str, str], str]
    buyers: dict[str, Customer]
    orders: dict[str, Order]
    fresh: dict[str, Order] = field(default_factory=dict)
    touched: set[str] = field(default_factory=set)
    notes: list[tuple[str, str, str]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    counts: dict[str, dict[str, int]] = field(default_factory=dict)

    def is_news(self, kind: str, key: str, digest: str) -> str:
        """Whether something is `fresh`, `changed` or `unchanged` since it was last taken over; notes and counts it."""
        before = self.known.get((kind, key))
        news = "fresh" if before is None else "unchanged" if before == digest else "changed"
        if news != "unchanged":
            self.notes.append((kind, key, digest))
        counted = self.counts.setdefault(kind, {"fresh": 0, "changed": 0, "unchanged": 0})
        counted[news] += 1
        return news


def take_over(desk: Desk, folder: Path) -> TakenOver:
    """Takes a folder over; refuses it as a whole, with every problem of all its files, where there is one."""
    files = read_folder_of_files(folder)
    with desk.writing() as connection:
        records.lock_importing(connection)
        buyers = customers.find(connection)
        found, texts = read_files(files, desk.rulebook, buyers)
        if found.stops:
            raise Positioned(tuple(found.problems), texts)
        work = _Work(desk, connection, found, records.imported(connection), buyers, orders.find(connection))
        _take_customers(work)
        _take_orders(work)
        if work.problems:
            raise Positioned(tuple(work.problems), texts)
        planned = _write_orders(work, texts)
        if found.opportunities:
            _take_opportunities(work)
        _take_quotes(work, texts)
        records.record_imported(connection, work.notes, at=desk.now())
    kinds = tuple(Taken(kind=kind, **counted) for kind, counted in work.counts.items())
    return TakenOver(kinds=kinds, transactions=planned, advice=tuple(found.problems))


def _take_customers(work: _Work) -> None:
    fresh = []
    for name, (customer, digest) in work.found.customers.items():
        news = work.is_news("customer", name, digest)
        if news == "unchanged":
            continue
        if name in work.buyers:
            customers.replace(work.connection, customer)
            work.touched |= {order.id for order in work.orders.values() if order.customer == name}
        else:
            fresh.append(customer)
        work.buyers[name] = customer
    customers.append(work.connection, fresh)


def _take_orders(work: _Work) -> None:
    """Starts new orders and increments; those that were taken over before with other content are problems."""
    fresh, problems = [], []
    for name, found in work.found.orders.items():
        news = work.is_news("order", name, found.content_hash)
        if news == "changed" or (news == "fresh" and name in work.orders):
            problems.append(ORDER_DIFFERS.at(found.where, order=name))
        elif news == "fresh":
            fresh.append(found.order)
    joining = [one.increment for one in work.found.increments if work.is_news("increment", one.key, one.content_hash) != "unchanged"]
    started = billing.start(fresh, joining, work.buyers, work.orders, work.desk.rulebook, today=work.desk.today)
    work.problems += problems + work.found.refused(started.refused)
    work.fresh |= {name: order for name, order in started.orders.items() if name not in work.orders}
    work.touched |= started.orders.keys() & work.orders.keys()
    work.orders |= started.orders


def _write_orders(work: _Work, texts: Mapping[str, str]) -> int:
    """Writes new and touched orders and plans them; gives how many transactions differ."""
    touched = [work.orders[name] for name in sorted(work.touched - set(work.fresh))]
    orders.append(work.connection, work.fresh.values())
    for order in touched:
        orders.replace(work.connection, order)
    try:
        return plan_orders(work.desk, work.connection, [*work.fresh.values(), *touched])
    except Refusal as refusal:
        raise Positioned(tuple(work.found.at_orders(refusal)), texts) from None


def _take_opportunities(work: _Work) -> None:
    desk = work.desk
    known = opportunities.find(work.connection, work.found.opportunities)
    fresh = []
    for name, (opportunity, digest) in work.found.opportunities.items():
        news = work.is_news("opportunity", name, digest)
        if news == "unchanged":
            continue
        if name in known:
            opportunities.replace(work.connection, opportunity, on=desk.today, at=desk.now(), author=desk.author)
        else:
            fresh.append(opportunity)
    opportunities.append(work.connection, fresh, on=desk.today, at=desk.now(), author=desk.author)


def _take_quotes(work: _Work, texts: Mapping[str, str]) -> None:
    for found in work.found.quotes:
        if work.is_news("quote", found.key, found.content_hash) != "fresh":
            continue
        try:
            make_quote(work.desk, work.connection, work.buyers[found.customer], found.lines, on=found.on)
        except Refusal as refusal:
            raise Positioned(tuple(placed(refusal, found.where)), texts) from None
