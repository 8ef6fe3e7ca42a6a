"""Filters that a person types, in the rule language."""

from __future__ import annotations

import pytest

from engine.language import read_condition
from engine.problems import Refusal
from tests.unit.language.shop import vocabulary


def test_a_filter_is_a_condition_of_the_rule_language() -> None:
    chosen = read_condition(
        "customer.segment is one of gold, smb and (line.list at least 100 EUR or customer.country is not BE)", vocabulary()
    )
    assert chosen({"customer.segment": "gold", "line.list": 10_000, "customer.country": "BE"})
    assert chosen({"customer.segment": "smb", "line.list": 9_999, "customer.country": "FR"})
    assert not chosen({"customer.segment": "smb", "line.list": 9_999, "customer.country": "BE"})
    assert not chosen({"customer.segment": "retail"})


def test_a_filter_asks_whether_a_fact_is_there() -> None:
    known = read_condition("order.purchase-order is known", vocabulary())
    assert known({"order.purchase-order": "PO-1"})
    assert not known({})
    with pytest.raises(Refusal, match=r"missing-fact: --where needs `customer.segment`"):
        read_condition("customer.segment is gold", vocabulary())({})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("customer.segmnt is gold", "1:1: unknown-name: "),
        ("customer.segment is golden", "1:21: unknown-value: `golden` is not a value of"),
        ("line.list", "1:1: "),
        ("line.list > ", "1:"),
        ("", "1:1: "),
        ("__import__('os')", "1:"),
        ("(" * 5_000, "1:"),
    ],
)
def test_a_mistake_in_a_filter_is_reported_at_its_position(text: str, message: str) -> None:
    with pytest.raises(Refusal) as refusal:
        read_condition(text, vocabulary())
    assert str(refusal.value.problems[0]).startswith(f"--where:{message}")
