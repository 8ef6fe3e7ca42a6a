"""The texts of explanations in all languages: each sentence comes from the evaluator that calculated the amount."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import cache

import pytest
from syrupy.assertion import SnapshotAssertion

from api.importing.import_folder import read_folder_of_files
from api.rulebook_folder import read_folder
from api.workbench.golden_invoices import golden_invoices
from engine import billing
from engine.documents.invoice import DraftInvoice
from engine.documents.party import Address, Customer
from engine.documents.quote import LineRequest, QuoteRequest
from engine.explaining.explain_document import explain_billed, explain_quote
from engine.explaining.explanation import Explanation
from engine.explaining.explanation_output import explanation_lines
from engine.money import Percent, Quantity
from engine.phrases import LANGUAGES
from engine.text.sources import Sources
from tests.golden.golden import Golden
from tests.golden.invoices.case import bill, read_case
from tests.golden.rulebooks import CHECKOUT, rulebook_of


@cache
def january() -> tuple[DraftInvoice, ...]:
    """The drafts of the shipped files."""
    billed, _ = golden_invoices(read_folder_of_files(CHECKOUT / "demo"), rulebook_of("shipped"))
    return billed.drafts


def draft_of(customer: str, order_type: str) -> DraftInvoice:
    """The draft of a customer of the shipped files."""
    return next(draft for draft in january() if (draft.customer.id, draft.order_type) == (customer, order_type))


def of_case(name: str, document: int) -> Explanation:
    """A document of a golden case."""
    found = bill(read_case(name)).documents[document]
    return explain_billed(found, found.number)


def a_quote() -> Explanation:
    """Two discounts of the rules and one given by hand, cut back by their cap; and volume tiers."""
    rulebook = rulebook_of("small")
    home = Address(street="Place 1", postcode="1000", town="Namur", country="BE")
    buyer = Customer(id="K1", name="Optique du Pont", address=home, segment="chain")
    given = Percent.parse("30")
    lines = (
        LineRequest(product="WORKSTATION", quantity=Quantity.whole(10), discount=given, discount_author="the desk"),
        LineRequest(product="SMS", quantity=Quantity.whole(1200)),
    )
    request = QuoteRequest(currency=rulebook.currency, customer=buyer, lines=lines, on=date(2026, 9, 1))
    return explain_quote(billing.quote(request, rulebook), "Q-1/1")


CASES: dict[str, Callable[[], Explanation]] = {
    "part-of-a-quarter": lambda: explain_billed(draft_of("C001", "subscription"), "2027-00001").only("1"),
    "vat-of-a-reverse-charge": lambda: explain_billed(draft_of("C051", "subscription"), "2027-00042").only("vat"),
    "third-instalment": lambda: of_case("instalments-30-30-40", 2).only("1"),
    "quote-with-tiers-and-discounts": a_quote,
    "credit-by-quantity": lambda: of_case("credit-by-quantity", 1),
    "annual-factor-of-a-chain": lambda: of_case("shipped-annual-line", 0).only("1"),
    "due-date": lambda: explain_billed(draft_of("C001", "subscription"), "2027-00001").only("due-date"),
}


@pytest.mark.filterwarnings("ignore:\\s*Can not relate:UserWarning")  # a golden is named for its case, not for its test
@pytest.mark.parametrize("name", CASES)
def test_the_text_of_an_explanation(name: str, snapshot: SnapshotAssertion) -> None:
    explanation = CASES[name]()
    text = "\n\n".join("\n".join(explanation_lines(_without_lines(explanation), language, steps=True)) for language in LANGUAGES)
    assert f"{text}\n" == snapshot(name=name, extension_class=Golden)


def test_every_step_of_january_points_at_a_line_that_is_there_and_names_it() -> None:
    sources = read_folder(CHECKOUT)
    steps = {reason for draft in january() for part in explain_billed(draft, "x").parts for reason in part.steps}
    assert len(steps) > 100
    for reason in steps:
        assert reason.where is not None, reason
        path, line = reason.where.rsplit(":", 1)
        text = sources[path].splitlines()[int(line) - 1]
        name = reason.rule.rpartition(" ")[2] if reason.rule.startswith("plans: ") else ""
        assert text.strip(), reason
        assert name in "\n".join(_around(sources, path, int(line))), reason


def _around(sources: Sources, path: str, line: int) -> list[str]:
    """The entry around a line: the lines from the nearest `- id:` on."""
    lines = sources[path].splitlines()
    start = next((at for at in range(line - 1, -1, -1) if "id: " in lines[at]), line - 1)
    return lines[start:line]


def test_a_price_points_at_its_own_row_and_an_index_at_its_factor() -> None:
    part = explain_billed(draft_of("C001", "subscription"), "x").parts[0]
    sources = read_folder(CHECKOUT)
    places = {reason.subject: reason.where or "" for reason in part.steps}
    for subject, wanted in (("price", "35.00"), ("index", "1.029"), ("line", "quarterly"), ("period", "subscription"), ("rounding", "EUR")):
        path, line = places[subject].rsplit(":", 1)
        assert wanted in sources[path].splitlines()[int(line) - 1], subject


def test_amounts_of_all_documents_are_those_of_their_sentences() -> None:
    for draft in january():
        for part in explain_billed(draft, "x").parts:
            assert part.sentence.startswith(part.amount) or part.line == "due-date", part


def _without_lines(explanation: Explanation) -> Explanation:
    """The same with files and without line numbers, so that an edit elsewhere does not touch a golden."""
    parts = tuple(
        replace(part, steps=tuple(replace(step, where=step.where and step.where.rpartition(":")[0]) for step in part.steps))
        for part in explanation.parts
    )
    return replace(explanation, parts=parts)
