"""The link of a quote, the replies on links and their erasure, and the mails of quotes and order confirmations."""

from __future__ import annotations

from datetime import timedelta
from typing import get_args

import click

from api.cli.delivery_tables import write_deliveries
from api.cli.invocation import Invocation, pass_invocation
from api.cli.list_writer import write_list
from api.cli.options import Command
from api.cli.paging import by_page
from api.desk import erasing, sales_deliveries
from api.desk.deliveries import message_tree
from api.desk.quote_links import link_of, link_tree
from api.desk.sales_lists import REPLIES
from api.store.quote_replies import ReplyKind


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


@click.command("deliver", cls=Command)
@click.argument("number")
@click.option("--because", default="", help="Why it is sent once more, where it was delivered before.")
@pass_invocation
def deliver_quote(invocation: Invocation, number: str, because: str) -> None:
    """Send the mail of a quote once more, to its customer as it is now."""
    invocation.write_fields(message_tree(sales_deliveries.deliver_quote(invocation.desk, number, because=because)))


@click.command("deliveries", cls=Command)
@click.argument("number")
@pass_invocation
def quote_deliveries(invocation: Invocation, number: str) -> None:
    """Show what became of the mails of a quote: of each message, and all that happened to it."""
    write_deliveries(invocation, sales_deliveries.quote_deliveries(invocation.desk, number))


@click.command("confirm", cls=Command)
@click.argument("order")
@click.option("--because", default="", help="Why it is sent once more, where it was delivered before.")
@pass_invocation
def confirm_order(invocation: Invocation, order: str, because: str) -> None:
    """Send the confirmation of an order by e-mail, as the order is now: `deliver` sends what waits."""
    invocation.write_fields(message_tree(sales_deliveries.confirm_order(invocation.desk, order, because=because)))


@click.command("deliveries", cls=Command)
@click.argument("order")
@pass_invocation
def order_deliveries(invocation: Invocation, order: str) -> None:
    """Show what became of the mails that confirm an order."""
    write_deliveries(invocation, sales_deliveries.order_deliveries(invocation.desk, order))


@click.command("replies", cls=Command)
@click.option("--reply", type=click.Choice(get_args(ReplyKind)), default=None, help="Only these.")
@click.option("--past", is_flag=True, help="Only those whose data may not be stored any more.")
@by_page
@pass_invocation
def list_replies(invocation: Invocation, reply: str | None, past: bool, limit: int, after: str | None) -> None:
    """List the replies on links of quotes with the day until which their data are stored, but for those that were erased."""
    before_today = invocation.today - timedelta(days=1)
    write_list(invocation, REPLIES, {"reply": reply, "stored_to": before_today if past else None}, limit, after)


@click.command("erase-reply", cls=Command)
@click.argument("number")
@click.option("--by", metavar="NAME", required=True, help="Who decided it.")
@click.option("--because", metavar="REASON", required=True, help="Why, such as a request of the person.")
@pass_invocation
def erase_reply(invocation: Invocation, number: str, by: str, because: str) -> None:
    """Erase what is personal in the replies on the links of a quote; refused while an order from it runs."""
    count = erasing.erase_reply(invocation.desk, number, by=by, because=because)
    invocation.write_fields({"quote": number, "erased": count})
