"""The port of an accounting tool: what it is given, what it answers, and how it refuses, whichever tool it is."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Final, Generic, Literal, Protocol, TypeVar

from api.delivery.outcome import printable
from engine.documents.invoice import Treatment
from engine.documents.party import Customer
from engine.money import Money, Percent
from engine.phrases import Phrase

Result = TypeVar("Result")
RecordState = Literal["draft", "posted", "paid", "cancelled"]


class ConnectorFault(Exception):
    """The tool cannot take or answer it now; perhaps it has taken it. Tried again later, from the question whether it is there."""

    def __init__(self, text: str, retry_after: float | None = None) -> None:
        super().__init__(printable(text))
        self.retry_after = retry_after


class BookingRefused(Exception):
    """The tool refuses a document or an entry until somebody mends something: the cause and the way on."""

    def __init__(self, because: Phrase, answer: str = "") -> None:
        super().__init__(answer)
        self.because = because


@dataclass(frozen=True, slots=True, kw_only=True)
class Tax:
    """Which VAT falls on a line: the tool has a name for each."""

    treatment: Treatment
    rate: Percent
    goods: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryLine:
    """One leg of a journal entry; one of its two amounts is zero."""

    account: str
    """The number of the account in our ledger."""
    debit: Money
    credit: Money
    customer: Customer | None = None
    document: str | None = None
    """The invoice that it settles, or opens again."""
    due_on: date | None = None
    vat_code: str | None = None
    base: Money | None = None
    """On VAT: on what it was computed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BookedLine:
    """A line as accounting wants it: its net, never a quantity; below zero where it takes something off its invoice."""

    text: str
    net: Money
    account: str
    """The number of the account in our ledger."""
    tax: Tax
    corrects_line: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """An invoice or a credit note to be booked. All amounts are positive where it is what its kind says."""

    number: str
    is_credit: bool
    customer: Customer
    customers_account: str
    issued_on: date
    dues: tuple[tuple[date, Money], ...]
    """What is to be paid by which day, of an invoice in several parts."""
    lines: tuple[BookedLine, ...]
    vat: Mapping[Percent, Money]
    """The VAT by rate, as it stands on the document."""
    net: Money
    gross: Money
    postings: tuple[EntryLine, ...] = ()
    """The entry of the document in our journal."""
    corrects: str | None = None
    communication: str | None = None
    files: tuple[tuple[str, bytes], ...] = ()
    """Its PDF and its XML by name."""

    @property
    def sign(self) -> int:
        """−1 for a credit note, which lowers what customers owe."""
        return -1 if self.is_credit else 1

    @property
    def total_vat(self) -> Money:
        """The VAT of all rates."""
        return self.gross - self.net


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A document as a tool has it. What lowers the customers' debt is below zero."""

    id: str
    document: str
    """Our number, as it stands in the tool now."""
    number: str | None
    """The tool's own number."""
    state: RecordState
    issued_on: date | None
    net: Money
    vat: Money
    gross: Money
    to_pay: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A journal entry that is not of a document: of a payment, a write-off, deferred income, or of a kind that comes later."""

    name: str
    """Its kind and what caused it: of all entries only this one has it."""
    posted_on: date
    text: str
    lines: tuple[EntryLine, ...]
    amount: Money
    """What it debits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryRecord:
    """A journal entry of ours as a tool has it, once it is posted there."""

    id: str
    entry: str
    """Our name of it."""
    number: str | None
    posted_on: date | None
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolPayment:
    """A payment that was entered in the tool, for one of its documents; below zero where money went out."""

    id: str
    record: str
    paid_on: date
    amount: Money
    text: str
    account: str | None = None
    """The tool's account of the money, where it is known."""
    loose_as: str | None = None
    """The id that its money has as long as it is not matched: where that is entered already, so is this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """What a tool has of a period: debit less credit by the tool's account, and the sums of VAT returns by grid."""

    accounts: Mapping[str, Money]
    grids: Mapping[str, Money] | None = None
    """None of a tool that has no returns."""


ALWAYS: Final = partial(bool, True)
"""Without a lease."""
BookResult = Record | BookingRefused | ConnectorFault
"""What became of a booking: the record, or why there is none (yet)."""
EntryResult = EntryRecord | BookingRefused | ConnectorFault
"""What became of an entry."""


class Connector(Protocol):
    """What an accounting tool does for us. What is asked twice is done once: each document has one record, by its number."""

    name: str
    """The name of its mapping in the rulebook."""

    def check(self, until: date) -> Sequence[Phrase]:
        """What is missing there or in the mapping, for documents up to a day; nothing where all can be booked."""

    def customer(self, customer: Customer) -> str:
        """The id of a customer, who is entered where it is unknown."""

    def find(self, numbers: Sequence[str]) -> Sequence[Record]:
        """The records of some documents: none, one, or several of each."""

    def book(self, bookings: Sequence[Booking], may_go_on: Callable[[], bool] = ALWAYS) -> Sequence[BookResult]:
        """Books documents of one month in their order, and ends at the first that fails; gives what became of each up to it.

        `may_go_on` is asked before anything is created or posted: whether the lease under which that is done still lasts.
        """

    def entry(self, entries: Sequence[Entry], may_go_on: Callable[[], bool] = ALWAYS) -> Sequence[EntryResult]:
        """Enters and posts journal entries, each for itself; gives what became of each. A line that settles a document settles it there."""

    def entries(self, start: date, end: date) -> Sequence[EntryRecord]:
        """All entries of ours of a day to a day that are posted there."""

    def payments(self, records: Sequence[str]) -> Sequence[ToolPayment]:
        """All payments of some records that were entered there: none that `entry` entered."""

    def changed(self, since: str | None) -> tuple[Sequence[Record], str]:
        """The records that are not paid yet and those that changed since a cursor, and the next cursor."""

    def records(self, start: date, end: date) -> Sequence[Record]:
        """All records of a day to a day that are booked, also those that we know nothing of."""

    def sums(self, start: date, end: date) -> Sums:
        """What it has from a day to a day."""


def attempt(work: Callable[[], Result]) -> Result | BookingRefused | ConnectorFault:
    """What some work gives, or why it failed."""
    try:
        return work()
    except (BookingRefused, ConnectorFault) as failure:
        return failure


def going_on(may_go_on: Callable[[], bool]) -> None:
    """Raises a fault where the lease does not last for another change."""
    if not may_go_on():
        raise ConnectorFault("the lease ends")


@dataclass
class ReadOnce(Generic[Result]):
    """What is read of an installation once, such as ids, by whichever thread asks first; and anew after it was checked."""

    read: Callable[[], Result]
    _known: list[Result] = field(default_factory=list, init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False)

    def value(self) -> Result:
        """What was read."""
        with self._lock:
            if not self._known:
                self._known.append(self.read())
            return self._known[0]

    def missing(self, check: Callable[[Result], Iterable[Phrase]]) -> tuple[Phrase, ...]:
        """What a check of it says, read anew; why it cannot be read."""
        with self._lock:
            self._known.clear()
        try:
            return tuple(check(self.value()))
        except BookingRefused as refusal:
            return (refusal.because,)
