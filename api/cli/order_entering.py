"""`centwright order enter`: an order entered directly, without a quote."""

from __future__ import annotations

from datetime import date

import click

from api.cli.acting import show_order
from api.cli.field_options import SET, pairs
from api.cli.invocation import Invocation, pass_invocation
from api.cli.options import DAY, Command, parsed, typed
from api.cli.quote_lines import line_fields, line_options
from api.desk.order_entry import OrderEntry, enter_order
from api.http.request_parsing import read_request
from engine.documents.quote import LineRequest
from engine.money import Quantity


@click.command("enter", cls=Command)
@click.argument("name")
@click.argument("customer")
@click.argument("lines", nargs=-1, required=True, metavar="PRODUCT=QUANTITY…")
@click.option("--on", type=DAY, default=None, help="The day on which it was signed (default: the business date).")
@click.option("--purchase-order", default=None, help="The customer's purchase order for it (default: that of the customer).")
@click.option("--payment-terms", "terms", default=None, help="Its payment terms (default: those of the customer).")
@SET
@line_options
@pass_invocation
def enter(
    invocation: Invocation,
    /,
    name: str,
    customer: str,
    lines: tuple[str, ...],
    on: date | None,
    purchase_order: str | None,
    terms: str | None,
    given: tuple[str, ...],
    **fields: str | int | bool | date | tuple[str, ...] | None,
) -> None:
    """Enter an order NAME of a CUSTOMER without a quote: lines of one order type; the options of a line count for all of them."""
    own = line_fields(invocation.desk.rulebook.currency, dict(fields))
    split = ((line, *line.partition("=")) for line in lines)
    ordered = tuple(
        read_request(
            LineRequest,
            {"product": product, "quantity": parsed(line, quantity, typed(Quantity.parse)) if equals else Quantity.whole(1), **own},
        )
        for line, product, equals, quantity in split
    )
    entry = OrderEntry(
        id=name,
        customer=customer,
        lines=ordered,
        signed_on=on,
        purchase_order=purchase_order,
        payment_terms=terms,
        attributes=pairs(given),
    )
    show_order(invocation, enter_order(invocation.desk, entry))
