"""Parsing the file of each order type, whose rows are grouped into orders."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import NamedTuple, get_args

from api.importing.cell_values import Fields
from api.importing.column_meanings import names_of
from api.importing.csv_files import Columns, CsvRow
from api.importing.measured_columns import read_commitment, read_no_quantity
from api.importing.order_contradictions import (
    ENDS_BEFORE,
    SAME_ROW,
    TWO_CUSTOMERS,
    TWO_CUT_OVERS,
    TWO_DELIVERIES,
    TWO_PURCHASE_ORDERS,
    TWO_REFERENCES,
    TWO_SIGNATURES,
    TWO_TERMS,
    TWO_TYPES,
    WRONG_FILE,
)
from api.importing.own_fields import OF_ORDERS, TWO_FIELDS, read_own_fields
from api.importing.own_words import labelled
from api.importing.parsed_files import ParsedFiles, ParsedOrder, content_of, hash_of
from api.importing.party_files import AN_ID, customer_of, terms_of
from engine.documents.order import ITEMS, AnyItem, Order, OrderType, PriceFollows
from engine.documents.order_step import OrderEvent
from engine.order_types.definition import Column
from engine.order_types.registry import DEFINITIONS
from engine.phrases import phrase
from engine.problems import Kind, Span
from engine.rulebook.book import Rulebook
from engine.rulebook.catalog import Product
from engine.text.nearest import suggestion

NOT_ALLOWED = Kind("not-allowed", "the product `{product}` does not allow the {what} `{name}`", "{remedy}")
NO_AGREED_PRICE = Kind(
    "no-agreed-price", "something is said of an agreed price, and none is given", "write it in `agreed_price`, or empty this cell"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """One parsed row: its order, its first day, and all fields of the item except its id."""

    row: CsvRow
    order: str
    customer: str
    begins_on: date
    product: Product
    of_order: Mapping[str, str]
    """The fields of a company's own of its order."""
    purchase_order: str | None
    payment_terms: str | None
    buyer_reference: str | None
    deliver_to: str | None
    invoiced_elsewhere_until: date | None
    """The day before which a former system invoiced it; None: the company's cut-over date."""
    fields: Mapping[str, object]
    """What the columns say of the item."""
    expected: Mapping[str, date]
    """The days on which events of the order are expected."""


class _Item(NamedTuple):
    """What is needed of a row to make its item."""

    where: Span
    content: str
    product: Product
    fields: Mapping[str, object]


