"""Mistakes in codes of others: currencies, units, countries, reasons for exemption, and blank texts."""

import pytest

from engine.code_lists.code_list import ADDRESS_SCHEMES, COUNTRIES, CURRENCIES, UNITS, VAT_NUMBER_SCHEMES, VATEX
from engine.countries.registry import COUNTRIES as WITH_A_FILE
from engine.iso_currencies import MINOR_UNITS
from engine.rulebook.reader import check_rulebook
from tests.unit.rulebook.texts import SMALL, changed, only, told


def codes(sources):
    return sorted({line.split()[-1] for line in told(sources)})


@pytest.mark.parametrize(
    ("path", "old", "new", "code"),
    [
        ("company.yaml", "currency: EUR", "currency: BGN", "withdrawn-currency"),
        ("company.yaml", "currency: EUR", "currency: ANG", "withdrawn-currency"),
        ("company.yaml", "name: Fietshuis Noord BV", 'name: " "', "not-allowed"),
        ("company.yaml", "street: Havenstraat 5", 'street: ""', "not-allowed"),
        ("catalog/units.yaml", "code: H87", "code: PCS", "unknown-unit-code"),
        ("catalog/units.yaml", "en: bike}", 'en: " "}', "not-allowed"),
        ("vat/countries.yaml", "DE]", "DE, XK]", "unknown-country"),
        ("vat/mentions.yaml", "en: Reverse charge", 'en: "  "', "not-allowed"),
        ("vat/mentions.yaml", "basis: Wet OB art. 12", 'basis: " "', "not-allowed"),
    ],
)
def test_a_code_that_receivers_refuse(path: str, old: str, new: str, code: str) -> None:
    assert codes(changed(path, old, new)) == [code]


def test_the_remedy_names_the_code_that_stands_in() -> None:
    assert only(changed("vat/countries.yaml", "DE]", "DE, XK]")).help == "write `1A`, as EN 16931 has it"
    assert only(changed("company.yaml", "currency: EUR", "currency: BGN")).help == "write `EUR`, or `rules-answer-until: 2025-12-31`"


@pytest.mark.parametrize(
    ("path", "old", "new", "problem", "remedy"),
    [
        ("company.yaml", "currency: EUR", "currency: HRK", "company.yaml:14:11 unknown-currency", "write `EUR`"),
        ("company.yaml", "currency: EUR", "currency: EUR\nvat-currency: usd", "company.yaml:15:15 unknown-currency", "write `USD`"),
        ("company.yaml", "country: NL", "country: nl", "company.yaml:7:12 unknown-country", "write `NL`"),
        ("vat/rates.yaml", "21%", "210%", "vat/rates.yaml:5:34 rate-size", "write a rate between 0% and 100%"),
    ],
)
def test_one_mistake_is_one_problem(path: str, old: str, new: str, problem: str, remedy: str) -> None:
    sources = changed(path, old, new)
    assert told(sources) == [problem]
    assert only(sources).help == remedy


RATES_OF_FILE = """
table rates "Rates by country and class"
  exactly one
  from file "rates.yaml"
  | supply.vat-territory | supply.vat-class || rate |
"""


@pytest.mark.parametrize("text", ["- a\n", "\t\n", None])
def test_rates_that_cannot_be_read_are_one_problem(text: str | None) -> None:
    rules = SMALL["vat/treatment.rules"] + RATES_OF_FILE
    from_file = {**SMALL, "vat/treatment.rules": rules}
    assert told(from_file) == []
    sources = {path: of for path, of in from_file.items() if path != "vat/rates.yaml"} | ({"vat/rates.yaml": text} if text else {})
    assert [problem.where.path for problem in check_rulebook(sources) if problem.where] == ["vat/rates.yaml"]


def test_a_rule_may_name_kosovo_by_its_code() -> None:
    rules = VAT_RULES.format(row='S | 21% | "" | none', held='if customer.country is 1A then "wait" else "no"')
    assert told({**SMALL, "vat/treatment.rules": rules}) == []


