"""Slips at a billing run that nothing could undo: a later issue date, what is not due yet, and more than is usual."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from api.cli import main
from tests.scenario.conftest import write_folder

Call = Callable[..., tuple[int, str, str]]
CUSTOMERS = """id,name,street,postcode,town,country,language,vat_number,email,segment,shops,workstations,vat_checked_on
K1,Optique Un,Rue 1,5000,Namur,BE,fr,BE0999910048,un@optique.example,independent,1,2,2027-01-02
K2,Optique Deux,Rue 2,5000,Namur,BE,fr,BE0999910147,deux@optique.example,independent,1,2,2027-01-02
"""
SUBSCRIPTIONS = """customer,billing_type,activated_on,anchor_day,product,quantity
K1,monthly,2026-01-01,1,SUB-CORE,1
K2,monthly,2027-04-01,1,SUB-CORE,1
"""


@pytest.fixture
def call(tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Call:
    """Calls the program over a database of this test, with a customer billed each month and one billed from April on."""
    monkeypatch.setenv("CENTWRIGHT_DATABASE_URL", f"sqlite:///{tmp_path / 'desk.sqlite'}")

    def run(today: str, *words: str) -> tuple[int, str, str]:
        code = main.run((*words, "--today", today))
        out, output = capfd.readouterr()
        return code, out, output

    folder = write_folder(tmp_path / "data", {"customers.csv": CUSTOMERS, "subscriptions.csv": SUBSCRIPTIONS})
    assert run("2027-01-31", "import", str(folder))[0] == 0
    return run


def issued(out: str) -> int:
    return len(json.loads(out)["invoices"])


def test_an_issue_date_after_today_is_refused_always(call: Call) -> None:
    for options in ((), ("--yes",), ("--ahead", "--yes")):
        code, out, output = call("2027-01-31", "run", "issue", "--due-through", "2027-01-31", "--on", "2027-02-01", *options)
        assert (code, out, "issued-later" in output) == (4, "", True)
    code, out, _ = call("2027-01-31", "run", "issue", "--due-through", "2027-01-31", "--on", "2027-01-30", "--json")
    assert (code, issued(out)) == (0, 1)


def test_what_is_due_later_needs_ahead_and_a_preview_needs_nothing(call: Call) -> None:
    for _ in range(2):
        code, out, output = call("2027-01-31", "run", "issue", "--due-through", "2027-12-31")
        assert (code, out, "due-later" in output, "--ahead" in output) == (4, "", True, True)
    code, out, _ = call("2027-01-31", "run", "preview", "--due-through", "2027-12-31", "--on", "2027-12-31", "--json")
    assert (code, issued(out)) == (0, 21)
    code, out, _ = call("2027-01-31", "run", "issue", "--due-through", "2027-02-28", "--ahead", "--json")
    assert (code, issued(out)) == (0, 2)


def test_more_than_one_and_a_half_times_the_largest_of_the_last_runs_wants_yes(call: Call) -> None:
    for day in ("2027-01-31", "2027-02-28"):
        assert call(day, "run", "issue", "--due-through", day)[0] == 0
        assert call(day, "run", "issue", "--due-through", day)[0] == 0
    # two runs that issued something are too few to tell what is usual
    assert call("2027-03-31", "run", "issue", "--due-through", "2027-03-31")[0] == 0
    code, out, output = call("2027-04-30", "run", "issue", "--due-through", "2027-04-30")
    assert (code, out, "unusual" in output, "--yes" in output) == (4, "", True, True)
    assert "2 invoices of 183.16 EUR net" in output
    assert "last 3 runs of this selection had 1, or 91.58" in output
    # another selection has no runs to compare with, and as many as before are usual
    code, out, _ = call("2027-04-30", "run", "issue", "--due-through", "2027-04-30", "--customer", "K1", "--json")
    assert (code, issued(out)) == (0, 1)
    code, out, _ = call("2027-04-30", "run", "issue", "--due-through", "2027-04-30", "--json")
    assert (code, issued(out)) == (0, 1)
    code, out, output = call("2027-05-31", "run", "issue", "--due-through", "2027-05-31")
    assert (code, "unusual" in output) == (4, True)
    code, out, _ = call("2027-05-31", "run", "issue", "--due-through", "2027-05-31", "--yes", "--json")
    assert (code, issued(out)) == (0, 2)
    code, out, _ = call("2027-06-30", "run", "issue", "--due-through", "2027-06-30", "--json")
    assert (code, issued(out)) == (0, 2)
