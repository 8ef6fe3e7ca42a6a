"""A customer as an evaluation is told of one, and how it becomes the customer that the stages know."""

from __future__ import annotations

from typing import Final

from pydantic import Field

from engine.dates import Day
from engine.documents.document import Document
from engine.documents.party import Address, Customer, CustomerKind, Language, VatNumberState
from engine.problems import Kind, refuse
from engine.rulebook.book import Rulebook

UNKNOWN_COUNTRY: Final = Kind("unknown-country", "`{country}` is no country of ISO 3166", "write its two capitals, such as `BE`")
UNKNOWN_SEGMENT: Final = Kind("unknown-segment", "`{segment}` is no segment of this rulebook", "write one of: {possible}")
_NOT_TOLD: Final = "?"


class AskedCustomer(Document):
    """Who would buy: a business unless stated, who files no periodic returns unless stated; a VAT number is unknown until checked."""

    id: str = Field(default="", max_length=200)
    name: str = Field(default="", max_length=500)
    address: Address | None = None
    country: str | None = Field(default=None, pattern="^[A-Z]{2}$")
    language: Language = "en"
    kind: CustomerKind = "business"
    vat_number: str | None = Field(default=None, max_length=40)
    vat_number_state: VatNumberState | None = None
    vat_checked_on: Day | None = None
    email: str | None = Field(default=None, max_length=320)
    segment: str | None = Field(default=None, max_length=60)
    files_periodic_returns: bool = False
    small_business: bool = False
    purchase_order: str | None = Field(default=None, max_length=200)
    attributes: dict[str, str] = Field(default_factory=dict, max_length=100)

    @property
    def told_country(self) -> str | None:
        """The country, where the request names one."""
        return self.country or (self.address.country if self.address else None)


def customer_of(asked: AskedCustomer, rulebook: Rulebook, pointer: str = "/customer") -> Customer:
    """The customer that a request tells of; in the seller's country where it names none. Refusal for an unknown country or segment."""
    country = asked.told_country or rulebook.company.seller.country
    known = rulebook.vocabulary.domains.get("countries")
    if known and country not in known:
        raise refuse(UNKNOWN_COUNTRY, None, f"{pointer}/country", country=country)
    if asked.segment is not None and asked.segment not in rulebook.segments:
        raise refuse(UNKNOWN_SEGMENT, None, f"{pointer}/segment", segment=asked.segment, possible=", ".join(rulebook.segments))
    number = asked.vat_number or (_NOT_TOLD if asked.vat_number_state else None)
    address = asked.address or Address(street="", postcode="", town="", country=country)
    return Customer(
        id=asked.id,
        name=asked.name,
        address=address.replace(country=country),
        language=asked.language,
        kind=asked.kind,
        vat_number=number,
        vat_number_state=asked.vat_number_state or "unknown",
        vat_checked_on=asked.vat_checked_on,
        email=asked.email,
        segment=asked.segment,
        files_periodic_returns=asked.files_periodic_returns,
        small_business=asked.small_business,
        purchase_order=asked.purchase_order,
        attributes=asked.attributes,
    )
