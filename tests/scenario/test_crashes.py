"""A crash at every SQL event of a small run with several shards: nothing is issued twice or lost, and no number is missing."""

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from engine.rulebook.book import Rulebook
from engine.text.sources import Sources
from tests.conftest import FULL
from tests.scenario.children import in_a_child
from tests.scenario.conftest import SMALL, write_folder
from tests.scenario.crashing import DIED, a_month, counted_events, desk_at, die_at, outcome

pytestmark = pytest.mark.proof
FreshUrl = Callable[..., str]
EXPECTED = [
    ("2027-00001", "K1", "subscription", 2),
    ("2027-00002", "K1", "investment", 2),
    ("2027-00003", "K2", "subscription", 1),
    ("2027-00004", "K2", "advertising", 1),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The small company, billed monthly, by instalments and by insertions."""
    return write_folder(tmp_path / "data", SMALL)


def test_a_crash_at_every_sql_event_loses_and_doubles_nothing(
    fresh_url: FreshUrl, folder: Path, rulebook: Rulebook, sources: Sources
) -> None:
    desk_at(empty := fresh_url(), rulebook, sources).close()
    whole = desk_at(first := fresh_url(like=empty), rulebook, sources)
    seen = counted_events(whole.store)
    a_month(whole, folder)
    whole.close()
    expected, problems, due = outcome(first)
    assert ([invoice[:4] for invoice in expected], problems, due) == (EXPECTED, [], 0)
    points = range(1, seen[0] + 1) if FULL else range(1 + os.getpid() % 10, seen[0] + 1, 10)

    def work(url: str, last: int) -> None:
        desk = desk_at(url, rulebook, sources)
        die_at(desk.store, last)
        a_month(desk, folder)

    def resumed(url: str) -> None:
        a_month(desk_at(url, rulebook, sources), folder)

    for last in points:
        url = fresh_url(like=empty)
        assert in_a_child(partial(work, url, last)) == DIED, f"event {last} was not reached"
        assert in_a_child(partial(resumed, url)) == 0
        invoices, problems, due = outcome(url)
        assert ([invoice[0] for invoice in invoices], problems, due) == ([invoice[0] for invoice in expected], [], 0), last
        # a shard that a dying server connection still holds comes later, so the order of customers may differ
        assert sorted(invoice[1:] for invoice in invoices) == sorted(invoice[1:] for invoice in expected), last
