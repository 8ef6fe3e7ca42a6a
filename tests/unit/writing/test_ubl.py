"""Peppol BIS Billing 3.0: what the validators ask of each kind of document, looked up in the XML."""

from __future__ import annotations

from datetime import date

import pytest
from lxml import etree

from engine.dates import Period
from engine.documents.credit import CreditSelection
from engine.documents.invoice import AccountingVat, CreditNote, Invoice
from engine.documents.quote import LineDiscount
from engine.money import Currency, Money, Quantity
from engine.stages.crediting.credit_notes import credit
from engine.stages.invoicing.drafting import issue_credit_note
from engine.writing.e_invoices.addresses import endpoint_of
from engine.writing.ubl.e_invoice import EN_16931, PEPPOL, PROFILE, write
from tests.unit.stages.due_transactions import abroad, billing_rulebook, euros, issued, transaction
from tests.unit.stages.small_rulebook import customer

NAMES = {
    "cbc": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
    "cac": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
}
QUARTER = Period(date(2027, 1, 1), date(2027, 4, 1))


def texts(document: Invoice | CreditNote, path: str) -> list[str]:
    """The texts at a path such as `InvoiceLine/Price/PriceAmount`; the last step is a basic component, the others aggregates."""
    *parents, last = path.split("/")
    steps = "/".join([f"cac:{name}" for name in parents] + [last if last.startswith("@") else f"cbc:{last}"])
    found = etree.fromstring(write(document)).xpath(steps, namespaces=NAMES)
    return [one if isinstance(one, str) else one.text for one in found]


def credited(invoice: Invoice) -> CreditNote:
    draft = credit(invoice, (), CreditSelection(whole=True), billing_rulebook(), on=date(2027, 2, 3), because="wrong price")
    return issue_credit_note(draft, number="C2027-00001", series="credit-note/2027", on=date(2027, 2, 3))


def test_the_head_names_profile_dates_type_and_currency() -> None:
    invoice = issued(transaction("100.00"))
    assert texts(invoice, "CustomizationID") == [PEPPOL]
    assert texts(invoice, "ProfileID") == [PROFILE]
    assert [texts(invoice, name) for name in ("ID", "IssueDate", "DueDate", "InvoiceTypeCode", "DocumentCurrencyCode")] == [
        ["2027-00001"],
        ["2027-01-31"],
        ["2027-03-02"],
        ["380"],
        ["EUR"],
    ]
    assert texts(invoice, "TaxPointDate") == []


def test_belgian_parties_have_their_enterprise_number_as_address() -> None:
    invoice = issued(transaction("100.00"), customers=[customer(vat_number="BE 0999.910.048")])
    assert texts(invoice, "AccountingSupplierParty/Party/EndpointID") == ["0202239951"]
    assert texts(invoice, "AccountingCustomerParty/Party/EndpointID") == ["0999910048"]
    assert etree.fromstring(write(invoice)).xpath("//cbc:EndpointID/@schemeID", namespaces=NAMES) == ["0208", "0208"]
    assert texts(invoice, "AccountingCustomerParty/Party/PartyTaxScheme/CompanyID") == ["BE0999910048"]
    assert texts(invoice, "AccountingCustomerParty/Party/PartyLegalEntity/CompanyID") == ["0999910048"]


@pytest.mark.parametrize(
    ("country", "number", "email", "expected"),
    [
        ("LU", "LU12345678", None, ("9938", "LU12345678")),
        ("FR", "FR 12 345678901", None, ("9957", "FR12345678901")),
        ("GR", "EL123456789", None, ("9933", "EL123456789")),
        ("SE", "SE123456789701", None, ("0007", "1234567897")),
        ("FI", "FI20774740", None, ("0216", "003720774740")),
        ("MC", "FR 12 345678901", None, ("9940", "FR12345678901")),
        ("LI", "LI12345", None, ("9936", "LI12345")),
        ("GB", "GB123456782", None, ("9932", "GB123456782")),
        ("GB", "XI123456782", None, ("9932", "XI123456782")),
        ("DK", "DK13585628", None, ("0184", "DK13585628")),
        ("NO", "NO 995 525 828 MVA", None, ("0192", "995525828")),
        ("NO", "NO995525828", None, ("0192", "995525828")),
        ("NO", "NO995525829", "a@b.example", ("EM", "a@b.example")),
        ("SE", "SE123456789801", "a@b.example", ("EM", "a@b.example")),
        ("IS", "IS12345", "a@b.example", ("EM", "a@b.example")),
        ("BE", "BE0999910049", None, None),
        ("BE", "FR 12 345678901", None, ("9957", "FR12345678901")),
        ("BE", "BE 999910048", None, ("0208", "0999910048")),
        ("BE", None, "a@b.example", ("EM", "a@b.example")),
        ("US", "123", "a@b.example", ("EM", "a@b.example")),
        ("US", None, None, None),
    ],
)
def test_other_addresses_by_country(country: str, number: str | None, email: str | None, expected: tuple[str, str] | None) -> None:
    address = customer().address.model_copy(update={"country": country})
    assert endpoint_of(customer(address=address, vat_number=number, email=email)) == expected


