"""`centwright order …`: orders listed, shown, activated and planned, and the events of their payment plans reported."""

from __future__ import annotations

from datetime import date
from typing import Final

import click

from api.cli.field_options import WHERE, pairs
from api.cli.invocation import Invocation, pass_invocation
from api.cli.options import DAY, Command, Group
from api.cli.paging import by_page, page_of
from api.cli.sheet_output import write_sheet
from api.desk import ordering
from api.desk.customer_lists import ORDERS, order_cells
from api.desk.document_trees import order_tree, shown_order_tree
from api.desk.filtering import Filter
from api.desk.reports import due_now
from api.output.sheets import Sheet
from engine.documents.order import ORDER_TYPES, Order
from engine.documents.transaction_figures import TransactionFigures

_TYPES: Final = click.Choice(ORDER_TYPES)


@click.group(cls=Group)
def order() -> None:
    """Activate orders and report their events."""


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
    listed, more = page_of(filtering.looked_at(orders, filtering.of_order), limit, lambda one: one.id)
    rows = tuple(order_cells(invocation.desk, one) for one in listed)
    write_sheet(invocation, Sheet(name="orders", columns=ORDERS.columns(invocation.desk), rows=rows, next=more), None, None)


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
    show_items(invocation, shown)
    if contract:
        write_sheet(invocation, Sheet(name="contract", columns=contract[0]._fields, rows=contract), None, None)
    for step in shown.history:
        items = f" {', '.join(step.items)}" if step.items else ""
        author = f" by {step.author}: {step.because}" if step.because else ""
        invocation.write(f"{step.on}  {step.what}{items}{author}" + (f" ({step.source})" if step.source else ""))
    write_sheet(invocation, transactions_sheet(invocation, transactions), None, None)


@order.command("activate", cls=Command)
@click.argument("name")
@click.argument("items", nargs=-1)
@click.option("--on", type=DAY, required=True, help="The day on which it begins, past or future.")
@pass_invocation
def activate_order(invocation: Invocation, name: str, items: tuple[str, ...], on: date) -> None:
    """Activate an order, or only the ITEMS named."""
    show_changed(invocation, ordering.activate(invocation.desk, name, on=on, items=items or None))


@order.command("event", cls=Command)
@click.argument("name")
@click.argument("event")
@click.option("--on", type=DAY, required=True, help="The day on which it happened, or is expected.")
@click.option("--expected", is_flag=True, help="It has not happened yet: it counts in the forecast and is not billed.")
@pass_invocation
def report_event(invocation: Invocation, name: str, event: str, on: date, expected: bool) -> None:
    """Report an EVENT that instalments wait for, such as delivery.accepted."""
    show_changed(invocation, ordering.report_event(invocation.desk, name, event, on=on, reported=not expected))


@order.command("set", cls=Command)
@click.argument("name")
@click.argument("given", nargs=-1, required=True, metavar="FIELD=VALUE…")
@pass_invocation
def set_fields(invocation: Invocation, name: str, given: tuple[str, ...]) -> None:
    """Set fields of an order that rules/vocabulary.yaml declares; an empty value removes one. Its transactions are planned again."""
    show_changed(invocation, ordering.set_fields(invocation.desk, name, pairs(given)))


@order.command("terms", cls=Command)
@click.argument("name")
@click.argument("terms", required=False)
@pass_invocation
def set_terms(invocation: Invocation, name: str, terms: str | None) -> None:
    """Agree payment TERMS of plans/ for an order; without them those of its customer count. Issued invoices stay as they are."""
    show_changed(invocation, ordering.set_terms(invocation.desk, name, terms))


@order.command("plan", cls=Command)
@pass_invocation
def plan_orders(invocation: Invocation) -> None:
    """Plan the transactions of every order to the horizon; orders that are planned stay as they are."""
    from api.desk.desk import plan_everything

    differing = plan_everything(invocation.desk)
    invocation.write_fields({"planned": differing, "through": invocation.desk.horizon})


def show_changed(invocation: Invocation, changed: Order) -> None:
    """Writes an order after a change."""
    if invocation.as_json:
        invocation.write_json(order_tree(changed))
        return
    invocation.write(f"{changed.type} order {changed.id} of {changed.customer}: {changed.state}")
    show_items(invocation, changed)


def show_items(invocation: Invocation, of: Order) -> None:
    """Writes the items of an order as a table."""
    columns = ("item", "product", "quantity", "state", "billed", "activated_on", "ends_before")
    rows = tuple(
        (
            item.id,
            item.product,
            item.quantity_on(invocation.desk.today),
            item.state,
            item.billed_by,
            item.activated_on,
            item.ends_before,
        )
        for item in of.items
    )
    write_sheet(invocation, Sheet(name="items", columns=columns, rows=rows), None, None)


def transactions_sheet(invocation: Invocation, transactions: tuple[TransactionFigures, ...]) -> Sheet:
    """Transactions as a table, each with its state today."""
    columns = ("item", "kind", "service_from", "service_until", "billing_date", "quantity", "net", "state")
    rows = tuple(
        (
            one.item,
            one.kind,
            one.service_period.start if one.service_period else None,
            one.service_period.until if one.service_period else None,
            one.billing_date,
            one.quantity,
            one.net,
            due_now(invocation.desk, one),
        )
        for one in transactions
    )
    return Sheet(name="transactions", columns=columns, rows=rows)
