"""What `GET /metrics` tells Prometheus: requests, durations, refusals and workers, in few labels, to the hosts of the service alone."""

import threading
import time

from prometheus_client.parser import text_string_to_metric_families

from tests.running_service import Service

VAT = {"customer": {"country": "BE", "kind": "private"}, "supply": {"kind": "service"}, "tax_point": "2027-01-01"}
Samples = dict[tuple[str, tuple[tuple[str, str], ...]], float]


def samples(service: Service) -> Samples:
    """The figures of all metrics by name and labels."""
    status, headers, body = service.call("GET", "/metrics")
    assert (status, headers["content-type"].partition(";")[0]) == (200, "text/plain")
    families = text_string_to_metric_families(body.decode())
    return {(one.name, tuple(sorted(one.labels.items()))): one.value for family in families for one in family.samples}


def figure(found: Samples, name: str, **labels: str) -> float:
    return found.get((name, tuple(sorted(labels.items()))), 0.0)


def requests(found: Samples, route: str, status: int, method: str = "POST") -> float:
    return figure(found, "centwright_requests_total", route=route, method=method, status=str(status))


def test_requests_are_counted_by_route_method_and_status_and_timed(service: Service) -> None:
    route, before = "/v1/evaluations/vat", samples(service)
    assert service.evaluate("vat", VAT)[0] == 200
    assert service.evaluate("vat", VAT | {"surprise": 1})[0] == 422
    after = samples(service)
    counted = [requests(after, route, status) - requests(before, route, status) for status in (200, 422)]
    assert counted == [1, 1]
    assert (
        figure(after, "centwright_request_seconds_count", route=route) - figure(before, "centwright_request_seconds_count", route=route)
        == 2
    )
    assert 0 < figure(after, "centwright_request_seconds_sum", route=route) < 60
    assert requests(after, "/metrics", 200, "GET") >= 1


def test_what_nobody_routes_has_one_label(service: Service) -> None:
    for at in range(20):
        assert service.call("GET", f"/nowhere/{at}")[0] == 404
    assert service.call("BREW", "/healthz")[0] == 405
    after = samples(service)
    assert requests(after, "other", 404, "GET") >= 20
    labels = [dict(labels) for name, labels in after if name == "centwright_requests_total"]
    assert not any("nowhere" in each["route"] or each["method"] == "BREW" for each in labels)


def test_a_refusal_by_the_service_is_counted_by_its_code(service: Service) -> None:
    before = figure(samples(service), "centwright_refusals_total", code="unknown-host")
    assert service.call("GET", "/metrics", headers={"Host": "evil.example"})[0] == 400
    assert figure(samples(service), "centwright_refusals_total", code="unknown-host") == before + 1


def test_busy_workers_and_waiting_requests_are_measured(service: Service) -> None:
    idle = samples(service)
    assert figure(idle, "centwright_workers", pool="heavy") == 1
    assert figure(idle, "centwright_workers_busy", pool="heavy") == 0
    threads = [threading.Thread(target=service.evaluate, args=("check", {"files": {}})) for _ in range(3)]
    for thread in threads:
        thread.start()
    seen: set[tuple[float, float]] = set()
    until = time.monotonic() + 60
    while (1, 2) not in seen and time.monotonic() < until:
        found = samples(service)
        seen.add((figure(found, "centwright_workers_busy", pool="heavy"), figure(found, "centwright_requests_waiting", pool="heavy")))
    for thread in threads:
        thread.join()
    assert (1, 2) in seen
    done = samples(service)
    assert [figure(done, name, pool="heavy") for name in ("centwright_workers_busy", "centwright_requests_waiting")] == [0, 0]


def test_the_version_the_rulebook_and_the_memory_of_the_service_are_told(service: Service) -> None:
    found = samples(service)
    (about,) = [dict(labels) for name, labels in found if name == "centwright_info"]
    health = service.call("GET", "/healthz")[2].decode()
    assert about["rulebook"] in health
    assert about["version"]
    assert figure(found, "process_resident_memory_bytes") > 1e6
