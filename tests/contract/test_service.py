"""The service over real sockets: connections, time-outs, limits and its end."""

import gzip
import json
import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from statistics import median

import psutil
import pytest

from tests.running_service import Service, running_service
from tests.scenario.billed_company import new_company

DUE = {"issued_on": "2027-01-31"}
COPIES = 2_000
"""How often the customers of a new company are repeated, so that `diff` takes many seconds, and `check` not one."""


@pytest.fixture(scope="module")
def slow_rulebook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The rulebook of a new company with very many golden orders."""
    folder = new_company(tmp_path_factory.mktemp("slow") / "company")
    for name in ("customers.csv", "subscriptions.csv"):
        head, *rows = (folder / "golden" / name).read_text(encoding="utf-8").splitlines()
        repeated = [f"{row.partition(',')[0]}-{copy},{row.partition(',')[2]}" for copy in range(COPIES) for row in rows]
        (folder / "golden" / name).write_text("\n".join([head, *repeated]) + "\n", encoding="utf-8")
    (folder / "golden" / "investments.csv").unlink()
    return folder


@pytest.fixture(scope="module")
def slow_service(slow_rulebook: Path) -> Iterator[Service]:
    """A service whose `diff` takes longer than its two seconds."""
    with running_service("--rulebook", str(slow_rulebook), environment={"CENTWRIGHT_HEAVY_ANSWER_TIMEOUT": "2"}) as started:
        yield started


@pytest.fixture(scope="module")
def patient_service(slow_rulebook: Path) -> Iterator[Service]:
    """A service whose `diff` is given the minute that it needs."""
    with running_service("--rulebook", str(slow_rulebook)) as started:
        yield started


@pytest.fixture(scope="module")
def strict_service() -> Iterator[Service]:
    """A service that waits for a second only, with few connections, and with other names."""
    limits = {"CENTWRIGHT_REQUEST_TIMEOUT": "1", "CENTWRIGHT_KEEP_ALIVE": "1", "CENTWRIGHT_CONNECTIONS": "50"}
    with running_service(environment=limits | {"CENTWRIGHT_HOSTS": "billing.example, prices.example"}) as started:
        yield started


@contextmanager
def diffs(service: Service, count: int) -> Iterator[list[HTTPConnection]]:
    """Connections on which a slow `diff` was asked for."""
    connections = [service.connect(30) for _ in range(count)]
    for connection in connections:
        connection.request("POST", "/v1/evaluations/diff", '{"files": {}}', {"Content-Type": "application/json"})
    yield connections
    for connection in connections:
        connection.close()


def processor_seconds(service: Service) -> float:
    """What all its processes have used so far."""
    processes = [psutil.Process(service.process.pid), *psutil.Process(service.process.pid).children(recursive=True)]
    return sum(process.cpu_times().user for process in processes)


def open_connections(service: Service) -> int:
    """How many connections it has."""
    return sum(one.status == "ESTABLISHED" for one in psutil.Process(service.process.pid).net_connections("tcp"))


def test_a_kept_alive_connection_is_answered_at_once(service: Service) -> None:
    connection, seconds = service.connect(), []
    body, headers = json.dumps(DUE), {"Content-Type": "application/json"}
    for _ in range(20):
        started = time.perf_counter()
        connection.request("POST", "/v1/evaluations/due-date", body, headers)
        assert connection.getresponse().read()
        seconds.append(time.perf_counter() - started)
    connection.close()
    assert median(seconds) < 0.03, "without TCP_NODELAY the kernel holds each reply back for 40 ms"


def test_work_that_takes_too_long_is_answered_503_and_ends(slow_service: Service) -> None:
    with diffs(slow_service, 5) as connections:
        started, seconds = time.monotonic(), []
        for _ in range(15):
            before = time.perf_counter()
            assert slow_service.call("GET", "/healthz")[0] == 200
            seconds.append(time.perf_counter() - before)
        assert median(seconds) < 0.1, "the health of the service is answered whatever its processes do"
        answers = [connection.getresponse() for connection in connections]
        assert {(answer.status, answer.getheader("content-type")) for answer in answers} == {(503, "application/problem+json")}
        codes = [json.loads(answer.read())["code"] for answer in answers]
        assert "answer-timed-out" in codes
        assert set(codes) <= {"answer-timed-out", "busy"}, "what waited for a process is not told to ask for less"
        assert {answer.getheader("retry-after") for answer in answers} == {"1"}
        assert time.monotonic() - started < 30
    assert eventually(lambda: is_at_rest(slow_service))
    assert slow_service.evaluate("due-date", DUE)[0] == 200


def test_a_client_that_is_gone_frees_its_work(patient_service: Service) -> None:
    with diffs(patient_service, 20):
        assert eventually(lambda: not is_at_rest(patient_service))
    assert eventually(lambda: is_at_rest(patient_service))
    assert patient_service.evaluate("check", {"files": {}})[0] == 200


def eventually(condition: Callable[[], bool]) -> bool:
    """Whether a condition comes true within half a minute: a busy machine takes its time."""
    until = time.monotonic() + 30
    while time.monotonic() < until:
        if condition():
            return True
        time.sleep(0.2)
    return False


def is_at_rest(service: Service) -> bool:
    """Whether its processes use hardly any processor time."""
    before = processor_seconds(service)
    time.sleep(0.5)
    return processor_seconds(service) - before < 0.1


def test_a_termination_ends_it_within_ten_seconds_whatever_it_does(patient_service: Service) -> None:
    with diffs(patient_service, 10) as connections:
        assert eventually(lambda: not is_at_rest(patient_service))
        processes = psutil.Process(patient_service.process.pid).children(recursive=True)
        half_open = socket.create_connection(("127.0.0.1", patient_service.port))
        half_open.sendall(b"POST /v1/")
        patient_service.process.send_signal(signal.SIGTERM)
        patient_service.process.wait(10)
        assert {connection.getresponse().status for connection in connections} == {503}
        half_open.close()
        assert psutil.wait_procs(processes, 5)[1] == [], "no worker outlives the service"


def test_half_open_connections_time_out_and_never_use_up_the_descriptors(strict_service: Service) -> None:
    connections = [socket.create_connection(("127.0.0.1", strict_service.port), timeout=10) for _ in range(150)]
    for connection in connections[::2]:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: ")
    assert strict_service.call("GET", "/healthz")[0] == 200
    assert open_connections(strict_service) <= 50
    answers = [ending(connection) for connection in connections]
    for connection in connections:
        connection.close()
    assert set(answers) <= {b"", b"HTTP/1.1 408 Request Timeout"}
    assert answers[-2] == b"HTTP/1.1 408 Request Timeout"


def ending(connection: socket.socket) -> bytes:
    """The first line of what a connection is sent before it is closed."""
    try:
        return connection.recv(65536).split(b"\r\n")[0]
    except ConnectionError:
        return b""


def test_a_client_that_does_not_read_is_let_go(strict_service: Service) -> None:
    schedule = {"every": 1, "unit": "day", "timing": "advance", "align_to": "activation"}
    body = json.dumps({"price": "1.00", "starts_on": "2027-01-01", "due_through": "2060-12-31", "process": schedule})
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.connect(("127.0.0.1", strict_service.port))
        head = "POST /v1/evaluations/schedule HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        connection.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n{body}".encode())
        assert connection.recv(100).startswith(b"HTTP/1.1 200 OK")
        assert eventually(lambda: open_connections(strict_service) == 0)


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "evil.example:8000", ""])
def test_a_request_to_another_host_is_refused(service: Service, host: str) -> None:
    status, headers, body = service.call("POST", "/v1/evaluations/diff", {"files": {}}, {"Host": host})
    assert (status, headers["content-type"], json.loads(body)["code"]) == (400, "application/problem+json", "unknown-host")


@pytest.mark.parametrize("host", ["localhost", "localhost:8000", "127.0.0.1", "[::1]:8000"])
def test_a_request_to_this_machine_is_answered(service: Service, host: str) -> None:
    assert service.call("GET", "/healthz", headers={"Host": host})[0] == 200


def test_other_names_are_a_setting(strict_service: Service) -> None:
    assert strict_service.call("GET", "/healthz", headers={"Host": "prices.example:443"})[0] == 200


@pytest.mark.parametrize("sent", [b"NONSENSE\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n"])
def test_what_is_no_request_is_answered_with_a_problem(service: Service, sent: bytes) -> None:
    with socket.create_connection(("127.0.0.1", service.port), timeout=10) as connection:
        connection.sendall(sent)
        answer = connection.recv(65536)
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b"application/problem+json" in answer


def test_head_is_answered_like_get_without_a_body(service: Service) -> None:
    status, headers, body = service.call("HEAD", "/healthz")
    assert (status, body) == (200, b"")
    assert headers["content-length"] == service.call("GET", "/healthz")[1]["content-length"]


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("POST", "/healthz", "GET, HEAD"),
        ("GET", "/v1/evaluations/vat", "POST"),
        ("HEAD", "/v1/evaluations/vat", "POST"),
        ("DELETE", "/v1/evaluations/diff", "POST"),
        ("OPTIONS", "/healthz", "GET, HEAD"),
    ],
)
def test_another_method_is_refused_with_those_that_are_allowed(service: Service, method: str, path: str, allowed: str) -> None:
    status, headers, _ = service.call(method, path)
    assert (status, headers["allow"]) == (405, allowed)


def test_bodies_may_be_compressed_both_ways(service: Service) -> None:
    asked = gzip.compress(b'{"files"') + gzip.compress(b": {}}")  # two members, as a writer that flushes makes them
    status, headers, body = service.call("POST", "/v1/evaluations/check", asked, {"Content-Encoding": "gzip", "Accept-Encoding": "gzip"})
    assert (status, json.loads(body if headers.get("content-encoding") != "gzip" else gzip.decompress(body))["problems"]) == (200, [])
    _, headers, body = service.call("POST", "/v1/evaluations/diff", {"files": {}}, {"Accept-Encoding": "gzip"})
    assert headers["content-encoding"] == "gzip"
    assert json.loads(gzip.decompress(body))["changes_money"] is False
    status, headers, body = service.call("POST", "/v1/evaluations/diff", {"files": {}}, {"Accept-Encoding": "gzip;q=0, *"})
    assert "content-encoding" not in headers
    assert json.loads(body)["changes_money"] is False


@pytest.mark.parametrize(
    ("body", "encoding", "status", "code"),
    [
        (gzip.compress(b" " * (1 << 24), mtime=0), "gzip", 413, "too-large"),
        (b"{}", "gzip", 422, "not-gzip"),
        (gzip.compress(b"{}", mtime=0)[:-4], "gzip", 422, "not-gzip"),
        (gzip.compress(b"{}", mtime=0) + b"rubbish", "gzip", 422, "not-gzip"),
        (b"{}", "br", 415, "unknown-encoding"),
    ],
)
def test_a_body_that_cannot_be_decompressed_is_refused(service: Service, body: bytes, encoding: str, status: int, code: str) -> None:
    answered, _, answer = service.call("POST", "/v1/evaluations/vat", body, {"Content-Encoding": encoding})
    assert (answered, json.loads(answer)["code"]) == (status, code)


@pytest.mark.parametrize(("language", "reason"), [("fr", "30.00 × 17/31 jours = 16.45"), ("nl", "30.00 × 17/31 dagen = 16.45")])
def test_reasons_are_in_the_language_of_the_request(service: Service, language: str, reason: str) -> None:
    process = {"every": 1, "unit": "month", "timing": "advance", "align_to": "anchor", "anchor_day": 1}
    asked = {"price": "30.00", "starts_on": "2027-01-15", "due_through": "2027-01-31", "process": process}
    status, headers, body = service.call("POST", "/v1/evaluations/schedule", asked, {"Accept-Language": language})
    assert (status, headers["content-language"]) == (200, language)
    assert [one["reason"] for one in json.loads(body)["transactions"]] == [reason]
