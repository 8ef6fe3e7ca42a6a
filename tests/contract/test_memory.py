"""Memory stays level: every route is called many times with other values, and the service with its workers does not grow."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import psutil
import pytest

from api.rulebook_folder import read_folder
from api.workbench.scaffold import NewCompany, rulebook_files
from engine.evaluations.registry import EVALUATIONS
from engine.rulebook.reader import read_rulebook
from tests.conftest import FULL
from tests.running_service import ROOT, Service, running_service

OVERLAYS = {"check", "diff", "review", "cursor"}
CALLS = 500 if FULL else 30
CALLS_OF_OVERLAYS = 500 if FULL else 12
"""Fewer: what is left of such a call would be a whole rulebook, of several MB."""
BOOK = "catalog/price-books/list.yaml"
NEW_RULEBOOK = rulebook_files(NewCompany(name="Atelier Ourthe", country="BE", language="fr", begins_on=date(2027, 1, 1)))
"""The rulebook of a new company: every call of `check` and `diff` reads and compares it whole, which takes a tenth of the shipped one."""
SOURCES = read_folder(ROOT)
EXAMPLES: dict[str, dict[str, Any]] = {name: dict(each.example(read_rulebook(SOURCES))) for name, each in EVALUATIONS.items()}
DAILY = {"every": 1, "unit": "day", "timing": "advance", "align_to": "activation"}


PATIENT = {"CENTWRIGHT_HEAVY_ANSWER_TIMEOUT": "600"}
"""Memory is measured here, not time. The services of the tests have one worker of each kind, so that each call meets the same process."""


@pytest.fixture(scope="module")
def small_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service over the rulebook of a new company, with its golden invoices."""
    folder = tmp_path_factory.mktemp("rulebook")
    for path, content in NEW_RULEBOOK.items():
        file: Path = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    with running_service("--rulebook", str(folder), environment=PATIENT) as started:
        yield started


def day(at: int) -> str:
    return (date(2027, 1, 1) + timedelta(days=at)).isoformat()


def overlay(at: int) -> dict[str, Any]:
    """Another price on each call: another rulebook, other invoices."""
    return {"files": {BOOK: NEW_RULEBOOK[BOOK].decode().replace("40.00", f"{41 + at}.00")}}


LINE = {"quantity": "3", "category": "S", "rate": "21"}
REQUESTS: dict[str, Callable[[int], dict[str, Any]]] = {
    "price": lambda at: {"quantity": str(at + 1)},
    "schedule": lambda at: {"starts_on": day(at), "due_through": "2036-12-31", "process": DAILY},
    "payment-plan": lambda at: {"net": f"{at}.01", "events": {"order.signed": day(at)}},
    "vat": lambda at: {"tax_point": day(at)},
    "invoice": lambda at: {"lines": [LINE | {"unit_price": f"{at}.99"}] * 50},
    "credit": lambda at: {"ask": {"lines": [{"line": 1, "amount": f"{1 + at % 40}.01"}]}},
    "quote": lambda at: {"lines": [line | {"quantity": str(at + 1)} for line in EXAMPLES["quote"]["lines"]], "on": day(at)},
    "due-date": lambda at: {"issued_on": day(at)},
    "check": overlay,
    "diff": overlay,
    "review": overlay,
    "cursor": lambda at: overlay(at) | {"file": BOOK, "line": 1 + at % 5, "column": 1},
}
"""What differs from the example of a route, by the number of the call."""


def memory(service: Service) -> float:
    """What the service and all its processes have in memory, in MB."""
    process = psutil.Process(service.process.pid)
    children = process.children(recursive=True)
    assert len(children) >= 3, "the server that forks, its resource tracker, and a worker"
    return sum(one.memory_info().rss for one in (process, *children)) / 1e6


def test_every_route_is_tried() -> None:
    assert set(REQUESTS) == {*EVALUATIONS, *OVERLAYS}


@pytest.mark.proof
@pytest.mark.parametrize("name", REQUESTS)
def test_many_calls_of_a_route_leave_the_memory_level(request: pytest.FixtureRequest, name: str) -> None:
    service: Service = request.getfixturevalue("small_service" if name in OVERLAYS else "service")
    calls = CALLS_OF_OVERLAYS if name in OVERLAYS else CALLS
    warm_up = max(6 if name in OVERLAYS else 10, calls // 5)
    before, answer = 0.0, None
    for at in range(calls):
        if at == warm_up:
            before = memory(service)
        status, answer = service.evaluate(name, EXAMPLES.get(name, {}) | REQUESTS[name](at))
        assert status == 200, answer
    growth = memory(service) - before
    assert growth < 8 + 0.02 * calls, f"{growth:.1f} MB more after {calls - warm_up} calls"


def test_the_overlay_changes_invoices(small_service: Service) -> None:
    status, answer = small_service.evaluate("diff", overlay(1))
    assert (status, answer["changes_money"]) == (200, True)
    assert answer["invoices"]["invoices_changed"] > 0
