"""Every limit of the service in one list, as the page about limits and the description of the API show it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from api.http.request_parsing import DEEPEST, LARGEST_BODY, LARGEST_FILES, LARGEST_FORM, MOST_MISTAKES
from api.http.worker import MEMORY
from api.settings import ServiceLimits
from engine.budgets import all_bounds


class Limit(NamedTuple):
    """One limit: its name (of a bound, or of a setting), the most, and what happens beyond it."""

    name: str
    most: str
    meaning: str


def request_limits() -> tuple[Limit, ...]:
    """The limits of what a request may contain."""
    return (
        Limit("body", f"{LARGEST_BODY} bytes", "also after decompression; beyond it 413"),
        Limit("body with files", f"{LARGEST_FORM} bytes", "the same for imports, bank files and e-invoices"),
        Limit("files", f"{LARGEST_FILES} bytes", "together, that a form of the pages takes; then the form is shown again, and says so"),
        Limit("depth", f"{DEEPEST} levels", "of lists and objects; beyond it 422"),
        Limit("numbers", "12 digits and 6 decimals", "of amounts, prices and quantities; beyond it 422"),
        Limit("problems", str(MOST_MISTAKES), "are reported of one request"),
    )


def work_limits() -> Iterator[Limit]:
    """The bounds of work, refused by name with 422."""
    for bound in all_bounds():
        yield Limit(bound.name, str(bound.most), str(bound.unit))


def time_limits(limits: ServiceLimits) -> tuple[Limit, ...]:
    """The limits of time, processes and connections; each is a setting."""
    return (
        Limit("CENTWRIGHT_ANSWER_TIMEOUT", f"{limits.answer_timeout} s", "after which a request is answered 503 and its work is ended"),
        Limit("CENTWRIGHT_HEAVY_ANSWER_TIMEOUT", f"{limits.heavy_answer_timeout} s", "the same for `check` and `diff`"),
        Limit("CENTWRIGHT_WORKERS", str(limits.workers), "processes that answer requests (default: the processors, at least 2)"),
        Limit("CENTWRIGHT_HEAVY_WORKERS", str(limits.heavy_workers), "processes for `check` and `diff` (default: half the processors)"),
        Limit("CENTWRIGHT_WAITING", str(limits.waiting), "requests that wait for a process; beyond it 503 with Retry-After"),
        Limit("CENTWRIGHT_CONNECTIONS", str(limits.connections), "connections; beyond it the one that has waited longest is closed"),
        Limit("CENTWRIGHT_BACKLOG", str(limits.backlog), "connections that the system accepts before the service does"),
        Limit("CENTWRIGHT_KEEP_ALIVE", f"{limits.keep_alive} s", "for which a connection may wait for its next request"),
        Limit("CENTWRIGHT_REQUEST_TIMEOUT", f"{limits.request_timeout} s", "for the head of a request, and again for its body; then 408"),
        Limit("CENTWRIGHT_DESK_THREADS", str(limits.desk_threads), "threads that read for the desk, and as many that write (SQLite: one)"),
        Limit("CENTWRIGHT_RATE", f"{limits.rate} a second", "requests of one key, four times as many at once; beyond it 429"),
        Limit("memory", f"{MEMORY >> 20} MiB", "of one process that answers requests; beyond it 503"),
    )
