"""The elements of UBL as text, one after the other: texts, amounts and periods, none of them ever empty."""

from __future__ import annotations

from functools import cache
from typing import Final

from engine.dates import Period
from engine.money import Money
from engine.writing.e_invoices.content import escaped, quoted, visible

CBC: Final = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
CAC: Final = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
_INDENT: Final = "  "


class Element:
    """An element that is being written. It ends where something is written after it, outside of it."""

    __slots__ = ("_depth", "_ends", "_written")

    def __init__(self, written: list[str], ends: list[str]) -> None:
        self._written = written
        self._ends = ends
        """The end tags of this element, of those around it, and of those inside that have not ended."""
        self._depth = len(ends)

    def add_text(self, path: str, text: object, **attributes: str) -> None:
        """An element with a text, inside of those before it in the path; none at all where the text is empty."""
        if not (written := visible(text)):
            return
        if len(self._ends) > self._depth:
            self._end_inner()
        begin, end = _tags(path, self._depth)
        given = "".join([f" {name}={quoted(visible(value))}" for name, value in attributes.items()]) if attributes else ""
        self._written.append(f"{begin}{given}>{escaped(written)}{end}")

    def add_amount(self, name: str, amount: Money) -> None:
        """An amount with its currency."""
        self.add_text(name, amount, currencyID=amount.currency.code)

    def add_period(self, period: Period | None) -> None:
        """The first and the last day of a period; nothing where there is none."""
        if period is not None:
            element = self.add_child("InvoicePeriod")
            element.add_text("StartDate", period.start)
            element.add_text("EndDate", period.last)

    def add_child(self, path: str) -> Element:
        """The innermost of new elements inside of one another, in which something is written then."""
        self._end_inner()
        begins, ends = _aggregates(path, self._depth)
        self._written.append(begins)
        self._ends += ends
        return Element(self._written, self._ends)

    def end(self) -> bytes:
        """The document, of which this is the first element."""
        self._written += reversed(self._ends)
        return "".join(self._written).encode()

    def _end_inner(self) -> None:
        while len(self._ends) > self._depth:
            self._written.append(self._ends.pop())


def begin_document(name: str, space: str) -> Element:
    """The first element of a document, of a name and a namespace."""
    declared = f'xmlns="{space}" xmlns:cac="{CAC}" xmlns:cbc="{CBC}"'
    return Element([f"<?xml version='1.0' encoding='UTF-8'?>\n<{name} {declared}>"], [f"\n</{name}>\n"])


@cache
def _tags(path: str, depth: int) -> tuple[str, str]:
    """The tags of a path: those of its aggregates, and that of its last element, which has a text and may have attributes."""
    outer, _, name = path.rpartition("/")
    begins, ends = _aggregates(outer, depth) if outer else ("", ())
    return f"{begins}{_line(depth + len(ends))}<cbc:{name}", "".join((f"</cbc:{name}>", *reversed(ends)))


@cache
def _aggregates(path: str, depth: int) -> tuple[str, tuple[str, ...]]:
    lines = [(_line(at), name) for at, name in enumerate(path.split("/"), start=depth)]
    return "".join(f"{line}<cac:{name}>" for line, name in lines), tuple(f"{line}</cac:{name}>" for line, name in lines)


def _line(depth: int) -> str:
    """The end of a line, and what stands before an element in the next."""
    return "\n" + _INDENT * depth
