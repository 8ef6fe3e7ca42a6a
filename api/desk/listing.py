"""What every list is made of: the columns and conditions that it has, and its rows in any of its orders, from any place on."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from pydantic import BaseModel

from api.desk.desk import Desk
from api.desk.filtering import Facts, Filter, names_of_fields
from api.output.sheets import Cell
from api.refusals import unknown
from api.store import document_keys, walks
from api.store.sql import Reading
from api.store.walks import Place, Start, Walk
from engine.money import Currency, Money
from engine.problems import Kind, refuse

T = TypeVar("T")
Cells = tuple[Cell, ...]
Row = tuple[Place, Cells]
Totals = tuple[int | None, Mapping[str, Money] | None]
"""How many rows there are, and their sums."""
BACKWARDS: Final = Kind("period-backwards", "the last day, {end}, lies before the first, {begin}", "write the two days the other way round")
STOPPED: Final[Cells] = ()
"""In the place of a row's cells: enough rows were looked at, and the next page goes on after this place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A list: its name, its columns with their types, its conditions, and its orders besides that of its key."""

    name: str
    row: type[BaseModel]
    conditions: type[BaseModel]
    """Its fields are what may be asked of the rows; `where` is a condition of the rule language."""
    key: str
    ordered_by: tuple[str, ...] = ()
    subject: str | None = None
    """Of what the vocabulary may declare fields, which are columns too."""
    is_one_way: bool = False
    """Whether it is never read backwards."""
    rows: Callable[..., Iterator[Row]]  # of the desk, its own conditions and a start
    totals: Callable[..., Totals]  # of the desk and its own conditions; None for what only the rows themselves tell
    summed: tuple[str, ...] = ()
    """The columns of amounts that have a sum."""
    facets: tuple[str, ...] = ()
    """The conditions whose values are counted beside the list."""
    counts_by: Callable[..., Mapping[str, Mapping[str, int]]] | None = None  # of the desk, its own conditions and the names of facets
    has: Callable[..., bool] | None = None  # of the desk, its own conditions and a key: whether there is such a row

    def read(self, desk: Desk, conditions: BaseModel, start: Start) -> Iterator[Row]:
        """The rows from a start on, for which conditions hold; refuses what no row can meet: an unknown name, days in the wrong order."""
        given = {name: value for name, value in conditions if value is not None}
        for name, first in given.items():
            until = f"{name.removesuffix('_from')}_to"
            if name.endswith("_from") and until in given and given[until] < first:
                raise refuse(BACKWARDS, None, f"/{until}", begin=first, end=given[until])
        with desk.store.reading() as connection:
            for what, name in self._named(given):
                if not document_keys.is_stored(connection, what, name):
                    raise unknown(what, name)
        return self.rows(desk, conditions, start)

    def _named(self, given: Mapping[str, object]) -> Iterator[tuple[str, str]]:
        """The documents that conditions name, with their kinds."""
        kinds = {name: name for name in ("customer", "opportunity", "order", "item")} | {"corrects": self.name.removesuffix("s")}
        yield from ((kinds[name], str(text)) for name, text in given.items() if name in kinds)

    def columns(self, desk: Desk) -> tuple[str, ...]:
        """The names of its columns: its own, and those that the vocabulary declares."""
        own = names_of_fields(desk, self.subject) if self.subject else ()
        return (*self.row.model_fields, *own)


