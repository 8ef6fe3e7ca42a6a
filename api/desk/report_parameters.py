"""The parameters of reports, read from the signatures of their functions, so that the command line and other interfaces agree.

A parameter of a report is annotated: `Annotated[Period, Months(1)]` is a first and a last day, `Annotated[str | None, Option("Only …")]`
a text; a tuple of a `Literal` is the keys by which rows are grouped, a `Literal` a choice, a `bool` a flag, a `date` a day.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from inspect import Parameter as SignatureParameter
from inspect import signature
from typing import Annotated, Final, Generic, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from api.output.sheets import Sheet
from engine.dates import YEARS, Period, month_after
from engine.problems import Kind, Refusal, refuse

_Row = TypeVar("_Row")
Report = Callable[..., Sheet]
"""A function of the desk and of parameters by name."""
NO_KEY = Kind("unknown-key", "a report cannot be grouped by `{key}`", "write some of {keys}, with commas between them")
ENDS_TOO_EARLY = Kind(
    "end-before-month",
    "the report ends on {end}, before it begins on {begin}, where nothing else is said",
    "write its first day too: `from`",
)
BACKWARDS = Kind("period-backwards", "the report ends on {end}, before it begins on {begin}", "write the two days the other way round")
TOO_LATE = Kind("report-too-late", "no report goes beyond the year {year}", "write an earlier day")
BEYOND_PLANS: Final = Kind(
    "beyond-plans", "{day} lies more than {years} years after today, {today}: nothing is planned so far ahead", "write a day until {last}"
)
YEARS_AHEAD: Final = 10
"""How many years ahead of today a report or a run may reach."""
NO_ROW: Final = Kind("no-such-row", "there is no row `{name}` to begin after", "write for `after` what `next` of the page before says")
NO_MONTH: Final = Kind("not-a-month", "`{text}` is no month", "write it as 2027-01")
LAST_YEAR: Final = YEARS[-1]
CUSTOMERS_AT_ONCE: Final = 200
"""Of how many customers rows are read together, where a page has the rows of one customer after another."""
MOST_ROWS: Final = 100_000
"""The most rows of one page."""


@dataclass(frozen=True, slots=True)
class Option:
    """The help text of a parameter, and its public name where that differs from the parameter's."""

    help: str
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Months:
    """The default period of a report: this many months from the first day of the current one."""

    count: int


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a report or list: how many rows at most, and after which one it begins (None: at the first)."""

    limit: int
    after: str | None = None
    """The name of a group of rows, such as an order, after which it begins; or that and how many of its rows were shown: `NAME:3`."""

    @property
    def place(self) -> tuple[str | None, int | None]:
        """The group in which the page before ended, and how many of its rows were shown; None: all."""
        name, _, shown = (self.after or "").rpartition(":")
        return (name, int(shown)) if name and shown.isdecimal() else (self.after, None)

    @property
    def from_(self) -> str | None:
        """The group with which it begins, where the page before showed a part of it."""
        name, shown = self.place
        return None if shown is None else name

    def rest_of(self, groups: Iterable[str]) -> list[str]:
        """The groups, in their order, that the pages before have not shown, or not as a whole."""
        name, shown = self.place
        return [group for group in groups if name is None or group > name or (group == name and shown is not None)]


class Filling(Generic[_Row]):
    """The rows of a page, filled group by group, and where the next page begins."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.rows: list[_Row] = []
        self.next: str | None = None
        self._last: str | None = None

    @property
    def is_full(self) -> bool:
        """Whether nothing can be added any more."""
        return len(self.rows) >= self.page.limit

    def add(self, group: str, rows: Sequence[_Row]) -> bool:
        """Adds the rows of the next group that were not shown and still fit; gives whether others can follow on this page."""
        name, shown = self.page.place
        begin = (len(rows) if shown is None else shown) if group == name else 0
        rest = rows[begin:]
        if rest and self.next is None:
            room = self.page.limit - len(self.rows)
            self.rows += rest[:room]
            if room < len(rest):
                self.next = f"{group}:{begin + room}" if room else self._last
            self._last = group
        return self.next is None

    def add_all(self, groups: Iterable[tuple[str, Sequence[_Row]]]) -> None:
        """Adds groups, of which the first ones may belong to the pages before; refuses to begin after one that is not there."""
        name, _ = self.page.place
        is_reached = name is None
        for group, rows in groups:
            is_reached = is_reached or group == name
            if is_reached and not self.add(group, rows):
                return
        if not is_reached:
            raise no_row(name)

    def stop(self, after: str) -> None:
        """Ends the page after a group, though it is not full."""
        self.next = self.next or after


FIRST_PAGE: Final = Page(1_000)
"""The page that is shown where nothing is said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One option of a report."""

    parameter: str
    """The name of the function's parameter."""
    name: str
    kind: Literal["day", "flag", "keys", "choice", "text", "number"]
    help: str
    choices: tuple[str, ...] = ()
    default: str | None = None
    is_needed: bool = False


def no_row(after: str | None) -> Refusal:
    """The refusal of a page that is to begin after a row which does not exist."""
    return refuse(NO_ROW, None, "/after", name=(after or "")[:80])


