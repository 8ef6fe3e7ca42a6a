"""Mistakes in vat/ and company.yaml: dated rates, numbers of banks and states, formats of document numbers, missing files."""

import pytest

from engine.rulebook.checks.number_formats import common_number, read_format
from tests.unit.rulebook.texts import SMALL, changed, check_rulebook, only, told

RATES, COMPANY, ACCOUNTS = "vat/rates.yaml", "company.yaml", "vat/accounts.yaml"


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("rate: 21%}", "rate: 21%}\n      - {from: 2012-10-01, rate: 22%}", "rate-twice"),
        ("rate: 21%}", "rate: 21%}\n      - {from: 2011-10-01, rate: 19%}", "rate-order"),
        ("rate: 21%", "rate: 121%", "rate-size"),
        ("rate: 21%", "rate: 21,0%", "decimal-comma"),
        ("rate: 21%", "rate: 0.21", "not-allowed"),
        ("rate: 21%", "rate: 21", "not-allowed"),
        ("from: 2012-10-01", "from: 2027-02-01", "no-rate"),
        ("    reduced:", "    intermediate:", "no-rate"),
        ("    reduced:", "    lower:", "unknown-key"),
        ("    reduced:", "    standard:", "duplicate-key"),
    ],
)
def test_rates_are_dated_in_order_and_complete_for_the_seller(old: str, new: str, code: str) -> None:
    assert code in [line.split()[1] for line in told(changed(RATES, old, new))]


@pytest.mark.parametrize(
    ("codes", "missing"),
    [
        ("{S 21: A1, S 9: A2, AE 0: A3}", []),
        ("{S 21.0: A1, S 9: A2}", []),
        ("{S 21: A1}", ["no-vat-code: there is no code for `S 9`, which"]),
        ("{AE 0: A3}", ["no-vat-code: there is no code for `S 9`, `S 21`, which"]),
        ("{S 21: A1, S 21.00: A2}", ["vat-code-twice: `S 21.00` is the same"]),
        ("{S 21: A1, S 9: A2, AE 21: A3}", ["bad-vat-code: `AE 21` is no category"]),
    ],
)
def test_where_there_are_codes_no_rate_is_without_one(codes: str, missing: list[str]) -> None:
    of = check_rulebook(changed(ACCOUNTS, "vat-due:", f"vat-codes: {codes}\nvat-due:"))
    result = [f"{problem.code}: {problem.message}" for problem in of]
    assert [line.startswith(start) for line, start in zip(result, missing, strict=True)] == [True] * len(missing), result


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("rate: 21%", "rat: 21%", "unknown-key"),
        ("rate: 21%", "rate: much", "not-a-number"),
        ("from: 2012-10-01", "from: 2012-10-32", "not-allowed"),
        ("rates:", "ratez:", "unknown-key"),
    ],
)
def test_a_table_of_rules_without_the_rows_of_an_unreadable_file_is_no_fault(old: str, new: str, code: str) -> None:
    table = """module vat.treatment

table vat-rates "Rates by country and class"
  exactly one
  from file "rates.yaml"
  | supply.ship-to | supply.vat-class || rate |

table rate "VAT rate"
  exactly one
  dated by invoice.tax-point
  | supply.vat-class || vat.rate                                   |
  | -                || vat-rates(seller.country, supply.vat-class) |
"""
    found = told(changed(RATES, old, new) | {"vat/treatment.rules": table})
    assert code in [line.split()[1] for line in found]


def test_a_country_that_does_not_exist_is_told() -> None:
    assert told(changed(RATES, "  NL:", "  UK:\n    standard:\n      - {from: 2011-01-04, rate: 20%}\n  NL:")) == [
        "vat/rates.yaml:3:3 unknown-country"
    ]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("NL999990007B01", "NL999990008B01", "bad-vat-number"),
        ("NL999990007B01", "BE0202239951", "bad-vat-number"),
        ("0417 1643 00", "0417 1643 01", "bad-iban"),
        ("facturen@fietshuis", "a@b.example, facturen@fietshuis", "bad-e-mail"),
        ("currency: EUR", "currency: EURO", "unknown-currency"),
        ("cut-over: 2027-01-01", "cut-over: 2027-02-30", "not-allowed"),
        ("cut-over: 2027-01-01", "cut-over: 2025-01-01", "horizon"),
        ("payment-terms: 14-days", "payment-terms: 30-days", "unknown-name"),
        ('"C{year}', '"{year}', "same-numbers"),
        ('"C{year}-{number:05}"', '"C{number:05}"', "bad-number-format"),
        ('"C{year}-{number:05}"', '"C{year}"', "bad-number-format"),
        ('"C{year}-{number:05}"', '"C{yaer}-{number:05}"', "bad-number-format"),
        ("country: NL", "country: XX", "unknown-country"),
    ],
)
def test_company_yaml_is_checked_field_by_field(old: str, new: str, code: str) -> None:
    assert code in [line.split()[1] for line in told(changed(COMPANY, old, new))]


