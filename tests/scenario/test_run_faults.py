"""A run meets lost COMMITs, full disks and restarts of the server: run again, it has issued everything once."""

import os
import resource
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import event, make_url, text

from api.desk.billing_run import start_run, work
from api.desk.desk import Desk
from api.desk.due_drafts import Selection
from api.refusals import OutsideFailure
from engine.rulebook.book import Rulebook
from engine.text.sources import Sources
from tests.conftest import FULL
from tests.postgres import Cluster, Postgres, own_cluster
from tests.scenario.children import Start, exit_code, in_a_child
from tests.scenario.commit_proxy import Lost, commit_proxy
from tests.scenario.conftest import SMALL, write_folder
from tests.scenario.crashing import JANUARY, a_month, desk_at, outcome
from tests.scenario.many_customers import check_all_issued, import_customers, issued_so_far
from tests.scenario.small_disks import small_disk

pytestmark = pytest.mark.proof
SELECTION = Selection(due_through=JANUARY)
FAILED = 3
_ROOM = 300_000
"""How many bytes are left of a disk that fills up in the middle of the smallest run."""


def issuing(desk: Desk) -> None:
    """Issues everything due, in small shards."""
    work(desk, start_run(desk, SELECTION, workers=4))


def test_a_lost_commit_or_its_reply_loses_and_doubles_nothing(
    postgres_server: Postgres, tmp_path: Path, rulebook: Rulebook, sources: Sources, request: pytest.FixtureRequest
) -> None:
    folder = write_folder(tmp_path / "data", SMALL)

    def fresh(at: int) -> str:
        name = f"centwright_proxy_{os.getpid()}_{at}"
        request.addfinalizer(partial(postgres_server.drop, name))
        return postgres_server.create(name)

    with commit_proxy(postgres_server.port) as proxy:

        def month(url: str) -> None:
            through = make_url(url).set(port=proxy.port).render_as_string(hide_password=False)
            desk = desk_at(through, rulebook, sources)
            try:
                a_month(desk, folder)
            finally:
                desk.close()

        whole = fresh(0)
        proxy.begin(0)
        month(whole)
        (issued, *rest), commits = outcome(whole), proxy.commits
        assert (rest, commits > 10) == ([[], 0], True)
        expected = sorted(invoice[1:] for invoice in issued)
        cases: list[tuple[int, Lost]] = [(at, lost) for at in range(2, commits + 1) for lost in ("reply", "request")]
        for at, lost in cases if FULL else cases[os.getpid() % 5 :: 5]:
            url = fresh(2 * at + (lost == "reply"))
            proxy.begin(at, lost)
            with pytest.raises(OutsideFailure):
                month(url)
            proxy.begin(0)
            month(url)
            invoices, problems, due = outcome(url)
            assert (sorted(invoice[1:] for invoice in invoices), problems, due) == (expected, [], 0), f"{lost} of commit {at} of {commits}"


def limit_pages(desk: Desk) -> None:
    """Lets the database grow by some pages only, as a full disk does."""

    def limit(connection: object, _: object) -> None:
        cursor = connection.cursor()  # type: ignore[attr-defined]  # the connection of the driver
        pages = cursor.execute("pragma page_count").fetchone()[0]
        cursor.execute(f"pragma max_page_count={pages + 40}")
        cursor.close()

    desk.store.engine.dispose()
    event.listen(desk.store.engine, "connect", limit)


def limit_file_size(desk: Desk) -> None:
    """Lets no file grow beyond what the database has now and a little more."""
    with desk.store.writing() as connection:
        connection.execute(text("select 1"))
    size = Path(desk.store.engine.url.database or "").stat().st_size + 200_000
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


@pytest.mark.parametrize("limit", [limit_pages, limit_file_size])
def test_a_full_disk_ends_the_run_and_with_room_again_it_is_resumed(
    limit: Callable[[Desk], None], tmp_path: Path, rulebook: Rulebook, sources: Sources
) -> None:
    invoices = 1_000 if FULL else 60
    import_customers(url := f"sqlite:///{tmp_path / 's.sqlite'}", tmp_path / "data", invoices, rulebook, sources)

    def filling() -> None:
        desk = desk_at(url, rulebook, sources)
        limit(desk)
        try:
            issuing(desk)
        except OutsideFailure:
            os._exit(FAILED)

    assert in_a_child(filling) == FAILED
    before = issued_so_far(url)
    assert before < invoices
    desk = desk_at(url, rulebook, sources)
    issuing(desk)
    desk.close()
    check_all_issued(url, invoices)


def test_a_full_disk_of_the_server_ends_the_run_and_with_room_again_it_is_resumed(
    tmp_path: Path, rulebook: Rulebook, sources: Sources
) -> None:
    invoices = 1_000 if FULL else 60
    with small_disk() as disk:
        import_customers(url := disk.cluster.postgres.create("filled"), tmp_path / "data", invoices, rulebook, sources)

        def filling() -> None:
            desk = desk_at(url, rulebook, sources)
            try:
                issuing(desk)
            except OutsideFailure:
                os._exit(FAILED)

        disk.fill(_ROOM)
        assert in_a_child(filling) == FAILED
        disk.widen()
        assert issued_so_far(url) < invoices
        desk = desk_at(url, rulebook, sources)
        issuing(desk)
        desk.close()
        check_all_issued(url, invoices)


@pytest.fixture
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A server of this test alone, which may be restarted."""
    with own_cluster() as made:
        yield made


def test_a_server_that_restarts_in_the_middle_of_a_run_loses_and_doubles_nothing(
    cluster: Cluster, tmp_path: Path, rulebook: Rulebook, sources: Sources, start_child: Start
) -> None:
    invoices, restarts = (1_000, 20) if FULL else (60, 2)
    import_customers(url := cluster.postgres.create("restarted"), tmp_path / "data", invoices, rulebook, sources)

    def stubborn() -> None:
        while True:
            try:
                desk = desk_at(url, rulebook, sources)
                issuing(desk)
                return
            except OutsideFailure:
                time.sleep(0.1)

    children = [start_child(stubborn) for _ in range(2)]
    for at in range(1, restarts + 1):
        while issued_so_far(url) < at * invoices // (restarts + 1):
            time.sleep(0.01)
        cluster.restart()
    assert [exit_code(child) for child in children] == [0, 0]
    check_all_issued(url, invoices)
