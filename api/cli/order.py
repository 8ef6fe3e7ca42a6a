"""`centwright order …`: orders listed, shown, activated, planned, their steps taken back, and the events of payment plans reported."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Final, get_args

import click

from api.cli.acting import act, previewed, reversal
from api.cli.field_options import WHERE, pairs
from api.cli.invocation import Invocation, pass_invocation
from api.cli.link_commands import confirm_order, order_deliveries
from api.cli.options import DAY, Command, Group, parsed, typed
from api.cli.order_entering import enter
from api.cli.order_tables import show_items, transactions_sheet
from api.cli.paging import by_page, page_of
from api.cli.sheet_output import write_path, write_sheet
from api.desk import ordering
from api.desk.customer_lists import ORDERS, order_cells
from api.desk.document_trees import shown_order_tree
from api.desk.filtering import Filter
from api.desk.order_verbs import BY_NAME, Activate, AddLine, Move, ReportEvent, SetDelivery, SetFields, SetTerms, Undo
from api.desk.owed_amounts import find_owed, owed_tree
from api.desk.renditions import order_pdf
from api.http.request_parsing import read_request
from api.output.files import write_file
from api.output.sheets import Sheet
from engine.documents.order import ORDER_TYPES
from engine.money import Price, Quantity
from engine.rulebook.catalog import SupplyKind, VatClass

_TYPES: Final = click.Choice(ORDER_TYPES)
_ORDERS_LOOKED_AT: Final = 1_200
"""How many orders a page with a condition looks at: each is read with all of its items."""


@click.group(cls=Group)
def order() -> None:
    """Activate orders and report their events."""


for _command in (enter, confirm_order, order_deliveries):
    order.add_command(_command)


@order.command("list", cls=Command)
@click.option("--customer", default=None, help="Only this customer.")
@click.option("--type", "type_", type=_TYPES, default=None, help="Only this type.")
@WHERE
@by_page
@pass_invocation
def list_orders(
    invocation: Invocation, customer: str | None, type_: str | None, condition: str | None, limit: int, after: str | None
) -> None:
    """List orders with their state."""
    filtering = Filter(invocation.desk, condition)
    orders = ordering.each_order(invocation.desk, after=after, customer=customer, type_=type_)
    looked_at = filtering.looked_at(orders, filtering.of_order)
    listed, more = page_of(looked_at, limit, lambda one: one.id, most=max(limit, _ORDERS_LOOKED_AT))
    owed = find_owed(invocation.desk, "order", (one.id for one in listed))
    rows = tuple(order_cells(invocation.desk, one, owed[one.id]) for one in listed)
    write_sheet(invocation, Sheet(name="orders", columns=ORDERS.columns(invocation.desk), rows=rows, next=more), None, None)


@order.command("pdf", cls=Command)
@click.argument("name")
@click.option("--to", "target", type=click.Path(path_type=Path), default=None, help="The file (default: NAME.pdf here).")
@pass_invocation
def write_pdf(invocation: Invocation, name: str, target: Path | None) -> None:
    """Write the confirmation of an order, as it is now, in the customer's language."""
    shown, _ = ordering.find_order(invocation.desk, name)
    place = target or Path(f"{name}.pdf")
    write_file(place, order_pdf(invocation.desk, shown, invocation.settings.rulebook))
    write_path(invocation, place)


@order.command("show", cls=Command)
@click.argument("name")
@pass_invocation
def show_order(invocation: Invocation, name: str) -> None:
    """Show an order with its items, history and transactions."""
    shown, transactions = ordering.find_order(invocation.desk, name)
    contract = ordering.find_contract(invocation.desk, shown)
    if invocation.as_json:
        invocation.write_json(shown_order_tree(shown, contract, transactions, invocation.desk))
        return
    invocation.write(f"{shown.type} order {shown.id} of {shown.customer}: {shown.state}")
    owed = find_owed(invocation.desk, "order", [name])[name]
    invocation.write(", ".join(f"{what} {amount}" for what, amount in owed_tree(owed).items()))
    show_items(invocation, shown)
    if contract:
        write_sheet(invocation, Sheet(name="contract", columns=contract[0]._fields, rows=contract), None, None)
    for place, step in enumerate(shown.history, start=1):
        items = f" {', '.join(step.items)}" if step.items else ""
        author = f" by {step.author}: {step.because}" if step.because else ""
        invocation.write(f"{place:>3}  {step.on}  {step.what}{items}{author}" + (f" ({step.source})" if step.source else ""))
    write_sheet(invocation, transactions_sheet(invocation, transactions), None, None)


@order.command("activate", cls=Command)
@click.argument("name")
@click.argument("items", nargs=-1)
@click.option("--on", type=DAY, required=True, help="The day on which it begins, past or future.")
@previewed
@pass_invocation
def activate_order(invocation: Invocation, name: str, items: tuple[str, ...], on: date, is_preview: bool) -> None:
    """Activate an order, or only the ITEMS named."""
    verb = Activate(currency=invocation.desk.rulebook.currency, on=on, items=items or None)
    act(invocation, name, verb, is_preview=is_preview)


@order.command("event", cls=Command)
@click.argument("name")
@click.argument("event")
@click.option("--on", type=DAY, required=True, help="The day on which it happened, or is expected.")
@click.option("--expected", is_flag=True, help="It has not happened yet: it counts in the forecast and is not billed.")
@previewed
@pass_invocation
def report_event(invocation: Invocation, name: str, event: str, on: date, expected: bool, is_preview: bool) -> None:
    """Report an EVENT that instalments wait for, such as delivery.accepted."""
    verb = ReportEvent(currency=invocation.desk.rulebook.currency, event=event, on=on, reported=not expected)
    act(invocation, name, verb, is_preview=is_preview)


