"""VAT of a supply: facts, two passes over the tax point, held supplies, and a missing rate that is never replaced."""

from datetime import date
from fractions import Fraction

import pytest

from engine.dates import Period
from engine.documents.invoice import Held
from engine.documents.party import Address
from engine.documents.supply import Supply
from engine.problems import Kind, Refusal, Span
from engine.stages.taxing import supply_facts, tax
from tests.unit.stages.small_rulebook import PlainRules, customer, rulebook

ISSUED = date(2027, 1, 31)
DOMESTIC = {
    "vat.treatment": "domestic",
    "vat.category": "S",
    "vat.rate": Fraction(21, 100),
    "vat.basis": "art. 37",
    "vat.mention": "none",
    "vat.vatex": "",
}


def supply(**own: object) -> Supply:
    return Supply.model_validate({"customer": customer(), "kind": "service", "vat_class": "standard", **own})


def decided(of: Supply, **answers: object):
    given = {**DOMESTIC, **{f"vat.{name.replace('_', '-')}": answer for name, answer in answers.items()}}
    return tax(of, rulebook(PlainRules(answers=given)), issued_on=ISSUED)


def test_the_decision_carries_all_that_an_invoice_says():
    result = decided(supply(), treatment="reverse-charge", category="AE", rate=Fraction(0), vatex="VATEX-EU-AE", mention="reverse-charge")
    assert (result.treatment, result.category, str(result.rate), result.vatex, result.basis) == (
        "reverse-charge",
        "AE",
        "0",
        "VATEX-EU-AE",
        "art. 37",
    )
    assert (result.mention.name, result.mention.nl, result.tax_point) == ("reverse-charge", "Reverse charge", ISSUED)
    plain = decided(supply())
    assert (plain.vatex, plain.mention, str(plain.rate)) == (None, None, "21")


@pytest.mark.parametrize(
    ("said", "own", "point"),
    [
        ("issue", {}, ISSUED),
        ("payment", {}, ISSUED),
        ("service-end", {"service_period": Period(date(2027, 1, 1), date(2027, 4, 1))}, date(2027, 3, 31)),
        ("service-end", {"supplied_on": date(2027, 1, 12)}, date(2027, 1, 12)),
        ("service-end", {}, ISSUED),
        ("month-15", {"supplied_on": date(2027, 1, 7)}, ISSUED),
        ("month-15", {"supplied_on": date(2026, 11, 20)}, date(2026, 12, 15)),
        ("month-15", {"supplied_on": date(2026, 11, 20), "advance": True}, ISSUED),
        ("month-15", {}, ISSUED),
    ],
)
def test_the_treatment_names_the_tax_point(said, own, point):
    assert decided(supply(**own), tax_point=said).tax_point == point


def test_the_rate_is_the_one_in_force_at_the_tax_point():
    def rate(facts):
        return Fraction(22, 100) if facts["invoice.tax-point"] >= date(2027, 4, 1) else Fraction(21, 100)

    quarter = supply(service_period=Period(date(2027, 1, 1), date(2027, 4, 2)))
    assert str(decided(quarter, rate=rate, tax_point="service-end").rate) == "22"
    assert str(decided(quarter, rate=rate, tax_point="issue").rate) == "21"


def test_a_payment_already_known_is_the_tax_point():
    rules = PlainRules(answers={**DOMESTIC, "vat.tax-point": "payment"})
    assert tax(supply(), rulebook(rules), issued_on=ISSUED, paid_on=date(2027, 2, 9)).tax_point == date(2027, 2, 9)


def test_what_must_be_held_is_not_decided():
    assert decided(supply(), held="VAT number not verified") == Held(held="VAT number not verified")
    assert decided(supply(), held="no").category == "S"


def test_a_missing_rate_is_held_and_never_replaced():
    no_row = Kind("no-row", "table vat-rates: no row for customer.country = DE", "add one")

    def missing(facts):
        raise Refusal((no_row.at(Span("vat/rates.yaml", 3, 1, 3, 9)),))

    result = decided(supply(), treatment="oss", rate=missing)
    assert (result.held, result.reasons[0].where) == ("no rate", "vat/rates.yaml:3")

    def other(facts):
        raise Refusal((Kind("missing-fact", "needs a fact", "give it").at(None),))

    with pytest.raises(Refusal):
        decided(supply(), rate=other)


def test_a_decision_that_depends_on_returns_which_nobody_stated_is_held():
    needed = "customer.files-periodic-returns"

    def treatment(facts):
        if needed not in facts:
            raise Refusal((Kind("missing-fact", "{rule} needs `{name}`", "give it").at(None, rule="r", name=needed),))
        return "co-contractor" if facts[needed] and facts["supply.kind"] == "immovable-work" else "domestic"

    result = decided(supply(kind="immovable-work"), treatment=treatment)
    assert (result.held, result.reasons[0].says) == ("not known if it files periodic returns", f"r needs `{needed}`")
    assert decided(supply(), treatment=treatment).treatment == "domestic"


@pytest.mark.parametrize(
    ("own", "files"),
    [
        ({}, None),
        ({"files_periodic_returns": True}, True),
        ({"files_periodic_returns": False}, False),
        ({"vat_number": None}, False),
        ({"vat_number_state": "invalid"}, False),
        ({"kind": "private"}, False),
    ],
)
def test_only_a_business_with_a_vat_number_may_file_returns(own, files):
    assert supply_facts(supply(customer=customer(**own)), rulebook(), on=ISSUED).get("customer.files-periodic-returns") is files


def test_a_rulebook_without_vat_rules_is_refused_by_name():
    with pytest.raises(Refusal) as refused:
        tax(supply(), rulebook(), issued_on=ISSUED)
    assert refused.value.problems[0].message == "no rule of vat/ gives `vat.treatment`"


@pytest.mark.parametrize(
    ("own", "state"),
    [
        ({"vat_number": None}, "none"),
        ({}, "unknown"),
        ({"vat_number_state": "invalid"}, "invalid"),
        ({"vat_number_state": "valid", "vat_checked_on": date(2025, 12, 27)}, "valid"),
        ({"vat_number_state": "valid", "vat_checked_on": date(2025, 12, 26)}, "unknown"),
    ],
)
def test_an_answer_about_a_vat_number_serves_for_its_days(own, state):
    facts = supply_facts(supply(customer=customer(**own)), rulebook(), on=ISSUED)
    assert facts["customer.vat-number"] == state


def test_goods_go_to_the_customer_s_country_unless_said():
    abroad = customer(address=Address(street="", postcode="", town="Lyon", country="FR"))
    facts = supply_facts(supply(customer=abroad), rulebook(), on=ISSUED)
    assert (facts["supply.ship-to"], facts["supply.distance-sale"], facts["seller.country"]) == ("FR", False, "BE")
    assert supply_facts(supply(customer=abroad, ship_to="NL"), rulebook(), on=ISSUED)["supply.ship-to"] == "NL"
