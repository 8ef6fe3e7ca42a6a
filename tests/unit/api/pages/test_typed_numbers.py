"""Quantities as people type them: a product is worked out, everything else stays as it is written."""

import pytest

from api.pages.records.typed_numbers import multiplied


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("3*12", "36"), ("3 * 12", "36"), ("2x0.5", "1"), ("1.25×3", "3.75"), ("0*5", "0")],
)
def test_a_product_is_worked_out(typed: str, meant: str) -> None:
    assert multiplied(typed) == meant


@pytest.mark.parametrize("typed", ["12", "3*", "1e9*2", "-3*2", "", "a*b"])
def test_another_text_stays(typed: str) -> None:
    assert multiplied(typed) == typed
