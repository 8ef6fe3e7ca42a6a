"""The service over real sockets: connections, time-outs, limits and its end."""

import time
from collections.abc import Iterator
from statistics import median

import pytest

from tests.running_service import Service, running_service


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    with running_service() as started:
        yield started


def test_a_kept_alive_connection_is_answered_at_once(service: Service) -> None:
    connection, seconds = service.connect(), []
    body, headers = b'{"issued_on": "2027-01-31"}', {"Content-Type": "application/json"}
    for _ in range(20):
        started = time.perf_counter()
        connection.request("POST", "/v1/evaluations/due-date", body, headers)
        assert connection.getresponse().read()
        seconds.append(time.perf_counter() - started)
    connection.close()
    assert median(seconds) < 0.03, "without TCP_NODELAY the kernel holds each reply back for 40 ms"
