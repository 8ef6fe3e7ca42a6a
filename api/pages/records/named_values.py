"""Names of customers, of people and of the rulebook in answers, as people call them; the code stands beside."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Final
from urllib.parse import quote

from api.desk.choices import customer_names, people
from api.desk.desk import Desk
from api.desk.rulebook_names import names_in
from api.pages.records.tree_view import Shown
from engine.phrases import Language

_WITH_NAMES: Final = frozenset(
    (
        *("product", "family", "segment", "stage", "reason", "billing_type", "billing_process", "payment_plan", "payment_terms"),
        *("terms", "unit", "vat_class", "supply_kind", "country", "language"),
    )
)
"""Fields of answers that hold names of the rulebook; others of the same name, such as `kind`, hold words of the program too."""
_OWNER: Final = "owner"
_CUSTOMER: Final = "customer"
_BESIDE: Final = ("name", "customer_name")
"""Fields that hold the name of the customer of the same row: that stands beside its id then."""
_WITH_CODE: Final = "product"
"""Is known by its code too, so that this stands behind its name."""
_CHANGE: Final = ("field", "before", "after")
Tree = Mapping[str, object]


class Named:
    """The names of a desk in a language."""

    def __init__(self, desk: Desk, language: Language) -> None:
        self._desk, self._language = desk, language
        self._customers: dict[str, str] = {}

    def rows(self, rows: Sequence[Tree]) -> list[Tree]:
        """Things with names in place of codes; of a change, those of the field that it changed."""
        self._read_customers(rows)
        return [self._tree(row) for row in rows]

    def tree(self, tree: Tree) -> Tree:
        """The same of one thing, and of all within it."""
        return self.rows([tree])[0]

    def _tree(self, tree: Tree) -> Tree:
        changed = tree.get(_CHANGE[0]) if all(name in tree for name in _CHANGE) else None
        return {
            name: value
            if name == _CUSTOMER and any(tree.get(each) for each in _BESIDE)
            else self._value(str(changed) if changed and name in _CHANGE[1:] else name, value)
            for name, value in tree.items()
        }

    def _read_customers(self, rows: Sequence[Tree]) -> None:
        """Reads the names of the customers in some things, all at once."""
        ids = {each for row in rows for each in _customers_in(row)} - self._customers.keys()
        if ids:
            self._customers |= customer_names(self._desk, ids)

    def text(self, field: str, code: str) -> str | None:
        """What people call a value of a field; None where it has no other name."""
        names = self._people if field == _OWNER else names_in(self._desk.rulebook, field, self._language) if field in _WITH_NAMES else None
        return None if names is None else names.get(code)

    @cached_property
    def _people(self) -> Mapping[str, str]:
        return people(self._desk)

    def _value(self, field: str, value: object) -> object:
        match value:
            case str() if field == _CUSTOMER:
                name = self._customers.get(value)
                return value if name is None else shown_customer(value, name)
            case str():
                name = self.text(field, value)
                if name is None or name == value:
                    return value
                return Shown(text=f"{name} ({value})") if field == _WITH_CODE else Shown(text=name, code=value)
            case Mapping():
                return self._tree(value)
            case list():
                return [self._value(field, each) for each in value]
            case _:
                return value


def shown_customer(id_: str, name: object) -> Shown:
    """A customer by its name where that is known, its id, and the way to it."""
    return Shown(text=f"{name} ({id_})" if name else id_, link=f"/customers/{quote(id_, safe='')}")


def _customers_in(value: object) -> Iterator[str]:
    """The ids of customers in an answer."""
    match value:
        case Mapping():
            for name, each in value.items():
                if name == _CUSTOMER and isinstance(each, str):
                    yield each
                else:
                    yield from _customers_in(each)
        case list():
            for each in value:
                yield from _customers_in(each)
        case _:
            return
