"""The processes that work on billing runs: the service starts them, answers meanwhile, and ends them when it ends."""

from __future__ import annotations

from multiprocessing.process import BaseProcess
from threading import Lock

from api.desk.desk import Desk
from api.desk.run_workers import start_worker


class RunProcesses:
    """The workers of runs that this service started. What one leaves unfinished is resumed: nothing is issued twice."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._processes: list[BaseProcess] = []

    def work_on(self, desk: Desk, run: int, workers: int) -> None:
        """Starts workers of a run."""
        with self._lock:
            self._processes = [process for process in self._processes if process.is_alive()]
            self._processes += [start_worker(desk, run) for _ in range(workers)]

    def take(self, process: BaseProcess) -> None:
        """Takes a process that was started: it ends with the service, or before."""
        with self._lock:
            self._processes = [*(one for one in self._processes if one.is_alive()), process]

    def close(self) -> None:
        """Ends the workers, in whatever invoice they are: the transaction of an invoice is undone, and its run can be resumed."""
        with self._lock:
            for process in self._processes:
                process.terminate()
            for process in self._processes:
                process.join(5)
            self._processes.clear()
