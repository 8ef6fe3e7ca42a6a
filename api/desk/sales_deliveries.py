"""Quotes, order confirmations and reminders by e-mail: queued, sent again with a reason, and what became of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from api.desk.deliveries import NO_REASON, deliveries_trees, find_message, refuse_if_being_sent
from api.desk.desk import Desk
from api.desk.quote_states import as_of, check, last_version, locked, take_step
from api.refusals import not_possible, unknown
from api.store import delivery_log, orders, outbox, reminders
from api.store.delivery_log import LogEntry
from api.store.outbox import MessageRow
from api.store.quotes import StoredQuote
from api.store.reminders import DOCUMENTS
from api.store.sql import Writing
from engine.phrases import phrase
from engine.problems import refuse

_CHANNEL: Final = "email"
_QUOTES: Final = "quotes/"
_ORDERS: Final = "orders/"


def name_of_quote(number: str, version: int) -> str:
    """What messages call a version of a quote."""
    return f"{_QUOTES}{number}/{version}"


def name_of_order(order: str) -> str:
    """What messages call the confirmation of an order."""
    return f"{_ORDERS}{order}"


def named_quote(document: str) -> tuple[str, int] | None:
    """The number and version of the quote that a message is about."""
    number, _, version = document.removeprefix(_QUOTES).rpartition("/")
    return (number, int(version)) if document.startswith(_QUOTES) and number and version.isdecimal() else None


def named_order(document: str) -> str | None:
    """The order whose confirmation a message is about."""
    return document.removeprefix(_ORDERS) if document.startswith(_ORDERS) else None


def send_quote(desk: Desk, number: str) -> StoredQuote:
    """Queues the mail of an approved quote, and notes that it is sent."""
    with desk.writing() as connection:
        last = locked(connection, number)
        check(last, "send", desk.today)
        _queue(desk, connection, name_of_quote(number, last.version), None)
        return as_of(take_step(desk, connection, last, "sent", desk.today), desk.today)


def deliver_quote(desk: Desk, number: str, *, because: str = "") -> MessageRow:
    """Queues the mail of a quote once more, to its customer as it is now; a reason is needed after it was delivered."""
    with desk.writing() as connection:
        last = as_of(locked(connection, number), desk.today)
        if last.state != "sent":
            possible = ("send",) if last.state == "approved" else ()
            raise not_possible("quote", number, last.state, "deliver", possible)
        name = name_of_quote(number, last.version)
        _queue(desk, connection, name, because)
    return find_message(desk, f"{name}|{_CHANNEL}")


def confirm_order(desk: Desk, order: str, *, because: str = "") -> MessageRow:
    """Queues the mail that confirms an order as it is now; a reason is needed after it was delivered before."""
    with desk.writing() as connection:
        orders.lock_all(connection, [order])
        stored = orders.find(connection, [order])
        if order not in stored:
            raise unknown("order", order)
        if stored[order].state == "cancelled":
            raise not_possible("order", order, "cancelled", "confirm", ())
        name = name_of_order(order)
        _queue(desk, connection, name, because)
    return find_message(desk, f"{name}|{_CHANNEL}")


def deliver_reminder(desk: Desk, name: str, *, because: str = "") -> MessageRow:
    """Queues the mail of a reminder once more, to its customer as it is now; a reason is needed after it was delivered."""
    document = f"{DOCUMENTS}{name}"
    with desk.writing() as connection:
        stored = reminders.find(connection, [name]).get(name)
        if stored is None:
            raise unknown("reminder", name)
        if stored.channel != _CHANNEL:
            raise not_possible("reminder", name, "sent by post", "deliver", ("show",))
        _queue(desk, connection, document, because)
    return find_message(desk, f"{document}|{_CHANNEL}")


def quote_deliveries(desk: Desk, number: str) -> dict[str, object]:
    """What became of the mails of all versions of a quote."""
    with desk.store.reading() as connection:
        last = last_version(connection, number)
    return _tree(desk, number, (name_of_quote(number, version) for version in range(1, last.version + 1)))


def order_deliveries(desk: Desk, order: str) -> dict[str, object]:
    """What became of the mails that confirm an order."""
    desk.check_names(order=order)
    return _tree(desk, order, (name_of_order(order),))


def _tree(desk: Desk, document: str, names: Iterable[str]) -> dict[str, object]:
    messages: list[Mapping[str, object]] = []
    history: list[Mapping[str, object]] = []
    for name in names:
        some, entries = deliveries_trees(desk, name)
        messages += some
        history += entries
    return {"document": document, "messages": messages, "history": history}


def _queue(desk: Desk, connection: Writing, name: str, because: str | None) -> None:
    """Queues a mail; where one was delivered before, another delivery, for a reason."""
    before = outbox.locked(connection, f"{name}|{_CHANNEL}")
    is_another = before is not None and before["state"] in ("delivered", "rejected")
    if before is not None:
        refuse_if_being_sent(desk, before)
        if before["state"] == "delivered" and not (because or "").strip():
            raise refuse(NO_REASON, None, "/because", number=name, what=phrase("was delivered before"))
    delivery = outbox.queue(connection, name, _CHANNEL, at=desk.now(), installation=desk.installation, is_another=is_another)
    entry = LogEntry(document=name, channel=_CHANNEL, delivery=delivery, event="requested", note=because or None)
    delivery_log.append(connection, [entry], at=desk.now(), author=desk.author)
