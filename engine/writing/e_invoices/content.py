"""What an e-invoice says, in the business terms of EN 16931: worked out once of a document, written in each syntax."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final, NamedTuple

from engine.dates import Period
from engine.documents.party import Address, DeliveryAddress
from engine.money import Currency, Money, Percent, Price, Quantity

CREDIT_NOTE: Final = "381"
"""The type of a credit note in UNTDID 1001."""
DISCOUNT_CODE: Final = "95"
"""The reason of a discount in UNTDID 5189."""
_SLACK: Final = Fraction(2, 100)
_NOT_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Identifier(NamedTuple):
    """A number and the scheme, or the register, that gave it; the scheme is empty where the number has none."""

    scheme: str
    number: str


class Contact(NamedTuple):
    """Whom to ask (BG-6, BG-9)."""

    name: str
    phone: str
    email: str | None


class Reference(NamedTuple):
    """An earlier invoice to which a document refers (BG-3)."""

    number: str
    issued_on: date | None


class Taxed(NamedTuple):
    """A VAT category with its rate, which category O has not (BT-118, BT-119)."""

    category: str
    rate: Percent | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """The seller or the customer (BG-4, BG-7)."""

    name: str
    number: str
    """Our number of a customer (BT-46)."""
    endpoint: Identifier | None
    address: Address
    vat_number: str
    registered: Identifier | None
    register_entry: str
    """The entry of a seller in a register, as law requires it (BT-33)."""
    contact: Contact | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjustment:
    """A discount, or a surcharge where it adds (BG-20, BG-21, BG-27, BG-28); of the document it has a VAT category."""

    adds: bool
    code: str
    reason: str
    percent: Percent | None
    amount: Money
    base: Money | None
    taxed: Taxed | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line (BG-25): quantity × price ÷ base quantity, with its adjustments, is its net."""

    number: int
    name: str
    detail: str
    product: str
    quantity: Quantity
    unit_code: str
    price: Price
    base_quantity: Quantity
    period: Period | None
    adjustments: tuple[Adjustment, ...]
    net: Money
    taxed: Taxed


@dataclass(frozen=True, slots=True, kw_only=True)
class VatPart:
    """The VAT of one category and rate, and why none is charged (BG-23)."""

    taxed: Taxed
    base: Money
    vat: Money
    vatex: str | None
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """How, to which account and when a document is paid (BG-16, BG-17, BT-20); of a credit note no more than the code."""

    code: str
    reference: str = ""
    iban: str = ""
    account_name: str = ""
    bic: str = ""
    terms: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """A document in business terms. Amounts are as the document has them: nothing is calculated but sums of its discounts."""

    number: str
    type_code: str
    issued_on: date
    due_on: date | None
    tax_point: date | None
    """Only where it is not the issue date (BT-7)."""
    note: str
    currency: Currency
    accounting_vat: Money | None
    """VAT in the currency of declarations, where that is another (BT-111)."""
    buyer_reference: str
    purchase_order: str | None
    period: Period | None
    references: tuple[Reference, ...]
    seller: Party
    customer: Party
    delivered_on: date | None
    ship_to: str | None
    """The country to which it goes (BT-80)."""
    deliver_to: DeliveryAddress | None
    payment: Payment | None
    adjustments: tuple[Adjustment, ...]
    """Discounts and surcharges of the document, which lines do not have."""
    vat_parts: tuple[VatPart, ...]
    lines_net: Money
    discounts: Money | None
    surcharges: Money | None
    net: Money
    vat: Money
    gross: Money
    due: Money
    lines: tuple[Line, ...]

    @property
    def is_credit(self) -> bool:
        """Whether it is a credit note."""
        return self.type_code == CREDIT_NOTE


def visible(text: object) -> str:
    """A text as XML may have it, without blanks around it; empty where there is nothing to see in it."""
    written = "" if text is None else str(text)
    if written.isprintable():
        return written.strip()
    written = _NOT_XML.sub("", written).strip()
    return written if any(sign.isprintable() and not sign.isspace() for sign in written) else ""


def escaped(text: str) -> str:
    """A text as it stands in XML between tags."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#13;")


def quoted(text: str) -> str:
    """A text as it stands in XML as the value of an attribute."""
    return f'"{escaped(text).replace(chr(34), "&quot;").replace(chr(10), "&#10;").replace(chr(9), "&#9;")}"'


def compact(number: str) -> str:
    """A VAT number, enterprise number or IBAN without blanks, dots and hyphens."""
    return re.sub(r"[\s.\-]", "", number).upper()


def written_text(tag: str, text: str) -> bytes:
    """An element of a text without attributes, as it stands in a document: its tag has its prefix, `cbc:ID`."""
    return f"<{tag}>{escaped(visible(text))}</{tag}>".encode()


def with_texts(xml: bytes, changed: Iterable[tuple[str, str, str]]) -> bytes:
    """An XML in which other texts stand in the first elements of some tags and texts: (tag, text before, text after)."""
    for tag, before, after in changed:
        xml = xml.replace(written_text(tag, before), written_text(tag, after), 1)
    return xml


def gives(percent: Percent, base: Money, amount: Money) -> bool:
    """Whether an amount is a percentage of another as closely as receivers ask it, to 0.02 (R040): in yen only where it is exact."""
    exact = percent.fraction * base.minor
    return bool(abs(exact - amount.minor) <= min(Fraction(1, 2), _SLACK * 10**amount.currency.exponent))
