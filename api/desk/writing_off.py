"""Invoices written off: what is left of one is given up for a reason, and for some reasons its VAT is not owed any more."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Final

from pydantic import Field

from api.desk.desk import Desk
from api.desk.doubtful_posting import posted_vat, share_of_vat
from api.desk.open_documents import NOT_OPEN
from api.desk.payment_events import announce_paid
from api.desk.payment_posting import Settling, post_payments
from api.refusals import Conflict, unknown
from api.store import issued_documents, payments, settlements
from api.store.payments import Recorded, StoredPayment
from api.store.sql import Writing
from engine.dates import GivenDay
from engine.documents.document import Document
from engine.documents.payment_match import Allocation, Payment, Settlement, WriteOffReason
from engine.money import Money
from engine.problems import Kind, refuse

WITH_VAT: Final[tuple[WriteOffReason, ...]] = ("bankruptcy", "lost-for-certain")
"""The reasons for which the state gives back VAT of what was not paid (Belgian VAT code, art. 77)."""
WRITE_OFF_LATER: Final = Kind("write-off-later", "{day} is still to come: today is {today}", "write a day of today or before")
WRITE_OFF_EARLY: Final = Kind(
    "write-off-early", "{document} was issued on {issued}, and {day} is before that", "write a day on which it was issued already"
)
_SOURCE: Final = "write-off"


class GivenWriteOff(Document):
    """An invoice of which nothing more is expected."""

    document: Annotated[str, Field(min_length=1, max_length=200)]
    reason: WriteOffReason
    on: GivenDay | None = None
    """The day of the judgement, or on which the loss is certain; absent: today."""
    note: str = Field(default="", max_length=1_000)


def write_off(desk: Desk, given: GivenWriteOff) -> str:
    """Gives up what is left of an invoice; gives the id under which that is stored among the payments, and can be taken back."""
    on, number = given.on or desk.today, given.document
    if on > desk.today:
        raise refuse(WRITE_OFF_LATER, None, "/on", day=on, today=desk.today)
    recorded = Recorded(on=desk.today, at=desk.now(), author=desk.author)
    with desk.writing() as connection:
        place = issued_documents.reserve_place(connection, "payment", "payment", None)
        settled = settlements.of_documents(connection, [number]).get(number)
        if settled is None:
            raise unknown("invoice", number)
        if settled.rest.minor <= 0:
            raise Conflict((NOT_OPEN.at(None, "/document", document=number),), settled.state, ())
        (invoice,) = issued_documents.find_invoices(connection, numbers=[number])
        if on < invoice.issued_on:
            raise refuse(WRITE_OFF_EARLY, None, "/on", document=number, issued=invoice.issued_on, day=on)
        name = f"P{place.sequence:06d}"
        parts = _parts(name, number, settled, _vat(desk, connection, given))
        stored = _stored(desk, given, name, on, settled.rest)
        payments.append(connection, stored, _SOURCE, name, recorded)
        payments.append_allocations(connection, parts, recorded)
        post_payments(desk, connection, [Settling(stored, parts)], recorded)
        announce_paid(desk, connection, parts, "write-off")
        issued_documents.advance_counter(connection, place)
    return name


def _vat(desk: Desk, connection: Writing, given: GivenWriteOff) -> Money | None:
    """The VAT of the invoice that is given back for this reason, as it was posted; not that of other member states."""
    return posted_vat(connection, given.document, desk.rulebook.accounts) if given.reason in WITH_VAT else None


def _parts(name: str, number: str, settled: Settlement, vat: Money | None) -> tuple[Allocation, ...]:
    """What is given up of the net amount and of VAT: rest x VAT / gross, rounded half up."""
    rest, of_vat = settled.rest, share_of_vat(settled, vat, settled.rest)
    parts = (
        Allocation(payment=name, document=number, amount=rest - of_vat, kind="write-off"),
        Allocation(payment=name, document=number, amount=of_vat, kind="write-off-vat"),
    )
    return tuple(part for part in parts if part.amount)


def _stored(desk: Desk, given: GivenWriteOff, name: str, on: date, rest: Money) -> StoredPayment:
    nothing = Money(0, rest.currency)
    return StoredPayment(
        payment=Payment(id=name, amount=nothing, entry_date=on, text=" ".join(given.note.split())),
        own_iban=desk.rulebook.company.seller.iban.replace(" ", ""),
        likeness=f"{_SOURCE} {name}",
        state="matched",
        rule=None,
        because=given.reason,
        documents=(given.document,),
        unallocated=nothing,
        recorded_on=desk.today,
    )
