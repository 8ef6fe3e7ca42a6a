"""Snapshots of the forecast: stored under a name, and compared with what became of it, transaction by transaction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date
from functools import cached_property, partial
from typing import Annotated, Final, NamedTuple, Protocol

from api.desk.desk import Desk, plan_everything, plan_in_memory, unplanned
from api.desk.explaining import rulebook_by_fingerprint
from api.desk.report_parameters import FIRST_PAGE, Filling, Option, Page, month_of_text, no_row
from api.output.sheets import Sheet
from api.refusals import Conflict, unknown
from api.store import customers, forecast_snapshots, issued_lists, orders
from api.store.forecast_snapshots import OrderThen
from api.store.sql import Reading
from api.store.transaction_rows import TransactionFilter
from engine import billing
from engine.dates import Period
from engine.documents.forecast_snapshot import ForecastLine, LineNow, Snapshot
from engine.documents.order import Order
from engine.documents.transaction_figures import TransactionFigures
from engine.money import Money
from engine.order_types.registry import BY_PROCESS
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
            raise Conflict((EXISTS_ALREADY.at(None, "/name", name=name, day=known.stored_on),), "existing", ("list",))
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

    Only orders whose plan changed since are compared; of the others the database gives the sums. Causes are found only for the
    differences on the page: their orders are planned anew under both rulebooks.
    """
    desk.check_names(customer=customer)
    with desk.store.reading() as connection:
        snapshot = next(iter(forecast_snapshots.find(connection, name)), None)
        if snapshot is None:
            raise unknown("forecast", name)
        search = _Search(desk, connection, snapshot, period, customer, only_invoiced)
        place, _ = page.place
        if place is not None and place not in search.revisions:
            raise no_row(page.after)
        filling = Filling[Difference](page)
        before, now, differing, is_reached = 0, 0, 0, place is None
        for part in search.parts():
            unshown = part.names if is_reached else part.names[part.names.index(place) :] if place in part.names else ()
            is_reached = is_reached or place in part.names
            shown = frozenset(unshown if filling.next is None else ())
            for order, unequal, of_before, of_now in search.compared(part, shown):
                if order in part.changed:
                    before, now, differing = before + of_before, now + of_now, differing + len(unequal)
                if unequal and order in shown and filling.next is None:
                    steps = part.steps.get(order)
                    filling.add(order, tuple(search.explained(order, steps, unequal)))
        before, now, differing = search.totals(before, now, differing)
    currency = snapshot.currency
    return Reconciliation(
        snapshot=snapshot,
        differences=tuple(filling.rows),
        forecast=Money(before, currency),
        now=Money(now, currency),
        differing=differing,
        next=filling.next,
    )


class _LinesOf(Protocol):
    """The lines of some orders in a snapshot, by order and identity, of one month or of all."""

    def __call__(self, *, month: str | None) -> Mapping[str, Mapping[str, ForecastLine]]: ...


def _no_lines(*, month: str | None) -> Mapping[str, Mapping[str, ForecastLine]]:
    return {}


class _Part(NamedTuple):
    """Some orders, in their order; those whose plan changed since the snapshot; their steps then, and their lines in it."""

    names: list[str]
    changed: frozenset[str]
    steps: Mapping[str, int]
    lines: _LinesOf


