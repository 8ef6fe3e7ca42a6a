"""What to write instead of a code that is no country."""

import pytest
from pydantic import TypeAdapter, ValidationError

from engine.text.country_codes import CountryCode, country_remedy


@pytest.mark.parametrize(
    ("code", "remedy"),
    [
        ("EL", "write `GR`, as EN 16931 has it"),
        ("UK", "write `GB`, as EN 16931 has it"),
        ("XK", "write `1A`, as EN 16931 has it"),
        ("fr", "write `FR`"),
        ("B", "write `BE`, as EN 16931 has it"),
        ("Pays-Bas", "write `NL`"),
        ("BELGIE", "write `BE`"),
        ("??", "write its two letters, such as `BE`"),
    ],
)
def test_the_code_to_write_is_named(code: str, remedy: str) -> None:
    assert country_remedy(code) == remedy


def test_a_code_of_another_form_is_refused_with_its_remedy() -> None:
    codes = TypeAdapter(CountryCode)
    assert [codes.validate_python(code) for code in ("BE", "1A")] == ["BE", "1A"]
    with pytest.raises(ValidationError) as refused:
        codes.validate_python("fr")
    assert refused.value.errors()[0]["ctx"]["remedy"] == "write `FR`"
