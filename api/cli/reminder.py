"""`centwright reminder …`: customers reminded of what is overdue, previewed and listed; charges listed and cancelled."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from api.cli.invocation import Invocation, pass_invocation
from api.cli.list_writer import write_list
from api.cli.options import DAY, Command, Group
from api.cli.paging import by_page
from api.cli.sheet_output import write_path, write_sheet
from api.desk import charging, reminder_letters, reminding, sales_deliveries
from api.desk.deliveries import message_tree
from api.desk.reminder_lists import (
    CHARGE_COLUMNS,
    CHARGES,
    HELD_COLUMNS,
    PROPOSED_COLUMNS,
    REMINDERS,
    charge_cells,
    charge_tree,
    held_cells,
    preview_cells,
    preview_tree,
    reminder_tree,
)
from api.output.files import write_file
from api.output.sheets import Sheet
from api.store import reminders
from engine.phrases import phrase, say

_ON = click.option("--on", type=DAY, default=None, help="The day of the reminders (default: the business date).")
_CUSTOMER = click.option("--customer", default=None, help="Only this customer.")


@click.group(cls=Group)
def reminder() -> None:
    """Remind customers of what is overdue, by the rules of plans/reminders.yaml."""


@reminder.command("preview", cls=Command)
@_ON
@_CUSTOMER
@pass_invocation
def preview_reminders(invocation: Invocation, on: date | None, customer: str | None) -> None:
    """Show what a run would remind of, with fees and interest, and what it would hold and why. Stores and sends nothing."""
    desk = invocation.desk
    proposals = reminding.preview(desk, on, customer)
    if invocation.as_json:
        invocation.write_json(preview_tree(desk, proposals, invocation.language))
        return
    held = held_cells(proposals, invocation.language)
    sections = (Sheet(name="held", columns=HELD_COLUMNS, rows=held),) if held else ()
    rows = preview_cells(desk, proposals)
    write_sheet(invocation, Sheet(name="reminders", columns=PROPOSED_COLUMNS, rows=rows, sections=sections), None, None)
    missing = [one.no_rate_from for letter in proposals.letters for one in letter.proposed if one.no_rate_from is not None]
    if missing:
        sentence = "{count} of these count no interest for days from {day} on, whose rate is not on file: add it to plans/reminders.yaml"
        invocation.write_message(say(phrase(sentence, count=len(missing), day=min(missing)), invocation.language))


@reminder.command("run", cls=Command)
@_ON
@_CUSTOMER
@pass_invocation
def run_reminders(invocation: Invocation, on: date | None, customer: str | None) -> None:
    """Make the reminders of a day: each level once. Fees and interest are charged, and mails wait in the outbox."""
    made = reminding.run(invocation.desk, on, customer)
    if invocation.as_json:
        invocation.write_json({"reminders": [reminder_tree(invocation.desk, one) for one in made]})
        return
    rows = tuple((one.id, one.customer, one.level, one.channel, one.open, one.costs, one.pay_until) for one in made)
    columns = ("id", "customer", "level", "channel", "open", "costs", "pay_until")
    write_sheet(invocation, Sheet(name="reminders", columns=columns, rows=rows), None, None)


@reminder.command("list", cls=Command)
@_CUSTOMER
@by_page
@pass_invocation
def list_reminders(invocation: Invocation, customer: str | None, limit: int, after: str | None) -> None:
    """List the reminders that were made, in the order of their ids."""
    write_list(invocation, REMINDERS, {"customer": customer}, limit, after)


@reminder.command("show", cls=Command)
@click.argument("name", metavar="ID")
@click.option("--out", "target", type=click.Path(path_type=Path), default=None, help="Write its PDF in the customer's language here.")
@pass_invocation
def show_reminder(invocation: Invocation, name: str, target: Path | None) -> None:
    """Show a reminder, what became of its mail, and its charges; or write its PDF, as for a letter by post."""
    stored = reminder_letters.find_reminder(invocation.desk, name)
    if target is not None:
        write_file(target, reminder_letters.stored_pdf(invocation.desk, stored, invocation.settings.rulebook))
        write_path(invocation, target)
        return
    fields = reminder_tree(invocation.desk, stored)
    if invocation.as_json:
        invocation.write_json(fields)
        return
    with invocation.desk.store.reading() as connection:
        charges = reminders.charges_of(connection, reminder=name)
        letter = reminder_letters.stored_letter(invocation.desk, connection, stored)
    documents = "; ".join(f"{one.number} {one.open}" for one in letter.invoices)
    invocation.write_fields({key: text for key, text in fields.items() if key != "charges"} | {"documents": documents})
    if charges:
        rows = tuple(charge_cells(*each) for each in charges)
        write_sheet(invocation, Sheet(name="charges", columns=CHARGE_COLUMNS, rows=rows), None, None)


@reminder.command("deliver", cls=Command)
@click.argument("name", metavar="ID")
@click.option("--because", default="", help="Why it is sent again; needed after it was delivered.")
@pass_invocation
def deliver_again(invocation: Invocation, name: str, because: str) -> None:
    """Queue the mail of a reminder once more, to its customer as it is now."""
    invocation.write_fields(message_tree(sales_deliveries.deliver_reminder(invocation.desk, name, because=because)))


@reminder.command("charges", cls=Command)
@click.option("--document", default=None, help="Only those beside this document.")
@click.option("--reminder", "of_reminder", default=None, help="Only those of this reminder.")
@click.option("--open", "only_open", is_flag=True, help="Only those of which something is to be paid.")
@by_page
@pass_invocation
def list_charges(
    invocation: Invocation, document: str | None, of_reminder: str | None, only_open: bool, limit: int, after: str | None
) -> None:
    """List fees and interest with what is open of them, in the order of their numbers."""
    requested = {"document": document, "reminder": of_reminder, "open": only_open or None}
    write_list(invocation, CHARGES, requested, limit, after)


@reminder.command("cancel-charge", cls=Command)
@click.argument("charge")
@click.option("--because", required=True, help="Why it is not owed any more.")
@pass_invocation
def cancel_charge(invocation: Invocation, charge: str, because: str) -> None:
    """Take back a fee or interest of which nothing is paid, and its posting."""
    cancelled = charging.cancel_charge(invocation.desk, charge, because=because)
    if invocation.as_json:
        with invocation.desk.store.reading() as connection:
            invocation.write_json(charge_tree(*reminders.charges_of(connection, number=charge)[0]))
        return
    words = phrase("{charge} of {amount} is cancelled", charge=charge, amount=cancelled.amount)
    invocation.write(say(words, invocation.language))
