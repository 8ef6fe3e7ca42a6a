"""Payments at the desk: bank files imported and matched, payments matched by hand and released again, and listed."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Final, get_args

from api.desk.desk import Desk
from api.desk.open_documents import open_document, open_items
from api.desk.payment_events import announce_paid, announce_received
from api.desk.payment_lists import EnteredPayment
from api.desk.payment_posting import Settling, post_payments
from api.importing.bank.bank_file import BankFile, read_bank_file
from api.importing.bank.bank_problems import LARGEST, MISSING_STATEMENT
from api.refusals import Conflict, Positioned, not_possible, unknown
from api.store import payments, settlements
from api.store.issued_documents import Place, advance_counter, reserve_place
from api.store.payments import PAID_OUT, Recorded, StoredPayment
from api.store.sql import Reading, Writing
from engine.countries.payment_references import references_in
from engine.documents.bank_statement import BankMovement, BankStatement
from engine.documents.payment_match import Allocation, MatchState, Payment, PaymentMatch, Settlement
from engine.problems import Kind, Problem, Span, refuse
from engine.stages.settling.allocation import allocate
from engine.stages.settling.matching import TOLERANCE, match
from engine.stages.settling.open_items import OpenItems

STATES: Final = (*get_args(MatchState), PAID_OUT)
KNOWN_OTHERWISE: Final = Kind(
    "statement-known-otherwise",
    "the statement {name} of {iban} was imported before, with other contents",
    "ask the bank which of the two is right; what was imported stays",
)


BY_HAND: Final = "hand"
BY_TOOL: Final = "tool"
PAYMENT_LATER: Final = Kind("payment-later", "a payment of {day} is not received yet: today is {today}", "write a day of today or before")
ENTERED_OTHERWISE: Final = Kind(
    "payment-entered-otherwise",
    "the payment `{name}` was entered before, with other contents, as {payment}",
    "give another payment an id of its own",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What came of an import: how many statements and payments are new, and how many payments are in each state."""

    statements: int
    known_statements: int
    payments: int
    states: dict[str, int]


def import_files(desk: Desk, paths: Sequence[Path], *, encoding: str, accounts: Collection[str] = ()) -> Imported:
    """Takes bank files, as `import_contents` does."""
    return import_contents(desk, [(str(path), _content(path)) for path in paths], encoding=encoding, accounts=accounts)


def import_contents(desk: Desk, given: Sequence[tuple[str, bytes]], *, encoding: str, accounts: Collection[str] = ()) -> Imported:
    """Takes bank files by name, all or none, and matches their payments. A statement that is known changes nothing.

    Only statements of the seller's account are taken, and of the given ones.
    """
    ours = [desk.rulebook.company.seller.iban.replace(" ", ""), *accounts]
    files = [read_bank_file(name, content, encoding=encoding, accounts=ours) for name, content in given]
    texts = {file.path: file.text for file in files}
    if any(file.stops for file in files):
        raise Positioned(tuple(problem for file in files for problem in file.problems), texts)
    with desk.writing() as connection:
        taking = _Taking(desk, connection)
        for file in files:
            problems = taking.take(file)
            if problems:
                raise Positioned(problems, texts)
        taking.end()
    return taking.imported


def enter(desk: Desk, given: EnteredPayment, source: str = BY_HAND) -> str:
    """Enters a payment by hand, or one that the accounting tool reports, and matches it; gives its id. A known id changes nothing."""
    if given.on > desk.today:
        raise refuse(PAYMENT_LATER, None, "/on", day=given.on, today=desk.today)
    with desk.writing() as connection:
        taking = _Taking(desk, connection)
        known = payments.with_source(connection, source, given.id)
        if known is None:
            return taking.enter(given, source)
        as_before = _entered(known.payment.id, given)
        if known.likeness != _likeness(as_before, known.own_iban, as_before.iban):
            raise Conflict((ENTERED_OTHERWISE.at(None, None, name=given.id, payment=known.payment.id),), known.state, ())
        return known.payment.id


def match_by_hand(desk: Desk, name: str, documents: Sequence[str]) -> StoredPayment:
    """Settles documents with what is left of a payment, oldest due date first; refuses a payment of which nothing is left."""
    with desk.writing() as connection:
        _lock(connection)
        stored = _find(connection, name)
        left = stored.unallocated
        if stored.state == PAID_OUT or left.minor <= 0:
            raise not_possible("payment", name, stored.state, "match", ())
        items = open_items(connection)
        chosen = [open_document(items, number, left) for number in dict.fromkeys(documents)]
        allocations, rest = allocate(replace(stored.payment, amount=left), chosen, TOLERANCE)
        payments.append_allocations(connection, allocations, _recorded(desk))
        linked = tuple(dict.fromkeys([*(stored.documents if stored.state == "matched" else ()), *(each.number for each in chosen)]))
        payments.set_outcome(connection, PaymentMatch(payment=name, state="matched", unallocated=rest, documents=linked))
        announce_paid(desk, connection, allocations)
        return _posted(desk, connection, name)


