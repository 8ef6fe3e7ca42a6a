"""`centwright customer …`: customers listed, shown, created, changed, put on hold, checked and erased."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import cast

import click

from api.cli.account_commands import show_reminder, show_statement
from api.cli.activity_commands import activity_commands
from api.cli.contact import show_erasure
from api.cli.field_options import SET, WHERE, pairs
from api.cli.invocation import Invocation, pass_invocation
from api.cli.options import DAY, Command, Group
from api.cli.paging import by_page, check_after, page_of
from api.cli.party_commands import party_commands
from api.cli.sheet_output import write_sheet
from api.cli.vat_check_commands import check_customers
from api.desk import activities, customer_changes, erasing
from api.desk.customer_details import ShownCustomer, find_customer, history_of_customer
from api.desk.customer_lists import CUSTOMERS, customer_cells
from api.desk.document_trees import customer_tree
from api.desk.filtering import Filter
from api.desk.owed_amounts import find_owed, owed_tree
from api.output.sheets import Sheet
from api.store import customers
from api.store.sales_records import VatCheck, VatCheckResult
from engine.documents.mandate import Mandate
from engine.phrases import say


@click.group(cls=Group)
def customer() -> None:
    """Customers and what is known of them; `centwright import` brings in many."""


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
    owed = find_owed(invocation.desk, "customer", (one.id for one in listed))
    rows = tuple(customer_cells(invocation.desk, one, owed[one.id]) for one in listed)
    write_sheet(invocation, Sheet(name="customers", columns=CUSTOMERS.columns(invocation.desk), rows=rows, next=more), None, None)


@customer.command("show", cls=Command)
@click.argument("name")
@click.option("--as-of", "day", type=DAY, default=None, help="Its fields as they were at the end of a day.")
@pass_invocation
def show_customer(invocation: Invocation, name: str, day: date | None) -> None:
    """Show a customer with all its fields, its hold, evidence and notes."""
    show(invocation, find_customer(invocation.desk, name, as_of=day))


@customer.command("history", cls=Command)
@click.argument("name")
@pass_invocation
def show_history(invocation: Invocation, name: str) -> None:
    """Show every change of a customer, with its day and author."""
    history = history_of_customer(invocation.desk, name)
    columns = ("changed_on", "author", "field", "before", "after")
    rows = tuple(tuple(cast("str | date | None", change[column]) for column in columns) for change in history)
    write_sheet(invocation, Sheet(name="history", columns=columns, rows=rows), None, None)


def customer_fields(command: Callable[..., None]) -> Callable[..., None]:
    """An option for each field of a customer, called as its column of customers.csv."""
    for field in reversed(customer_changes.FIELDS):
        about = f"As in the column `{field}` of customers.csv."
        command = click.option(f"--{field.replace('_', '-')}", default=None, help=about)(command)
    return command


@customer.command("create", cls=Command)
@click.argument("customer_id", metavar="ID")
@click.option("--prospect", "is_prospect", is_flag=True, help="It has bought nothing yet: of its address the country is enough.")
@customer_fields
@SET
@pass_invocation
def create_customer(invocation: Invocation, /, customer_id: str, is_prospect: bool, given: tuple[str, ...], **fields: str | None) -> None:
    """Create a customer or a prospect; its fields are checked as those of customers.csv."""
    customer_changes.create(invocation.desk, customer_id, fields, dict(pairs(given)), is_prospect=is_prospect)
    show(invocation, find_customer(invocation.desk, customer_id))


@customer.command("change", cls=Command)
@click.argument("customer_id", metavar="ID")
@customer_fields
@SET
@pass_invocation
def change_customer(invocation: Invocation, /, customer_id: str, given: tuple[str, ...], **fields: str | None) -> None:
    """Change what is given of a customer; an empty value removes it. Its orders are planned again, and invoices keep their copy."""
    changes = {field: text for field, text in fields.items() if text is not None}
    if not changes and not given:
        raise click.UsageError("say what changes")
    customer_changes.change(invocation.desk, customer_id, changes, dict(pairs(given)))
    show(invocation, find_customer(invocation.desk, customer_id))


@customer.command("hold", cls=Command)
@click.argument("name")
@click.option("--because", metavar="REASON", required=True, help="Why nothing is billed.")
@pass_invocation
def hold_customer(invocation: Invocation, name: str, because: str) -> None:
    """Put a customer on hold: runs hold back what is due from it until it is released."""
    customer_changes.hold(invocation.desk, name, because)
    show(invocation, find_customer(invocation.desk, name))


@customer.command("release", cls=Command)
@click.argument("name")
@pass_invocation
def release_customer(invocation: Invocation, name: str) -> None:
    """Release a customer on hold: the next run bills what is due from it."""
    customer_changes.release(invocation.desk, name)
    show(invocation, find_customer(invocation.desk, name))


@customer.command("note", cls=Command)
@click.argument("name")
@click.argument("text")
@pass_invocation
def note_customer(invocation: Invocation, name: str, text: str) -> None:
    """Note a TEXT about a customer."""
    activities.add(invocation.desk, "customer", name, "note", text)
    show(invocation, find_customer(invocation.desk, name))


@customer.command("vat-checked", cls=Command)
@click.argument("name")
@click.option("--on", "day", type=DAY, required=True, help="The day of the check.")
@click.option("--result", type=click.Choice(("valid", "invalid")), required=True, help="What the check said of the number.")
@click.option("--consultation", metavar="NUMBER", default=None, help="The number under which the check is on record.")
@click.option("--by", metavar="NAME", default=None, help="Who checked it.")
@pass_invocation
def record_vat_check(
    invocation: Invocation, name: str, day: date, result: VatCheckResult, consultation: str | None, by: str | None
) -> None:
    """Record that the VAT number of a customer was checked: the evidence for invoices without VAT."""
    customer_changes.vat_checked(invocation.desk, name, on=day, result=result, consultation=consultation, by=by)
    show(invocation, find_customer(invocation.desk, name))


@customer.command("erase", cls=Command)
@click.argument("name")
@click.option("--by", metavar="NAME", required=True, help="Who decided it.")
@click.option("--because", metavar="REASON", required=True, help="Why, such as a request of the person.")
@pass_invocation
def erase_customer(invocation: Invocation, name: str, by: str, because: str) -> None:
    """Erase the data and contacts of a customer; refused while something open needs them. Issued documents keep their copy."""
    show_erasure(invocation, erasing.erase_customer(invocation.desk, name, by=by, because=because))


activity_commands(customer, "customer")
for _command in (show_statement, show_reminder, check_customers):
    customer.add_command(_command)
party_commands(customer)


def show(invocation: Invocation, shown: ShownCustomer) -> None:
    """Writes a customer with all that is known of it."""
    if invocation.as_json:
        invocation.write_json(customer_tree(shown))
        return
    fields = shown.customer.model_dump(mode="json")
    address, attributes = fields.pop("address"), fields.pop("attributes")
    people, signed = ", ".join(shown.contacts), ", ".join(map(_shown, shown.mandates))
    held = f"{shown.hold.because} (since {shown.hold.on}, {shown.hold.by})" if shown.hold else None
    checks = "; ".join(map(_check, shown.vat_checks))
    notes = "; ".join(f"{one.done_on} {one.done_by}: {one.text}" for one in shown.activities if one.kind == "note")
    addresses = "; ".join(f"{one.name} ({one})" for one in shown.addresses)
    references = ", ".join(f"{system}: {reference}" for system, reference in shown.references.items())
    party = {"state": shown.party.state, "merged": ", ".join(shown.merged), "addresses": addresses, "references": references}
    if shown.notice is not None:
        invocation.write_message(say(shown.notice, invocation.language))
    amounts = owed_tree(shown.owed) | ({"prepaid": str(shown.prepaid)} if shown.prepaid else {})
    known = party | amounts | {"contacts": people, "mandates": signed, "hold": held, "vat_checks": checks, "notes": notes}
    invocation.write_fields({**fields, **address, **attributes, **known})


def _check(one: VatCheck) -> str:
    details = (one.checked_by, one.consultation, one.name, one.address, None if one.because is None else str(one.because))
    return f"{one.vat_number} {one.result} on {one.checked_on} ({', '.join(each for each in details if each)})"


def _shown(mandate: Mandate) -> str:
    return f"{mandate.reference} of {mandate.signed_on}, {mandate.iban}, {mandate.state}"
