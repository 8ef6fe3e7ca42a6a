"""What every verb of orders has at the command line: it is done and shown, or with `--preview` only shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import click

from api.cli.invocation import Invocation
from api.cli.order_tables import show_items
from api.cli.sheet_output import write_sheet
from api.desk import ordering
from api.desk.document_trees import order_tree
from api.desk.order_preview import preview
from api.desk.order_verbs import AnyVerb
from api.output.sheets import Sheet
from engine.documents.order import Order
from engine.documents.order_effect import OrderEffect
from engine.phrases import Phrase, as_written, phrase, say

Function = TypeVar("Function", bound=Callable[..., object])


def previewed(command: Function) -> Function:
    """The option that only shows what a verb would do."""
    option = click.option("--preview", "is_preview", is_flag=True, help="Show what it would do, and write nothing.")
    return option(command)


def reversal(command: Function) -> Function:
    """The options of what takes a step back."""
    for option in reversed(
        (
            click.option("--item", default=None, help="The item whose last step is meant (default: the last step of the order)."),
            click.option("--step", type=click.IntRange(min=1), default=None, help="Only if this is that step, as `order show` numbers it."),
            click.option("--because", default="", help="Why, as the history keeps it."),
            click.option("--compensate", is_flag=True, help="Credit what was invoiced of it; the next run bills what is due without it."),
        )
    ):
        command = option(command)
    return command


def act(invocation: Invocation, order: str, verb: AnyVerb, *, is_preview: bool) -> None:
    """Does a verb and shows the order, or shows what the verb would do."""
    if is_preview:
        show_effects(invocation, [preview(invocation.desk, order, verb)], is_list=False)
        return
    show_order(invocation, ordering.act(invocation.desk, order, verb))


def show_order(invocation: Invocation, changed: Order) -> None:
    """Writes an order as a verb left it."""
    if invocation.as_json:
        invocation.write_json(order_tree(changed))
        return
    invocation.write(f"{changed.type} order {changed.id} of {changed.customer}: {changed.state}")
    show_items(invocation, changed)


def show_effects(invocation: Invocation, effects: Sequence[OrderEffect], *, is_list: bool = True) -> None:
    """Writes what a verb would do to some orders; as JSON a list, or the one."""
    if invocation.as_json:
        trees = [effect.model_dump(mode="json") for effect in effects]
        invocation.write_json(trees if is_list else trees[0])
        return
    for effect in effects:
        _show_effect(invocation, effect)
    invocation.write(say(phrase("nothing was written"), invocation.language))


def _show_effect(invocation: Invocation, effect: OrderEffect) -> None:
    invocation.write(
        say(
            phrase(
                "order {order}: {before}, then {after}",
                order=effect.order,
                before=as_written(effect.state_before),
                after=as_written(effect.state_after),
            ),
            invocation.language,
        )
    )
    write_sheet(invocation, _items(effect), None, None)
    write_sheet(invocation, _transactions(effect), None, None)
    if effect.compensations:
        columns = ("invoice", "lines", "net", "vat", "gross")
        rows = tuple((one.invoice, ", ".join(map(str, one.lines)), one.net, one.vat, one.gross) for one in effect.compensations)
        write_sheet(invocation, Sheet(name="credit notes", columns=columns, rows=rows), None, None)
    for sentence in _sentences(effect):
        invocation.write(say(sentence, invocation.language))


def _items(effect: OrderEffect) -> Sheet:
    columns = ("item", "product", "before", "after", "quantity_before", "quantity", "billed_before", "billed", "ends_before")
    rows = []
    for one in effect.items:
        before, after = one.before, one.after
        earlier = (before.state, before.quantity, before.billed) if before else (None, None, None)
        row = (one.item, one.product, earlier[0], after.state, earlier[1], after.quantity, earlier[2], after.billed, after.ends_before)
        rows.append(row)
    return Sheet(name="items", columns=columns, rows=tuple(rows))


def _transactions(effect: OrderEffect) -> Sheet:
    columns = ("change", "item", "kind", "service_from", "service_until", "billing_date", "before", "after")
    rows = tuple(
        (
            one.change,
            one.item,
            one.kind,
            one.service_period.start if one.service_period else None,
            one.service_period.until if one.service_period else None,
            one.billing_date,
            one.before,
            one.after,
        )
        for one in effect.transactions
    )
    return Sheet(name="transactions", columns=columns, rows=rows)


def _sentences(effect: OrderEffect) -> list[Phrase]:
    before, after = effect.next_invoice_before, effect.next_invoice_after
    return [
        phrase("all transactions: {difference} net", difference=effect.net_difference),
        phrase(
            "next invoice: {before} on {day}, then {after} on {then}",
            before=before.net,
            day=before.on or "-",
            after=after.net,
            then=after.on or "-",
        ),
        phrase("MRR on {day}: {before}, then {after}", day=effect.on, before=effect.mrr_before, after=effect.mrr_after),
    ]
