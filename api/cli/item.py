"""`centwright item …`: items of orders listed, shown, activated, suspended, resumed, ended, changed, swapped and cancelled."""

from __future__ import annotations

from datetime import date

import click

from api.cli.acting import act, previewed
from api.cli.field_options import WHERE, cells
from api.cli.invocation import Invocation, pass_invocation
from api.cli.options import DAY, Command, Group, parsed, typed
from api.cli.order_tables import show_items, transactions_sheet
from api.cli.paging import by_page, page_of
from api.cli.sheet_output import write_sheet
from api.desk import ordering
from api.desk.document_trees import shown_item_tree
from api.desk.filtering import Filter, names_of_fields
from api.desk.item_changes import Change, Swap
from api.desk.order_verbs import Activate, AnyVerb, Cancel, Contract, End, Notice, Resume, Suspend
from api.desk.prepaid_amounts import balance_tree
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
        invocation.write_json(shown_item_tree(shown, order.id, billed, invocation.desk))
        return
    show_items(invocation, order.replace(items=(shown,)))
    if balance := balance_tree(shown, invocation.desk):
        write_sheet(invocation, Sheet(name="prepaid", columns=tuple(balance), rows=(tuple(balance.values()),)), None, None)
    write_sheet(invocation, transactions_sheet(invocation, billed), None, None)


@item.command("activate", cls=Command)
@click.argument("name")
@click.option("--on", type=DAY, required=True, help="The day on which it begins, past or future.")
@previewed
@pass_invocation
def activate_item(invocation: Invocation, name: str, on: date, is_preview: bool) -> None:
    """Activate one item of an order."""
    _act(invocation, name, Activate(currency=invocation.desk.rulebook.currency, on=on, items=(name,)), is_preview)


@item.command("suspend", cls=Command)
@click.argument("name")
@click.option("--on", type=DAY, required=True, help="The first day that is not charged.")
@previewed
@pass_invocation
def suspend_item(invocation: Invocation, name: str, on: date, is_preview: bool) -> None:
    """Suspend an item until it is resumed."""
    _act(invocation, name, Suspend(currency=invocation.desk.rulebook.currency, on=on, items=(name,)), is_preview)


@item.command("resume", cls=Command)
@click.argument("name")
@click.option("--on", type=DAY, required=True, help="The first day that is served again.")
@previewed
@pass_invocation
def resume_item(invocation: Invocation, name: str, on: date, is_preview: bool) -> None:
    """Resume a suspended item; its anchor day stays."""
    _act(invocation, name, Resume(currency=invocation.desk.rulebook.currency, on=on, items=(name,)), is_preview)


@item.command("end", cls=Command)
@click.argument("name")
@click.option("--on", type=DAY, required=True, help="The first day that is not served.")
@click.option("--notice-on", type=DAY, default=None, help="The day on which notice was given (default: the business date).")
@click.option("--waive", metavar="REASON", default=None, help="End it although notice comes too late, and record why.")
@click.option("--by", metavar="NAME", default=None, help="Who waives the notice.")
@previewed
@pass_invocation
def end_item(
    invocation: Invocation, name: str, on: date, notice_on: date | None, waive: str | None, by: str | None, is_preview: bool
) -> None:
    """End an item. Where its billing process has a notice, only with a term for which notice is in time, unless it is waived."""
    if (waive is None) != (by is None) or (waive is not None and not (waive.strip() and by and by.strip())):
        raise click.UsageError("give --waive and --by together: why the notice is waived, and who waives it")
    waived = {"waive": waive.strip(), "by": by.strip()} if waive and by else {}
    fields = {"currency": invocation.desk.rulebook.currency, "on": on, "items": (name,), "notice_on": notice_on, **waived}
    _act(invocation, name, End.model_validate(fields), is_preview)


@item.command("notice", cls=Command)
@click.argument("name")
@click.option("--on", type=DAY, default=None, help="The day on which notice was given (default: the business date).")
@click.option("--because", default="", help="Why, as the history keeps it.")
@previewed
@pass_invocation
def give_notice(invocation: Invocation, name: str, on: date | None, because: str, is_preview: bool) -> None:
    """Record that notice was given for an item: it ends with the first term for which the notice is in time."""
    desk = invocation.desk
    verb = Notice(currency=desk.rulebook.currency, on=on or desk.today, items=(name,), because=because)
    _act(invocation, name, verb, is_preview)


