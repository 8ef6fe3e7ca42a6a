"""The elements of the Cross Industry Invoice: texts, amounts and days, none of them ever empty."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Final

from lxml import etree

from engine.dates import Period
from engine.money import Money
from engine.writing.e_invoices.content import visible

RSM: Final = "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"
RAM: Final = "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100"
QDT: Final = "urn:un:unece:uncefact:data:standard:QualifiedDataType:100"
UDT: Final = "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100"
_DAY: Final = "102"
"""The format of a day in UNTDID 2379: 20270131."""

Tree = etree._Element


def add_text(parent: Tree, path: str, text: object, **attributes: str) -> None:
    """An element with a text, inside of those before it in the path; none at all where the text is empty."""
    if written := visible(text):
        *outer, tag = _tags(path)
        for each in outer:
            parent = etree.SubElement(parent, each)
        etree.SubElement(parent, tag, attributes).text = written


def add_amount(parent: Tree, name: str, amount: Money | None) -> None:
    """An amount, in the currency of the document; nothing where there is none."""
    add_text(parent, name, amount)


def add_child(parent: Tree, path: str) -> Tree:
    """The innermost of new elements inside of one another."""
    for tag in _tags(path):
        parent = etree.SubElement(parent, tag)
    return parent


def add_day(parent: Tree, path: str, day: date | None, tag: str = f"{{{UDT}}}DateTimeString") -> None:
    """A day as the syntax writes it; nothing where there is none."""
    if day is not None:
        etree.SubElement(add_child(parent, path), tag, {"format": _DAY}).text = f"{day:%Y%m%d}"


def add_period(parent: Tree, period: Period | None) -> None:
    """The first and the last day of a period; nothing where there is none."""
    if period is not None:
        element = add_child(parent, "BillingSpecifiedPeriod")
        add_day(element, "StartDateTime", period.start)
        add_day(element, "EndDateTime", period.last)


@cache
def _tags(path: str) -> tuple[str, ...]:
    return tuple(f"{{{RAM}}}{name}" for name in path.split("/"))
