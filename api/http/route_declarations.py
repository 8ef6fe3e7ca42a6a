"""How routes of the desk are declared: once, beside the function that answers; everything else is made from the declaration.

The routes of FastAPI, the OpenAPI description, the matrix of roles and the reference page all come from `Route`.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal, get_args

from pydantic import BaseModel

from api.desk.desk import Desk
from api.desk.listing import Listing
from api.http.request_parsing import LARGEST_BODY, LARGEST_FORM
from api.http.run_processes import RunProcesses
from api.settings import Settings
from api.store.api_keys import ApiKey
from api.store.users import ROLES, Role
from engine.phrases import Language

Method = Literal["GET", "POST", "PATCH", "PUT", "DELETE"]
Roles = tuple[Role, ...]
EVERYONE: Final[Roles] = ROLES
SALES: Final[Roles] = ("sales", "admin")
SALES_AND_BILLING: Final[Roles] = ("sales", "billing", "admin")
BILLING: Final[Roles] = ("billing", "admin")
ACCOUNTING: Final[Roles] = ("accounting", "admin")
FINANCE: Final[Roles] = ("billing", "accounting", "admin")
ANALYSTS: Final[Roles] = ("analyst", "admin")
ADMIN: Final[Roles] = ("admin",)
_NAME: Final = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request of a route: the desk with the version in force, the key that asks, and what the service knows besides."""

    desk: Desk
    key: ApiKey
    language: Language
    rulebook_folder: Path
    """The folder of the templates."""
    runs: RunProcesses
    """Where runs go on."""
    is_any_webhook_allowed: bool = False
    """Whether webhooks may have addresses of one's own network."""
    vies_url: str | None = None
    """The address of the register of VAT numbers; None: nothing is asked."""
    accounting_url: str | None = None
    """The accounting tool, where one is set."""
    settings: Settings
    """The settings of the service."""

    @property
    def person(self) -> str:
        """Who asks: the user of the key, else the key."""
        return self.key.user or self.key.name


@dataclass(frozen=True, slots=True)
class Download:
    """A file as an answer."""

    content: bytes
    media_type: str
    name: str


SHOWN_ONCE: Final = "x-shown-once"
"""Marks a field of an answer that is never stored: it is null where the answer is repeated to an Idempotency-Key."""

FILE: Final = "x-file"
"""Marks a field of a request that holds a file: as its `text`, or as its bytes in `base64`."""
FILE_NAME: Final = "x-file-name"
"""Beside it: the field of the request that holds the name of the file, where there is one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One route: how it is asked, by whom, what it answers, and the function that does it."""

    resource: str
    """The resource that scopes name."""
    method: Method
    path: str
    name: str
    """The name of the operation in generated clients and in the audit trail: that of the function."""
    summary: str
    description: str
    roles: Roles
    call: Callable[..., object]  # of a Call, the names in the path, and `body` or `query` where it has them
    request: type[BaseModel] | None = None
    query: type[BaseModel] | None = None
    answer: type[BaseModel] | None = None
    """None: it answers with a file."""
    media_types: tuple[str, ...] = ("application/json",)
    example: Mapping[str, object] | None = None
    location: str | None = None
    """Where what it creates is found, such as `/v1/orders/{id}`: with the fields of the answer. None: it creates nothing."""
    listing: Listing | None = None
    is_one_transaction: bool = True
    """Whether all that it does is one transaction of the database, with its entry in the audit trail and its stored answer."""

    is_autosaved: bool = False
    """Whether pages send it again and again as one types: of texts alone the audit trail has one entry an hour for each person."""

    @property
    def scope(self) -> str:
        """What a key's scopes must allow."""
        return f"{self.resource}:{'read' if self.method == 'GET' else 'write'}"

    @property
    def names(self) -> tuple[str, ...]:
        """The names in its path."""
        return names_in(self.path)

    @property
    def takes_files(self) -> bool:
        """Whether its request holds files, or a list of what holds one."""
        if self.request is None:
            return False
        listed = (part for each in self.request.model_fields.values() for part in get_args(each.annotation))
        models = (self.request, *(part for part in listed if isinstance(part, type) and issubclass(part, BaseModel)))
        extras = (each.json_schema_extra for model in models for each in model.model_fields.values())
        return any(isinstance(extra, dict) and FILE in extra for extra in extras)

    @property
    def largest_request(self) -> int:
        """How many bytes its request may have."""
        return LARGEST_FORM if self.takes_files else LARGEST_BODY

    @property
    def status(self) -> int:
        """The status of its answer."""
        return 201 if self.location else 200

    @property
    def shown_once(self) -> tuple[str, ...]:
        """The fields of its answer that are shown this once, such as a new key."""
        fields = {} if self.answer is None else self.answer.model_fields
        extras = ((name, field.json_schema_extra) for name, field in fields.items())
        return tuple(name for name, extra in extras if isinstance(extra, dict) and SHOWN_ONCE in extra)


