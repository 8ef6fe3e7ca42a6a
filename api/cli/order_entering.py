"""`centwright order enter`: an order entered directly, without a quote."""

from __future__ import annotations

from datetime import date

import click

from api.cli.acting import show_order
from api.cli.field_options import SET, pairs
from api.cli.invocation import Invocation, pass_invocation
from api.cli.options import DAY, Command
from api.cli.quote_lines import line_options, lines_of
from api.desk.order_entry import OrderEntry, enter_order


@click.command("enter", cls=Command)
@click.argument("name")
@click.argument("customer")
@click.argument("lines", nargs=-1, required=True, metavar="PRODUCT=QUANTITY…")
@click.option("--on", type=DAY, default=None, help="The day on which it was signed (default: the business date).")
@click.option("--purchase-order", default=None, help="The customer's purchase order for it (default: that of the customer).")
@click.option("--payment-terms", "terms", default=None, help="Its payment terms (default: those of the customer).")
@click.option("--buyer-reference", "reference", default=None, help="The customer's own reference for it (default: that of the customer).")
@click.option("--deliver-to", default=None, help="The name of the customer's address to which it is delivered (default: its own).")
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
    reference: str | None,
    deliver_to: str | None,
    given: tuple[str, ...],
    **fields: str | int | bool | date | tuple[str, ...] | None,
) -> None:
    """Enter an order NAME of a CUSTOMER without a quote: lines of one order type; the options of a line count for all of them."""
    entry = OrderEntry(
        id=name,
        customer=customer,
        lines=tuple(lines_of(invocation.desk, lines, fields)),
        signed_on=on,
        purchase_order=purchase_order,
        payment_terms=terms,
        buyer_reference=reference,
        deliver_to=deliver_to,
        attributes=pairs(given),
    )
    show_order(invocation, enter_order(invocation.desk, entry))
