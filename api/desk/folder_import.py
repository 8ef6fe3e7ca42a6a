"""A folder of CSV files taken over: all of it in one transaction or, with any problem, nothing; the same twice changes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from api.desk.desk import Desk
from api.desk.planning import plan_order, plan_orders
from api.desk.quoting import make_quote
from api.importing.import_folder import read_files, read_folder_of_files
from api.importing.order_start import begin_order, join
from api.importing.parsed_files import Found
from api.refusals import Positioned
from api.store import customers, opportunities, orders, records
from api.store.sql import Writing
from engine.documents.order import Order
from engine.documents.party import Customer
from engine.problems import Kind, Problem, Refusal, Span

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
    found: Found
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
        _take_increments(work)
        if work.problems:
            raise Positioned(tuple(work.problems), texts)
        planned = _write_orders(work, texts)
        _take_opportunities(work)
        _take_quotes(work, texts)
        records.note_imported(connection, work.notes, at=desk.now())
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
    for name, found in work.found.orders.items():
        news = work.is_news("order", name, found.content_hash)
        if news == "unchanged":
            continue
        if news == "changed" or name in work.orders:
            work.problems.append(ORDER_DIFFERS.at(found.where, order=name))
            continue
        try:
            order = begin_order(found, work.buyers[found.order.customer], work.desk.rulebook, work.orders.values(), today=work.desk.today)
        except Refusal as refusal:
            work.problems += [_placed(problem, found.where, found.items_at) for problem in refusal.problems]
            continue
        work.orders[name] = work.fresh[name] = order


def _take_increments(work: _Work) -> None:
    for found in sorted(work.found.increments, key=lambda found: (found.on, found.where.line)):
        if work.is_news("increment", found.key, found.content_hash) == "unchanged":
            continue
        try:
            order = join(found, work.buyers[found.customer], work.desk.rulebook, work.orders, today=work.desk.today)
        except Refusal as refusal:
            work.problems += [_placed(problem, found.where) for problem in refusal.problems]
            continue
        is_fresh = order.id in work.fresh or order.id not in work.orders
        work.orders[order.id] = order
        if is_fresh:
            work.fresh[order.id] = order
        else:
            work.touched.add(order.id)


def _write_orders(work: _Work, texts: Mapping[str, str]) -> int:
    """Writes new and touched orders and plans them; gives how many transactions differ."""
    fresh = list(work.fresh.values())
    orders.append(work.connection, fresh)
    try:
        planned = plan_orders(work.desk, work.connection, fresh, work.buyers)
    except Refusal as refusal:
        places = {f"/{name}": found.where for name, found in work.found.orders.items()}
        raise Positioned(tuple(_placed(problem, places.get(problem.pointer or "")) for problem in refusal.problems), texts) from None
    for name in sorted(work.touched - set(work.fresh)):
        orders.replace(work.connection, work.orders[name])
        planned += plan_order(work.desk, work.connection, work.orders[name])
    return planned


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
            raise Positioned(tuple(_placed(problem, found.where) for problem in refusal.problems), texts) from None


def _placed(problem: Problem, where: Span | None, items_at: tuple[Span, ...] = ()) -> Problem:
    """A problem of the engine at the row from which it came: of the item its pointer names, else of the whole."""
    pointer = (problem.pointer or "").split("/")
    if len(pointer) > 2 and pointer[1] == "items" and pointer[2].isdigit() and int(pointer[2]) < len(items_at):
        where = items_at[int(pointer[2])]
    return replace(problem, where=problem.where or where, pointer=None if where else problem.pointer)