def test_vat_in_the_currency_of_declarations_stands_beside_that_of_the_document() -> None:
    sek = Currency.of("SEK")
    stated = AccountingVat(currency=sek, vat=Money.parse("239.82", sek), rate="1 EUR = 11.42 SEK", rate_on=date(2027, 1, 14))
    written = issued(transaction("100.00")).model_copy(update={"accounting_vat": stated})
    assert texts(written, "TaxCurrencyCode") == ["SEK"]
    assert texts(written, "TaxTotal/TaxAmount") == ["21.00", "239.82"]
    amounts = etree.fromstring(write(written)).xpath("cac:TaxTotal/cbc:TaxAmount/@currencyID", namespaces=NAMES)
    assert amounts == ["EUR", "SEK"]


def test_a_seller_of_another_country_has_its_vat_number_as_address_and_its_own_register() -> None:
    invoice = issued(transaction("100.00"))
    address = invoice.seller.address.model_copy(update={"country": "NL"})
    dutch = {"address": address, "vat_number": "NL999990019B01", "enterprise_number": "12345678"}
    abroad = invoice.model_copy(update={"seller": invoice.seller.model_copy(update=dutch)})
    assert endpoint_of(abroad.seller) == ("9944", "NL999990019B01")
    assert texts(abroad, "AccountingSupplierParty/Party/PartyLegalEntity/CompanyID") == ["12345678"]
    entity = "//cac:AccountingSupplierParty//cac:PartyLegalEntity/cbc:CompanyID/@schemeID"
    assert etree.fromstring(write(abroad)).xpath(entity, namespaces=NAMES) == ["0106"]


def test_the_buyer_is_referred_to_by_its_own_reference_by_order_or_in_peppol_by_number() -> None:
    assert texts(issued(transaction("1.00")), "BuyerReference") == ["K1"]
    ordered = issued(transaction("1.00", purchase_order="PO 7"))
    assert (texts(ordered, "BuyerReference"), texts(ordered, "OrderReference/ID")) == ([], ["PO 7"])
    own = issued(transaction("1.00", purchase_order="PO 7"), customers=[customer(buyer_reference="CC-12")])
    assert (texts(own, "BuyerReference"), texts(own, "OrderReference/ID")) == (["CC-12"], ["PO 7"])
    assert texts(credited(own), "BuyerReference") == ["CC-12"]
    assert texts(issued(transaction("1.00"), customers=[customer(vat_number=None)]), "BuyerReference") == []
    assert texts(own, "AccountingCustomerParty/Party/PartyIdentification/ID") == ["K1"]


def test_without_an_address_in_peppol_it_is_a_plain_european_invoice() -> None:
    by_mail = issued(transaction("1.00"), customers=[customer(vat_number=None, email="a@b.example")])
    assert (texts(by_mail, "CustomizationID"), texts(by_mail, "ProfileID")) == ([EN_16931], [])
    assert texts(by_mail, "AccountingCustomerParty/Party/EndpointID") == ["a@b.example"]
    nowhere = issued(transaction("1.00"), customers=[customer(vat_number=None)])
    assert texts(nowhere, "AccountingCustomerParty/Party/EndpointID") == []
    person = issued(transaction("1.00"), customers=[customer(kind="private")])
    assert texts(person, "CustomizationID") == [EN_16931]
    given = issued(transaction("1.00"), customers=[customer(vat_number=None, peppol_address="0088:5412345000013")])
    assert texts(given, "CustomizationID") == [PEPPOL]
    assert texts(given, "AccountingCustomerParty/Party/EndpointID") == ["5412345000013"]
    assert texts(given, "AccountingCustomerParty/Party/PartyLegalEntity/CompanyID") == []
    enterprise = issued(transaction("1.00"), customers=[customer(vat_number=None, peppol_address="0208:0999910048")])
    assert texts(enterprise, "AccountingCustomerParty/Party/PartyLegalEntity/CompanyID") == ["0999910048"]


