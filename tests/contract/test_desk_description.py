"""The desk against its OpenAPI description: generated requests with a key, valid and invalid, never get an undeclared response."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, settings

from api.desk.desk import open_desk
from api.http.app import create_app
from tests.conftest import FULL
from tests.contract.conftest import RULEBOOK
from tests.contract.desk_over_http import TODAY, make_key, now
from tests.contract.test_description import CHECKS
from tests.running_service import Service, running_service

description = schemathesis.openapi.from_dict(create_app(RULEBOOK[1], rulebook=RULEBOOK[0]).description())


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


@description.exclude(path_regex="^/v1/evaluations|^/[^v]").parametrize()
@settings(max_examples=300 if FULL else 8, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
def test_the_desk_matches_its_description(case: schemathesis.Case, desk_service: tuple[Service, str]) -> None:
    service, key = desk_service
    case.call_and_validate(base_url=service.address, headers={"Authorization": f"Bearer {key}"}, checks=CHECKS)
