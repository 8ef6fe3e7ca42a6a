"""`centwright quote …`: quotes made, listed, shown, approved, sent, accepted, refused and printed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Literal

import click

from api.cli.acting import previewed, show_effects
from api.cli.field_options import SET, WHERE, cells, pairs
from api.cli.invocation import Invocation, pass_invocation
from api.cli.options import DAY, Command, Group, parsed, typed
from api.cli.paging import by_page, check_after, page_of
from api.cli.sheet_output import write_path, write_sheet
from api.desk import quoting
from api.desk.document_trees import quote_tree
from api.desk.filtering import Filter, names_of_fields, with_fields
from api.desk.renditions import quote_pdf
from api.output.files import write_file
from api.output.sheets import Sheet
from api.store import quotes
from api.store.quotes import StoredQuote
from engine.documents.line_figures import shown_quote_price
from engine.documents.priced_quote import PricedQuote
from engine.documents.quote import LineRequest
from engine.documents.signed_percent import percent_of
from engine.documents.usage_report import Commitment
from engine.money import Money, Quantity
from engine.phrases import Phrase, as_written, phrase, say


@click.group(cls=Group)
def quote() -> None:
    """Price, send and accept quotes."""


@quote.command("make", cls=Command)
@click.argument("customer")
@click.argument("lines", nargs=-1, required=True, metavar="PRODUCT=QUANTITY…")
@click.option("--on", type=DAY, default=None, help="The day of its prices (default: the business date).")
@click.option("--billing-type", default=None, help="For all lines.")
@click.option("--payment-plan", default=None, help="For all lines.")
@click.option("--discount", default=None, help="A manual discount on all lines, such as 5%.")
@click.option("--minimum", default=None, help="A minimum net on the lines of measured products, such as 500.00.")
@click.option(
    "--minimum-per", type=click.Choice(["period", "term"]), default="period", show_default=True, help="Over what the minimum counts."
)
@click.option("--opportunity", default=None, help="The opportunity that it belongs to.")
@click.option("--order", "running", default=None, help="The running subscription that its items join, where there are several.")
@click.option("--payment-terms", "terms", default=None, help="The payment terms of its orders (default: those of the customer).")
@SET
@pass_invocation
def make_quote(
    invocation: Invocation,
    customer: str,
    lines: tuple[str, ...],
    on: date | None,
    billing_type: str | None,
    payment_plan: str | None,
    discount: str | None,
    minimum: str | None,
    minimum_per: Literal["period", "term"],
    opportunity: str | None,
    running: str | None,
    terms: str | None,
    given: tuple[str, ...],
) -> None:
    """Make a quote for a CUSTOMER. The quantity of a measured product is an estimate for one billing period."""
    desk, currency = invocation.desk, invocation.desk.rulebook.currency
    read = typed(lambda text: Money.parse(text, currency), currency.code)
    agreed = Commitment(net=parsed("--minimum", minimum, read), per=minimum_per) if minimum is not None else None
    measured = {code for code, product in desk.rulebook.products.items() if product.measured}
    attributes = with_fields(desk, "quote", {}, pairs(given))
    manual = parsed("--discount", discount, percent_of) if discount else None
    requests = [
        LineRequest(
            product=product,
            quantity=parsed(line, quantity, typed(Quantity.parse)) if equals else Quantity.whole(1),
            billing_type=billing_type,
            payment_plan=payment_plan,
            discount=manual,
            discount_author=desk.author if manual else None,
            commitment=agreed if product in measured else None,
        )
        for line, (product, equals, quantity) in ((line, line.partition("=")) for line in lines)
    ]
    day = on or desk.today
    with desk.writing() as connection:
        stored = quoting.make_quote(
            desk,
            connection,
            quoting.buyer_of(connection, customer),
            requests,
            on=day,
            opportunity=opportunity,
            subscription=running,
            attributes=attributes,
            payment_terms=terms,
        )
    _show(invocation, stored)


@quote.command("list", cls=Command)
@WHERE
@by_page
@pass_invocation
def list_quotes(invocation: Invocation, condition: str | None, limit: int, after: str | None) -> None:
    """List quotes, every version with its state."""
    filtering, own = Filter(invocation.desk, condition), names_of_fields(invocation.desk, "quote")
    with invocation.desk.store.reading() as connection:
        check_after(after, lambda name: any(_place(one) == name for one in quotes.find(connection, name.partition(":")[0])))
        number, _, version = (after or "").rpartition(":")
        versions = quotes.each(connection, after=(number, int(version)) if after else None)
        listed, more = page_of(filtering.looked_at(versions, filtering.of_quote), limit, _place)
    columns = ("number", "version", "customer", "state", "on", "valid_until", "one_off", "mrr", "contract_value")
    rows = tuple(
        (
            *(one.number, one.version, one.quote.customer.id, one.state),
            *(getattr(one.quote, column) for column in columns[4:]),
            *cells(one.attributes, own),
        )
        for one in listed
    )
    write_sheet(invocation, Sheet(name="quotes", columns=(*columns, *own), rows=rows, next=more), None, None)


def _place(one: StoredQuote) -> str:
    """What names a version of a quote among the rows of the list."""
    return f"{one.number}:{one.version}"


@quote.command("show", cls=Command)
@click.argument("number")
@pass_invocation
def show_quote(invocation: Invocation, number: str) -> None:
    """Show the last version of a quote."""
    _show(invocation, quoting.find_quote(invocation.desk, number))


@quote.command("version", cls=Command)
@click.argument("number")
@click.option("--on", type=DAY, default=None, help="The day of its prices (default: the business date).")
@click.option("--order", "running", default=None, help="The running subscription that its items join (default: that of the last version).")
@click.option("--payment-terms", "terms", default=None, help="The payment terms of its orders (default: those of the last version).")
@pass_invocation
def new_version(invocation: Invocation, number: str, on: date | None, running: str | None, terms: str | None) -> None:
    """Price a quote again as a new version, which supersedes the last one."""
    before = quoting.find_quote(invocation.desk, number)
    day = on or invocation.desk.today
    after = quoting.make_version(invocation.desk, number, on=day, subscription=running, payment_terms=terms)
    _show(invocation, after)
    if not invocation.as_json:
        line = phrase("contract value {before} before, {now} now", before=before.quote.contract_value, now=after.quote.contract_value)
        invocation.write(say(line, invocation.language))


@quote.command("approve", cls=Command)
@click.argument("number")
@click.option("--note", default=None, help="Who approved it, and why.")
@pass_invocation
def approve_quote(invocation: Invocation, number: str, note: str | None) -> None:
    """Approve a quote."""
    _show(invocation, quoting.step(invocation.desk, number, "approve", "approved", on=invocation.desk.today, note=note))


@quote.command("send", cls=Command)
@click.argument("number")
@pass_invocation
def send_quote(invocation: Invocation, number: str) -> None:
    """Note that an approved quote was sent."""
    _show(invocation, quoting.step(invocation.desk, number, "send", "sent", on=invocation.desk.today))


@quote.command("refuse", cls=Command)
@click.argument("number")
@click.option("--note", default=None, help="Why.")
@pass_invocation
def refuse_quote(invocation: Invocation, number: str, note: str | None) -> None:
    """Note that the customer refused a quote."""
    _show(invocation, quoting.step(invocation.desk, number, "refuse", "refused", on=invocation.desk.today, note=note))


@quote.command("accept", cls=Command)
@click.argument("number")
@click.option("--on", type=DAY, default=None, help="The day on which it was accepted (default: the business date).")
@click.option("--order", "running", default=None, help="The running subscription that its items join: that of the quote.")
@previewed
@pass_invocation
def accept_quote(invocation: Invocation, number: str, on: date | None, running: str | None, is_preview: bool) -> None:
    """Accept a quote: it becomes one order per order type, or joins the running subscription."""
    if is_preview:
        show_effects(invocation, quoting.preview_acceptance(invocation.desk, number, on=on or invocation.desk.today, subscription=running))
        return
    accepted = quoting.accept(invocation.desk, number, on=on or invocation.desk.today, subscription=running)
    fields = {"orders": [order.id for order in accepted.orders], "joined": [order.id for order in accepted.joined]}
    if invocation.as_json:
        invocation.write_json(fields)
        return
    for order in accepted.orders:
        template = "{type} order {order} with {items} items; activate it with `centwright order activate`"
        line = phrase(template, type=order.type, order=order.id, items=len(order.items))
        invocation.write(say(line, invocation.language))
    for order in accepted.joined:
        invocation.write(say(phrase("its items joined {order}", order=order.id), invocation.language))


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


def _show(invocation: Invocation, one: StoredQuote) -> None:
    if invocation.as_json:
        invocation.write_json(quote_tree(one))
        return
    priced = one.quote
    template = "quote {number} version {version} for {customer}: {state}, valid until {until}"
    head = phrase(
        template,
        number=one.number,
        version=one.version,
        customer=priced.customer.name,
        state=as_written(one.state),
        until=priced.valid_until,
    )
    invocation.write(say(head, invocation.language))
    columns = ("line", "product", "quantity", "billing_type", "unit_price", "net")
    rows = tuple(
        (
            line.number,
            line.request.product,
            line.request.quantity,
            line.payment_plan or line.billing_type,
            line.priced.unit_price if shown_quote_price(line.priced) else None,
            line.net,
        )
        for line in priced.lines
    )
    write_sheet(invocation, Sheet(name="lines", columns=columns, rows=rows), None, None)
    sums = tuple((each.billing_type, each.net, each.vat, each.gross) for each in priced.estimates)
    write_sheet(invocation, Sheet(name="totals", columns=("total", "net", "vat_estimate", "gross"), rows=sums), None, None)
    for sentence in _sentences(priced):
        invocation.write(say(sentence, invocation.language))


def _sentences(priced: PricedQuote) -> Iterator[Phrase]:
    """What the lines of a quote join, what it is worth, and why its VAT is not known."""
    for line in priced.lines:
        if line.joins and line.merges_into:
            yield phrase(
                "line {number} joins {order}, where it adds to {item}", number=line.number, order=line.joins, item=line.merges_into
            )
        elif line.joins:
            yield phrase("line {number} joins {order}", number=line.number, order=line.joins)
    yield phrase(
        "MRR {mrr}, ARR {arr}, one-off {one_off}, first invoice {first_invoice}, contract value {contract_value}",
        mrr=priced.mrr,
        arr=priced.arr,
        one_off=priced.one_off,
        first_invoice=priced.first_invoice,
        contract_value=priced.contract_value,
    )
    if priced.payment_terms is not None:
        yield phrase("payment terms {terms}", terms=priced.payment_terms)
    for because in priced.held:
        yield phrase("VAT not known yet: {because}", because=because)
