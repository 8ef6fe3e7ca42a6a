"""Reads a Cross Industry Invoice as a stranger does, from the XML alone, and adds it up again."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from lxml import etree

from tests.property.invoice_reader import ReadDocument, Taxed

NAMES = {
    "rsm": "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100",
    "ram": "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100",
    "udt": "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100",
}
SETTLEMENT = "rsm:SupplyChainTradeTransaction/ram:ApplicableHeaderTradeSettlement"
TOTALS = f"{SETTLEMENT}/ram:SpecifiedTradeSettlementHeaderMonetarySummation"


def read(xml: bytes, decimals: int) -> ReadDocument:
    """What stands in an e-invoice in a currency with so many decimals."""
    root = etree.fromstring(xml)
    currency, unit = _text(root, f"{SETTLEMENT}/ram:InvoiceCurrencyCode"), Decimal(1).scaleb(-decimals)
    lines = _elements(root, "rsm:SupplyChainTradeTransaction/ram:IncludedSupplyChainTradeLineItem")
    bases: dict[Taxed, Decimal] = {}
    for line in lines:
        key = _taxed(line, "ram:SpecifiedLineTradeSettlement/ram:ApplicableTradeTax")
        bases[key] = bases.get(key, Decimal(0)) + _net(line)
    for reduction in _elements(root, f"{SETTLEMENT}/ram:SpecifiedTradeAllowanceCharge"):
        key = _taxed(reduction, "ram:CategoryTradeTax")
        bases[key] = bases.get(key, Decimal(0)) + _signed(reduction)
    return ReadDocument(
        number=_text(root, "rsm:ExchangedDocument/ram:ID"),
        currency=currency,
        stated={
            "net": _number(root, f"{TOTALS}/ram:TaxBasisTotalAmount"),
            "vat": _number(root, f"{TOTALS}/ram:TaxTotalAmount[@currencyID='{currency}']"),
            "gross": _number(root, f"{TOTALS}/ram:GrandTotalAmount"),
            "due": _number(root, f"{TOTALS}/ram:DuePayableAmount"),
        },
        lines=tuple(map(_net, lines)),
        recalculated=tuple(_recalculated(line, unit) for line in lines),
        vat={
            _taxed(part, "."): (_number(part, "ram:BasisAmount"), _number(part, "ram:CalculatedAmount"))
            for part in _elements(root, f"{SETTLEMENT}/ram:ApplicableTradeTax")
        },
        bases=bases,
    )


def _net(line: etree._Element) -> Decimal:
    return _number(line, "ram:SpecifiedLineTradeSettlement/ram:SpecifiedTradeSettlementLineMonetarySummation/ram:LineTotalAmount")


def _recalculated(line: etree._Element, unit: Decimal) -> Decimal:
    price = "ram:SpecifiedLineTradeAgreement/ram:NetPriceProductTradePrice"
    quantity = _number(line, "ram:SpecifiedLineTradeDelivery/ram:BilledQuantity")
    amount = quantity * _number(line, f"{price}/ram:ChargeAmount") / _number(line, f"{price}/ram:BasisQuantity")
    reductions = _elements(line, "ram:SpecifiedLineTradeSettlement/ram:SpecifiedTradeAllowanceCharge")
    return amount.quantize(unit, ROUND_HALF_UP) + sum(map(_signed, reductions), Decimal(0))


def _signed(reduction: etree._Element) -> Decimal:
    amount = _number(reduction, "ram:ActualAmount")
    return amount if _text(reduction, "ram:ChargeIndicator/udt:Indicator") == "true" else -amount


def _taxed(element: etree._Element, path: str) -> Taxed:
    rate = element.xpath(f"string({path}/ram:RateApplicablePercent)", namespaces=NAMES)
    return _text(element, f"{path}/ram:CategoryCode"), str(rate)


def _elements(element: etree._Element, path: str) -> list[etree._Element]:
    result = element.xpath(path, namespaces=NAMES)
    assert isinstance(result, list)
    return result


def _text(element: etree._Element, path: str) -> str:
    text = str(element.xpath(f"string({path})", namespaces=NAMES))
    assert text, path
    return text


def _number(element: etree._Element, path: str) -> Decimal:
    return Decimal(_text(element, path))