def test_the_invoices_to_which_one_refers_have_their_dates() -> None:
    invoice = issued(transaction("1.00")).model_copy(
        update={"refers_to": ("1", "2"), "replaces": ("2",), "reference_dates": {"2": date(2026, 12, 8)}}
    )
    assert texts(invoice, "BillingReference/InvoiceDocumentReference/ID") == ["1", "2"]
    assert texts(invoice, "BillingReference/InvoiceDocumentReference/IssueDate") == ["2026-12-08"]


def test_who_is_asked_is_named() -> None:
    invoice = issued(transaction("1.00"))
    contact = "AccountingSupplierParty/Party/Contact"
    assert [texts(invoice, f"{contact}/{name}") for name in ("Name", "Telephone", "ElectronicMail")] == [
        ["Atelier"],
        ["+32 4 000 00 00"],
        ["billing@atelier.example"],
    ]
    named = invoice.model_copy(update={"seller": invoice.seller.model_copy(update={"contact": "Ana"})})
    assert texts(named, f"{contact}/Name") == ["Ana"]


def test_a_line_multiplies_out_and_its_discount_is_an_allowance() -> None:
    volume = LineDiscount(name="volume", label="Volume", amount=euros("10.00"))
    nothing = LineDiscount(name="none", label="Nothing", amount=euros("0.00"))
    invoice = issued(transaction("90.00", list_net=euros("100.00"), discounts=(volume, nothing), quantity=Quantity.whole(4)))
    assert [texts(invoice, f"InvoiceLine/{name}") for name in ("InvoicedQuantity", "LineExtensionAmount")] == [["4"], ["90.00"]]
    assert [texts(invoice, f"InvoiceLine/Price/{name}") for name in ("PriceAmount", "BaseQuantity")] == [["25.00"], ["1"]]
    assert [texts(invoice, f"InvoiceLine/AllowanceCharge/{name}") for name in ("ChargeIndicator", "AllowanceChargeReason", "Amount")] == [
        ["false"],
        ["Volume"],
        ["10.00"],
    ]


def test_a_change_that_takes_a_discount_back_is_a_charge() -> None:
    back = LineDiscount(name="volume", label="Volume", amount=euros("-3.00"))
    invoice = issued(
        transaction("100.00"),
        transaction("-27.00", item="A-2", kind="change", list_net=euros("-30.00"), discounts=(back,), quantity=Quantity.whole(-2)),
    )
    assert texts(invoice, "InvoiceLine/InvoicedQuantity") == ["1", "-2"]
    assert texts(invoice, "InvoiceLine/Price/PriceAmount") == ["100.00", "15.00"]
    assert [texts(invoice, f"InvoiceLine/AllowanceCharge/{name}") for name in ("ChargeIndicator", "Amount")] == [["true"], ["3.00"]]


def test_periods_of_lines_lie_within_that_of_the_document() -> None:
    invoice = issued(transaction("1.00"), transaction("2.00", item="A-2", service_period=QUARTER))
    assert (texts(invoice, "InvoicePeriod/StartDate"), texts(invoice, "InvoicePeriod/EndDate")) == (["2027-01-01"], ["2027-03-31"])
    assert texts(invoice, "InvoiceLine/InvoicePeriod/EndDate") == ["2027-01-31", "2027-03-31"]


def test_standard_vat_gives_no_reason_and_what_is_not_taxed_gives_one() -> None:
    assert texts(issued(transaction("1.00")), "TaxTotal/TaxSubtotal/TaxCategory/TaxExemptionReason") == []
    reverse = issued(transaction("1.00", service_period=QUARTER), customers=[abroad("LU")])
    assert texts(reverse, "TaxTotal/TaxSubtotal/TaxCategory/TaxExemptionReason") == ["No VAT, category AE."]
    assert texts(reverse, "TaxTotal/TaxSubtotal/TaxCategory/Percent") == ["0"]
    assert texts(reverse, "TaxPointDate") == ["2027-03-31"]


