"""Elements of a CAMT file read by their local names, with a problem where one is not as it must be."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from lxml import etree

from api.importing.bank.bank_problems import AGAIN, BAD_AMOUNT, BAD_CURRENCY, BAD_DAY, FINE_AMOUNT, OTHER_CURRENCY
from engine.money import Currency, Money
from engine.phrases import phrase
from engine.problems import Kind, Problem, Span

_AMOUNT: Final = re.compile(r"\+?([0-9]{1,15})(?:\.([0-9]{0,9}))?")
_DAY: Final = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:Z|[+-][0-9]{2}:[0-9]{2}|T[0-9:.]+(?:Z|[+-][0-9]{2}:[0-9]{2})?)?")
_LONGEST: Final = 500

MISSING: Final = Kind("camt-missing", "`{element}` is missing here", AGAIN)
BAD_CODE: Final = Kind("camt-code", "`{text}` stands in `{element}`, where one of {allowed} must", AGAIN)


@dataclass(frozen=True, slots=True)
class CamtNode:
    """One element. What cannot be read is added to the problems."""

    path: str
    element: etree._Element
    name_space: str
    problems: list[Problem]

    def nodes(self, steps: str) -> Iterator[CamtNode]:
        """The elements at a path such as `Acct/Id`, by local names."""
        for element in self.element.iterfind(self._qualified(steps)):
            yield CamtNode(self.path, element, self.name_space, self.problems)

    def node(self, *alternatives: str) -> CamtNode | None:
        """The first element at one of some paths."""
        return next((element for steps in alternatives for element in self.nodes(steps)), None)

    def needed(self, *alternatives: str) -> CamtNode:
        """The same; after a problem the element itself."""
        node = self.node(*alternatives)
        if node is None:
            self.report(MISSING, element=alternatives[0])
        return self if node is None else node

    def text(self, *alternatives: str) -> str:
        """The text of the first element at one of some paths, without breaks; empty where there is none."""
        node = self.node(*alternatives) if alternatives else self
        return " ".join((node.element.text or "").split())[:_LONGEST] if node is not None else ""

    def report(self, kind: Kind, **words: object) -> None:
        """Adds a problem of this element: at its line, and with its path."""
        self.problems.append(kind.at(line_of(self.path, self.element), short_path(self.element), **words))

    def code(self, allowed: tuple[str, ...]) -> str:
        """A text that must be one of some; the first of them after a problem."""
        text = self.text()
        if text not in allowed:
            self.report(BAD_CODE, text=text, element=_local(self.element), allowed=", ".join(f"`{each}`" for each in allowed))
            return allowed[0]
        return text

    def day(self) -> date:
        """A day, also with a time, in itself or in its `Dt` or `DtTm`; the first of all days after a problem."""
        holder = self.node("Dt", "DtTm") or self
        match = _DAY.fullmatch(holder.text())
        try:
            return date.fromisoformat(match[1] if match else "")
        except ValueError:
            holder.report(BAD_DAY, text=holder.text(), form="YYYY-MM-DD")
            return date.min

    def currency(self) -> Currency | None:
        """The currency of an amount; None after a problem."""
        code = self.element.get("Ccy") or ""
        try:
            return Currency.of(code)
        except ValueError:
            self.report(BAD_CURRENCY, text=code)
            return None

    def amount(self, currency: Currency) -> Money:
        """An amount in the currency of the account; zero after a problem."""
        given = self.currency()
        if given is not None and given != currency:
            self.report(OTHER_CURRENCY, given=given, currency=currency)
        return self.bare_amount(currency)

    def bare_amount(self, currency: Currency) -> Money:
        """An amount whose currency is known; zero after a problem."""
        match = _AMOUNT.fullmatch(self.text())
        if match is None:
            self.report(BAD_AMOUNT, text=self.text(), form=phrase("digits, with a decimal point"))
            return Money(0, currency)
        decimals = (match[2] or "").rstrip("0")
        if len(decimals) > currency.exponent:
            self.report(FINE_AMOUNT, text=match[0], currency=currency, decimals=currency.exponent)
            return Money(0, currency)
        return Money(int(match[1] + decimals.ljust(currency.exponent, "0")), currency)

    def signed(self, currency: Currency) -> Money:
        """The amount of a balance or an entry, below zero where it is a debit."""
        amount, sign = self.needed("Amt"), self.needed("CdtDbtInd")
        if amount is self or sign is self:
            return Money(0, currency)
        return amount.amount(currency) if sign.code(("CRDT", "DBIT")) == "CRDT" else -amount.amount(currency)

    def _qualified(self, steps: str) -> str:
        return "/".join(f"{{{self.name_space}}}{step}" for step in steps.split("/"))


def line_of(path: str, element: etree._Element) -> Span:
    """The line on which an element begins; its column is not known."""
    number = int(str(element.sourceline))  # the types of lxml allow for an ellipsis
    return Span(path, number, 1, number, 1)


def short_path(element: etree._Element) -> str:
    """The path of an element by local names, with its place among several of one name: `/Document/BkToCstmrStmt/Stmt/Ntry[2]/Amt`."""
    steps: list[str] = []
    here: etree._Element | None = element
    while here is not None:
        above = here.getparent()
        alike = [] if above is None else [each for each in above if each.tag == here.tag]
        steps.append(f"{_local(here)}[{alike.index(here) + 1}]" if len(alike) > 1 else _local(here))
        here = above
    return "/" + "/".join(reversed(steps))


def _local(element: etree._Element) -> str:
    return etree.QName(element).localname
