"""An invoice to be written in the tests of the writing room."""

from datetime import date
from fractions import Fraction
from pathlib import Path

import yaml

from engine.dates import Period
from engine.documents.document import Language
from engine.documents.invoice import Derivation, Invoice, InvoiceLine, Mention, VatSubtotal
from engine.documents.party import Address, Customer, Seller
from engine.documents.quote import LineDiscount
from engine.money import Currency, Money, Percent, Price, Quantity
from engine.rulebook.yaml_model import Label
from engine.writing.document_templates import Words

EUR = Currency.of("EUR")
FOLDER = Path(__file__).parents[3]


def euros(text: str) -> Money:
    return Money.parse(text, EUR)


def shipped_words() -> dict[str, Label]:
    return Words.model_validate(yaml.safe_load((FOLDER / "templates/words.yaml").read_text("utf-8"))).words


def invoice_line(number: int, discounts: tuple[LineDiscount, ...] = ()) -> InvoiceLine:
    return InvoiceLine(
        number=number,
        product="EDI",
        description="Lens ordering <EDI>",
        detail="21/92 days",
        item="i",
        transaction="t",
        order="o",
        quantity=Quantity.whole(number),
        unit="shop",
        unit_word="shops",
        price=Price.parse("1234.67", EUR),
        base_quantity=Quantity.whole(number),
        unit_price=euros("1234.67").times(Fraction(1, number)),
        list_net=euros("1234.67"),
        discounts=discounts,
        net=euros("1222.33") if discounts else euros("1234.67"),
        category="S",
        rate=Percent.parse("21"),
        treatment="domestic",
        service_period=Period(date(2027, 1, 11), date(2027, 2, 1)),
        revenue_account="subscriptions",
        derivation=Derivation(kind="recurring", fine_price=Price(1_234_670_000 // number, EUR)) if number > 1 else None,
    )


def invoice(language: Language = "fr", lines: int = 2) -> Invoice:
    discount = LineDiscount(name="volume", label="Volume", percent=Percent.parse("1"), amount=euros("12.34"))
    return Invoice(
        currency=EUR,
        type_code="380",
        seller=Seller(
            name="Lens SRL",
            address=Address(street="Rue Haute 1", postcode="5000", town="Namur", country="BE"),
            vat_number="BE0202239951",
            enterprise_number="0202239951",
            register_entry="RPM Liège",
            iban="BE68539007547034",
            email="billing@lens.example",
            phone="+32 4 000 00 00",
        ),
        customer=Customer(
            id="C1",
            name="Brillen & Zoon",
            address=Address(street="Markt 1", postcode="9000", town="Gent", country="BE"),
            language=language,
            vat_number="BE0999910048",
        ),
        order_type="subscription",
        orders=("S1",),
        month="2027-01",
        tax_point=date(2027, 1, 31),
        due_on=date(2027, 3, 2),
        payment_terms="30-days",
        lines=tuple(invoice_line(number, (discount,) if number == 2 else ()) for number in range(1, lines + 1)),
        vat_breakdown=(VatSubtotal(category="S", rate=Percent.parse("21"), base=euros("2457.00"), vat=euros("515.97")),),
        net=euros("2457.00"),
        vat=euros("515.97"),
        gross=euros("2972.97"),
        due_amount=euros("2972.97"),
        mentions=(Mention(name="law", fr="Selon la loi.", nl="Volgens de wet.", en="By law."),),
        channel="peppol",
        rulebook="f",
        number="2027-00001",
        series="invoice-2027",
        issued_on=date(2027, 1, 31),
        communication="+++010/8068/17183+++",
    )


def shipped_templates() -> dict[str, str]:
    """The templates of the checkout."""
    return {path.relative_to(FOLDER).as_posix(): path.read_text("utf-8") for path in (FOLDER / "templates").rglob("*.j2")}