def parameters_of(report: Report) -> tuple[Parameter, ...]:
    """The options of a report, in the order of its signature."""
    return tuple(each for name, annotation, default in _annotated(report) for each in _parameters(name, annotation, default))


def arguments_of(report: Report, values: Mapping[str, object], *, today: date) -> dict[str, object]:
    """The arguments of a report for option values (text, day or flag) by name; Refusal for an unknown key or a wrong period."""
    arguments: dict[str, object] = {}
    for name, annotation, _ in _annotated(report):
        months = next((mark for mark in get_args(annotation) if isinstance(mark, Months)), None)
        if months is not None:
            first, last = (day if isinstance(day := values.get(option), date) else None for option in ("from", "to"))
            begin = first or today.replace(day=1)
            if first is None and last is not None and last < begin:
                raise refuse(ENDS_TOO_EARLY, None, "/from", end=last, begin=begin)
            arguments[name] = period = span(begin, last, months=months.count)
            check_reach(period.last, today, "/to")
            continue
        if annotation is Page:
            limit, after = values.get("limit"), values.get("after")
            arguments[name] = Page(limit if isinstance(limit, int) else FIRST_PAGE.limit, str(after) if after is not None else None)
            continue
        for each in _parameters(name, annotation, None):
            value = values.get(each.name)
            if value is not None:
                arguments[name] = _keys(str(value), each) if each.kind == "keys" else value
    return arguments


def span(first: date, last: date | None, *, months: int) -> Period:
    """The period of a report: through its last day, or for a number of months; refuses one that ends before it begins."""
    if max(first, last or first).year > LAST_YEAR:
        raise refuse(TOO_LATE, None, "/to" if first.year <= LAST_YEAR else "/from", year=LAST_YEAR)
    until = month_after(first.replace(day=1), months) if last is None else date.fromordinal(last.toordinal() + 1)
    if until < first:
        raise refuse(BACKWARDS, None, "/to", end=last, begin=first)
    return Period(first, until)


def check_reach(day: date, today: date, pointer: str) -> None:
    """Refuses a day so far ahead that planning until then would take very long."""
    last = month_after(today, 12 * YEARS_AHEAD)
    if day > last:
        raise refuse(BEYOND_PLANS, None, pointer, day=day, today=today, last=last, years=YEARS_AHEAD)


def month_of_text(text: str) -> Period:
    """The calendar month of a text such as `2027-01`."""
    try:
        first = date.fromisoformat(f"{text}-01")
    except ValueError:
        raise refuse(NO_MONTH, None, "/month", text=text[:40]) from None
    return Period(first, month_after(first, 1))


def _annotated(report: Report) -> Iterator[tuple[str, object, object]]:
    """Name, annotation and default of each parameter after the desk."""
    hints = get_type_hints(report, include_extras=True)
    for name, parameter in list(signature(report).parameters.items())[1:]:
        yield name, hints[name], parameter.default


def _parameters(name: str, annotation: object, default: object) -> Iterator[Parameter]:
    marks = get_args(annotation)[1:] if get_origin(annotation) is Annotated else ()
    plain = _without_none(get_args(annotation)[0] if marks else annotation)
    if plain is Period:
        yield Parameter(parameter=name, name="from", kind="day", help="The first day of the report.")
        yield Parameter(parameter=name, name="to", kind="day", help="The last day of the report, included.")
        return
    if plain is Page:
        yield Parameter(parameter=name, name="limit", kind="number", help="At most so many rows.", default=str(FIRST_PAGE.limit))
        yield Parameter(parameter=name, name="after", kind="text", help="Begin after this row: what `next` of the page before says.")
        return
    option = next((mark for mark in marks if isinstance(mark, Option)), Option(""))
    called = option.name or name.replace("_", "-")
    if get_origin(plain) is tuple:
        choices = get_args(get_args(plain)[0])
        text = option.help or f"Group by some of {','.join(choices)}."
        standard = ",".join(default) if isinstance(default, tuple) and default else None
        yield Parameter(parameter=name, name=called, kind="keys", help=text, choices=choices, default=standard)
    elif get_origin(plain) is Literal:
        yield Parameter(parameter=name, name=called, kind="choice", help=option.help, choices=get_args(plain))
    else:
        kinds: dict[object, Literal["day", "flag", "text"]] = {date: "day", bool: "flag", str: "text"}
        is_needed = default is SignatureParameter.empty
        yield Parameter(parameter=name, name=called, kind=kinds[plain], help=option.help, is_needed=is_needed)


def _without_none(annotation: object) -> object:
    """`str` of `str | None`."""
    if get_origin(annotation) not in (Union, types.UnionType):
        return annotation
    return next(part for part in get_args(annotation) if part is not type(None))


def _keys(text: str, of: Parameter) -> tuple[str, ...]:
    """The unique keys of a text such as `month,order-type`; refuses an unknown one."""
    keys: dict[str, None] = {}
    for part in text.split(","):
        key = part.strip().replace("_", "-")
        if key not in of.choices:
            raise refuse(NO_KEY, None, f"/{of.name}", key=part.strip()[:80], keys=", ".join(of.choices))
        keys[key] = None
    return tuple(keys)
