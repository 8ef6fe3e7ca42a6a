"""Compares the journal entries that are not of documents with those of an accounting tool, by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from api.delivery.accounting.connector import Entry, EntryRecord
from api.delivery.accounting.difference import Difference, What


def entry_differences(here: Mapping[str, Entry], there: Sequence[EntryRecord]) -> Iterator[Difference]:
    """What of the entries of both sides is not the same."""
    by_name: dict[str, list[EntryRecord]] = {}
    for record in there:
        by_name.setdefault(record.entry, []).append(record)
    for name, entry in sorted(here.items()):
        records = by_name.pop(name, [])
        if not records:
            yield Difference(name=name, what="missing there", here=str(entry.amount))
        elif len(records) > 1:
            yield Difference(name=name, what="twice", there=", ".join(str(each.number) for each in records))
        else:
            yield from _one(name, entry, records[0])
    for name, records in sorted(by_name.items()):
        yield from (Difference(name=name, what="missing here", there=str(each.amount)) for each in records)


def _one(name: str, entry: Entry, record: EntryRecord) -> Iterator[Difference]:
    pairs: tuple[tuple[What, object, object], ...] = (
        ("amount", entry.amount, record.amount),
        ("date", entry.posted_on, record.posted_on),
    )
    for what, ours, theirs in pairs:
        if ours != theirs:
            yield Difference(name=name, what=what, here=str(ours), there=str(theirs))
