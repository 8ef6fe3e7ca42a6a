"""Writes `centwright_client/models.py` and `desk.py` from the service's own description (`./run docs`)."""

from __future__ import annotations

import keyword
import re
import subprocess
import sys
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel

HERE: Final = Path(__file__).parent / "centwright_client"
_HEAD: Final = '"""{}"""\n\n# Written by client/write.py from the OpenAPI description of the service; `./run docs` writes it anew.\n\n'
_FORMATS: Final = {"date": "date", "date-time": "datetime", "decimal": "Exact"}
_TYPES: Final = {"integer": "int", "boolean": "bool", "string": "str", "null": "None"}
_OF_CHANGES: Final = ("Idempotency-Key", "If-Match", "If-None-Match")
Tree = Mapping[str, Any]


def texts(description: Tree) -> dict[str, str]:
    """Each written file by name, with the text that it should have."""
    made = _Models(description)
    methods = "\n\n".join(_method(made, *each) for each in _operations(description))
    return {"models.py": _formatted(made.text()), "desk.py": _formatted(_DESK.format(methods=methods))}


_DESK: Final = (
    _HEAD.format("Every route of the service as a method, named as its operation.")
    + """\
from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Literal

from centwright_client import models
from centwright_client.absent import ABSENT, Absent
from centwright_client.connection import Connection, Rows, Tag, filled
from centwright_client.values import Number


class Desk(Connection):
    \"\"\"The desk over HTTP; every method is a route, and refuses with an exception of `centwright_client.problems`.\"\"\"

{methods}
"""
)


def _operations(description: Tree) -> Iterator[tuple[str, str, Tree]]:
    for path, methods in description["paths"].items():
        for method, operation in methods.items():
            yield path, method.upper(), operation


# ---------------------------------------------------------------- models


