"""What came of an attempt to send a message, and what a sender of one channel does."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final, Literal, Protocol

from api.store.delivery_log import LogEntry
from api.store.outbox import ClaimedMessage, MessageState
from engine.phrases import Phrase

_LONGEST: Final = 400
OutcomeState = Literal["held", "queued", "accepted", "delivered", "rejected", "dead"]


def printable(text: str) -> str:
    """What another system answered, as it may be stored and shown: on one line, without control characters, and not too long."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())[:_LONGEST]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of an attempt; `queued`: it is tried again later."""

    state: OutcomeState
    answer: str | None = None
    """What the receiver answered."""
    because: Phrase | None = None
    """Why the message is held."""
    retry_after: float | None = None
    """The seconds after which the receiver wants to be asked again."""
    check_after: timedelta = timedelta(0)
    """When the status of an accepted message is asked for, unless it comes by itself before."""
    reference: str | None = None
    """What the receiver knows the message by."""
    recipient: str | None = None
    is_attempt: bool = True
    """Whether it counts as an attempt: what nobody was asked to take does not."""
    entries: tuple[LogEntry, ...] = ()
    """What happened to each of several recipients, for the log."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """How many messages were delivered, accepted, are held, were rejected, will be tried again, and are dead."""

    delivered: int = 0
    accepted: int = 0
    held: int = 0
    rejected: int = 0
    later: int = 0
    dead: int = 0

    def __add__(self, other: Delivered) -> Delivered:
        return Delivered(*(getattr(self, name) + getattr(other, name) for name in self.__dataclass_fields__))

    def counting(self, state: OutcomeState) -> Delivered:
        """With one more message in a state."""
        name = "later" if state == "queued" else state
        return replace(self, **{name: getattr(self, name) + 1})

    def becoming(self, state: OutcomeState, *, was_accepted: bool) -> Delivered:
        """With the state that came back of a message, which may be counted as accepted."""
        counted = self.counting(state)
        return replace(counted, accepted=counted.accepted - was_accepted)

    @property
    def total(self) -> int:
        """How many attempts there were."""
        return sum(getattr(self, name) for name in self.__dataclass_fields__)


Job = Callable[[], Outcome]
"""Sends one message, in a thread of its own."""


class Sender(Protocol):
    """Sends the messages of one channel."""

    channel: str
    """The channel, or how it begins."""
    states: tuple[MessageState, ...]
    """The states whose messages it takes: `accepted` ones, of which it asks what became of them, too."""
    most: int
    """How many messages are claimed at once."""
    is_logged: bool
    """Whether what it does is logged with its document."""

    @property
    def statuses(self) -> Mapping[str, OutcomeState]:
        """The new states of messages by key, sent now or before, that came back since it was opened."""

    def opened(self) -> AbstractContextManager[None]:
        """What it needs while it sends."""

    def jobs(self, messages: Sequence[ClaimedMessage]) -> Iterator[tuple[ClaimedMessage, Job]]:
        """What is to be done for each of some messages."""
