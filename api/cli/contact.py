"""`centwright contact …`: the people of customers and opportunities listed, shown and erased."""

from __future__ import annotations

from collections.abc import Callable

import click

from api.cli.field_options import SET, WHERE, cells, pairs
from api.cli.invocation import Invocation, pass_invocation
from api.cli.options import Command, Group
from api.cli.paging import by_page, check_after, page_of
from api.cli.sheet_output import write_sheet
from api.desk import contact_changes, erasing
from api.desk.filtering import Filter, names_of_fields
from api.desk.sales import find_contact
from api.output.sheets import Sheet
from api.store import contacts
from api.store.erasures import Erasure
from engine.documents.contact import Contact


@click.group(cls=Group)
def contact() -> None:
    """List and show contacts, and erase them; `centwright import` brings them in."""


@contact.command("list", cls=Command)
@click.option("--customer", default=None, help="Only those of this customer.")
@click.option("--past", is_flag=True, help="Only those whose data may not be stored any more.")
@WHERE
@by_page
@pass_invocation
def list_contacts(invocation: Invocation, customer: str | None, past: bool, condition: str | None, limit: int, after: str | None) -> None:
    """List contacts with the day until which their data are stored."""
    invocation.desk.check_names(customer=customer)
    filtering = Filter(invocation.desk, condition)
    with invocation.desk.store.reading() as connection:
        check_after(after, lambda name: name in contacts.find(connection, [name]))
        people = contacts.each(connection, after=after, customer=customer, past=invocation.today if past else None)
        listed, more = page_of(filtering.looked_at(people, filtering.of_contact), limit, lambda one: one.id)
    own = names_of_fields(invocation.desk, "contact")
    columns = ("id", "customer", "opportunity", "name", "role", "email", "phone", "stored_until")
    rows = tuple((*(getattr(one, column) for column in columns), *cells(one.attributes, own)) for one in listed)
    write_sheet(invocation, Sheet(name="contacts", columns=(*columns, *own), rows=rows, next=more), None, None)


@contact.command("show", cls=Command)
@click.argument("name")
@pass_invocation
def show_contact(invocation: Invocation, name: str) -> None:
    """Show a contact with all its fields."""
    _show(invocation, find_contact(invocation.desk, name))


def _show(invocation: Invocation, shown: Contact) -> None:
    fields = shown.model_dump(mode="json")
    if invocation.as_json:
        invocation.write_json(fields)
        return
    attributes = fields.pop("attributes")
    invocation.write_fields({**fields, **attributes})


def _fields(command: Callable[..., None]) -> Callable[..., None]:
    """An option for each field of a contact, called as its column of contacts.csv."""
    for field in reversed(contact_changes.FIELDS):
        about = f"As in the column `{field}` of contacts.csv."
        command = click.option(f"--{field.replace('_', '-')}", default=None, help=about)(command)
    return command


@contact.command("create", cls=Command)
@click.argument("contact_id", metavar="ID")
@click.option("--customer", default=None, help="Whose contact it is; or name an --opportunity.")
@click.option("--opportunity", default=None, help="Of whose prospect it is a contact.")
@_fields
@SET
@pass_invocation
def create_contact(
    invocation: Invocation, /, contact_id: str, customer: str | None, opportunity: str | None, given: tuple[str, ...], **fields: str | None
) -> None:
    """Create a contact; its fields are checked as those of contacts.csv."""
    if (customer is None) == (opportunity is None):
        raise click.UsageError("name either --customer or --opportunity")
    own = dict(pairs(given))
    _show(invocation, contact_changes.create(invocation.desk, contact_id, fields, own, customer=customer, opportunity=opportunity))


@contact.command("change", cls=Command)
@click.argument("contact_id", metavar="ID")
@_fields
@SET
@pass_invocation
def change_contact(invocation: Invocation, /, contact_id: str, given: tuple[str, ...], **fields: str | None) -> None:
    """Change what is given of a contact; an empty value removes it."""
    changes = {field: text for field, text in fields.items() if text is not None}
    if not changes and not given:
        raise click.UsageError("say what changes")
    _show(invocation, contact_changes.change(invocation.desk, contact_id, changes, dict(pairs(given))))


@contact.command("erase", cls=Command)
@click.argument("name")
@click.option("--by", metavar="NAME", required=True, help="Who decided it.")
@click.option("--because", metavar="REASON", required=True, help="Why, such as a request of the person.")
@pass_invocation
def erase_contact(invocation: Invocation, name: str, by: str, because: str) -> None:
    """Erase a contact; refused while its opportunity is open."""
    show_erasure(invocation, erasing.erase_contact(invocation.desk, name, by=by, because=because))


def show_erasure(invocation: Invocation, erasure: Erasure) -> None:
    """Writes what was erased, when, by whom and why."""
    fields = {"kind": erasure.kind, "id": erasure.id, "erased_on": erasure.erased_on}
    invocation.write_fields({**fields, "author": erasure.author, "because": erasure.because})
