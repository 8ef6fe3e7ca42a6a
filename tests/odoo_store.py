"""Records of models in memory, with the generic methods of Odoo: search_read with domains, create, write, unlink; each call is whole.

Written from Odoo's published description of its External JSON-2 API and of the ORM behind it; it has met no real server.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

Values = dict[str, Any]
Domain = list[Any]


class OdooError(Exception):
    """An error as Odoo answers it: the name of its Python exception, and the status."""

    def __init__(self, message: str, name: str = "odoo.exceptions.UserError", status: int = 422) -> None:
        super().__init__(message)
        self.name, self.status = name, status


def invalid(message: str) -> OdooError:
    """What a constraint refuses."""
    return OdooError(message, "odoo.exceptions.ValidationError")


class OdooStore:
    """The records of some models by id. `models`: the fields of each, where another model's name means one of its records."""

    def __init__(self, models: dict[str, dict[str, str]]) -> None:
        self.models = models
        self.tables: dict[str, dict[int, Values]] = {model: {} for model in models}
        self.computed: dict[tuple[str, str], Callable[[Values], Any]] = {}
        self._last = 0
        self._calls = 0

    def call(self, model: str, method: str, given: Values) -> Any:
        """The result of a method in a transaction of its own."""
        before = {name: dict(table) for name, table in self.tables.items()}
        self._calls += 1
        try:
            return getattr(self, method)(model, **given)
        except BaseException:
            self.tables = before
            raise

    def now(self) -> str:
        """The moment of a call: each has a second of its own."""
        return f"{datetime(2027, 1, 1, tzinfo=UTC) + timedelta(seconds=self._calls):%Y-%m-%d %H:%M:%S}"

    def search_read(
        self, model: str, domain: Domain, fields: Sequence[str] = (), offset: int = 0, limit: int | None = None, order: str = "id"
    ) -> list[Values]:
        """The fields of the records that match."""
        for name in fields:
            self._kind(model, name)
        rows = sorted(self.matching(model, domain), key=lambda row: (self.value(model, row, order), row["id"]))
        last = None if limit is None else offset + limit
        return [{"id": row["id"], **{name: self._shown(model, row, name) for name in fields}} for row in rows[offset:last]]

    def create(self, model: str, vals_list: list[Values]) -> list[int]:
        """The ids of new records."""
        return [self.add(model, values) for values in vals_list]

    def write(self, model: str, ids: list[int], vals: Values) -> bool:
        """Changes records."""
        for name in vals:
            self._kind(model, name)
        for each in ids:
            self.change(model, each, **vals)
        return True

    def unlink(self, model: str, ids: list[int]) -> bool:
        """Deletes records."""
        for each in ids:
            del self.tables[model][self.one(model, each)["id"]]
        return True

    def formatted_read_group(self, model: str, domain: Domain, groupby: list[str], aggregates: list[str]) -> list[Values]:
        """The sums of a field by records of another model."""
        (group,), (aggregate,) = groupby, aggregates
        sums: dict[int, Decimal] = {}
        for row in self.matching(model, domain):
            key = self.value(model, row, group)
            sums[key] = sums.get(key, Decimal()) + self.value(model, row, aggregate.removesuffix(":sum"))
        other = self._kind(model, group)
        return [
            {group: [key, self._name(other, key)], aggregate: amount, "__extra_domain": [[group, "=", key]]}
            for key, amount in sums.items()
        ]  # fmt: skip

    def add(self, model: str, values: Values) -> int:
        """A new record."""
        for name in values:
            self._kind(model, name)
        self._last += 1
        row = {"id": self._last, **dict.fromkeys(self.models[model], False), **values}
        self.tables[model][self._last] = {**row, "write_date": self.now()}
        return self._last

    def change(self, model: str, key: int, /, **values: Any) -> None:
        """A record with other values."""
        self.tables[model][key] = {**self.one(model, key), **values, "write_date": self.now()}

    def one(self, model: str, name: int) -> Values:
        """A record by its id."""
        row = self.tables[model].get(name)
        if row is None:
            raise OdooError("Record does not exist or has been deleted.", "odoo.exceptions.MissingError", 404)
        return row

    def matching(self, model: str, domain: Domain) -> list[Values]:
        """The records of a domain in Polish notation, whose terms all count where nothing joins them."""
        return [row for row in self.tables[model].values() if self._matches(model, row, domain)]

    def value(self, model: str, row: Values, path: str) -> Any:
        """A value of a record, or of one that it names."""
        name, _, rest = path.partition(".")
        kind = self._kind(model, name)
        computed = self.computed.get((model, name))
        value = computed(row) if computed else row[name]
        if not rest:
            return value
        return self.value(kind, self.one(kind, value), rest) if value else False

    def _matches(self, model: str, row: Values, domain: Domain) -> bool:
        stack: list[bool] = []
        for term in reversed(domain):
            match term:
                case "&":
                    stack.append(min(stack.pop(), stack.pop()))
                case "|":
                    stack.append(max(stack.pop(), stack.pop()))
                case "!":
                    stack.append(not stack.pop())
                case [path, operator, wanted]:
                    stack.append(_compared(self.value(model, row, path), operator, wanted))
                case _:
                    raise OdooError(f"Invalid domain term {term!r}", "builtins.ValueError", 500)
        return all(stack)

    def _kind(self, model: str, name: str) -> str:
        if name in ("id", "write_date"):
            return "field"
        kind = self.models[model].get(name)
        if kind is None:
            raise OdooError(f"Invalid field {name!r} on {model!r}", "builtins.ValueError", 500)
        return kind

    def _shown(self, model: str, row: Values, name: str) -> Any:
        kind, value = self._kind(model, name), self.value(model, row, name)
        return [value, self._name(kind, value)] if kind in self.models and value else value

    def _name(self, model: str, name: int) -> str:
        row = self.one(model, name)
        return str(row.get("name") or row.get("code") or f"{model},{name}")


def _compared(value: Any, operator: str, wanted: Any) -> bool:
    match operator:
        case "=":
            return bool(value == wanted)
        case "!=":
            return bool(value != wanted)
        case "in":
            return value in wanted
        case "not in":
            return value not in wanted
        case "=like":
            return bool(re.fullmatch(re.escape(str(wanted)).replace("%", ".*"), str(value or "")))
        case ">" | ">=" | "<" | "<=" if value is False:
            return False
        case ">":
            return bool(value > wanted)
        case ">=":
            return bool(value >= wanted)
        case "<":
            return bool(value < wanted)
        case "<=":
            return bool(value <= wanted)
        case _:
            raise OdooError(f"Invalid operator {operator!r}", "builtins.ValueError", 500)
