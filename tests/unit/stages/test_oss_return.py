"""What a document declares in the one-stop shop: by state, goods or services, and rate; its VAT is that which is posted."""

from dataclasses import replace
from datetime import date

from engine.documents.credit import CreditSelection
from engine.documents.invoice import CreditNote, Invoice
from engine.documents.party import Address, DeliveryAddress
from engine.stages.crediting.credit_notes import credit
from engine.stages.invoicing.drafting import issue_credit_note
from engine.stages.reporting.oss_return import OssSupply, oss_supplies
from tests.unit.stages.due_transactions import billing_rulebook, issued, transaction

BOOK = billing_rulebook()
LYON = Address(street="", postcode="69001", town="Lyon", country="FR")
MONACO = Address(street="", postcode="98000", town="Monaco", country="MC")


def sold(*, goods: int = 0) -> Invoice:
    """Three lines of 0.33 at 21% in the one-stop shop, of which so many are goods, and one in the seller's country."""
    invoice = issued(*(transaction("0.33", item=f"A-{at}") for at in range(4)))
    lines = [replace(line, treatment="oss" if at < 3 else "domestic", goods=at < goods) for at, line in enumerate(invoice.lines)]
    return invoice.replace(lines=tuple(lines), customer=invoice.customer.replace(address=LYON))


def shown(some: list[OssSupply]) -> list[tuple[str, str, str, str, str]]:
    return [(each.state, each.supply, str(each.rate), str(each.base), str(each.vat)) for each in some]


def test_the_vat_of_a_part_adds_up() -> None:
    """0.28 of VAT on 1.32: 0.07 of it on the line of the seller's country, which comes first, and 0.21 in the one-stop shop."""
    assert shown(list(oss_supplies(sold(), BOOK))) == [("FR", "services", "21", "0.99", "0.21")]
    assert shown(list(oss_supplies(sold(goods=1), BOOK))) == [
        ("FR", "goods", "21", "0.33", "0.07"),
        ("FR", "services", "21", "0.66", "0.14"),
    ]


def test_goods_are_consumed_where_they_are_delivered() -> None:
    invoice = sold(goods=1)
    delivered = invoice.replace(deliver_to=DeliveryAddress(name="shop", address=LYON.replace(country="NL", postcode="1011")))
    assert [(each.state, each.supply) for each in oss_supplies(delivered, BOOK)] == [("FR", "services"), ("NL", "goods")]
    greek = invoice.replace(customer=invoice.customer.replace(address=LYON.replace(country="GR")))
    prefixed = replace(BOOK, countries=BOOK.countries.model_validate({**dict(BOOK.countries), "vat_prefixes": {"GR": "EL"}}))
    assert {each.state for each in oss_supplies(greek, prefixed)} == {"EL"}


def test_a_credit_note_takes_it_back() -> None:
    invoice = sold(goods=1)
    selection = CreditSelection(whole=True)
    note = issue_credit_note(credit(invoice, (), selection, BOOK, on=date(2027, 2, 1)), number="C1", series="c", on=date(2027, 2, 1))
    assert isinstance(note, CreditNote)
    taken = [(each.state, each.supply, str(-each.base), str(-each.vat)) for each in oss_supplies(note, BOOK)]
    assert taken == [(each.state, each.supply, str(each.base), str(each.vat)) for each in oss_supplies(invoice, BOOK)]
