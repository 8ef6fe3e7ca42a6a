"""An end at the command line: refused where notice is late, waived with who and why, and agreed by an import."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from api.cli import main
from tests.scenario.conftest import CUSTOMERS, write_folder

Call = Callable[..., tuple[int, str, str]]
SUBSCRIPTIONS = """customer,order,billing_type,activated_on,anchor_day,product,quantity,ends_on
K1,S1,monthly,2026-03-01,1,SUB-CORE,1,
K1,S1,monthly,2026-03-01,1,SUB-WS,1,2027-04-30
"""


@pytest.fixture
def call(tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Call:
    """Calls the program on 31 January 2027 over a subscription of March 2026, whose process has three months' notice."""
    monkeypatch.setenv("CENTWRIGHT_DATABASE_URL", f"sqlite:///{tmp_path / 'desk.sqlite'}")
    monkeypatch.setenv("CENTWRIGHT_TODAY", "2027-01-31")

    def run(*words: str) -> tuple[int, str, str]:
        code = main.run(words)
        out, output = capfd.readouterr()
        return code, out, output

    assert run("import", str(write_folder(tmp_path / "data", {"customers.csv": CUSTOMERS, "subscriptions.csv": SUBSCRIPTIONS})))[0] == 0
    return run


def test_a_late_end_names_the_last_day_and_the_next_possible_end(call: Call) -> None:
    code, out, output = call("item", "end", "S1-1", "--on", "2027-03-01")
    assert (code, out, "late-notice" in output) == (4, "", True)
    assert "with notice by 2026-12-01; the next possible end is 2028-03-01" in output
    assert call("item", "end", "S1-1", "--on", "2028-03-01")[0] == 0
    assert json.loads(call("item", "show", "S1-1", "--json")[1])["ends_before"] == "2028-03-01"


def test_notice_given_on_an_earlier_day_counts_from_that_day(call: Call) -> None:
    code, _, output = call("item", "end", "S1-1", "--on", "2027-03-01", "--notice-on", "2027-02-01")
    assert (code, "notice-later" in output) == (1, True)
    assert call("item", "end", "S1-1", "--on", "2027-03-01", "--notice-on", "2026-11-20")[0] == 0


def test_who_waives_the_notice_and_why_stands_in_the_history(call: Call) -> None:
    assert call("item", "end", "S1-1", "--on", "2027-03-01", "--waive", "The shop closes")[0] == 2
    assert call("item", "end", "S1-1", "--on", "2027-03-01", "--waive", "The shop closes", "--by", "Ann Peeters")[0] == 0
    step = json.loads(call("order", "show", "S1", "--json")[1])["history"][-1]
    assert (step["what"], step["items"], step["author"], step["because"]) == ("notice waived", ["S1-1"], "Ann Peeters", "The shop closes")
    assert "notice waived S1-1 by Ann Peeters: The shop closes" in call("order", "show", "S1")[1]


def test_an_imported_end_is_agreed(call: Call) -> None:
    assert json.loads(call("item", "show", "S1-2", "--json")[1])["ends_before"] == "2027-05-01"
    assert call("item", "end", "S1-2", "--on", "2027-05-01")[0] == 0
    code, _, output = call("item", "end", "S1-2", "--on", "2027-04-01")
    assert (code, "the next possible end is 2027-05-01" in output) == (4, True)
