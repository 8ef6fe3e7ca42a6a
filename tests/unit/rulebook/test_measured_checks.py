"""Mistakes of products that are paid by what is used."""

from collections.abc import Mapping

import pytest

from tests.unit.rulebook.texts import SMALL, told

PRODUCTS, PLANS = "catalog/products.yaml", "plans/plans.yaml"
CARE = "    account: care\n"


def measured(more: str = "", *, process: str = "timing: arrears") -> Mapping[str, str]:
    """The small rulebook in which CARE is measured, with more said of it."""
    [plans] = [name for name, text in SMALL.items() if "care-plan" in text and name != PRODUCTS]
    before, _, after = SMALL[plans].partition("  - id: care-plan")
    return {
        **SMALL,
        PRODUCTS: SMALL[PRODUCTS].replace(CARE, f"{CARE}    measured: yes\n{more}"),
        plans: f"{before}  - id: care-plan{after.replace('timing: advance', process, 1)}",
    }


def test_a_measured_product_billed_in_arrears_is_in_order() -> None:
    assert told(measured("    included: 100\n")) == []
    assert told(measured("    price-per: period\n")) == []


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ("    price-per: month\n", "measured-price-per"),
        ("    included: -1\n", "included-negative"),
        ("    counted-over: customer\n", "unequal-periods"),
    ],
)
def test_what_does_not_fit_is_reported_at_its_key(more: str, code: str) -> None:
    [problem] = told(measured(more))
    assert problem.endswith(f" {code}")
    assert problem.startswith(PRODUCTS)


def test_what_is_billed_in_advance_cannot_be_measured() -> None:
    assert [problem.rpartition(" ")[2] for problem in told(measured(process="timing: advance"))] == ["measured-in-advance"]


def test_what_is_bought_once_cannot_be_measured() -> None:
    bike = {**SMALL, PRODUCTS: SMALL[PRODUCTS].replace("    price-per: once\n", "    measured: yes\n")}
    codes = {problem.rpartition(" ")[2] for problem in told(bike)}
    assert {"measured-order-type", "measured-in-advance", "measured-once"} <= codes


@pytest.mark.parametrize("key", ["included: 5", "counted-over: customer"])
def test_what_counts_only_for_measured_products_is_refused_elsewhere(key: str) -> None:
    [problem] = told({**SMALL, PRODUCTS: SMALL[PRODUCTS].replace(CARE, f"{CARE}    {key}\n")})
    assert problem.endswith(" only-measured")
