"""Scenarios written from cases: the request or the facts of one case, and what the rules answer to it now."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from engine.comparing.answer_changes import AnswerChange, PricedCase
from engine.evaluations.customer_request import CustomerRequest
from engine.evaluations.price import PriceRequest, evaluate_price
from engine.language import Plain
from engine.money import Quantity
from engine.problems import Refusal
from engine.reasons import Reason
from engine.rulebook.book import Rulebook
from engine.rulebook.facts import seller_facts

_BARE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.%+/ -]*(?<! )")
"""A text that YAML reads as itself, also between braces."""
_FIELDS: Final = ("list_price", "unit_price", "net")


@dataclass(frozen=True, slots=True)
class EvaluatedCase:
    """A case under a rulebook: the scenario that expects its answer, as an entry of a scenario file, and the steps to the answer."""

    scenario: str
    reasons: tuple[Reason, ...]


def evaluated_case(change: AnswerChange, rulebook: Rulebook) -> EvaluatedCase | None:
    """A case with another answer, under the rulebook that answers it now; None where it answers nothing."""
    if isinstance(change.case, PricedCase):
        return _of_price(change.case, rulebook)
    return None if change.after is None else _of_facts(change.name, change.after, change.case, rulebook)


def _of_price(case: PricedCase, rulebook: Rulebook) -> EvaluatedCase | None:
    customer = CustomerRequest() if case.segment is None else CustomerRequest(segment=case.segment)
    try:
        request = PriceRequest(product=case.product, quantity=Quantity.whole(1), on=case.on, customer=customer)
        priced = evaluate_price(request, rulebook)
    except Refusal:
        return None
    answer = priced.model_dump(mode="json", by_alias=True)
    given = {"product": case.product, "quantity": "1", "on": str(case.on)}
    written = ", ".join(f"{name}: {_text(text)}" for name, text in given.items())
    buyer = "" if case.segment is None else f", customer: {{segment: {_text(case.segment)}}}"
    of = "" if case.segment is None else f" for {case.segment}"
    expected = ", ".join(f"{name}: {_text(str(answer[name]))}" for name in _FIELDS)
    return EvaluatedCase(_entry(f"{case.product}{of} on {case.on}", f"price: {{{written}{buyer}}}", expected), priced.reasons)


def _of_facts(name: str, answer: str, facts: Mapping[str, Plain], rulebook: Rulebook) -> EvaluatedCase:
    known = rulebook.checked.vocabulary.entries
    words = {fact: rulebook.checked.fact_words(fact, plain) for fact, plain in facts.items() if fact in known}
    given = ", ".join(f"{fact}: {_text(word)}" for fact, word in words.items())
    case = ", ".join(f"{fact} {word}" for fact, word in words.items())
    reasons = rulebook.rules.ask(name, {**seller_facts(rulebook), **facts}, tracing=True).reasons
    return EvaluatedCase(_entry(f"{name} where {case}"[:150], f"given: {{{given}}}", f"{name}: {_text(answer)}"), reasons)


def _entry(name: str, question: str, expected: str) -> str:
    return f"  - name: {_text(name)}\n    {question}\n    expect: {{{expected}}}\n"


def _text(text: str) -> str:
    return text if _BARE.fullmatch(text) else json.dumps(text, ensure_ascii=False)
