"""A new price list that begins on a day with the prices of another one, multiplied: its file, as the rulebook writes such files."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Final

from api.workbench.tables.price_sheet import TableSources, table_sources
from engine.problems import Kind, refuse
from engine.rulebook.catalog import PriceBook

NOT_A_NAME: Final = Kind(
    "no-name-of-a-price-list", "`{name}` is no name of a price list", "write letters, digits and hyphens, such as `list-2028`"
)
NAME_IN_USE: Final = Kind("name-of-a-price-list-taken", "there is a price list `{name}` already", "give the new one another name")
DAY_IN_USE: Final = Kind(
    "day-of-a-price-list-taken", "the price list `{name}` begins on {day} already", "choose another day, or change the prices of that list"
)
TOO_EARLY: Final = Kind(
    "price-list-before-its-base", "the price list `{name}`, on which it is based, begins on {day}", "choose a later day, or another list"
)
NOT_A_DAY: Final = Kind("no-first-day", "`{text}` is no first day of a price list", "write a day such as `2028-01-01`")
NOT_A_FACTOR: Final = Kind(
    "no-factor-of-prices", "prices cannot be multiplied by `{text}`", "write a number above 0 and below 100: `1.03` is three percent more"
)
NO_BASE: Final = Kind("no-price-list-as-base", "there is no price list `{name}`", "choose one of the lists")
NEW_LIST: Final = ("from", "based_on", "factor", "name", "because")
"""The fields of its form, besides a factor for each family that has one of its own."""
OF_FAMILY: Final = "factor|"
"""How the field begins of the factor of a family; its name follows."""
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,59}")
_FACTOR: Final = re.compile(r"[0-9]{1,2}(\.[0-9]{1,9})?")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_YEAR: Final = re.compile(r"(?<![0-9])(?:19|20)[0-9]{2}(?![0-9])")
_PLAIN: Final = re.compile(r"[^\W\d_]\w*( \w[\w.%]*)+")
_KIND: Final = re.compile(r"^kind: *price-book *$", re.M)


def with_price_list(given: TableSources, sent: Mapping[str, str]) -> tuple[str, str]:
    """The path and the text of a list by what a form says: `from`, `based_on`, `because`, `name` (absent: from its base), and factors."""
    base = next((book for book, _ in given.price_books if book.id == sent.get("based_on")), None)
    if base is None:
        raise refuse(NO_BASE, name=sent.get("based_on", "")[:60])
    day, factor = _day(sent.get("from", "").strip()), _factor(sent.get("factor", ""))
    own = {family: _factor(text) for family in given.rulebook.families if (text := sent.get(f"{OF_FAMILY}{family}", "").strip())}
    name = sent.get("name", "").strip() or _of_year(base.id, day)
    _check_free(given, base, name, day)
    path, head = _beside(given, base)
    text = _text(base, name, day, _steps(factor, own), " ".join(sent.get("because", "").split())[:300], head)
    path = f"{path}{name}.yaml"
    if path in given.sources:
        raise refuse(NAME_IN_USE, name=name)
    table_sources({**given.sources, path: text})  # refuses what the rulebook does
    return path, text


def _factor(text: str) -> str:
    factor = text.strip().replace(",", ".")
    if not _FACTOR.fullmatch(factor) or not Decimal(factor):
        raise refuse(NOT_A_FACTOR, text=factor[:20])
    return factor


def _steps(factor: str, own: Mapping[str, str]) -> list[str]:
    """The lines of the factors: of families first, those with the same one together, and last of all others."""
    families: dict[str, list[str]] = {}
    for family, each in own.items():
        families.setdefault(each, []).append(family)
    steps = [line for each, names in families.items() for line in (f"  - factor: {each}", f"    families: [{', '.join(names)}]")]
    return [*steps, f"  - factor: {factor}"]


def _day(text: str) -> date:
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise refuse(NOT_A_DAY, text=text[:20])


def _check_free(given: TableSources, base: PriceBook, name: str, day: date) -> None:
    if not _NAME.fullmatch(name):
        raise refuse(NOT_A_NAME, name=name[:60])
    for book in given.rulebook.price_books:
        if book.id == name:
            raise refuse(NAME_IN_USE, name=name)
        if book.from_ == day and book.segments == base.segments:
            raise refuse(DAY_IN_USE, name=book.id, day=day)
    if day < base.from_:
        raise refuse(TOO_EARLY, name=base.id, day=base.from_)


def _beside(given: TableSources, base: PriceBook) -> tuple[str, str]:
    """The folder of the file of a list, and the comment for editors with which it begins."""
    id_ = re.compile(rf"^id: *[\"']?{re.escape(base.id)}[\"']? *$", re.M)
    for path, text in given.sources.items():
        if path.endswith((".yaml", ".yml")) and _KIND.search(text) and id_.search(text):
            first = text.partition("\n")[0]
            return f"{path.rpartition('/')[0]}/".removeprefix("/"), f"{first}\n" if first.startswith("# yaml-language-server:") else ""
    return "catalog/price-books/", ""


def _text(base: PriceBook, name: str, day: date, steps: Sequence[str], because: str, head: str) -> str:
    labels = ", ".join(f"{language}: {_written(_of_year(label, day, ' '))}" for language, label in base.label.texts.items())
    lines = ["kind: price-book", f"id: {name}", f"label: {{{labels}}}", f"from: {day}"]
    lines += [f"segments: [{', '.join(base.segments)}]"] if base.segments else []
    lines += [f"based-on: {base.id}", "index:", *steps]
    lines += [f"because: {_written(because)}"] if because else []
    return head + "\n".join(lines) + "\n"


def _of_year(text: str, day: date, between: str = "-") -> str:
    """A name with the year of a day in place of its own one; with the day behind it, where that says nothing new."""
    named = _YEAR.sub(str(day.year), text)
    return named if named != text else f"{text}{between}{day}"


def _written(text: str) -> str:
    """A text as YAML: in quotes where it may mean something else without them."""
    return text if _PLAIN.fullmatch(text) else json.dumps(text, ensure_ascii=False)
