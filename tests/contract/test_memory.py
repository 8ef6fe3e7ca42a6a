"""Memory stays level: every route is called many times with other values, and the service with its workers does not grow."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import psutil
import pytest

from api.rulebook_folder import read_folder
from engine.evaluations.registry import EVALUATIONS
from engine.rulebook.reader import read_rulebook
from tests.conftest import FULL
from tests.running_service import ROOT, Service, running_service

CALLS = 500 if FULL else 30
WARM_UP = max(10, CALLS // 5)
BOOK = "catalog/price-books/book-2027.yaml"
SOURCES = read_folder(ROOT)
EXAMPLES: dict[str, dict[str, Any]] = {name: dict(each.example(read_rulebook(SOURCES))) for name, each in EVALUATIONS.items()}
DAILY = {"every": 1, "unit": "day", "timing": "advance", "align_to": "activation"}


@pytest.fixture(scope="module")
def narrow_service() -> Iterator[Service]:
    """A service with one worker of each kind, so that each call meets the same process."""
    narrow = {"CENTWRIGHT_WORKERS": "1", "CENTWRIGHT_HEAVY_WORKERS": "1"}
    patient = {"CENTWRIGHT_ANSWER_TIMEOUT": "600", "CENTWRIGHT_HEAVY_ANSWER_TIMEOUT": "600"}  # memory is measured here, not time
    with running_service(environment=narrow | patient) as started:
        yield started


def day(at: int) -> str:
    return (date(2027, 1, 1) + timedelta(days=at)).isoformat()


def overlay(at: int) -> dict[str, Any]:
    """Another index on each call: another rulebook, other prices."""
    return {"files": {BOOK: SOURCES[BOOK].replace("1.029", f"1.{100 + at}")}}


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
}
"""What differs from the example of a route, by the number of the call."""


def memory(service: Service) -> float:
    """What the service and all its processes have in memory, in MB."""
    process = psutil.Process(service.process.pid)
    return sum(one.memory_info().rss for one in (process, *process.children(recursive=True))) / 1e6


def test_every_route_is_tried() -> None:
    assert set(REQUESTS) == {*EVALUATIONS, "check", "diff"}


@pytest.mark.proof
@pytest.mark.parametrize("name", REQUESTS)
def test_many_calls_of_a_route_leave_the_memory_level(narrow_service: Service, name: str) -> None:
    before = 0.0
    for at in range(CALLS):
        if at == WARM_UP:
            before = memory(narrow_service)
        status, answer = narrow_service.evaluate(name, EXAMPLES.get(name, {}) | REQUESTS[name](at))
        assert status == 200, answer
    growth = memory(narrow_service) - before
    assert growth < 8 + 0.02 * CALLS, f"{growth:.1f} MB more after {CALLS - WARM_UP} calls"
