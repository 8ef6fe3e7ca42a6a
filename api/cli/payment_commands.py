"""`centwright payment …`: payments listed with what became of them, matched by hand, and released again."""

from __future__ import annotations

from datetime import date
from typing import get_args

import click

from api.cli.invocation import Invocation, pass_invocation
from api.cli.options import DAY, Command, Group
from api.cli.paging import by_page, page_of
from api.cli.posting_lines import write_postings
from api.cli.sheet_output import write_sheet
from api.desk import exchanging, paying, refunding, writing_off
from api.desk.entry_trees import payment_entries
from api.desk.payment_lists import EnteredPayment, payment_cells, payment_tree
from api.http.request_parsing import read_request
from api.output.sheets import Sheet
from engine.documents.payment_match import WriteOffReason
from engine.money import document_currency

_IN_FULL = click.option(
    "--in-full", is_flag=True, help="They are paid in full: what is left of them, or too much, is a difference of exchange."
)


@click.group(cls=Group)
def payment() -> None:
    """List payments, see what each settles, match one by hand and take that back."""


@payment.command("list", cls=Command)
@click.option("--state", type=click.Choice(paying.STATES), default=None, help="Only payments of this state.")
@click.option("--document", default=None, help="Only payments that settle this document.")
@click.option("--csv", metavar="FILE", default=None, help="Write CSV; - is stdout.")
@click.option("--xlsx", metavar="FILE", default=None, help="Write a workbook.")
@by_page
@pass_invocation
def list_payments(
    invocation: Invocation, state: str | None, document: str | None, csv: str | None, xlsx: str | None, limit: int, after: str | None
) -> None:
    """List payments with what became of them: matched, proposed, held, unmatched or paid out."""
    stored = paying.each_payment(invocation.desk, state=state, document=document, after=after)
    listed, more = page_of(((one, True) for one in stored), limit, lambda one: one.payment.id)
    rows = tuple(payment_cells(invocation.desk, one) for one in listed)
    columns = ("id", "entry_date", "amount", "currency", "name", "text", "state", "because", "documents", "unallocated", "refunded")
    write_sheet(invocation, Sheet(name="payments", columns=columns, rows=rows, next=more), csv, xlsx)


@payment.command("show", cls=Command)
@click.argument("name", metavar="ID")
@pass_invocation
def show_payment(invocation: Invocation, name: str) -> None:
    """Show a payment and the documents that it settles.

    ID is that of `payment list`, or the one under which the payment was entered by hand, here and in the other commands.
    """
    _write(invocation, name)


@payment.command("match", cls=Command)
@click.argument("name", metavar="ID")
@click.argument("documents", metavar="NUMBER…", nargs=-1, required=True)
@_IN_FULL
@pass_invocation
def match_payment(invocation: Invocation, name: str, documents: tuple[str, ...], in_full: bool) -> None:
    """Settle documents with what is left of a payment, the oldest due date first. A rest of at most 0.05 closes as a difference.

    Of a payment that left our account, NUMBER is the id of a payment that it pays back.
    """
    paying.match_by_hand(invocation.desk, name, documents, in_full=in_full)
    _write(invocation, name)


@payment.command("release", cls=Command)
@click.argument("name", metavar="ID")
@pass_invocation
def release_payment(invocation: Invocation, name: str) -> None:
    """Take back all that a payment settles, or that it pays another back: documents are open again."""
    paying.release(invocation.desk, name)
    _write(invocation, name)


@payment.command("enter", cls=Command)
@click.argument("name", metavar="ID")
@click.option("--on", type=DAY, required=True, help="The day on which it was received.")
@click.option("--amount", required=True, help="How much was received.")
@click.option("--payer", default="", help="Who paid.")
@click.option("--iban", default=None, help="The account from which it came.")
@click.option("--reference", default="", help="What the payer wrote: a structured communication, numbers of invoices, or free text.")
@pass_invocation
def enter_payment(invocation: Invocation, name: str, on: date, amount: str, payer: str, iban: str | None, reference: str) -> None:
    """Enter a payment by hand, such as cash, and match it. ID is what names it where it comes from; the same again changes nothing."""
    fields = {"id": name, "on": on, "amount": amount, "name": payer, "iban": iban, "reference": reference}
    before = document_currency.set(invocation.desk.rulebook.currency)
    try:
        given = read_request(EnteredPayment, fields)
    finally:
        document_currency.reset(before)
    _write(invocation, paying.enter(invocation.desk, given))


