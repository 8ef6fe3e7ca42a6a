"""What the e-invoices of a seller say by the rules of its country, at home and abroad."""

from __future__ import annotations

import pytest

from engine.documents.invoice import Invoice
from engine.documents.party import Customer
from engine.writing.ubl.e_invoice import EN_16931, PEPPOL
from tests.unit.stages.due_transactions import issued, transaction
from tests.unit.stages.small_rulebook import customer
from tests.unit.writing.test_ubl import credited, texts

SELLERS = {
    "DK": ("DK13585628", "13585628"),
    "NL": ("NL004495445B01", "KvK 12345678"),
    "DE": ("DE136695976", "HRB 1"),
    "GR": ("EL094259216", "094259216"),
    "IS": ("IS12345", "120174-3399"),
}


def sold_by(country: str, buyer: Customer | None = None) -> Invoice:
    """An invoice of a seller in a country to a customer at home, unless another is given."""
    number, enterprise = SELLERS[country]
    address = customer().address.model_copy(update={"country": country})
    invoice = issued(transaction("100.00"), customers=[buyer or customer(address=address, vat_number=number)])
    changed = {"address": address, "vat_number": number, "enterprise_number": enterprise}
    return invoice.model_copy(update={"seller": invoice.seller.model_copy(update=changed)})


def test_a_danish_seller_pays_at_home_by_another_code_and_names_no_customer_number() -> None:
    home, abroad = sold_by("DK"), sold_by("DK", customer())
    number = "AccountingCustomerParty/Party/PartyIdentification/ID"
    assert (texts(home, "PaymentMeans/PaymentMeansCode"), texts(home, number)) == (["58"], [])
    assert (texts(abroad, "PaymentMeans/PaymentMeansCode"), texts(abroad, number)) == (["30"], ["K1"])


@pytest.mark.parametrize(("country", "expected"), [("NL", ["57"]), ("DE", ["57"]), ("DK", [])])
def test_a_credit_note_says_how_it_is_paid_only_where_its_country_asks_for_it(country: str, expected: list[str]) -> None:
    assert texts(credited(sold_by(country)), "PaymentMeans/PaymentMeansCode") == expected


def test_a_german_buyer_has_a_reference_beside_the_order() -> None:
    ordered = sold_by("DE").model_copy(update={"purchase_order": "PO 7"})
    assert (texts(ordered, "BuyerReference"), texts(ordered, "OrderReference/ID")) == (["K1"], ["PO 7"])


def test_a_greek_seller_claims_no_peppol() -> None:
    assert texts(sold_by("GR", customer()), "CustomizationID") == [EN_16931]
    assert texts(sold_by("GR", customer()), "AccountingSupplierParty/Party/EndpointID") == ["billing@atelier.example"]


def test_an_icelandic_seller_is_addressed_by_its_kennitala_and_a_customer_by_the_one_given() -> None:
    invoice = sold_by("IS", customer(vat_number=None, peppol_address="0196:1201743399"))
    assert texts(invoice, "CustomizationID") == [PEPPOL]
    assert texts(invoice, "AccountingSupplierParty/Party/EndpointID") == ["1201743399"]
    assert texts(invoice, "AccountingCustomerParty/Party/EndpointID") == ["1201743399"]
