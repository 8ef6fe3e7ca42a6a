"""What a report may be asked with, read from the signature of its function, so that every way to ask for it takes the same.

A parameter of a report is annotated: `Annotated[Period, Months(1)]` is a first and a last day, `Annotated[str | None, Option("Only …")]`
a text; a tuple of a `Literal` is the keys by which rows are grouped, a `Literal` a choice, a `bool` a flag, a `date` a day.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from inspect import signature
from typing import Annotated, Final, Literal, Union, get_args, get_origin, get_type_hints

from api.output.sheets import Sheet
from engine.dates import Period, month_after
from engine.problems import Kind, refuse

Report = Callable[..., Sheet]
"""A function of the desk and of parameters by name."""
NO_KEY = Kind("unknown-key", "a report cannot be grouped by `{key}`", "write some of {keys}, with commas between them")
BACKWARDS = Kind("period-backwards", "the report ends on {end}, before it begins on {begin}", "write --from and --to the other way round")
TOO_LATE = Kind("report-too-late", "no report goes beyond the year {year}", "write an earlier day after --from, --to or --today")
LAST_YEAR: Final = 2999


@dataclass(frozen=True, slots=True)
class Option:
    """How people call a parameter, and what it does; without a name of its own it is called like the parameter."""

    help: str
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Months:
    """For how many months a report goes, from the first day of the current one, unless days are given."""

    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One thing that may be given, as a command has options."""

    parameter: str
    """The parameter of the function that it is for."""
    name: str
    kind: Literal["day", "flag", "keys", "choice", "text"]
    help: str
    choices: tuple[str, ...] = ()
    default: str | None = None


def parameters_of(report: Report) -> tuple[Parameter, ...]:
    """What may be given to a report, in the order of its signature."""
    return tuple(each for name, annotation, default in _annotated(report) for each in _parameters(name, annotation, default))


def arguments_of(report: Report, given: Mapping[str, object], *, today: date) -> dict[str, object]:
    """The arguments of a report for what was given by name, as text, day or flag; Refusal for a key or a period that cannot be."""
    arguments: dict[str, object] = {}
    for name, annotation, _ in _annotated(report):
        months = next((mark for mark in get_args(annotation) if isinstance(mark, Months)), None)
        if months is not None:
            begin, last = (day if isinstance(day := given.get(word), date) else None for word in ("from", "to"))
            arguments[name] = span(begin or today.replace(day=1), last, months=months.count)
            continue
        for each in _parameters(name, annotation, None):
            value = given.get(each.name)
            if value is not None:
                arguments[name] = _keys(str(value), each.choices) if each.kind == "keys" else value
    return arguments


def span(begin: date, last: date | None, *, months: int) -> Period:
    """The days of a report: through its last day, or for so many months; refuses one that ends before it begins."""
    if max(begin, last or begin).year > LAST_YEAR:
        raise refuse(TOO_LATE, year=LAST_YEAR)
    until = month_after(begin.replace(day=1), months) if last is None else date.fromordinal(last.toordinal() + 1)
    if until < begin:
        raise refuse(BACKWARDS, end=last, begin=begin)
    return Period(begin, until)


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
        yield Parameter(parameter=name, name=called, kind=kinds[plain], help=option.help)


def _without_none(annotation: object) -> object:
    """`str` of `str | None`."""
    if get_origin(annotation) not in (Union, types.UnionType):
        return annotation
    return next(part for part in get_args(annotation) if part is not type(None))


def _keys(text: str, known: tuple[str, ...]) -> tuple[str, ...]:
    """The keys of a text such as `month,order-type`, each once; refuses one that is none."""
    found: dict[str, None] = {}
    for word in text.split(","):
        key = word.strip().replace("_", "-")
        if key not in known:
            raise refuse(NO_KEY, key=word.strip(), keys=", ".join(known))
        found[key] = None
    return tuple(found)
