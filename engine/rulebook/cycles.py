"""The cycles of an item whose billing was changed: one for each billing that it has had, with the changes and lines that belong to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from engine.dates import LAST_DAY, Anchors
from engine.documents.item_billing import Anchor
from engine.documents.order import InvoicedLine, ItemChange, OrderItem
from engine.rulebook.terms import Terms, anchors_of, months_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Cycle:
    """One cycle of an item."""

    item: OrderItem
    """The item as it is billed in this cycle, with the changes that concern it; the change that ends the cycle is its end."""
    mark: ItemChange | None = None
    """The change with which it began; None: it is the first."""

    @property
    def begins_on(self) -> date | None:
        """Its first day; None for the first cycle, which begins with the item."""
        return None if self.mark is None else self.mark.on

    def name_of(self, kind: str, service_from: date, change: str | None) -> str | None:
        """The change that names one of its lines: another where a line of an earlier cycle with that name was invoiced."""
        if self.mark is None or InvoicedLine(kind, service_from, change) not in self.mark.invoiced:
            return change
        return self.mark.id if change is None else f"{change}@{self.mark.id}"


def cycles_of(item: OrderItem) -> Iterator[Cycle]:
    """The cycles of an item, in order."""
    marks = sorted((change for change in item.changes if change.billing is not None), key=lambda change: change.on)
    owners = _owners(marks)
    for number, mark in enumerate([None, *marks]):
        ends_with = marks[number] if number < len(marks) else None
        changes = tuple(_changes_of(item, number, ends_with, owners, mark))
        billed = item if mark is None else item.billed_on(mark.on)
        yield Cycle(item=billed.replace(changes=changes), mark=mark)


def anchors_of_cycle(terms: Terms, begins_on: date, anchor: Anchor) -> Anchors:
    """The anchors of the periods of a cycle that begins on a day in the middle of an item's life."""
    months = months_of(terms)
    if months is None or terms.align_to == "calendar":
        return anchors_of(terms, begins_on)
    day = LAST_DAY if terms.month_end == "last-day" else anchor.day or begins_on.day
    return Anchors(origin=date(begins_on.year, anchor.month or begins_on.month, 1), months=months, anchor_day=day)


def _owners(marks: Sequence[ItemChange]) -> Mapping[InvoicedLine, int]:
    """The cycle of each line that was invoiced of an earlier cycle when a later one began: those that went beyond its first day."""
    owners: dict[InvoicedLine, int] = {}
    for number, mark in enumerate(marks):
        for line in mark.invoiced:
            owners.setdefault(line, min(number, sum(each.on <= line.service_from for each in marks)))
    return owners


def _changes_of(
    item: OrderItem, number: int, ends_with: ItemChange | None, owners: Mapping[InvoicedLine, int], mark: ItemChange | None
) -> Iterator[ItemChange]:
    """The changes that concern a cycle, in the order of recording, each with the invoiced lines of this cycle.

    What was recorded after the change that ends the cycle, and counts from later, does not concern it.
    """
    marks = sorted((change for change in item.changes if change.billing is not None), key=lambda change: change.on)
    is_over = False
    for change in item.changes:
        own = tuple(line for each in change.invoiced if (line := _own(each, number, marks, owners, mark)) is not None)
        if ends_with is not None and change.id == ends_with.id:
            is_over = True
            yield change.replace(end=True, invoiced=own)
        elif change.billing is None and not (is_over and ends_with is not None and change.on >= ends_with.on):
            yield change.replace(invoiced=own)


def _own(
    line: InvoicedLine, number: int, marks: Sequence[ItemChange], owners: Mapping[InvoicedLine, int], mark: ItemChange | None
) -> InvoicedLine | None:
    """An invoiced line under the name that it has in a cycle; None if it is of another cycle."""
    for at, each in enumerate(marks):
        if line.kind == "change" and line.change == each.id:
            return line if at == number else None
        if line.change is not None and line.change.endswith(f"@{each.id}"):
            return line._replace(change=line.change.removesuffix(f"@{each.id}")) if each is mark else None
        if line.kind == "recurring" and line.change == each.id:
            return line._replace(change=None) if each is mark else None
    owner = owners.get(line, sum(each.on <= line.service_from for each in marks))
    return line if owner == number else None
