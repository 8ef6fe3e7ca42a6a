"""A worker process: it reads the rulebook once, then answers requests, one at a time and within limits of memory and time."""

from __future__ import annotations

import gzip
import json
import logging
import os
import resource
import signal
from collections.abc import Mapping
from typing import Final, NamedTuple

from api.garbage import set_aside
from api.http.operations import Operation, all_operations
from api.http.problem_responses import FAULT, NO_MEMORY, refusal_response
from api.importing.import_folder import Folder
from engine.phrases import Language
from engine.problems import Refusal, refuse
from engine.rulebook.reader import read_rulebook
from engine.text.sources import Sources

MEMORY: Final = 2 << 30
"""The address space of a worker in bytes."""
SMALLEST_COMPRESSED: Final = 1024
"""From so many bytes on, an answer is compressed for a client that accepts it."""
_log: Final = logging.getLogger("centwright")
_operations: dict[str, Operation] = {}
"""The operations of this worker process, over its one rulebook."""


class Task(NamedTuple):
    """A request for a worker: the operation, the body, and what its answer depends on besides."""

    operation: str
    body: bytes
    request_id: str
    language: Language
    accepts_gzip: bool
    seconds: float


class Reply(NamedTuple):
    """The response of a worker."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def start_worker(sources: Sources, golden: Folder | None, database_url: str | None, politeness: int) -> None:
    """Prepares this process: its limits, its priority (more polite: lower), and the rulebook."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C stops the service, which then stops its workers
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # at once, also within a long computation of the interpreter itself
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    os.nice(politeness)
    _operations.update(all_operations(read_rulebook(sources), sources, golden, database_url))
    set_aside()


def answer(task: Task) -> Reply:
    """The response to a request. An alarm ends the process itself should the service no longer be there to end it."""
    signal.setitimer(signal.ITIMER_REAL, task.seconds)
    try:
        return _compressed(_reply(task), task.accepts_gzip)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _reply(task: Task) -> Reply:
    status = None
    try:
        tree = _operations[task.operation].answer_to(task.body, task.language)
        return Reply(200, {"Content-Type": "application/json", "Content-Language": task.language}, _json(tree))
    except Refusal as mistakes:
        refusal = mistakes
    except MemoryError:
        status, refusal = 503, refuse(NO_MEMORY, most=MEMORY >> 20)
    except Exception:  # noqa: BLE001  # the last resort: an unforeseen fault becomes a response with an id, and a line in the log
        _log.exception("request %s failed", task.request_id)
        status, refusal = 500, refuse(FAULT)
    response = refusal_response(refusal, task.request_id, status, task.language)
    return Reply(response.status_code, dict(response.headers), bytes(response.body))


def _json(tree: object) -> bytes:
    return json.dumps(tree, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def _compressed(reply: Reply, accepts_gzip: bool) -> Reply:
    if not accepts_gzip or len(reply.body) < SMALLEST_COMPRESSED:
        return reply
    headers = {name: text for name, text in reply.headers.items() if name.lower() != "content-length"}
    return Reply(reply.status, headers | {"Content-Encoding": "gzip"}, gzip.compress(reply.body, compresslevel=4, mtime=0))
