"""The processes that answer requests, in a quick and a heavy pool; too slow or unwanted work ends with its process."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
from collections.abc import Mapping
from concurrent.futures.process import BrokenProcessPool
from typing import Final

from pebble import ProcessExpired, ProcessFuture, ProcessPool

from api.http.operations import Operation
from api.http.problem_responses import ANSWER_TIMED_OUT, BUSY, WAITED, WORKER_DIED
from api.http.worker import Reply, Task, answer, start_worker
from api.importing.import_folder import Folder
from api.refusals import Unavailable
from api.settings import ServiceLimits
from engine.text.sources import Sources

_Given = tuple[Sources, Folder | None, str | None]
"""What each process is given: the texts of the rulebook, the golden files, and the database of the published versions."""
_PRELOADED: Final = ("api.http.worker", "pebble.pool.process")
_GRACE: Final = 5.0
"""Seconds after its deadline at which a worker ends itself, if nobody did."""
_START: Final = 60.0
"""Seconds within which a process that has to start takes up its task. They are no part of what an answer may take: a busy machine
would end each process before it was ready, and start another."""


class WorkerPool:
    """A bounded pool of worker processes with a deadline and a bounded queue."""

    def __init__(self, given: _Given, *, workers: int, waiting: int, seconds: float, politeness: int) -> None:
        self.seconds = seconds
        self._workers, self._waiting = workers, waiting
        self._given = (*given, politeness)
        self._places = asyncio.Semaphore(workers)
        self._tasks = self._busy = 0
        self._pool: ProcessPool | None = None

    @property
    def size(self) -> int:
        """How many processes it has."""
        return self._workers

    @property
    def busy(self) -> int:
        """How many of them answer a request."""
        return self._busy

    @property
    def waiting(self) -> int:
        """How many requests wait for one."""
        return self._tasks - self._busy

    def start(self) -> None:
        """Starts the processes, where they do not run."""
        if self._pool is not None and not self._pool.active:  # pebble gives up when a process dies that had nothing to do
            self.close()
        if self._pool is None:
            context = multiprocessing.get_context("forkserver")
            context.set_forkserver_preload(list(_PRELOADED))
            self._pool = ProcessPool(self._workers, context=context, initializer=start_worker, initargs=self._given)
            self._pool.schedule(os.getpid)  # the first task starts the processes

    async def answer(self, task: Task) -> Reply:
        """The response to a request. Where it comes too late, or is cancelled, the work ends with its process; Unavailable says why."""
        if self._tasks >= self._workers + self._waiting:
            raise Unavailable((BUSY.at(None, waiting=self._waiting),))
        self._tasks += 1
        try:
            await self._wait_for_process()
            self._busy += 1
            try:
                return await self._worked(task)
            finally:
                self._busy -= 1
                self._places.release()
        finally:
            self._tasks -= 1

    async def _wait_for_process(self) -> None:
        """Returns once a process is free; Unavailable where none is within the time that an answer may take."""
        try:
            async with asyncio.timeout(self.seconds):
                await self._places.acquire()
        except TimeoutError:
            raise Unavailable((WAITED.at(None, seconds=f"{self.seconds:g}"),)) from None

    async def _worked(self, task: Task) -> Reply:
        """The response of a process, which ends where it takes too long. Its time begins when the process takes up the task."""
        try:
            async with asyncio.timeout(_START + self.seconds):
                return await asyncio.wrap_future(self._schedule(task))
        except TimeoutError:
            raise Unavailable((ANSWER_TIMED_OUT.at(None, seconds=f"{self.seconds:g}"),)) from None
        except (ProcessExpired, BrokenProcessPool):
            raise Unavailable((WORKER_DIED.at(None),)) from None

    def close(self) -> None:
        """Ends all processes, whatever they do."""
        if self._pool is not None:
            self._pool.stop()  # type: ignore[no-untyped-call]  # it takes and gives nothing
            self._pool.join()
            self._pool = None

    def _schedule(self, task: Task) -> ProcessFuture[Reply]:
        self.start()
        assert self._pool is not None
        future: ProcessFuture[Reply] = self._pool.schedule(answer, args=[task], timeout=self.seconds)
        return future


class WorkerPools:
    """The pools of the service."""

    def __init__(self, sources: Sources, golden: Folder | None, limits: ServiceLimits, database_url: str | None = None) -> None:
        waiting, given = limits.waiting, (sources, golden, database_url)
        self._quick = WorkerPool(given, workers=limits.workers, waiting=waiting, seconds=limits.answer_timeout, politeness=1)
        self._heavy = WorkerPool(given, workers=limits.heavy_workers, waiting=waiting, seconds=limits.heavy_answer_timeout, politeness=5)

    @property
    def by_name(self) -> Mapping[str, WorkerPool]:
        """The pools by name."""
        return {"quick": self._quick, "heavy": self._heavy}

    def start(self) -> None:
        """Starts the quick processes. The heavy ones start with the first request for them, which takes seconds anyway."""
        self._quick.start()

    def pool_of(self, operation: Operation) -> WorkerPool:
        """The pool in which an operation is answered."""
        return self._heavy if operation.is_heavy else self._quick

    async def answer(self, operation: Operation, body: bytes, request_id: str, language: str, *, accepts_gzip: bool) -> Reply:
        """The response to a request of an operation."""
        pool = self.pool_of(operation)
        return await pool.answer(Task(operation.name, body, request_id, language, accepts_gzip, pool.seconds + _GRACE))

    def close(self) -> None:
        """Ends all processes."""
        for pool in (self._quick, self._heavy):
            pool.close()
