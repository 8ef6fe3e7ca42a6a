"""The return of the one-stop shop: what documents supplied to each state of consumption, by goods or services and rate."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from engine.documents.invoice import CreditNote, Invoice, InvoiceLine
from engine.documents.totals import parts_of_reductions
from engine.documents.vat_parts import spread, vat_parts
from engine.money import Money, Percent
from engine.rulebook.book import Rulebook
from engine.rulebook.facts import vat_territory
from engine.rulebook.supply_codes import vat_code_of_line

OSS: Final = "oss"
_ON_PROPERTY: Final = "immovable-work"


@dataclass(frozen=True, slots=True, kw_only=True)
class OssSupply:
    """What a document supplies to one state at one rate; of a credit note below zero."""

    state: str
    """As VAT numbers begin there: Greece is EL."""
    supply: Literal["goods", "services"]
    rate: Percent
    base: Money
    vat: Money


def oss_supplies(document: Invoice | CreditNote, rulebook: Rulebook) -> Iterator[OssSupply]:
    """What a document declares in the one-stop shop. Its VAT adds up to what is posted."""
    sign, nothing = -1 if isinstance(document, CreditNote) else 1, Money(0, document.currency)
    codes = [vat_code_of_line(line, document.tax_point, rulebook) or "" for line in document.lines]
    exempt = parts_of_reductions(document.lines, document.base_reductions, document.currency) if document.base_reductions else ()
    for part in vat_parts(document, codes, exempt):
        if part.treatment != OSS:
            continue
        bases: dict[tuple[str, Literal["goods", "services"]], Money] = {}
        for at, (line, code) in enumerate(zip(document.lines, codes, strict=True)):
            if (line.category, line.rate, line.treatment, code) == (part.category, part.rate, part.treatment, part.code):
                key = (_state_of(document, line, rulebook), _kind_of(line))
                bases[key] = bases.get(key, nothing) + line.net - (exempt[at] if exempt else nothing)
        for (state, supply), base, vat in spread(bases, part.rate.fraction, part.vat):
            signed = (base, vat) if sign > 0 else (-base, -vat)
            yield OssSupply(state=state, supply=supply, rate=part.rate, base=signed[0], vat=signed[1])


def _kind_of(line: InvoiceLine) -> Literal["goods", "services"]:
    return "goods" if line.goods else "services"


def _state_of(document: Invoice | CreditNote, line: InvoiceLine, rulebook: Rulebook) -> str:
    """The state of consumption: goods go to where they are delivered, property stands there, services go to the customer."""
    product = rulebook.products.get(line.product)
    goes_there = line.goods or (product is not None and product.supply_kind == _ON_PROPERTY)
    place = document.deliver_to.address if document.deliver_to is not None and goes_there else document.customer.address
    country = vat_territory(place.country, place.postcode, rulebook, document.tax_point)
    return rulebook.countries.vat_prefixes.get(country, country)
