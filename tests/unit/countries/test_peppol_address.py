"""Addresses in Peppol as people write them."""

import pytest

from engine.countries.peppol_address import read_peppol_address
from engine.phrases import Phrase


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (" 0208:0202239951 ", "0208:0202239951"),
        ("iso6523-actorid-upis::0208:0202239951", "0208:0202239951"),
        ("0088:5412345000013", "0088:5412345000013"),
        ("9930:DE136695976", "9930:DE136695976"),
        ("0184:DK13585628", "0184:DK13585628"),
        ("0196:1201743399", "0196:1201743399"),
    ],
)
def test_an_address_is_scheme_and_number(written: str, read: str) -> None:
    assert read_peppol_address(written) == read


@pytest.mark.parametrize(
    "written", ["0202239951", "0208:0202239952", "0208:202239951", "0000:1", "0088:5412345000012", "EM:a@b.example", "0208:", "0192:123"]
)
def test_a_wrong_address_is_none(written: str) -> None:
    assert isinstance(read_peppol_address(written), Phrase)