def test_the_letters_before_a_vat_number_are_corrected() -> None:
    greek = SMALL["company.yaml"].replace("country: NL", "country: GR").replace("NL999990007B01", "GR094259216")
    problems = [problem for problem in check_rulebook({**SMALL, "company.yaml": greek}) if problem.code == "bad-vat-number"]
    assert [problem.help for problem in problems] == ["write `EL094259216`"]


def test_a_currency_may_be_used_until_it_is_withdrawn() -> None:
    company = SMALL["company.yaml"].replace("currency: EUR", "currency: BGN").replace("cut-over: 2027-01-01", "cut-over: 2025-01-01")
    company = company.replace("from: 2026-01-01", "from: 2025-01-01") + "rules-answer-until: 2025-12-31\n"
    assert "withdrawn-currency" not in codes({**SMALL, "company.yaml": company})


def test_every_currency_of_the_list_that_is_money_has_its_decimals() -> None:
    without_amounts = {"XAG", "XAU", "XBA", "XBB", "XBC", "XBD", "XDR", "XPD", "XPT", "XSU", "XTS", "XUA", "CNH"}
    assert set(CURRENCIES) - set(MINOR_UNITS) == without_amounts
    assert set(MINOR_UNITS) - set(CURRENCIES) == {"ANG", "BGN", "STN"}


def test_the_lists_hold_what_invoices_write() -> None:
    assert {"BE", "XI", "1A"} <= set(COUNTRIES)
    assert "XK" not in COUNTRIES
    assert {"C62", "H87", "HUR", "DAY"} <= set(UNITS)
    assert (VATEX["VATEX-EU-IC"], VATEX["VATEX-EU-132"]) == (("K",), ("E",))
    registers = [country.register for country in WITH_A_FILE.values() if country.register]
    assert {*VAT_NUMBER_SCHEMES.values(), *(register.scheme for register in registers)} <= set(ADDRESS_SCHEMES)
    assert set(VAT_NUMBER_SCHEMES) <= set(COUNTRIES)


VAT_RULES = """\
module vat.treatment

table decision "All"
  | supply.vat-class | vat.treatment || vat.category | vat.rate | vat.vatex | vat.mention |
  | -                | -             || {row} |

define vat.held : Text = {held}

define vat.treatment : Enum[domestic, co-contractor, reverse-charge, intra-community, export, outside-scope, oss, small-business] = export
"""


@pytest.mark.parametrize(
    ("row", "codes_of_check"),
    [
        ('S | 21% | "" | none', []),
        ('S | 0% | "" | none', ["category-rate"]),
        ('Z | 0% | "" | none', []),
        ('Z | 21% | "" | none', ["category-rate"]),
        ('E | 21% | "VATEX-EU-132" | none', ["category-rate"]),
        ('G | 0% | "VATEX-EU-G" | none', []),
        ('K | 0% | "VATEX-EU-G" | none', ["vatex-category"]),
        ('S | 21% | "VATEX-EU-132" | none', ["vatex-category"]),
        ('G | 0% | "VATEX-FOO" | none', ["unknown-vatex"]),
        ('G | 0% | "" | none', ["no-exemption-reason"]),
        ('G | 0% | "" | reverse-charge', []),
    ],
)
def test_category_rate_and_reason_fit_together(row: str, codes_of_check: list[str]) -> None:
    channel = "module rules.channel\n\ndefine invoice.channel : Enum[peppol, email, held] = peppol\n"
    rules = VAT_RULES.format(row=row, held='"no"')
    assert codes({**SMALL, "rules/channel.rules": channel, "vat/treatment.rules": rules}) == codes_of_check


@pytest.mark.parametrize(("category", "remedy"), [("G", "did you mean `VATEX-EU-G`?"), ("O", "did you mean `VATEX-EU-O`?")])
def test_a_code_of_the_category_of_the_row_is_suggested(category: str, remedy: str) -> None:
    rules = VAT_RULES.format(row=f'{category} | 0% | "VATEX-FOO" | none', held='"no"')
    assert only({**SMALL, "vat/treatment.rules": rules}).help == remedy


def test_what_is_held_stands_on_no_invoice() -> None:
    rules = VAT_RULES.format(row='S | 0% | "" | none', held='"wait"')
    assert codes({**SMALL, "vat/treatment.rules": rules}) == []
