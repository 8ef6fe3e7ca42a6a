"""A crash at every SQL event of a small run, and two workers at once: nothing is issued twice or lost, and no number is missing."""

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from api.desk.billing_run import issue
from api.desk.due_drafts import Selection
from api.desk.folder_import import import_files
from engine.rulebook.book import Rulebook
from engine.text.sources import Sources
from tests.conftest import FULL
from tests.postgres import Postgres
from tests.scenario.conftest import SMALL, write_folder
from tests.scenario.crashing import DIED, JANUARY, a_month, counted_events, desk_at, die_at, in_a_child, outcome, start_child

pytestmark = pytest.mark.proof
FreshUrl = Callable[[], str]
EXPECTED = [
    ("2027-00001", "K1", "subscription", 2),
    ("2027-00002", "K1", "investment", 2),
    ("2027-00003", "K2", "subscription", 1),
    ("2027-00004", "K2", "advertising", 1),
]


@pytest.fixture(params=["sqlite", "postgresql"])
def fresh_url(request: pytest.FixtureRequest, tmp_path: Path) -> FreshUrl:
    """Gives the address of one empty database after another."""
    made: list[str] = []

    def sqlite() -> str:
        made.append(f"s{len(made)}.sqlite")
        return f"sqlite:///{tmp_path / made[-1]}"

    if request.param == "sqlite":
        return sqlite
    server: Postgres = request.getfixturevalue("postgres_server")

    def postgres() -> str:
        made.append(f"centwright_crash_{os.getpid()}_{len(made)}")
        request.addfinalizer(partial(server.drop, made[-1]))
        return server.create(made[-1])

    return postgres


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The small company, billed monthly, by instalments and by insertions."""
    return write_folder(tmp_path / "data", SMALL)


def test_a_crash_at_every_sql_event_loses_and_doubles_nothing(
    fresh_url: FreshUrl, folder: Path, rulebook: Rulebook, sources: Sources
) -> None:
    whole = desk_at(first := fresh_url(), rulebook, sources)
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
        url = fresh_url()
        assert in_a_child(partial(work, url, last)) == DIED, f"event {last} was not reached"
        assert in_a_child(partial(resumed, url)) == 0
        assert outcome(url) == (expected, [], 0), f"after a crash at event {last} of {seen[0]}"


def test_two_workers_at_once_issue_nothing_twice(fresh_url: FreshUrl, folder: Path, rulebook: Rulebook, sources: Sources) -> None:
    more = "\n".join(f"K{who},monthly,2026-0{month}-01,1,SUB-AGENDA,1" for month in range(4, 10) for who in (1, 2))
    customers = "".join(
        f"N{at},Nouveau {at},Rue {at},5000,Namur,BE,fr,BE0999910048,a@b.example,independent,2027-01-02\n" for at in range(12)
    )
    others = "".join(f"N{at},monthly,2026-05-01,1,SUB-CORE,{at + 1}\n" for at in range(12))
    write_folder(
        folder,
        {
            "customers.csv": SMALL["customers.csv"] + customers,
            "subscriptions.csv": SMALL["subscriptions.csv"] + more + "\n" + others,
        },
    )
    desk = desk_at(url := fresh_url(), rulebook, sources)
    import_files(desk, folder)
    desk.close()

    def work() -> None:
        issue(desk_at(url, rulebook, sources), Selection(due_through=JANUARY))

    children = [start_child(work) for _ in range(3)]
    assert [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children] == [0, 0, 0]
    invoices, problems, due = outcome(url)
    assert (problems, due) == ([], 0)
    assert [invoice[0] for invoice in invoices] == [f"2027-{at:05}" for at in range(1, 17)]
    assert len({(customer, order_type) for _, customer, order_type, _, _ in invoices}) == 16