def release(desk: Desk, name: str) -> StoredPayment:
    """Takes back all that a payment settles, or a write-off: its documents are open again, and it is unmatched."""
    with desk.writing() as connection:
        _lock(connection)
        stored = _find(connection, name)
        if stored.state != "matched":
            raise not_possible("payment", name, stored.state, "release", ("match",))
        parts = payments.allocations_of(connection, stored)
        payments.append_allocations(connection, [replace(part, amount=-part.amount) for part in reversed(parts)], _recorded(desk))
        left = stored.payment.amount
        undone = PaymentMatch(payment=name, state="unmatched", unallocated=left)
        if not left:  # it only wrote an invoice off, and nothing came in
            undone = replace(undone, state="held", because="taken-back")
        payments.set_outcome(connection, undone)
        return _posted(desk, connection, name)


def find_payment(desk: Desk, name: str) -> tuple[StoredPayment, tuple[Allocation, ...]]:
    """A payment and what it settles; refuses an unknown one."""
    with desk.store.reading() as connection:
        stored = _find(connection, name)
        return stored, payments.allocations_of(connection, stored)


def find_settlement(desk: Desk, number: str) -> Settlement | None:
    """What was paid and credited of an invoice, and what is left; None for a credit note."""
    with desk.store.reading() as connection:
        return settlements.of_documents(connection, [number]).get(number)


def each_payment(desk: Desk, *, state: str | None = None, document: str | None = None, after: str | None = None) -> Iterator[StoredPayment]:
    """Payments in the order of their ids."""
    with desk.store.reading() as connection:
        yield from payments.each(connection, state=state, document=document, after=after)


class _Taking:
    """Takes statements one after the other, each after those before it."""

    def __init__(self, desk: Desk, connection: Writing) -> None:
        self._desk, self._connection, self._recorded = desk, connection, _recorded(desk)
        self._place = _lock(connection)
        self._number = self._place.sequence - 1
        self._items: OpenItems | None = None
        self._booked: list[Settling] = []
        self.imported = Imported(statements=0, known_statements=0, payments=0, states={})

    def take(self, file: BankFile) -> tuple[Problem, ...]:
        """The statements of a file; the problems where one cannot be taken."""
        problems: list[Problem] = []
        for statement in file.statements:
            known = payments.statement(self._connection, statement)
            if known is not None:
                if _without_marks(known) != _without_marks(statement):
                    problems.append(KNOWN_OTHERWISE.at(Span(file.path, 1, 1, 1, 1), name=statement.name, iban=statement.iban))
                self.imported = replace(self.imported, known_statements=self.imported.known_statements + 1)
                continue
            last = payments.last_statement(self._connection, statement)
            if last is not None and last[1] != statement.old_balance:
                words = {"name": statement.name, "old": statement.old_balance, "before": last[0], "new": last[1]}
                problems.append(MISSING_STATEMENT.at(Span(file.path, 1, 1, 1, 1), None, **words))
                continue
            self._take(statement)
        return tuple(problems)

    def enter(self, given: EnteredPayment, source: str) -> str:
        """A payment that is entered; one that another source reported alike is the same payment.

        Where files of the bank report what comes in, they count, and another payment of the tool is held.
        """
        own_iban = self._desk.rulebook.company.seller.iban.replace(" ", "")
        payment = _entered(self._next_name(), given)
        likeness = _likeness(payment, own_iban, payment.iban)
        alike = payments.without_source(self._connection, source, [likeness]).get(likeness)
        if alike:
            payments.append_evidence(self._connection, source, given.id, alike[0], self._recorded)
            return alike[0]
        is_counted = source == BY_HAND or not payments.has_statements(self._connection, own_iban)
        self._book(payment, (own_iban, likeness), (source, given.id), is_counted=is_counted)
        self.end()
        return payment.id

    def end(self) -> None:
        """Posts and announces the payments, and stores the number of the last one."""
        post_payments(self._desk, self._connection, self._booked, self._recorded)
        announce_received(self._desk, self._connection, (each.stored for each in self._booked))
        announce_paid(self._desk, self._connection, [part for each in self._booked for part in each.allocations])
        if self._number >= self._place.sequence:
            advance_counter(self._connection, replace(self._place, sequence=self._number))

    def _take(self, statement: BankStatement) -> None:
        """A new statement with its payments: what another form reported already is one payment with two sources."""
        owner = payments.owner(self._connection, statement)
        payments.append_statement(self._connection, statement, self._recorded)
        source, movements = statement.format, statement.payments
        given = [_payment("", each) for each in movements]
        likenesses = [_likeness(one, statement.iban, each.counterparty.iban) for one, each in zip(given, movements, strict=True)]
        alike = payments.without_source(self._connection, source, set(likenesses))
        states = dict(self.imported.states)
        for movement, payment, likeness in zip(movements, given, likenesses, strict=True):
            source_id = _source_id(statement, movement)
            if alike.get(likeness):
                payments.append_evidence(self._connection, source, source_id, alike[likeness].pop(0), self._recorded)
                states["known"] = states.get("known", 0) + 1
                continue
            named = replace(payment, id=self._next_name())
            state = self._book(named, (statement.iban, likeness), (source, source_id), is_counted=owner in (None, source))
            states[state] = states.get(state, 0) + 1
        counted = {"statements": self.imported.statements + 1, "payments": self.imported.payments + len(movements)}
        self.imported = replace(self.imported, states=states, **counted)

    def _next_name(self) -> str:
        return f"P{self._number + 1:06d}"

    def _book(self, payment: Payment, alike: tuple[str, str], source: tuple[str, str], *, is_counted: bool) -> str:
        """Matches and stores a new payment of one of our accounts, with its likeness; gives its state."""
        self._number += 1
        if self._items is None:
            self._items = open_items(self._connection)
        if is_counted:
            matched = match(payment, self._items)
        else:
            matched = PaymentMatch(payment=payment.id, state="held", unallocated=payment.amount, because="possible-duplicate")
        self._items.settle(matched.allocations)
        state = PAID_OUT if payment.amount.minor < 0 and matched.state == "unmatched" else matched.state
        stored = StoredPayment(
            payment=payment,
            own_iban=alike[0],
            likeness=alike[1],
            state=state,
            rule=matched.rule,
            because=matched.because,
            documents=matched.documents,
            unallocated=matched.unallocated,
            recorded_on=self._recorded.on,
        )
        payments.append(self._connection, stored, *source, self._recorded)
        payments.append_allocations(self._connection, matched.allocations, self._recorded)
        self._booked.append(Settling(stored, matched.allocations))
        return state


