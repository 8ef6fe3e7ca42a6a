"""The operations of the service's OpenAPI description, each for a test of its own, and the requests that are generated for one."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from unittest import SkipTest
from zlib import crc32

import hypothesis
import pytest
import schemathesis
from hypothesis.core import Example
from schemathesis.checks import not_a_server_error
from schemathesis.generation.hypothesis import builder
from schemathesis.generation.meta import CoveragePhaseData
from schemathesis.pytest.lazy import get_all_tests
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance, status_code_conformance
from schemathesis.specs.openapi.schemas import OpenApiSchema
from schemathesis.transport.requests import SameHostRedirectsSession

from api.http.routes.registry import all_routes
from engine.evaluations.registry import EVALUATIONS
from tests.conftest import FULL
from tests.contract.conftest import service_description

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
OPERATIONS = (
    *(("GET", path) for path in ("/healthz", "/metrics", "/readyz")),
    *(("POST", f"/v1/evaluations/{name}") for name in (*EVALUATIONS, "check", "diff", "review", "cursor")),
    *((route.method, route.path) for route in all_routes()),
)
"""Every operation that is described, as a test makes sure."""
_MISTAKES = (builder.InvalidHeadersExampleMark, builder.InvalidRegexMark, builder.MissingPathParameters, builder.UnserializablePayloadMark)


@cache
def description() -> OpenApiSchema:
    """The description, loaded when the first test needs it: each worker collects every test, and it takes seconds."""
    return schemathesis.openapi.from_dict(service_description())


def operations(paths: str) -> pytest.MarkDecorator:
    """A test of each operation whose path begins as the pattern says."""
    found = [pytest.param((method, path), id=f"{method} {path}") for method, path in OPERATIONS if re.match(paths, path)]
    return pytest.mark.parametrize("operation", found)


def each_request(operation: tuple[str, str], address: str, *, examples: int, headers: Mapping[str, str] | None = None) -> None:
    """Sends the requests of an operation: those of its examples, those that meet or exceed a limit of its schema, and random ones.

    Each response must be one that is declared. The requests are made here, when the test runs, and not when it is collected: there are
    thousands, and each worker collects every test.
    The schema of its path is loaded for each: what is resolved for one takes 15 MB, and stays as long as a schema that others share.
    """
    method, path = operation
    whole = service_description()
    schema = schemathesis.openapi.from_dict({**whole, "paths": {path: whole["paths"][path]}}).include(path=path, method=method)

    @hypothesis.settings(max_examples=examples, deadline=None, suppress_health_check=list(hypothesis.HealthCheck), derandomize=True)
    def sent(case: schemathesis.Case) -> None:
        case.call_and_validate(base_url=address, headers=dict(headers or {}), timeout=120, checks=CHECKS, session=session)

    (generated,) = get_all_tests(schema=schema, test_func=sent, settings=None, given_kwargs=None)
    _, test = generated.ok()
    if not FULL:
        test.hypothesis_explicit_examples = _one_of_each(test.hypothesis_explicit_examples)
    with SameHostRedirectsSession() as session:
        session.trust_env = False  # no proxy is looked for with each request
        try:
            test()
        except SkipTest as reason:
            pytest.fail(str(reason))
    assert [mark.get(test) for mark in _MISTAKES if mark.is_set(test)] == []


def _one_of_each(examples: Sequence[Example]) -> list[Example]:
    """One of the requests that try the same kind of limit in the same part of a request; of which field, by the operation.

    With the random ones they are a tenth of a full proof, which tries each field of each operation.
    """
    alike: dict[object, list[Example]] = defaultdict(list)
    for example in examples:
        alike[_what_it_tries(example)].append(example)
    turn = crc32(examples[0].kwargs["case"].operation.label.encode()) if examples else 0
    chosen = {id(same[turn % len(same)]) for same in alike.values()}
    return [example for example in examples if id(example) in chosen]


def _what_it_tries(example: Example) -> object:
    tried = example.kwargs["case"].meta.phase.data
    return (tried.scenario, tried.parameter_location) if isinstance(tried, CoveragePhaseData) else id(example)
