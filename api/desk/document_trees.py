"""Documents as JSON: the one form in which commands write them with `--json` and the service answers them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, fields
from datetime import date
from typing import Final

from api.desk.customer_details import ShownCustomer
from api.desk.customer_merging import Merged
from api.desk.desk import Desk
from api.desk.opportunity_details import ShownOpportunity
from api.desk.order_instalments import instalment_trees
from api.desk.owed_amounts import find_owed, owed_tree
from api.desk.prepaid_amounts import balance_tree
from api.desk.quote_acceptance import Accepted
from api.desk.quote_states import possible
from api.desk.quote_versions import QuoteVersion, changes_tree, reply_tree, steps_tree
from api.desk.reports import due_now
from api.store.customer_parties import NamedAddress
from api.store.customers import Hold
from api.store.erasures import Erasure
from api.store.quotes import StoredQuote
from api.store.runs import RunProgress
from api.store.sales_records import Activity, VatCheck
from api.store.sign_ins import Session
from engine.documents.invoice import CreditNote, Invoice
from engine.documents.mandate import Mandate
from engine.documents.opportunity import Opportunity
from engine.documents.order import ITEMS, Order, OrderItem
from engine.documents.payment_match import Settlement
from engine.documents.transaction_figures import TransactionFigures
from engine.documents.usage_report import UsageReport
from engine.phrases import Language, say
from engine.stages.ordering.notice import ContractTerms

Tree = dict[str, object]
_TRANSACTION_FIELDS: Final = ("identity", "item", "order", "order_type", "customer", "product", "kind", "number", "change")


def order_tree(of: Order) -> Tree:
    """An order, with its state."""
    return of.model_dump(mode="json") | {"items": [item_tree(item) for item in of.items], "state": of.state}


def shown_order_tree(of: Order, contract: Iterable[ContractTerms], transactions: Iterable[TransactionFigures], desk: Desk) -> Tree:
    """An order with the terms of its items and its transactions."""
    terms = [{name: str(part) if isinstance(part, date) else part for name, part in each._asdict().items()} for each in contract]
    owed = owed_tree(find_owed(desk, "order", [of.id])[of.id])
    listed = list(transactions)
    known = {"transactions": [transaction_tree(one, desk) for one in listed], "instalments": instalment_trees(listed, desk)}
    return order_tree(of) | {"contract": terms, **known, "owed": owed}


def customer_tree(of: ShownCustomer) -> Tree:
    """A customer with all that is known of it."""
    return {
        **of.customer.model_dump(mode="json"),
        "state": of.party.state,
        "merged": list(of.merged),
        "notice": None if of.notice is None else str(of.notice),
        "addresses": [record_tree(one) for one in of.addresses],
        "references": dict(of.references),
        "contacts": list(of.contacts),
        "mandates": [mandate_tree(one) for one in of.mandates],
        "hold": None if of.hold is None else record_tree(of.hold),
        "vat_checks": [record_tree(one) for one in of.vat_checks],
        "notes": [record_tree(one) for one in of.activities if one.kind == "note"],
        "activities": [record_tree(one) for one in of.activities],
        "owed": owed_tree(of.owed),
        "prepaid": str(of.prepaid),
        "peppol": {"address": of.peppol.address, "state": of.peppol.state, "on": None if of.peppol.on is None else str(of.peppol.on)},
    }


def history_tree(changes: Iterable[Mapping[str, object]]) -> list[Tree]:
    """Changes of a document, with days and moments as text."""
    return [{name: part.isoformat() if isinstance(part, date) else part for name, part in each.items()} for each in changes]


def record_tree(record: Hold | VatCheck | Activity | NamedAddress) -> Tree:
    """A record of the store, with days and moments as text."""
    parts = ((field.name, getattr(record, field.name)) for field in fields(record))
    return {name: part.isoformat() if isinstance(part, date) else part for name, part in parts}


def item_tree(item: OrderItem) -> Tree:
    """An item, with the fields of all order types; those of other types are null."""
    fields = (name for each in ITEMS.values() for name, field in each.model_fields.items() if not field.exclude)
    return {**dict.fromkeys(fields), "former_customers": [], **item.model_dump(mode="json")}


def usage_tree(one: UsageReport) -> Tree:
    """A usage report; the last day is included."""
    return {
        "id": one.id,
        "item": one.item,
        "from": str(one.start),
        "to": str(one.period.last),
        "quantity": str(one.quantity),
        "corrects": one.corrects,
        "recorded_on": str(one.recorded_on),
        "late": one.late,
    }


def shown_item_tree(item: OrderItem, order: str, transactions: Iterable[TransactionFigures], desk: Desk) -> Tree:
    """An item with its order, its transactions, and what became of the amount that was paid in advance with it."""
    own = {"order": order, "balance": balance_tree(item, desk)}
    return item_tree(item) | own | {"transactions": [transaction_tree(one, desk) for one in transactions]}


def opportunity_tree(of: Opportunity) -> Tree:
    """An opportunity."""
    return of.model_dump(mode="json")


def shown_opportunity_tree(of: ShownOpportunity, language: Language) -> Tree:
    """An opportunity with its history, its activities and what it needs."""
    return {
        **opportunity_tree(of.opportunity),
        "history": history_tree(of.history),
        "activities": [record_tree(one) for one in of.activities],
        "advice": [say(each, language) for each in of.advice],
        "owed": owed_tree(of.owed),
    }


def merge_tree(of: Merged) -> Tree:
    """What a merge of two customers moves and changes."""
    moved = {"customer": of.name, "into": of.into, "moves": dict(of.moved.moves), "stays": dict(of.moved.stays), "filled": list(of.filled)}
    return {**moved, "differing": of.differing, "signed": of.signed, "net_before": str(of.net_before), "net_after": str(of.net_after)}


def erasure_tree(erasure: Erasure) -> Tree:
    """What was erased, when, by whom and why."""
    return asdict(erasure) | {"erased_on": str(erasure.erased_on)}


def progress_tree(so_far: RunProgress) -> Tree:
    """How far a run is."""
    counts = {"shards": so_far.shards, "done": so_far.done, "issued": so_far.issued, "held": so_far.held}
    return {"run": so_far.run.number, "state": so_far.run.state, **counts}


def run_tree(so_far: RunProgress) -> Tree:
    """A run, how far it is, what it was asked for, and who works on it."""
    of = so_far.run
    moments = {"started_at": of.started_at, "ended_at": of.ended_at, "resumed_at": of.resumed_at}
    return {
        **progress_tree(so_far),
        "issued_on": str(of.issued_on),
        "due_through": str(of.due_through),
        "resumed": of.resumed,
        **{name: of.narrowed_to.get(name) for name in ("order_type", "customer", "order", "customers")},
        **{name: None if moment is None else moment.isoformat() for name, moment in moments.items()},
        "rulebook": of.rulebook,
        "workers": [worker for worker, _ in so_far.workers],
    }


def transaction_tree(one: TransactionFigures, desk: Desk) -> Tree:
    """A transaction, with its state today; `explain` gives its line and its reasons."""
    period = one.service_period
    return {
        **{name: getattr(one, name) for name in _TRANSACTION_FIELDS},
        "service_period": {"from": str(period.start), "until": str(period.until)} if period else None,
        "billing_date": str(one.billing_date) if one.billing_date else None,
        "expected": one.expected,
        "invoice_lead": one.invoice_lead,
        "quantity": str(one.quantity),
        "list_net": str(one.list_net),
        "net": str(one.net),
        "currency": one.currency.code,
        "state": due_now(desk, one),
        "held_because": one.held_because,
        "invoice": one.invoice,
    }


def mandate_tree(mandate: Mandate) -> Tree:
    """A mandate without its customer."""
    return mandate.model_dump(mode="json", exclude={"customer"})


def quote_tree(one: StoredQuote) -> Tree:
    """A version of a quote, with its number and state, who must approve it, and what is possible now."""
    head = {"number": one.number, "version": one.version, "state": one.state, "opportunity": one.opportunity}
    states = {"approver": one.approver, "possible": list(possible(one.state))}
    return {**head, **states, "attributes": dict(one.attributes), **one.quote.model_dump(mode="json")}


def shown_quote_tree(versions: Sequence[QuoteVersion]) -> Tree:
    """The last version of a quote, with its steps, and the reply on its link."""
    last = versions[-1]
    return quote_tree(last.quote) | {"steps": steps_tree(last.steps), "reply": reply_tree(last.reply)}


def quote_versions_tree(versions: Iterable[QuoteVersion]) -> Tree:
    """The versions of a quote, each with its steps and what it changed."""
    trees = []
    for each in versions:
        changes = changes_tree(each.before.quote if each.before else None, each.quote.quote)
        trees.append(shown_quote_tree([each]) | {"changes": changes})
    return {"versions": trees}


def accepted_tree(accepted: Accepted) -> Tree:
    """The orders that a quote became, and those that its items joined."""
    return {"orders": [order.id for order in accepted.orders], "joined": [order.id for order in accepted.joined]}


def settlement_tree(settled: Settlement | None) -> Tree | None:
    """What was paid and credited of an invoice, and what is left."""
    if settled is None:
        return None
    amounts = ("paid", "credited", "differences", "rest", "surplus")
    return {"state": settled.state} | {name: str(getattr(settled, name)) for name in amounts}


def issued_tree(one: Invoice | CreditNote) -> Tree:
    """An issued invoice or credit note, and which of the two it is."""
    return {"document": "invoice" if isinstance(one, Invoice) else "credit-note"} | one.model_dump(mode="json")


def session_tree(session: Session) -> Tree:
    """A session of a browser, in JSON types."""
    key = session.key
    used_at = None if key.last_used_at is None else key.last_used_at.isoformat()
    started: Tree = {"session": key.prefix, "created_at": key.created_at.isoformat(), "ends_at": session.ends_at.isoformat()}
    return started | {"last_used_at": used_at, "browser": session.browser}