def names_in(path: str) -> tuple[str, ...]:
    """The names in a path."""
    return tuple(_NAME.findall(path))


def shape(path: str) -> str:
    """A path without what its names are called."""
    return _NAME.sub("{}", path)


_Function = Callable[..., object]


@dataclass(slots=True)
class Resource:
    """The routes of one resource, in the order of their declaration; its methods are decorators of the functions that answer."""

    name: str
    title: str
    routes: list[Route] = field(default_factory=list)

    def show(self, path: str, answer: type[BaseModel], *, roles: Roles = EVERYONE, query: type[BaseModel] | None = None) -> _Decorator:
        """A function that answers one thing, such as `/v1/orders/{order}`; what is below that path is changed only as it is there."""

        def declare(function: _Function) -> _Function:
            self._add(function, "GET", path, roles, answer=answer, query=query)
            return function

        return declare

    def verb(
        self,
        path: str,
        answer: type[BaseModel],
        *,
        roles: Roles,
        request: type[BaseModel] | None = None,
        example: Mapping[str, object] | None = None,
        method: Method = "POST",
        location: str | None = None,
        is_one_transaction: bool = True,
        is_autosaved: bool = False,
    ) -> _Decorator:
        """A function that changes something; where it creates something, `location` says where that is found."""

        def declare(function: _Function) -> _Function:
            self._add(
                function,
                method,
                path,
                roles,
                answer=answer,
                request=request,
                example=example,
                location=location,
                is_one_transaction=is_one_transaction,
                is_autosaved=is_autosaved,
            )
            return function

        return declare

    def file(self, path: str, *media_types: str, roles: Roles = EVERYONE, query: type[BaseModel] | None = None) -> _Decorator:
        """A function that answers with a file."""

        def declare(function: _Function) -> _Function:
            self._add(function, "GET", path, roles, media_types=media_types, query=query)
            return function

        return declare

    def list_of(self, path: str, listing: Listing, summary: str, *, roles: Roles = EVERYONE) -> None:
        """A list by page as JSON, and whole as CSV and XLSX."""
        from api.http.lists import list_routes

        self.routes += list_routes(self.name, path, listing, summary, roles)

    def _add(
        self,
        function: _Function,
        method: Method,
        path: str,
        roles: Roles,
        *,
        request: type[BaseModel] | None = None,
        query: type[BaseModel] | None = None,
        answer: type[BaseModel] | None = None,
        media_types: Sequence[str] = ("application/json",),
        example: Mapping[str, object] | None = None,
        location: str | None = None,
        is_one_transaction: bool = True,
        is_autosaved: bool = False,
    ) -> None:
        text = inspect.cleandoc(function.__doc__ or "")
        self.routes.append(
            Route(
                resource=self.name,
                method=method,
                path=path,
                name=function.__name__,
                summary=_summary(text),
                description=text,
                roles=roles,
                call=function,
                request=request,
                query=query,
                answer=answer,
                media_types=tuple(media_types),
                example=example,
                location=location,
                is_one_transaction=is_one_transaction,
                is_autosaved=is_autosaved,
            )
        )


_Decorator = Callable[[_Function], _Function]


def _summary(text: str) -> str:
    """The first sentence of a docstring, without its full stop."""
    return re.split(r"(?<=[a-z)`])[.:;](?:\s|$)", " ".join(text.split("\n\n")[0].split()))[0]
