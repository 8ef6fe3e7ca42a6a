"""The decision table of a Belgian seller, row by row: what 4-billing and the law say against what vat/ of the demo company answers."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from api.rulebook_folder import read_folder
from engine.documents.invoice import Held, VatDecision
from engine.documents.party import Address, Customer
from engine.documents.supply import Supply
from engine.rulebook.book import Rulebook
from engine.rulebook.reader import read_rulebook
from engine.stages.taxing import tax

DAY = date(2027, 1, 31)
SERVICES = ("service", "electronic-service", "local-service")


@pytest.fixture(scope="module")
def rulebook(root: Path) -> Rulebook:
    return read_rulebook(read_folder(root))


def with_seller(rulebook: Rulebook, **fields: bool) -> Rulebook:
    seller = rulebook.company.seller.model_copy(update=fields)
    return replace(rulebook, company=rulebook.company.model_copy(update={"seller": seller}))


def decide(rulebook: Rulebook, country: str, kind: str, supply: str, number: str = "valid", on: date = DAY, **more: object) -> object:
    """The decision for a customer of a country; `number` is what is known of its VAT number, or the number itself."""
    known = number in ("valid", "invalid", "unknown")
    written = None if number == "none" else f"{'EL' if country == 'GR' else country}123456789" if known else number
    buyer = Customer(
        id="X",
        name="X",
        address=Address(street="x", postcode="1", town="X", country=country),
        kind=kind,
        vat_number=written,
        vat_number_state=number if known else "valid",
        files_periodic_returns=more.pop("files", False),
        small_business=more.pop("small", False),
    )
    return tax(Supply(customer=buyer, kind=supply, **{"vat_class": "standard", **more}), rulebook, issued_on=on)


def said(decision: object) -> str:
    """treatment category rate vatex, or why it is held."""
    if isinstance(decision, Held):
        return f"held: {decision.held}"
    assert isinstance(decision, VatDecision)
    return f"{decision.treatment} {decision.category} {decision.rate} {decision.vatex or '-'}"


@pytest.mark.parametrize("supply", [*SERVICES, "goods"])
@pytest.mark.parametrize(("kind", "number"), [("business", "valid"), ("business", "unknown"), ("business", "none"), ("private", "none")])
def test_1_belgian_customers_pay_belgian_vat(rulebook: Rulebook, supply: str, kind: str, number: str) -> None:
    classes = {"standard": "S 21", "intermediate": "S 12", "reduced": "S 6", "zero": "Z 0", "exempt": "E 0"}
    for vat_class, expected in classes.items():
        assert said(decide(rulebook, "BE", kind, supply, number, vat_class=vat_class)) == f"domestic {expected} -"


def test_2_work_on_property_for_a_business_that_files_returns_is_for_the_customer_to_declare(rulebook: Rulebook) -> None:
    assert said(decide(rulebook, "BE", "business", "immovable-work", files=True)) == "co-contractor AE 0 VATEX-EU-AE"
    assert said(decide(rulebook, "BE", "business", "immovable-work")) == "domestic S 21 -"
    unstated = "held: not known if it files periodic returns"
    assert said(decide(rulebook, "BE", "business", "immovable-work", files=None)) == unstated
    assert said(decide(rulebook, "BE", "business", "immovable-work", "unknown", files=None)) == unstated
    assert said(decide(rulebook, "BE", "business", "immovable-work", "none", files=None)) == "domestic S 21 -"
    assert said(decide(rulebook, "BE", "business", "service", files=None)) == "domestic S 21 -"
    assert said(decide(rulebook, "BE", "business", "immovable-work", files=True, small=True)) == "domestic S 21 -"
    assert said(decide(rulebook, "BE", "business", "immovable-work", "invalid", files=True)) == "domestic S 21 -"
    assert said(decide(rulebook, "BE", "private", "immovable-work", "none", vat_class="reduced")) == "domestic S 6 -"


@pytest.mark.parametrize("supply", SERVICES)
@pytest.mark.parametrize("country", ["LU", "NL", "GR", "HR"])
def test_3_services_to_a_business_of_another_member_state(rulebook: Rulebook, supply: str, country: str) -> None:
    assert said(decide(rulebook, country, "business", supply)) == "reverse-charge AE 0 VATEX-EU-AE"


def test_4_goods_to_another_member_state_under_a_number_of_any_but_ours(rulebook: Rulebook) -> None:
    free = "intra-community K 0 VATEX-EU-IC"
    assert said(decide(rulebook, "LU", "business", "goods")) == free
    assert said(decide(rulebook, "LU", "business", "goods", ship_to="DE")) == free
    assert said(decide(rulebook, "CH", "business", "goods", "DE123456789", ship_to="DE")) == free
    assert said(decide(rulebook, "BE", "business", "goods", "LU12345678", ship_to="LU")) == free
    assert said(decide(rulebook, "GB", "business", "goods", "XI123456789", ship_to="XI")) == free
    assert said(decide(rulebook, "FR", "business", "goods", "BE0123456789", ship_to="FR")) == "domestic S 21 -"
    assert said(decide(rulebook, "BE", "business", "goods", ship_to="FR")) == "domestic S 21 -"
    assert said(decide(rulebook, "LU", "business", "goods", ship_to="BE")) == "domestic S 21 -"
    assert said(decide(rulebook, "LU", "business", "goods", "none")) == "domestic S 21 -"


@pytest.mark.parametrize("supply", SERVICES)
@pytest.mark.parametrize("country", ["CH", "US", "GB"])
def test_5_services_to_a_business_outside_the_union(rulebook: Rulebook, supply: str, country: str) -> None:
    assert said(decide(rulebook, country, "business", supply, "none")) == "outside-scope O 0 VATEX-EU-O"
    assert said(decide(rulebook, country, "business", supply, "unknown")) == "outside-scope O 0 VATEX-EU-O"


@pytest.mark.parametrize(("country", "kind"), [("CH", "business"), ("US", "private"), ("BE", "business")])
def test_6_goods_that_leave_the_union(rulebook: Rulebook, country: str, kind: str) -> None:
    assert said(decide(rulebook, country, kind, "goods", "none", ship_to="CH")) == "export G 0 VATEX-EU-G"


def test_7_and_8_electronic_services_and_distance_sales_to_private_customers_of_other_member_states(rulebook: Rulebook) -> None:
    with_oss = with_seller(rulebook, oss=True)
    assert said(decide(with_oss, "FR", "private", "electronic-service", "none")) == "oss S 20 -"
    assert said(decide(with_oss, "HU", "private", "goods", "none", distance_sale=True)) == "oss S 27 -"
    assert said(decide(with_oss, "HU", "private", "goods", "none", distance_sale=True, ship_to="FI")) == "oss S 25.5 -"
    assert said(decide(with_oss, "HU", "private", "goods", "none")) == "domestic S 21 -"
    assert said(decide(rulebook, "FR", "private", "electronic-service", "none")) == "domestic S 21 -"
    assert said(decide(rulebook, "HU", "private", "goods", "none", distance_sale=True)) == "domestic S 21 -"
    assert said(decide(with_oss, "FR", "business", "electronic-service", "invalid")) == "oss S 20 -"
    assert said(decide(with_oss, "BE", "private", "electronic-service", "none")) == "domestic S 21 -"


def test_7_a_class_without_a_rate_on_file_is_held_and_never_guessed(rulebook: Rulebook) -> None:
    with_oss = with_seller(rulebook, oss=True)
    assert said(decide(with_oss, "DE", "private", "goods", "none", distance_sale=True, vat_class="reduced")) == "oss S 7 -"
    assert said(decide(with_oss, "HU", "private", "goods", "none", distance_sale=True, vat_class="reduced")) == "held: no rate"


@pytest.mark.parametrize("country", ["FR", "CH"])
def test_9_and_10_other_services_to_private_customers(rulebook: Rulebook, country: str) -> None:
    assert said(decide(rulebook, country, "private", "local-service", "none")) == "domestic S 21 -"
    outside = "outside-scope O 0 VATEX-EU-O" if country == "CH" else "domestic S 21 -"
    assert said(decide(rulebook, country, "private", "service", "none")) == outside
    assert said(decide(rulebook, country, "private", "electronic-service", "none")) == outside


@pytest.mark.parametrize("number", ["invalid", "none"])
def test_11_a_business_without_a_valid_number_is_treated_as_private(rulebook: Rulebook, number: str) -> None:
    for supply in SERVICES:
        assert said(decide(rulebook, "FR", "business", supply, number)) == "domestic S 21 -"


@pytest.mark.parametrize("supply", [*SERVICES, "goods"])
def test_11a_a_number_not_verified_holds_the_line_back(rulebook: Rulebook, supply: str) -> None:
    assert said(decide(rulebook, "FR", "business", supply, "unknown")) == "held: VAT number not verified"


@pytest.mark.parametrize("supply", SERVICES)
@pytest.mark.parametrize(
    ("country", "number"), [("FR", "DE123456789"), ("FR", "XI123456782"), ("FR", "CHE999999016MWST"), ("MC", "IT12345678901")]
)
def test_11a_for_services_a_number_of_another_state_proves_nothing(rulebook: Rulebook, supply: str, country: str, number: str) -> None:
    assert said(decide(rulebook, country, "business", supply, number)) == "held: VAT number not verified"


def test_11a_work_on_property_for_a_customer_at_home_under_a_foreign_number_is_not_for_the_customer_to_declare(rulebook: Rulebook) -> None:
    assert said(decide(rulebook, "BE", "business", "immovable-work", "FR42999999006", files=True)) == "domestic S 21 -"


def test_11a_an_answer_serves_for_the_days_that_vat_settings_say(rulebook: Rulebook) -> None:
    def on(day: date) -> str:
        buyer = Customer(
            id="X",
            name="X",
            address=Address(street="x", postcode="1", town="X", country="FR"),
            vat_number="FR42999999006",
            vat_number_state="valid",
            vat_checked_on=date(2027, 1, 2),
        )
        return said(tax(Supply(customer=buyer, kind="service", vat_class="standard"), rulebook, issued_on=day))

    assert on(date(2028, 2, 6)) == "reverse-charge AE 0 VATEX-EU-AE"
    assert on(date(2028, 2, 7)) == "held: VAT number not verified: the answer of 2027-01-02 has expired"


def test_12_a_seller_under_the_small_business_scheme_charges_no_vat(rulebook: Rulebook) -> None:
    small = with_seller(rulebook, small_business=True)
    decision = decide(small, "BE", "business", "service")
    assert said(decision) == "small-business E 0 -"
    assert isinstance(decision, VatDecision)
    assert decision.mention is not None


def test_work_on_property_abroad_is_outside_belgian_vat(rulebook: Rulebook) -> None:
    decision = decide(rulebook, "FR", "business", "immovable-work")
    assert said(decision) == "outside-scope O 0 VATEX-EU-O"
    assert isinstance(decision, VatDecision)
    assert decision.mention is not None
    assert decision.mention.name == "property-abroad"
    assert said(decide(rulebook, "BE", "private", "immovable-work", "none", ship_to="FR")).startswith("held: ")


@pytest.mark.parametrize(
    ("country", "before", "day", "after"),
    [
        ("RO", "19", date(2025, 8, 1), "21"),
        ("SK", "20", date(2025, 1, 1), "23"),
        ("EE", "22", date(2025, 7, 1), "24"),
        ("FI", "24", date(2024, 9, 1), "25.5"),
    ],
)
def test_on_a_rate_change_the_day_before_uses_the_old_rate(rulebook: Rulebook, country: str, before: str, day: date, after: str) -> None:
    with_oss = with_seller(rulebook, oss=True)
    days = (day - timedelta(days=1), day)
    rates = [decide(with_oss, country, "private", "electronic-service", "none", on=on) for on in days]
    assert [str(each.rate) for each in rates if isinstance(each, VatDecision)] == [before, after]


def test_the_standard_rates_of_the_27_late_in_2026(rulebook: Rulebook) -> None:
    stated = (
        "AT 20, BE 21, BG 20, CY 19, CZ 21, DE 19, DK 25, EE 24, ES 21, FI 25.5, FR 20, GR 24, HR 25, HU 27, IE 23, IT 22, LT 21, LU 17, "
        "LV 21, MT 18, NL 21, PL 23, PT 23, RO 21, SE 25, SI 22, SK 23"
    )
    for country, rate in (pair.split() for pair in stated.split(", ")):
        assert str(rulebook.rates.rate(country, "standard", date(2026, 12, 1))) == rate
    assert set(rulebook.rates.rates) == set(rulebook.countries.sets["EU-GOODS"])