class _Models:
    """The schemas that answers need, and those within requests."""

    def __init__(self, description: Tree) -> None:
        self.schemas: Tree = description["components"]["schemas"]
        self.answered = self._reached(_answer(operation) for _, _, operation in _operations(description))
        requests = [self.request(operation) for _, _, operation in _operations(description)]
        self._requested = self._reached(field for schema in requests if schema for field in schema["properties"].values())

    def request(self, operation: Tree) -> Tree | None:
        """The schema of the request of an operation, whose fields are arguments; None where it takes none."""
        if "requestBody" not in operation:
            return None
        schema = self.schemas[_name(operation["requestBody"]["content"]["application/json"]["schema"])]
        assert schema["type"] == "object", "the fields of a request are arguments"
        return dict(schema)

    def text(self) -> str:
        """The module of all models; those that others name come first."""
        names = self._in_order(self.answered | self._requested)
        classes = "\n\n\n".join(self._definition(name) for name in names)
        imports = "from datetime import date, datetime\nfrom typing import Literal\n\nfrom pydantic import ConfigDict, Field\n\n"
        ours = "from centwright_client.values import Answer, Exact, Model\n"
        return f"{_HEAD.format('What requests hold and answers say.')}{imports}{ours}\n\n{classes}\n"

    def type_of(self, schema: Tree, *, is_open: bool = False, prefix: str = "", number: str = "Exact", list_: str = "list[{}]") -> str:
        """The type of a schema; where it is open, words that a newer service knows are allowed."""

        def of(part: Tree) -> str:
            return self.type_of(part, is_open=is_open, prefix=prefix, number=number, list_=list_)

        match schema:
            case {"$ref": _}:
                return prefix + _name(schema)
            case {"anyOf": options}:
                return " | ".join(sorted(dict.fromkeys(of(option) for option in options), key=lambda type_: type_ == "None"))
            case {"const": value}:
                return f"Literal[{value!r}]"
            case {"enum": values}:
                return f"Literal[{', '.join(map(repr, values))}]" + (" | str" if is_open else "")
            case {"type": "array", "prefixItems": parts}:
                return self._tuple([of(part) for part in parts], schema.get("minItems", len(parts)))
            case {"type": "array"}:
                return list_.format(of(schema.get("items", {})))
            case {"type": "object", "additionalProperties": dict(below)} if below:
                return f"{'Mapping' if number != 'Exact' else 'dict'}[str, {of(below)}]"
            case {"type": "object"}:
                return f"{'Mapping' if number != 'Exact' else 'dict'}[str, object]"
            case {"type": "string", "format": name} if name in _FORMATS:
                return number if name == "decimal" else _FORMATS[name]
            case {"type": kind}:
                return _TYPES[kind]
            case _:
                return "object"

    def _tuple(self, parts: list[str], least: int) -> str:
        return " | ".join(f"tuple[{', '.join(parts[:length])}]" for length in range(least, len(parts) + 1))

    def _definition(self, name: str) -> str:
        schema, is_open = self.schemas[name], name in self.answered
        if "properties" not in schema:
            return f"{name} = {self.type_of(schema, is_open=is_open)}"
        about = textwrap.fill(" ".join(schema.get("description", f"`{name}` of the service.").split()), 130, subsequent_indent="    ")
        lines = [f'    """{about}"""', ""]
        if schema.get("additionalProperties") is True:
            lines += ['    model_config = ConfigDict(extra="allow")', ""]
        lines += [self._field(label, field, label in schema.get("required", ()), is_open) for label, field in schema["properties"].items()]
        return f"class {name}({'Answer' if is_open else 'Model'}):\n" + "\n".join(lines).rstrip()

    def _field(self, label: str, field: Tree, is_needed: bool, is_open: bool) -> str:
        name, type_ = _python(label), self.type_of(field, is_open=is_open)
        if not is_needed and not re.search(r"\bNone\b", type_):
            type_ += " | None"
        alias = f'alias="{label}"' if name != label else ""
        if is_needed:
            return f"    {name}: {type_}" + (f" = Field({alias})" if alias else "")
        return f"    {name}: {type_} = " + (f"Field(default=None, {alias})" if alias else "None")

    def _reached(self, starts: Iterable[Tree | None]) -> set[str]:
        """The names of schemas that some of them name, and those that these name."""
        found: set[str] = set()
        pending = [name for start in starts if start for name in _references(start)]
        while pending:
            name = pending.pop()
            if name not in found:
                found.add(name)
                pending += _references(self.schemas[name])
        return found

    def _in_order(self, names: set[str]) -> list[str]:
        ordered: dict[str, None] = {}

        def add(name: str) -> None:
            for other in sorted(set(_references(self.schemas[name])) - {name}):
                if other not in ordered:
                    add(other)
            ordered[name] = None

        for name in sorted(names):
            add(name)
        return list(ordered)


def _references(node: object) -> list[str]:
    if isinstance(node, dict):
        own = [_name(node)] if "$ref" in node else []
        return own + [name for below in node.values() for name in _references(below)]
    return [name for below in node for name in _references(below)] if isinstance(node, list) else []


def _name(reference: Tree) -> str:
    return str(reference["$ref"]).rpartition("/")[2]


def _python(label: str) -> str:
    """A name as Python takes it."""
    name = label.replace("-", "_")
    return f"{name}_" if keyword.iskeyword(name) or hasattr(BaseModel, name) else name


# ---------------------------------------------------------------- methods


def _success(operation: Tree) -> Tree:
    return next(dict(response) for status, response in operation["responses"].items() if status.startswith("2"))


def _answer(operation: Tree) -> Tree | None:
    """The schema of the answer; None where it is a file."""
    schema = _success(operation).get("content", {}).get("application/json", {}).get("schema")
    return None if schema is None else dict(schema)


