"""The vocabulary: the names that rules may use, with type and unit, and the words of the catalogue as their values."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final, Literal

from engine.language.syntax.rule_problems import BAD_NAME, ENUM_VALUE_BEGINS, NAME_IN_USE, UNKNOWN_TYPE
from engine.language.types import builtin_names
from engine.language.types.attribute_texts import attribute_form, attribute_value
from engine.language.types.fact_scopes import FACT_SCOPES, FactScope
from engine.language.types.value_types import (
    BOOL,
    DATE,
    DATE_RANGE,
    DAYS,
    NUMBER,
    PERCENT,
    PERIOD,
    TEXT,
    AmountType,
    EnumType,
    MoneyType,
    Plain,
    PriceType,
    QuantityType,
    Type,
)
from engine.money import Currency
from engine.phrases import Phrase, listed, phrase
from engine.problems import Problem, Span
from engine.text.nearest import suggestion

NAME: Final = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*(\.[a-z][a-z0-9]*(-[a-z0-9]+)*)*")
"""A name: small letters, digits, hyphens; parts joined by points."""
CODE: Final = re.compile(r"[A-Z][A-Z0-9]*(-[A-Z0-9]+)*")
"""A code: capitals, digits, hyphens."""
_PLAIN_TYPES: Final[Mapping[str, Type]] = {
    "Percent": PERCENT,
    "Number": NUMBER,
    "Date": DATE,
    "Period": PERIOD,
    "Days": DAYS,
    "Text": TEXT,
    "Bool": BOOL,
    "Range of Date": DATE_RANGE,
}
TYPE_NAMES: Final = ("Money", "Price", "Amount", "Quantity", "Enum", *_PLAIN_TYPES)
_TYPE: Final = re.compile(r"([A-Z][A-Za-z]*(?: of Date)?)\s*(?:\[(.*)\])?")
_UNREADABLE: Final = re.compile(r"(not|no|any|all)-")


@dataclass(frozen=True, slots=True)
class Entry:
    """One name: its type, whether rules may read or answer it, and its meaning."""

    name: str
    type: Type
    role: Literal["input", "target"]


@dataclass(frozen=True)
class Vocabulary:
    """All names and words. `domains` are the lists of the catalogue by name (`builtin_names.DOMAINS`)."""

    currency: Currency
    entries: Mapping[str, Entry]
    domains: Mapping[str, tuple[str, ...]]
    sets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Sets of codes by name: `EU` and its countries."""
    product_units: Mapping[str, str] = field(default_factory=dict)
    """The unit in which each product is counted."""
    dated_by: Mapping[str, str] = field(default_factory=lambda: dict(builtin_names.DATED_BY))
    """The default date of the validity of each kind of block."""
    scopes: tuple[FactScope, ...] = ()
    """The facts known at each question to the rules; without any, rules may use every fact."""
    lists: tuple[str, ...] = builtin_names.LISTS
    grouping_keys: tuple[str, ...] = builtin_names.GROUPING_KEYS
    modules: frozenset[str] = frozenset({"catalogue", "plans", "countries", "company"})
    """Modules that a file may `use` besides other rule files: their words are always known, the line informs the reader."""

    @classmethod
    def built_in(
        cls,
        currency: Currency,
        domains: Mapping[str, tuple[str, ...]],
        *,
        order_types: Sequence[str],
        languages: Sequence[str],
        sets: Mapping[str, tuple[str, ...]] | None = None,
        product_units: Mapping[str, str] | None = None,
    ) -> Vocabulary:
        """The names of `builtin_names.py` with the order types, languages and lists of one rulebook; a missing list is empty."""
        lists = {name: tuple(domains.get(name, ())) for name in builtin_names.DOMAINS} | dict(domains)
        if "none" not in lists["mentions"]:
            lists["mentions"] = (*lists["mentions"], "none")
        bare = cls(currency, {}, lists, sets or {}, product_units or {}, scopes=FACT_SCOPES)
        return bare.with_names(
            [*_entries(bare, "input", builtin_names.inputs(order_types, languages)), *_entries(bare, "target", builtin_names.TARGETS)]
        )

    @classmethod
    def of_inputs(cls, currency: Currency, inputs: Mapping[str, str]) -> Vocabulary:
        """A vocabulary of inputs only, each with its type as text."""
        bare = cls(currency, {}, {})
        return bare.with_names(_entry(bare, name, kind, "input") for name, kind in inputs.items())

    @cached_property
    def units(self) -> Mapping[str, str]:
        """Units by each of their spellings: `seat` and `seats`, `box` and `boxes`, `copy` and `copies`."""
        known = self.domains.get("units", ())
        spelt = {unit + "s": unit for unit in known} | {unit + "es": unit for unit in known}
        spelt |= {unit[:-1] + "ies": unit for unit in known if unit.endswith("y")}
        return spelt | {unit: unit for unit in known}

    @cached_property
    def enums(self) -> Mapping[str, EnumType]:
        """The enums made of lists of the catalogue, by name."""
        return {name: EnumType(name, words) for name, words in self.domains.items()}

    def facts_of(self, scope: FactScope) -> tuple[str, ...]:
        """The facts that may be known at a question: first those that always are."""
        inputs = [name for name, entry in self.entries.items() if entry.role == "input"]
        return (*(name for name in inputs if name in scope.always), *(name for name in inputs if scope.may_know(name)))

    @cached_property
    def always_known(self) -> frozenset[str]:
        """The facts that no question which may know them lacks."""
        sometimes = {name for scope in self.scopes for name in scope.sometimes}
        return frozenset(name for scope in self.scopes for name in scope.always) - sometimes

    def type_named(self, text: str, where: Span) -> Type | Problem:
        """The type of a text such as `Money`, `Quantity[seat]` or `Enum[retail, smb]`."""
        match = _TYPE.fullmatch(text.strip())
        if match is None:
            return UNKNOWN_TYPE.at(where, word=text.strip()[:60], remedy=suggestion(text.strip(), TYPE_NAMES))
        name, inside = match.group(1), [word.strip() for word in (match.group(2) or "").split(",") if word.strip()]
        made = self._type_of(name, inside)
        return made or UNKNOWN_TYPE.at(where, word=text.strip()[:60], remedy=self._type_remedy(name))

    def with_names(self, entries: Iterable[Entry]) -> Vocabulary:
        """This vocabulary with more names: attributes of the rulebook, or the names for expressions of a YAML field."""
        return replace(self, entries={**self.entries, **{entry.name: entry for entry in entries}})

    def attribute(self, name: str, type_text: str, where: Span) -> Entry | tuple[Problem, ...]:
        """An attribute of the rulebook (`customer.rating : Enum[a, b, c]`) as an entry, or what is wrong with it."""
        problems = []
        if not NAME.fullmatch(name) or "." not in name:
            problems.append(BAD_NAME.at(where, name=name[:60]))
        elif name in self.entries:
            problems.append(NAME_IN_USE.at(where, name=name))
        made = self.type_named(type_text, where)
        if isinstance(made, Problem):
            return (*problems, made)
        if isinstance(made, EnumType):
            problems += [ENUM_VALUE_BEGINS.at(where, word=word) for word in made.values if _UNREADABLE.match(word)]
        return tuple(problems) or Entry(name, made, "input")

    def value_of(self, name: str, text: str) -> Plain:
        """The plain value of a text for a name; ValueError where it is none."""
        return attribute_value(text, self.entries[name].type, self.currency)

    def form_of(self, name: str) -> str:
        """The syntax of a text for a name: `a whole number of days`."""
        return attribute_form(self.entries[name].type)

    def _type_of(self, name: str, inside: list[str]) -> Type | None:
        plain = _PLAIN_TYPES.get(name)
        if plain is not None:
            return None if inside else plain
        currency, _, per = (inside[0] if inside else self.currency.code).partition(" per ")
        unit = self.units.get(per.strip()) if per else None
        is_ours = currency.strip() == self.currency.code and len(inside) <= 1 and (not per or unit is not None)
        match name:
            case "Money" if is_ours and not per:
                return MoneyType(self.currency.code)
            case "Price" if is_ours:
                return PriceType(self.currency.code, unit)
            case "Amount" if is_ours:
                return AmountType(self.currency.code, unit)
            case "Quantity" if len(inside) <= 1:
                unit = self.units.get(inside[0]) if inside and inside[0] != "product.unit" else None
                return QuantityType(unit) if unit or not inside or inside[0] == "product.unit" else None
            case "Enum" if len(inside) == 1 and inside[0] in self.domains:
                return self.enums[inside[0]]
            case "Enum" if inside and all(NAME.fullmatch(word) or CODE.fullmatch(word) for word in inside):
                is_built_in = not self.entries  # one word is a misspelt list, but a company may have one language alone
                return EnumType(", ".join(inside), tuple(inside)) if len(inside) > 1 or is_built_in else None
            case _:
                return None

    def _type_remedy(self, name: str) -> Phrase:
        if name == "Enum":
            return phrase("write a list of words, `Enum[a, b]`, or one of the lists {lists}", lists=", ".join(sorted(self.domains)))
        if name in ("Money", "Price", "Amount"):
            wanted = f"`{name}`" if name == "Money" else listed((f"`{name}`", f"`{name}[{self.currency.code} per UNIT]`"), "or")
            return phrase("the currency of this rulebook is {currency}: write {wanted}", currency=self.currency.code, wanted=wanted)
        if name == "Quantity":
            return suggestion("", self.domains.get("units", ())) if self.domains.get("units") else phrase("write `Quantity`")
        return suggestion(name, TYPE_NAMES)


def _entries(bare: Vocabulary, role: Literal["input", "target"], table: str) -> Iterator[Entry]:
    for name, type_text, _ in builtin_names.rows(table):
        yield _entry(bare, name, type_text, role)


def _entry(bare: Vocabulary, name: str, type_text: str, role: Literal["input", "target"]) -> Entry:
    made = bare.type_named(type_text, Span("engine", 1, 1, 1, 1))
    if isinstance(made, Problem):
        raise ValueError(f"{name}: {made.message}")
    return Entry(name, made, role)
