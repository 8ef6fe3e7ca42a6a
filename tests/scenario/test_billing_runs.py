"""Slips at a billing run that nothing could undo: a later issue date, what is not due yet, and more than is usual."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from api.cli import main
from api.desk.billing_run import issue, join_run, selection_of, start_run
from api.desk.due_drafts import Selection, issue_shard
from api.desk.folder_import import import_files
from engine.rulebook.book import Rulebook
from engine.text.sources import Sources
from tests.scenario.conftest import SMALL, write_folder
from tests.scenario.crashing import JANUARY, desk_at, outcome

Call = Callable[..., tuple[int, str, str]]
FreshUrl = Callable[[], str]
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


def test_what_a_command_lacks_or_cannot_mean_is_said_in_words(call: Call) -> None:
    for words in (("run", "show", "9" * 23), ("run", "resume", "9" * 23), ("report", "reconciliation")):
        code, _, output = call("2027-01-31", *words)
        assert (code, "a fault of the program" in output) == (2, False), words
    code, _, output = call("2027-01-31", "report", "reconciliation", "--snapshot", "S9")
    assert (code, "centwright forecast list" in output) == (2, True)
    code, _, output = call("2027-01-31", "customer", "list", "--where", "customer.shops >= ")
    assert (code, "customer.shops >= " in output) == (1, True)
    assert call("2027-01-31", "customer", "list", "--where", "")[0] != 0


def test_a_run_that_a_later_date_overtook_says_how_to_go_on(tmp_path: Path, call: Call, rulebook: Rulebook, sources: Sources) -> None:
    desk = desk_at(f"sqlite:///{tmp_path / 'desk.sqlite'}", rulebook, sources, date(2027, 1, 31))
    run = start_run(desk, Selection(due_through=date(2027, 1, 31)))  # and its worker dies before the first invoice
    assert join_run(desk, run.number).resumed == 0, "nobody had begun"
    desk.close()
    assert call("2027-02-01", "run", "issue", "--due-through", "2027-02-01")[0] == 0
    assert call("2027-02-02", "run", "resume", str(run.number))[0] == 0  # nothing is left: it is done


def test_a_run_with_something_left_is_not_resumed_after_a_later_date(
    tmp_path: Path, call: Call, rulebook: Rulebook, sources: Sources
) -> None:
    more = {"customers.csv": CUSTOMERS.replace("K1,", "K9,"), "subscriptions.csv": SUBSCRIPTIONS.replace("K1,", "K9,")}
    assert call("2027-01-31", "import", str(write_folder(tmp_path / "more", more)))[0] == 0
    desk = desk_at(f"sqlite:///{tmp_path / 'desk.sqlite'}", rulebook, sources, date(2027, 1, 31))
    run = start_run(desk, Selection(due_through=date(2027, 1, 31)))
    desk.close()
    assert call("2027-02-01", "run", "issue", "--due-through", "2027-02-01", "--customer", "K1")[0] == 0
    code, _, output = call("2027-02-02", "run", "resume", str(run.number))
    assert (code, "run-overtaken" in output) == (4, True)
    code, _, output = call("2027-02-02", "run", "issue", "--due-through", "2027-01-31", "--on", "2027-01-30")
    assert (code, "lies before" in output) == (4, True), output
    assert call("2027-02-02", "run", "issue", "--due-through", "2027-01-31", "--on", "2027-02-02")[0] == 0
    assert call("2027-02-02", "run", "resume", str(run.number))[0] == 0


def test_an_invoice_whose_number_another_run_took_gets_the_next(
    fresh_url: FreshUrl, tmp_path: Path, rulebook: Rulebook, sources: Sources
) -> None:
    url, folder = fresh_url(), write_folder(tmp_path / "small", SMALL)
    desk, other = desk_at(url, rulebook, sources), desk_at(url, rulebook, sources)
    import_files(desk, folder)
    run = start_run(desk, Selection(due_through=JANUARY, customer="K1"))
    between: list[str] = []

    def is_leased() -> bool:
        if len(between) == 1:  # the first invoice is stored, and the document of the second is written for number 2
            between.extend(issue(other, Selection(due_through=JANUARY, customer="K2")).issued)
        between.append("")
        return True

    issue_shard(desk, selection_of(run), ("K1",), JANUARY, run.number, is_leased)
    desk.close()
    other.close()
    invoices, problems, _ = outcome(url)
    assert between == ["", "2027-00002", "2027-00003", ""]
    assert [(number, customer) for number, customer, *_ in invoices] == [
        ("2027-00001", "K1"), ("2027-00002", "K2"), ("2027-00003", "K2"), ("2027-00004", "K1"),
    ]  # fmt: skip
    assert problems == []
