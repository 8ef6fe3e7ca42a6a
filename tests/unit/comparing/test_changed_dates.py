"""The days on which something begins or ends, and those of what differs between two rulebooks."""

from __future__ import annotations

from datetime import date

import pytest

from engine.comparing.changed_dates import ChangedDates, changed_dates
from engine.rulebook.reader import read_all
from tests.unit.rulebook.texts import SMALL

FIRST, LAST = date(2027, 1, 1), date(2035, 12, 31)
BOOK = "kind: price-book\nid: later\nlabel: {fr: A, nl: A, en: A}\nfrom: 2028-01-01\nbased-on: list-2027\nindex: [{factor: 1.3}]\n"
RULES = """\
module rules.prices

price care "Care"
  for product CARE
  from 2027-03-01 until 2028-12-31
  charge per month
  at 9.50 EUR

define line.is-late : Bool = price.date >= 2029-05-01
"""
WRITTEN = {**SMALL, "catalog/books/later.yaml": BOOK, "rules/prices.rules": RULES}


def dates(old: dict[str, str], new: dict[str, str]) -> ChangedDates:
    return changed_dates(read_all({**SMALL, **old}), read_all({**SMALL, **new}), FIRST, LAST)


def test_what_is_alike_on_both_sides_has_dates_and_no_changed_ones() -> None:
    found = dates(WRITTEN, WRITTEN)
    assert found.all == (date(2027, 3, 1), date(2028, 1, 1), date(2029, 1, 1), date(2029, 5, 1))
    assert found.changed == ()


@pytest.mark.parametrize(
    ("path", "old", "new", "changed"),
    [
        ("catalog/books/later.yaml", BOOK, "", [date(2028, 1, 1)]),
        ("catalog/books/later.yaml", "factor: 1.3", "factor: 1.2", [date(2028, 1, 1)]),
        ("catalog/books/later.yaml", "from: 2028-01-01", "from: 2028-04-01", [date(2028, 1, 1), date(2028, 4, 1)]),
        ("vat/rates.yaml", "rate: 21%}", "rate: 21%}\n      - {from: 2028-07-01, rate: 22%}", [date(2028, 7, 1)]),
        ("rules/prices.rules", "9.50", "9.75", [date(2027, 3, 1), date(2029, 1, 1)]),
        ("rules/prices.rules", "until 2028-12-31", "until 2029-12-31", [date(2027, 3, 1), date(2029, 1, 1), date(2030, 1, 1)]),
        ("rules/prices.rules", ">= 2029-05-01", "> 2029-05-01", [date(2029, 5, 1)]),
        ("company.yaml", "rules-answer-from: 2026-01-01", "rules-answer-from: 2026-02-01", []),
    ],
)
def test_the_dates_of_what_differs(path: str, old: str, new: str, changed: list[date]) -> None:
    assert old in WRITTEN[path]
    after = {**WRITTEN, path: WRITTEN[path].replace(old, new)}
    assert list(dates(WRITTEN, {name: text for name, text in after.items() if text}).changed) == changed