@payment.command("exchange", cls=Command)
@click.argument("name", metavar="ID")
@click.argument("documents", metavar="[NUMBER…]", nargs=-1)
@click.option("--amount", required=True, help="How much our bank credited, in the currency of company.yaml.")
@click.option("--on", type=DAY, default=None, help="The day on which the bank credited it (default: that of the payment).")
@_IN_FULL
@pass_invocation
def exchange_payment(invocation: Invocation, name: str, documents: tuple[str, ...], amount: str, on: date | None, in_full: bool) -> None:
    """Enter what our bank credited for a payment in another currency: a payment of its own, which settles what the other names, or NUMBER.

    `payment release` of the payment in the other currency takes that back.
    """
    fields = {"amount": amount, "on": on, "documents": documents, "in_full": in_full}
    before = document_currency.set(invocation.desk.rulebook.currency)
    try:
        given = read_request(exchanging.GivenExchange, fields)
    finally:
        document_currency.reset(before)
    _write(invocation, exchanging.exchange(invocation.desk, name, given))


@payment.command("refund", cls=Command)
@click.argument("name", metavar="ID")
@click.option("--id", "given_id", required=True, help="What names the refund where it comes from; the same again changes nothing.")
@click.option("--on", type=DAY, required=True, help="The day on which it was paid back.")
@click.option("--amount", default=None, help="How much was paid back (default: all that can be).")
@click.option("--returned", is_flag=True, help="The bank took the payment back: what it settles is open again, the newest first.")
@click.option("--note", default="", help="What is to be remembered of it.")
@pass_invocation
def refund_payment(
    invocation: Invocation, name: str, given_id: str, on: date, amount: str | None, returned: bool, note: str
) -> None:  # fmt: skip
    """Enter that a payment was paid back without a file of the bank, such as in cash; one in a file is matched: `payment match`."""
    fields = {"id": given_id, "on": on, "amount": amount, "returned": returned, "note": note}
    before = document_currency.set(invocation.desk.rulebook.currency)
    try:
        given = read_request(refunding.GivenRefund, fields)
    finally:
        document_currency.reset(before)
    _write(invocation, refunding.refund(invocation.desk, name, given))


@payment.command("write-off", cls=Command)
@click.argument("number", metavar="NUMBER")
@click.option("--reason", type=click.Choice(get_args(WriteOffReason)), required=True, help="Why nothing more is expected.")
@click.option("--on", type=DAY, default=None, help="The day of the judgement, or on which the loss is certain (default: today).")
@click.option("--note", default="", help="What is to be remembered of it.")
@pass_invocation
def write_off_invoice(invocation: Invocation, number: str, reason: str, on: date | None, note: str) -> None:
    """Give up what is left of an invoice: with its share of VAT for bankruptcy and lost-for-certain. `payment release` takes it back."""
    given = read_request(writing_off.GivenWriteOff, {"document": number, "reason": reason, "on": on, "note": note})
    _write(invocation, writing_off.write_off(invocation.desk, given))


def _write(invocation: Invocation, name: str) -> None:
    stored, allocations = paying.find_payment(invocation.desk, name)
    name = stored.payment.id
    paid_back = paying.find_refunds(invocation.desk, name)
    entries, exchanged = payment_entries(invocation.desk, name), paying.find_exchanged(invocation.desk, stored)
    fields = payment_tree(stored, allocations, paid_back, entries, invocation.language, exchanged=exchanged)
    if invocation.as_json:
        invocation.write_json(fields)
        return
    settled = ", ".join(f"{part.document} {part.amount} ({part.kind})" for part in allocations)
    posted = "; ".join(dict.fromkeys(f"{entry.document} {entry.posted_on}" for entry in entries))
    others = ", ".join(f"{part.outgoing if part.incoming == name else part.incoming} {part.amount}" for part in paid_back)
    about = {
        "refunds": others or None,
        "documents": ", ".join(stored.documents) or None,
        "allocations": settled or None,
        "entries": posted or None,
    }
    invocation.write_fields(fields | about)
    write_postings(invocation, entries)
