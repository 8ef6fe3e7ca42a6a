"""The service against its OpenAPI description: generated requests, valid and invalid, never get a fault or an undeclared response."""

from pathlib import Path

import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance, status_code_conformance

from api.http.app import create_app
from api.rulebook_folder import read_folder
from api.workbench.rulebook_versions import only_live
from engine.rulebook.reader import read_rulebook
from tests.conftest import FULL

SHIPPED = Path(__file__).parents[2]
description = schemathesis.openapi.from_asgi("/openapi.json", create_app(only_live(read_rulebook(read_folder(SHIPPED)))))
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


@description.parametrize()
@settings(max_examples=300 if FULL else 12, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
def test_the_service_matches_its_description(case: schemathesis.Case) -> None:
    case.call_and_validate(checks=CHECKS)
