"""The answers of checked rules as names for expressions outside of rule files: YAML fields and filters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from engine.language.checking.scope import Declared, TableShape
from engine.language.ir.checked_rules import Checked
from engine.language.syntax import nodes
from engine.language.types.value_types import Type


@dataclass(frozen=True)
class CheckedNames:
    """The names of checked rules."""

    rules: Checked

    @cached_property
    def declared(self) -> Mapping[str, Declared]:
        """The names that rules answer."""
        return {name: Declared(name, "", answers.layers[-1].versions[0].span) for name, answers in self.rules.answers.items()}

    @property
    def block_kinds(self) -> Mapping[str, str]:
        """Discounts: they have no value."""
        return {layer.name: "discount" for layer in self.rules.discounts}

    @property
    def broken(self) -> frozenset[str]:
        """None: the rules are checked."""
        return frozenset()

    def type_of(self, name: str) -> Type | None:
        """The type of an answer."""
        answers = self.rules.answers.get(name)
        return answers.type if answers else None

    def shape_of(self, table: str) -> TableShape | None:
        """The table of a name."""
        layer = self.rules.tables.get(table)
        if layer is None:
            return None
        first = layer.versions[0]
        return TableShape(
            name=table,
            module=first.module,
            inputs=tuple((one.name, one.type) for one in first.inputs),
            outputs=tuple((one.column, one.type) for one in first.outputs),
            dated_by=first.in_force.by,
            is_dated=any(not one.in_force.is_always or any(not row.in_force.is_always for row in one.rows) for one in layer.versions),
        )

    def table_names(self) -> tuple[str, ...]:
        """All tables."""
        return tuple(self.rules.tables)

    def range_of(self, name: str) -> tuple[nodes.Expression, nodes.Expression] | None:
        """None: ranges exist only inside rule files."""
        return None
