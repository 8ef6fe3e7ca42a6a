"""Deliveries at the desk: what became of each document, sent again or by another channel; messages of the outbox retried and skipped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, Literal

from api.desk.crediting import find_document
from api.desk.desk import Desk
from api.refusals import Conflict, not_possible, unknown
from api.store import delivery_log, outbox
from api.store.accounting_entries import ENTRIES
from api.store.accounting_records import ACCOUNTING
from api.store.delivery_log import LogEntry
from api.store.outbox import TO_CUSTOMERS, WEBHOOK, MessageRow
from api.store.sql import Reading, Writing
from engine.phrases import phrase
from engine.problems import Kind, refuse

NO_CHANNEL: Final = Kind(
    "no-delivery-channel",
    "the rules hold {number}: no channel is chosen for it",
    "name one: `--by email` or `--by peppol` (`by` in the API)",
)
NO_REASON: Final = Kind(
    "no-delivery-reason", "{number} {what}, and no reason is given", "write why after `--because` (`because` in the API)"
)
BEING_SENT: Final = Kind(
    "being-sent", "{number} is being sent", "wait until it was; where the worker was killed, that is ten minutes later at the latest"
)
Channel = Literal["email", "peppol"]
_DONE: Final = ("accepted", "delivered")
_RETRIED: Final = ("queued", "held", "dead", "skipped")
_SKIPPED: Final = ("queued", "held", "dead", "rejected")


def deliver_again(desk: Desk, number: str, *, by: Channel | None = None, because: str = "") -> MessageRow:
    """Queues a document to be sent to its customer, as this is now: what is held or failed, what was rejected, or once more.

    By another channel than the rules chose, and after it was delivered, it needs a reason; other messages about it are skipped then.
    """
    document = find_document(desk, number)
    with desk.writing() as connection:
        messages = outbox.of_document(connection, number)
        channel = by or _channel_of(number, messages)
        before = outbox.locked(connection, f"{number}|{channel}")
        for each in [*messages, *([] if before is None else [before])]:
            refuse_if_being_sent(desk, each)
        if channel != document.channel and (before is None or before["state"] == "skipped") and not because.strip():
            raise refuse(NO_REASON, None, "/because", number=number, what=phrase("goes by another channel than the rules say"))
        if before is not None and before["state"] in _DONE and not because.strip():
            raise refuse(NO_REASON, None, "/because", number=number, what=phrase("was delivered before"))
        is_another = before is not None and (before["state"] in _DONE or _has_arrived(connection, before))
        for other in messages:
            if other["channel"] != channel and other["state"] in _SKIPPED:
                _skip(desk, connection, other, because)
        delivery = outbox.queue(connection, number, channel, at=desk.now(), installation=desk.installation, is_another=is_another)
        _log(desk, connection, number, channel, delivery, "requested", because)
    return find_message(desk, f"{number}|{channel}")


def find_message(desk: Desk, key: str) -> MessageRow:
    """A message of the outbox; refuses an unknown one."""
    with desk.store.reading() as connection:
        row = outbox.message(connection, key)
    if row is None:
        raise unknown("outbox", key)
    return row


def retry_message(desk: Desk, key: str) -> MessageRow:
    """Lets a message be tried again at once: one to a webhook in any state, one about a document that was not sent."""
    with desk.writing() as connection:
        row = _locked(connection, key)
        refuse_if_being_sent(desk, row)
        if not row["channel"].startswith(WEBHOOK) and (
            row["state"] not in _RETRIED or row["channel"] not in ("email", "peppol", ACCOUNTING, ENTRIES)
        ):
            raise not_possible("outbox", key, row["state"], "retry", (_deliver_again(row["document"]),))
        outbox.retry(connection, key, at=desk.now(), installation=desk.installation)
        if row["channel"] in TO_CUSTOMERS:
            _log(desk, connection, row["document"], row["channel"], row["delivery"], "requested", None)
    return find_message(desk, key)


def skip_message(desk: Desk, key: str, *, because: str) -> MessageRow:
    """Marks a message that was not sent as one that never is; what waited for it goes on."""
    if not because.strip():
        raise refuse(NO_REASON, None, "/because", number=key, what=phrase("is to be skipped"))
    with desk.writing() as connection:
        row = _locked(connection, key)
        refuse_if_being_sent(desk, row)
        if row["state"] not in _SKIPPED:
            raise not_possible("outbox", key, row["state"], "skip", ())
        _skip(desk, connection, row, because)
    return find_message(desk, key)


HistoryRow = dict[str, str | int | None]


def reject_message(desk: Desk, key: str, *, because: str) -> MessageRow:
    """Records that a document which was sent did not reach its customer, or was refused: a mail that bounced, a call."""
    if not because.strip():
        raise refuse(NO_REASON, None, "/because", number=key, what=phrase("was rejected"))
    with desk.writing() as connection:
        row = _locked(connection, key)
        if row["channel"] not in TO_CUSTOMERS or row["state"] not in _DONE:
            raise not_possible("outbox", key, row["state"], "reject", ())
        outbox.settle(connection, key, "rejected", because)
        _log(desk, connection, row["document"], row["channel"], row["delivery"], "rejected", because)
    return find_message(desk, key)


def deliveries_of(desk: Desk, number: str) -> tuple[list[dict[str, object]], list[HistoryRow]]:
    """What became of an issued document: the messages about it as they are now, and all that happened to them."""
    find_document(desk, number)
    return deliveries_trees(desk, number)


def deliveries_trees(desk: Desk, number: str) -> tuple[list[dict[str, object]], list[HistoryRow]]:
    """The same of what messages call so."""
    with desk.store.reading() as connection:
        messages, entries = outbox.of_document(connection, number), delivery_log.of_document(connection, number)
    history = [
        {
            "at": entry["logged_at"].isoformat(),
            **{name: entry[name] for name in ("channel", "delivery", "event", "recipient", "reference", "note")},
            "by": entry["author"],
        }
        for entry in entries
    ]
    return [message_tree(row) for row in messages], history


def deliveries_tree(desk: Desk, number: str) -> dict[str, object]:
    """The same as JSON has it."""
    messages, history = deliveries_of(desk, number)
    with desk.store.reading() as connection:
        booking = outbox.message(connection, f"{number}|{ACCOUNTING}")
    return {"document": number, "messages": messages, "history": history, "booking": None if booking is None else message_tree(booking)}


def message_tree(row: Mapping[str, object] | MessageRow) -> dict[str, object]:
    """A message of the outbox as JSON has it."""
    names = (
        "key",
        "document",
        "channel",
        "state",
        "written_at",
        "due_at",
        "attempts",
        "last_answer",
        "held_because",
        "delivery",
        "reference",
    )
    return {name: part.isoformat() if hasattr(part := row[name], "isoformat") else part for name in names}


def _deliver_again(document: str) -> str:
    """The command that sends a document once more."""
    kind, _, name = document.partition("/")
    commands = {
        "quotes": f"quote deliver {name.rpartition('/')[0]}",
        "orders": f"order confirm {name}",
        "reminders": f"reminder show {name}",
    }
    return commands.get(kind, f"invoice deliver {document}") if name else f"invoice deliver {document}"


def _has_arrived(connection: Reading, message: MessageRow) -> bool:
    """Whether a rejected message had been taken by its receiver before: then what is sent again is another delivery."""
    if message["state"] != "rejected":
        return False
    entries = delivery_log.of_document(connection, message["document"])
    own = [each for each in entries if (each["channel"], each["delivery"]) == (message["channel"], message["delivery"])]
    return message["channel"] == "peppol" or not any(each["event"] == "rejected" and each["recipient"] for each in own)


def _channel_of(number: str, messages: Sequence[MessageRow]) -> str:
    """The channel of the last message that is not skipped."""
    wanted = [row["channel"] for row in messages if row["state"] != "skipped"] or [row["channel"] for row in messages]
    if not wanted or wanted[-1] == "held":
        raise Conflict((NO_CHANNEL.at(None, "/by", number=number),), "held", ("--by email", "--by peppol"))
    return str(wanted[-1])


def _locked(connection: Writing, key: str) -> MessageRow:
    row = outbox.locked(connection, key)
    if row is None:
        raise unknown("outbox", key)
    return row


def refuse_if_being_sent(desk: Desk, row: MessageRow) -> None:
    """What a worker sends right now is neither skipped nor sent a second time: nobody would know that it was sent."""
    is_leased = row["leased_until"] is not None and row["leased_until"] >= desk.now()
    if is_leased and row["state"] == "queued" and row["channel"] in TO_CUSTOMERS:
        raise Conflict((BEING_SENT.at(None, number=row["key"]),), "queued", ())


def _skip(desk: Desk, connection: Writing, row: MessageRow, because: str) -> None:
    outbox.skip(connection, row["key"], because)
    if row["channel"] in TO_CUSTOMERS:
        _log(desk, connection, row["document"], row["channel"], row["delivery"], "skipped", because)


def _log(
    desk: Desk,
    connection: Writing,
    document: str,
    channel: str,
    delivery: int,
    event: delivery_log.DeliveryEvent,
    note: str | None,
) -> None:
    entry = LogEntry(document=document, channel=channel, delivery=delivery, event=event, note=note or None)
    delivery_log.append(connection, [entry], at=desk.now(), author=desk.author)
