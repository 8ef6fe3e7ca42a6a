"""vat/codes.yaml: no supply with two codes, none without one, and the accounts that postings of payments need."""

import pytest

from engine.rulebook.reader import check_up
from tests.unit.rulebook.test_proofs import shipped
from tests.unit.rulebook.texts import SMALL, changed, check_rulebook

CODES, ACCOUNTS, COMPANY = "vat/codes.yaml", "vat/accounts.yaml", "company.yaml"
DUTCH = """\
kind: vat-codes
codes:
  H: {treatment: domestic, rate: 21%, grids: {base: 1a, vat: 5a}, listing: none}
  L: {treatment: domestic, rate: 9%, grids: {base: 1b, vat: 5a}, listing: none}
"""


def told(texts: dict[str, str]) -> list[str]:
    return [f"{problem.where}: {problem.code}: {problem.message}" for problem in check_up(texts).problems]


def shipped_with(old: str, new: str, path: str = CODES) -> list[str]:
    text = shipped()[path]
    assert old in text
    return told({**shipped(), path: text.replace(old, new, 1)})


def test_a_rulebook_without_the_file_is_in_order_and_so_is_one_with_a_code_for_all_that_it_sells() -> None:
    assert told({**SMALL}) == []
    assert told({**SMALL, CODES: DUTCH}) == []


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("rate: 9%", "rate: 8%", "no VAT code for domestic services and goods, category S, at 9% from 2027-01-01 on: "),
        ("rate: 9%,", "rate: 9%, supply: goods,", "no VAT code for domestic services, category S, at 9%"),
        ("rate: 9%,", "rate: 9%, until: 2027-06-30,", "at 9% from 2027-07-01 on"),
        ("rate: 9%", "rate: 21%", "`L` and `H` are both codes of domestic supplies"),
        ("rate: 9%", "rate: 900%", "a rate of 900% cannot be"),
        ("rate: 9%,", "rate: 9%, from: 2027-02-01, until: 2027-01-31,", "ends on 2027-01-31, before it begins on 2027-02-01"),
        ("listing: none}\n  L", "listing: never}\n  L", "`never` is not a value of `listing`"),
    ],
)
def test_a_mistake_in_the_codes_is_told_at_its_line(old: str, new: str, found: str) -> None:
    assert old in DUTCH
    result = told({**SMALL, CODES: DUTCH.replace(old, new)})
    assert any(found in line and line.startswith("vat/codes.yaml:") for line in result), result


def test_codes_that_follow_each_other_in_time_do_not_meet() -> None:
    both = DUTCH.replace("rate: 9%,", "rate: 9%, until: 2027-06-30,")
    later = "  L2: {treatment: domestic, rate: 9%, from: 2027-07-01, grids: {base: 1c}, listing: none}\n"
    assert told({**SMALL, CODES: both + later}) == []


def test_what_the_rules_never_answer_needs_no_code() -> None:
    assert shipped_with("VIC: {treatment: intra-community,", "VIC: {treatment: intra-community, supply: goods,") == []
    (problem,) = shipped_with("VIC: {treatment: intra-community,", "VIC: {treatment: intra-community, supply: services,")
    assert "no VAT code for intra-community goods, category K, at 0%" in problem


def test_codes_stand_in_one_file() -> None:
    texts = {**SMALL, CODES: DUTCH, **changed(ACCOUNTS, "vat-due:", "vat-codes: {S 21: A1, S 9: A2}\nvat-due:")}
    (problem,) = check_rulebook({**texts, CODES: DUTCH})
    assert (problem.code, problem.help) == ("two-sets-of-vat-codes", "remove `vat-codes` from this file")


def test_with_a_bank_the_other_accounts_of_payments_must_be_there() -> None:
    bank = 'roles:\n  bank: {number: "1100", label: {fr: Banque, nl: Bank, en: Bank}}\nvat-due:'
    (problem,) = check_rulebook(changed(ACCOUNTS, "vat-due:", bank))
    assert problem.message == "payments could not be posted: there is no account for `suspense`, `difference-loss`"
    wrong = 'banks:\n  NL00: {number: "1100", label: {fr: Banque, nl: Bank, en: Bank}}\nvat-due:'
    assert {each.code for each in check_rulebook(changed(ACCOUNTS, "vat-due:", wrong))} == {"bad-bank-account", "account-role-missing"}
