"""The figures of issued documents, read from their JSON as integers: what the auditor recalculates, without the rest of the document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import lru_cache
from typing import Final, NamedTuple

from pydantic_core import from_json

from api.store.document_columns import PostedOn, columns_of, sums_of_postings, whole_of
from engine.documents.invoice import Category
from engine.money import Currency, Percent

_micros: Final = whole_of(6)
UNREADABLE_DOCUMENT: Final = (ValueError, KeyError, TypeError, AttributeError, AssertionError)
"""What reading a document raises that was changed outside the program."""
Rate = tuple[Category, str]
"""A VAT category and its rate in percent, as documents write both: rates compare as texts, since each has one form."""


class LineFigures(NamedTuple):
    """The figures of one line, in minor units."""

    number: int
    transaction: str
    rate: Rate
    list_net: int
    discounted: int
    net: int
    service_from: date | None
    service_until: date | None
    quantity: int | None
    """In millionths; None where the line is a part of a bundle."""
    corrects_line: int | None


class SubtotalFigures(NamedTuple):
    """The base and VAT of one category and rate."""

    rate: Rate
    base: int
    vat: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentFigures:
    """The figures of an invoice or credit note, in minor units of its currency."""

    number: str
    currency: Currency
    is_invoice: bool
    issued_on: date
    channel: str
    lines: tuple[LineFigures, ...]
    vat_breakdown: tuple[SubtotalFigures, ...]
    base_reductions: tuple[tuple[Rate, int], ...]
    discount: Fraction | None
    """The part that an invoice takes off for early payment."""
    due_amounts: tuple[int, ...]
    prepaid: Mapping[int, tuple[str, str, int]]
    """By line, which prepaid amount it moves, how, and by how much."""
    net: int
    vat: int
    gross: int
    columns: Mapping[str, object]
    """The columns of its row that follow from it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryFigures:
    """The figures of a journal entry, in minor units of its currency."""

    debits: int
    credits: int
    columns: Mapping[str, object]
    """The columns of its row that follow from it."""
    sums: Mapping[PostedOn, tuple[int, int]]
    """What it debits and credits, by account and VAT code."""


def document_figures(text: str) -> DocumentFigures:
    """The figures of a stored document; ValueError, KeyError, TypeError or AttributeError where it cannot be read."""
    tree = from_json(text, cache_strings="keys")
    currency = Currency.of(tree["currency"])
    minor = whole_of(currency.exponent)
    discount = tree.get("cash_discount")
    return DocumentFigures(
        number=tree["number"],
        currency=currency,
        is_invoice="type_code" in tree,
        issued_on=date.fromisoformat(tree["issued_on"]),
        channel=tree["channel"],
        lines=tuple(
            LineFigures(
                line["number"],
                line["transaction"],
                (line["category"], line["rate"]),
                minor(line["list_net"]),
                sum([minor(each["amount"]) for each in line["discounts"]]),
                minor(line["net"]),
                *_days(line["service_period"]),
                _quantity(line["quantity"], line.get("derivation")),
                line["corrects_line"],
            )
            for line in tree["lines"]
        ),
        vat_breakdown=tuple(
            SubtotalFigures((entry["category"], entry["rate"]), minor(entry["base"]), minor(entry["vat"]))
            for entry in tree["vat_breakdown"]
        ),
        base_reductions=tuple(((off["category"], off["rate"]), minor(off["amount"])) for off in tree.get("base_reductions", ())),
        discount=rate_fraction(discount["percent"]) if discount else None,
        due_amounts=tuple(minor(part["amount"]) for part in tree.get("due_amounts", ())),
        prepaid={
            line["number"]: _moved(line, minor(line["net"]), is_invoice="type_code" in tree) for line in tree["lines"] if "prepaid" in line
        },
        net=minor(tree["net"]),
        vat=minor(tree["vat"]),
        gross=minor(tree["gross"]),
        columns=columns_of(tree),
    )


def entry_figures(text: str) -> EntryFigures:
    """The figures of a stored journal entry; the exceptions are those of `document_figures`."""
    tree = from_json(text, cache_strings="keys")
    minor = whole_of(Currency.of(tree["currency"]).exponent)
    return EntryFigures(
        debits=sum([minor(posting["debit"]) for posting in tree["postings"]]),
        credits=sum([minor(posting["credit"]) for posting in tree["postings"]]),
        columns={"number": tree["document"], "posted_on": date.fromisoformat(tree["posted_on"]), "customer": tree["customer"]},
        sums=sums_of_postings(tree),
    )


@lru_cache
def rate_fraction(percent: str) -> Fraction:
    """The exact part that a percentage is."""
    return Percent.parse(percent).fraction


def _moved(line: Mapping[str, str], net: int, *, is_invoice: bool) -> tuple[str, str, int]:
    sale, use = ("sold", "drawn") if is_invoice else ("refunded", "returned")
    return line["prepaid"], sale if line["item"] == line["prepaid"] else use, net if is_invoice else -net


def _quantity(quantity: str, derivation: Mapping[str, object] | None) -> int | None:
    return None if derivation and derivation["bundle"] else _micros(quantity)


def _days(period: Mapping[str, str] | None) -> tuple[date | None, date | None]:
    return (date.fromisoformat(period["from"]), date.fromisoformat(period["until"])) if period else (None, None)
