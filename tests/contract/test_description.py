"""The service against its OpenAPI description: generated requests, valid and invalid, never get a fault or an undeclared response."""

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance, status_code_conformance

from tests.conftest import FULL
from tests.contract.conftest import service_description
from tests.running_service import Service

description = schemathesis.openapi.from_dict(service_description())
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


@pytest.mark.proof
@description.exclude(path_regex="evaluations/(check|diff)$|^/v1/(?!evaluations)").parametrize()
@settings(max_examples=300 if FULL else 12, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
def test_the_service_matches_its_description(case: schemathesis.Case, service: Service) -> None:
    case.call_and_validate(base_url=service.address, timeout=120, checks=CHECKS)


@pytest.mark.proof
@description.include(path_regex="evaluations/(check|diff)$").parametrize()
@settings(max_examples=40 if FULL else 2, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
def test_the_workbench_matches_its_description(case: schemathesis.Case, service: Service) -> None:
    case.call_and_validate(base_url=service.address, timeout=120, checks=CHECKS)