class _OrderRows:
    """The rows of one order so far. Of each no more is in memory than its item needs."""

    __slots__ = ("_attributes", "_delivery", "_expected", "_first", "_given", "_items", "_signed_on", "_type", "is_wrong")

    def __init__(self, first: _Row, order_type: OrderType, parsed: ParsedFiles) -> None:
        self._first, self._type, self._signed_on = (first.order, first.customer, first.begins_on), order_type, first.begins_on
        self._given: dict[str, object] = {}
        self._delivery: tuple[str, Span] | None = None
        self._attributes, self._expected = dict[str, str](), dict[str, date]()
        self._items: list[_Item] = []
        existing = parsed.orders.get(first.order)
        self.is_wrong = existing is not None
        """Whether its rows do not agree, or its id is taken: then it is not made."""
        if existing is not None:
            parsed.problems.append(TWO_TYPES.at(first.row.where, order=first.order, type=existing.type))

    def add(self, item: _Row, content: str, parsed: ParsedFiles) -> None:
        """Adds a row; where it says something of the order that an earlier one contradicts, a problem at its cell."""
        before = len(parsed.problems)
        (name, customer, begins_on), file = self._first, DEFINITIONS[self._type].file
        if item.customer != customer:
            parsed.problems.append(TWO_CUSTOMERS.at(_place(item, "customer"), order=name, first=customer))
        if file.begins_with_signature and item.begins_on != begins_on:
            parsed.problems.append(TWO_SIGNATURES.at(_place(item, file.begins), None, first=begins_on, second=item.begins_on))
        for column, value, kind in (
            ("purchase_order", item.purchase_order, TWO_PURCHASE_ORDERS),
            ("payment_terms", item.payment_terms, TWO_TERMS),
            ("buyer_reference", item.buyer_reference, TWO_REFERENCES),
            ("deliver_to", item.deliver_to, TWO_DELIVERIES),
            ("invoiced_elsewhere_until", item.invoiced_elsewhere_until, TWO_CUT_OVERS),
        ):
            if value is not None and (first := self._given.setdefault(column, value)) != value:
                parsed.problems.append(kind.at(_place(item, column), None, first=first, second=value))
        if item.deliver_to is not None and self._delivery is None:
            self._delivery = (item.deliver_to, _place(item, "deliver_to"))
        for field, text in item.of_order.items():
            if (known := self._attributes.setdefault(field, text)) != text:
                parsed.problems.append(TWO_FIELDS.at(item.row.where, name=field, first=known, second=text))
        self.is_wrong = self.is_wrong or len(parsed.problems) > before
        self._signed_on = min(self._signed_on, item.begins_on)
        self._expected |= {event: max(day, self._expected.get(event, day)) for event, day in item.expected.items()}
        self._items.append(_Item(item.row.where, content, item.product, item.fields))

    def parsed(self, rulebook: Rulebook) -> ParsedOrder:
        """The order, to be made when it is needed."""
        places = tuple(item.where for item in self._items)
        return ParsedOrder(
            type=self._type,
            customer=self._first[1],
            signed_on=self._signed_on,
            make=partial(self._order, rulebook),
            content_hash=hash_of(item.content for item in self._items),
            where=places[0],
            items_at=places,
            deliver_to=self._delivery,
        )

    def _order(self, rulebook: Rulebook) -> Order:
        name, customer, _ = self._first
        return Order.model_validate(
            {
                "currency": rulebook.currency,
                "id": name,
                "type": self._type,
                "customer": customer,
                "signed_on": self._signed_on,
                "invoiced_elsewhere_until": rulebook.company.cut_over,
                **{column: value for column, value in self._given.items() if column != "deliver_to"},
                "items": tuple(order_item(name, at, one.product, one.fields, rulebook) for at, one in enumerate(self._items, start=1)),
                "attributes": self._attributes,
                "events": self._events(),
                "source": "import",
            }
        )

    def _events(self) -> tuple[OrderEvent, ...]:
        """The events of the order: a signature is reported, others are expected; of several days of an event the latest counts."""
        signed = (OrderEvent(event="order.signed", on=self._signed_on),) if DEFINITIONS[self._type].file.begins_with_signature else ()
        return (*signed, *(OrderEvent(event=event, on=day, reported=False) for event, day in self._expected.items()))


def columns_of(order_type: OrderType) -> Columns:
    """The columns of the file of an order type."""
    file = DEFINITIONS[order_type].file
    return Columns(needed=file.needed, optional=file.optional, names=names_of(file.name))


def read_orders(order_type: OrderType, rows: Iterable[CsvRow], rulebook: Rulebook, customers: Container[str], parsed: ParsedFiles) -> None:
    """Adds the orders of one type: the rows of one customer and first day (or month) are one order, unless `order` names another."""
    by_order: dict[str, _OrderRows] = {}
    seen: dict[str, int] = {}
    for row in rows:
        fields, content = Fields(row, parsed.problems), content_of(row)
        line = seen.setdefault(content, row.where.line)
        if line != row.where.line:
            parsed.problems.append(SAME_ROW.at(row.where, line=line))
        before = len(parsed.problems)
        item = _row(fields, order_type, rulebook, customers, parsed)
        if item is not None and len(parsed.problems) == before:
            of_order = by_order.get(item.order) or by_order.setdefault(item.order, _OrderRows(item, order_type, parsed))
            of_order.add(item, content, parsed)
    parsed.orders |= {name: of_order.parsed(rulebook) for name, of_order in by_order.items() if not of_order.is_wrong}


def _row(fields: Fields, order_type: OrderType, rulebook: Rulebook, customers: Container[str], parsed: ParsedFiles) -> _Row | None:
    file = DEFINITIONS[order_type].file
    customer = customer_of(fields, customers, parsed)
    begins_on = fields.month(file.begins) if file.begins_with_month else fields.day(file.begins)
    product = product_of_row(fields, (order_type,), rulebook)
    quantity = read_no_quantity(fields, product) if product and product.measured else fields.quantity("quantity")
    process = _process(fields, product, rulebook)
    named = fields.matching("order", *AN_ID)
    elsewhere_until = fields.day("invoiced_elsewhere_until", required=False)
    price = _agreed_price(fields, begins_on, elsewhere_until or rulebook.company.cut_over, rulebook)
    own = {column: _own(fields, column, begins_on, product, rulebook) for column in file.columns}
    of_order, of_line = (read_own_fields(fields, each, OF_ORDERS, rulebook) for each in OF_ORDERS) if fields.has_own_fields else ({}, {})
    if customer is None or begins_on is None or quantity is None or product is None:
        return None
    return _Row(
        row=fields.row,
        order=named or f"{customer}-{order_type}-{begins_on:{'%Y-%m' if file.begins_with_month else '%Y-%m-%d'}}",
        customer=customer,
        begins_on=begins_on,
        product=product,
        purchase_order=fields.text("purchase_order"),
        payment_terms=terms_of(fields, rulebook),
        buyer_reference=fields.text("buyer_reference"),
        deliver_to=fields.text("deliver_to"),
        invoiced_elsewhere_until=elsewhere_until,
        of_order=of_order,
        fields={
            "attributes": of_line,
            "quantity": quantity,
            "billing_process": process,
            **price,
            **dict.fromkeys(file.begin_fills, begins_on),
            **{column.fills: value for column, value in own.items() if column.fills},
        },
        expected={column.expects: value for column, value in own.items() if column.expects and isinstance(value, date)},
    )


