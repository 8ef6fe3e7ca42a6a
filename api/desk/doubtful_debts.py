"""Doubtful debts at the desk: noted of an invoice, ended, and reported with what is written down of each."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, Field

from api.desk.desk import Desk
from api.desk.doubtful_posting import debts_of, post_doubtful
from api.desk.open_documents import NOT_OPEN
from api.desk.report_parameters import FIRST_PAGE, Filling, Page
from api.desk.stored_payments import lock, recorded_now
from api.output.sheets import Cell, Sheet
from api.refusals import Conflict, not_possible, unknown
from api.store import doubtful_documents, issued_documents, settlements
from api.store.sql import Reading
from engine.dates import GivenDay
from engine.documents.document import Document
from engine.documents.doubtful_debt import Doubt, DoubtfulDebt
from engine.model_errors import field_error
from engine.money import Money, Percent
from engine.phrases import phrase
from engine.problems import Kind, refuse

DOUBT_LATER: Final = Kind("doubt-later", "{day} is still to come: today is {today}", "write a day of today or before")
DOUBT_EARLY: Final = Kind(
    "doubt-early", "{document} was issued on {issued}, and {day} is before that", "write a day on which it was issued already"
)
COLUMNS: Final = ("document", "customer", "since", "open", "allowance", "written_down", "because")
_ALL: Final = Percent.parse("100")


def _part(allowance: Percent) -> Percent:
    """A part of an amount, in percent."""
    if not 0 <= allowance.fraction <= 1:
        raise field_error("allowance", "between 0 and 100 percent is written down", remedy=phrase("write a percentage such as 50"))
    return allowance


class GivenDoubt(Document):
    """That payment of an invoice is doubtful."""

    allowance: Annotated[Percent, AfterValidator(_part)] = _ALL
    """The part of what is open, without VAT, that is written down."""
    on: GivenDay | None = None
    """Since when; absent: today."""
    because: str = Field(default="", max_length=500)
    ended: bool = False
    """Whether it is doubtful no more: what was posted is undone."""


class DoubtAnswer(BaseModel):
    """An invoice of which payment is doubtful, or is so no more."""

    document: str
    customer: str
    since: date | None
    """Absent where it is doubtful no more."""
    open: str
    allowance: str
    written_down: str
    because: str | None


def doubt(desk: Desk, number: str, given: GivenDoubt) -> dict[str, str | None]:
    """Says that payment of an invoice is doubtful, with how much of it is written down, or is so no more; and posts that."""
    with desk.writing() as connection:
        lock(connection)
        settled = settlements.of_documents(connection, [number]).get(number)
        if settled is None:
            raise unknown("invoice", number)
        known = doubtful_documents.find(connection, [number]).get(number)
        if given.ended and known is None:
            raise not_possible("invoice", number, settled.state, "end", ("doubtful",))
        if not given.ended and settled.rest.minor <= 0:
            raise Conflict((NOT_OPEN.at(None, None, document=number),), settled.state, ())
        on = given.on or (known.since if known is not None and not given.ended else desk.today)
        _check_day(desk, connection, number, on)
        noted = Doubt(document=number, since=on, allowance=given.allowance, because=" ".join(given.because.split()))
        if given.ended or noted != known:
            recorded = recorded_now(desk)
            doubtful_documents.append(connection, noted, recorded, has_ended=given.ended)
            post_doubtful(desk, connection, recorded, ended=[number] if given.ended else (), true_day=desk.today if known else on)
        return _tree(desk, connection, number)


def doubtful(desk: Desk, *, page: Page = FIRST_PAGE) -> Sheet:
    """Show the invoices of which payment is doubtful, with what is open and written down of each. Totals are of all pages."""
    filling = Filling[tuple[Cell, ...]](page)
    with desk.store.reading() as connection:
        doubts = doubtful_documents.find(connection)
        debts = list(debts_of(connection, desk.rulebook.accounts, doubts))
    filling.add_all((one.document, [_row(doubts[one.document], one)]) for one in debts)
    nothing = Money(0, desk.rulebook.currency)
    totals = {"open": sum((one.rest for one in debts), nothing), "written_down": sum((one.written_down for one in debts), nothing)}
    return Sheet(name="doubtful", columns=COLUMNS, rows=tuple(filling.rows), totals=totals, next=filling.next)


def _row(doubt_: Doubt, debt: DoubtfulDebt) -> tuple[Cell, ...]:
    about = (debt.document, debt.customer, doubt_.since)
    return (*about, debt.rest, f"{doubt_.allowance}%", debt.written_down, doubt_.because or None)


def _tree(desk: Desk, connection: Reading, number: str) -> dict[str, str | None]:
    doubts = doubtful_documents.find(connection, [number])
    (debt,) = debts_of(connection, desk.rulebook.accounts, doubts, [number])
    one = doubts.get(number)
    return {
        "document": number,
        "customer": debt.customer,
        "since": None if one is None else str(one.since),
        "open": str(settlements.of_documents(connection, [number])[number].rest),
        "allowance": f"{debt.allowance}%",
        "written_down": str(debt.written_down),
        "because": (one.because or None) if one is not None else None,
    }


def _check_day(desk: Desk, connection: Reading, number: str, on: date) -> None:
    if on > desk.today:
        raise refuse(DOUBT_LATER, None, "/on", day=on, today=desk.today)
    issued = issued_documents.dates_of(connection, [number])[number]
    if on < issued:
        raise refuse(DOUBT_EARLY, None, "/on", document=number, issued=issued, day=on)