@order.command("set", cls=Command)
@click.argument("name")
@click.argument("given", nargs=-1, required=True, metavar="FIELD=VALUE…")
@previewed
@pass_invocation
def set_fields(invocation: Invocation, name: str, given: tuple[str, ...], is_preview: bool) -> None:
    """Set fields of an order that rules/vocabulary.yaml declares; an empty value removes one. Its transactions are planned again."""
    verb = SetFields(currency=invocation.desk.rulebook.currency, fields=dict(pairs(given)))
    act(invocation, name, verb, is_preview=is_preview)


@order.command("line", cls=Command)
@click.argument("name")
@click.option("--on", type=DAY, default=None, help="The day of its service, from which a run bills it (default: the business date).")
@click.option("--product", default=None, help="A product of the catalogue.")
@click.option("--text", default=None, help="Or any text, as it stands on the invoice.")
@click.option("--quantity", default="1", help="How many (default: 1).")
@click.option("--price", required=True, help="The price of one unit, net; below 0 takes something back.")
@click.option("--unit", default=None, help="A unit of units.yaml (default: that of the product, or pieces).")
@click.option("--vat-class", type=click.Choice(get_args(VatClass)), default=None, help="Default: that of the product.")
@click.option("--supply-kind", type=click.Choice(get_args(SupplyKind)), default=None, help="What it is for VAT (default: as the product).")
@click.option("--account", default=None, help="A name of accounts.yaml (revenue) (default: that of the product).")
@click.option("--item", default=None, help="The id of the line, so that asking twice adds one.")
@click.option("--because", required=True, help="Why, as the history keeps it.")
@previewed
@pass_invocation
def add_line(
    invocation: Invocation, /, name: str, on: date | None, quantity: str, price: str, is_preview: bool, **fields: str | None
) -> None:
    """Add a line by hand to an order, billed once with the next run; `item cancel` takes it back while it is not invoiced."""
    currency = invocation.desk.rulebook.currency
    number = parsed("--quantity", quantity, typed(Quantity.parse))
    agreed = parsed("--price", price, typed(lambda text: Price.parse(text, currency), currency.code))
    own = {"currency": currency, "on": on or invocation.desk.today, "quantity": number, "price": agreed}
    act(invocation, name, read_request(AddLine, {**own, **fields}), is_preview=is_preview)


@order.command("undo", cls=Command)
@click.argument("name")
@reversal
@previewed
@pass_invocation
def undo_step(
    invocation: Invocation, name: str, item: str | None, step: int | None, because: str, compensate: bool, is_preview: bool
) -> None:
    """Take back the last step of an order, or of one of its items: the plan is as if it never was, and the history has both."""
    currency = invocation.desk.rulebook.currency
    verb = Undo(currency=currency, item=item, step=step, because=because, compensate=compensate)
    act(invocation, name, verb, is_preview=is_preview)


@order.command("move", cls=Command)
@click.argument("name")
@click.option("--on", type=DAY, required=True, help="The day on which the step is to count instead.")
@reversal
@previewed
@pass_invocation
def move_step(
    invocation: Invocation, name: str, on: date, item: str | None, step: int | None, because: str, compensate: bool, is_preview: bool
) -> None:
    """Move the last step of an order, or of one of its items, to another day."""
    currency = invocation.desk.rulebook.currency
    verb = Move(currency=currency, on=on, item=item, step=step, because=because, compensate=compensate)
    act(invocation, name, verb, is_preview=is_preview)


@order.command("preview", cls=Command)
@click.argument("name")
@click.argument("verb", type=click.Choice(list(BY_NAME)), metavar="VERB")
@click.argument("given", nargs=-1, metavar="FIELD=VALUE…")
@pass_invocation
def preview_verb(invocation: Invocation, name: str, verb: str, given: tuple[str, ...]) -> None:
    """Show what a VERB with its fields would do to an order, such as `order preview S1 suspend on=2027-02-10`; nothing is written."""
    fields: dict[str, object] = dict(pairs(given))
    if verb == "set":
        fields = {"fields": fields}
    elif "items" in fields:
        fields["items"] = [item.strip() for item in str(fields["items"]).split(",")]
    body = {"currency": invocation.desk.rulebook.currency.code, "verb": verb, **fields}
    act(invocation, name, read_request(BY_NAME[verb], body), is_preview=True)


@order.command("terms", cls=Command)
@click.argument("name")
@click.argument("terms", required=False)
@previewed
@pass_invocation
def set_terms(invocation: Invocation, name: str, terms: str | None, is_preview: bool) -> None:
    """Agree payment TERMS of plans/ for an order; without them those of its customer count. Issued invoices stay as they are."""
    act(invocation, name, SetTerms(currency=invocation.desk.rulebook.currency, terms=terms), is_preview=is_preview)


@order.command("delivery", cls=Command)
@click.argument("name")
@click.argument("address", required=False)
@previewed
@pass_invocation
def set_delivery(invocation: Invocation, name: str, address: str | None, is_preview: bool) -> None:
    """Deliver an order to an ADDRESS of its customer; without one, to the customer's own. Issued invoices stay as they are."""
    act(invocation, name, SetDelivery(currency=invocation.desk.rulebook.currency, address=address), is_preview=is_preview)


@order.command("plan", cls=Command)
@pass_invocation
def plan_orders(invocation: Invocation) -> None:
    """Plan the transactions of every order to the horizon; orders that are planned stay as they are."""
    from api.desk.held_transactions import plan_and_judge

    differing = plan_and_judge(invocation.desk)
    invocation.write_fields({"planned": differing, "through": invocation.desk.horizon})
