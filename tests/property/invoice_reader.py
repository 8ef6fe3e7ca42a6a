"""Reads an e-invoice as a stranger does, from the XML alone, and adds it up again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from lxml import etree

NAMES = {
    "cbc": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
    "cac": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
}
Taxed = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadDocument:
    """The totals that a document states, and what its lines, discounts and charges come to."""

    number: str
    currency: str
    stated: Mapping[str, Decimal]
    """Net, VAT, gross and what is due."""
    lines: tuple[Decimal, ...]
    """The stated net of each line."""
    recalculated: tuple[Decimal, ...]
    """Quantity × price ÷ base quantity, less discounts, plus charges."""
    vat: Mapping[Taxed, tuple[Decimal, Decimal]]
    """Base and VAT by category and rate."""
    bases: Mapping[Taxed, Decimal]
    """The sum of lines, discounts and charges of the document by category and rate."""


def read(xml: bytes, decimals: int) -> ReadDocument:
    """What stands in an e-invoice in a currency with so many decimals."""
    root = etree.fromstring(xml)
    unit = Decimal(1).scaleb(-decimals)
    found_lines = _elements(root, "*[self::cac:InvoiceLine or self::cac:CreditNoteLine]")
    bases: dict[Taxed, Decimal] = {}
    for line in found_lines:
        key = _taxed(line, "cac:Item/cac:ClassifiedTaxCategory")
        bases[key] = bases.get(key, Decimal(0)) + _number(line, "cbc:LineExtensionAmount")
    for reduction in _elements(root, "cac:AllowanceCharge"):
        key = _taxed(reduction, "cac:TaxCategory")
        bases[key] = bases.get(key, Decimal(0)) + _signed(reduction)
    stated = {
        "net": _number(root, "cac:LegalMonetaryTotal/cbc:TaxExclusiveAmount"),
        "vat": _number(root, "cac:TaxTotal[cac:TaxSubtotal]/cbc:TaxAmount"),
        "gross": _number(root, "cac:LegalMonetaryTotal/cbc:TaxInclusiveAmount"),
        "due": _number(root, "cac:LegalMonetaryTotal/cbc:PayableAmount"),
    }
    return ReadDocument(
        number=_text(root, "cbc:ID"),
        currency=_text(root, "cbc:DocumentCurrencyCode"),
        stated=stated,
        lines=tuple(_number(line, "cbc:LineExtensionAmount") for line in found_lines),
        recalculated=tuple(_recalculated(line, unit) for line in found_lines),
        vat={
            _taxed(part, "cac:TaxCategory"): (_number(part, "cbc:TaxableAmount"), _number(part, "cbc:TaxAmount"))
            for part in _elements(root, "cac:TaxTotal/cac:TaxSubtotal")
        },
        bases=bases,
    )


def _recalculated(line: etree._Element, unit: Decimal) -> Decimal:
    quantity = _number(line, "*[self::cbc:InvoicedQuantity or self::cbc:CreditedQuantity]")
    amount = quantity * _number(line, "cac:Price/cbc:PriceAmount") / _number(line, "cac:Price/cbc:BaseQuantity")
    return amount.quantize(unit, ROUND_HALF_UP) + sum(map(_signed, _elements(line, "cac:AllowanceCharge")), Decimal(0))


def _signed(reduction: etree._Element) -> Decimal:
    amount = _number(reduction, "cbc:Amount")
    return amount if _text(reduction, "cbc:ChargeIndicator") == "true" else -amount


def _taxed(element: etree._Element, path: str) -> Taxed:
    rates = element.xpath(f"string({path}/cbc:Percent)", namespaces=NAMES)
    return _text(element, f"{path}/cbc:ID"), str(rates)


def _elements(element: etree._Element, path: str) -> list[etree._Element]:
    found = element.xpath(path, namespaces=NAMES)
    assert isinstance(found, list)
    return found


def _text(element: etree._Element, path: str) -> str:
    found = str(element.xpath(f"string({path})", namespaces=NAMES))
    assert found, path
    return found


def _number(element: etree._Element, path: str) -> Decimal:
    return Decimal(_text(element, path))
