"""The scope of a rule: the vocabulary, answers of other blocks, tables for lookups, and the dependencies collected so far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Protocol

from engine.language.ir.typed import Expression, Fact, Result
from engine.language.syntax import nodes
from engine.language.syntax.rule_problems import NO_RULE, NOT_A_VALUE, NOT_USED, RESERVED_WORD, UNKNOWN_NAME
from engine.language.types.value_types import QuantityType, Type
from engine.language.types.vocabulary import Vocabulary
from engine.phrases import Phrase, phrase
from engine.problems import Problem, Span
from engine.text.nearest import nearest, suggestion

RESERVED: Final = frozenset(
    "if then else and or not is one of between within known rounded to where for sum count min max except per from until because"
    " when".split()
)
"""Words of the language that cannot be names."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table for lookups."""

    name: str
    type: Type


@dataclass(frozen=True, slots=True)
class TableShape:
    """The signature of a table for lookups; a type of None could not be inferred and was reported."""

    name: str
    module: str
    inputs: tuple[tuple[str, Type | None], ...]
    outputs: tuple[tuple[str, Type | None], ...]
    dated_by: str | None
    is_dated: bool


@dataclass(frozen=True, slots=True)
class Declared:
    """A name that blocks answer, and its position."""

    name: str
    module: str
    span: Span


class Rulings(Protocol):
    """The declarations of all blocks."""

    @property
    def declared(self) -> Mapping[str, Declared]:
        """The names that blocks answer."""

    @property
    def block_kinds(self) -> Mapping[str, str]:
        """Names of blocks without an answer (discounts, prices …), with their kind."""

    @property
    def broken(self) -> frozenset[str]:
        """Names that blocks with syntax errors seem to declare: uses of them are not reported."""

    def type_of(self, name: str) -> Type | None:
        """The type of an answer, or None where it cannot be inferred."""

    def shape_of(self, table: str) -> TableShape | None:
        """The table of a name, or None."""

    def table_names(self) -> tuple[str, ...]:
        """All tables."""

    def range_of(self, name: str) -> tuple[nodes.Expression, nodes.Expression] | None:
        """The ends of a defined range of dates, or None."""


@dataclass(slots=True)
class Scope:
    """The scope of an expression: which names it may use, the date of its block, and the problems and dependencies collected."""

    vocabulary: Vocabulary
    rulings: Rulings
    module: str | None = None
    uses: frozenset[str] = frozenset()
    dated_by: str | None = None
    unit: str | None = None
    """The unit of `line.quantity`, where all products of the block have one unit."""
    in_rounding: bool = False
    requested: str | None = None
    """The kind of block or the name that is answered: it tells which facts are known."""
    is_of_discounts: bool = False
    """Whether the block is a discount, or a table of discounts."""
    problems: list[Problem] = field(default_factory=list)
    depends: set[str] = field(default_factory=set)
    """Names of the answers used, and `table:NAME` for lookups."""

    def inside(self, *, in_rounding: bool) -> Scope:
        """The same scope inside (or outside) a rounding."""
        return self if self.in_rounding == in_rounding else replace(self, in_rounding=in_rounding)

    def quietly(self) -> Scope:
        """The same scope with problems and dependencies discarded."""
        return replace(self, problems=[], depends=set())

    def named(self, word: nodes.Word) -> Expression | None:
        """Resolves a name to a value; None after a problem."""
        declared = self.rulings.declared.get(word.name)
        if declared is not None:
            self._check_use(declared.name, declared.module, word.span)
            self.depends.add(word.name)
            kind = self.rulings.type_of(word.name)
            return Result(word.name, kind, word.span) if kind is not None else None
        entry = self.vocabulary.entries.get(word.name)
        if entry is not None and entry.role == "input":
            kind = entry.type
            if self.unit is not None and kind == QuantityType(None):
                kind = QuantityType(self.unit)
            return Fact(word.name, kind, word.span)
        if not self._is_broken(word.name):
            self.problems.append(self._unknown(word, is_target=entry is not None))
        return None

    def means_something(self, name: str) -> bool:
        """Whether a word is a name of the vocabulary or of a rule (and not a value of an enum)."""
        return name in self.rulings.declared or name in self.vocabulary.entries or self._is_broken(name)

    def table(self, name: str, where: Span) -> TableShape | None:
        """Resolves the name of a table, and checks that its module is used."""
        shape = self.rulings.shape_of(name)
        if shape is not None:
            self._check_use(name, shape.module, where)
        return shape

    def is_broken(self, name: str) -> bool:
        """Whether a block with syntax errors declares a name."""
        return self._is_broken(name)

    def known_names(self) -> set[str]:
        """All names with a value in this scope."""
        inputs = {name for name, entry in self.vocabulary.entries.items() if entry.role == "input"}
        scope = next((each for each in self.vocabulary.scopes if self.requested and each.asks_for(self.requested)), None)
        return (inputs if scope is None else set(self.vocabulary.facts_of(scope))) | set(self.rulings.declared)

    def _is_broken(self, name: str) -> bool:
        broken = self.rulings.broken
        return name in broken or name.split(".", 1)[0] in broken

    def _unknown(self, word: nodes.Word, *, is_target: bool) -> Problem:
        if is_target:
            return NO_RULE.at(word.span, name=word.name)
        if word.name in RESERVED:
            return RESERVED_WORD.at(word.span, name=word.name)
        kind = self.rulings.block_kinds.get(word.name)
        if kind is not None:
            return NOT_A_VALUE.at(word.span, name=word.name, kind=kind)
        if word.name in self.rulings.table_names():
            return NOT_A_VALUE.at(word.span, name=word.name, kind="table")
        return UNKNOWN_NAME.at(word.span, sort=phrase("name"), name=word.name, remedy=_remedy(word.name, self.known_names()))

    def _check_use(self, name: str, module: str, where: Span) -> None:
        is_ours = self.module is None or module == self.module or module in self.uses
        if not is_ours and name not in self.vocabulary.entries:
            self.problems.append(NOT_USED.at(where, name=name, module=module))


def _remedy(name: str, known: set[str]) -> Phrase:
    """The nearest known name, or those with the same prefix."""
    if nearest(name, known) is not None:
        return suggestion(name, known)
    alike = sorted(one for one in known if one.split(".", 1)[0] == name.split(".", 1)[0]) if "." in name else []
    return suggestion(name, alike) if alike else phrase("see docs/reference/rule-language.md for the names that rules may use")
