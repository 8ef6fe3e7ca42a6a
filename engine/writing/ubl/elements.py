"""The elements of UBL: texts, amounts and periods, none of them ever empty."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import cache
from typing import Final

from lxml import etree

from engine.dates import Period
from engine.money import Money, Percent

CBC: Final = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
CAC: Final = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
DISCOUNT_CODE: Final = "95"
"""The reason of an allowance in UNTDID 5189: a discount."""

Tree = etree._Element
_SLACK: Final = Fraction(2, 100)
_NOT_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


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


def written_text(name: str, text: str) -> bytes:
    """An element of a text without attributes, as it stands in a document."""
    element = etree.Element("t")
    element.text = visible(text)
    inner = etree.tostring(element, encoding="UTF-8", xml_declaration=False)[len("<t>") : -len("</t>")]
    return b"<cbc:%b>%b</cbc:%b>" % (name.encode(), inner, name.encode())


def gives(percent: Percent, base: Money, amount: Money) -> bool:
    """Whether an amount is a percentage of another as closely as receivers ask it, to 0.02 (R040): in yen only where it is exact."""
    exact = percent.fraction * base.minor
    return bool(abs(exact - amount.minor) <= min(Fraction(1, 2), _SLACK * 10**amount.currency.exponent))


def visible(text: object) -> str:
    """A text as XML may have it, without blanks around it; empty where there is nothing to see in it."""
    written = "" if text is None else str(text)
    if written.isprintable():
        return written.strip()
    written = _NOT_XML.sub("", written).strip()
    return written if any(sign.isprintable() and not sign.isspace() for sign in written) else ""


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


def compact(number: str) -> str:
    """A VAT number, enterprise number or IBAN without blanks, dots and hyphens."""
    return re.sub(r"[\s.\-]", "", number).upper()
