"""The Python module generated from a rulebook: its namespace, and its source for tracebacks."""

from __future__ import annotations

import linecache
from collections.abc import Callable
from dataclasses import dataclass, field

from engine.language.codegen.runtime import RUNTIME
from engine.language.ir.checked_rules import Checked
from engine.problems import Span

Lines = list[str]


@dataclass(frozen=True, slots=True)
class GeneratedFunction:
    """The name of a generated function, and the denominator of the number that it returns."""

    name: str
    denominator: int


@dataclass(frozen=True)
class GeneratedModule:
    """A namespace to which constants and functions are added."""

    checked: Checked
    answer: Callable[[str], GeneratedFunction]
    """The function of an answer, compiled on first use."""
    table: Callable[[str, int], GeneratedFunction]
    """The function of a column of a table for lookups, compiled on first use."""
    namespace: dict[str, object] = field(default_factory=lambda: dict(RUNTIME))
    _source: dict[str, Lines] = field(default_factory=dict)

    def constant(self, value: object) -> str:
        """A new name for a constant."""
        name = f"K{len(self.namespace)}"
        self.namespace[name] = value
        return name

    def new_name(self, subject: str) -> str:
        """A new descriptive name for a function."""
        name = f"{''.join(letter if letter.isalnum() else '_' for letter in subject)}_{len(self.namespace)}"
        self.namespace[name] = None
        return name

    def run(self, span: Span, lines: Lines) -> None:
        """Compiles and runs source under the position of its rule, where tracebacks find it."""
        filename = f"<{span.path}:{span.line}>"
        source = self._source.setdefault(filename, [])
        code = compile("\n" * len(source) + "\n".join(lines), filename, "exec")
        source.extend(lines)
        text = "\n".join(source) + "\n"
        linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)
        exec(code, self.namespace)
