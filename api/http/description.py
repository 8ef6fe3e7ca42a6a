"""The OpenAPI description as generators of clients read it: one name for each operation, problems of one type, nothing that is not so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Final

from api.http.problem_responses import PROBLEM_JSON, ProblemResponse
from engine.money import DECIMAL_PATTERN

Tree = dict[str, object]
ERRORS: Final[Mapping[str, str]] = {
    "400": "The request is addressed to a host that is no name of this service",
    "408": "The request was not complete in time",
    "409": "The state of a document does not allow it; `state` and `possible` say what does",
    "413": "The request is larger than a mebibyte; one that holds files, than eight",
    "415": "The request is not JSON, or encoded otherwise than by gzip",
    "422": "The mistakes in the request, each with its pointer",
    "500": "A fault of the service",
    "503": "The service is busy, or the answer took too long and its work was ended",
}
OF_THE_DESK: Final[Mapping[str, str]] = {
    "401": "There is no key, or it is not known or revoked",
    "403": "The role or the scopes of the key do not allow it",
    "404": "There is no such thing",
    "409": ERRORS["409"],
    "412": "The thing is not any more as it was read; the errors say which fields changed",
    "422": ERRORS["422"],
    "429": "The key has sent too many requests",
}
_WITHOUT_BODY: Final = ("400", "408", "500", "503")
_OF_CHANGES: Final = ("412",)
_SCHEMES: Final[Tree] = {"key": {"type": "http", "scheme": "bearer", "description": "`centwright key create` makes one."}}
_PROBLEM: Final[Tree] = {"$ref": f"#/components/schemas/{ProblemResponse.__name__}"}


def completed(described: Tree, answers: Mapping[str, object]) -> Tree:
    """FastAPI's description with every error that may come, the answers of the examples by operation, and defaults as text.

    Generators take a field with a `default` for one that is always there, and require it in requests: a default is written in words.
    """
    tree = deepcopy(described)
    for method, operation in _operations(tree):
        responses = _mapping(operation["responses"])
        for status, why in sorted(_errors(method, operation).items()):
            responses[status] = {"description": why, "content": {PROBLEM_JSON: {"schema": _PROBLEM}}}
        answer = answers.get(str(operation["operationId"]))
        if answer is not None:
            _mapping(_mapping(_mapping(responses["200"])["content"])["application/json"])["example"] = answer
    components = _mapping(tree["components"])
    components["securitySchemes"] = _SCHEMES
    schemas = _mapping(components["schemas"])
    for schema in schemas.values():
        _describe_defaults(_mapping(schema))
    _mark_decimals(schemas)
    return tree


def _mark_decimals(node: object) -> None:
    """Gives decimal texts their format, from which generators of clients know that they are numbers."""
    if isinstance(node, dict):
        if node.get("pattern") == DECIMAL_PATTERN:
            node["format"] = "decimal"
        node = list(node.values())
    if isinstance(node, list):
        for below in node:
            _mark_decimals(below)


def _errors(method: str, operation: Tree) -> Mapping[str, str]:
    """The errors that an operation may answer, by status."""
    errors = {status: why for status, why in ERRORS.items() if "requestBody" in operation or status in _WITHOUT_BODY}
    if "security" not in operation:
        return errors
    return errors | {status: why for status, why in OF_THE_DESK.items() if method != "get" or status not in _OF_CHANGES}


def _operations(tree: Tree) -> Iterator[tuple[str, Tree]]:
    for path in _mapping(tree["paths"]).values():
        for method, operation in _mapping(path).items():
            yield method, _mapping(operation)


def _describe_defaults(schema: Tree) -> None:
    for option in _list(schema.get("anyOf", [])):
        _describe_defaults(_mapping(option))
    for field in _mapping(schema.get("properties", {})).values():
        described = _mapping(field)
        default = described.pop("default", None)
        if default not in (None, "", [], {}):
            text = {True: "true", False: "false"}.get(default, str(default)) if isinstance(default, bool) else str(default)
            described["description"] = f"{described.get('description', '')} By default {text}.".strip()


def _mapping(node: object) -> Tree:
    assert isinstance(node, dict)
    return node


def _list(node: object) -> list[object]:
    assert isinstance(node, list)
    return node
