"""Calls of Odoo over its External JSON-2 API: methods of models, their values, and what the answers mean."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Final
from urllib.parse import unquote

from api.delivery.accounting.connector import BookingRefused, ConnectorFault
from api.delivery.accounting.tryton_rpc import BAD_ACCOUNTING_URL
from api.delivery.limited_requests import Address, NoAnswer, address_in
from api.delivery.outcome import printable
from engine.money import Currency, Money
from engine.phrases import phrase
from engine.problems import refuse

SECONDS: Final = 60.0
"""How long one request may take; posting an invoice may make Odoo print and send it."""
_REFUSALS: Final = ("UserError", "ValidationError", "RedirectWarning")
"""The errors that a person must mend."""
_NOT_ALLOWED: Final = ("Unauthorized", "AccessDenied", "AccessError")
_READING: Final = ("search_read", "formatted_read_group", "context_get")
"""The methods that change nothing: they are called again at once where their answer is lost."""
_TRIES: Final = 3
_PAGE: Final = 500
_NOISE: Final = Decimal("0.00001")
"""How far a sum of binary fractions may be from its amount."""
Value = object
"""A value of a field."""
Row = Mapping[str, Value]
"""A record by the names of its fields."""


REFUSED_KEY: Final = phrase(
    "Odoo refuses the key in CENTWRIGHT_ACCOUNTING_URL, which lasts three months at most, or its user may not book invoices"
)


class OdooRefusal(BookingRefused):
    """What Odoo says that a person must mend."""

    def __init__(self, text: str) -> None:
        super().__init__(phrase("Odoo refuses it: {answer}; mend it there, then `outbox retry`", answer=text), text)


class _Busy(ConnectorFault):
    """It says when it wants to be asked again."""


@dataclass
class OdooRpc:
    """A database of a server, with the key of a user."""

    address: Address
    key: str = field(repr=False)
    database: str = ""
    """Empty where the host has one only."""
    seconds: float = SECONDS
    context: Mapping[str, Value] = field(default_factory=dict)
    """The company, and English: names of taxes are compared."""

    def call(self, model: str, method: str, **given: Value) -> Value:
        """The result of a method of a model, of its records where `ids` are given."""
        for left in reversed(range(_TRIES if method in _READING else 1)):
            try:
                return self._result(model, method, given)
            except ConnectorFault as fault:
                if not left or isinstance(fault, _Busy):
                    raise
        raise AssertionError(method)

    def search(self, model: str, domain: Sequence[Value], fields: Sequence[str]) -> list[Row]:
        """The records that match a domain, in the order of their ids."""
        rows: list[Row] = []
        while True:
            after = [["id", ">", rows[-1]["id"]]] if rows else []
            page = rows_of(self.call(model, "search_read", domain=[*domain, *after], fields=list(fields), limit=_PAGE, order="id"))
            if not all(number(row.get("id")) and row.keys() >= {*fields} for row in page):
                raise ConnectorFault("an answer without the fields that were asked for")
            rows += page
            if len(page) < _PAGE:
                return rows

    def create(self, model: str, values: Sequence[Row]) -> list[int]:
        """The ids of new records."""
        ids = self.call(model, "create", vals_list=list(values))
        if not isinstance(ids, list) or len(ids) != len(values) or not all(isinstance(each, int) for each in ids):
            raise ConnectorFault("an answer that is no list of ids")
        return ids

    def _result(self, model: str, method: str, given: Mapping[str, Value]) -> Value:
        body = _text({"context": self.context, **given}).encode()
        headers = {"Content-Type": "application/json; charset=utf-8", "Authorization": f"bearer {self.key}"}
        headers |= {"X-Odoo-Database": self.database} if self.database else {}
        try:
            status, retry_after, content = self.address.request("POST", f"/json/2/{model}/{method}", body, headers, self.seconds)
        except NoAnswer as fault:
            raise ConnectorFault(str(fault), self.seconds) from None  # what it still does may come to an end then
        tree = _tree(content)
        if status == 200 and not isinstance(tree, _Rubbish):
            return tree
        if status != 200 and isinstance(tree, dict):
            _raise_by_name(str(tree.get("name", "")), printable(str(tree.get("message", ""))))
        text = f"status {status}" if status != 200 else "200, and an answer that cannot be read"
        if isinstance(tree, dict) and tree.get("name"):
            text = f"{text}: {tree['name']}: {tree.get('message', '')}"
        raise ConnectorFault(text) if retry_after is None else _Busy(text, retry_after)


def odoo_rpc(url: str, *, seconds: float = SECONDS) -> OdooRpc:
    """The database of a setting: `odoo+https://key@host/database`, without the database where the host has one only."""
    address, parts = address_in(url.removeprefix("odoo+"), BAD_ACCOUNTING_URL)
    path, _, name = parts.path.rpartition("/")
    key, database = unquote(parts.username or ""), unquote(name)
    if not key or not (database.isascii() and (database.isprintable())):
        raise refuse(BAD_ACCOUNTING_URL, because=phrase("it has no key, or a database that a header cannot carry"))
    return OdooRpc(replace(address, path=path), key, database, seconds)


def rows_of(value: Value) -> list[Row]:
    """The records of an answer."""
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        raise ConnectorFault("an answer that is no list of records")
    return value


def number(value: Value) -> int:
    """An id, also that of another record, which has its name beside it."""
    match value:
        case bool():
            raise ConnectorFault("an answer without an id")
        case int():
            return value
        case [int(name), *_]:
            return name
        case _:
            raise ConnectorFault("an answer without an id")


def text_of(value: Value) -> str:
    """A text; Odoo writes `false` where there is none."""
    return value if isinstance(value, str) else ""


def day(value: Value) -> date | None:
    """A date of a field."""
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        raise ConnectorFault("an answer whose date is none") from None


def money(value: Value, currency: Currency) -> Money:
    """An amount in minor units; a part of one is a fault of the tool."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise ConnectorFault("an answer without an amount")
    try:
        rounded = round(Decimal(value), currency.exponent)
        if abs(rounded - Decimal(value)) <= _NOISE:
            return Money.parse(f"{rounded:f}", currency)
    except (ArithmeticError, ValueError):
        pass  # far too large
    raise ConnectorFault(f"an amount of {value} {currency}")


class _Rubbish:
    """What is no JSON."""


def _tree(content: bytes) -> Value:
    try:
        tree: Value = json.loads(content, parse_float=Decimal, parse_constant=_refuse_constant)
    except (ValueError, RecursionError, ArithmeticError):
        return _Rubbish()
    return tree


def _refuse_constant(text: str) -> Value:
    raise ValueError(text)


def _raise_by_name(name: str, message: str) -> None:
    """Raises an error that has its own meaning, by the name of its Python exception."""
    last = name.rpartition(".")[2]
    if last in _REFUSALS:
        raise OdooRefusal(message)
    if last in _NOT_ALLOWED:
        raise BookingRefused(REFUSED_KEY, message)


def _text(value: Value) -> str:
    """A value as JSON, in which amounts are numbers with exactly the digits that they have."""
    match value:
        case Decimal():
            return f"{value:f}"
        case Mapping():
            return "{" + ", ".join(f"{json.dumps(name)}: {_text(each)}" for name, each in value.items()) + "}"
        case list() | tuple():
            return "[" + ", ".join(map(_text, value)) + "]"
        case date():
            return json.dumps(value.isoformat())
        case bytes():
            return json.dumps(base64.b64encode(value).decode())
        case _:
            return json.dumps(value)
