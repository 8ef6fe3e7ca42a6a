"""The customer in a request of an evaluation, and its conversion to a customer of the stages."""

from __future__ import annotations

from typing import Final

from pydantic import Field

from engine.dates import Day
from engine.documents.document import Document, Language
from engine.documents.party import Address, Customer, CustomerKind, VatNumberState
from engine.problems import Kind, Problem, Refusal, refuse
from engine.rulebook.book import Rulebook
from engine.rulebook.facts import read_vat_number
from engine.rulebook.references import UNKNOWN_COUNTRY
from engine.text.country_codes import CountryCode, country_remedy

UNKNOWN_SEGMENT: Final = Kind("unknown-segment", "`{segment}` is no segment of this rulebook", "write one of: {possible}")
VALID_WITHOUT_NUMBER: Final = Kind(
    "valid-without-number",
    "a VAT number is said to be valid, and none is given",
    "give it as `vat_number`, or leave `vat_number_state` out",
)
_NUMBER_NOT_GIVEN: Final = "?"


class CustomerRequest(Document):
    """A customer; by default a business whose VAT number is not checked, and of which nobody stated whether it files periodic returns."""

    id: str = Field(default="", max_length=200)
    name: str = Field(default="", max_length=500)
    address: Address | None = None
    country: CountryCode | None = None
    postcode: str | None = Field(default=None, max_length=20)
    """The postal code, where no address is given: it tells some VAT territories apart."""
    language: Language = "en"
    kind: CustomerKind = "business"
    vat_number: str | None = Field(default=None, max_length=40)
    vat_number_state: VatNumberState | None = None
    vat_checked_on: Day | None = None
    email: str | None = Field(default=None, max_length=320)
    segment: str | None = Field(default=None, max_length=60)
    files_periodic_returns: bool | None = None
    small_business: bool = False
    purchase_order: str | None = Field(default=None, max_length=200)
    attributes: dict[str, str] = Field(default_factory=dict, max_length=100)


def customer_of(request: CustomerRequest, rulebook: Rulebook) -> Customer:
    """The customer of a request, by default in the seller's country; Refusal for an unknown country or segment, or a wrong VAT number."""
    country = request.country or (request.address.country if request.address else None) or rulebook.company.seller.country
    check_country(country, rulebook, "/customer/country")
    if request.segment is not None and request.segment not in rulebook.segments:
        raise refuse(UNKNOWN_SEGMENT, None, "/customer/segment", segment=request.segment, possible=", ".join(rulebook.segments))
    address = request.address or Address(street="", postcode=request.postcode or "", town="", country=country)
    return Customer.of(
        request,
        address=address.replace(country=country),
        vat_number=_vat_number(request, rulebook),
        vat_number_state=request.vat_number_state or "unknown",
    )


def _vat_number(request: CustomerRequest, rulebook: Rulebook) -> str | None:
    """The number, checked and compact; a placeholder where only its state is given: there is a number, and it is not given."""
    pointer, number = "/customer/vat_number", request.vat_number
    if not number:
        if request.vat_number_state == "valid":
            raise refuse(VALID_WITHOUT_NUMBER, None, pointer)
        return _NUMBER_NOT_GIVEN if request.vat_number_state else None
    result = read_vat_number(number, rulebook, None, pointer)
    if isinstance(result, Problem):
        raise Refusal((result,))
    return result


def check_country(country: str | None, rulebook: Rulebook, pointer: str) -> None:
    """Refusal for a country that the vocabulary does not know."""
    known = rulebook.vocabulary.domains.get("countries")
    if known and country is not None and country not in known:
        raise refuse(UNKNOWN_COUNTRY, None, pointer, name=country, remedy=country_remedy(country))
