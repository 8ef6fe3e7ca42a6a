"""A golden case: what was agreed and when it is billed, read from YAML, walked down the corridor, and written as one text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from textwrap import wrap
from typing import Any

import yaml

from engine import billing
from engine.dates import month_after
from engine.documents.billed import Concluded
from engine.documents.credit import CreditSelection
from engine.documents.invoice import CreditNote, Invoice
from engine.documents.journal import JournalEntry
from engine.documents.order import ITEMS, AnyItem, InvoicedLine, Order, OrderType, SubscriptionItem
from engine.documents.party import Customer
from engine.documents.transaction import Transaction
from engine.documents.transaction_figures import figures_of
from engine.documents.usage_report import GivenReport
from engine.money import Quantity, document_currency
from engine.rulebook.book import Rulebook
from engine.stages.ordering import item_lifecycle
from engine.stages.posting.advances import open_advances
from engine.writing import plain
from tests.golden.rulebooks import rulebook_of, with_seller

FOLDER = Path(__file__).parent / "cases"
Written = Mapping[str, Any]
BETWEEN = "\n" + "=" * plain.WIDTH + "\n\n"


@dataclass(kw_only=True)
class Outcome:
    """What a case came to: the documents in the order of their making, the transactions, and what was held."""

    invoices: list[Invoice] = field(default_factory=list)
    notes: list[CreditNote] = field(default_factory=list)
    entries: dict[str, JournalEntry] = field(default_factory=dict)
    transactions: list[Transaction] = field(default_factory=list)
    held: list[Transaction] = field(default_factory=list)
    orders: dict[str, Order] = field(default_factory=dict)

    @property
    def documents(self) -> list[Invoice | CreditNote]:
        """Invoices, then credit notes."""
        return [*self.invoices, *self.notes]


def names() -> list[str]:
    """The cases there are."""
    return sorted(path.stem for path in FOLDER.glob("*.yaml"))


def read_case(name: str) -> Written:
    """A case as it is written, all scalars as text."""
    written = yaml.load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # text scalars, no objects
    assert isinstance(written, dict), name
    return written


def bill(case: Written, rulebook: Rulebook | None = None) -> Outcome:
    """The orders of a case planned, each of its runs drafted and issued, and its credit notes made."""
    rulebook = rulebook or rulebook_for(case)
    customer = _customer(case.get("customer", {}))
    outcome = Outcome()
    token = document_currency.set(rulebook.currency)
    try:
        orders = [_order(at, written, customer, rulebook) for at, written in enumerate(case["orders"], 1)]
        for run in _runs(case):
            orders = [_recorded(order, case["orders"][at], outcome, run[1]) for at, order in enumerate(orders)]
            orders = [_reported(order, case["orders"][at], outcome, run[1], rulebook) for at, order in enumerate(orders)]
            _run(run, orders, customer, rulebook, outcome, tuple(case.get("earlier", ())))
            outcome.orders = {order.id: order for order in orders}
        for written in case.get("credits", ()):
            _credit(written, rulebook, outcome)
    finally:
        document_currency.reset(token)
    return outcome


def text_of(case: Written, outcome: Outcome) -> str:
    """All documents of a case, the sentence on top; with `show: transactions` also what was planned, and always what was held."""
    shown = outcome.transactions if case.get("show") == "transactions" else []
    texts = []
    for at, document in enumerate(outcome.documents):
        is_first = at == 0
        sentence, transactions = (case["why"], shown) if is_first else ("", ())
        texts.append(plain.write(document, outcome.entries[document.number], sentence=sentence, transactions=transactions))
    if outcome.held:
        texts.append("".join(_held(case, outcome, alone=not texts)))
    return BETWEEN.join(texts)


def _held(case: Written, outcome: Outcome, *, alone: bool) -> Iterator[str]:
    if alone:
        yield "\n".join(wrap(case["why"], plain.WIDTH)) + "\n\n"
    yield "HELD\n"
    for one in outcome.held:
        text = f"{one.billing_date} {one.line.product} {plain.amount(one.portion.net)}: {one.held_because}"
        yield "\n".join(wrap(text, plain.WIDTH, initial_indent="  ", subsequent_indent="    ")) + "\n"


def rulebook_for(case: Written) -> Rulebook:
    """The rulebook of a case, with the seller that it asks for."""
    rulebook = rulebook_of(case.get("rulebook", "small"))
    seller = case.get("seller")
    return with_seller(rulebook, **{name.replace("-", "_"): answer == "yes" for name, answer in seller.items()}) if seller else rulebook


def _customer(written: Written) -> Customer:
    """A Belgian shop with a valid VAT number, unless the case says otherwise."""
    country = written.get("country", "BE")
    fields = {
        "id": "K1",
        "name": "Optique du Pont",
        "vat-number": "BE0999910048" if country == "BE" else None,
        "vat-number-state": "valid",
        "segment": "retail",
        **{name: text for name, text in written.items() if name not in ("country", "town")},
    }
    address = {"street": "Place 1", "postcode": "1000", "town": written.get("town", "Namur"), "country": country}
    return Customer.model_validate({**_fields(fields), "address": address})


def _order(at: int, written: Written, customer: Customer, rulebook: Rulebook) -> Order:
    """An order whose items are agreed and active from their day."""
    items = [_item(f"{at}.{number}", written["type"], item, rulebook) for number, item in enumerate(written["items"], 1)]
    order = Order.model_validate(
        {
            "id": f"O{at}",
            "currency": rulebook.currency,
            "type": written["type"],
            "customer": customer.id,
            "items": items,
            "events": written.get("events", ()),
            **{
                name.replace("-", "_"): written[name]
                for name in ("signed-on", "purchase-order", "invoiced-elsewhere-until")
                if name in written
            },
        }
    )
    return billing.agree(order, customer, rulebook, on=order.signed_on or items[0].activated_on or date(2026, 1, 1))


def _item(name: str, order_type: OrderType, written: Written, rulebook: Rulebook) -> AnyItem:
    product = rulebook.products[written["product"]]
    changes = [_fields({"id": f"c{at}", **change}) for at, change in enumerate(written.get("changes", ()), 1)]
    own = {key: text for key, text in written.items() if key not in ("product", "changes", "steps", "reports", "from")}
    start = {"activated_on": written["from"], "state": "active"} if "from" in written else {}
    return ITEMS[order_type].model_validate(
        {
            "id": name,
            "currency": rulebook.currency,
            "product": product.code,
            "quantity": "1",
            "supply_kind": product.supply_kind,
            "vat_class": product.vat_class,
            "revenue_account": product.account,
            "changes": changes,
            **start,
            **_fields(own),
        }
    )


def _recorded(order: Order, written: Written, outcome: Outcome, today: date) -> Order:
    """The order with the steps of its items (`steps: [{verb, on, recorded}]`) that are recorded by a day and not yet in it."""
    done = {line.transaction for invoice in outcome.invoices for line in invoice.lines}
    invoiced = [figures_of(one) for one in outcome.transactions if one.identity in done]
    for item, of_item in zip(order.items, written["items"], strict=True):
        for step in of_item.get("steps", ()):
            recorded, on = date.fromisoformat(step["recorded"]), date.fromisoformat(step["on"])
            if recorded <= today and all(change.known_on != recorded for change in item.changes):
                verb = {"suspend": item_lifecycle.suspend, "resume": item_lifecycle.resume, "end": item_lifecycle.end}[step["verb"]]
                order = billing.record(order, verb(order, on, [item.id], today=recorded), invoiced, today=recorded)
    return order


def _reported(order: Order, written: Written, outcome: Outcome, today: date, rulebook: Rulebook) -> Order:
    """The order with the usage reports of its items (`reports: [{id, on, quantity, entered}]`) that are entered by a day."""
    done = {line.transaction for invoice in outcome.invoices for line in invoice.lines}
    invoiced = {
        (one.item, InvoicedLine(one.portion.kind, one.service_period.start, one.portion.change))
        for one in outcome.transactions
        if one.identity in done and one.service_period is not None
    }
    for at, of_item in enumerate(written["items"]):
        for report in of_item.get("reports", ()):
            entered, item = date.fromisoformat(report.get("entered", report["on"])), order.items[at]
            assert isinstance(item, SubscriptionItem)
            if entered > today or any(each.id == report["id"] for each in item.usage):
                continue
            on = date.fromisoformat(report["on"])
            given = GivenReport(
                id=report["id"], item=item.id, start=on, until=on + timedelta(days=1), quantity=Quantity.parse(report["quantity"])
            )
            taken = billing.take_usage(given, order, item, rulebook, invoiced=invoiced, today=entered, author="")
            order = order.replace(items=tuple(each.replace(usage=(*each.usage, taken)) for each in order.items))
    return order


def _fields(written: Written) -> dict[str, Any]:
    """Keys as Python writes them; yes and no as truth; a number of days or months stays text, which the documents read."""
    truth = {"yes": True, "no": False}
    return {key.replace("-", "_"): truth.get(each, each) if isinstance(each, str) else each for key, each in written.items()}


def _runs(case: Written) -> list[tuple[date, date]]:
    """Through which day, and with which issue date."""
    return [(date.fromisoformat(run["through"]), date.fromisoformat(run.get("issued", run["through"]))) for run in case["runs"]]


def _run(
    run: tuple[date, date], orders: Sequence[Order], customer: Customer, rulebook: Rulebook, outcome: Outcome, earlier: tuple[str, ...]
) -> None:
    through, issued_on = run
    planned = [one for order in orders for one in billing.plan(order, customer, rulebook, through=month_after(through, 1))]
    outcome.transactions = planned
    done = {line.transaction for invoice in outcome.invoices for line in invoice.lines}
    due = [one for one in planned if one.is_due(through) and one.identity not in done]
    before = {
        order.id: earlier + tuple(one.number for one in outcome.invoices if one.type_code == "386" and order.id in one.orders)
        for order in orders
    }
    drafted = billing.draft(
        due, {customer.id: customer}, {order.id: order for order in orders}, rulebook, issued_on=issued_on, earlier=before
    )
    for draft in drafted.drafts:
        number = f"{issued_on.year}-{sum(one.issued_on.year == issued_on.year for one in outcome.invoices) + 1:05}"
        known = {**dict.fromkeys(earlier, date(2026, 12, 1)), **billing.earlier_invoices(draft, outcome.invoices)}
        advances = [one for one in outcome.invoices if one.number in known]
        concluded = Concluded(known, open_advances(advances, outcome.notes, outcome.invoices))
        series = f"invoice/{issued_on.year}"
        invoice, entry, _ = billing.issue(draft, rulebook, number=number, series=series, on=issued_on, concluded=concluded)
        outcome.invoices.append(invoice)
        outcome.entries[number] = entry
    outcome.held = list(drafted.held)


def _credit(written: Written, rulebook: Rulebook, outcome: Outcome) -> None:
    invoice = outcome.invoices[int(written.get("invoice", "1")) - 1]
    on = date.fromisoformat(written["on"])
    ask = CreditSelection.model_validate({**written["ask"], "whole": written["ask"].get("whole") == "yes"})
    earlier = [note for note in outcome.notes if note.corrects == invoice.number]
    draft = billing.credit(invoice, earlier, ask, rulebook, on=on, because=written.get("because", ""))
    number = f"C{on.year}-{len(outcome.notes) + 1:05}"
    note, entry, _ = billing.issue_credit_note(draft, rulebook, number=number, series=f"credit-note/{on.year}", on=on)
    outcome.notes.append(note)
    outcome.entries[number] = entry
