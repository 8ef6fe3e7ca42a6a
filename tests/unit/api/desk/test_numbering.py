"""Numbers as the rulebook prints them, and the series to which they belong."""

from dataclasses import dataclass
from datetime import date
from typing import cast

import pytest

from api.desk.desk import number_of, series_of
from engine.rulebook.book import Rulebook
from engine.rulebook.company import Numbering


@dataclass
class _Company:
    numbering: Numbering


@dataclass
class _Book:
    company: _Company


def book(invoice: str) -> Rulebook:
    """As much of a rulebook as numbering looks at."""
    return cast(Rulebook, _Book(_Company(Numbering(invoice=invoice, credit_note="C{year}-{number}"))))


@pytest.mark.parametrize(
    ("written", "number", "printed", "series"),
    [
        ("{year}-{number:05}", 7, "2027-00007", "invoice-2027"),
        ("{year}-{number:05}", 123456, "2027-123456", "invoice-2027"),
        ("F{number}/{year}", 7, "F7/2027", "invoice-2027"),
        ("F{number:4}", 7, "F   7", "invoice"),
    ],
)
def test_a_number_is_printed_as_written(written: str, number: int, printed: str, series: str) -> None:
    assert number_of("invoice", number, date(2027, 5, 1), book(written)) == printed
    assert series_of("invoice", date(2027, 5, 1), book(written)) == series