def _method(models: _Models, path: str, method: str, operation: Tree) -> str:
    parameters = [one for one in operation.get("parameters", ()) if one["in"] != "header"]
    names = [one for one in parameters if one["in"] == "path"]
    query = [one for one in parameters if one["in"] == "query"]
    request = models.request(operation)
    given = (
        [(one["name"], one["schema"], one["required"]) for one in query]
        if request is None
        else [(label, field, label in request.get("required", ())) for label, field in request["properties"].items()]
    )
    arguments = [f"{_python(one['name'])}: {models.type_of(one['schema'])}" for one in names]
    named = [_argument(models, *each) for each in sorted(given, key=lambda each: not each[2])]
    if method != "GET" and "security" in operation:
        named += ["if_match: Tag = None", "idempotency_key: str | None = None"]
    head = ", ".join(["self", *arguments, *(["*", *named] if named else [])])
    answer, call = _call(models, path, method, operation, _mapping(label for label, _, _ in given), request is not None)
    about = _about(operation, query, request)
    return f'    def {operation["operationId"]}({head}) -> {answer}:\n        """{about}"""\n        return {call}'


def _argument(models: _Models, label: str, schema: Tree, is_needed: bool) -> str:
    type_ = models.type_of(schema, prefix="models.", number="Number", list_="Sequence[{}]")
    if is_needed:
        return f"{_python(label)}: {type_}"
    return f"{_python(label)}: {type_.removesuffix(' | None')} | Absent{' | None' if type_.endswith(' | None') else ''} = ABSENT"


def _mapping(labels: Iterable[str]) -> str:
    return "{" + ", ".join(f'"{label}": {_python(label)}' for label in labels) + "}"


def _call(models: _Models, path: str, method: str, operation: Tree, given: str, has_body: bool) -> tuple[str, str]:
    """What a method answers, and the expression that asks for it."""
    names = re.findall(r"\{(\w+)\}", path)
    place = f'filled("{path}", {", ".join(f"{name}={_python(name)}" for name in names)})' if names else f'"{path}"'
    query = "" if given == "{}" else f", {given}"
    answer = _answer(operation)
    if answer is None:
        return "bytes", f"self._file({place}{query})"
    model = f"models.{_name(answer)}"
    rows = models.schemas[_name(answer)].get("properties", {}).get("rows")
    if method == "GET" and "cursor" in given and rows is not None:
        row = f"models.{_name(rows['items'])}"
        return f"Rows[{row}]", f"Rows(self, {row}, {place}{query})"
    if method == "GET":
        return model, f"self._show({model}, {place}{query})"
    if "security" not in operation:
        return model, f"self._evaluate({model}, {place}, {given})"
    body = given if has_body else "None"
    return model, f'self._change({model}, "{method}", {place}, {body}, if_match, idempotency_key)'


def _about(operation: Tree, query: list[Tree], request: Tree | None) -> str:
    """The docstring: what it does, who may, and what its arguments say of themselves."""
    fields = {one["name"]: one for one in query} if request is None else request["properties"]
    notes = [f"`{_python(label)}`: {text}" for label, field in fields.items() if (text := field.get("description"))]
    roles = [f"For {', '.join(operation['x-roles'])}."] if "x-roles" in operation else []
    lines = [f"{operation.get('summary', operation['operationId']).rstrip('.')}.", *([""] if notes or roles else []), *roles, *notes]
    wrapped = [line if len(line) < 120 else line[:117] + " …" for line in lines]
    return "\n        ".join(wrapped) + ("\n        " if len(wrapped) > 1 else "")


def _formatted(text: str) -> str:
    """The text as ruff lays it out."""
    command = [sys.executable, "-m", "ruff", "format", "--quiet", "--config", str(HERE.parents[1] / "pyproject.toml"), "-"]
    stripped = re.sub(r"[ \t]+$", "", text, flags=re.M)
    return subprocess.run(command, input=stripped, capture_output=True, text=True, check=True).stdout


def main() -> None:
    """Writes both files."""
    from api.http.app import create_app
    from api.rulebook_folder import read_folder

    for name, text in texts(create_app(read_folder(HERE.parents[1])).description()).items():
        (HERE / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
