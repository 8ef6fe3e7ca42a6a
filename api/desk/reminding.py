"""Reminders at the desk: what a run would remind of and what it holds, and the run, which makes each reminder once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from api.desk.charging import charges_for, post_charges
from api.desk.desk import Desk
from api.desk.reminder_claims import owed_on
from api.desk.reminder_letters import letter_of
from api.desk.report_parameters import check_reach
from api.refusals import Conflict
from api.store import delivery_log, issued_documents, ledger, outbox, reminders
from api.store.delivery_log import LogEntry
from api.store.payments import Recorded
from api.store.reminders import DOCUMENTS, ReachedLevel, StoredReminder, document_json
from api.store.sql import Reading, Writing
from engine.documents.overdue import HeldReminder, ProposedReminder
from engine.problems import Kind, refuse
from engine.stages.reminding.proposals import propose

NO_REMINDERS: Final = Kind(
    "no-reminder-rules",
    "the rulebook has no plans/reminders.yaml, by which customers would be reminded",
    "write it (docs/how-to/remind-customers.md), and publish the rulebook",
)
REMINDED_LATER: Final = Kind("reminded-later", "{on} is still to come: today is {today}", "remind today; `reminder preview` looks ahead")
_CHANNEL: Final = "email"
_CUSTOMERS_AT_ONCE: Final = 200
"""So many are reminded in one transaction, for which all that is left of payments is read once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A reminder that a run would make: the claims of a customer that reach one level of one procedure."""

    customer: str
    proposed: tuple[ProposedReminder, ...]

    @property
    def first(self) -> ProposedReminder:
        """The one that tells the level, the procedure and the channel of all."""
        return self.proposed[0]

    @property
    def pay_until(self) -> date:
        """The last day to pay."""
        return self.first.pay_until


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposals:
    """What a run of a day would do: the reminders that it would make, and what it holds."""

    on: date
    letters: tuple[Letter, ...]
    held: tuple[HeldReminder, ...]


def preview(desk: Desk, on: date | None = None, customer: str | None = None) -> Proposals:
    """What a run of a day (today) would do, for all customers or one. Stores nothing."""
    day = on or desk.today
    desk.check_names(customer=customer)
    _check_rules(desk)
    check_reach(day, desk.today, "/on")
    with desk.store.reading() as connection:
        return _proposals(desk, connection, day, None if customer is None else [customer])


def run(desk: Desk, on: date | None = None, customer: str | None = None) -> tuple[StoredReminder, ...]:
    """Makes the reminders of a day (today). Run again, or twice at once, it makes none twice: a level of a claim is reached once."""
    day = on or desk.today
    if day > desk.today:
        raise Conflict((REMINDED_LATER.at(None, "/on", on=day, today=desk.today),), "not due", ("preview",))
    made: list[StoredReminder] = []
    names = list(dict.fromkeys(letter.customer for letter in preview(desk, day, customer).letters))
    for at in range(0, len(names), _CUSTOMERS_AT_ONCE):
        with desk.writing() as connection:
            made += _remind(desk, connection, day, names[at : at + _CUSTOMERS_AT_ONCE])
    return tuple(made)


def _check_rules(desk: Desk) -> None:
    if not desk.rulebook.reminders.procedures:
        raise refuse(NO_REMINDERS)


def _proposals(desk: Desk, connection: Reading, on: date, customers: Iterable[str] | None) -> Proposals:
    letters: list[Letter] = []
    held: list[HeldReminder] = []
    for owed in owed_on(desk, connection, on, customers):
        groups: dict[tuple[str, int, str], list[ProposedReminder]] = {}
        for one in propose(owed.debtor, owed.claims, desk.rulebook, on=on):
            if isinstance(one, HeldReminder):
                held.append(one)
            else:
                groups.setdefault((one.procedure, one.level, one.channel), []).append(one)
        letters += (Letter(customer=owed.debtor.customer, proposed=tuple(some)) for _, some in sorted(groups.items()))
    return Proposals(on=on, letters=tuple(letters), held=tuple(held))


def _remind(desk: Desk, connection: Writing, on: date, customers: Iterable[str]) -> Iterator[StoredReminder]:
    """The reminders of some customers, made in one transaction; nobody changes payments, or makes others, meanwhile."""
    issued_documents.reserve_place(connection, "payment", "payment", None)
    place = issued_documents.reserve_place(connection, "reminder", "reminder", None)
    letters = _proposals(desk, connection, on, customers).letters
    for at, letter in enumerate(letters):
        yield _store(desk, connection, on, letter, f"R{place.sequence + at:06d}")
    if letters:
        issued_documents.advance_counter(connection, replace(place, sequence=place.sequence + len(letters) - 1))


def _store(desk: Desk, connection: Writing, on: date, letter: Letter, name: str) -> StoredReminder:
    recorded = Recorded(on=desk.today, at=desk.now(), author=desk.author)
    value = letter_of(desk, connection, on, letter.proposed, letter.customer, name)
    charges = charges_for(letter.proposed, name, ledger.first_open(connection, on))
    stored = StoredReminder(
        id=name,
        customer=letter.customer,
        reminded_on=on,
        procedure=letter.first.procedure,
        level=letter.first.level,
        channel=letter.first.channel,
        language=value.customer.language,
        pay_until=letter.pay_until,
        open=value.open,
        costs=value.costs,
        rulebook=desk.rulebook.fingerprint,
        document=document_json(value.model_dump(mode="json", exclude={"customer", "seller"})),
        recorded_at=recorded.at,
        author=recorded.author,
    )
    levels = [
        ReachedLevel(document=one.claim.document, due_on=one.claim.due_on, level=one.level, interest=one.interest)
        for one in letter.proposed
    ]
    reminders.append(connection, stored, levels, charges)
    post_charges(desk, connection, charges, recorded)
    if letter.first.channel == _CHANNEL:
        document = f"{DOCUMENTS}{name}"
        delivery = outbox.queue(connection, document, _CHANNEL, at=recorded.at, installation=desk.installation, is_another=False)
        entry = LogEntry(document=document, channel=_CHANNEL, delivery=delivery, event="requested")
        delivery_log.append(connection, [entry], at=recorded.at, author=recorded.author)
    return stored
