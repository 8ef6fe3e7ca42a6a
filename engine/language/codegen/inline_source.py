"""The short way to an answer: rules written into one another, for questions that have one; all others are asked the careful way.

A quick function never refuses: where a fact, a row or anything else is missing, it asks the careful function again, which tells why.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, Protocol

from engine.language.codegen.expression_source import Exact, Writer, scaled_to
from engine.language.codegen.key_index import KeyIndex, chosen_row, key_index
from engine.language.codegen.rule_source import Lines
from engine.language.codegen.table_index import numbers_of, stretches_of
from engine.language.codegen.table_source import fixed_results, inner_writer
from engine.language.ir.checked_rules import AnyCell, Checked, Definition, IntervalsCell, Table
from engine.language.ir.typed import Aggregate, All, Choice, Either, Expression, Fact, Lookup, Result, parts_of
from engine.language.types.value_types import MoneyType, NumberType, PercentType, QuantityType

LONGEST_INSIDE: Final = 400
"""Source of more characters is not written into other source, but called."""


class Careful(Protocol):
    """The form whose functions the quick ones stand before."""

    checked: Checked

    @property
    def exponent(self) -> int:
        """Decimals of the currency's minor unit."""

    def constant(self, constant: object) -> str:
        """The name under which the source finds a constant."""

    def result(self, name: str, facts: str, trace: str | None) -> Exact:
        """A call of what answers a name."""

    def lookup(self, lookup: Lookup, arguments: tuple[str, ...], facts: str, trace: str | None) -> Exact:
        """A call of a table with arguments."""

    def over_of_answer(self, name: str) -> int:
        """What the number of an answer is divided by."""

    def over_of_table(self, table: str, column: int) -> int:
        """What the number of a table's column is divided by."""


