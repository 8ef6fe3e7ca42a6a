"""The worker of the outbox: claims what is due under a lease, lets senders send it in several threads, and records what came of it."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import ExitStack
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from api.delivery.outcome import Delivered, Job, Outcome, OutcomeState, Sender
from api.desk.desk import Desk
from api.refusals import Conflict
from api.store import delivery_log, outbox
from api.store.accounting_entries import ENTRIES, claim_entries
from api.store.accounting_records import ACCOUNTING, claim_lanes
from api.store.delivery_log import DeliveryEvent, LogEntry
from api.store.outbox import ClaimedMessage, MessageState
from engine.problems import Kind

LATER: Final = tuple(timedelta(seconds=each) for each in (5, 60, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400))
"""How long after each attempt that failed the next one follows; after the last of them, some three days later, the message is dead."""
LEASE: Final = timedelta(minutes=10)
_THREADS: Final = 8
_MOST_PATIENT: Final = 86_400.0
COPIED: Final = Kind(
    "copied-database",
    "this database is a copy: its messages are sent from another place since {since}",
    "`centwright restore` makes a copy an installation of its own; where it took the place of the first: `centwright deliver --from-here`",
)
_CLAIMS: Final[Mapping[str, Callable[..., list[ClaimedMessage]]]] = {ACCOUNTING: claim_lanes, ENTRIES: claim_entries}
"""How messages are claimed that have an order of their own."""
Reached = Callable[[int], None]
"""Called with how many messages were tried so far."""


def drain(
    desk: Desk,
    senders: Sequence[Sender],
    *,
    jitter: Callable[[], float] = lambda: random.uniform(0.8, 1.2),
    progress: Reached | None = None,
) -> dict[str, Delivered]:
    """Sends everything that is due now, and gives what came of it by channel; two who do this at once share it."""
    check_place(desk)
    result, accepted = {sender.channel: Delivered() for sender in senders}, set[str]()
    with ExitStack() as opened, ThreadPoolExecutor(_THREADS, "outbox") as pool:
        for sender in senders:
            opened.enter_context(sender.opened())
        rounds = [(sender, state) for sender in senders for state in sender.states]
        idle: list[tuple[Sender, MessageState]] = []
        is_any_sent = False
        while rounds:
            sender, state = rounds.pop(0)
            claimed = _claimed(desk, sender, state)
            (rounds if claimed else idle).append((sender, state))
            is_any_sent = is_any_sent or bool(claimed)
            if not rounds and is_any_sent:  # what waited for something that was sent since may be due now
                rounds, idle, is_any_sent = idle, [], False
            if not claimed:
                continue  # others have what is left, or nothing is due
            for message, outcome in _sent(pool, sender, claimed):
                recorded = _recorded(desk, sender, message, outcome, jitter())
                if recorded is not None and not (recorded == "accepted" == message.state):  # that still has no status is nothing new
                    result[sender.channel] = result[sender.channel].counting(recorded)
                    (accepted.add if recorded == "accepted" else accepted.discard)(message.key)
                if progress:
                    progress(sum(each.total for each in result.values()))
    for sender in senders:
        for key, state in sender.statuses.items():
            result[sender.channel] = result[sender.channel].becoming(state, was_accepted=key in accepted)
    return result


def check_place(desk: Desk, *, is_moved: bool = False) -> None:
    """Refuses to send from a copy of the database; remembers the place from which it is sent first, or since it moved."""
    with desk.store.reading() as connection:
        here, known = delivery_log.place_of(connection), delivery_log.sends_from(connection, desk.installation)
    if known is not None and known[0] != here and not is_moved:
        raise Conflict((COPIED.at(None, since=known[1].date()),), "copied", ("restore", "deliver --from-here"))
    if known is None or known[0] != here:
        with desk.writing() as connection:
            delivery_log.send_from(connection, desk.installation, here, at=desk.now())


def _claimed(desk: Desk, sender: Sender, state: MessageState) -> list[ClaimedMessage]:
    with desk.store.reading() as connection:
        if not outbox.is_any_due(connection, sender.channel, state, at=desk.now(), installation=desk.installation):
            return []
    claim = partial(outbox.claim, channel=sender.channel, state=state)
    with desk.writing() as connection:
        return _CLAIMS.get(sender.channel, claim)(connection, at=desk.now(), lease=LEASE, most=sender.most, installation=desk.installation)


def _sent(pool: ThreadPoolExecutor, sender: Sender, claimed: Sequence[ClaimedMessage]) -> list[tuple[ClaimedMessage, Outcome]]:
    """What came of each claimed message, the first to end first; those that no thread took before their lease ended are left out."""
    until = time.monotonic() + LEASE.total_seconds() / 2
    running: dict[Future[Outcome | None], ClaimedMessage] = {}
    for message, job in sender.jobs(claimed):
        running[pool.submit(partial(_within_lease, until, job))] = message
    ended = ((running[each], each.result()) for each in as_completed(running))
    return [(message, outcome) for message, outcome in ended if outcome is not None]


def _within_lease(until: float, job: Job) -> Outcome | None:
    """What came of a job; None where the lease may end while it runs: another may claim its message then."""
    if time.monotonic() >= until:
        return None
    try:
        return job()
    except Exception as fault:  # noqa: BLE001  # an unforeseen fault is that of one message: what came of the others is recorded
        return Outcome(state="queued", answer=f"a fault of this program: {type(fault).__name__}")


def _recorded(desk: Desk, sender: Sender, message: ClaimedMessage, outcome: Outcome, jitter: float) -> OutcomeState | None:
    """Stores what came of an attempt, and when the next one follows; None where another has the message."""
    state = outcome.state
    if state == "queued" and outcome.is_attempt and message.attempts >= len(LATER):
        state = "dead"
    with desk.writing() as connection:
        is_ours = outbox.record(
            connection,
            message,
            state,
            _next(desk.now(), message, outcome, jitter),
            answer=outcome.answer,
            held_because=outcome.because,
            reference=outcome.reference,
            is_attempt=outcome.is_attempt,
        )
        if sender.is_logged:  # whom it reached is logged even where another has the message now
            entries = _entries(message, state, outcome) if is_ours else outcome.entries
            delivery_log.append(connection, entries, at=desk.now(), author=desk.author)
    return state if is_ours else None


def _next(now: datetime, message: ClaimedMessage, outcome: Outcome, jitter: float) -> datetime:
    """When a message is due again."""
    wanted = min(outcome.retry_after or 0.0, _MOST_PATIENT)
    if outcome.state != "queued" or not outcome.is_attempt:
        return now + outcome.check_after + timedelta(seconds=wanted)
    pause = LATER[min(message.attempts, len(LATER) - 1)].total_seconds() * jitter
    return now + timedelta(seconds=max(pause, wanted))


def _entries(message: ClaimedMessage, state: OutcomeState, outcome: Outcome) -> Sequence[LogEntry]:
    """What the log says of an attempt: of each recipient, or of the message; nothing where nothing changed."""
    if outcome.entries:
        return outcome.entries
    if state == message.state and (state != "queued" or not outcome.is_attempt):
        return ()
    event: DeliveryEvent = "failed" if state == "queued" else state
    return (
        LogEntry(
            document=message.document,
            channel=message.channel,
            delivery=message.delivery,
            event=event,
            recipient=outcome.recipient,
            reference=outcome.reference,
            note=outcome.because or outcome.answer,
        ),
    )
