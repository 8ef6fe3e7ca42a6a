"""`centwright item …`: items of orders listed, shown, activated, suspended, resumed, ended, changed, swapped and cancelled."""

from __future__ import annotations

from datetime import date

import click

from api.cli.field_options import WHERE, cells
from api.cli.invocation import Invocation, pass_invocation
from api.cli.options import DAY, Command, Group, parsed, typed
from api.cli.order import show_changed, show_items, transactions_sheet
from api.cli.paging import by_page, page_of
from api.cli.sheet_output import write_sheet
from api.desk import ordering
from api.desk.document_trees import item_tree, transaction_tree
from api.desk.filtering import Filter, names_of_fields
from api.output.sheets import Sheet
from engine.money import Price, Quantity


@click.group(cls=Group)
def item() -> None:
    """List, suspend, resume, end and change items of orders."""


@item.command("list", cls=Command)
@click.option("--customer", default=None, help="Only this customer.")
@click.option("--product", default=None, help="Only this product.")
@WHERE
@by_page
@pass_invocation
def list_items(
    invocation: Invocation, customer: str | None, product: str | None, condition: str | None, limit: int, after: str | None
) -> None:
    """List items with their orders and states."""
    desk = invocation.desk
    filtering, own = Filter(desk, condition), names_of_fields(desk, "line")
    items = ordering.each_item(desk, after=after, customer=customer, product=product)
    listed, more = page_of(filtering.looked_at(items, filtering.of_item), limit, lambda row: row[1].id)
    columns = ("item", "order", "customer", "product", "quantity", "state", "activated_on", "ends_before")
    rows = tuple(
        (
            *(one.id, order.id, order.customer, one.product, one.quantity_on(desk.today), one.state, one.activated_on, one.ends_before),
            *cells(one.attributes, own),
        )
        for order, one in listed
    )
    write_sheet(invocation, Sheet(name="items", columns=(*columns, *own), rows=rows, next=more), None, None)


@item.command("show", cls=Command)
@click.argument("name")
@pass_invocation
def show_item(invocation: Invocation, name: str) -> None:
    """Show an item with its transactions."""
    order, transactions = ordering.find_order(invocation.desk, ordering.order_of_item(invocation.desk, name))
    shown = next(one for one in order.items if one.id == name)
    billed = tuple(one for one in transactions if one.item == name)
    if invocation.as_json:
        states = [transaction_tree(one, invocation.desk) for one in billed]
        invocation.write_json(item_tree(shown) | {"order": order.id, "transactions": states})
        return
    show_items(invocation, order.replace(items=(shown,)))
    write_sheet(invocation, transactions_sheet(invocation, billed), None, None)


@item.command("activate", cls=Command)
@click.argument("name")
@click.option("--on", type=DAY, required=True, help="The day on which it begins, past or future.")
@pass_invocation
def activate_item(invocation: Invocation, name: str, on: date) -> None:
    """Activate one item of an order."""
    order = ordering.order_of_item(invocation.desk, name)
    show_changed(invocation, ordering.activate(invocation.desk, order, on=on, items=(name,)))


@item.command("suspend", cls=Command)
@click.argument("name")
@click.option("--on", type=DAY, required=True, help="The first day that is not charged.")
@pass_invocation
def suspend_item(invocation: Invocation, name: str, on: date) -> None:
    """Suspend an item until it is resumed."""
    order = ordering.order_of_item(invocation.desk, name)
    show_changed(invocation, ordering.suspend(invocation.desk, order, on=on, items=(name,)))


@item.command("resume", cls=Command)
@click.argument("name")
@click.option("--on", type=DAY, required=True, help="The first day that is served again.")
@pass_invocation
def resume_item(invocation: Invocation, name: str, on: date) -> None:
    """Resume a suspended item; its anchor day stays."""
    order = ordering.order_of_item(invocation.desk, name)
    show_changed(invocation, ordering.resume(invocation.desk, order, on=on, items=(name,)))


@item.command("end", cls=Command)
@click.argument("name")
@click.option("--on", type=DAY, required=True, help="The first day that is not served.")
@click.option("--notice-on", type=DAY, default=None, help="The day on which notice was given (default: the business date).")
@click.option("--waive", metavar="REASON", default=None, help="End it although notice comes too late, and record why.")
@click.option("--by", metavar="NAME", default=None, help="Who waives the notice.")
@pass_invocation
def end_item(invocation: Invocation, name: str, on: date, notice_on: date | None, waive: str | None, by: str | None) -> None:
    """End an item. Where its billing process has a notice, only with a term for which notice is in time, unless it is waived."""
    if (waive is None) != (by is None) or (waive is not None and not (waive.strip() and by and by.strip())):
        raise click.UsageError("give --waive and --by together: why the notice is waived, and who waives it")
    waived = ordering.Waived(by=by.strip(), because=waive.strip()) if waive and by else None
    order = ordering.order_of_item(invocation.desk, name)
    show_changed(invocation, ordering.end(invocation.desk, order, on=on, items=(name,), notice_on=notice_on, waived=waived))


@item.command("change", cls=Command)
@click.argument("name")
@click.option("--on", type=DAY, required=True, help="The day from which it applies.")
@click.option("--quantity", default=None, help="The quantity from that day on.")
@click.option("--price", default=None, help="A negotiated price of one unit from that day on.")
@pass_invocation
def change_item(invocation: Invocation, name: str, on: date, quantity: str | None, price: str | None) -> None:
    """Change the quantity or the price of a running item."""
    desk = invocation.desk
    order = ordering.order_of_item(desk, name)
    number = None if quantity is None else parsed("--quantity", quantity, typed(Quantity.parse))
    currency = desk.rulebook.currency
    agreed = None if price is None else parsed("--price", price, typed(lambda text: Price.parse(text, currency), currency.code))
    show_changed(invocation, ordering.change(desk, order, on=on, item=name, quantity=number, price=agreed))


@item.command("swap", cls=Command)
@click.argument("name")
@click.argument("product")
@click.option("--on", type=DAY, required=True, help="The first day of the other product.")
@pass_invocation
def swap_item(invocation: Invocation, name: str, product: str, on: date) -> None:
    """Swap an item for another PRODUCT on a day."""
    order = ordering.order_of_item(invocation.desk, name)
    show_changed(invocation, ordering.swap(invocation.desk, order, on=on, item=name, product=product))


@item.command("cancel", cls=Command)
@click.argument("name")
@click.option("--on", type=DAY, default=None, help="The day of the cancellation (default: the business date).")
@click.option("--from-insertion", type=click.IntRange(1, 1200), default=None, help="Of an advertising item: the first insertion to cancel.")
@pass_invocation
def cancel_item(invocation: Invocation, name: str, on: date | None, from_insertion: int | None) -> None:
    """Cancel an item that has not begun, or the remaining insertions of an advertising item."""
    desk = invocation.desk
    order = ordering.order_of_item(desk, name)
    day = on or desk.today
    if from_insertion is not None:
        show_changed(invocation, ordering.cancel_insertions(desk, order, on=day, item=name, from_number=from_insertion))
    else:
        show_changed(invocation, ordering.cancel(desk, order, on=day, items=(name,)))
