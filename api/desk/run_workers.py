"""More workers of a billing run on this machine, each in a process of its own with its own connection and rulebook."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from multiprocessing.process import BaseProcess
from typing import Final

from api.desk.billing_run import join_run, work
from api.desk.desk import Desk, open_desk
from api.refusals import Conflict
from engine.rulebook.reader import read_rulebook
from engine.text.sources import Sources

_GRACE_SECONDS: Final = 10
"""How long workers have to end once the run is done."""
_NICENESS: Final = 10
"""By how much a worker beside a service gives way to the answers of that service."""


@contextmanager
def more_workers(desk: Desk, run: int, number: int) -> Iterator[None]:
    """Lets more processes work on a run meanwhile. A worker that dies is replaced by those that are left: nothing of it is lost."""
    context = multiprocessing.get_context("spawn")
    url = desk.store.engine.url.render_as_string(hide_password=False)
    given = (url, desk.sources, desk.today, desk.author, run)
    workers = [context.Process(target=_work, args=given, daemon=True) for _ in range(number)]
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C ends this process, which then ends its workers
    for worker in workers:
        worker.start()
    signal.signal(signal.SIGINT, before)
    try:
        yield
    finally:
        for worker in workers:
            worker.join(_GRACE_SECONDS)
            worker.kill()  # it is frozen, or this process was interrupted


def start_worker(desk: Desk, run: int) -> BaseProcess:
    """Starts a process that works on a run while this one answers others, who go first; it ends with this one, or before."""
    url = desk.store.engine.url.render_as_string(hide_password=False)
    given = (url, desk.sources, desk.today, desk.author, run)
    worker = multiprocessing.get_context("spawn").Process(target=_work_aside, args=given, daemon=True)
    worker.start()
    return worker


def _work_aside(url: str, sources: Sources, today: date, author: str, run: int) -> None:
    os.nice(_NICENESS)
    _work(url, sources, today, author, run)


def _work(url: str, sources: Sources, today: date, author: str, run: int) -> None:
    desk = open_desk(url, read_rulebook(sources), sources, today=today, now=lambda: datetime.now(tz=UTC), author=author)
    try:
        work(desk, join_run(desk, run))
    except Conflict:
        return  # the others were done before this one began
    finally:
        desk.close()
