"""Calls of Tryton over JSON-RPC: login, methods of models, their values, and what the answers mean."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final
from urllib.parse import unquote

from api.delivery.accounting.connector import BookingRefused, ConnectorFault
from api.delivery.accounting.tryton_refusals import REFUSED_USER, refusal_of
from api.delivery.limited_requests import Address, NoAnswer, address_in
from api.delivery.outcome import printable
from engine.problems import Kind

BAD_ACCOUNTING_URL: Final = Kind(
    "bad-accounting-url",
    "CENTWRIGHT_ACCOUNTING_URL is no address of an accounting tool: {because}",
    "write tryton+https://USER:PASSWORD@host/DATABASE or odoo+https://KEY@host/DATABASE; http is for this machine only",
)
SECONDS: Final = 60.0
"""How long one request may take; a server that posts a batch prints each of its documents."""
_LOGGED_OUT: Final = 401
_NOT_ALLOWED: Final = 403
_PAGE: Final = 500
_READING: Final = (".search_read", ".read", ".get_preferences")
"""The methods that change nothing: they are called again at once where their answer is lost."""
_TRIES: Final = 3
Value = object
"""A value of a field."""
Row = Mapping[str, Value]
"""A record by the names of its fields; those of another model behind `name.`."""


class TrytonRefusal(BookingRefused):
    """What Tryton says that a person must mend."""

    def __init__(self, text: str) -> None:
        super().__init__(refusal_of(text), text)


class TrytonQuestion(Exception):
    """What Tryton asks back before it goes on, by the name of the question."""

    def __init__(self, name: str, text: str) -> None:
        super().__init__(printable(text))
        self.name = name


class NotAllowed(BookingRefused):
    """The user of the connector may not do that, or the password is wrong."""

    def __init__(self, text: str) -> None:
        super().__init__(REFUSED_USER, text)


@dataclass
class TrytonRpc:
    """A database of a server, with a user. Logs in where it is not, and once more where the session has ended."""

    address: Address
    user: str
    password: str = field(repr=False)
    seconds: float = SECONDS
    context: Mapping[str, Value] = field(default_factory=dict)
    """The company, and English: causes are known by their words."""
    _session: str = field(default="", init=False, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False)

    def call(self, method: str, *parameters: Value, context: Mapping[str, Value] | None = None) -> Value:
        """The result of a method of a model, such as `account.invoice.create`."""
        given = [*parameters, {**self.context, **(context or {})}]
        tries = _TRIES if method.endswith(_READING) else 1
        for left in reversed(range(tries)):
            try:
                return self._result(f"model.{method}", given)
            except ConnectorFault:
                if not left:
                    raise
        raise AssertionError(tries)

    def _result(self, method: str, given: Sequence[Value]) -> Value:
        status, tree = self._post(method, given, self._logged_in())
        if status == _LOGGED_OUT:
            with self._lock:
                self._session = ""
            status, tree = self._post(method, given, self._logged_in())
        return _result(status, tree)

    def search(self, model: str, domain: Sequence[Value], fields: Sequence[str], order: str = "id") -> list[Row]:
        """The records that match a domain, in the order of a field."""
        rows: list[Row] = []
        while True:
            page = self.call(f"{model}.search_read", list(domain), len(rows), _PAGE, [[order, "ASC"]], list(fields))
            if not isinstance(page, list) or not all(isinstance(row, dict) for row in page):
                raise ConnectorFault("an answer that is no list of records")
            rows += page
            if len(page) < _PAGE:
                return rows

    def create(self, model: str, values: Sequence[Row]) -> list[int]:
        """The ids of new records."""
        ids = self.call(f"{model}.create", list(values))
        if not isinstance(ids, list) or len(ids) != len(values) or not all(isinstance(each, int) for each in ids):
            raise ConnectorFault("an answer that is no list of ids")
        return ids

    def wizard(self, name: str, model: str, ids: Sequence[int]) -> None:
        """Lets a wizard that asks nothing do its work on some records."""
        context = {**self.context, "active_model": model, "active_id": ids[0], "active_ids": list(ids)}
        session = self._result(f"wizard.{name}.create", [context])
        if not isinstance(session, list) or len(session) < 2:
            raise ConnectorFault("an answer that is no session of a wizard")
        self._result(f"wizard.{name}.execute", [session[0], {}, session[1], context])
        self._result(f"wizard.{name}.delete", [session[0], context])

    def _logged_in(self) -> str:
        with self._lock:
            if not self._session:
                status, tree = self._post("common.db.login", [self.user, {"password": self.password}], "")
                if status in (_LOGGED_OUT, _NOT_ALLOWED):
                    raise NotAllowed("login")
                session = _result(status, tree)
                if not (isinstance(session, list) and len(session) > 1 and isinstance(session[0], int) and isinstance(session[1], str)):
                    raise ConnectorFault("an answer that is no session")
                self._session = base64.b64encode(f"{self.user}:{session[0]}:{session[1]}".encode()).decode()
            return self._session

    def _post(self, method: str, parameters: Sequence[Value], session: str) -> tuple[int, Row]:
        body = json.dumps({"id": 1, "method": method, "params": list(parameters)}, default=_encoded).encode()
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        headers |= {"Authorization": f"Session {session}"} if session else {}
        try:
            status, retry_after, content = self.address.request("POST", "/rpc/", body, headers, self.seconds)
        except NoAnswer as fault:
            raise ConnectorFault(str(fault), self.seconds) from None  # what it still does may come to an end then
        if status in (_LOGGED_OUT, _NOT_ALLOWED):
            return status, {}
        if status != 200:
            raise ConnectorFault(f"status {status}", retry_after)
        try:
            tree = json.loads(content, object_hook=_decoded)
        except (ValueError, RecursionError, ArithmeticError, KeyError, TypeError):
            tree = None
        if not isinstance(tree, dict) or tree.keys() & {"result", "error"} == set():
            raise ConnectorFault(f"{status}, and an answer that cannot be read")
        return status, tree


def tryton_rpc(url: str, *, seconds: float = SECONDS) -> TrytonRpc:
    """The database of a setting: `tryton+http://user:password@127.0.0.1:8000/database`."""
    address, parts = address_in(url.removeprefix("tryton+"), BAD_ACCOUNTING_URL)
    return TrytonRpc(address, unquote(parts.username or ""), unquote(parts.password or ""), seconds)


def day(value: Value) -> date | None:
    """A date of a field."""
    return value if isinstance(value, date) else None


def number(value: Value) -> int:
    """An id or another whole number."""
    if not isinstance(value, int):
        raise ConnectorFault("an answer without a number")
    return value


def decimal(value: Value) -> Decimal:
    """An amount; none is zero."""
    if value is None:
        return Decimal()
    if not isinstance(value, Decimal):
        raise ConnectorFault("an answer without an amount")
    return value


def rows_in(row: Row, name: str) -> list[Row]:
    """The records of another model behind a field."""
    value = row.get(f"{name}.")
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def row_in(row: Row, name: str) -> Row:
    """The record of another model behind a field; an empty one where there is none."""
    value = row.get(f"{name}.")
    return value if isinstance(value, dict) else {}


def _result(status: int, tree: Row) -> Value:
    """The result; what a person must answer or mend is raised."""
    if status != 200:
        raise NotAllowed(f"status {status}")
    if "error" not in tree:
        return tree.get("result")
    match tree["error"]:
        case ["UserError", [str(text), *_]]:
            raise TrytonRefusal(printable(text))
        case ["UserWarning", [str(name), str(text), *_]]:
            raise TrytonQuestion(name, text)
        case [str(text), *_]:
            raise ConnectorFault(text)
        case other:
            raise ConnectorFault(f"an error that is not known: {other}")


def _encoded(value: object) -> object:
    match value:
        case Decimal():
            return {"__class__": "Decimal", "decimal": str(value)}
        case date():
            return {"__class__": "date", "year": value.year, "month": value.month, "day": value.day}
        case bytes():
            return {"__class__": "bytes", "base64": base64.b64encode(value).decode()}
        case _:
            raise TypeError(type(value).__name__)


def _decoded(tree: dict[str, object]) -> object:
    match tree:
        case {"__class__": "Decimal", "decimal": str(text)}:
            return Decimal(text)
        case {"__class__": "date", "year": int(year), "month": int(month), "day": int(day_of_month)}:
            return date(year, month, day_of_month)
        case {"__class__": "datetime"}:
            names = ("year", "month", "day", "hour", "minute", "second", "microsecond")
            return "{:04}-{:02}-{:02} {:02}:{:02}:{:02}.{:06}".format(*(int(str(tree[name])) for name in names))
        case _:
            return tree
