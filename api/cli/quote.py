"""`centwright quote …`: quotes drafted, listed, shown, compared, approved, sent, accepted, refused and printed."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from api.cli.acting import previewed, show_effects
from api.cli.field_options import SET, WHERE, pairs
from api.cli.invocation import Invocation, pass_invocation
from api.cli.link_commands import deliver_quote, erase_reply, list_replies, quote_deliveries, show_link
from api.cli.list_writer import write_list
from api.cli.options import DAY, Command, Group
from api.cli.paging import by_page
from api.cli.quote_lines import add_line, change_line, line_options, lines_of, remove_line
from api.cli.quote_tables import show, show_accepted, show_comparison, show_reply, show_versions
from api.cli.sheet_output import write_path
from api.desk import quote_acceptance, quote_approval, quoting
from api.desk.document_trees import shown_quote_tree
from api.desk.filtering import with_fields
from api.desk.quote_acceptance import Acceptance
from api.desk.quote_comparison import compare
from api.desk.quote_versions import versions_of
from api.desk.quoting import Requested
from api.desk.renditions import quote_pdf
from api.desk.sales_deliveries import send_quote as send
from api.desk.sales_lists import QUOTES, STATES_OF_QUOTES
from api.output.files import write_file
from engine.phrases import phrase, say


@click.group(cls=Group)
def quote() -> None:
    """Price, send and accept quotes."""


for _command in (add_line, change_line, remove_line, show_link, deliver_quote, quote_deliveries, list_replies, erase_reply):
    quote.add_command(_command)


@quote.command("make", cls=Command)
@click.argument("customer")
@click.argument("lines", nargs=-1, required=True, metavar="PRODUCT=QUANTITY…")
@click.option("--on", type=DAY, default=None, help="The day of its prices (default: the business date).")
@click.option("--opportunity", default=None, help="The opportunity that it belongs to.")
@click.option("--order", "running", default=None, help="The running subscription that its items join, where there are several.")
@click.option("--payment-terms", "terms", default=None, help="The payment terms of its orders (default: those of the customer).")
@click.option("--valid-until", type=DAY, default=None, help="The last day on which it can be accepted (default: as company.yaml says).")
@click.option("--deliver-to", default=None, help="The name of the customer's address to which its orders are delivered.")
@click.option("--draft", "is_draft", is_flag=True, help="Only draft it: its lines are changed until `quote submit` offers it.")
@SET
@line_options
@pass_invocation
def make_quote(
    invocation: Invocation,
    /,
    customer: str,
    lines: tuple[str, ...],
    on: date | None,
    opportunity: str | None,
    running: str | None,
    terms: str | None,
    valid_until: date | None,
    deliver_to: str | None,
    is_draft: bool,
    given: tuple[str, ...],
    **fields: str | int | bool | date | tuple[str, ...] | None,
) -> None:
    """Make a quote for a CUSTOMER; the options of a line count for all lines, and `add-line` adds others.

    The quantity of a measured product is an estimate for one billing period; a minimum is that of the measured lines.
    """
    desk = invocation.desk
    attributes = with_fields(desk, "quote", {}, pairs(given))
    requests = lines_of(desk, lines, fields)
    day = on or desk.today
    with desk.writing() as connection:
        stored = quoting.make_quote(
            desk,
            connection,
            quoting.buyer_of(connection, customer),
            quoting.signed(desk, requests),
            on=day,
            opportunity=opportunity,
            subscription=running,
            attributes=attributes,
            payment_terms=terms,
            valid_until=valid_until,
            deliver_to=deliver_to,
            is_draft=is_draft,
        )
    show(invocation, stored)


@quote.command("list", cls=Command)
@click.option("--customer", default=None, help="Only of this customer.")
@click.option("--opportunity", default=None, help="Only of this opportunity.")
@click.option("--state", type=click.Choice(STATES_OF_QUOTES), default=None, help="Only in this state.")
@click.option("--versions", is_flag=True, help="Every version, not only the last one.")
@WHERE
@by_page
@pass_invocation
def list_quotes(invocation: Invocation, /, condition: str | None, limit: int, after: str | None, **requested: str | bool | None) -> None:
    """List quotes: the last version of each, with its state today."""
    write_list(invocation, QUOTES, {**requested, "where": condition}, limit, after)


@quote.command("show", cls=Command)
@click.argument("number")
@pass_invocation
def show_quote(invocation: Invocation, number: str) -> None:
    """Show the last version of a quote."""
    versions = versions_of(invocation.desk, number)
    show(invocation, versions[-1].quote, shown_quote_tree(versions))
    if not invocation.as_json:
        show_reply(invocation, versions[-1].reply)


@quote.command("history", cls=Command)
@click.argument("number")
@pass_invocation
def quote_history(invocation: Invocation, number: str) -> None:
    """Show every version of a quote: its steps, and what it changed of the one before."""
    show_versions(invocation, versions_of(invocation.desk, number))


@quote.command("compare", cls=Command)
@click.argument("number")
@pass_invocation
def compare_quote(invocation: Invocation, number: str) -> None:
    """Show what a quote would come to under every billing type and every payment plan; nothing is written."""
    show_comparison(invocation, compare(invocation.desk, number))


@quote.command("version", cls=Command)
@click.argument("number")
@click.option("--on", type=DAY, default=None, help="The day of its prices (default: the business date).")
@click.option("--order", "running", default=None, help="The running subscription that its items join (default: that of the last version).")
@click.option("--payment-terms", "terms", default=None, help="The payment terms of its orders (default: those of the last version).")
@click.option("--valid-until", type=DAY, default=None, help="The last day on which it can be accepted (default: as company.yaml says).")
@click.option("--deliver-to", default=None, help="The name of the customer's address to which its orders are delivered.")
@click.option("--draft", "is_draft", is_flag=True, help="Only draft it: its lines are changed until `quote submit` offers it.")
@pass_invocation
def new_version(
    invocation: Invocation,
    number: str,
    on: date | None,
    running: str | None,
    terms: str | None,
    valid_until: date | None,
    deliver_to: str | None,
    is_draft: bool,
) -> None:
    """Price a quote again as a new version, which supersedes the last one."""
    before = quoting.find_quote(invocation.desk, number)
    requested = Requested(on=on, subscription=running, payment_terms=terms, valid_until=valid_until, deliver_to=deliver_to)
    after = quoting.make_version(invocation.desk, number, requested, is_draft=is_draft)
    show(invocation, after)
    if not invocation.as_json:
        line = phrase("contract value {before} before, {now} now", before=before.quote.contract_value, now=after.quote.contract_value)
        invocation.write(say(line, invocation.language))


@quote.command("submit", cls=Command)
@click.argument("number")
@click.option("--on", type=DAY, default=None, help="The day of its prices (default: the business date).")
@pass_invocation
def submit_quote(invocation: Invocation, number: str, on: date | None) -> None:
    """Offer a draft: it is approved at once, or to be approved as the rules say."""
    show(invocation, quoting.submit(invocation.desk, number, on=on))


@quote.command("approve", cls=Command)
@click.argument("number")
@click.option("--by", default=None, metavar="USER", help="Who approved it: a user with the role that the rules name (default: who works).")
@click.option("--note", default=None, help="Why.")
@pass_invocation
def approve_quote(invocation: Invocation, number: str, by: str | None, note: str | None) -> None:
    """Approve a quote, in the role that its rules name."""
    person = by or invocation.person
    who = quote_approval.approver_of(invocation.desk, person, by)
    show(invocation, quote_approval.approve(invocation.desk, number, who, note=note))


@quote.command("send", cls=Command)
@click.argument("number")
@click.option("--by", type=click.Choice(("email", "hand")), default="email", show_default=True, help="By hand: only note that it was sent.")
@pass_invocation
def send_quote(invocation: Invocation, number: str, by: str) -> None:
    """Send an approved quote by e-mail, with its PDF and its link: `deliver` sends what waits."""
    desk = invocation.desk
    show(invocation, send(desk, number) if by == "email" else quoting.step(desk, number, "send", "sent", note="by hand"))


@quote.command("refuse", cls=Command)
@click.argument("number")
@click.option("--note", required=True, help="Why.")
@pass_invocation
def refuse_quote(invocation: Invocation, number: str, note: str) -> None:
    """Note that the customer refused a quote."""
    show(invocation, quoting.step(invocation.desk, number, "refuse", "refused", note=note))


@quote.command("accept", cls=Command)
@click.argument("number")
@click.option("--on", type=DAY, default=None, help="The day on which it was accepted (default: the business date).")
@click.option("--by", default=None, metavar="PERSON", help="Who accepted it, at the customer.")
@click.option("--purchase-order", default=None, help="The customer's purchase order for it (default: that of the customer).")
@click.option("--line", "lines", type=int, multiple=True, metavar="LINE", help="An optional or alternative line that is chosen.")
@click.option("--order", "running", default=None, help="The running subscription that its items join: that of the quote.")
@previewed
@pass_invocation
def accept_quote(
    invocation: Invocation,
    number: str,
    on: date | None,
    by: str | None,
    purchase_order: str | None,
    lines: tuple[int, ...],
    running: str | None,
    is_preview: bool,
) -> None:
    """Accept a quote: it becomes one order per order type, or joins the running subscription."""
    day = on or invocation.desk.today
    acceptance = Acceptance(on=day, subscription=running, by=by, purchase_order=purchase_order, chosen=lines)
    if is_preview:
        show_effects(invocation, quote_acceptance.preview_acceptance(invocation.desk, number, acceptance))
        return
    show_accepted(invocation, quote_acceptance.accept(invocation.desk, number, acceptance))


@quote.command("pdf", cls=Command)
@click.argument("number")
@click.option("--to", "target", type=click.Path(path_type=Path), default=None, help="The file (default: NUMBER.pdf here).")
@pass_invocation
def write_pdf(invocation: Invocation, number: str, target: Path | None) -> None:
    """Write the PDF of a quote in the customer's language."""
    last = quoting.find_quote(invocation.desk, number)
    place = target or Path(f"{last.number}.pdf")
    write_file(place, quote_pdf(invocation.desk, last, invocation.settings.rulebook))
    write_path(invocation, place)
