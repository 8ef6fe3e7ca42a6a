"""Discounts have the customer's language on documents and in explanations, those of the rules and those given by hand."""

from datetime import date
from functools import cache
from typing import Final

import pytest

from api.rulebook_folder import read_folder
from engine import billing
from engine.documents.party import Address, Customer
from engine.documents.quote import LineDiscount, LineRequest, QuoteRequest
from engine.language import format_text
from engine.money import Percent, Quantity
from engine.phrases import Language, say
from engine.rulebook.book import Rulebook
from engine.rulebook.reader import check_rulebook, read_rulebook
from engine.text.sources import Sources
from tests.golden.rulebooks import CHECKOUT, SMALL

ON: Final = date(2026, 3, 9)
TITLE: Final = 'title fr "Remise de volume", nl "Volumekorting"'
NAMES: Final[dict[Language, list[str]]] = {
    "en": ["Many", "Discount"],
    "fr": ["Remise de volume", "Remise"],
    "nl": ["Volumekorting", "Korting"],
}


def sources(title: str = TITLE) -> Sources:
    """The small company's rulebook with one discount."""
    shipped = read_folder(CHECKOUT)
    law = {path: text for path, text in shipped.items() if path.startswith("vat/") and path != "vat/accounts.yaml"}
    rules = f'discount many "Many"\n  {title}\n  when line.quantity >= 10\n  give 10% off line.list\n'
    return {**law, **read_folder(SMALL), "rules/discounts.rules": rules}


@cache
def book() -> Rulebook:
    """That rulebook, read."""
    return read_rulebook(sources())


def request(language: Language) -> QuoteRequest:
    """Ten workstations with a manual discount for a customer of a language."""
    address = Address(street="Place 1", postcode="1000", town="Namur", country="BE")
    buyer = Customer(id="K", name="K", address=address, language=language, segment="retail", vat_number_state="valid")
    line = LineRequest(product="WORKSTATION", quantity=Quantity.parse("10"), discount=Percent.parse("5%"), discount_author="Ann")
    return QuoteRequest(currency=book().currency, customer=buyer, lines=(line,), on=ON)


@pytest.mark.parametrize("language", ["en", "fr", "nl"])
def test_an_invoice_names_discounts_in_the_language_of_the_customer(language: Language) -> None:
    asked = request(language)
    priced = billing.quote(asked, book())
    (order,) = billing.accept(priced, {"subscription": "S"}, book(), on=ON)
    running = order.replace(items=tuple(item.replace(state="active", activated_on=ON) for item in order.items))
    stored = type(running).model_validate_json(running.model_dump_json())
    due = [one for one in billing.plan(stored, asked.customer, book(), through=ON) if one.is_due(ON)]
    drafted = billing.draft(due, {"K": asked.customer}, {"S": stored}, book(), issued_on=ON, earlier={})
    assert [each.label for each in drafted.drafts[0].lines[0].discounts] == NAMES[language]


@pytest.mark.parametrize("language", ["en", "fr", "nl"])
def test_a_quote_and_its_reasons_name_them_too(language: Language) -> None:
    priced = billing.quote(request(language), book())
    assert [each.label_in(language) for each in priced.lines[0].priced.discounts] == NAMES[language]
    texts = [say(each.says, language) for each in priced.reasons if each.subject == "discount"]
    assert all(name in text for name, text in zip(NAMES[language], texts, strict=True))


@pytest.mark.parametrize(
    ("title", "code"),
    [('title es "Descuento"', "unknown-name"), ('title fr "Un", fr "Deux"', "clause-twice"), ('title "Un"', "not-expected")],
)
def test_a_language_that_is_unknown_or_repeated_is_refused(title: str, code: str) -> None:
    assert code in {problem.code for problem in check_rulebook(sources(title))}


def test_a_title_is_laid_out_and_part_of_the_fingerprint() -> None:
    text = sources(TITLE.replace(", ", ",   "))["rules/discounts.rules"]
    assert TITLE in format_text("rules/discounts.rules", text)[0]
    assert book().fingerprint != read_rulebook(sources(TITLE.replace("Volumekorting", "Korting"))).fingerprint
    assert LineDiscount(name="x", label="X", amount=billing.quote(request("en"), book()).net).label_in("fr") == "X"
