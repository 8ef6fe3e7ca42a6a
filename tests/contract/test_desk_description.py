"""The desk against its OpenAPI description: generated requests with a key, valid and invalid, never get an undeclared response."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from api.desk.access import find_key
from api.desk.desk import open_desk
from tests.conftest import FULL
from tests.contract.conftest import RULEBOOK
from tests.contract.desk_over_http import TODAY, make_key, now
from tests.contract.operations import CHECKS, description, each_request, operations
from tests.running_service import Service, running_service


@pytest.fixture(scope="module")
def desk_service(filled_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Service, str]]:
    """A service over a desk with documents, and the key of an administrator."""
    copy = tmp_path_factory.mktemp("service") / "desk.sqlite"
    shutil.copy(filled_sqlite, copy)
    desk = open_desk(f"sqlite:///{copy}", *RULEBOOK, today=TODAY, now=now)
    key = make_key(desk, "admin")
    desk.close()
    with running_service("--database", str(copy), "--today", str(TODAY), environment={"CENTWRIGHT_RATE": "100000"}) as started:
        yield started, key


@pytest.mark.proof
@operations("/v(?!1/evaluations)")
def test_the_desk_matches_its_description(operation: tuple[str, str], desk_service: tuple[Service, str]) -> None:
    service, key = desk_service
    each_request(operation, service.address, examples=120 if FULL else 1, headers={"Authorization": f"Bearer {key}"})


@pytest.mark.proof
def test_what_answers_name_is_shown_and_changed_as_described(desk_service: tuple[Service, str]) -> None:
    service, key = desk_service

    class Life(description().as_state_machine()):  # type: ignore[misc]  # a class made of the description
        """Calls along the links of the description, each with what an answer named."""

        def get_call_kwargs(self, case: schemathesis.Case) -> dict[str, Any]:
            return {"base_url": service.address, "headers": {"Authorization": f"Bearer {key}"}, "timeout": 60}

        def validate_response(self, response: Any, case: schemathesis.Case, **_: Any) -> None:
            case.validate_response(response, checks=CHECKS)

    size = settings(max_examples=200 if FULL else 5, stateful_step_count=10, deadline=None, derandomize=True)
    run_state_machine_as_test(Life, settings=settings(size, suppress_health_check=list(HealthCheck)))


def test_evaluations_may_need_a_key_and_each_request_is_logged(filled_sqlite: Path, tmp_path: Path) -> None:
    copy = tmp_path / "desk.sqlite"
    shutil.copy(filled_sqlite, copy)
    desk = open_desk(f"sqlite:///{copy}", *RULEBOOK, today=TODAY, now=now)
    key = {role: f"Bearer {make_key(desk, role)}" for role in ("sales", "billing")}
    narrow = f"Bearer {make_key(desk, 'sales', 'narrow', scopes=['orders'])}"
    prefix = find_key(desk, "sales").prefix
    desk.close()
    closed = {"CENTWRIGHT_EVALUATIONS": "keys", "CENTWRIGHT_LOG": "info"}
    options = ("--database", str(copy), "--today", str(TODAY))
    with (tmp_path / "log").open("w") as log, running_service(*options, environment=closed, log=log) as service:
        body, path = {"issued_on": "2027-01-31"}, "/v1/evaluations/due-date"
        statuses = [service.call("POST", path, body, {"Authorization": each})[0] for each in ("", key["sales"], narrow)]
        assert statuses == [401, 200, 403]
        assert service.call("GET", "/v1/orders/none", headers={"Authorization": key["sales"]})[0] == 404
        assert service.call("GET", "/healthz")[0] == 200
    lines = [json.loads(line) for line in (tmp_path / "log").read_text().splitlines()]
    shown = [(line["method"], line["route"], line["status"], line["key"]) for line in lines if line["event"] == "request"]
    assert ("GET", "/v1/orders/{order}", 404, prefix) in shown
    assert ("POST", "/v1/evaluations/due-date", 401, None) in shown
    assert all(line["request"] and line["ms"] >= 0 and line["level"] == "info" for line in lines)
