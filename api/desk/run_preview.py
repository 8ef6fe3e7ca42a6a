"""The preview of a run as JSON: what it would issue, which of it is new or unusual for its customer, and what it would hold back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from api.desk.billing_run import preview, unusual
from api.desk.desk import Desk
from api.desk.document_trees import Tree
from api.desk.due_drafts import Selection
from api.desk.ways_out import way_out_of
from api.store import run_deliveries
from api.store.run_deliveries import EarlierInvoices
from engine.documents.invoice import DraftInvoice
from engine.documents.transaction_figures import TransactionFigures
from engine.money import Money
from engine.phrases import Language, say


def preview_tree(desk: Desk, selection: Selection, language: Language, *, issued_on: date | None = None) -> Tree:
    """The invoices that a run would issue, their totals, and what it would hold back."""
    invoices: list[Tree] = []
    held: list[Tree] = []
    totals: dict[str, Money] = {}
    for each in preview(desk, selection, issued_on=issued_on):
        with desk.store.reading() as connection:
            earlier = run_deliveries.earlier_invoices(connection, {draft.customer.id for draft in each.drafts})
        for draft in each.drafts:
            amounts = {"net": draft.net, "vat": draft.vat, "gross": draft.gross}
            totals = {name: totals[name] + amount if name in totals else amount for name, amount in amounts.items()}
            invoices.append(_draft_tree(draft, earlier) | {name: str(amount) for name, amount in amounts.items()})
        held += (_held_tree(one, language) for one in each.held)
    net = totals["net"].minor if totals else 0
    problem = unusual(desk, selection, len(invoices), net)
    return {
        "invoices": invoices,
        "totals": {name: str(total) for name, total in totals.items()},
        "held": held,
        "unusual": None if problem is None else problem.message_in(language),
    }


def _draft_tree(draft: DraftInvoice, earlier: Mapping[tuple[str, str], EarlierInvoices]) -> Tree:
    before = earlier.get((draft.customer.id, draft.order_type))
    head: Tree = {"customer": draft.customer.id, "name": draft.customer.name, "order_type": draft.order_type, "month": draft.month}
    seen: Tree = {"is_first": before is None, "is_unusual": before is not None and 2 * draft.net.minor > 3 * before.largest}
    return head | {"type": draft.type_code, "lines": len(draft.lines), "channel": draft.channel} | seen


def _held_tree(one: TransactionFigures, language: Language) -> Tree:
    because = one.held_because or ""
    head = {"customer": one.customer, "order": one.order, "item": one.item, "net": str(one.net)}
    return head | {"held_because": say(because, language), "way_out": way_out_of(because)}
