"""The report of what is to be invoiced: each transaction of a period with its VAT and its rule, late and held ones marked; or in groups."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from itertools import groupby
from operator import add, attrgetter
from typing import Annotated, Final, Literal

from api.desk.billing_run import held_now
from api.desk.desk import Desk, due_by_customer, find_transactions
from api.desk.due_drafts import Selection, draft, held_of
from api.desk.report_parameters import FIRST_PAGE, Filling, Option, Page, no_row
from api.desk.reports import OneCustomer, OneMonth, net_of, open_sums
from api.desk.ways_out import way_out_of
from api.output.sheets import Cell, Sheet
from api.store import customers, orders
from api.store.sql import Reading
from api.store.transaction_rows import OPEN, TransactionFilter
from engine.dates import Period
from engine.documents.forecast_sum import ForecastSum
from engine.documents.invoice import DraftInvoice, VatSubtotal
from engine.documents.order import Order, OrderType
from engine.money import Currency, Money
from engine.phrases import phrase
from engine.stages.reporting.forecast import ForecastKey, group_of
from engine.stages.reporting.line_vat import vat_by_transaction
from engine.stages.reporting.to_invoice import ToInvoice, ToInvoiceRow
from engine.stages.reporting.to_invoice import to_invoice as to_invoice_of

ToInvoiceKey = Literal[ForecastKey, "order"]
_HELD: Final = 2
"""The column of what is held among those of a forecast."""
_CUSTOMERS_AT_ONCE: Final = 50
"""How many customers are looked at together for a month, or a part of them for more."""
_FEW_OPEN: Final = 50_000
"""So few open transactions are counted by customer, so that only customers with some are looked at."""
_ALL_DRAFTED: Final = 500
"""So few open transactions are all drafted, so that the VAT of all pages is known."""
_COLUMNS: Final = (
    *("customer", "name", "order_type", "order", "item", "product", "kind", "service_from", "service_until", "billing_date"),
    *("quantity", "net", "vat_rate", "vat", "treatment", "billing_process", "payment_plan", "state", "held_because", "way_out"),
)


@dataclass(frozen=True, slots=True)
class _Part:
    """What is to be invoiced to some customers, and the drafts of it."""

    result: ToInvoice
    drafts: tuple[DraftInvoice, ...]


def to_invoice_figures(
    desk: Desk, period: Period, *, order_type: str | None = None, customer: str | None = None, customers: tuple[str, ...] | None = None
) -> ToInvoice:
    """The items to invoice in a period, of some customers or of all; those that a run would hold back are marked as held."""
    desk.check_names(customer=customer)
    if customers is not None:
        with desk.store.reading() as connection:
            return _of_customers(desk, connection, period, order_type, customers).result
    criteria = TransactionFilter(order_type=order_type, customer=customer, states=OPEN, billed_until=period.until)
    with desk.store.reading() as connection:
        waiting = find_transactions(desk, connection, criteria, through=period.last)
    held = held_now(desk, Selection(due_through=period.last, order_type=order_type, customer=customer))
    return to_invoice_of(waiting, on=desk.today, period=period, held=held, currency=desk.rulebook.currency)


def _of_customers(desk: Desk, connection: Reading, period: Period, order_type: str | None, names: tuple[str, ...]) -> _Part:
    criteria = TransactionFilter(order_type=order_type, customers=names, states=OPEN, billed_until=period.until)
    selection = Selection(due_through=period.last, order_type=order_type)
    waiting = find_transactions(desk, connection, criteria, through=period.last)
    due = find_transactions(desk, connection, selection.of_customers(names), through=period.last)
    drafted = draft(desk, connection, due, period.last, desk.today, tracing=False)
    held = held_of(desk, connection, drafted)
    result = to_invoice_of(waiting, on=desk.today, period=period, held=held, currency=desk.rulebook.currency)
    return _Part(result, drafted.drafts)


def to_invoice(
    desk: Desk,
    period: OneMonth,
    *,
    by: tuple[ToInvoiceKey, ...] = (),
    order_type: Annotated[OrderType | None, Option("Only orders of this type.", "type")] = None,
    customer: OneCustomer = None,
    page: Page = FIRST_PAGE,
) -> Sheet:
    """Show what is to be invoiced in a period (default: the calendar month of the business date), late and held marked.

    Totals are of all pages; those of VAT where at most 500 transactions wait. Grouped, what is held is what the last run held.
    """
    desk.check_names(customer=customer)
    criteria = TransactionFilter(order_type=order_type, customer=customer, states=OPEN, billed_until=period.until)
    if by:
        return _grouped(desk, criteria, period, by, page)
    sums, of_late = (
        open_sums(desk, each, ("order-type",), period.last) for each in (criteria, replace(criteria, billed_until=period.start))
    )
    waiting = sum(one.transactions for one in sums)
    is_all, gathered = waiting <= _ALL_DRAFTED, _Gathered(Filling(page))
    with desk.store.reading() as connection:
        place, _ = page.place
        if place is not None and place not in customers.find(connection, [place]):
            raise no_row(page.after)
        for names in _customers(desk, connection, criteria, period, page, few=waiting <= _FEW_OPEN, is_all=is_all):
            if not gathered.add(_of_customers(desk, connection, period, order_type, names), is_all=is_all):
                break
        buyers = customers.names_of(connection, {row.customer for row in gathered.filling.rows})
        agreed = orders.find(connection, {row.order for row in gathered.filling.rows})
    net, late, held = net_of(sums, desk), net_of(of_late, desk), Money(gathered.held, desk.rulebook.currency)
    return Sheet(
        name="to-invoice",
        columns=_COLUMNS,
        rows=tuple(gathered.rows(buyers, agreed)),
        totals={"net": net} | ({"vat": gathered.vat(desk.rulebook.currency)} if is_all else {}),
        notes=(phrase("late {late}, held {held}", late=late, held=held),) if late or held else (),
        sections=(_by_type(desk, sums, of_late), *((gathered.by_rate(),) if is_all else ())),
        next=gathered.filling.next,
    )


def _customers(
    desk: Desk, connection: Reading, criteria: TransactionFilter, period: Period, page: Page, *, few: bool, is_all: bool
) -> Iterator[tuple[str, ...]]:
    """The customers to be looked at for a page, some at a time; all of them where the VAT of all is wanted."""
    place, _ = page.place
    some = max(min(_CUSTOMERS_AT_ONCE, page.limit) // (1 + (period.until - period.start).days // 31), 5)
    if criteria.customer is not None:
        yield (criteria.customer,)
    elif few:
        names = sorted(due_by_customer(desk, connection, criteria, through=period.last))
        left = names if is_all else page.rest_of(names)
        yield from (tuple(left[at : at + some]) for at in range(0, len(left), some))
    else:
        yield from customers.with_orders(connection, some, after=place, from_=page.from_)


@dataclass(slots=True)
class _Gathered:
    """The rows of a page, and what is known of all that was looked at."""

    filling: Filling[ToInvoiceRow]
    held: int = 0
    drafts: list[DraftInvoice] = field(default_factory=list)

    def add(self, part: _Part, *, is_all: bool) -> bool:
        """Adds what is to be invoiced to some customers; gives whether more is to be looked at."""
        self.held += part.result.held.minor
        self.drafts += part.drafts
        for name, of_customer in groupby(part.result.rows, key=attrgetter("customer")):
            if self.filling.page.rest_of((name,)):
                self.filling.add(name, tuple(of_customer))
        return is_all or self.filling.next is None

    def rows(self, buyers: Mapping[str, str], agreed: Mapping[str, Order]) -> Iterator[tuple[Cell, ...]]:
        """The rows as cells, with the names of customers and the orders that they name."""
        vat, items = vat_by_transaction(self.drafts), {item.id: item for order in agreed.values() for item in order.items}
        for row in self.filling.rows:
            item, of_row = items[row.item], vat.get(row.identity)
            period = row.service_period
            yield (
                *(row.customer, buyers.get(row.customer, ""), row.order_type, row.order, row.item, row.product, row.kind),
                *(period.start if period else None, period.until if period else None, row.billing_date, row.quantity, row.net),
                *((", ".join(of_row.rates), of_row.vat, of_row.treatment) if of_row else (None, None, None)),
                *(item.billing_process, item.plan),
                *("held" if row.held_because else "late" if row.late else "due", row.held_because, way_out_of(row.held_because)),
            )

    def vat(self, currency: Currency) -> Money:
        """The VAT of all drafts."""
        return Money(sum(one.vat.minor for one in self.drafts), currency)

    def by_rate(self) -> Sheet:
        """Net and VAT of all drafts by order type, category and rate."""
        sums: dict[tuple[str, str], list[VatSubtotal]] = {}
        for one in self.drafts:
            for part in one.vat_breakdown:
                sums.setdefault((one.order_type, f"{part.category} {part.rate}"), []).append(part)
        rows = tuple((*key, _together(one.base for one in sums[key]), _together(one.vat for one in sums[key])) for key in sorted(sums))
        return Sheet(name="by-rate", columns=("order_type", "vat_rate", "net", "vat"), rows=rows)


def _by_type(desk: Desk, sums: Sequence[ForecastSum], of_late: Sequence[ForecastSum]) -> Sheet:
    """How many transactions wait, their net, and what of it is late, by order type."""
    rows = []
    for name in dict.fromkeys(sorted(one.order_type or "" for one in sums)):
        own, late = ([one for one in some if one.order_type == name] for some in (sums, of_late))
        rows.append((name, sum(one.transactions for one in own), net_of(own, desk), net_of(late, desk)))
    return Sheet(name="by-type", columns=("order_type", "items", "net", "late"), rows=tuple(rows))


def _together(amounts: Iterable[Money]) -> Money:
    return reduce(add, amounts)


def _grouped(desk: Desk, criteria: TransactionFilter, period: Period, by: Sequence[ToInvoiceKey], page: Page) -> Sheet:
    sums: dict[tuple[str, ...], list[int]] = {}
    families = {code: product.family for code, product in desk.rulebook.products.items()}
    for one in open_sums(desk, criteria, by, period.last):
        row = sums.setdefault(tuple(group_of(one, name, families) for name in by), [0, 0, 0])
        row[0] += one.transactions
        row[1] += one.net
        row[2] += one.net if one.column == _HELD else 0
    currency = desk.rulebook.currency
    filling = Filling[tuple[Cell, ...]](page)
    filling.add_all(
        (",".join(key), ((*key, count, Money(net, currency), Money(held, currency)),)) for key, (count, net, held) in sorted(sums.items())
    )
    totals = {name: Money(sum(row[at] for row in sums.values()), currency) for at, name in ((1, "net"), (2, "held"))}
    late = net_of(open_sums(desk, replace(criteria, billed_until=period.start), (), period.last), desk)
    notes = (phrase("late {late}, held {held}", late=late, held=totals["held"]),) if late or totals["held"] else ()
    columns = tuple(key.replace("-", "_") for key in by)
    columns = (*columns, "items", "net", "held")
    return Sheet(name="to-invoice", columns=columns, rows=tuple(filling.rows), totals=totals, notes=notes, next=filling.next)
