"""The walk of an order stays as short as it is: the files and the crossings that `benchmarks/walk.py` counts."""

from pathlib import Path

import pytest

from api.rulebook_folder import read_folder
from benchmarks.walk import ROWS, walk_of_row, walk_of_run
from engine.rulebook.book import Rulebook
from engine.rulebook.reader import read_rulebook
from engine.text.sources import Sources

RUN = (60, 10)
"""The most files and crossings of a run that stores an invoice: what is due stands in the store in figures, so that its lines are made
anew by the stages that planned them. `api/store/runs.py` is on it because workers lease what they issue,
`api/store/issuing.py` because PostgreSQL claims and stores an invoice in one statement each, and `api/store/webhooks.py` because a batch
asks who hears of its invoices. `api/garbage.py` tells the garbage collector of the run. `engine/writing/ubl/` has a file for each part
of an e-invoice, which says when it is to be paid in the customer's language; `api/desk/validating.py` and what it calls put it to the
official rules."""
ROW = (40, 15)
"""The most files and crossings from a row of a CSV file to a plan. `api/store/erasures.py` is on it because no row may name somebody
whose data were erased, and `api/store/histories.py` because an import is the first entry of a customer's history.
`api/garbage.py` tells the garbage collector of the import. `api/importing/csv_files.py` reads rows as spreadsheets write them, and
`api/importing/parsed_files.py` has what they say. `api/store/order_sums.py` adds up what was planned, for forecasts and lists."""
TEACHING = "This walk became longer: join modules that only relay, or batch the calls; `python -m benchmarks.walk --list` names them."


@pytest.fixture(scope="module")
def sources(root: Path) -> Sources:
    return read_folder(root)


@pytest.fixture(scope="module")
def rulebook(sources: Sources) -> Rulebook:
    return read_rulebook(sources)


def test_the_walk_of_a_run(rulebook: Rulebook, sources: Sources) -> None:
    walk = walk_of_run(rulebook, sources)
    assert (len(walk.files) <= RUN[0], len(walk.crossings) <= RUN[1]) == (True, True), f"{TEACHING}\n{walk.files}\n{walk.crossings}"


@pytest.mark.parametrize("name", ROWS)
def test_the_walk_of_a_row(name: str, rulebook: Rulebook, sources: Sources) -> None:
    walk = walk_of_row(name, rulebook, sources)
    assert (len(walk.files) <= ROW[0], len(walk.crossings) <= ROW[1]) == (True, True), f"{TEACHING}\n{walk.files}\n{walk.crossings}"
