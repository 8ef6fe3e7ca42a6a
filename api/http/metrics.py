"""What the service counts and measures, as Prometheus reads it: requests, their durations, refusals, and its worker processes.

Labels take few values: names of routes, methods of HTTP, statuses, pools, and codes of refusals by the service itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final, Protocol

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, Info, ProcessCollector, generate_latest

CONTENT_TYPE: Final = CONTENT_TYPE_LATEST
OTHER: Final = "other"
"""The label of addresses that are no route, and of unknown methods."""
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60)


class MeasuredPool(Protocol):
    """As much of a pool of workers as is measured."""

    @property
    def size(self) -> int:
        """How many processes it has."""

    @property
    def busy(self) -> int:
        """How many of them answer a request."""

    @property
    def waiting(self) -> int:
        """How many requests wait for one."""


class ServiceMetrics:
    """The metrics of one service, in a registry of its own."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "centwright_requests", "Requests answered, by route, method and status.", ("route", "method", "status"), registry=self._registry
        )
        self._seconds = Histogram(
            "centwright_request_seconds", "Seconds from the head of a request to its answer.", ("route",), buckets=_SECONDS,
            registry=self._registry,
        )  # fmt: skip
        self._refusals = Counter(
            "centwright_refusals",
            "Requests that the service itself refused, by code.",
            ("code",),
            registry=self._registry,
        )
        self._about = Info("centwright", "The version of the program, and the fingerprint of its rulebook.", registry=self._registry)
        ProcessCollector(registry=self._registry)

    def describe(self, version: str, rulebook: str) -> None:
        """States the version of the program and the fingerprint of the rulebook."""
        self._about.info({"version": version, "rulebook": rulebook})

    def count_request(self, route: str, method: str, status: int, seconds: float) -> None:
        """Counts a request that was answered."""
        self._requests.labels(route, method if method in _METHODS else OTHER, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def count_refusal(self, code: str) -> None:
        """Counts a request that the service refused before any work, or whose work it ended."""
        self._refusals.labels(code).inc()

    def measure(self, pools: Mapping[str, MeasuredPool]) -> None:
        """Measures pools of workers whenever the metrics are read."""
        figures: tuple[tuple[str, str, Callable[[MeasuredPool], int]], ...] = (
            ("centwright_workers", "Processes that answer requests, by pool.", lambda pool: pool.size),
            ("centwright_workers_busy", "Processes that answer a request now, by pool.", lambda pool: pool.busy),
            ("centwright_requests_waiting", "Requests that wait for a process, by pool.", lambda pool: pool.waiting),
        )
        for name, meaning, figure in figures:
            gauge = Gauge(name, meaning, ("pool",), registry=self._registry)
            for label, pool in pools.items():
                gauge.labels(label).set_function(partial(figure, pool))

    def text(self) -> bytes:
        """All metrics in the text format of Prometheus."""
        return generate_latest(self._registry)
