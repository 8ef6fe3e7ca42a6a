"""Compares our books with those of an accounting tool: each document, each other entry, the sums of accounts, and the grids of VAT."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Final

from api.delivery.accounting.connector import Connector, Record
from api.delivery.accounting.difference import Difference, What
from api.delivery.accounting.entry_bookings import entries_of
from api.delivery.accounting.entry_reconciliation import entry_differences
from api.desk.desk import Desk
from api.store import accounting_records, issued_lists, journal_entries
from engine.documents.invoice import CreditNote, Invoice, Treatment
from engine.documents.journal import JournalEntry
from engine.money import Currency, Money
from engine.rulebook.accounting_tools import ToolMapping

_OWN_SUPPLIES: Final[tuple[Treatment, ...]] = ("domestic", "co-contractor", "export", "outside-scope", "oss")
_OTHER_STATES: Final[tuple[Treatment, ...]] = ("reverse-charge", "intra-community")
_GRIDS: Final = {
    "(00+01+02+03+45+47) − 49": (("00", "01", "02", "03", "45", "47"), ("49",)),
    "(44+46) − 48": (("44", "46"), ("48",)),
    "54 − 64": (("54",), ("64",)),
}
"""The net grids of the Belgian return, which do not depend on how a tool enters negative lines."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """How many documents one side has, and their totals; credit notes lower them."""

    documents: int
    net: Money
    vat: Money
    gross: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciliation:
    """Both sides, and every difference."""

    here: Totals
    there: Totals
    entries: tuple[int, int]
    """How many other entries are here, without those that the tool makes itself, and there; none where they are not sent."""
    differences: tuple[Difference, ...]


def reconcile(desk: Desk, connector: Connector, mapping: ToolMapping, start: date, end: date) -> Reconciliation:
    """Compares the documents and entries of a day to a day, what their accounts and grids come to, and what the tool has besides."""
    currency = desk.rulebook.currency
    sends_entries = mapping.entries_journal is not None
    with desk.store.reading() as connection:
        every = journal_entries.each(connection, since=start, until=end + timedelta(days=1))
        posted = [entry for entry in every if entry.kind == "document" or sends_entries]
        numbers = [entry.document for entry in posted if entry.kind == "document"]
        documents = {each.number: each for each in issued_lists.documents(connection, numbers)}
        rows = accounting_records.find(connection, connector.name, documents)
        ours = entries_of(connection, [entry for entry in posted if entry.kind != "document"])
    records = {record.id: record for record in connector.records(start, end)}
    records |= {record.id: record for record in connector.find(sorted(documents)) if record.state in ("posted", "paid")}
    of_document = _by_document(documents, {each: row.id for each, row in rows.items() if row.id is not None}, records)
    known = {record.id for matches in of_document.values() for record in matches}
    strangers = [record for name, record in sorted(records.items()) if name not in known]
    here = {name: entry for name, entry in ours.items() if entry is not None}
    theirs = connector.entries(start, end) if sends_entries else ()
    differences = [*_documents(documents, of_document), *_strangers(strangers), *entry_differences(here, theirs)]
    sums = connector.sums(start, end)
    accounts = _accounts(posted, mapping, currency)
    customers = mapping.accounts.get(desk.rulebook.accounts.customers.number)
    if not sends_entries:  # what customers owe is not the same without their payments
        accounts = {code: each for code, each in accounts.items() if code != customers}
    differences += _amounts("account", accounts, sums.accounts)
    if sums.grids is not None:
        grids = {name: _grid(sums.grids, *both, currency) for name, both in _GRIDS.items()}
        differences += _amounts("grids", _grids_here(list(documents.values()), currency), grids)
    there = [record for matches in of_document.values() for record in matches] + strangers
    return Reconciliation(
        here=_totals([_figures(each) for each in documents.values()], currency),
        there=_totals([(each.net, each.vat, each.gross) for each in there], currency),
        entries=(len(here), len(theirs)),
        differences=tuple(differences),
    )


def _accounts(entries: Sequence[JournalEntry], mapping: ToolMapping, currency: Currency) -> dict[str, Money]:
    """Debit less credit by the tool's account."""
    result: dict[str, Money] = {}
    for entry in entries:
        for leg in entry.postings:
            code = mapping.accounts.get(leg.account, leg.account)
            result[code] = result.get(code, Money(0, currency)) + leg.debit - leg.credit
    return result


