"""Journal entries on their way into Odoo: searched by our name, created, posted, read back, and settled with their invoices."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Final

from api.delivery.accounting.booking_lane import entry_otherwise, twice
from api.delivery.accounting.connector import BookingRefused, ConnectorFault, Entry, EntryLine, EntryRecord, EntryResult, attempt, going_on
from api.delivery.accounting.odoo_lane import Books
from api.delivery.accounting.odoo_moves import MARK, MOVE
from api.delivery.accounting.odoo_rpc import OdooRefusal, OdooRpc, Row, Value, day, money, number, text_of
from api.delivery.accounting.odoo_settling import settle
from api.delivery.accounting.odoo_setup import Locks, OdooSetup, read_locks
from engine.money import Currency, Money
from engine.phrases import phrase

_FIELDS: Final = ("name", "ref", "state", "date")
_CHUNK: Final = 200


class OdooEntries:
    """Some entries, each booked for itself."""

    def __init__(self, books: Books, entries: Sequence[Entry], may_go_on: Callable[[], bool]) -> None:
        self._books, self._rpc, self._entries = books, books.rpc, entries
        self._go_on = partial(going_on, may_go_on)

    def results(self) -> list[EntryResult]:
        """What became of each."""
        there = attempt(self._search)
        if isinstance(there, BookingRefused | ConnectorFault):
            return [there] * len(self._entries)
        rows, locks = there
        return [attempt(partial(self._book, each, rows.get(each.name, []), locks)) for each in self._entries]

    def _search(self) -> tuple[dict[str, list[Row]], Locks]:
        """What is there of each entry, and which days are locked."""
        rows: dict[str, list[Row]] = {}
        names = [MARK + each.name for each in self._entries]
        for at in range(0, len(names), _CHUNK):
            for row in _rows(self._rpc, self._books.setup, [["ref", "in", names[at : at + _CHUNK]], ["state", "!=", "cancel"]]):
                rows.setdefault(_name_in(row), []).append(row)
        return rows, read_locks(self._rpc, self._books.setup)

    def _book(self, entry: Entry, rows: Sequence[Row], locks: Locks) -> EntryRecord:
        posted = [row for row in rows if row["state"] == "posted"]
        drafts = sorted(number(row["id"]) for row in rows if row["state"] == "draft")
        if len(posted) > 1:
            raise twice("Odoo", entry.name)
        extra = drafts if posted else drafts[1:]  # what an answer that was lost left behind
        if extra:
            self._go_on()
            self._rpc.call(MOVE, "unlink", ids=extra)
        if posted:
            record = self._judged(entry, posted[0])
        else:
            values = self._values(entry, locks)
            move = drafts[0] if drafts else self._create(entry, values)
            record = self._judged(entry, self._posted(move))
        self._go_on()
        settle(self._rpc, self._books.setup, entry, int(record.id))
        return record

    def _judged(self, entry: Entry, row: Row) -> EntryRecord:
        (record,) = records_of(self._rpc, [row])
        is_moved = self._books.mapping.closed_period == "next-open"
        if record.amount == entry.amount and (is_moved or record.posted_on == entry.posted_on):
            return record
        raise entry_otherwise("Odoo", entry, record)

    def _create(self, entry: Entry, values: Row) -> int:
        self._go_on()
        partners = [self._partner(line) for line in entry.lines]
        lines = [[0, 0, {**self._line(entry, line), **partner}] for line, partner in zip(entry.lines, partners, strict=True)]
        (move,) = self._rpc.create(MOVE, [{**values, "line_ids": lines}])
        return move

    def _values(self, entry: Entry, locks: Locks) -> Row:
        """The values of an entry without its lines; refuses what is not mapped, and a day that is locked."""
        setup = self._books.setup
        if setup.entries_journal is None:
            code = self._books.mapping.entries_journal or "-"
            raise BookingRefused(phrase("Odoo has no general journal with the code {code}: create it, or mend the mapping", code=code))
        for line in entry.lines:
            setup.account(line.account)
        on = entry.posted_on
        if locks.entries is not None and on <= locks.entries:
            if self._books.mapping.closed_period != "next-open":
                locked = str(locks.entries)
                raise BookingRefused(
                    phrase("Odoo is locked up to {day}: unlock it or map `closed-period: next-open`, then `outbox retry`", day=locked)
                )
            on = locks.entries + timedelta(days=1)
        return {
            "move_type": "entry", "company_id": setup.company, "journal_id": setup.entries_journal, "ref": MARK + entry.name, "date": on,
        }  # fmt: skip

    def _line(self, entry: Entry, line: EntryLine) -> Row:
        return {
            "account_id": self._books.setup.account(line.account),
            "name": line.document or entry.text or entry.name,
            "debit": Decimal(str(line.debit)),
            "credit": Decimal(str(line.credit)),
        }

    def _partner(self, line: EntryLine) -> dict[str, Value]:
        if line.customer is None:
            return {}
        return {"partner_id": self._books.partners.partner(line.customer, self._books.setup.company)}

    def _posted(self, move: int) -> Row:
        """An entry once it is posted, by us or by another."""
        self._go_on()
        refusal: OdooRefusal | None = None
        try:
            self._rpc.call(MOVE, "action_post", ids=[move])
        except OdooRefusal as refused:
            refusal = refused
        rows = self._rpc.search(MOVE, [["id", "=", move], ["state", "=", "posted"]], _FIELDS)
        if not rows:
            raise refusal or ConnectorFault("posted without an error, and it is a draft still")
        return rows[0]


def entries_between(rpc: OdooRpc, setup: OdooSetup, start: date, end: date) -> list[EntryRecord]:
    """All entries of ours of a day to a day that are posted."""
    within = [["ref", "=like", f"{MARK}%"], ["state", "=", "posted"], ["date", ">=", start], ["date", "<=", end]]
    return records_of(rpc, _rows(rpc, setup, within))


def records_of(rpc: OdooRpc, rows: Sequence[Row]) -> list[EntryRecord]:
    """Entries as they were read, with the sums of what they debit."""
    debits: dict[int, Money] = {}
    ids, euro = [number(row["id"]) for row in rows], Currency.of("EUR")
    for at in range(0, len(ids), _CHUNK):
        for line in rpc.search("account.move.line", [["move_id", "in", ids[at : at + _CHUNK]]], ["move_id", "debit"]):
            move = number(line["move_id"])
            debits[move] = debits.get(move, Money(0, euro)) + money(line["debit"], euro)
    return [
        EntryRecord(
            id=str(number(row["id"])),
            entry=_name_in(row),
            number=text_of(row.get("name")) or None,
            posted_on=day(row.get("date")),
            amount=debits.get(number(row["id"]), Money(0, euro)),
        )
        for row in rows
    ]


def _rows(rpc: OdooRpc, setup: OdooSetup, domain: Sequence[Value]) -> list[Row]:
    return rpc.search(MOVE, [["company_id", "=", setup.company], ["move_type", "=", "entry"], *domain], _FIELDS)


def _name_in(row: Row) -> str:
    return text_of(row.get("ref")).removeprefix(MARK)
