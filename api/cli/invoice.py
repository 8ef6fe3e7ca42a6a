"""`centwright invoice …`: issued documents listed, shown, printed, credited and billed again."""

from __future__ import annotations

import sys
from datetime import date
from functools import partial
from pathlib import Path
from typing import get_args

import click
from pydantic import ValidationError

from api.cli.delivery_tables import write_deliveries
from api.cli.invocation import Invocation, pass_invocation
from api.cli.list_writer import write_list
from api.cli.options import DAY, Command, Group, parsed, typed
from api.cli.paging import by_page, check_after, page_of
from api.cli.posting_lines import write_postings
from api.cli.sheet_output import write_path, write_sheet
from api.desk import crediting, deliveries, doubtful_debts, paying, reminder_holds
from api.desk.billing_lists import INVOICES, PaidState
from api.desk.deliveries import Channel, message_tree
from api.desk.document_trees import settlement_tree
from api.desk.e_invoice_copies import e_invoice_of, factur_x_of
from api.desk.entry_trees import entry_trees, settling_entries
from api.desk.reminder_lists import hold_tree
from api.desk.renditions import pdf_of
from api.http.request_parsing import read_request
from api.output.files import write_file
from api.output.sheets import Sheet
from api.store import former_invoices, issued_documents
from engine.documents.credit import CreditSelection
from engine.documents.payment_match import Settlement
from engine.money import Money, document_currency
from engine.phrases import Phrase, as_written, phrase, say
from engine.writing import plain
from engine.writing.e_invoices.syntaxes import SYNTAXES, Syntax


@click.group(cls=Group)
def invoice() -> None:
    """List and show invoices, and credit them."""


@invoice.command("list", cls=Command)
@click.option("--customer", default=None, help="Only this customer.")
@click.option("--former", is_flag=True, help="Instead, those of the former system that were imported as open.")
@click.option("--paid", type=click.Choice(get_args(PaidState)), default=None, help="Only invoices in this state.")
@click.option("--overdue", is_flag=True, help="Only invoices that were due before today and are not wholly paid.")
@by_page
@pass_invocation
def list_invoices(
    invocation: Invocation, customer: str | None, former: bool, paid: str | None, overdue: bool, limit: int, after: str | None
) -> None:
    """List invoices and credit notes in the order of their numbers, with what is still to be paid."""
    invocation.desk.check_names(customer=customer)
    if former and (paid or overdue):
        raise click.UsageError("--paid and --overdue are not for --former")
    if former:
        write_sheet(invocation, _former(invocation, customer, limit, after), None, None)
        return
    write_list(invocation, INVOICES, {"customer": customer, "paid": paid, "overdue": overdue or None}, limit, after)


@invoice.command("show", cls=Command)
@click.argument("number")
@click.option("--xml", is_flag=True, help="The e-invoice, byte for byte as stored.")
@click.option(
    "--syntax", type=click.Choice(SYNTAXES), default=None, help="With --xml: in this syntax, written anew where it was issued in the other."
)
@pass_invocation
def show_invoice(invocation: Invocation, number: str, xml: bool, syntax: Syntax | None) -> None:
    """Show an issued document, and what is still to be paid of it: as plain text, as JSON, or as its e-invoice."""
    if syntax and not xml:
        raise click.UsageError("--syntax is for --xml")
    if xml:
        sys.stdout.buffer.write(e_invoice_of(invocation.desk, number, syntax))
        return
    document = crediting.find_document(invocation.desk, number)
    with invocation.desk.store.reading() as connection:
        entry = issued_documents.entry_of(connection, number)
    settled = paying.find_settlement(invocation.desk, number)
    if invocation.as_json:
        invocation.write_json(document.model_dump(mode="json") | _settlement(invocation, settled, number))
    elif entry is not None:
        invocation.write(plain.write(document, entry).rstrip("\n"))
        if settled is not None:
            invocation.write(f"\n{say(_settled(settled), invocation.language)}")
            write_postings(invocation, settling_entries(invocation.desk, number))


