"""Parsing increments.csv: the items that join an active subscription."""

from __future__ import annotations

from collections.abc import Container, Iterable
from functools import partial
from typing import Final

from api.importing.cell_values import Fields
from api.importing.column_meanings import names_of
from api.importing.csv_files import Columns, CsvRow
from api.importing.measured_columns import read_no_quantity
from api.importing.order_files import order_item, product_of_row
from api.importing.own_fields import read_own_fields
from api.importing.own_words import labelled
from api.importing.parsed_files import ParsedFiles, ParsedIncrement, content_hash
from api.importing.party_files import customer_of
from engine.documents.billed import Increment
from engine.documents.order import Order
from engine.order_types.registry import JOINING
from engine.phrases import phrase
from engine.rulebook.book import Rulebook

INCREMENTS: Final = Columns(
    needed=("customer", "accepted_and_activated_on", "product", "quantity"),
    optional=("order", "billing_type"),
    names=names_of("increments.csv"),
)


def read_increments(rows: Iterable[CsvRow], rulebook: Rulebook, customers: Container[str], parsed: ParsedFiles) -> None:
    """Adds the items that join an active subscription of their customer."""
    types, times = rulebook.billing_types, dict[str, int]()
    for row in rows:
        fields, before = Fields(row, parsed.problems), len(parsed.problems)
        customer = customer_of(fields, customers, parsed)
        on, product = fields.day("accepted_and_activated_on"), product_of_row(fields, JOINING, rulebook)
        quantity = read_no_quantity(fields, product) if product and product.measured else fields.quantity("quantity")
        billing_type = fields.name("billing_type", types, phrase("billing type"), required=False, meaning=partial(labelled, types))
        if len(parsed.problems) > before or customer is None or on is None or quantity is None or product is None:
            continue
        digest = content_hash(row)
        times[digest] = times.get(digest, 0) + 1
        name = f"{customer}-joined-{on}-{digest[:6]}-{times[digest]}"
        attributes = read_own_fields(fields, "line", ("line",), rulebook) if fields.has_own_fields else {}
        own = {"quantity": quantity, "billing_type": billing_type, "starts_on": on, "attributes": attributes}
        order = Order(
            currency=rulebook.currency,
            id=name,
            type=product.order_type,
            customer=customer,
            signed_on=on,
            invoiced_elsewhere_until=rulebook.company.cut_over,
            items=(order_item(name, 1, product, own, rulebook),),
            source="import",
        )
        key = f"{customer}|{on}|{product.code}|{digest[:12]}|{times[digest]}"
        parsed.increments.append(ParsedIncrement(key, Increment(order, into=fields.text("order")), on, digest, row.where))
    parsed.increments.sort(key=lambda one: (one.on, one.where.line))