def reconciliation_tree(result: Reconciliation) -> dict[str, object]:
    """A reconciliation as JSON has it."""
    here, there = result.entries
    return {
        "here": _totals_tree(result.here),
        "there": _totals_tree(result.there),
        "entries": {"here": here, "there": there},
        "differences": [asdict(each) for each in result.differences],
    }


def _totals_tree(totals: Totals) -> dict[str, object]:
    return {"documents": totals.documents, "net": str(totals.net), "vat": str(totals.vat), "gross": str(totals.gross)}


def _by_document(
    documents: Mapping[str, Invoice | CreditNote], ids: Mapping[str, str], records: Mapping[str, Record]
) -> dict[str, list[Record]]:
    """The records of each document: that with its id, whatever its number is now, and all with its number."""
    result: dict[str, list[Record]] = {number: [records[ids[number]]] if ids.get(number) in records else [] for number in documents}
    for record in records.values():
        if record.document in result and record not in result[record.document]:
            result[record.document].append(record)
    return result


def _documents(documents: Mapping[str, Invoice | CreditNote], matches: Mapping[str, Sequence[Record]]) -> Iterator[Difference]:
    for number, document in sorted(documents.items()):
        records = matches[number]
        if not records:
            yield Difference(name=number, what="missing there", here=str(document.gross))
        elif len(records) > 1:
            yield Difference(name=number, what="twice", there=", ".join(str(each.number) for each in records))
        else:
            yield from _one(document, records[0])


def _one(document: Invoice | CreditNote, record: Record) -> Iterator[Difference]:
    net, vat, gross = _figures(document)
    pairs: tuple[tuple[What, object, object], ...] = (
        ("net", net, record.net),
        ("VAT", vat, record.vat),
        ("gross", gross, record.gross),
        ("date", document.issued_on, record.issued_on),
        ("reference", document.number, record.document),
    )
    for what, here, there in pairs:
        if here != there:
            yield Difference(name=document.number, what=what, here=str(here), there=str(there))


def _strangers(records: Sequence[Record]) -> Iterator[Difference]:
    for record in records:
        yield Difference(name=record.number or record.id, what="missing here", there=f"{record.gross} {record.document}".strip())


def _amounts(what: What, here: Mapping[str, Money], there: Mapping[str, Money]) -> list[Difference]:
    """The amounts that differ, of what is here; what is not there is zero."""
    result = []
    for name, amount in sorted(here.items()):
        other = there.get(name, Money(0, amount.currency))
        if amount != other:
            result.append(Difference(name=name, what=what, here=str(amount), there=str(other)))
    return result


def _grid(grids: Mapping[str, Money], plus: Sequence[str], minus: Sequence[str], currency: Currency) -> Money:
    nothing = Money(0, currency)
    return sum((grids.get(each, nothing) for each in plus), nothing) - sum((grids.get(each, nothing) for each in minus), nothing)


def _grids_here(documents: Sequence[Invoice | CreditNote], currency: Currency) -> dict[str, Money]:
    """The net grids of our documents: bases by treatment, and the VAT that is due in Belgium."""
    own, other, vat = (Money(0, currency) for _ in range(3))
    for document in documents:
        sign = -1 if isinstance(document, CreditNote) else 1
        for line in document.lines:
            net = line.net if sign > 0 else -line.net
            own += net if line.treatment in _OWN_SUPPLIES else Money(0, currency)
            other += net if line.treatment in _OTHER_STATES else Money(0, currency)
        if not any(line.treatment == "oss" for line in document.lines):
            vat += document.vat if sign > 0 else -document.vat
    return dict(zip(_GRIDS, (own, other, vat), strict=True))


def _figures(document: Invoice | CreditNote) -> tuple[Money, Money, Money]:
    figures = (document.net, document.vat, document.gross)
    return (-figures[0], -figures[1], -figures[2]) if isinstance(document, CreditNote) else figures


def _totals(figures: Sequence[tuple[Money, Money, Money]], currency: Currency) -> Totals:
    nothing = Money(0, currency)
    net, vat, gross = (sum((each[place] for each in figures), nothing) for place in range(3))
    return Totals(documents=len(figures), net=net, vat=vat, gross=gross)
