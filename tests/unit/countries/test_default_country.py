"""A country without a file of its own: European numbers and terms, and a reference that every bank of SEPA checks."""

import pytest
from stdnum import iso11649

from engine.countries.default_country import creditor_reference
from engine.countries.registry import country_of
from engine.phrases import Phrase


@pytest.mark.parametrize(
    ("number", "reference"), [("539007547034", "RF18539007547034"), ("2027-00001", "RF27202700001"), ("C/27é-1", None)]
)
def test_a_creditor_reference_has_its_check_digits(number: str, reference: str | None) -> None:
    found = creditor_reference(number)
    assert iso11649.is_valid(found)
    assert reference in (None, found)


def test_a_creditor_reference_has_at_most_25_characters() -> None:
    assert iso11649.is_valid(creditor_reference("INVOICE-" + "9" * 30))
    assert len(creditor_reference("9" * 40)) == 25


@pytest.mark.parametrize(
    ("code", "number", "is_right"),
    [
        ("DE", "DE136695976", True),
        ("DE", "DE136695977", False),
        ("DE", " DE136695976 ", True),
        ("DE", "DE136695976\n", False),
        ("BE", "BE0999910048\r\n", False),
        ("US", "whatever\n", False),
        ("DE", "FR40303265045", False),
        ("GR", "EL094259216", True),
        ("GR", "GR094259216", False),
        ("US", "us 12-3456", True),
        ("US", "whatever", False),
    ],
)
def test_vat_numbers_of_member_states_are_checked(code: str, number: str, is_right: bool) -> None:
    assert (isinstance(country_of(code).read_vat_number(number), Phrase)) != is_right


@pytest.mark.parametrize(
    ("code", "number", "compact"),
    [
        ("BE", "BE 999910048", "BE0999910048"),
        ("BE", "BE0999.910.048", "BE0999910048"),
        ("GR", "EL 094259216", "EL094259216"),
        ("ES", "ESB-58378431", "ESB58378431"),
        ("XI", "XI 123 4567 82", "XI123456782"),
        ("CH", " CHE-116.281.710 MWST", "CHE-116.281.710 MWST"),
    ],
)
def test_a_vat_number_of_a_member_state_is_compacted(code: str, number: str, compact: str) -> None:
    assert country_of(code).read_vat_number(number) == compact


def test_the_directive_on_late_payment_holds_in_member_states_alone() -> None:
    longest = country_of("DE").longest_payment_days
    assert longest is not None
    assert longest.most == 60
    assert country_of("US").longest_payment_days is None
