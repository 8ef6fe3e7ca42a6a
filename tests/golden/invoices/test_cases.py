"""Each golden case: its text is the one expected, and every amount in it follows from the sums beside the case."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from types import ModuleType

import pytest
from syrupy.assertion import SnapshotAssertion

from api.e_invoicing.validator import Validator
from engine.documents.invoice import CreditNote, Invoice
from engine.writing.cii import cross_industry_invoice as cii
from engine.writing.ubl import e_invoice
from tests.golden.arithmetic import work_out
from tests.golden.golden import Golden
from tests.golden.invoices.case import Outcome, bill, names, read_case, text_of


@cache
def outcome_of(name: str) -> Outcome:
    """What a case comes to."""
    return bill(read_case(name))


def test_there_are_at_least_forty_cases() -> None:
    assert len(names()) >= 40


@pytest.mark.filterwarnings("ignore:\\s*Can not relate:UserWarning")  # a golden is named for its case, not for its test
@pytest.mark.parametrize("name", names())
def test_the_text_of_a_case(name: str, snapshot: SnapshotAssertion) -> None:
    text = text_of(read_case(name), outcome_of(name))
    assert text == snapshot(name=name, extension_class=Golden)
    assert all(len(line) <= 72 for line in text.splitlines())


@pytest.mark.parametrize("name", names())
def test_the_sums_beside_a_case_are_right(name: str) -> None:
    wrong = {
        text: (stated, str(work_out(text)))
        for text, stated in read_case(name).get("arithmetic", {}).items()
        if work_out(text) != work_out(stated)
    }
    assert not wrong, "the sum, what the case states, and what it comes to"


@pytest.mark.parametrize("name", names())
def test_every_amount_follows_from_a_sum(name: str) -> None:
    stated = {work_out(amount) for amount in read_case(name).get("arithmetic", {}).values()} | {0}
    unexplained = {
        what: amount for document in outcome_of(name).documents for what, amount in amounts(document) if work_out(amount) not in stated
    }
    assert not unexplained, "write the sum beside the case, under `arithmetic:`"


@pytest.mark.parametrize("name", names())
def test_a_document_read_again_is_the_same(name: str) -> None:
    for document in outcome_of(name).documents:
        assert type(document).model_validate_json(document.model_dump_json()) == document


@pytest.mark.parametrize("name", names())
def test_a_case_says_in_one_sentence_why_it_exists(name: str) -> None:
    why = read_case(name)["why"]
    assert why.endswith(".")
    assert why.count(". ") == 0


def amounts(document: Invoice | CreditNote) -> Iterator[tuple[str, str]]:
    """Every amount that a reader of the document checks, with what it is."""
    for line in document.lines:
        where = f"{document.number} line {line.number}"
        yield f"{where} list net", str(line.list_net)
        yield f"{where} net", str(line.net)
        yield from ((f"{where} {discount.label}", str(discount.amount)) for discount in line.discounts)
    for one in document.base_reductions:
        yield f"{document.number} off the base of {one.category} {one.rate}%", str(one.amount)
    for entry in document.vat_breakdown:
        yield f"{document.number} base of {entry.category} {entry.rate}%", str(entry.base)
        yield f"{document.number} VAT of {entry.category} {entry.rate}%", str(entry.vat)
    yield f"{document.number} net", str(document.net)
    yield f"{document.number} VAT", str(document.vat)
    yield f"{document.number} gross", str(document.gross)
    if isinstance(document, Invoice):
        yield from ((f"{document.number} part of {part.due_on}", str(part.amount)) for part in document.due_amounts)
        if document.cash_discount:
            yield f"{document.number} discount for early payment", str(document.cash_discount.amount)


@pytest.mark.parametrize(("syntax", "every"), [(e_invoice, 1), (cii, 6)], ids=["UBL", "some as CII"])
def test_every_document_is_a_valid_e_invoice(validator: Validator, syntax: ModuleType, every: int) -> None:
    documents = [(name, document) for name in names() for document in outcome_of(name).documents][::every]
    verdicts = validator.verdicts([syntax.write(document) for _, document in documents])
    assert {name: verdict.reason for (name, _), verdict in zip(documents, verdicts, strict=True) if not verdict.is_valid} == {}