class Quick:
    """Writes the quick function of one answer."""

    def __init__(self, careful: Careful) -> None:
        self._careful = careful
        self._lines: Lines = []
        self._known: dict[str, Exact] = {}

    @property
    def exponent(self) -> int:
        """Decimals of the currency's minor unit."""
        return self._careful.exponent

    def lines(self, name: str, function: str) -> Lines | None:
        """The lines of the quick function, or None where there is no shorter way."""
        block = self._only(name)
        if block is None or (isinstance(block, Definition) and not any(isinstance(one, Result | Lookup) for one in _inner(block.value))):
            return None
        found = self._emit(name)
        over = self._careful.over_of_answer(name)
        if found.by or found.fraction or over % found.over:
            return None
        memo = ["memo = {}"] if any("memo" in line for line in (*self._lines, found.code)) else []
        body = [*memo, "try:", *("    " + line for line in self._lines), f"    return {scaled_to(found, over)}"]
        return [
            f"def {function}(facts, memo=None):",
            *("    " + line for line in body),
            "    except (KeyError, Refusal):",
            f"        return {self._careful.result(name, 'facts', None).code.removesuffix('memo)')}{{}})",
        ]

    # --- What expressions refer to. ---

    def constant(self, constant: object) -> str:
        """The name under which the source finds a constant."""
        return self._careful.constant(constant)

    def result(self, name: str, facts: str, trace: str | None) -> Exact:
        """What answers a name: known already, written in, or called."""
        if facts == "facts":
            if name in self._known:
                return self._known[name]
            written = self._written_in(name)
            if written is not None and len(written.code) <= LONGEST_INSIDE and not written.by and not written.fraction:
                return written
        return self._careful.result(name, facts, trace)

    def lookup(self, lookup: Lookup, arguments: tuple[str, ...], facts: str, trace: str | None) -> Exact:
        """A table of words looked up in its dictionary, or called."""
        layer = self._careful.checked.tables[lookup.table]
        table = layer.versions[0]
        if facts == "facts" and len(layer.versions) == 1 and table.in_force.is_always:
            over = self._careful.over_of_table(lookup.table, lookup.column)
            index = self._index(table, lookup.column, over)
            if index is not None:
                day = f"facts[{lookup.dated_by!r}]" if lookup.dated_by else "None"
                code = self._looked_up(table, lookup.column, over, (index, arguments, day))
                if code is not None:
                    return Exact(code, over)
        return self._careful.lookup(lookup, arguments, facts, trace)

    # --- One answer after the other. ---

    def _emit(self, name: str) -> Exact:
        """Writes the lines that work out an answer, and gives the variable that holds it."""
        if name in self._known:
            return self._known[name]
        block = self._only(name)
        if isinstance(block, Definition):
            for inner in _surely_asked(block.value):
                self._emit(inner)
            return self._keep(name, Writer(self, block.name).write(block.value))
        if isinstance(block, Table):
            return self._keep(name, self._emit_table(block, name))
        return self._keep(name, self._careful.result(name, "facts", None))

    def _emit_table(self, table: Table, name: str) -> Exact:
        column, over = _column(table, name), self._careful.over_of_answer(name)
        index = self._index(table, column, over)
        if index is None:
            return self._between(table, column, over) or self._careful.result(name, "facts", None)
        writer = Writer(self, table.name)
        asked = []
        for one in table.inputs:
            if isinstance(one.subject, Result):
                self._emit(one.subject.name)
            asked.append(self._variable(writer.plain(one.subject)))
        date_fact = next((row.in_force.by for row in table.rows if not row.in_force.is_always), None)
        day = f"facts[{date_fact!r}]" if date_fact else "None"
        code = self._looked_up(table, column, over, (index, tuple(asked), day))
        if code is not None:
            return Exact(code, over)
        return self._computed(table, column, over, (index, tuple(asked)))

    def _computed(self, table: Table, column: int, over: int, look: tuple[KeyIndex, tuple[str, ...]]) -> Exact:
        """The lines for a table some of whose results must be computed."""
        index, asked = look
        inner = inner_writer(table, Writer(self, table.name), asked)
        fixed = fixed_results(table, column, over)
        at = self._variable(f"{self.constant(dict(index.rows))}[{_key(index, asked)}]")
        found = f"found_{at}"
        for number, row in enumerate(table.rows):
            if 1 << number not in fixed:
                code = scaled_to(inner.write(row.results[column]), over)
                self._lines += [f"{'if' if number == min(self._dynamic(table, fixed)) else 'elif'} {at} == {number}: {found} = {code}"]
        known = {row: fixed[1 << row] for row in range(len(table.rows)) if 1 << row in fixed}
        self._lines.append(f"else: {found} = {self.constant(known)}[{at}]")
        return Exact(found, over)

    def _between(self, table: Table, column: int, over: int) -> Exact | None:
        """The look between the points of a table that asks for one whole number, and gives results that need no computing."""
        fixed = fixed_results(table, column, over)
        looks = [at for at in range(len(table.inputs)) if any(not isinstance(row.cells[at], AnyCell) for row in table.rows)]
        if len(looks) != 1 or len(fixed) < len(table.rows) or any(not row.in_force.is_always for row in table.rows):
            return None
        subject, cells = table.inputs[looks[0]].subject, [row.cells[looks[0]] for row in table.rows]
        is_counted = isinstance(subject, Fact) and isinstance(subject.type, MoneyType | QuantityType | NumberType | PercentType)
        if not is_counted or not all(isinstance(cell, AnyCell | IntervalsCell) for cell in cells):
            return None
        points, rows_after = stretches_of(cells)
        chosen = [chosen_row(table, numbers_of(rows)) for rows in rows_after]
        # Where no row answers, the look fails, and the careful function tells why.
        found = {at: fixed[1 << row] for at, row in enumerate(chosen) if row is not None}
        asked = Writer(self, table.name).plain(subject)
        return Exact(f"{self.constant(found)}[bisect_right({self.constant(points)}, {asked})]", over)

    def _dynamic(self, table: Table, fixed: Mapping[int, object]) -> list[int]:
        return [number for number in range(len(table.rows)) if 1 << number not in fixed]

    def _looked_up(self, table: Table, column: int, over: int, look: tuple[KeyIndex, tuple[str, ...], str]) -> str | None:
        """The look into a dictionary that holds all results; None where some must be computed."""
        index, asked, day = look
        fixed = fixed_results(table, column, over)
        key = _key(index, asked)
        if index.by_day:
            entry = f"entry_{len(self._lines)}_{self.constant(None)}"
            return f"({entry} := {self.constant(dict(index.by_day))}[{key}])[1][bisect_right({entry}[0], {day})]"
        if len(fixed) < len(table.rows):
            return None
        return f"{self.constant({words: fixed[1 << row] for words, row in index.rows.items()})}[{key}]"

    def _written_in(self, name: str) -> Exact | None:
        """The source of an answer as one expression; None where it needs lines of its own."""
        block = self._only(name)
        if isinstance(block, Definition):
            return Writer(self, block.name).write(block.value)
        return None

    def _index(self, table: Table, column: int, over: int) -> KeyIndex | None:
        return key_index(table, fixed_results(table, column, over))

    def _only(self, name: str) -> Definition | Table | None:
        """The one definition or table that answers a name always; None where there is more to it."""
        layers = self._careful.checked.answers[name].layers
        block = layers[0].versions[0]
        if len(layers) > 1 or len(layers[0].versions) > 1 or not block.in_force.is_always:
            return None
        if isinstance(block, Definition):
            return block if block.when is None else None
        return block if isinstance(block, Table) else None

    def _keep(self, name: str, written: Exact) -> Exact:
        if not written.by and not written.fraction:
            written = Exact(self._variable(written.code), written.over)
            self._known[name] = written
        return written

    def _variable(self, code: str) -> str:
        if code.isidentifier():
            return code
        name = f"v{len(self._lines)}"
        self._lines.append(f"{name} = {code}")
        return name


def _column(table: Table, name: str) -> int:
    return next(at for at, output in enumerate(table.outputs) if output.answers == name)


def _key(index: KeyIndex, asked: tuple[str, ...]) -> str:
    return ", ".join(asked[at] for at in index.columns)


def _inner(expression: Expression) -> Iterator[Expression]:
    yield expression
    for part in parts_of(expression):
        yield from _inner(part)


def _surely_asked(expression: Expression) -> Iterator[str]:
    """The answers that an expression needs whatever the facts are."""
    match expression:
        case Result():
            yield expression.name
        case Choice():
            yield from _surely_asked(expression.condition)
        case All() | Either():
            yield from _surely_asked(expression.parts[0])
        case Aggregate():
            return
        case _:
            for part in parts_of(expression):
                yield from _surely_asked(part)
