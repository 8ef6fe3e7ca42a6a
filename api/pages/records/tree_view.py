"""How an answer of a route stands on a page: facts by name, tables for lists of alike things, and parts for what is deeper."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final
from urllib.parse import quote

from babel.numbers import format_decimal

from api.output.sheets import head
from api.pages.frame.labels import action_label, field_label
from api.pages.records.field_values import value_text, values_by_field
from engine.documents.line_text import number
from engine.money import Percent
from engine.phrases import Language, phrase, say
from engine.writing.locale_format import day_text, percent_text

_AMOUNT: Final = re.compile(r"-?[0-9]{1,18}\.[0-9]{2,6}")
_NUMBER: Final = re.compile(r"-?[0-9]{1,18}(\.[0-9]+)?")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MONTH: Final = re.compile(r"[0-9]{4}-[0-9]{2}")
_INSTANT: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}(\.[0-9]+)?(\+00:00|Z)")
_DAY_WITHIN: Final = re.compile(r"(?<![\w|.-])[0-9]{4}-[0-9]{2}-[0-9]{2}(?![\w|-])")
_DECIMAL_WITHIN: Final = re.compile(r"“[^”]*”|`[^`]*`|(?<![\w./:-])(-?[0-9]{1,12}\.[0-9]{1,12})(?!\.?[\w/:-])")
_PERCENT: Final = re.compile(r"[0-9]{1,3}(\.[0-9]{1,6})?")
_RATES: Final = frozenset({"rate", "vat_rate"})
_EXPLAINING: Final = frozenset({"says", "sentence"})
"""The fields whose sentences tell how an amount was computed."""
_PAGES: Final[Mapping[str, str]] = {
    "customer": "/customers",
    "order": "/orders",
    "orders": "/orders",
    "joined": "/orders",
    "invoice": "/invoices",
    "credit_note": "/invoices",
    "corrects": "/invoices",
    "opportunity": "/opportunities",
    "quote": "/quotes",
    "primary_quote": "/quotes",
    "payment": "/payments",
    "run": "/runs",
    "contact": "/contacts",
    "merged_into": "/customers",
    "webhook": "/webhooks",
    "outbox_message": "/outbox",
}
"""Where a thing that a field names is shown."""
_RESOURCES: Final = frozenset({*_PAGES.values(), "/keys", "/users", "/webhooks", "/rulebooks", "/outbox"})
"""Where the resources that the audit trail names are shown."""
_WIDEST: Final = 12
"""So many columns has a table; rows with more stand as parts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A value as people read it."""

    text: str
    link: str | None = None
    is_number: bool = False
    is_day: bool = False
    code: str = ""
    """The code of what is shown by its name."""
    each: tuple[Shown, ...] = ()
    """Of several values: one by one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownTable:
    """Alike things, one a row."""

    title: str
    heads: tuple[tuple[str, bool], ...]
    """Each with whether its cells are numbers."""
    rows: tuple[tuple[Shown, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPart:
    """A thing: its facts by name, its tables, and its parts."""

    title: str
    facts: tuple[tuple[str, Shown], ...] = ()
    tables: tuple[ShownTable, ...] = ()
    parts: tuple[ShownPart, ...] = field(default=())


def shown_tree(tree: Mapping[str, object], language: Language, title: str = "") -> ShownPart:
    """An answer as a page shows it; what is empty is left out."""
    facts, tables, parts = [], [], []
    for name, value in tree.items():
        label = field_label(name, language)
        if value is None or value == "" or value == [] or value == {}:
            continue
        if isinstance(value, Mapping):
            parts.append(shown_tree(value, language, label))
        elif isinstance(value, Sequence) and not isinstance(value, str):
            things = list(value)
            if all(isinstance(each, Mapping) for each in things):
                columns = list(dict.fromkeys(name for each in things for name in each))
                if len(columns) <= _WIDEST and not any(isinstance(cell, Mapping | list) for each in things for cell in each.values()):
                    tables.append(shown_table(things, columns, language, label))
                else:
                    parts += [shown_tree(each, language, f"{label} {place}") for place, each in enumerate(things, start=1)]
            else:
                each = tuple(shown(one, name, language) for one in things)
                facts.append((label, Shown(text=", ".join(one.text for one in each), each=each)))
        else:
            facts.append((label, shown(value, name, language)))
    return ShownPart(title=title, facts=tuple(facts), tables=tuple(tables), parts=tuple(parts))


def shown_table(
    rows: Sequence[Mapping[str, object]],
    columns: Sequence[str],
    language: Language,
    title: str = "",
    links: Mapping[str, str] | None = None,
) -> ShownTable:
    """Rows by column as a table; `links`: where the things of some columns are shown."""
    cells = tuple(tuple(shown(row.get(name), name, language, links) for name in columns) for row in rows)
    are_numbers = [_is_of_numbers([row[at] for row in cells]) for at in range(len(columns))]
    heads = (field_label(name, language) for name in columns)
    return ShownTable(title=title, heads=tuple(zip(heads, are_numbers, strict=True)), rows=cells)


def shown(value: object, name: str, language: Language, links: Mapping[str, str] | None = None) -> Shown:
    """A value as people read it: amounts and days as their language writes them, and the way to what it names."""
    match value:
        case None:
            return Shown(text="")
        case bool():
            return Shown(text=say(phrase("yes") if value else phrase("no"), language))
        case int():
            place = (links or {"run": _PAGES["run"]}).get(name)
            return Shown(text=str(value), link=f"{place}/{value}" if place else None, is_number=place is None)
        case Shown():
            return value
        case str() if name in _RATES and _PERCENT.fullmatch(value):
            return Shown(text=percent_text(Percent.parse(value), language), is_number=True)
        case str() if _AMOUNT.fullmatch(value):
            decimals = len(value.partition(".")[2])
            return Shown(text=format_decimal(value, f"#,##0.{'0' * decimals}", locale=language), is_number=True)
        case str() if _INSTANT.fullmatch(value):
            return Shown(text=f"{_day(value[:10], language)} {value[11:16]} UTC", is_day=True)
        case str() if _MONTH.fullmatch(value):
            return Shown(text=value, is_day=True)
        case str() if _DAY.fullmatch(value):
            return Shown(text=_day(value, language), is_day=True)
        case str():
            return _shown_text(value, name, language, (links or {}).get(name) or _PAGES.get(name))
        case {"from": str(first), "until": str(until)} if _DAY.fullmatch(until):
            return Shown(text=f"{_day(first, language)} – {_day(_day_before(until), language)}", is_day=True)
        case _:
            return Shown(text="; ".join(_texts(value, language)))


def _shown_text(value: str, name: str, language: Language, place: str | None) -> Shown:
    if name == "resource":
        return Shown(text=value, link=_place_of(value))
    if name == "action":
        return Shown(text=action_label(value, language))
    leads = (
        place and value and value not in values_by_field().get(name, ())
    )  # a word of the program, such as the type of orders, names no thing
    return Shown(
        text=(with_figures if name in _EXPLAINING else with_days)(value_text(name, value, language), language),
        link=f"{place}/{quote(value, safe='')}" if leads else None,
        is_number=_is_number(value, place),
    )


def with_days(text: str, language: Language) -> str:
    """A sentence with its days as the language writes them; what is one word, such as a number or a name, stays."""
    return _DAY_WITHIN.sub(lambda day: _day(day[0], language), text) if " " in text else text


def with_figures(text: str, language: Language) -> str:
    """A sentence of an explanation with its days and decimals as the language writes them; quoted text stays."""
    shown_days = with_days(text, language)
    if language == "en":
        return shown_days
    return _DECIMAL_WITHIN.sub(lambda match: match[0] if match[1] is None else number(match[1], language), shown_days)


def texts_in(answer: Mapping[str, object], name: str) -> Sequence[str]:
    """The sentences that an answer has under a name."""
    listed = answer.get(name)
    return [str(each) for each in listed] if isinstance(listed, list | tuple) else ()


def _place_of(resource: str) -> str | None:
    """Where a resource of the audit trail is shown: the thing, for what belongs to it."""
    kind, slash, rest = resource.partition("/")
    return f"/{kind}/{rest.partition('/')[0]}" if slash and f"/{kind}" in _RESOURCES else None


def _is_of_numbers(cells: Sequence[Shown]) -> bool:
    return any(one.is_number for one in cells) and all(one.is_number or not one.text for one in cells)


def _is_number(text: str, place: str | None) -> bool:
    return place is None and _NUMBER.fullmatch(text) is not None


def _day(text: str, language: Language) -> str:
    try:
        return day_text(date.fromisoformat(text), language)
    except ValueError:
        return text


def _day_before(until: str) -> str:
    """The last day of a period, as people write periods."""
    return (date.fromisoformat(until) - timedelta(days=1)).isoformat()


def _texts(value: object, language: Language) -> Iterator[str]:
    """What a cell holds that is no single value, in words."""
    if isinstance(value, Mapping):
        for name, part in value.items():
            if part not in (None, "", [], {}):
                yield f"{head(str(name), language)} {shown(part, str(name), language).text}"
    elif isinstance(value, Sequence):
        yield ", ".join(shown(each, "", language).text for each in value)