def test_with_category_o_no_vat_number_stands_in_it_but_the_enterprise_number_does() -> None:
    invoice = issued(transaction("1.00"), customers=[abroad("CH")])
    assert texts(invoice, "AccountingSupplierParty/Party/PartyTaxScheme/CompanyID") == []
    assert texts(invoice, "AccountingCustomerParty/Party/PartyTaxScheme/CompanyID") == []
    assert texts(invoice, "AccountingSupplierParty/Party/PartyLegalEntity/CompanyID") == ["0202239951"]
    assert texts(invoice, "TaxTotal/TaxSubtotal/TaxCategory/Percent") == []
    assert texts(invoice, "InvoiceLine/Item/ClassifiedTaxCategory/ID") == ["O"]


def test_goods_to_another_member_state_say_when_and_where() -> None:
    goods = issued(
        transaction("1.00", "TILL", kind="instalment", number=3, service_period=None, supplied_on=date(2027, 1, 14)),
        customers=[abroad("LU")],
        earlier={"A": ["2026-00008"]},
    )
    assert texts(goods, "Delivery/ActualDeliveryDate") == ["2027-01-14"]
    assert texts(goods, "BillingReference/InvoiceDocumentReference/ID") == ["2026-00008"]
    tree = etree.fromstring(write(goods))
    assert tree.xpath("cac:Delivery/cac:DeliveryLocation//cbc:IdentificationCode/text()", namespaces=NAMES) == ["LU"]
    advance = issued(transaction("1.00", "TILL", kind="instalment", number=1, service_period=None, advance=True), customers=[abroad("LU")])
    assert texts(advance, "InvoiceTypeCode") == ["386"]
    assert (texts(advance, "Delivery/ActualDeliveryDate"), texts(advance, "InvoicePeriod/EndDate")) == ([], ["2027-01-31"])


def test_payment_goes_to_the_iban_under_the_structured_communication() -> None:
    invoice = issued(transaction("1.00"))
    assert [texts(invoice, f"PaymentMeans/{name}") for name in ("PaymentMeansCode", "PaymentID")] == [["30"], [invoice.communication]]
    assert texts(invoice, "PaymentMeans/PayeeFinancialAccount/ID") == ["BE71096123456769"]
    assert texts(invoice, "PaymentTerms/Note") == ["1.21 EUR by 2 March 2027"]


def test_where_nothing_is_due_nothing_says_how_it_is_paid() -> None:
    assert texts(issued(transaction("0.00")), "PaymentMeans/PaymentMeansCode") == []
    assert texts(issued(transaction("0.00")), "PaymentTerms/Note") == []
    assert texts(credited(issued(transaction("1.00"))), "PaymentMeans/PaymentMeansCode") == []


def test_a_credit_note_is_a_root_of_its_own_without_due_date() -> None:
    note = credited(issued(transaction("100.00", quantity=Quantity.whole(2))))
    root = etree.fromstring(write(note))
    assert etree.QName(root).localname == "CreditNote"
    assert [texts(note, name) for name in ("CreditNoteTypeCode", "DueDate", "Note")] == [
        ["381"],
        [],
        ["wrong price VAT to be paid back. By law."],
    ]
    assert texts(note, "BillingReference/InvoiceDocumentReference/ID") == ["2027-00001"]
    assert texts(note, "BillingReference/InvoiceDocumentReference/IssueDate") == ["2027-01-31"]
    assert texts(note, "CreditNoteLine/CreditedQuantity") == ["2"]
    assert texts(note, "LegalMonetaryTotal/PayableAmount") == ["121.00"]


def test_no_element_is_empty_and_no_sign_is_that_xml_forbids() -> None:
    invoice = issued(transaction("1.00"), customers=[customer(name="Optique \x00 & <Fils>\ud800", email=None)])
    for element in etree.fromstring(write(invoice)).iter():
        assert len(element) or (element.text or "").strip(), element.tag
    assert texts(invoice, "AccountingCustomerParty/Party/PartyName/Name") == ["Optique  & <Fils>"]
    blank = issued(transaction("1.00", purchase_order="\u200b \u00a0\x01"), customers=[customer(buyer_reference=" \t")])
    assert (texts(blank, "OrderReference/ID"), texts(blank, "BuyerReference")) == ([], ["K1"])
