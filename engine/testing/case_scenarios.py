"""Scenarios written from cases: the request or the facts of one case, and what the rules answer to it now."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Final

from engine.comparing.answer_changes import AnswerChange, PricedCase
from engine.evaluations.customer_request import CustomerRequest
from engine.evaluations.price import PriceRequest, evaluate_price
from engine.language import Plain
from engine.money import Quantity
from engine.problems import Refusal
from engine.rulebook.book import Rulebook

_BARE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.%+/ -]*(?<! )")
"""A text that YAML reads as itself, also between braces."""
_FIELDS: Final = ("list_price", "unit_price", "net")


def scenario_of(change: AnswerChange, rulebook: Rulebook) -> str | None:
    """The scenario of a case with another answer, as an entry of a scenario file; None where it has no answer that stays so.

    What it expects is what this rulebook answers.
    """
    if isinstance(change.case, PricedCase):
        return _of_price(change.case, rulebook)
    return None if change.after is None else _of_facts(change.name, change.after, change.case, rulebook)


def _of_price(case: PricedCase, rulebook: Rulebook) -> str | None:
    customer = CustomerRequest() if case.segment is None else CustomerRequest(segment=case.segment)
    try:
        request = PriceRequest(product=case.product, quantity=Quantity.whole(1), on=case.on, customer=customer)
        answer = evaluate_price(request, rulebook).model_dump(mode="json", by_alias=True)
    except Refusal:
        return None
    given = {"product": case.product, "quantity": "1", "on": str(case.on)}
    written = ", ".join(f"{name}: {_text(text)}" for name, text in given.items())
    buyer = "" if case.segment is None else f", customer: {{segment: {_text(case.segment)}}}"
    of = "" if case.segment is None else f" for {case.segment}"
    expected = ", ".join(f"{name}: {_text(str(answer[name]))}" for name in _FIELDS)
    return _entry(f"{case.product}{of} on {case.on}", f"price: {{{written}{buyer}}}", expected)


def _of_facts(name: str, answer: str, facts: Mapping[str, Plain], rulebook: Rulebook) -> str:
    known = rulebook.checked.vocabulary.entries
    words = {fact: rulebook.checked.fact_words(fact, plain) for fact, plain in facts.items() if fact in known}
    given = ", ".join(f"{fact}: {_text(word)}" for fact, word in words.items())
    case = ", ".join(f"{fact} {word}" for fact, word in words.items())
    return _entry(f"{name} where {case}"[:150], f"given: {{{given}}}", f"{name}: {_text(answer)}")


def _entry(name: str, question: str, expected: str) -> str:
    return f"  - name: {_text(name)}\n    {question}\n    expect: {{{expected}}}\n"


def _text(text: str) -> str:
    return text if _BARE.fullmatch(text) else json.dumps(text, ensure_ascii=False)
