"""The account of a customer: the statement of what was invoiced and credited, and the reminder of what of it is overdue."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from engine.documents.account import AccountEntry, AccountStatement, OpenInvoice, Reminder
from engine.documents.charge import Charge
from engine.documents.former_invoice import FormerInvoice
from engine.documents.invoice import CreditNote, Invoice
from engine.documents.party import Customer
from engine.documents.payment_match import Received
from engine.money import Currency, Money
from engine.problems import Kind, refuse
from engine.rulebook.book import Rulebook
from engine.rulebook.company import seller_of

NOTHING_OVERDUE: Final = Kind(
    "nothing-overdue", "the customer `{name}` has no invoice that was due before {day}", "remind of invoices once they are overdue"
)
_ORDER: Final = {"invoice": 0, "credit-note": 1, "charge": 2, "payment": 3, "write-off": 4, "charge-cancelled": 5}
SINCE_LATER: Final = Kind("since-later", "the statement would begin on {since}, after its day, {day}", "write an earlier first day")


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What a customer was sent: invoices, credit notes, and what was open of a former system; and what was received for them."""

    customer: Customer
    invoices: Sequence[Invoice]
    notes: Sequence[CreditNote]
    former: Sequence[FormerInvoice]
    received: Sequence[Received] = ()
    charges: Sequence[Charge] = ()
    """Fees and interest of reminders."""
    has_payments: bool = False
    """Whether payments are known at all."""


def statement_of(account: Account, rulebook: Rulebook, *, on: date, since: date) -> AccountStatement:
    """The statement of an account on a day: the balance before its first day, and every document from then on."""
    if since > on:
        raise refuse(SINCE_LATER, None, "/from", since=since, day=on)
    entries = sorted(_entries(account, on), key=lambda entry: (entry.on, _ORDER[entry.what], entry.number))
    zero = _zero(rulebook.currency)
    return AccountStatement(
        currency=rulebook.currency,
        seller=seller_of(rulebook.company.seller, account.customer.language),
        customer=account.customer,
        number=on.isoformat(),
        since=since,
        on=on,
        opening=sum((entry.amount for entry in entries if entry.on < since), zero),
        entries=tuple(entry for entry in entries if entry.on >= since),
        overdue=sum((one.open for one in _open_before(account, on)), zero) + _charged_before(account, on, zero),
        has_payments=account.has_payments,
    )


def reminder_of(account: Account, rulebook: Rulebook, *, on: date, level: int, is_last: bool, pay_until: date, costs: Money) -> Reminder:
    """The reminder of all that is overdue on a day; Refusal where nothing is."""
    late = tuple(_open_before(account, on))
    if not late:
        raise refuse(NOTHING_OVERDUE, None, "/as_of", name=account.customer.id, day=on)
    return Reminder(
        currency=rulebook.currency,
        seller=seller_of(rulebook.company.seller, account.customer.language),
        customer=account.customer,
        number=on.isoformat(),
        on=on,
        level=level,
        is_last=is_last,
        pay_until=pay_until,
        invoices=late,
        costs=costs,
        has_payments=account.has_payments,
    )


def _entries(account: Account, on: date) -> Iterable[AccountEntry]:
    for invoice in account.invoices:
        if invoice.issued_on <= on:
            yield AccountEntry(
                on=invoice.issued_on, what="invoice", number=invoice.number, due_on=invoice.due_on, amount=invoice.due_amount
            )
    for note in account.notes:
        if note.issued_on <= on:
            yield AccountEntry(on=note.issued_on, what="credit-note", number=note.number, amount=-note.gross)
    for former in account.former:
        if former.issued_on <= on:
            what = "invoice" if former.open.minor >= 0 else "credit-note"
            yield AccountEntry(on=former.issued_on, what=what, number=former.number, due_on=former.due_on, amount=former.open)
    for charge in account.charges:
        if charge.charged_on <= on:
            yield AccountEntry(on=charge.charged_on, what="charge", number=charge.number, due_on=charge.due_on, amount=charge.amount)
        if charge.cancelled_on is not None and charge.cancelled_on <= on:
            yield AccountEntry(on=charge.cancelled_on, what="charge-cancelled", number=charge.number, amount=-charge.amount)
    yield from _payments(account.received, on)


def _charged_before(account: Account, day: date, nothing: Money) -> Money:
    """What is open of the charges that were due before a day."""
    settled = _settled(account.received, day)
    due = (one for one in account.charges if one.due_on < day and (one.cancelled_on is None or one.cancelled_on > day))
    return sum((one.amount - settled.get(one.number, nothing) for one in due), nothing)


def _payments(received: Iterable[Received], on: date) -> Iterable[AccountEntry]:
    """Each payment once, whatever it settles; what was given up, under the number of its document."""
    sums: dict[tuple[date, bool, str], Money] = {}
    for part in received:
        if part.on <= on:
            is_paid = part.kind == "payment"
            place = (part.on, is_paid, part.payment if is_paid else part.document or part.payment)
            sums[place] = sums.get(place, _zero(part.amount.currency)) + part.amount
    for (day, is_paid, number), amount in sums.items():
        if amount:
            yield AccountEntry(on=day, what="payment" if is_paid else "write-off", number=number, amount=-amount)


def _open_before(account: Account, day: date) -> Iterable[OpenInvoice]:
    """What was due before a day and is open still, by due date: of an invoice in parts those, less what was credited and paid of it."""
    credited, settled = _credited(account.notes, day), _settled(account.received, day)
    late: list[OpenInvoice] = []
    for invoice in account.invoices:
        parts = [(part.due_on, part.amount) for part in invoice.due_amounts] or [(invoice.due_on, invoice.due_amount)]
        due = sum((amount for due_on, amount in parts if due_on < day), _zero(invoice.currency))
        zero = _zero(invoice.currency)
        left = due - credited.get(invoice.number, zero) - settled.get(invoice.number, zero)
        if invoice.issued_on <= day and left.minor > 0:
            first = min(due_on for due_on, _ in parts)
            late.append(_open_invoice(invoice.number, invoice.issued_on, first, invoice.due_amount, left, invoice.communication))
    for former in account.former:
        left = former.open - settled.get(former.number, _zero(former.currency))
        if former.due_on < day and left.minor > 0:
            reference = former.structured_communication or ""
            late.append(_open_invoice(former.number, former.issued_on, former.due_on, former.gross, left, reference))
    return sorted(late, key=lambda one: (one.due_on, one.number))


def _open_invoice(number: str, issued_on: date, due_on: date, gross: Money, left: Money, communication: str) -> OpenInvoice:
    return OpenInvoice(number=number, issued_on=issued_on, due_on=due_on, gross=gross, open=left, communication=communication)


def _credited(notes: Iterable[CreditNote], day: date) -> Mapping[str, Money]:
    sums: dict[str, Money] = {}
    for note in notes:
        if note.issued_on <= day:
            sums[note.corrects] = sums.get(note.corrects, _zero(note.currency)) + note.gross
    return sums


def _settled(received: Iterable[Received], day: date) -> Mapping[str, Money]:
    """By document, what was paid of it and given up on it."""
    sums: dict[str, Money] = {}
    for part in received:
        if part.document is not None and part.on <= day:
            sums[part.document] = sums.get(part.document, _zero(part.amount.currency)) + part.amount
    return sums


def _zero(currency: Currency) -> Money:
    return Money(0, currency)
