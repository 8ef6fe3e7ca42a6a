"""Rules choose the layout, the paragraphs and the sheets of a document; `check` finds their mistakes."""

from __future__ import annotations

import pytest

from engine.documents.party import Customer
from engine.writing.document_rules import Composition, DocumentName, Occasion, compose, read_rules
from engine.writing.document_templates import check_document_templates
from engine.writing.templates import with_sheets
from tests.unit.writing.sample_documents import invoice

RULES = """\
kind: documents
layouts:
  - {document: quote, when: {order-types: [investment], segments: [chain]}, template: quote-chain.html.j2}
  - {document: quote, when: {order-types: [investment]}, template: quote-investment.html.j2}
paragraphs:
  - {document: quote, when: {segments: [chain]}, place: opening, text: {fr: Chaîne, nl: Keten, en: Chain}}
  - {document: quote, when: {countries: [BE], customer-kind: business}, place: closing, text: {fr: BE, nl: BE, en: BE}}
  - {document: invoice, place: closing, text: {fr: f, nl: f, en: f}}
sheets:
  - {document: quote, when: {languages: [nl]}, place: before, template: sheets/letter.html.j2}
  - {document: quote, when: {products: [EDI]}, place: after, template: sheets/edi.html.j2}
  - {document: quote, place: after, template: sheets/terms.html.j2}
"""
PATH = "templates/documents.yaml"


def made(document: DocumentName = "quote", order_type: str = "subscription", products: tuple[str, ...] = (), **own: object) -> Composition:
    customer: Customer = invoice("nl").customer.replace(**own)
    occasion = Occasion(document=document, customer=customer, order_types=frozenset({order_type}), products=frozenset(products))
    return compose(read_rules({PATH: RULES}), occasion, "templates/usual.html.j2")


def test_the_first_layout_that_applies_counts_and_every_paragraph_and_sheet() -> None:
    chain = made(order_type="investment", products=("EDI", "X"), segment="chain")
    assert chain.template == "templates/quote-chain.html.j2"
    assert (chain.opening, chain.closing) == (("Keten",), ("BE",))
    assert chain.before == ("templates/sheets/letter.html.j2",)
    assert chain.after == ("templates/sheets/edi.html.j2", "templates/sheets/terms.html.j2")
    assert made(order_type="investment").template == "templates/quote-investment.html.j2"


def test_what_does_not_apply_changes_nothing() -> None:
    private = made(language="fr", kind="private", segment="independent")
    assert private == Composition("templates/usual.html.j2", after=("templates/sheets/terms.html.j2",))
    assert made("reminder") == Composition("templates/usual.html.j2")
    assert made("invoice").closing == ("f",)


def test_sheets_stand_before_and_after_the_document() -> None:
    text = with_sheets("<html><body>x</body></html>", ["a"], ["b", "c"])
    first, *last = [f'<section class="sheet {place}">{each}</section>' for place, each in (("before", "a"), ("after", "b"), ("after", "c"))]
    assert text == f"<html><body>{first}x{''.join(last)}</body></html>"


@pytest.mark.parametrize(
    ("right", "wrong", "where", "code"),
    [
        ("sheets/terms", "sheets/trems", "12:47", "no-such-template"),
        ("[EDI]", "[EDJ]", "11:41", "unknown-in-condition"),
        ("segments: [chain]}, place", "segments: [chian]}, place", "6:41", "unknown-in-condition"),
        ("document: invoice", "document: bill", "8:16", "unknown-value"),
        ("place: before", "place: above", "10:55", "unknown-value"),
    ],
)
def test_mistakes_in_rules_are_reported_where_they_stand(right: str, wrong: str, where: str, code: str) -> None:
    catalog = {
        "catalog/segments.yaml": "kind: segments\nsegments:\n  chain: {fr: a, nl: a, en: a}\n",
        "catalog/products/a.yaml": "kind: products\nproducts:\n  - code: EDI\n",
    }
    names = ("quote-chain", "quote-investment", "sheets/letter", "sheets/edi", "sheets/terms")
    sources = {**catalog, **{f"templates/{name}.html.j2": "<p>{{ customer.name }}</p>" for name in names}}
    assert check_document_templates({**sources, PATH: RULES}) == ()
    (problem,) = check_document_templates({**sources, PATH: RULES.replace(right, wrong)})
    assert (str(problem.where), problem.code) == (f"{PATH}:{where}", code)


def test_a_sheet_shows_only_values_of_the_documents_that_have_it() -> None:
    sources = {PATH: RULES.split("layouts", maxsplit=1)[0] + "sheets:\n  - {document: quote, place: after, template: sheets/one.html.j2}\n"}
    sheet = "templates/sheets/one.html.j2"
    assert check_document_templates({**sources, sheet: "<p>{{ valid_until }}</p>"}) == ()
    (problem,) = check_document_templates({**sources, sheet: "<p>{{ due_on }}</p>"})
    assert (str(problem.where), problem.code) == (f"{sheet}:1:7", "unknown-template-value")
