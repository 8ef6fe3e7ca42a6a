"""Percentages in requests: one below 1 has its sign, and is read again as it was written."""

import pytest
from pydantic import TypeAdapter, ValidationError

from engine.documents.signed_percent import SignedPercent, percent_of

PERCENT = TypeAdapter(SignedPercent)


@pytest.mark.parametrize(("text", "written"), [("21", "21"), ("0.5%", "0.5%"), ("0", "0"), ("0.00", "0"), ("1", "1"), ("1.0", "1")])
def test_a_percentage_is_written_so_that_it_can_be_read_again(text: str, written: str) -> None:
    read = PERCENT.validate_python(text)
    assert PERCENT.dump_python(read) == written
    assert PERCENT.validate_python(written) == read


@pytest.mark.parametrize("text", ["21\n", "21\n%", "21%\n", " 21"])
def test_a_line_break_is_no_part_of_a_number(text: str) -> None:
    with pytest.raises(ValidationError):
        PERCENT.validate_python(text)


@pytest.mark.parametrize("text", ["0.21", "0.5", "0.000001"])
def test_a_fraction_is_refused(text: str) -> None:
    with pytest.raises(ValidationError) as refused:
        PERCENT.validate_python(text)
    assert refused.value.errors()[0]["type"] == "percentage"
    with pytest.raises(ValueError, match="its sign is missing"):
        percent_of(text)
