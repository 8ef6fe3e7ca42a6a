"""Mistakes of products that are paid in advance: each stands at the key that is wrong."""

import pytest

from tests.unit.rulebook.texts import SMALL, told

PRODUCTS, ACCOUNTS, BOOK = "catalog/products.yaml", "vat/accounts.yaml", "catalog/books/one.csv"
CREDIT = """\
  - code: CREDIT
    name: {fr: Crédit, nl: Tegoed, en: Credit}
    family: bikes
    order-type: subscription
    unit: bike
    supply-kind: local-service
    vat-class: reduced
    account: care
    price-per: once
    billing-processes: [purchase]
    prepays: [CARE]
    prepaid-months: 12
"""
ROLES = """\
roles:
  clearing: {number: "840000", label: {fr: Acomptes, nl: Voorschotten, en: Advances}}
  prepaid: {number: "140000", label: {fr: Prépayé, nl: Vooruitbetaald, en: Prepaid}}
"""


def codes(before: str = "", after: str = "", *, roles: str = ROLES) -> list[str]:
    """The problems of a shop that sells a credit for what is used, with their lines, after a change of its text."""
    [plans] = [name for name, text in SMALL.items() if "care-plan" in text and name != PRODUCTS]
    head, _, tail = SMALL[plans].partition("  - id: care-plan")
    text = SMALL[PRODUCTS].replace("    account: care\n", "    account: care\n    measured: yes\n") + CREDIT
    assert before in text
    changed = {
        **SMALL,
        PRODUCTS: text.replace(before, after) if before else text,
        plans: f"{head}  - id: care-plan{tail.replace('timing: advance', 'timing: arrears', 1)}",
        ACCOUNTS: SMALL[ACCOUNTS] + roles,
        BOOK: SMALL[BOOK] + "CREDIT,1.00\n",
    }
    return told(changed)


def test_an_amount_for_what_is_used_is_in_order() -> None:
    assert codes() == []
    assert codes("    prepaid-months: 12\n", "") == []


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        ("prepays: [CARE]", "prepays: [BIKE]", "prepays-unmeasured"),
        ("prepays: [CARE]", "prepays: [CURE]", "unknown-name"),
        ("    prepays: [CARE]\n", "", "only-prepaid"),
        (
            "vat-class: reduced\n    account: care\n    price-per: once",
            "vat-class: standard\n    account: care\n    price-per: once",
            "prepaid-tax",
        ),
        ("[purchase]\n    prepays", "[care-plan]\n    prepays", "prepaid-periods"),
    ],
)
def test_what_does_not_fit_is_reported_at_its_key(before: str, after: str, code: str) -> None:
    [problem] = codes(before, after)
    assert problem.endswith(f" {code}")
    assert problem.startswith(f"{PRODUCTS}:")


def test_there_must_be_accounts_on_which_it_waits() -> None:
    [problem] = codes(roles="")
    assert problem.endswith(" prepaid-accounts")
