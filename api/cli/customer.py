"""`centwright customer …`: customers listed, shown and erased."""

from __future__ import annotations

import click

from api.cli.contact import show_erasure
from api.cli.field_options import WHERE
from api.cli.invocation import Invocation, pass_invocation
from api.cli.options import Command, Group
from api.cli.paging import by_page, check_after, page_of
from api.cli.sheet_output import write_sheet
from api.desk import erasing
from api.desk.customer_lists import CUSTOMERS, customer_cells
from api.desk.document_trees import customer_tree
from api.desk.filtering import Filter
from api.desk.sales import find_customer
from api.output.sheets import Sheet
from api.store import customers
from engine.documents.mandate import Mandate


@click.group(cls=Group)
def customer() -> None:
    """List, show and erase customers; `centwright import` brings them in."""


@customer.command("list", cls=Command)
@WHERE
@by_page
@pass_invocation
def list_customers(invocation: Invocation, condition: str | None, limit: int, after: str | None) -> None:
    """List customers."""
    filtering = Filter(invocation.desk, condition)
    with invocation.desk.store.reading() as connection:
        check_after(after, lambda name: name in customers.find(connection, [name]))
        looked_at = filtering.looked_at(customers.each(connection, after=after), filtering.of_customer)
        listed, more = page_of(looked_at, limit, lambda one: one.id)
    rows = tuple(customer_cells(invocation.desk, one) for one in listed)
    write_sheet(invocation, Sheet(name="customers", columns=CUSTOMERS.columns(invocation.desk), rows=rows, next=more), None, None)


@customer.command("show", cls=Command)
@click.argument("name")
@pass_invocation
def show_customer(invocation: Invocation, name: str) -> None:
    """Show a customer with all its fields."""
    shown, people, signed = find_customer(invocation.desk, name)
    if invocation.as_json:
        invocation.write_json(customer_tree(shown, people, signed))
        return
    fields = shown.model_dump(mode="json")
    address, attributes = fields.pop("address"), fields.pop("attributes")
    invocation.write_fields({**fields, **address, **attributes, "contacts": ", ".join(people), "mandates": ", ".join(map(_shown, signed))})


@customer.command("erase", cls=Command)
@click.argument("name")
@click.option("--by", metavar="NAME", required=True, help="Who decided it.")
@click.option("--because", metavar="REASON", required=True, help="Why, such as a request of the person.")
@pass_invocation
def erase_customer(invocation: Invocation, name: str, by: str, because: str) -> None:
    """Erase the data and contacts of a customer; refused while something open needs them. Issued documents keep their copy."""
    show_erasure(invocation, erasing.erase_customer(invocation.desk, name, by=by, because=because))


def _shown(mandate: Mandate) -> str:
    return f"{mandate.reference} of {mandate.signed_on}, {mandate.iban}, {mandate.state}"
