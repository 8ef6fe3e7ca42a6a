"""What is overdue of each customer on a day: claims with the reminders that they had, and what speaks against another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from zoneinfo import ZoneInfo

from api.desk.desk import Desk
from api.desk.open_documents import open_items
from api.desk.sales import surviving
from api.store import customer_parties, customers, erasures, former_invoices, issued_documents, open_rests, payments, reminders
from api.store.open_rests import OpenRest
from api.store.reminders import History
from api.store.sql import Reading, chunks
from engine.documents.former_invoice import FormerInvoice
from engine.documents.invoice import Invoice
from engine.documents.overdue import Claim, DatedAmount, Debtor, ReminderHold
from engine.money import Money
from engine.stages.settling.matching import match

_SUPPLIES: Final = 3
"""So many products of an invoice are named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """What a customer owes on a day."""

    debtor: Debtor
    claims: tuple[Claim, ...]


def owed_on(desk: Desk, connection: Reading, on: date, some: Iterable[str] | None = None) -> Iterator[Owed]:
    """What each customer owes that was due before a day, or some of them; in the order of their ids.

    What is left of payments is read of all of them, however few customers are meant.
    """
    rests = _overdue(connection, on, some)
    survivors = {rest.customer: surviving(connection, rest.customer) for rest in rests}
    by_customer: dict[str, list[OpenRest]] = {}
    for rest in rests:
        by_customer.setdefault(survivors[rest.customer], []).append(rest)
    possible = _possible_payments(connection) if rests else {}
    credits = _credits(desk, connection, on)
    for names in chunks(sorted(by_customer)):
        known, held = customers.find_with_holds(connection, names)
        erased = erasures.among(connection, [("customer", name) for name in names])
        documents = _documents(desk, connection, [rest for name in names for rest in by_customer[name]], on, possible)
        for name in names:
            debtor = Debtor(
                customer=name,
                kind=known[name].kind,
                held_because=held.get(name),
                is_erased=("customer", name) in erased,
                credit=credits.get(name),
            )
            yield Owed(debtor=debtor, claims=tuple(claim for rest in by_customer[name] for claim in _claims_of(rest.number, documents)))


def _overdue(connection: Reading, on: date, some: Iterable[str] | None) -> list[OpenRest]:
    """The documents of which something is open after its due date; charges are asked with them only."""
    if some is None:
        rests = list(open_rests.rests(connection, on, overdue=True))
    else:
        names = [name for one in some for name in (one, *customer_parties.merged_into(connection, one))]
        rests = [rest for name in names for rest in open_rests.rests(connection, on, customer=name, overdue=True)]
    return [rest for rest in rests if rest.rest.minor > 0 and not rest.is_charge]


def _documents(desk: Desk, connection: Reading, rests: Sequence[OpenRest], on: date, possible: Mapping[str, str]) -> _Documents:
    """The documents of some rests, with what is known beside them: each is read once for many customers."""
    numbers = [rest.number for rest in rests]
    by_number: dict[str, Invoice | FormerInvoice] = {one.number: one for one in issued_documents.find_invoices(connection, numbers=numbers)}
    for name in {rest.customer for rest in rests if rest.number not in by_number}:
        by_number |= {one.number: one for one in former_invoices.find(connection, customer=name)}
    return _Documents(
        by_number=by_number,
        settled=open_rests.settled_by_day(connection, numbers, on),
        histories=reminders.histories(connection, numbers, ZoneInfo(desk.rulebook.company.time_zone)),
        holds=reminders.holds(connection, numbers),
        possible=possible,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Documents:
    """Some documents, and what is known beside them."""

    by_number: Mapping[str, Invoice | FormerInvoice]
    settled: Mapping[str, Sequence[DatedAmount]]
    histories: Mapping[tuple[str, date], History]
    holds: Mapping[str, ReminderHold]
    possible: Mapping[str, str]


def _claims_of(number: str, beside: _Documents) -> Iterator[Claim]:
    """The claims of a document: one for each day on which something of it is due."""
    document = beside.by_number[number]
    through = Money(0, document.currency)
    for due_on, amount in sorted(_due(document), key=lambda each: each[0]):
        through += amount
        history = beside.histories.get((number, due_on), History(sent=(), interest=0))
        yield Claim(
            document=number,
            customer=document.customer.id if isinstance(document, Invoice) else document.customer,
            issued_on=document.issued_on,
            due_on=due_on,
            gross=document.gross,
            amount=amount,
            due_through=through,
            settled=tuple(beside.settled.get(number, ())),
            interest_charged=Money(history.interest, document.currency),
            communication=_communication(document),
            supply=_supply(document),
            sent=history.sent,
            hold=beside.holds.get(number),
            possible_payment=beside.possible.get(number),
        )


def _due(document: Invoice | FormerInvoice) -> list[tuple[date, Money]]:
    if isinstance(document, FormerInvoice):
        return [(document.due_on, document.open)]
    return [(part.due_on, part.amount) for part in document.due_amounts] or [(document.due_on, document.due_amount)]


def _communication(document: Invoice | FormerInvoice) -> str:
    return document.communication if isinstance(document, Invoice) else document.structured_communication or ""


def _supply(document: Invoice | FormerInvoice) -> str:
    """What an invoice bills, by the names of its first products."""
    if isinstance(document, FormerInvoice):
        return ""
    names = list(dict.fromkeys(line.description for line in document.lines))
    return ", ".join(names[:_SUPPLIES]) + (" …" if len(names) > _SUPPLIES else "")


def _credits(desk: Desk, connection: Reading, on: date) -> dict[str, Money]:
    """By customer, what is left of its payments, in the currency of the books."""
    result: dict[str, Money] = {}
    for name, some in open_rests.surpluses(connection, on).items():
        for amount in (amount for _, _, amount in some if amount.currency == desk.rulebook.currency):
            owner = surviving(connection, name)
            result[owner] = result.get(owner, Money(0, amount.currency)) + amount
    return result


def _possible_payments(connection: Reading) -> dict[str, str]:
    """By document, a payment that may settle it: one that is proposed, in another currency, or perhaps reported by another source too."""
    result: dict[str, str] = {}
    for stored in payments.each(connection, state="proposed"):
        result |= dict.fromkeys(stored.documents, stored.payment.id)
    held = list(payments.each(connection, state="held"))
    for stored in (one for one in held if one.because == "other-currency"):
        result |= dict.fromkeys(stored.documents, stored.payment.id)
    doubles = [one for one in held if one.because == "possible-duplicate"]
    items = open_items(connection) if doubles else None
    for stored in doubles:
        if items is not None:
            result |= dict.fromkeys(match(stored.payment, items).documents, stored.payment.id)
    return result
