"""`centwright quote link` and `quote erase-reply`: the link on which a customer replies to a quote, and the erasure of the replies."""

from __future__ import annotations

import click

from api.cli.invocation import Invocation, pass_invocation
from api.cli.options import Command
from api.desk import erasing
from api.desk.quote_links import link_of, link_tree


@click.command("link", cls=Command)
@click.argument("number")
@pass_invocation
def show_link(invocation: Invocation, number: str) -> None:
    """Show the link on which the customer of a quote accepts or declines its last version; it needs no key."""
    made = link_of(invocation.desk, number, invocation.settings.rulebook)
    if invocation.as_json:
        invocation.write_json(link_tree(made))
        return
    invocation.write(made.url)


@click.command("erase-reply", cls=Command)
@click.argument("number")
@click.option("--by", metavar="NAME", required=True, help="Who decided it.")
@click.option("--because", metavar="REASON", required=True, help="Why, such as a request of the person.")
@pass_invocation
def erase_reply(invocation: Invocation, number: str, by: str, because: str) -> None:
    """Erase what is personal in the replies on the links of a quote; refused while an order from it runs."""
    count = erasing.erase_reply(invocation.desk, number, by=by, because=because)
    invocation.write_fields({"quote": number, "erased": count})
