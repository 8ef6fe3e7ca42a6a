"""subscriptions.csv, investments.csv, advertising.csv and increments.csv: the rows of one order brought together."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final, Literal, TypedDict

from api.importing.cell_values import Fields
from api.importing.csv_text import Columns, CsvRow
from api.importing.parsed_files import Found, FoundIncrement, FoundOrder, content_hash
from api.importing.party_files import ID_FORM, customer_of
from engine.documents.order import Order, OrderEvent, OrderItem, OrderType
from engine.money import Quantity
from engine.phrases import phrase
from engine.problems import Kind, Span
from engine.rulebook.book import Rulebook
from engine.rulebook.catalog import Product
from engine.text.nearest import suggestion

SUBSCRIPTIONS: Final = Columns(
    needed=("customer", "billing_type", "activated_on", "product", "quantity"),
    optional=("anchor_day", "order", "purchase_order", "billing_process", "ends_on"),
)
INVESTMENTS: Final = Columns(
    needed=("customer", "signed_on", "product", "quantity"),
    optional=("order", "payment_plan", "purchase_order", "expected_delivery", "billing_process"),
)
ADVERTISING: Final = Columns(
    needed=("customer", "product", "quantity", "first_month", "months"), optional=("order", "purchase_order", "billing_process")
)
INCREMENTS: Final = Columns(needed=("customer", "accepted_and_activated_on", "product", "quantity"), optional=("order", "billing_type"))

WRONG_FILE = Kind(
    "wrong-order-type", "`{product}` is a product of {type} orders", "move the row to {file}, or name a product of {wanted} orders"
)
NOT_ALLOWED = Kind("not-allowed", "the product `{product}` does not allow the {what} `{name}`", "{remedy}")
ENDS_BEFORE = Kind("ends-before", "it ends on {end}, before it is activated", "write the last day that is served")
TWO_CUSTOMERS = Kind(
    "two-customers", "the order `{order}` is one of customer {first} already", "give the orders of each customer ids of their own"
)
TWO_TYPES = Kind("two-types", "the order `{order}` is a {type} order already", "give each order its own id")
TWO_PURCHASE_ORDERS = Kind(
    "two-purchase-orders", "the rows of this order name the purchase orders `{first}` and `{second}`", "give them `order` ids of their own"
)

TWO_SIGNATURES = Kind(
    "two-signatures",
    "the rows of this order name the signatures {first} and {second}",
    "an order is signed once: give them `order` ids of their own",
)
SAME_ROW = Kind("row-twice", "this row says the same as line {line}", "delete it, unless both are meant: each is an item", "advice")

_FILES: Final[dict[OrderType, str]] = {
    "subscription": "subscriptions.csv",
    "investment": "investments.csv",
    "advertising": "advertising.csv",
}
_DayColumn = Literal["activated_on", "signed_on", "first_month"]


class _Further(TypedDict, total=False):
    """What the columns of one kind of order add to an item."""

    billing_type: str | None
    payment_plan: str | None
    anchor_day: int | None
    ends_before: date | None
    insertions: int | None
    expected_delivery: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Item:
    """One row that could be read: its order, when it begins, and all that the item needs but its id."""

    row: CsvRow
    order: str
    customer: str
    begins_on: date
    product: Product
    quantity: Quantity
    purchase_order: str | None
    billing_process: str | None
    billing_type: str | None = None
    payment_plan: str | None = None
    anchor_day: int | None = None
    ends_before: date | None = None
    insertions: int | None = None
    expected_delivery: date | None = None


_More = Callable[[Fields, date | None, Product | None], _Further]
"""Reads the columns that one kind of order has beyond the others, as far as the day and the product of the row could be read."""


def read_subscriptions(rows: Iterable[CsvRow], rulebook: Rulebook, customers: Container[str], found: Found) -> None:
    """Subscription orders: the rows of one customer and activation date are one, unless `order` says otherwise."""

    def more(fields: Fields, begins_on: date | None, product: Product | None) -> _Further:
        billing_type = fields.name("billing_type", rulebook.billing_types, phrase("billing type"))
        ends_on = fields.day("ends_on", required=False)
        if ends_on is not None and begins_on is not None and ends_on < begins_on:
            fields.report(ENDS_BEFORE, "ends_on", end=ends_on)
        return {
            "billing_type": billing_type,
            "anchor_day": fields.whole("anchor_day", 1, 31, required=False),
            "ends_before": ends_on + timedelta(days=1) if ends_on else None,
        }

    _read_orders(rows, "subscription", "activated_on", more, rulebook, customers, found)


def read_investments(rows: Iterable[CsvRow], rulebook: Rulebook, customers: Container[str], found: Found) -> None:
    """Investment orders: signed on their date, also a future one, and invoiced by a payment plan."""

    def more(fields: Fields, begins_on: date | None, product: Product | None) -> _Further:
        plan = fields.name("payment_plan", rulebook.payment_plans, phrase("payment plan"), required=False)
        if plan and product and product.payment_plans and plan not in product.payment_plans:
            remedy = suggestion(plan, product.payment_plans)
            fields.report(NOT_ALLOWED, "payment_plan", product=product.code, what=phrase("payment plan"), name=plan, remedy=remedy)
        return {"payment_plan": plan, "expected_delivery": fields.day("expected_delivery", required=False)}

    _read_orders(rows, "investment", "signed_on", more, rulebook, customers, found)


def read_advertising(rows: Iterable[CsvRow], rulebook: Rulebook, customers: Container[str], found: Found) -> None:
    """Advertising orders: so many insertions from a first month on."""

    def more(fields: Fields, begins_on: date | None, product: Product | None) -> _Further:
        return {"insertions": fields.whole("months", 1, 1200)}

    _read_orders(rows, "advertising", "first_month", more, rulebook, customers, found)


def read_increments(rows: Iterable[CsvRow], rulebook: Rulebook, customers: Container[str], found: Found) -> None:
    """Items that join an active subscription of their customer."""
    times: dict[str, int] = {}
    for row in rows:
        fields = Fields(row, found.problems)
        before = len(found.problems)
        customer = customer_of(fields, customers, found)
        on, quantity = fields.day("accepted_and_activated_on"), fields.quantity("quantity")
        product = _product(fields, "subscription", rulebook)
        billing_type = fields.name("billing_type", rulebook.billing_types, phrase("billing type"), required=False)
        if len(found.problems) > before or customer is None or on is None or quantity is None or product is None:
            continue
        digest = content_hash(row)
        times[digest] = times.get(digest, 0) + 1
        found.increments.append(
            FoundIncrement(
                key=f"{customer}|{on}|{product.code}|{digest[:12]}|{times[digest]}",
                customer=customer,
                on=on,
                product=product.code,
                quantity=quantity,
                order=fields.text("order"),
                billing_type=billing_type,
                content_hash=digest,
                where=row.where,
            )
        )


def _read_orders(
    rows: Iterable[CsvRow],
    type_: OrderType,
    day_column: _DayColumn,
    more: _More,
    rulebook: Rulebook,
    customers: Container[str],
    found: Found,
) -> None:
    by_order: dict[str, list[_Item]] = {}
    seen: dict[str, int] = {}
    for row in rows:
        fields = Fields(row, found.problems)
        line = seen.setdefault(content_hash(row), row.where.line)
        if line != row.where.line:
            found.problems.append(SAME_ROW.at(row.where, line=line))
        before = len(found.problems)
        item = _item(fields, type_, day_column, more, rulebook, customers, found)
        if item is not None and len(found.problems) == before:
            by_order.setdefault(item.order, []).append(item)
    for name, items in by_order.items():
        _bring_together(name, type_, items, rulebook, found)


def _item(
    fields: Fields,
    type_: OrderType,
    day_column: _DayColumn,
    more: _More,
    rulebook: Rulebook,
    customers: Container[str],
    found: Found,
) -> _Item | None:
    customer = customer_of(fields, customers, found)
    begins_on = fields.month(day_column) if day_column == "first_month" else fields.day(day_column)
    quantity = fields.quantity("quantity")
    product = _product(fields, type_, rulebook)
    process = _process(fields, product, rulebook)
    named = fields.matching("order", ID_FORM, phrase("an id"), phrase("letters, digits and . _ / - (at most 60)"))
    further = more(fields, begins_on, product)
    if customer is None or begins_on is None or quantity is None or product is None:
        return None
    known = _Item(
        row=fields.row,
        order=named or f"{customer}-{type_}-{begins_on:%Y-%m}" + ("" if day_column == "first_month" else f"-{begins_on:%d}"),
        customer=customer,
        begins_on=begins_on,
        product=product,
        quantity=quantity,
        purchase_order=fields.text("purchase_order"),
        billing_process=process,
    )
    return replace(known, **further)


def _product(fields: Fields, type_: OrderType, rulebook: Rulebook) -> Product | None:
    code = fields.name("product", rulebook.products, phrase("product"))
    product = rulebook.products[code] if code else None
    if product and product.order_type != type_:
        fields.report(WRONG_FILE, "product", product=product.code, type=product.order_type, file=_FILES[product.order_type], wanted=type_)
        return None
    return product


def _process(fields: Fields, product: Product | None, rulebook: Rulebook) -> str | None:
    process = fields.name("billing_process", rulebook.billing_processes, phrase("billing process"), required=False)
    if process and product and process not in product.billing_processes:
        remedy = suggestion(process, product.billing_processes)
        fields.report(NOT_ALLOWED, "billing_process", product=product.code, what=phrase("billing process"), name=process, remedy=remedy)
    return process


def _bring_together(name: str, type_: OrderType, items: Sequence[_Item], rulebook: Rulebook, found: Found) -> None:
    first = items[0]
    problems = len(found.problems)
    known = found.orders.get(name)
    if known is not None:
        found.problems.append(TWO_TYPES.at(first.row.where, order=name, type=known.order.type))
    for item in items[1:]:
        if item.customer != first.customer:
            found.problems.append(TWO_CUSTOMERS.at(_place(item, "customer"), order=name, first=first.customer))
    if type_ == "investment":
        for item in items[1:]:
            if item.begins_on != first.begins_on:
                found.problems.append(TWO_SIGNATURES.at(_place(item, "signed_on"), None, first=first.begins_on, second=item.begins_on))
    bought = [item for item in items if item.purchase_order]
    for item in bought[1:]:
        if item.purchase_order != bought[0].purchase_order:
            words = {"first": bought[0].purchase_order, "second": item.purchase_order}
            found.problems.append(TWO_PURCHASE_ORDERS.at(_place(item, "purchase_order"), None, **words))
    if len(found.problems) > problems:
        return
    order_items = tuple(_order_item(name, position, item, rulebook) for position, item in enumerate(items, start=1))
    order = Order(
        currency=rulebook.currency,
        id=name,
        type=type_,
        customer=first.customer,
        signed_on=min(item.begins_on for item in items),
        purchase_order=bought[0].purchase_order if bought else None,
        invoiced_elsewhere_until=rulebook.company.cut_over,
        items=order_items,
        events=_events(type_, items),
        source="import",
    )
    found.orders[name] = FoundOrder(
        order=order,
        activations=tuple((item.id, read.begins_on) for item, read in zip(order_items, items, strict=True)),
        content_hash=content_hash(*(item.row for item in items)),
        where=first.row.where,
        items_at=tuple(item.row.where for item in items),
    )


def _order_item(order: str, position: int, item: _Item, rulebook: Rulebook) -> OrderItem:
    return OrderItem(
        currency=rulebook.currency,
        id=f"{order}-{position}",
        product=item.product.code,
        quantity=item.quantity,
        billing_process=item.billing_process,
        billing_type=item.billing_type,
        payment_plan=item.payment_plan,
        starts_on=item.begins_on,
        anchor_day=item.anchor_day,
        ends_before=item.ends_before,
        first_month=item.begins_on if item.insertions else None,
        insertions=item.insertions,
        supply_kind=item.product.supply_kind,
        vat_class=item.product.vat_class,
        revenue_account=item.product.account,
        source="import",
    )


def _events(type_: OrderType, items: Sequence[_Item]) -> tuple[OrderEvent, ...]:
    """An investment's signature is reported, its delivery expected, where the files say so."""
    if type_ != "investment":
        return ()
    signed = OrderEvent(event="order.signed", on=min(item.begins_on for item in items), reported=True)
    expected = [item.expected_delivery for item in items if item.expected_delivery]
    delivery = (OrderEvent(event="delivery.accepted", on=max(expected), reported=False),) if expected else ()
    return (signed, *delivery)


def _place(item: _Item, column: str) -> Span:
    return item.row.cells[column].where if column in item.row.cells else item.row.where
