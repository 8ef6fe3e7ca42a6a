"""Workers that share a run: killed at any moment, frozen, eight at once in two runs, and joined from the command line."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from api.desk.billing_run import join_run, progress_of, start_run, work
from api.desk.due_drafts import Selection
from engine.rulebook.book import Rulebook
from engine.text.sources import Sources
from tests.conftest import FULL
from tests.scenario.children import Start, exit_code
from tests.scenario.crashing import JANUARY, desk_at
from tests.scenario.many_customers import check_all_issued, import_customers, issued_so_far

FreshUrl = Callable[[], str]
SELECTION = Selection(due_through=JANUARY)
OTHER_SELECTION = Selection(due_through=JANUARY, order_type="subscription")
LEASE_SECONDS = 1.5
LEFT = 60
"""How many invoices are left to issue at the last kill, so that no worker is done before it."""


@pytest.mark.proof
def test_workers_killed_at_any_moment_lose_and_double_nothing(
    fresh_url: FreshUrl, tmp_path: Path, rulebook: Rulebook, sources: Sources, start_child: Start
) -> None:
    invoices, kills = (10_000, 200) if FULL else (160, 12)
    import_customers(url := fresh_url(), tmp_path / "data", invoices, rulebook, sources)
    moments, killed = random.Random(os.getpid()), 0

    def issuing() -> None:
        desk = desk_at(url, rulebook, sources)
        work(desk, start_run(desk, SELECTION, workers=4))

    for at in range(1, kills + 1):
        child = start_child(issuing)
        while issued_so_far(url) < at * (invoices - LEFT) // kills and os.waitpid(child, os.WNOHANG) == (0, 0):
            time.sleep(0.01)
        time.sleep(moments.uniform(0, 0.01))
        os.kill(child, signal.SIGKILL)
        killed += os.waitpid(child, 0)[1] == signal.SIGKILL
    assert killed == kills
    desk = desk_at(url, rulebook, sources)
    report = work(desk, start_run(desk, SELECTION, workers=4))
    assert (report.number, len(report.issued)) == (1, invoices)
    record = progress_of(desk, 1)
    assert (record.run.state, record.done, record.issued) == ("done", record.shards, invoices)
    assert kills // 2 <= record.run.resumed <= kills  # one that died before it asked for the run is not counted
    desk.close()
    check_all_issued(url, invoices)


@pytest.mark.proof
def test_eight_workers_of_two_runs_at_once_issue_nothing_twice(
    fresh_url: FreshUrl, tmp_path: Path, rulebook: Rulebook, sources: Sources, start_child: Start
) -> None:
    invoices = 2_000 if FULL else 80
    import_customers(url := fresh_url(), tmp_path / "data", invoices, rulebook, sources)

    def issuing(selection: Selection) -> None:
        desk = desk_at(url, rulebook, sources)
        work(desk, start_run(desk, selection, workers=4))

    children = [start_child(partial(issuing, (SELECTION, OTHER_SELECTION)[at % 2])) for at in range(8)]
    assert [exit_code(child) for child in children] == [0] * 8
    desk = desk_at(url, rulebook, sources)
    records = [progress_of(desk, number) for number in (1, 2)]
    desk.close()
    assert [record.run.state for record in records] == ["done", "done"]
    assert sum(record.issued for record in records) == invoices
    check_all_issued(url, invoices)


@pytest.mark.proof
def test_the_shard_of_a_frozen_worker_is_taken_over_and_the_worker_stops_when_it_thaws(
    fresh_url: FreshUrl, tmp_path: Path, rulebook: Rulebook, sources: Sources, start_child: Start
) -> None:
    import_customers(url := fresh_url(), tmp_path / "data", 20, rulebook, sources)
    first = desk_at(url, rulebook, sources)
    run = start_run(first, SELECTION, workers=2)

    def freezing() -> None:
        desk = desk_at(url, rulebook, sources)
        returned = [0]

        def freeze(*_: object) -> None:
            returned[0] += 1
            if returned[0] == 6:
                os.kill(os.getpid(), signal.SIGSTOP)

        event.listen(desk.store.engine, "checkin", freeze)  # between two transactions, so that it holds no lock
        work(desk, join_run(desk, run.number), seconds=LEASE_SECONDS)

    child = start_child(freezing)
    assert os.WIFSTOPPED(os.waitpid(child, os.WUNTRACED)[1])
    assert [worker.split(":")[1] for worker, _ in progress_of(first, run.number).workers] == [str(child)]
    report = work(first, join_run(first, run.number), seconds=LEASE_SECONDS)
    assert len(report.issued) == 20
    assert progress_of(first, run.number).run.state == "done"
    first.close()
    os.kill(child, signal.SIGCONT)
    assert exit_code(child) == 0
    check_all_issued(url, 20)


@pytest.mark.proof
def test_a_run_of_the_command_line_is_killed_listed_joined_and_resumed(
    root: Path, tmp_path: Path, rulebook: Rulebook, sources: Sources
) -> None:
    import_customers(url := f"sqlite:///{tmp_path / 's.sqlite'}", tmp_path / "data", 60, rulebook, sources)
    environment = os.environ | {"PYTHONPATH": str(root), "CENTWRIGHT_DATABASE_URL": url, "CENTWRIGHT_TODAY": JANUARY.isoformat()}

    def command(*words: str) -> list[str]:
        return [sys.executable, "-m", "api.cli", "--json", "run", *words]

    def said(*words: str) -> dict[str, Any]:
        ended = subprocess.run(command(*words), env=environment, cwd=root, capture_output=True, check=True, text=True)
        return dict(json.loads(ended.stdout))

    issuing = command("issue", "--due-through", "2027-01-31", "--workers", "2")
    killed = subprocess.Popen(issuing, env=environment, cwd=root, start_new_session=True, stdout=subprocess.DEVNULL)
    try:
        while issued_so_far(url) < 5 and killed.poll() is None:
            time.sleep(0.05)
    finally:
        os.killpg(killed.pid, signal.SIGKILL)
    assert killed.wait() == -signal.SIGKILL
    left = said("show", "1")
    assert (left["state"], left["resumed"]) == ("running", 0)
    assert left["done"] < left["shards"]
    assert len(said("resume", "1")["invoices"]) == 60
    assert [(row["state"], row["issued"], row["resumed"]) for row in said("list")["rows"]] == [("done", 60, 1)]
    check_all_issued(url, 60)