@dataclass(frozen=True, slots=True, kw_only=True)
class Walked:
    """How the rows of a walk become the rows of a list."""

    walk: Walk
    load: Callable[[Desk, Reading, Collection[str]], Mapping[str, object]]
    """Documents by key."""
    cells: Callable[..., Cells]  # of the desk and a document
    facts: Callable[..., Callable[..., Facts]] | None = None  # of a filter: the facts of a document
    fits: Callable[..., bool] | None = None  # of a document and the conditions: those that only the document itself tells
    computed: tuple[str, ...] = ()
    """The conditions that `fits` decides."""
    criteria: Callable[[Desk, Mapping[str, object]], Mapping[str, object]] = lambda _desk, given: given
    """The criteria of a walk for conditions, as of the business date."""

    def rows(self, desk: Desk, conditions: BaseModel, start: Start) -> Iterator[Row]:
        """The rows from a start on, for which the conditions hold."""
        criteria = self.criteria(desk, dict(conditions))
        filtering = Filter(desk, where if isinstance(where := criteria.get("where"), str) else None)
        with desk.store.reading() as connection:
            seen, last = 0, start.after or ()
            for batch in walks.batches(connection, self.walk, start, criteria):
                if start.most is not None and seen >= start.most:
                    yield last, STOPPED
                    return
                by_key = self.load(desk, connection, [key for _, key in batch])
                for place, key in batch:
                    one = by_key[key]
                    if (self.fits is None or self.fits(one, conditions)) and self._holds(filtering, one):
                        yield place, self.cells(desk, one)
                    last = place
                seen += len(batch)

    def count(self, desk: Desk, conditions: BaseModel) -> int | None:
        """How many rows there are; None where a condition has to look at each."""
        criteria = self._criteria(desk, conditions)
        if criteria is None:
            return None
        with desk.store.reading() as connection:
            return walks.count(connection, self.walk, criteria)

    def totals(self, desk: Desk, conditions: BaseModel) -> Totals:
        """How many rows there are and their sums, in one reading of them."""
        criteria = self._criteria(desk, conditions)
        if criteria is None or not self.walk.summed:
            return self.count(desk, conditions), None
        with desk.store.reading() as connection:
            by_currency = walks.totals(connection, self.walk, criteria)
        count = sum(each.rows for each in by_currency.values())
        if not by_currency:
            return count, dict.fromkeys(self.walk.summed, Money(0, desk.rulebook.currency))
        ((code, one), *others) = by_currency.items()
        return count, {} if others else {name: Money(minor, Currency.of(code)) for name, minor in one.sums.items()}

    def counts_by(self, desk: Desk, conditions: BaseModel, names: Sequence[str]) -> Mapping[str, Mapping[str, int]]:
        """How many rows there are for each value of some conditions, by the others that the database tells."""
        criteria = self.criteria(desk, dict(conditions))
        if any(criteria.get(each) is not None for each in (*self.computed, "where")):
            return {}
        with desk.store.reading() as connection:
            return walks.counts_by(connection, self.walk, criteria, names)

    def _criteria(self, desk: Desk, conditions: BaseModel) -> Mapping[str, object] | None:
        """The criteria of a walk, where the database alone tells which rows fit."""
        criteria = self.criteria(desk, dict(conditions))
        return None if any(criteria.get(name) is not None for name in (*self.computed, "where")) else criteria

    def has(self, desk: Desk, _conditions: BaseModel, key: str) -> bool:
        """Whether there is a row with a key, whatever the conditions."""
        with desk.store.reading() as connection:
            return walks.has(connection, self.walk, key)

    def _holds(self, filtering: Filter, one: object) -> bool:
        return self.facts is None or any(True for _ in filtering.matching([one], self.facts(filtering)))


def listing(
    name: str,
    row: type[BaseModel],
    conditions: type[BaseModel],
    walked: Walked,
    *,
    subject: str | None = None,
    facets: tuple[str, ...] = (),
) -> Listing:
    """The list of a walk."""
    return Listing(
        name=name,
        row=row,
        conditions=conditions,
        key=next(iter(row.model_fields)),
        ordered_by=tuple(walked.walk.ordered_by),
        subject=subject,
        rows=walked.rows,
        totals=walked.totals,
        summed=tuple(walked.walk.summed),
        facets=facets,
        counts_by=walked.counts_by if facets else None,
        has=walked.has,
    )


def uncounted(_desk: Desk, _conditions: BaseModel) -> Totals:
    """The totals of a list of which only the rows themselves tell how many there are."""
    return None, None


def own_cells(desk: Desk, subject: str, attributes: Mapping[str, str]) -> Cells:
    """The values of the fields that the vocabulary declares, for the columns of a list."""
    return tuple(attributes.get(name) for name in names_of_fields(desk, subject))
