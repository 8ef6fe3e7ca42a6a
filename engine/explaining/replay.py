"""Computes a stored document again under its rulebook, so that its reasons can be shown in any language.

Where the new amounts are not the stored ones, a problem says so, and the stored reasons are used.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from engine import billing
from engine.documents.billed import RunningOrders
from engine.documents.credit import CreditLine, CreditSelection
from engine.documents.invoice import CreditNote, DraftCreditNote, DraftInvoice, Invoice, InvoiceLine
from engine.documents.order import Order, OrderItem, first_end
from engine.documents.priced_quote import PricedQuote
from engine.documents.quote import QuoteRequest
from engine.phrases import phrase
from engine.problems import Kind, Problem, Refusal, message_of
from engine.rulebook.book import Rulebook

WORKED_OUT_OTHERWISE: Final = Kind(
    "worked-out-otherwise",
    "{what} comes to {now} when it is worked out again, and {stored} is what was stored",
    "trust what was stored; the steps shown are those that were stored with it: its order or its customer has changed since",
)
NOT_WORKED_OUT: Final = Kind(
    "not-worked-out",
    "{document} cannot be worked out again: {because}",
    "the steps shown are those that were stored with it",
)


@dataclass(frozen=True, slots=True)
class Replayed:
    """A document with new reasons, and the problems where new amounts are not the stored ones."""

    document: DraftInvoice | DraftCreditNote
    problems: tuple[Problem, ...] = ()


def replay_invoice(stored: DraftInvoice, orders: Mapping[str, Order], rulebook: Rulebook, issued_on: date, name: str) -> Replayed:
    """An invoice, or a draft of one, computed again from its orders: as they are now, else as they were known on its day."""
    problems: tuple[Problem, ...] = ()
    as_known = {key: known_on(order, issued_on) for key, order in orders.items()}
    for given in (orders, as_known) if as_known != dict(orders) else (orders,):
        try:
            drafts = _drafted(stored, given, rulebook, issued_on)
        except (Refusal, LookupError) as mistake:
            because = message_of(mistake.problems[0]) if isinstance(mistake, Refusal) else str(mistake)
            problems = problems or (NOT_WORKED_OUT.at(None, document=name, because=because),)
            continue
        lines = {(line.transaction, line.product): line for draft in drafts for line in draft.lines}
        wrong = tuple(problem for line in stored.lines for problem in _differences(line, lines.get((line.transaction, line.product)), name))
        if not wrong:
            reasons = next((draft.reasons for draft in drafts if draft.due_on == stored.due_on), stored.reasons)
            explained = tuple(_with_reasons(line, lines[(line.transaction, line.product)]) for line in stored.lines)
            return Replayed(stored.replace(lines=explained, reasons=reasons))
        problems = problems or wrong
    return Replayed(stored, problems)


def replay_credit_note(stored: CreditNote, invoice: Invoice, earlier: Iterable[CreditNote], rulebook: Rulebook) -> Replayed:
    """A credit note computed again from its invoice, which has new reasons, for the amounts or quantities of its lines."""
    ask = CreditSelection(
        lines=tuple(
            CreditLine(line=line.corrects_line or 1, amount=line.net)
            if line.by_amount
            else CreditLine(line=line.corrects_line or 1, quantity=line.quantity)
            for line in stored.lines
        )
    )
    try:
        note = billing.credit(invoice, tuple(earlier), ask, rulebook, on=stored.issued_on, because=stored.because)
    except Refusal as refusal:
        return Replayed(stored, (NOT_WORKED_OUT.at(None, document=stored.number, because=message_of(refusal.problems[0])),))
    by_line = {line.corrects_line: line for line in note.lines}
    wrong = tuple(problem for line in stored.lines for problem in _differences(line, by_line.get(line.corrects_line), stored.number))
    if wrong:
        return Replayed(stored, wrong)
    explained = tuple(_with_reasons(line, by_line[line.corrects_line]) for line in stored.lines)
    return Replayed(stored.replace(lines=explained))


def replay_quote(
    stored: PricedQuote, running: Mapping[str, Order], rulebook: Rulebook, name: str
) -> tuple[PricedQuote, tuple[Problem, ...]]:
    """A quote priced again on its day, with the running orders that its items join as they were without it."""
    request = QuoteRequest(
        currency=stored.currency,
        customer=stored.customer,
        lines=tuple(line.request for line in stored.lines),
        on=stored.on,
        payment_terms=stored.payment_terms,
    )
    joins = running_before(stored, running, name)
    problems: tuple[Problem, ...] = ()
    for owned in (frozenset[str](), frozenset(rulebook.products)):
        try:
            again = billing.quote(request, rulebook, running=joins, owned=owned)
        except Refusal as refusal:
            problems = problems or (NOT_WORKED_OUT.at(None, document=name, because=message_of(refusal.problems[0])),)
            continue
        if [line.net for line in again.lines] == [line.net for line in stored.lines]:
            return stored.replace(lines=again.lines), ()
        problems = problems or (WORKED_OUT_OTHERWISE.at(None, what=name, now=again.net, stored=stored.net),)
    return stored, problems


def running_before(stored: PricedQuote, running: Mapping[str, Order], name: str) -> RunningOrders | None:
    """The running order that the items of a quote join, without what joined it by this quote or later; None if they join none."""
    into = next((line.joins for line in stored.lines if line.joins), None)
    if into is None or into not in running:
        return None
    own, order = f"{name.partition('/')[0]} version", running[into]

    def came_later(joined_on: date | None, source: str | None) -> bool:
        return joined_on is not None and (joined_on > stored.on or (source or "").startswith(own))

    items = [
        item.replace(changes=tuple(each for each in item.changes if not came_later(each.on if each.joined else None, each.source)))
        for item in order.items
        if not came_later(item.joined, item.source)
    ]
    return RunningOrders({into: order.replace(items=tuple(items))}, into)


def known_on(order: Order, day: date) -> Order:
    """The order as it was known on a day: without the changes and ends that became known later."""
    return order.replace(items=tuple(_item_known_on(item, day) for item in order.items))


def _item_known_on(item: OrderItem, day: date) -> OrderItem:
    changes = tuple(change for change in item.changes if change.known_on is None or change.known_on <= day)
    if len(changes) == len(item.changes) or not any(change.end for change in item.changes):
        return item.replace(changes=changes)
    return item.replace(changes=changes, ends_before=first_end(changes))


def _drafted(stored: DraftInvoice, orders: Mapping[str, Order], rulebook: Rulebook, issued_on: date) -> tuple[DraftInvoice, ...]:
    """The drafts of the orders for the customer of the document, which may have been merged into another since."""
    orders = {name: order.replace(customer=stored.customer.id) for name, order in orders.items()}
    through = max([issued_on, *(line.service_period.until for line in stored.lines if line.service_period)])
    transactions = (one for order in orders.values() for one in billing.plan(order, stored.customer, rulebook, through=through))
    planned = {one.identity: one for one in transactions}
    wanted = [planned[name] for name in dict.fromkeys(line.transaction for line in stored.lines) if name in planned]
    drafted = billing.draft(wanted, {stored.customer.id: stored.customer}, orders, rulebook, issued_on=issued_on, earlier={})
    return drafted.drafts


def _differences(stored: InvoiceLine, now: InvoiceLine | None, name: str) -> Iterable[Problem]:
    """The differences between a stored line and the new one."""
    if now is None:
        yield NOT_WORKED_OUT.at(
            None, document=f"{name}:{stored.number}", because=phrase("nothing gives `{transaction}`", transaction=stored.transaction)
        )
        return
    if (now.net, now.list_net) != (stored.net, stored.list_net):
        yield WORKED_OUT_OTHERWISE.at(None, what=f"{name}:{stored.number}", now=now.net, stored=stored.net)
    elif (now.category, now.rate) != (stored.category, stored.rate):
        yield WORKED_OUT_OTHERWISE.at(
            None, what=f"{name}:{stored.number}", now=f"{now.category} {now.rate}%", stored=f"{stored.category} {stored.rate}%"
        )


def _with_reasons(stored: InvoiceLine, now: InvoiceLine) -> InvoiceLine:
    return replace(stored, reasons=now.reasons, vat_reasons=now.vat_reasons)