@item.command("contract", cls=Command)
@click.argument("name")
@click.option("--term-months", type=click.IntRange(1, 120), default=None, help="How long its terms are, counted from its first day.")
@click.option("--notice-months", type=click.IntRange(0, 24), default=None, help="How long before the end of a term notice is given.")
@click.option("--renewal", type=click.Choice(["automatic", "ends"]), default=None, help="Whether another term follows, or the item ends.")
@click.option("--because", default="", help="Why, as the history keeps it.")
@previewed
@pass_invocation
def agree_contract(invocation: Invocation, /, name: str, because: str, is_preview: bool, **terms: str | int | None) -> None:
    """Agree other terms for an item: their length, the notice, the renewal; `order show` gives those that count."""
    fields = {"currency": invocation.desk.rulebook.currency, "items": (name,), "because": because, **terms}
    _act(invocation, name, Contract.model_validate(fields), is_preview)


@item.command("change", cls=Command)
@click.argument("name")
@click.option("--on", type=DAY, required=True, help="The day from which it applies.")
@click.option("--quantity", default=None, help="The quantity from that day on.")
@click.option("--price", default=None, help="A negotiated price of one unit from that day on.")
@click.option("--billing-type", default=None, help="The billing type from then on, such as annual.")
@click.option("--billing-process", default=None, help="The billing process from then on.")
@click.option(
    "--anchor-day", type=click.IntRange(1, 31), default=None, help="The day of the month on which its periods begin from then on."
)
@click.option("--anchor-month", type=click.IntRange(1, 12), default=None, help="The month in which they begin, where they are longer.")
@click.option(
    "--at",
    type=click.Choice(["day", "boundary"]),
    default=None,
    help="Of another billing: from the day, or from the next period (default).",
)
@previewed
@pass_invocation
def change_item(
    invocation: Invocation, /, name: str, on: date, quantity: str | None, price: str | None, is_preview: bool, **billed: str | int | None
) -> None:
    """Change the quantity or the price of a running item, or how it is billed."""
    currency = invocation.desk.rulebook.currency
    number = None if quantity is None else parsed("--quantity", quantity, typed(Quantity.parse))
    agreed = None if price is None else parsed("--price", price, typed(lambda text: Price.parse(text, currency), currency.code))
    fields = {"currency": currency, "on": on, "item": name, "quantity": number, "price": agreed, **billed}
    _act(invocation, name, Change.model_validate(fields), is_preview)


@item.command("swap", cls=Command)
@click.argument("name")
@click.argument("product")
@click.option("--on", type=DAY, required=True, help="The first day of the other product.")
@previewed
@pass_invocation
def swap_item(invocation: Invocation, name: str, product: str, on: date, is_preview: bool) -> None:
    """Swap an item for another PRODUCT on a day."""
    _act(invocation, name, Swap(currency=invocation.desk.rulebook.currency, on=on, item=name, product=product), is_preview)


@item.command("cancel", cls=Command)
@click.argument("name")
@click.option("--on", type=DAY, default=None, help="The day of the cancellation (default: the business date).")
@click.option("--from-insertion", type=click.IntRange(1, 1200), default=None, help="Of an advertising item: the first insertion to cancel.")
@click.option("--remaining", is_flag=True, help="Of an advertising item: cancel what remains of it from the day on.")
@previewed
@pass_invocation
def cancel_item(invocation: Invocation, name: str, on: date | None, from_insertion: int | None, remaining: bool, is_preview: bool) -> None:
    """Cancel an item that has not begun, or the remaining insertions of an advertising item."""
    desk = invocation.desk
    verb = Cancel(currency=desk.rulebook.currency, on=on or desk.today, items=(name,), from_insertion=from_insertion, remaining=remaining)
    _act(invocation, name, verb, is_preview)


def _act(invocation: Invocation, item: str, verb: AnyVerb, is_preview: bool) -> None:
    act(invocation, ordering.order_of_item(invocation.desk, item), verb, is_preview=is_preview)
