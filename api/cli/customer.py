"""`centwright customer …`: customers listed and shown."""

from __future__ import annotations

import click

from api.cli.invocation import Invocation, pass_invocation
from api.cli.options import Command, Group
from api.cli.sheet_output import write_sheet
from api.output.sheets import Sheet
from api.refusals import unknown
from api.store import customers


@click.group(cls=Group)
def customer() -> None:
    """List and show customers; `centwright import` brings them in."""


@customer.command("list", cls=Command)
@pass_invocation
def list_customers(invocation: Invocation) -> None:
    """List customers."""
    with invocation.desk.store.reading() as connection:
        by_id = customers.find(connection)
    columns = ("id", "name", "town", "country", "language", "segment", "vat_number", "email")
    rows = tuple(
        (one.id, one.name, one.address.town, one.address.country, one.language, one.segment, one.vat_number, one.email)
        for one in by_id.values()
    )
    write_sheet(invocation, Sheet(name="customers", columns=columns, rows=rows), None, None)


@customer.command("show", cls=Command)
@click.argument("name")
@pass_invocation
def show_customer(invocation: Invocation, name: str) -> None:
    """Show a customer with all its fields."""
    with invocation.desk.store.reading() as connection:
        by_id = customers.find(connection, [name])
    if name not in by_id:
        raise unknown("customer", name)
    if invocation.as_json:
        invocation.write_json(by_id[name].model_dump(mode="json"))
        return
    fields = by_id[name].model_dump(mode="json")
    address, attributes = fields.pop("address"), fields.pop("attributes")
    invocation.write_fields({**fields, **address, **attributes})
