"""Sends invoices and credit notes over Peppol: asks the directory, gives each to the access point once, and reads what became of it."""

from __future__ import annotations

import hashlib
import math
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Final, Literal

from api.delivery.access_point import AccessPoint, AccessPointFault, DocumentRefused, Envelope, Status, endpoint_in, identifiers_of
from api.delivery.outcome import Job, Outcome, OutcomeState
from api.delivery.sent_documents import SentDocument, documents_of
from api.desk.desk import Desk
from api.store import delivery_log, outbox
from api.store.delivery_log import LogEntry
from api.store.outbox import ClaimedMessage, MessageState
from api.store.sql import Writing
from engine.phrases import Phrase, phrase
from engine.writing.e_invoices.addresses import peppol_address
from engine.writing.e_invoices.syntaxes import syntax_in

_STATUS_SECONDS: Final = 60.0
FIRST_CHECK: Final = timedelta(minutes=30)
LATER_CHECK: Final = timedelta(hours=6)
"""After how long an accepted document without a status is asked for; statuses come by themselves before."""


@dataclass
class PeppolSender:
    """Sends by one access point."""

    desk: Desk
    access_point: AccessPoint
    channel: str = "peppol"
    states: tuple[MessageState, ...] = ("queued", "accepted")
    most: int = 64
    is_logged: bool = True
    statuses: dict[str, OutcomeState] = field(default_factory=dict, init=False)
    _reachable: dict[tuple[str, str], bool] = field(default_factory=dict, init=False)
    """What the directory answered since the worker began."""
    _read_at: float = field(default=-math.inf, init=False)

    @contextmanager
    def opened(self) -> Iterator[None]:
        """Reads the statuses that came since, once a minute, and those of what is sent now; when it is down, the next time."""
        self._reachable.clear()
        self.statuses.clear()
        if time.monotonic() - self._read_at > _STATUS_SECONDS:
            self._read()
        yield
        if self._reachable:
            self._read()

    def _read(self) -> None:
        self._read_at = time.monotonic()
        with suppress(AccessPointFault):
            self.statuses |= read_statuses(self.desk, self.access_point)

    def jobs(self, messages: Sequence[ClaimedMessage]) -> Iterator[tuple[ClaimedMessage, Job]]:
        """Each document is sent, or what became of it is asked for."""
        documents = documents_of(self.desk, [message for message in messages if message.state == "queued"])
        for message in messages:
            if message.state == "accepted":
                yield message, partial(self._check, message)
            else:
                yield message, partial(self._send, message, documents[message.document])

    def _send(self, message: ClaimedMessage, sent: SentDocument) -> Outcome:
        envelope = self._envelope(message, sent)
        if isinstance(envelope, Phrase):
            return Outcome(state="held", because=envelope, is_attempt=False)
        try:
            if not self._is_reachable(envelope):
                because = phrase(
                    "{receiver} is not reachable over Peppol: mend the customer and resend it, or `invoice deliver {number} --by email`",
                    receiver=envelope.receiver,
                    number=envelope.number,
                )
                return Outcome(state="held", because=because, recipient=envelope.receiver, is_attempt=False)
            given = self.access_point.find(envelope.key) if message.attempts else None
            reference = given or self.access_point.send(envelope)
        except AccessPointFault as fault:
            return Outcome(state="queued", answer=str(fault), retry_after=fault.retry_after, recipient=envelope.receiver)
        except DocumentRefused as refusal:
            return Outcome(state="rejected", answer=str(refusal), recipient=envelope.receiver)
        return Outcome(state="accepted", reference=reference, recipient=envelope.receiver, check_after=FIRST_CHECK, answer="accepted")

    def _envelope(self, message: ClaimedMessage, sent: SentDocument) -> Envelope | Phrase:
        """The document addressed to its customer as it is now; why not, where it has no address or we have none."""
        receiver, sender = peppol_address(sent.customer), endpoint_in(sent.xml, "AccountingSupplierParty")
        number = sent.document.number
        if receiver is None:
            text = "the customer has no address on Peppol; enter one, or its VAT number, or `invoice deliver {number} --by email`"
            return phrase(text, number=number)
        if syntax_in(sent.xml) == "cii":
            return phrase("Peppol takes no Factur-X, as which it was issued; `invoice deliver {number} --by email`", number=number)
        if sender is None:
            return phrase("the document names no Peppol address of the seller")
        document_type, process = identifiers_of(sent.xml)
        return Envelope(
            key=delivery_key(self.desk.installation, number, message.delivery),
            number=number,
            sender=sender,
            receiver=":".join(receiver),
            document_type=document_type,
            process=process,
            xml=sent.xml,
        )

    def _is_reachable(self, envelope: Envelope) -> bool:
        receiver = (envelope.receiver, envelope.document_type)
        if receiver not in self._reachable:
            self._reachable[receiver] = self.access_point.is_reachable(*receiver)
        return self._reachable[receiver]

    def _check(self, message: ClaimedMessage) -> Outcome:
        """What became of an accepted document; one that the access point has forgotten is sent again with the same key."""
        try:
            status = self.access_point.status(message.reference or "")
        except AccessPointFault as fault:
            return Outcome(state="accepted", answer=str(fault), check_after=LATER_CHECK, is_attempt=False)
        if status is None:
            return Outcome(state="queued", answer="the access point has forgotten it: it is sent again")
        answer = None if status.note is None else str(status.note)
        return Outcome(state=status.state, answer=answer, check_after=LATER_CHECK, reference=message.reference, is_attempt=False)


