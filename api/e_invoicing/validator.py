"""The processes that validate e-invoices: one or several, which compile the rules once and are replaced where they end."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from queue import SimpleQueue
from types import TracebackType
from typing import Final, Self

from api.e_invoicing.rule_identity import syntax_of
from api.e_invoicing.rule_sets import RuleSet, of_syntax, packaged
from api.e_invoicing.verdicts import NO_VERDICT, Finding, Verdict, not_applied, outcome
from engine.phrases import phrase

_SECONDS: Final = 60.0
"""How long a process may take for the documents that it is given at once."""
_WORKER: Final = "from api.e_invoicing.validation_worker import work; work({pipe})"


@dataclass(slots=True)
class Validator:
    """Validates e-invoices in processes of its own, which start with the first documents, or before where it is told to prepare."""

    rule_sets: Sequence[RuleSet] = field(default_factory=packaged)
    workers: int = 1
    seconds: float = _SECONDS
    _threads: ThreadPoolExecutor = field(init=False)
    _idle: SimpleQueue[_Process | None] = field(default_factory=SimpleQueue)

    def __post_init__(self) -> None:
        self._threads = ThreadPoolExecutor(max_workers=self.workers, thread_name_prefix="validation")
        for _ in range(self.workers):
            self._idle.put(None)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _kind: type[BaseException] | None, _fault: BaseException | None, _trace: TracebackType | None) -> None:
        self.close()

    def prepare(self) -> None:
        """Lets each process compile its rules meanwhile."""
        for _ in range(self.workers):
            self._threads.submit(self._together, ())

    def verdicts(self, documents: Sequence[bytes]) -> list[Verdict]:
        """The verdict on each of some documents, in their order."""
        return self.begin(documents).result()

    def begin(self, documents: Sequence[bytes]) -> Future[list[Verdict]]:
        """Begins to validate some documents, together in one process."""
        return self._threads.submit(self._each, documents)

    def close(self) -> None:
        """Ends the processes, once they have done what they were given."""
        self._threads.shutdown(wait=True, cancel_futures=True)
        for _ in range(self.workers):
            if process := self._idle.get():
                process.end()

    def _each(self, documents: Sequence[bytes]) -> list[Verdict]:
        """The verdicts; where the process ends or takes too long each document is tried alone, so that only the cause of it is invalid."""
        try:
            return self._together(documents)
        except (EOFError, OSError) as fault:
            if len(documents) == 1:
                return [self._without(documents[0], fault)]
            return [verdict for document in documents for verdict in self._each([document])]

    def _together(self, documents: Sequence[bytes]) -> list[Verdict]:
        process = self._idle.get()
        healthy = False
        try:
            process = process or _Process.started(self.rule_sets)
            verdicts = process.answer(documents, self.seconds)
            healthy = True
            return verdicts
        finally:
            if process and not healthy:
                process.end()
            self._idle.put(process if healthy else None)

    def _without(self, document: bytes, fault: Exception) -> Verdict:
        """The verdict on a document for which the process gave none."""
        first, *others = of_syntax(self.rule_sets, syntax_of(document.decode("utf-8", "replace"))) or self.rule_sets
        if isinstance(fault, TimeoutError):
            text = phrase("the validation took more than {seconds} s", seconds=f"{self.seconds:g}")
        else:
            text = phrase("the validation ended before it came to a verdict")
        finding = Finding(rule=NO_VERDICT, severity="fatal", text=text, location="/")
        return Verdict(outcomes=(outcome(first, [finding]), *map(not_applied, others)))


@dataclass(frozen=True, slots=True)
class _Process:
    process: subprocess.Popen[bytes]
    pipe: Connection
    owner: int = field(default_factory=os.getpid)
    """The process that started it; a fork of that one leaves it alone."""

    @classmethod
    def started(cls, rule_sets: Sequence[RuleSet]) -> Self:
        """A new process with these rule sets. It imports only what it needs, and what it prints is dropped."""
        ours, theirs = multiprocessing.Pipe()
        with theirs:
            command = [sys.executable, "-P", "-c", _WORKER.format(pipe=theirs.fileno())]
            paths = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
            silent = subprocess.DEVNULL
            process = subprocess.Popen(command, pass_fds=[theirs.fileno()], env=paths, stdin=silent, stdout=silent, stderr=silent)
        ours.send(rule_sets)
        return cls(process, ours)

    def answer(self, documents: Sequence[bytes], seconds: float) -> list[Verdict]:
        """The verdicts on some documents; TimeoutError where they take longer, EOFError or another OSError where the process ends."""
        self.pipe.send((documents, seconds))
        if not self.pipe.poll(seconds):
            raise TimeoutError
        verdicts: list[Verdict] = self.pipe.recv()
        return verdicts

    def __del__(self) -> None:
        self.end()

    def end(self) -> None:
        """Ends the process, whatever it does, also where nobody needs its validator any more."""
        self.pipe.close()
        if self.owner == os.getpid():
            self.process.kill()
            self.process.wait()
