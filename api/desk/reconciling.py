"""Snapshots of the forecast: stored under a name, and compared with what became of it, transaction by transaction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Annotated, Final, Protocol

from api.desk.desk import Desk, plan_everything, plan_in_memory, unplanned
from api.desk.explaining import rulebook_by_fingerprint
from api.desk.report_parameters import FIRST_PAGE, Option, Page, month_of_text
from api.output.sheets import Sheet
from api.refusals import Conflict, unknown
from api.store import customers, forecast_snapshots, issued_lists, orders
from api.store.sql import Reading
from api.store.transaction_rows import TransactionFilter
from engine import billing
from engine.dates import Period
from engine.documents.forecast_snapshot import ForecastLine, LineNow, Snapshot
from engine.documents.transaction_figures import TransactionFigures
from engine.money import Money
from engine.phrases import phrase
from engine.problems import Kind, Refusal, message_of, refuse
from engine.rulebook.book import Rulebook
from engine.stages.reporting.reconciliation import Difference, Gap, OrderNow, PlannedAnew, differences, gaps

LONGEST_NAME: Final = 60
_FRESH_AT_ONCE: Final = 100
"""How many orders that are not in the snapshot are compared together."""
EXISTS_ALREADY: Final = Kind(
    "snapshot-exists", "there is a snapshot `{name}` already, of {day}", "choose another name: a snapshot is never changed"
)
WRONG_NAME: Final = Kind("snapshot-name", "`{name}` is no name of a snapshot", "write 1 to {most} characters, without blanks at the ends")


def store_snapshot(desk: Desk, name: str) -> Snapshot:
    """Stores the forecast of now under a new name: the figures of every transaction planned to the horizon. Plans orders that are not."""
    if not 0 < len(name) <= LONGEST_NAME or name != name.strip():
        raise refuse(WRONG_NAME, None, "/name", name=name[:LONGEST_NAME], most=LONGEST_NAME)
    plan_everything(desk)
    with desk.writing() as connection:
        known = next(iter(forecast_snapshots.find(connection, name)), None)
        if known is not None:
            raise Conflict((EXISTS_ALREADY.at(None, "/name", name=name, day=known.stored_on),))
        return forecast_snapshots.append(
            connection,
            name,
            on=desk.today,
            at=desk.now(),
            author=desk.author,
            rulebook=desk.rulebook.fingerprint,
            planned_through=desk.horizon,
            currency=desk.rulebook.currency,
        )


def snapshots(desk: Desk) -> tuple[Snapshot, ...]:
    """The snapshots, the oldest first."""
    with desk.store.reading() as connection:
        return forecast_snapshots.find(connection)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciliation:
    """A page of differences, and the sums of all: forecast + differences = now, in the period."""

    snapshot: Snapshot
    differences: tuple[Difference, ...]
    forecast: Money
    now: Money
    differing: int
    """How many transactions differ, on all pages."""
    next: str | None


def reconcile(desk: Desk, name: str, *, period: Period | None, customer: str | None, only_invoiced: bool, page: Page) -> Reconciliation:
    """Compares a snapshot with the transactions of now (or what of them is invoiced), order by order, some at a time.

    Causes are found only for the differences on the page: their orders are planned anew under both rulebooks. A page ends with an order.
    """
    desk.check_names(customer=customer)
    with desk.store.reading() as connection:
        snapshot = next(iter(forecast_snapshots.find(connection, name)), None)
        if snapshot is None:
            raise unknown("forecast", name)
        search = _Search(desk, connection, snapshot, period, customer, only_invoiced)
        result: list[Difference] = []
        forecast, now, differing, last, is_more = 0, 0, 0, None, False
        is_reached = page.after is None
        for order, steps, unequal, of_before, of_now in search.orders():
            forecast, now, differing = forecast + of_before, now + of_now, differing + len(unequal)
            if unequal and is_reached and len(result) < page.limit:
                result += search.explained(order, steps, unequal)
                last = order
            elif unequal and is_reached:
                is_more = True
            is_reached = is_reached or order == page.after
    currency = snapshot.currency
    return Reconciliation(
        snapshot=snapshot,
        differences=tuple(result),
        forecast=Money(forecast, currency),
        now=Money(now, currency),
        differing=differing,
        next=last if is_more else None,
    )


class _LinesOf(Protocol):
    """The lines of some orders in a snapshot, by order and identity, of one month or of all."""

    def __call__(self, *, month: str | None) -> Mapping[str, Mapping[str, ForecastLine]]: ...


def _no_lines(*, month: str | None) -> Mapping[str, Mapping[str, ForecastLine]]:
    return {}


class _Search:
    """The comparison of a snapshot with now over one connection."""

    def __init__(
        self, desk: Desk, connection: Reading, snapshot: Snapshot, period: Period | None, customer: str | None, only_invoiced: bool
    ) -> None:
        self.desk, self.connection, self.snapshot, self.period, self.only_invoiced = desk, connection, snapshot, period, only_invoiced
        self.through = max(desk.horizon, snapshot.planned_through)
        self.all_orders = orders.ids(connection, customers=None if customer is None else [customer])
        self.stale = frozenset(unplanned(desk, connection, TransactionFilter(customer=customer), self.through))
        self._rulebooks: dict[str, tuple[Rulebook, str | None]] = {}

    def orders(self) -> Iterator[tuple[str, int | None, list[Gap], int, int]]:
        """Each order with its steps in the snapshot, its gaps, and what it comes to before and now."""
        wanted, seen = set(self.all_orders), set[str]()
        month = f"{self.period.start:%Y-%m}" if self.period is not None else None
        for part, steps in forecast_snapshots.orders_of(self.connection, self.snapshot.name):
            names = [order for order in steps if order in wanted]
            seen |= steps.keys()
            if names:
                lines = partial(forecast_snapshots.lines_of, self.connection, self.snapshot.name, part)
                yield from self._compared(names, steps, lines, month)
        fresh = [order for order in self.all_orders if order not in seen]
        for at in range(0, len(fresh), _FRESH_AT_ONCE):
            yield from self._compared(fresh[at : at + _FRESH_AT_ONCE], {}, _no_lines, month)

    def _compared(
        self,
        names: Sequence[str],
        steps: Mapping[str, int],
        lines: _LinesOf,
        month: str | None,
    ) -> Iterator[tuple[str, int | None, list[Gap], int, int]]:
        before, now = lines(month=month), self._now(names, self.period)
        if month is not None:
            unmatched = [name for name in names if before.get(name, {}).keys() != {one.line.identity for one in now.get(name, ())}]
            if unmatched:
                before = {**before, **{name: of_order for name, of_order in lines(month=None).items() if name in unmatched}}
                now = {**now, **self._now(unmatched, None)}
        for name in names:
            known = before.get(name, {})
            present = [one for one in now.get(name, ()) if one.line.identity in known or self._reaches(one)]
            unequal, of_before, of_now = gaps(known, present, period=self.period, only_invoiced=self.only_invoiced)
            yield name, steps.get(name), unequal, of_before, of_now

    def _reaches(self, one: LineNow) -> bool:
        """Whether the snapshot would have it, had it been planned then."""
        if not one.counts:
            return False
        begins = one.invoiceable_from
        return begins is None or begins <= self.snapshot.planned_through or one.line.identity.rsplit("|", 3)[1] == "instalment"

    def _now(self, names: Sequence[str], period: Period | None) -> dict[str, list[LineNow]]:
        days = {"start": period.start, "until": period.until} if period is not None else {}
        stored = [name for name in names if name not in self.stale]
        result = forecast_snapshots.lines_now(self.connection, stored, **days)
        criteria = TransactionFilter(billed_from=days.get("start"), billed_until=days.get("until"))
        stale = [name for name in names if name in self.stale]
        for order, figures in plan_in_memory(self.desk, self.connection, stale, criteria, self.through):
            result[order.id] = [_line_now(one) for one in figures]
        return result

    def explained(self, name: str, steps: int | None, unequal: Sequence[Gap]) -> Iterator[Difference]:
        """The differences of one order with their causes, in the order of items and billing dates."""
        order = orders.find(self.connection, [name])[name]
        buyer = customers.find(self.connection, [order.customer])[order.customer]
        numbers = [gap.now.invoice for gap in unequal if gap.now is not None and gap.now.invoice]
        made_under = issued_lists.rulebooks_of(self.connection, numbers)
        anew: dict[str, PlannedAnew] = {}

        def planned(fingerprint: str) -> PlannedAnew:
            if fingerprint not in anew:
                rulebook, refused = self._rulebook(fingerprint)
                try:
                    transactions = () if refused else billing.plan(order, buyer, rulebook, through=self.through)
                    anew[fingerprint] = PlannedAnew({one.identity: one for one in transactions}, refused)
                except Refusal as refusal:
                    anew[fingerprint] = PlannedAnew(refused=message_of(refusal.problems[0]))
            return anew[fingerprint]

        then, others = self.snapshot.rulebook, dict[str, PlannedAnew]()
        for gap in unequal:
            invoice = gap.now.invoice if gap.now is not None else None
            fingerprint = made_under[invoice] if invoice else self.desk.rulebook.fingerprint
            if fingerprint != then:
                others[gap.identity] = planned(fingerprint)
        of = OrderNow(order=order, steps_before=steps, then=planned(then) if others else PlannedAnew(), now=others)
        places = {item.id: at for at, item in enumerate(order.items)}
        for gap in sorted(unequal, key=lambda gap: _place(gap, places)):
            yield from differences(gap, of, period=self.period, only_invoiced=self.only_invoiced, currency=self.snapshot.currency)

    def _rulebook(self, fingerprint: str) -> tuple[Rulebook, str | None]:
        if fingerprint not in self._rulebooks:
            rulebook, problems = rulebook_by_fingerprint(self.desk, self.connection, fingerprint)
            self._rulebooks[fingerprint] = (rulebook, message_of(problems[0]) if problems else None)
        return self._rulebooks[fingerprint]


def reconciliation(
    desk: Desk,
    snapshot: Annotated[str, Option("The name of the snapshot; `centwright forecast list` names them.")],
    *,
    month: Annotated[str | None, Option("Only what was or is to be billed in this month, such as 2027-01.")] = None,
    customer: Annotated[str | None, Option("Only this customer.")] = None,
    invoiced: Annotated[bool, Option("Compare with what is invoiced so far instead of the forecast of now.")] = False,
    page: Page = FIRST_PAGE,
) -> Sheet:
    """Show why the forecast of now, or what is invoiced, differs from a snapshot: transaction by transaction, to the cent."""
    period = month_of_text(month) if month is not None else None
    result = reconcile(desk, snapshot, period=period, customer=customer, only_invoiced=invoiced, page=page)
    dates = ("billing_date_before", "billing_date")
    columns = ("customer", "order", "item", "product", "what", *dates, "net_before", "net", "difference", "cause", "because")
    rows = tuple(tuple(getattr(one, name) for name in columns) for one in result.differences)
    words = {"name": snapshot, "day": result.snapshot.stored_on, "forecast": result.forecast, "now": result.now, "count": result.differing}
    note = phrase("snapshot {name} of {day}: {forecast}; now {now}; {count} transactions differ", **words)
    if invoiced:
        note = phrase("snapshot {name} of {day}: {forecast}; invoiced {now}; {count} transactions differ", **words)
    return Sheet(
        name="reconciliation",
        columns=columns,
        rows=rows,
        totals={"forecast": result.forecast, "difference": result.now - result.forecast, "now": result.now},
        notes=(note,),
        sections=_credit_notes(desk, result.snapshot, period, customer),
        next=result.next,
    )


def _credit_notes(desk: Desk, snapshot: Snapshot, period: Period | None, customer: str | None) -> tuple[Sheet, ...]:
    """The credit notes issued since the snapshot, which stand outside the forecast."""
    since = snapshot.stored_on if period is None else max(snapshot.stored_on, period.start)
    with desk.store.reading() as connection:
        notes = issued_lists.credit_notes_since(connection, since, until=period.until if period else None, customer=customer)
    columns = ("number", "issued_on", "customer", "corrects", "net")
    rows = tuple((note.number, note.issued_on, note.customer, note.corrects, -Money(note.net, snapshot.currency)) for note in notes)
    total = -Money(sum(note.net for note in notes), snapshot.currency)
    return (Sheet(name="credit-notes", columns=columns, rows=rows, totals={"net": total}),) if rows else ()


def _line_now(one: TransactionFigures) -> LineNow:
    line = ForecastLine(one.identity, one.item, one.billing_date, one.amount.net)
    return LineNow(line, one.amount.invoiceable_from, one.state, one.held_because, one.invoice)


def _place(gap: Gap, places: Mapping[str, int]) -> tuple[int, date, str]:
    line = gap.before or (gap.now.line if gap.now else None)
    assert line is not None
    return places.get(line.item, len(places)), line.billing_date or date.max, line.identity
