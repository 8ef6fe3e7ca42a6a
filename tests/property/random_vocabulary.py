"""The vocabulary, the files of rows and the literals from which random rules are written."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from engine.documents.order import ORDER_TYPES
from engine.language.checking.file_rows import FileRow
from engine.language.types.value_types import (
    BOOL,
    DATE,
    DAYS,
    NUMBER,
    PERCENT,
    PERIOD,
    TEXT,
    EnumType,
    MoneyType,
    PriceType,
    QuantityType,
    Type,
)
from engine.language.types.vocabulary import Entry, Vocabulary
from engine.money import Currency
from engine.phrases import LANGUAGES
from engine.problems import Span
from engine.text.sources import TextCell
from tests.property.rare_constructs import FILED

COUNTRIES = ("BE", "FR", "DE", "NL", "CH")
SEGMENTS = ("retail", "gold", "chain")
RATINGS = ("bronze", "silver", "platinum")
ROLES = ("nobody", "seller", "director")
PRODUCTS = ("P-ONE", "P-TWO", "P-SET")
DAYS_KNOWN = tuple(date.fromisoformat(day) for day in ("2026-12-31", "2027-01-01", "2027-01-31", "2027-06-30", "2027-07-01", "2028-02-29"))
NUMBERS = ("0", "1", "2", "2.5", "3", "0.333333", "10", "1_000")
PERCENTS = ("0%", "5%", "12.5%", "33.3333%", "100%")
MONEYS = ("0.00 EUR", "0.01 EUR", "9.99 EUR", "10 EUR", "250.50 EUR", "1_000.00 EUR")
PRICES = ("0.0625 EUR per seat", "1.0050 EUR per seat", "29.00 EUR per seat")
SEATS = ("0 seats", "1 seat", "5 seats", "10 seats", "2.5 seats")
EUR = MoneyType("EUR")
SEAT = QuantityType("seat")
PER_SEAT = PriceType("EUR", "seat")

NAMES: dict[str, tuple[str, ...]] = {
    "money": ("line.list", "group.net", "customer.turnover"),
    "number": ("line.weight", "customer.score"),
    "percent": ("quote.discount", "customer.margin"),
    "seats": ("line.seats",),
    "pieces": ("line.quantity",),
    "date": ("invoice.tax-point", "price.date", "customer.since"),
    "days": ("customer.notice",),
    "period": ("customer.term",),
    "bool": ("customer.vip", "seller.oss"),
    "text": ("order.purchase-order",),
    "price": ("line.fee",),
}
ENUMS: dict[str, tuple[str, ...]] = {
    "customer.country": COUNTRIES,
    "customer.segment": SEGMENTS,
    "customer.rating": RATINGS,
    "supply.ship-to": COUNTRIES,
}
ATTRIBUTES: dict[str, Type] = {
    "customer.turnover": EUR,
    "line.weight": NUMBER,
    "customer.score": NUMBER,
    "customer.margin": PERCENT,
    "line.seats": SEAT,
    "customer.since": DATE,
    "customer.notice": DAYS,
    "customer.term": PERIOD,
    "customer.vip": BOOL,
    "line.fee": PER_SEAT,
    "customer.rating": EnumType("bronze, silver, platinum", RATINGS),
    "order.purchase-order": TEXT,
}
TYPES = {
    "money": "Money", "number": "Number", "percent": "Percent", "seats": "Quantity[seat]", "pieces": "Quantity", "date": "Date",
    "days": "Days", "period": "Period", "bool": "Bool", "text": "Text", "price": "Price[EUR per seat]", "amount": "Amount",
}  # fmt: skip


def vocabulary() -> Vocabulary:
    """The names that random rulebooks use."""
    known = Vocabulary.built_in(
        Currency.of("EUR"),
        {"countries": COUNTRIES, "segments": SEGMENTS, "products": PRODUCTS, "units": ("seat", "piece"), "roles": ROLES},
        order_types=ORDER_TYPES,
        languages=LANGUAGES,
        sets={"EU": ("BE", "FR", "DE", "NL"), "BENELUX": ("BE", "NL")},
    )
    return known.with_names(Entry(name, kind, "input") for name, kind in ATTRIBUTES.items() if name not in known.entries)


def files() -> dict[str, tuple[FileRow, ...]]:
    """The file in which a table of the gallery has its rows."""
    place = Span("rates.csv", 1, 1, 1, 2)
    rows = tuple(
        FileRow((TextCell(country, place), TextCell(rate, place)), date.fromisoformat(start), None, replace(place, line=line))
        for line, (country, rate, start) in enumerate(FILED, start=2)
    )
    return {"rates.csv": rows}
