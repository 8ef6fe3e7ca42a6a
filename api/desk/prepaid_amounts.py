"""Prepaid amounts at the desk: what documents do to them is stored and posted, what lapses with a month, and what is left reported."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Annotated, Final

from pydantic import BaseModel

from api.desk.desk import Desk, find_transactions
from api.desk.report_parameters import FIRST_PAGE, Filling, Option, Page, no_row
from api.output.sheets import Cell, Sheet
from api.store import ledger, orders, prepaid_movements
from api.store.payments import Recorded
from api.store.prepaid_movements import PrepaidAmount
from api.store.sql import Reading, Writing
from api.store.transaction_rows import OPEN, TransactionFilter
from engine.documents.invoice import DraftCreditNote, DraftInvoice
from engine.documents.order import Order, OrderItem
from engine.documents.prepaid import PrepaidLedger, balance_of
from engine.money import Money
from engine.problems import Kind
from engine.stages.posting.prepaid_entries import lapse_entry, movements_of, prepaid_entry
from engine.stages.scheduling.drawdowns import end_of

USED_UP: Final = Kind(
    "prepaid-used-up",
    "of the prepaid amount {item} {left} is left, and {refunded} would be refunded",
    "credit {left} at most: `--amount`; what was drawn was used",
)
COLUMNS: Final = ("item", "order", "customer", "product", "sold_on", "sold", "refunded", "drawn", "lapsed", "left")


class PrepaidAnswer(BaseModel):
    """What became of a prepaid amount: sold is refunded, drawn, lapsed and left."""

    sold: str
    refunded: str
    drawn: str
    lapsed: str
    left: str


def balance_tree(of: OrderItem, desk: Desk) -> dict[str, str] | None:
    """What became of the prepaid amount of an item; None where it is none, or is not sold yet."""
    if of.prepaid is None:
        return None
    with desk.store.reading() as connection:
        known = next(prepaid_movements.amounts(connection, items=[of.id]), None)
    return None if known is None else {name: str(getattr(known.balance, name)) for name in PrepaidAnswer.model_fields}


def post_prepaid(desk: Desk, connection: Writing, document: DraftInvoice | DraftCreditNote, number: str, on: date) -> None:
    """Stores what a document does to prepaid amounts, and posts it between the accounts; on the first open day."""
    if all(line.prepaid is None for line in document.lines):
        return
    first = ledger.first_open(connection, on)
    movements = movements_of(document, number=number, on=first)
    prepaid_movements.append(connection, movements, at=desk.now())
    entry = prepaid_entry(document, movements, desk.rulebook.accounts, number=number, on=first)
    if entry is not None:
        ledger.append(connection, [entry], Recorded(on=desk.today, at=desk.now(), author=desk.author))


def refunded_too_much(connection: Reading, draft: DraftCreditNote) -> Iterator[tuple[str, Money, Money]]:
    """The prepaid amounts of which a credit note would refund more than is left: the item, what is left, and what would be refunded."""
    refunded: dict[str, Money] = {}
    for line in draft.lines:
        if line.prepaid is not None and line.prepaid == line.item:
            refunded[line.prepaid] = refunded.get(line.prepaid, Money(0, draft.currency)) + line.net
    for one in prepaid_movements.amounts(connection, items=sorted(refunded)):
        if refunded[one.item] > one.balance.left:
            yield one.item, one.balance.left, refunded[one.item]


def post_lapses(desk: Desk, connection: Writing, end: date, recorded: Recorded) -> int:
    """Posts what lapsed by the end of a month that is being closed; gives how many entries that were."""
    left = prepaid_movements.left_by_order(connection)
    orders.lock_all(connection, left)
    entries, movements = [], []
    for order in orders.find(connection, left).values():
        account = order.prepaid or PrepaidLedger()
        for item in order.items:
            over, sale = end_of(item), account.sale(item.id)
            if item.prepaid is None or sale is None or over is None or over > end + timedelta(days=1):
                continue
            amount = balance_of(account.of(item.id), order.currency).left
            if amount.minor <= 0 or _may_be_drawn(desk, connection, order, item, over, end):
                continue
            name = f"{item.id} {end:%Y-%m}"
            entries.append(lapse_entry(item, order.customer, amount, desk.rulebook.accounts, name=name, on=end))
            movements.append(replace(sale, kind="lapsed", amount=-amount, on=end, document=name, line=0, transaction=""))
    ledger.append(connection, entries, recorded)
    prepaid_movements.append(connection, movements, at=recorded.at)
    return len(entries)


def _may_be_drawn(desk: Desk, connection: Reading, order: Order, item: OrderItem, over: date, end: date) -> bool:
    """Whether usage of a period that began before the end of a prepaid amount is on no invoice yet."""
    products = item.prepaid.products if item.prepaid is not None else ()
    usage = find_transactions(desk, connection, TransactionFilter(order=order.id, states=OPEN), through=max(end, desk.horizon))
    begins = (one.amount.service_from for one in usage if one.kind == "usage" and one.product in products)
    return any(day is not None and day < over for day in begins)


def prepaid(
    desk: Desk,
    as_of: Annotated[date | None, Option("As it was at the end of this day (default: the business date).", "as-of")] = None,
    customer: Annotated[str | None, Option("Only this customer.")] = None,
    everything: Annotated[bool, Option("Also amounts of which nothing is left.", "all")] = False,
    *,
    page: Page = FIRST_PAGE,
) -> Sheet:
    """Show what became of prepaid amounts by a day, and what is left of each. Totals are of all pages."""
    desk.check_names(customer=customer)
    filling, on = Filling[tuple[Cell, ...]](page), as_of or desk.today
    with desk.store.reading() as connection:
        if page.after is not None and not prepaid_movements.is_sold(connection, page.after):
            raise no_row(page.after)
        some = prepaid_movements.listed(
            connection, until=on, customer=customer, everything=everything, after=page.after, limit=page.limit + 1
        )
        left = Money(prepaid_movements.total_left(connection, until=on, customer=customer), desk.rulebook.currency)
    for one in some:
        filling.add(one.item, [row_of(one)])
    return Sheet(name="prepaid", columns=COLUMNS, rows=tuple(filling.rows), totals={"left": left}, next=filling.next)


def row_of(one: PrepaidAmount) -> tuple[Cell, ...]:
    """The cells of a prepaid amount."""
    balance = one.balance
    about = (one.item, one.order, one.customer, one.product, one.sold_on)
    return (*about, balance.sold, balance.refunded, balance.drawn, balance.lapsed, balance.left)
