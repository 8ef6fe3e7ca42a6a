"""The elements of UBL: texts, amounts and periods, none of them ever empty."""

from __future__ import annotations

from functools import cache
from typing import Final

from lxml import etree

from engine.dates import Period
from engine.money import Money
from engine.writing.e_invoices.content import visible

CBC: Final = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
CAC: Final = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"

Tree = etree._Element


def add_amount(parent: Tree, name: str, amount: Money) -> None:
    """An amount with its currency."""
    add_text(parent, name, amount, currencyID=amount.currency.code)


def add_text(parent: Tree, path: str, text: object, **attributes: str) -> None:
    """An element with a text, inside of those before it in the path; none at all where the text is empty."""
    if written := visible(text):
        outer, tag = _tags(path)
        for each in outer:
            parent = etree.SubElement(parent, each)
        etree.SubElement(parent, tag, attributes).text = written


@cache
def _tags(path: str) -> tuple[tuple[str, ...], str]:
    """The tags of a path: those of its aggregates, and that of its last element, which has a text."""
    outer, _, name = path.rpartition("/")
    return _aggregates(outer) if outer else (), f"{{{CBC}}}{name}"


@cache
def _aggregates(path: str) -> tuple[str, ...]:
    return tuple(f"{{{CAC}}}{name}" for name in path.split("/"))


def add_child(parent: Tree, path: str) -> Tree:
    """The innermost of new elements inside of one another."""
    for tag in _aggregates(path):
        parent = etree.SubElement(parent, tag)
    return parent


def add_period(parent: Tree, period: Period | None) -> None:
    """The first and the last day of a period; nothing where there is none."""
    if period is None:
        return
    element = add_child(parent, "InvoicePeriod")
    add_text(element, "StartDate", period.start)
    add_text(element, "EndDate", period.last)
