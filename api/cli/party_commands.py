"""The commands of customers for their addresses, their names in other systems, and merging two of them."""

from __future__ import annotations

from typing import get_args

import click

from api.cli.invocation import Invocation, pass_invocation
from api.cli.options import Command
from api.desk import customer_addresses, customer_merging
from api.desk.document_trees import merge_tree, record_tree
from api.store.customer_parties import AddressKind, NamedAddress


def party_commands(group: click.Group) -> None:
    """Adds the commands to those of customers."""
    for command in (set_address, remove_address, set_reference, find_reference, merge_customers):
        group.add_command(command)


@click.command("address", cls=Command)
@click.argument("customer")
@click.argument("name")
@click.option("--kind", type=click.Choice(get_args(AddressKind)), default="delivery", show_default=True)
@click.option("--recipient", default=None, help="Who is there, if not the customer.")
@click.option("--street", required=True)
@click.option("--postcode", required=True)
@click.option("--town", required=True)
@click.option("--country", required=True)
@pass_invocation
def set_address(invocation: Invocation, /, customer: str, name: str, kind: AddressKind, recipient: str | None, **place: str) -> None:
    """Give a CUSTOMER a further address called NAME, in the place of the one of that name."""
    address = NamedAddress(name=name, kind=kind, recipient=recipient, **place)
    invocation.write_fields(record_tree(customer_addresses.set_address(invocation.desk, customer, address)))


@click.command("remove-address", cls=Command)
@click.argument("customer")
@click.argument("name")
@pass_invocation
def remove_address(invocation: Invocation, customer: str, name: str) -> None:
    """Remove the address called NAME of a CUSTOMER."""
    customer_addresses.remove_address(invocation.desk, customer, name)
    invocation.write_fields({"customer": customer, "removed": name})


@click.command("reference", cls=Command)
@click.argument("customer")
@click.argument("system")
@click.argument("reference", required=False)
@click.option("--remove", is_flag=True, help="The system knows it no more.")
@pass_invocation
def set_reference(invocation: Invocation, customer: str, system: str, reference: str | None, remove: bool) -> None:
    """Record by which name another SYSTEM knows a CUSTOMER."""
    if (reference is None) != remove:
        raise click.UsageError("write the name, or --remove")
    customer_addresses.set_reference(invocation.desk, customer, system, reference)
    invocation.write_fields({"customer": customer, "system": system, "reference": reference})


@click.command("find-reference", cls=Command)
@click.argument("system")
@click.argument("reference")
@pass_invocation
def find_reference(invocation: Invocation, system: str, reference: str) -> None:
    """Show the customer that another SYSTEM knows by a REFERENCE."""
    from api.cli.customer import show

    show(invocation, customer_addresses.find_by_reference(invocation.desk, system, reference))


@click.command("merge", cls=Command)
@click.argument("customer")
@click.argument("into")
@click.option("--preview", is_flag=True, help="Only show what it would do.")
@pass_invocation
def merge_customers(invocation: Invocation, customer: str, into: str, preview: bool) -> None:
    """Merge a CUSTOMER INTO another: what it has moves there, and its id stays known. What was issued keeps its copy."""
    merging = customer_merging.preview_merge if preview else customer_merging.merge
    of = merging(invocation.desk, customer, into)
    if invocation.as_json:
        invocation.write_json(merge_tree(of))
        return
    moves, stays = (", ".join(f"{count} {kind}" for kind, count in some.items() if count) for some in (of.moved.moves, of.moved.stays))
    counts = {"moves": moves, "stays": stays, "filled": ", ".join(of.filled), "differing": of.differing, "signed": of.signed}
    invocation.write_fields({"customer": of.name, "into": of.into, **counts, "net_before": of.net_before, "net_after": of.net_after})