@invoice.command("pdf", cls=Command)
@click.argument("number")
@click.option("--to", "target", type=click.Path(path_type=Path), default=None, help="The file (default: NUMBER.pdf here).")
@click.option("--factur-x", is_flag=True, help="As a Factur-X (ZUGFeRD), whatever the customer asks for.")
@pass_invocation
def write_pdf(invocation: Invocation, number: str, target: Path | None, factur_x: bool) -> None:
    """Write the PDF of an issued document; it is made once and stored."""
    document, folder = crediting.find_document(invocation.desk, number), invocation.settings.rulebook
    place = target or Path(f"{document.number}.pdf")
    write_file(place, factur_x_of(invocation.desk, number, folder) if factur_x else pdf_of(invocation.desk, document, folder))
    write_path(invocation, place)


@invoice.command("credit", cls=Command)
@click.argument("number")
@click.option("--whole", is_flag=True, help="All that is not credited yet.")
@click.option("--amount", default=None, help="A net amount, spread over the lines in proportion to what is not credited yet.")
@click.option("--line", "lines", multiple=True, metavar="LINE[:QUANTITY]", help="A line, counted from 1; may be given several times.")
@click.option("--because", default="", help="The reason, as printed on the credit note.")
@pass_invocation
def credit_invoice(invocation: Invocation, number: str, whole: bool, amount: str | None, lines: tuple[str, ...], because: str) -> None:
    """Credit an invoice: all of it, some lines, or an amount; never more than is not credited yet."""
    if (whole, bool(lines), amount is not None).count(True) != 1:
        raise click.UsageError("give exactly one of --whole, --line and --amount")
    fields: dict[str, object] = {"whole": whole, "lines": [_line(text) for text in lines]}
    if amount is not None:
        fields["amount"] = parsed("--amount", amount, typed(str, invocation.desk.rulebook.currency.code))
    before = document_currency.set(invocation.desk.rulebook.currency)
    try:
        request = CreditSelection.model_validate(fields)
    except ValidationError as mistake:
        raise click.UsageError(_message(mistake)) from None
    finally:
        document_currency.reset(before)
    note = crediting.credit(invocation.desk, number, request, because=because)
    if invocation.as_json:
        invocation.write_json(note.model_dump(mode="json"))
    else:
        amounts = {"net": note.net, "vat": note.vat, "gross": note.gross}
        made = phrase(
            "credit note {number} of {invoice}: net {net}, VAT {vat}, gross {gross}", number=note.number, invoice=note.corrects, **amounts
        )
        invocation.write(say(made, invocation.language))


@invoice.command("rebill", cls=Command)
@click.argument("number")
@click.option("--line", "lines", multiple=True, type=click.IntRange(min=1), help="A line; may be given several times (default: all).")
@click.option("--because", default="", help="The reason, as the database keeps it.")
@pass_invocation
def rebill_invoice(invocation: Invocation, number: str, lines: tuple[int, ...], because: str) -> None:
    """Release what a credited invoice billed, so that the next run bills it again as orders, prices and customers are now."""
    released = crediting.rebill(invocation.desk, number, lines, because=because)
    columns = ("order", "item", "kind", "billing_date", "quantity", "net")
    rows = tuple((one.order, one.item, one.kind, one.billing_date, one.quantity, one.net) for one in released)
    write_sheet(invocation, Sheet(name="released", columns=columns, rows=rows), None, None)


@invoice.command("deliver", cls=Command)
@click.argument("number")
@click.option("--by", type=click.Choice(get_args(Channel)), default=None, help="By this channel (default: the last one).")
@click.option("--because", default="", help="Why; needed for another channel than the rules say, and where it was delivered.")
@pass_invocation
def deliver_invoice(invocation: Invocation, number: str, by: Channel | None, because: str) -> None:
    """Send an issued document to its customer, as this is now: what is held or was rejected, or once more."""
    invocation.write_fields(message_tree(deliveries.deliver_again(invocation.desk, number, by=by, because=because)))


@invoice.command("deliveries", cls=Command)
@click.argument("number")
@pass_invocation
def show_deliveries(invocation: Invocation, number: str) -> None:
    """Show how a document was sent, to whom, and what came of it."""
    write_deliveries(invocation, deliveries.deliveries_tree(invocation.desk, number))


