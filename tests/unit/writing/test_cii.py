"""The Cross Industry Invoice of Factur-X: what its rules ask for where the syntax differs from UBL."""

from __future__ import annotations

from datetime import date

from lxml import etree

from engine.documents.invoice import AccountingVat, CreditNote, Invoice
from engine.money import Currency, Money
from engine.writing.cii.cross_industry_invoice import write
from tests.property.cii_reader import NAMES
from tests.unit.stages.due_transactions import abroad, issued, transaction
from tests.unit.stages.small_rulebook import customer
from tests.unit.writing.test_ubl import credited


def texts(document: Invoice | CreditNote, path: str) -> list[str]:
    """The texts of the elements, anywhere in the document, at a path such as `BuyerTradeParty/Name`."""
    steps = "/".join(step if step.startswith("@") or ":" in step else f"ram:{step}" for step in path.split("/"))
    found = etree.fromstring(write(document)).xpath(f"//{steps}", namespaces=NAMES)
    return [str(one if isinstance(one, str) else one.text) for one in found]


def test_the_head_names_profile_type_and_days_in_eight_digits() -> None:
    invoice = issued(transaction("100.00"))
    assert texts(invoice, "GuidelineSpecifiedDocumentContextParameter/ID") == ["urn:cen.eu:en16931:2017"]
    assert texts(invoice, "BusinessProcessSpecifiedDocumentContextParameter/ID") == []
    assert texts(invoice, "IssueDateTime/udt:DateTimeString") == ["20270131"]
    assert texts(invoice, "DueDateDateTime/udt:DateTimeString") == ["20270302"]
    assert texts(invoice, "rsm:ExchangedDocument/TypeCode") == ["380"]


def test_a_credit_note_has_the_same_root_its_type_and_the_invoice_with_its_date() -> None:
    note = credited(issued(transaction("100.00")))
    assert etree.QName(etree.fromstring(write(note))).localname == "CrossIndustryInvoice"
    assert texts(note, "rsm:ExchangedDocument/TypeCode") == ["381"]
    assert texts(note, "DueDateDateTime/udt:DateTimeString") == []
    assert texts(note, "InvoiceReferencedDocument/IssuerAssignedID") == ["2027-00001"]
    assert etree.fromstring(write(note)).findtext(".//{*}FormattedIssueDateTime/{*}DateTimeString") == "20270131"


def test_the_day_of_the_tax_point_stands_once_however_many_rates_there_are() -> None:
    invoice = issued(transaction("100.00")).replace(tax_point=date(2027, 1, 15))
    more = invoice.replace(vat_breakdown=(*invoice.vat_breakdown, invoice.vat_breakdown[0].replace(category="Z")))
    assert texts(more, "TaxPointDate/udt:DateString") == ["20270115"]
    assert texts(issued(transaction("100.00")), "TaxPointDate/udt:DateString") == []


def test_vat_stands_in_both_currencies_and_only_with_its_currency() -> None:
    invoice = issued(transaction("100.00"))
    sek = Currency.of("SEK")
    stated = AccountingVat(currency=sek, vat=Money.parse("239.82", sek), rate="1 EUR = 11.42 SEK", rate_on=date(2027, 1, 14))
    both = invoice.model_copy(update={"accounting_vat": stated})
    assert texts(both, "TaxTotalAmount/@currencyID") == ["EUR", "SEK"]
    assert texts(both, "TaxCurrencyCode") == ["SEK"]
    assert texts(both, "LineTotalAmount/@currencyID") == []


def test_our_number_of_a_customer_is_no_reference_of_the_buyer_outside_peppol() -> None:
    invoice = issued(transaction("100.00"), customers=[customer(vat_number="BE 0999.910.048")])
    assert texts(invoice, "BuyerReference") == []
    assert texts(invoice.replace(buyer_reference="cost centre 7"), "BuyerReference") == ["cost centre 7"]


def test_both_parties_have_their_vat_numbers_and_an_address_with_its_scheme() -> None:
    invoice = issued(transaction("100.00"), customers=[abroad("LU")])
    assert texts(invoice, "SpecifiedTaxRegistration/ID/@schemeID") == ["VA", "VA"]
    assert texts(invoice, "URIUniversalCommunication/URIID/@schemeID") == ["0208", "9938"]
