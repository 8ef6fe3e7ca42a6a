"""Sellers, customers and prospects; each document carries a copy of its seller and customer (EN 16931 BG-4, BG-7)."""

from __future__ import annotations

from operator import not_
from typing import Final, Literal

from pydantic import Field

from engine.code_lists.code_list import COUNTRY
from engine.dates import Day
from engine.documents.document import Document, Language

CustomerKind = Literal["business", "private"]
VatNumberState = Literal["valid", "invalid", "unknown"]
EInvoiceFormat = Literal["ubl", "factur-x"]
"""What a customer outside Peppol gets: an XML file in UBL, or a PDF that is a Factur-X (ZUGFeRD)."""


class Address(Document):
    """A postal address (BG-5, BG-8); the country is its ISO 3166 code."""

    street: str
    postcode: str
    town: str
    country: str = Field(pattern=COUNTRY)


DELIVERY_SET: Final = "delivery address set"
"""What the step of an order says that got another address."""


class DeliveryAddress(Document):
    """Where an order is delivered (BG-13, BG-15): an address of the customer by its name, as it was when it was chosen."""

    name: str
    recipient: str | None = None
    """Who receives it there (BT-70), where that is not the customer."""
    address: Address

    def __str__(self) -> str:
        one = self.address
        return ", ".join(filter(None, (self.recipient, one.street, f"{one.postcode} {one.town}", one.country)))


class Seller(Document):
    """Our company as it stands on documents (BG-4), with its entry in a register and its account, as law requires."""

    name: str
    address: Address
    vat_number: str
    enterprise_number: str
    register_entry: str
    iban: str
    bic: str | None = None
    email: str
    phone: str
    website: str | None = None
    contact: str | None = Field(default=None, exclude_if=not_)
    """Who answers questions about invoices (BT-41); None: the seller by its name."""
    oss: bool = False
    small_business: bool = False


class Customer(Document):
    """Who buys (BG-7). The state of the VAT number is the last answer of a check, and the day of that answer is its evidence."""

    id: str
    name: str
    address: Address
    language: Language = "en"
    kind: CustomerKind = "business"
    vat_number: str | None = None
    vat_number_state: VatNumberState = "unknown"
    vat_checked_on: Day | None = None
    email: str | None = None
    segment: str | None = None
    files_periodic_returns: bool | None = None
    """Whether it files periodic VAT returns; None where nobody stated it."""
    small_business: bool = False
    purchase_order: str | None = None
    buyer_reference: str | None = Field(default=None, exclude_if=not_)
    """What the customer wants on every invoice to find where it belongs (BT-10): a cost centre, a routing id."""
    peppol_address: str | None = Field(default=None, exclude_if=not_)
    """Its address in Peppol as scheme and number, `0208:0202239951`; None: that of its VAT number, where the country has one."""
    e_invoice_format: EInvoiceFormat | None = Field(default=None, exclude_if=not_)
    """The e-invoice that it asks for where it is not reached by Peppol; None: UBL."""
    payment_terms: str | None = None
    """The payment terms agreed with the customer; None: those of the billing process, or of the company."""
    attributes: dict[str, str] = Field(default_factory=dict)
    """What the rulebook's vocabulary adds to a customer, as text by name (`shops`: `3`)."""


class Prospect(Document):
    """Who might become a customer."""

    name: str
    town: str | None = None
    contact: str | None = None
    stored_until: Day | None = None
    """The last day on which these data may be stored; None: no day is set."""
