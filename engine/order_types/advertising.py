"""Advertising orders: one insertion a month for so many months, in the slots of a product."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from engine.documents.order import AdvertisingItem
from engine.documents.transaction import Transaction
from engine.order_types.definition import Column, CsvFile, Definition, Planning
from engine.phrases import phrase
from engine.rulebook.terms import terms_of
from engine.stages.ordering.slots import check_slots
from engine.stages.scheduling.item_schedule import schedule_insertions


def _plan(planning: Planning, items: Sequence[AdvertisingItem]) -> Iterator[Transaction]:
    for item in items:
        terms = terms_of(item, planning.rulebook)
        yield from schedule_insertions(planning.order, item, terms, planning.prices, through=planning.through)


ADVERTISING: Final = Definition(
    name="advertising",
    item=AdvertisingItem,
    label=phrase("advertising"),
    file=CsvFile(
        name="advertising.csv",
        begins="first_month",
        begins_with_month=True,
        begin_fills=("starts_on", "first_month"),
        columns=(Column(name="months", reads="whole", least=1, most=1200, fills="insertions", required=True),),
    ),
    plan=_plan,
    item_fields=lambda line, signed_on: {
        "first_month": (line.starts_on or signed_on).replace(day=1),
        "insertions": line.insertions or 1,
    },
    begins_on=lambda item, _signed_on: item.first_month,
    line_fields=lambda item: {"insertions": item.insertions},
    check_slots=check_slots,
)