def test_amounts_of_a_currency_in_small_letters_are_not_told_as_foreign() -> None:
    dollars = changed(COMPANY, "currency: EUR", "currency: usd")
    dollars["rules/x.rules"] = "module rules.x\n\ndefine fee : Money[USD] = 4.00 USD\n"
    assert [line.split()[1] for line in told(dollars)] == ["unknown-currency"]


def test_the_number_of_the_demo_s_seller_and_of_official_examples_are_valid() -> None:
    belgian = changed(COMPANY, "country: NL\n  vat-number: NL999990007B01", "country: BE\n  vat-number: BE0999.945.779")
    belgian = changed(COMPANY, '"12345678"', "0999.945.779", changed(COMPANY, "NL91 ABNA 0417 1643 00", "BE71 0961 2345 6769", belgian))
    assert told(changed(RATES, "  NL:", "  BE:", belgian)) == []


@pytest.mark.parametrize(
    ("one", "other", "shared"),
    [
        ("{year}-{number:05}", "C{year}-{number:05}", None),
        ("{year}-{number:05}", "{year}-{number:06}", "9999-999999"),
        ("{year}{number:05}", "{year}{number}", "999999999"),
        ("{number:05}/{year}", "{year}/{number:05}", None),
        ("{number}/{year}", "{year}/{number:04}", "9999/9999"),
        ("A{year}-{number}", "AB{year}-{number}", None),
    ],
)
def test_two_series_may_not_print_the_same_number(one: str, other: str, shared: str | None) -> None:
    first, second = read_format(one), read_format(other)
    assert isinstance(first, list)
    assert isinstance(second, list)
    assert common_number(first, second) == shared


@pytest.mark.parametrize(
    ("path", "kind"),
    [("plans/terms.yaml", "payment-terms"), ("vat/rates.yaml", "vat-rates"), ("company.yaml", "company"), ("rules/stages.yaml", "stages")],
)
def test_a_file_that_is_missing_altogether_is_told_with_its_place(path: str, kind: str) -> None:
    problems = told({name: text for name, text in SMALL.items() if name != path})
    assert any(line.endswith("missing-file") for line in problems)


def test_a_file_stands_anywhere_in_its_folder_and_its_kind_says_what_it_is() -> None:
    moved = {("vat/deep/down.yaml" if path == "vat/rates.yaml" else path): text for path, text in SMALL.items()}
    assert told(moved) == []
    lost = {("plans/rates.yaml" if path == "vat/rates.yaml" else path): text for path, text in SMALL.items()}
    assert told(lost) == ["plans/rates.yaml:1:7 wrong-folder"]
    assert only(changed("plans/terms.yaml", "kind: payment-terms", "kind: payment-term")).help == "did you mean `payment-terms`?"


def test_a_second_file_of_a_kind_that_stands_alone_is_told() -> None:
    assert told({**SMALL, "vat/more.yaml": SMALL["vat/settings.yaml"]}) == ["vat/settings.yaml:1:7 second-file"]


def test_kinds_that_are_lists_may_be_parted_but_a_name_is_given_once() -> None:
    more = "kind: segments\nsegments:\n  club: {fr: Club, nl: Club, en: Club}\n"
    assert told({**SMALL, "catalog/more.yaml": more}) == []
    assert told({**SMALL, "catalog/more.yaml": more.replace("club", "fleet")}) == ["catalog/segments.yaml:4:3 written-twice"]


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        ("country: ES, postcodes: [51999-51000], territory: third", "postcode-range"),
        ("country: ES, postcodes: [5100-51999], territory: third", "postcode-range"),
        ("country: ES, postcodes: [51 000], territory: third", "not-allowed"),
        ("country: ES, territory: ZZ", "unknown-country"),
        ("country: EZ, territory: third", "unknown-country"),
        ("country: ES, territory: abroad", "not-allowed"),
        ("territory: third", "missing-key"),
    ],
)
def test_a_mistake_in_the_territories_is_reported(entry: str, code: str) -> None:
    text = f"kind: vat-territories\nterritories:\n  - {{name: Ceuta, {entry}, from: 2007-01-01, source: law}}\n"
    assert [problem.split()[-1] for problem in told({**SMALL, "vat/territories.yaml": text})] == [code]