def _agreed_price(fields: Fields, begins_on: date | None, cut_over: date | None, rulebook: Rulebook) -> dict[str, object]:
    """The price that was agreed for an item, and what it follows from which day: the cut-over, for it is what a former system bills."""
    price = fields.price("agreed_price", rulebook.currency)
    follows = fields.name("follows", get_args(PriceFollows), phrase("way to follow"), required=False)
    agreed_on = fields.day("agreed_on", required=False)
    if fields.cell("agreed_price") is None:
        for column in ("follows", "agreed_on"):
            if fields.cell(column) is not None:
                fields.report(NO_AGREED_PRICE, column)
        return {}
    default = max(begins_on, cut_over) if begins_on and cut_over else begins_on
    return {"negotiated_price": price, "price_follows": follows, "price_agreed_on": agreed_on or default}


def _own(fields: Fields, column: Column, begins_on: date | None, product: Product | None, rulebook: Rulebook) -> object:
    """The value of a column of one order type; checked against the day and the product of the row where those were parsed."""
    match column.reads:
        case "text":
            return fields.needed(column.name, column.name) if column.required else fields.text(column.name)
        case "billing-type":
            types, what = rulebook.billing_types, phrase("billing type")
            return fields.name(column.name, types, what, required=column.required, meaning=partial(labelled, types))
        case "payment-plan":
            plan = fields.name(column.name, rulebook.payment_plans, phrase("payment plan"), required=column.required)
            if plan and product and product.payment_plans and plan not in product.payment_plans:
                remedy = suggestion(plan, product.payment_plans)
                fields.report(NOT_ALLOWED, column.name, product=product.code, what=phrase("payment plan"), name=plan, remedy=remedy)
            return plan
        case "commitment":
            return read_commitment(fields, product, rulebook)
        case "whole":
            return fields.whole_number(column.name, column.least, column.most, required=column.required)
        case "day":
            return fields.day(column.name, required=column.required)
        case "last-day":
            last = fields.day(column.name, required=column.required)
            if last is not None and begins_on is not None and last < begins_on:
                fields.report(ENDS_BEFORE, column.name, end=last)
            return last + timedelta(days=1) if last else None


def product_of_row(fields: Fields, order_types: Sequence[OrderType], rulebook: Rulebook) -> Product | None:
    """The product of a row, which must be of one of the order types."""
    code = fields.name("product", rulebook.products, phrase("product"))
    product = rulebook.products[code] if code else None
    if product and product.order_type not in order_types:
        file = DEFINITIONS[product.order_type].file.name
        fields.report(WRONG_FILE, "product", product=product.code, type=product.order_type, file=file, wanted=", ".join(order_types))
        return None
    return product


def _process(fields: Fields, product: Product | None, rulebook: Rulebook) -> str | None:
    process = fields.name("billing_process", rulebook.billing_processes, phrase("billing process"), required=False)
    if process and product and process not in product.billing_processes:
        remedy = suggestion(process, product.billing_processes)
        fields.report(NOT_ALLOWED, "billing_process", product=product.code, what=phrase("billing process"), name=process, remedy=remedy)
    return process


def order_item(order: str, position: int, product: Product, own: Mapping[str, object], rulebook: Rulebook) -> AnyItem:
    """The item of a row; `own` are the fields that the row gives."""
    return ITEMS[product.order_type].model_validate(
        {
            "currency": rulebook.currency,
            "id": f"{order}-{position}",
            "product": product.code,
            "supply_kind": product.supply_kind,
            "vat_class": product.vat_class,
            "revenue_account": product.account,
            "source": "import",
            **own,
        }
    )


def _place(item: _Row, column: str) -> Span:
    return item.row.cells[column].span if column in item.row.cells else item.row.where