def _payment(name: str, movement: BankMovement) -> Payment:
    party = movement.counterparty
    return Payment(
        id=name,
        amount=movement.amount,
        entry_date=movement.entry_date,
        value_date=movement.value_date,
        reference=movement.reference,
        text=" ".join(movement.text.split()),
        name=party.name,
        iban=party.iban or party.account,
        is_reversal=movement.is_reversal or movement.returned is not None,
    )


def _source_id(statement: BankStatement, movement: BankMovement) -> str:
    return f"{statement.iban} {statement.currency} {statement.name} {movement.number} {movement.detail}"


def _entered(name: str, given: EnteredPayment) -> Payment:
    references, text = references_in(given.reference), " ".join(given.reference.split())
    return Payment(
        id=name,
        amount=given.amount,
        entry_date=given.on,
        reference=references[0] if len(references) == 1 else None,
        text=text,
        name=given.name.strip(),
        iban="".join((given.iban or "").upper().split()) or None,
    )


def _likeness(payment: Payment, own_iban: str, payer: str | None) -> str:
    """Equal for one payment, whatever reports it; two equal ones of a day are told apart by their order."""
    words = "".join((payment.reference or payment.text).upper().split())[:140]
    return f"{own_iban} {payment.amount.currency.code} {payment.entry_date} {payment.amount.minor} {payer or ''} {words}"


def _without_marks(statement: BankStatement) -> BankStatement:
    return statement.replace(is_duplicate=False, created_on=date.min)


def _lock(connection: Writing) -> Place:
    """The next number of a payment. Whoever changes what is paid waits for whoever does so already."""
    return reserve_place(connection, "payment", "payment", None)


def _posted(desk: Desk, connection: Writing, name: str) -> StoredPayment:
    """A payment as it is now, whose change is posted."""
    stored = _find(connection, name)
    post_payments(desk, connection, [Settling(stored, payments.allocations_of(connection, stored))], _recorded(desk))
    return stored


def _recorded(desk: Desk) -> Recorded:
    return Recorded(on=desk.today, at=desk.now(), author=desk.author)


def _find(connection: Reading, name: str) -> StoredPayment:
    stored = payments.find(connection, name)
    if stored is None:
        raise unknown("payment", name)
    return stored


def _content(path: Path) -> bytes:
    with path.open("rb") as opened:
        return opened.read(LARGEST + 1)
