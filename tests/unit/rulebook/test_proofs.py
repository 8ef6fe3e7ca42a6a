"""The shipped rulebook is proved, and a slip in its VAT table is found with the customer whom it would hit."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest

from api.rulebook_folder import read_folder
from engine.problems import Problem
from engine.rulebook.anchors import untiled
from engine.rulebook.reader import check_up
from tests.unit.rulebook.texts import SMALL, changed

CHECKOUT = Path(__file__).parents[3]
TREATMENT = "vat/treatment.rules"


@cache
def shipped() -> Mapping[str, str]:
    """The texts of the shipped rulebook."""
    return read_folder(CHECKOUT)


def with_row(of: str, becomes: str | None) -> tuple[Problem, ...]:
    """What check finds where the row of an article of law reads otherwise, or (None) is deleted."""
    text = shipped()[TREATMENT]
    line = next(line for line in text.split("\n") if of in line)
    kept = text.replace(line + "\n", "") if becomes is None else text.replace(line, line.replace(*becomes.split(" => ")))
    return check_up({**shipped(), TREATMENT: kept}).problems


def test_the_shipped_rulebook_is_proved_without_a_finding() -> None:
    found = check_up(shipped())
    assert found.problems == ()
    assert found.proofs is not None
    assert not found.proofs.not_proved
    assert {"treatment", "category", "rate", "mention", "tax-point", "channel", "segment-factor"} <= set(found.proofs.proved)


def test_a_deleted_row_of_the_vat_table_is_told_with_a_customer_and_as_the_row_that_is_missing() -> None:
    (problem,) = with_row("art. 32 and 59c", None)
    assert problem.code == "gap"
    assert problem.where is not None
    assert problem.where.path == TREATMENT
    assert problem.message.startswith(
        "table treatment: no row for seller.small-business = no, supply.kind = goods, supply.vat-territory = AT, customer.kind = business"
    )
    assert problem.help == "add the row `| no | goods | union | consumer | no | - || … | … |`; or say with a `fact` that this cannot be"
    assert problem.message_in("nl").startswith("tabel treatment: geen rij voor seller.small-business = no, supply.kind = goods")
    assert problem.help_in("fr").startswith("ajoutez la ligne `| no | goods | union | consumer | no | - || … | … |`")


def test_an_overlapping_row_of_the_vat_table_is_told_with_both_rows() -> None:
    (problem,) = with_row("art. 146", "goods   => goods, service ")
    assert problem.message.startswith("table treatment: rows 7 and 14 both apply to seller.small-business = no, supply.kind = service")


@pytest.mark.parametrize(("old", "new"), [("name: ", 'name: " " # '), ("country: BE", "country: XK"), ("  country: BE\n", "")])
def test_a_mistake_in_the_seller_leaves_no_proof_open(old: str, new: str) -> None:
    company = shipped()["company.yaml"].replace(old, new, 1)
    assert [problem.where.path for problem in check_up({**shipped(), "company.yaml": company}).problems if problem.where] == [
        "company.yaml"
    ]


@pytest.mark.parametrize("country", ["XQ", "x"])
def test_without_a_country_of_the_seller_the_rest_is_proved(country: str) -> None:
    """A gap of prices by segment needs no country; VAT does, and is told as not proved without a problem of its own."""
    table = '  | chain            | investment         || 0.90   | "Framework agreement with chains"         |\n'
    texts = dict(shipped())
    texts["company.yaml"] = texts["company.yaml"].replace("country: BE", f"country: {country}")
    assert table in texts["rules/pricing.rules"]
    texts["rules/pricing.rules"] = texts["rules/pricing.rules"].replace(table, "")
    checkup = check_up(texts)
    assert checkup.proofs is not None
    codes = [problem.code for problem in checkup.problems if problem.stops]
    assert codes[1:] == ["gap"], [str(problem) for problem in checkup.problems]
    left = dict(checkup.proofs.not_proved)
    assert "category" in left
    assert str(left["category"]) == "`seller.country` is not known"


def test_a_seller_in_the_one_stop_shop_is_told_which_rates_of_his_catalogue_are_missing() -> None:
    company = shipped()["company.yaml"].replace("oss: no", "oss: yes")
    *unmapped, problem = check_up({**shipped(), "company.yaml": company}).problems
    assert {(each.code, each.stops) for each in unmapped} == {("not-mapped", True)}, "of each tool that has taxes"
    assert (problem.code, problem.stops) == ("rate-gap", False)
    assert all("`oss`" in each.message for each in unmapped)
    assert "supply.vat-class = reduced" in problem.message


def test_a_new_rate_is_told_without_a_code_and_without_a_name_in_accounting_tools_at_once() -> None:
    line = '- {from: 1996-01-01, rate: 21%, source: "Royal Decree no. 20 of 20 July 1970, art. 1"}'
    rates = shipped()["vat/rates.yaml"].replace(line, f"{line}\n      - {{from: 2027-07-01, rate: 22%}}")
    problems = check_up({**shipped(), "vat/rates.yaml": rates}).problems
    assert {problem.code for problem in problems} == {"not-mapped", "treatment-without-vat-code"}
    (gap,) = (problem.message for problem in problems if problem.code == "treatment-without-vat-code")
    assert "for domestic services and goods, category S, at 22% from 2027-07-01 on" in gap
    assert "`domestic 22%`" in next(problem.message for problem in problems if problem.code == "not-mapped")


def test_a_rate_of_the_sellers_own_country_that_begins_too_late_is_told() -> None:
    rates = shipped()["vat/rates.yaml"].replace("{from: 1996-01-01, rate: 21%", "{from: 2025-01-02, rate: 21%", 1)
    (problem,) = check_up({**shipped(), "vat/rates.yaml": rates}).problems
    assert problem.code == "rate-gap"
    assert "| BE | standard | until 2025-01-01 |" in problem.help


def test_a_mistake_in_the_rules_keeps_from_proving_and_one_elsewhere_does_not() -> None:
    assert check_up(changed(TREATMENT, "domestic\n", "domestik\n")).proofs is None
    plan = check_up({**SMALL, "plans/more.yaml": "kind: payment-plans\npayment-plans:\n  - {id: x}\n"})
    assert any(problem.stops for problem in plan.problems)
    assert plan.proofs is not None


def test_periods_tile_for_every_day_of_a_leap_cycle() -> None:
    for months in (1, 2, 3, 4, 6, 12, 24):
        for align_to in ("activation", "anchor", "calendar"):
            for month_end in ("clamp", "last-day", "refuse"):
                assert untiled(months, 0, align_to, month_end) is None
    for days in (1, 7, 28):
        assert untiled(None, days, "activation", "clamp") is None


def test_a_product_whose_condition_nobody_meets_is_told() -> None:
    condition = "    vat-class: standard\n    available-when: customer.kind is private and customer.kind is business\n"
    found = check_up(changed("catalog/products.yaml", "    vat-class: standard\n", condition)).problems
    assert [(problem.code, problem.message) for problem in found] == [
        ("never-applies", "product `BIKE` can never apply: its condition cannot be met")
    ]