class _Search:
    """The comparison of a snapshot with now over one connection."""

    def __init__(
        self, desk: Desk, connection: Reading, snapshot: Snapshot, period: Period | None, customer: str | None, only_invoiced: bool
    ) -> None:
        self.desk, self.connection, self.snapshot, self.period, self.only_invoiced = desk, connection, snapshot, period, only_invoiced
        self.through = max(desk.horizon, snapshot.planned_through)
        self.is_narrowed = customer is not None
        self.revisions = orders.plan_revisions(connection, customer=customer)
        self.stale = frozenset(unplanned(desk, connection, TransactionFilter(customer=customer), self.through))
        self._month = f"{period.start:%Y-%m}" if period is not None else None
        self._changed: set[str] = set()
        self._rulebooks: dict[str, tuple[Rulebook, str | None]] = {}

    def parts(self) -> Iterator[_Part]:
        """The orders of the snapshot, then those that are new since."""
        seen = set[str]()
        for number, known in forecast_snapshots.orders_of(self.connection, self.snapshot.name):
            names = [order for order in known if order in self.revisions]
            seen.update(names)
            changed = frozenset(order for order in names if self._is_changed(order, known[order]))
            self._changed |= changed
            steps = {order: known[order].steps for order in names}
            if names:
                yield _Part(names, changed, steps, partial(forecast_snapshots.lines_of, self.connection, self.snapshot.name, number))
        fresh = [order for order in self.revisions if order not in seen]
        self._changed.update(fresh)
        for at in range(0, len(fresh), _FRESH_AT_ONCE):
            names = fresh[at : at + _FRESH_AT_ONCE]
            yield _Part(names, frozenset(names), {}, _no_lines)

    def _is_changed(self, order: str, then: OrderThen) -> bool:
        """Whether its lines can be others; also of each order of one customer, whose sums nobody has."""
        return self.is_narrowed or order in self.stale or then.plan_revision != self.revisions[order]

    def totals(self, before: int, now: int, differing: int) -> tuple[int, int, int]:
        """The sums of all orders, from those of the orders that changed: what is invoiced of the others is as it was forecast."""
        if self.is_narrowed:
            return before, now, differing
        forecast = forecast_snapshots.net_of(self.connection, self.snapshot.name, month=self._month)
        if not self.only_invoiced:
            return forecast, forecast + now - before, differing
        sums = partial(forecast_snapshots.invoiced_sums, self.connection, self.snapshot.planned_through, period=self.period)
        every, changed = sums(), sums(orders=self._changed)
        return forecast, every.net - changed.net + now, every.open - changed.open + differing

    def compared(self, part: _Part, shown: Set[str]) -> Iterator[tuple[str, list[Gap], int, int]]:
        """Each order that changed or can be shown with its gaps, and what it comes to before and now."""
        waiting = shown & self._with_open if self.only_invoiced and not shown <= part.changed else frozenset[str]()
        names = [order for order in part.names if order in part.changed or order in waiting]
        if not names:
            return
        before, now = part.lines(month=self._month), self._now(names, self.period)
        if self._month is not None:
            unmatched = [name for name in names if before.get(name, {}).keys() != {one.line.identity for one in now.get(name, ())}]
            if unmatched:
                before = {**before, **{name: of_order for name, of_order in part.lines(month=None).items() if name in unmatched}}
                now = {**now, **self._now(unmatched, None)}
        for name in names:
            known = before.get(name, {})
            present = [one for one in now.get(name, ()) if one.line.identity in known or self._reaches(one)]
            yield name, *gaps(known, present, period=self.period, only_invoiced=self.only_invoiced)

    @cached_property
    def _with_open(self) -> Set[str]:
        """The orders that can have something which is not invoiced."""
        if self.period is None:
            return self.revisions.keys()
        return forecast_snapshots.orders_with_open(self.connection, self.snapshot.planned_through, self.period)

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
        concerned = _concerned(order, unequal)

        def planned(fingerprint: str) -> PlannedAnew:
            if fingerprint not in anew:
                rulebook, refused = self._rulebook(fingerprint)
                try:
                    transactions = () if refused else billing.plan(concerned, buyer, rulebook, through=self.through, today=self.desk.today)
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


def _concerned(order: Order, unequal: Sequence[Gap]) -> Order:
    """An order with the items alone that differ, where each is billed by itself: the others need not be planned to find causes."""
    if order.type not in BY_PROCESS:
        return order
    differing = {gap.identity.rsplit("|", 3)[0] for gap in unequal}
    return order.replace(items=tuple(item for item in order.items if item.id in differing))


def _line_now(one: TransactionFigures) -> LineNow:
    line = ForecastLine(one.identity, one.item, one.billing_date, one.amount.net)
    return LineNow(line, one.amount.invoiceable_from, one.state, one.held_because, one.invoice)


def _place(gap: Gap, places: Mapping[str, int]) -> tuple[int, date, str]:
    line = gap.before or (gap.now.line if gap.now else None)
    assert line is not None
    return places.get(line.item, len(places)), line.billing_date or date.max, line.identity
