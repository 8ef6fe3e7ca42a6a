"""Usage: reports of measured items accepted one by one or from a file, all or none, and listed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from api.desk.desk import Desk, plan_in_batches
from api.importing.parsed_files import placed
from api.importing.usage_file import read_usage_file
from api.refusals import Conflict, Positioned, unknown
from api.store import orders, transactions, usage_reports
from api.store.sql import Writing, chunks
from api.store.transaction_rows import TransactionFilter
from api.store.usage_reports import ListedReport, UsageFilter
from engine import billing
from engine.documents.order import InvoicedLine, Order, SubscriptionItem
from engine.documents.usage_report import GivenReport, UsageReport
from engine.problems import Kind, Refusal, refuse

KNOWN_OTHERWISE: Final = Kind(
    "usage-known-otherwise",
    "there is a report `{id}` already: {quantity} of `{item}` on {day}",
    "give another report an id of its own; to change this one, report the difference with `--corrects {id}`",
)
NO_SUBSCRIPTION: Final = Kind(
    "usage-of-no-subscription", "`{item}` is an item of an order of type {type}, which is not measured", "name an item of a subscription"
)
WITHOUT_DAYS: Final = Kind("usage-without-days", "the report says no day", "give the day, or the first and the last day")
_USAGE: Final = ("usage", "commitment")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportRequest:
    """A report as it is requested: without days it has those of the report that it corrects."""

    given: GivenReport
    has_days: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """A report as it is stored, and whether it was known before."""

    report: UsageReport
    is_known: bool


def report(desk: Desk, requested: ReportRequest) -> Reported:
    """Takes one report; the same report again gives the same answer and changes nothing."""
    outcome = report_all(desk, [requested])
    for problems in outcome.problems.values():
        raise problems
    return outcome.reported[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedAll:
    """The reports that were accepted, or by their place the refusals, and then none was."""

    reported: tuple[Reported, ...] = ()
    problems: Mapping[int, Refusal]


def report_all(desk: Desk, requested: Sequence[ReportRequest]) -> ReportedAll:
    """Takes reports, all or none. Their orders are planned anew, with those that count together with them."""
    with desk.writing() as connection:
        names = usage_reports.orders_together(connection, {one.given.item for one in requested})
        orders.lock_all(connection, {order for of_item in names.values() for order in of_item})
        taking = _Taking(desk, connection, names, usage_reports.find(connection, {one.given.id for one in requested}))
        reported: list[Reported] = []
        problems: dict[int, Refusal] = {}
        for at, one in enumerate(requested):
            try:
                reported.append(taking.take(one))
            except Refusal as refusal:
                problems[at] = refusal
        if problems:
            return ReportedAll(problems=problems)
        usage_reports.append(connection, [one.report for one in reported if not one.is_known], at=desk.now())
        for some in chunks(taking.touched):
            plan_in_batches(desk, connection, list(orders.find(connection, some).values()))
    return ReportedAll(reported=tuple(reported), problems={})


def import_file(desk: Desk, path: Path) -> tuple[Reported, ...]:
    """Takes the reports of a CSV file, all or none; every problem stands at its row."""
    parsed, problems, texts = read_usage_file(path)
    if any(problem.stops for problem in problems):
        raise Positioned(problems, texts)
    outcome = report_all(desk, [ReportRequest(given=one.given, has_days=one.has_days) for one in parsed])
    if outcome.problems:
        refused = [problem for at, refusal in outcome.problems.items() for problem in placed(refusal, parsed[at].where)]
        raise Positioned((*problems, *refused), texts)
    return outcome.reported


def find_report(desk: Desk, name: str) -> UsageReport:
    """One report; refuses an unknown one."""
    with desk.store.reading() as connection:
        known = usage_reports.find(connection, [name])
    if name not in known:
        raise unknown("usage", name)
    return known[name]


def each_report(desk: Desk, criteria: UsageFilter, *, after: str | None = None) -> Iterator[ListedReport]:
    """The matching reports in the order of their ids; refuses an unknown item, order or customer."""
    desk.check_names(customer=criteria.customer, order=criteria.order)
    with desk.store.reading() as connection:
        if criteria.item is not None and orders.order_of_item(connection, criteria.item) is None:
            raise unknown("item", criteria.item)
        yield from usage_reports.each(connection, criteria, after=after)


class _Taking:
    """Takes reports one after the other, each after those before it."""

    def __init__(self, desk: Desk, connection: Writing, names: Mapping[str, Sequence[str]], known: dict[str, UsageReport]) -> None:
        self._desk, self._connection, self._names, self._known = desk, connection, names, known
        self._orders: dict[str, Order] = {}
        self._added: dict[tuple[str, str], list[UsageReport]] = {}
        self._invoiced: dict[str, frozenset[tuple[str, InvoicedLine]]] = {}
        self.touched: set[str] = set()
        """The orders whose transactions the reports change."""

    def take(self, requested: ReportRequest) -> Reported:
        """One report, stored or not yet."""
        given = requested.given
        if given.item not in self._names:
            raise unknown("item", given.item)
        order, item = self._item(given.item)
        if not requested.has_days:
            given = self._with_days(given, item)
        before = self._known.get(given.id)
        if before is not None and _says(before, given):
            return Reported(report=before, is_known=True)
        if before is not None:
            words = {"id": given.id, "item": before.item, "quantity": before.quantity, "day": before.start}
            raise Conflict((KNOWN_OTHERWISE.at(None, "/id", **words),), "existing", ("show", "correct"))
        invoiced = self._invoiced_with(given.item)
        accepted = billing.take_usage(
            given, order, item, self._desk.rulebook, invoiced=invoiced, today=self._desk.today, author=self._desk.author
        )
        self._known[given.id] = accepted
        counts_alone = self._desk.rulebook.products[item.product].counted_over == "item"
        self.touched.update([order.id] if counts_alone else self._names[given.item])
        self._added.setdefault((order.customer, item.product), []).append(accepted)
        return Reported(report=accepted, is_known=False)

    def _item(self, name: str) -> tuple[Order, SubscriptionItem]:
        """The item with its order, and with the reports accepted so far."""
        for order_name in self._names[name]:
            if order_name not in self._orders:
                self._orders |= orders.find(self._connection, [order_name])
            order = self._orders[order_name]
            for item in order.items:
                if item.id == name:
                    if not isinstance(item, SubscriptionItem):
                        raise refuse(NO_SUBSCRIPTION, None, "/item", item=name, type=order.type)
                    added = self._added.get((order.customer, item.product), ())
                    return order, item.replace(usage=(*item.usage, *added)) if added else item
        raise unknown("item", name)

    def _with_days(self, given: GivenReport, item: SubscriptionItem) -> GivenReport:
        corrected = next((each for each in item.usage if each.id == given.corrects and each.item == item.id), None)
        if corrected is None:
            known = self._known.get(given.id)
            if given.corrects is None or known is None:
                raise refuse(WITHOUT_DAYS, None, "/on")
            return given
        return replace(given, start=corrected.start, until=corrected.until)

    def _invoiced_with(self, item: str) -> frozenset[tuple[str, InvoicedLine]]:
        """The invoiced usage and minimums of the orders that count together with an item."""
        key = self._names[item][0]
        if key not in self._invoiced:
            criteria = TransactionFilter(orders=tuple(self._names[item]), states=("invoiced",))
            self._invoiced[key] = frozenset(
                (one.item, InvoicedLine(one.kind, one.amount.service_from, one.change))
                for one in transactions.find(self._connection, criteria)
                if one.kind in _USAGE and one.amount.service_from is not None
            )
        return self._invoiced[key]


def _says(report: UsageReport, given: GivenReport) -> bool:
    mine = (report.item, report.start, report.until, report.quantity, report.corrects)
    return mine == (given.item, given.start, given.until, given.quantity, given.corrects)
