"""Belgium: the structured communication, the enterprise number and where it stands on e-invoices."""

import pytest

from engine.countries.belgium import structured_communication
from engine.countries.registry import country_of


@pytest.mark.parametrize(
    ("number", "communication"),
    [("0108068171", "+++010/8068/17183+++"), ("F-97", "+++000/0000/09797+++"), ("12345678901234", "+++567/8901/23453+++")],
)
def test_the_communication_has_check_digits_modulo_97(number: str, communication: str) -> None:
    assert structured_communication(number) == communication
    digits = "".join(sign for sign in communication if sign.isdigit())
    assert int(digits[:10]) % 97 in (int(digits[10:]), int(digits[10:]) - 97)


@pytest.mark.parametrize(
    ("number", "mistake"), [("0202.239.951", None), ("0202.239.952", "check digits"), ("0202", "too few"), ("x" * 10, "form")]
)
def test_an_enterprise_number_checks_itself(number: str, mistake: str | None) -> None:
    register = country_of("BE").register
    assert register is not None
    found = register.mistake(number)
    assert (found is None) == (mistake is None)
    assert mistake is None or mistake in str(found)


@pytest.mark.parametrize("written", ["0202.239.951", "202.239.951", "BE 0202.239.951"])
def test_e_invoices_have_ten_digits(written: str) -> None:
    register = country_of("BE").register
    assert register is not None
    assert (register.scheme, register.identifier(written)) == ("0208", "0202239951")


def test_a_customer_abroad_writes_the_ten_digits_of_the_communication_in_a_creditor_reference() -> None:
    belgium = country_of("BE")
    at_home, abroad = belgium.payment_reference("2027-00001"), belgium.payment_reference_abroad("2027-00001")
    assert (at_home, abroad) == ("+++020/2700/00171+++", "RF270202700001")
    assert "".join(filter(str.isdigit, at_home))[:10] == abroad[4:]
    assert belgium.read_payment_reference(abroad) == abroad


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("+++010/8068/17183+++", "+++010/8068/17183+++"),
        ("010806817183", "+++010/8068/17183+++"),
        ("***010.8068.17183***", "+++010/8068/17183+++"),
        ("010/8068/17184", None),
        ("RF27 2027 00001", "RF27202700001"),
        ("RF28 2027 00001", None),
        ("invoice 2026-17", "invoice 2026-17"),
    ],
)
def test_a_payment_reference_is_read_as_it_is_stored(written: str, stored: str | None) -> None:
    assert country_of("BE").read_payment_reference(written) == stored