def delivery_key(installation: str, number: str, delivery: int) -> str:
    """The key of a delivery: the same whenever it is tried again, another one for another delivery or installation."""
    return hashlib.sha256(f"{installation}|{number}|peppol|{delivery}".encode()).hexdigest()[:40]


def read_statuses(desk: Desk, access_point: AccessPoint) -> dict[str, OutcomeState]:
    """Records the statuses that came in since they were read last, each once; gives the messages, by key, whose state they change."""
    with desk.store.reading() as connection:
        cursor = delivery_log.cursor_of(connection, "peppol")
    statuses, following = access_point.statuses(cursor)
    if following == (cursor or ""):
        return {}
    with desk.writing() as connection:
        delivery_log.lock_place(connection, desk.installation)
        if delivery_log.cursor_of(connection, "peppol") != cursor:
            return {}  # another read them meanwhile
        changed = [change for status in statuses if (change := _record(desk, connection, status)) is not None]
        delivery_log.advance_cursor(connection, "peppol", following)
    return dict(changed)


def _record(desk: Desk, connection: Writing, status: Status) -> tuple[str, OutcomeState] | None:
    """Records a status in the log of its document, and as the state of the last delivery; gives its key and state where that is new."""
    ours = delivery_log.delivery_of(connection, "peppol", status.reference)
    if ours is None:
        return None
    document, delivery = ours
    row = outbox.locked(connection, f"{document}|peppol")
    is_last = row is not None and row["reference"] == status.reference
    if status.state == "accepted" and status.response is None:
        return None  # logged when it was sent
    state: Literal["delivered", "rejected"] = "rejected" if status.state == "rejected" else "delivered"  # who accepts it, has it
    changed: tuple[str, OutcomeState] | None = None
    if is_last and row is not None and row["state"] in ("accepted", "delivered", "rejected"):
        changed = (row["key"], state) if state != row["state"] else None
        outbox.settle(connection, row["key"], state, None if status.note is None else str(status.note))
    entry = LogEntry(
        document=document,
        channel="peppol",
        delivery=delivery,
        event=state,
        reference=status.reference,
        note=status.note,
    )
    delivery_log.append(connection, [entry], at=desk.now(), author=desk.author)
    return changed
