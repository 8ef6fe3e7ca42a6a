"""The service against its OpenAPI description: generated requests, valid and invalid, never get a fault or an undeclared response."""

import pytest

from tests.conftest import FULL
from tests.contract.operations import OPERATIONS, description, each_request, operations
from tests.running_service import Service


def test_every_operation_that_is_described_is_tried() -> None:
    described = [(method.upper(), path) for path, methods in description().raw_schema["paths"].items() for method in methods]
    assert sorted(OPERATIONS) == sorted(described)


@pytest.mark.proof
@operations("/(?!v1/)|/v1/evaluations/(?!(check|diff)$)")
def test_the_service_matches_its_description(operation: tuple[str, str], service: Service) -> None:
    each_request(operation, service.address, examples=300 if FULL else 12)


@pytest.mark.proof
@operations("/v1/evaluations/(check|diff)$")
def test_the_workbench_matches_its_description(operation: tuple[str, str], service: Service) -> None:
    each_request(operation, service.address, examples=40 if FULL else 2)