def _message(mistake: ValidationError) -> str:
    first = mistake.errors()[0]
    return f"--{str(first['loc'][0]).removesuffix('s')}: {first['msg']}" if first["loc"] else first["msg"]


def _line(text: str) -> dict[str, object]:
    line, colon, quantity = text.partition(":")
    return {"line": line, "quantity": parsed("--line", quantity, typed(str))} if colon else {"line": line}


def _settlement(invocation: Invocation, settled: Settlement | None, number: str) -> dict[str, object]:
    entries = entry_trees(settling_entries(invocation.desk, number), invocation.language)
    return {"settlement": settlement_tree(settled), "entries": entries}


@invoice.command("dispute", cls=Command)
@click.argument("number")
@click.option("--because", required=True, help="What the customer says against it.")
@pass_invocation
def dispute_invoice(invocation: Invocation, number: str, because: str) -> None:
    """Note that a customer disputes an invoice: nobody is reminded of it until `invoice release`."""
    invocation.write_fields(hold_tree(number, reminder_holds.dispute(invocation.desk, number, because=because)))


@invoice.command("promise", cls=Command)
@click.argument("number")
@click.option("--until", type=DAY, required=True, help="The day by which it is promised to be paid.")
@click.option("--because", default="", help="What was said.")
@pass_invocation
def promise_invoice(invocation: Invocation, number: str, until: date, because: str) -> None:
    """Note that an invoice is promised to be paid by a day: nobody is reminded of it until then, or until `invoice release`."""
    invocation.write_fields(hold_tree(number, reminder_holds.promise(invocation.desk, number, until=until, because=because)))


@invoice.command("release", cls=Command)
@click.argument("number")
@pass_invocation
def release_invoice(invocation: Invocation, number: str) -> None:
    """Note that an invoice is neither disputed nor promised any more: reminders of it go on."""
    reminder_holds.release(invocation.desk, number)
    invocation.write_fields(hold_tree(number, None))


@invoice.command("doubtful", cls=Command)
@click.argument("number")
@click.option("--allowance", default="100", show_default=True, help="How much of what is open without VAT is written down, in percent.")
@click.option("--on", type=DAY, default=None, help="Since when (default: today).")
@click.option("--because", default="", help="Why.")
@click.option("--end", "ended", is_flag=True, help="It is doubtful no more: what was posted is undone.")
@pass_invocation
def doubt_invoice(invocation: Invocation, number: str, allowance: str, on: date | None, because: str, ended: bool) -> None:
    """Say that payment of an invoice is doubtful: it moves to the account of `doubtful`, and a part of it is written down.

    What is paid, credited or written off of it later is posted there too. `report doubtful` lists these invoices.
    """
    given = read_request(doubtful_debts.GivenDoubt, {"allowance": allowance, "on": on, "because": because, "ended": ended})
    invocation.write_fields(doubtful_debts.doubt(invocation.desk, number, given))


def _settled(settled: Settlement) -> Phrase:
    amounts = {"paid": settled.paid, "credited": settled.credited, "rest": settled.rest, "surplus": settled.surplus}
    if settled.surplus:
        return phrase("{state}: paid {paid}, credited {credited}, paid too much {surplus}", state=as_written(settled.state), **amounts)
    return phrase("{state}: paid {paid}, credited {credited}, to be paid {rest}", state=as_written(settled.state), **amounts)


def _former(invocation: Invocation, customer: str | None, limit: int, after: str | None) -> Sheet:
    with invocation.desk.store.reading() as connection:
        check_after(after, partial(former_invoices.exists, connection))
        every = former_invoices.each(connection, after=after, customer=customer)
        invoices, more = page_of(((one, True) for one in every), limit, lambda one: one.number)
        total = former_invoices.sum_of_open(connection, customer=customer)
    columns = ("number", "customer", "issued_on", "due_on", "gross", "open", "structured_communication")
    return Sheet(
        name="former invoices",
        columns=columns,
        rows=tuple(tuple(getattr(one, column) for column in columns) for one in invoices),
        totals={"open": Money(total, invocation.rulebook.currency)} if invoices else {},
        next=more,
    )
