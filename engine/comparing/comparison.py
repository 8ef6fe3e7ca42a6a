"""All differences between two rulebooks: edits, cases with a different answer, and the money."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from engine.comparing.answer_changes import AnswersCompared
from engine.comparing.edits import Edit
from engine.comparing.money_changes import InvoiceChange, InvoicesCompared, LineChange, OrdersCompared
from engine.comparing.responsible_rules import Why
from engine.money import Money
from engine.phrases import Language
from engine.rulebook.yaml_model import Label


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """The differences of two rulebooks under the names by which they were given; None for what was not compared."""

    before: str
    after: str
    edits: tuple[Edit, ...]
    answers: AnswersCompared | None = None
    invoices: InvoicesCompared | None = None
    orders: OrdersCompared | None = None
    products: Mapping[str, Label] = field(default_factory=dict)
    """The names of all products of both rulebooks, by code."""

    @property
    def changes_money(self) -> bool:
        """Whether any amount that was compared differs."""
        return bool((self.invoices and self.invoices.changes_money) or (self.orders and self.orders.changes_money))

    def product(self, code: str, language: Language) -> str:
        """The name of a product, or its code where it has none."""
        label = self.products.get(code)
        return label.in_(language) if label else code


@dataclass(frozen=True, slots=True)
class Cause:
    """Rules that together changed some lines: how many, their net after − before, and the reasons of one of them as an example."""

    rules: tuple[tuple[str, str | None], ...]
    """Each rule with its `because`."""
    lines: int
    net: Money
    examples: tuple[Why, ...]


def causes(changes: Iterable[InvoiceChange]) -> tuple[Cause, ...]:
    """The changed lines grouped by the rules responsible, the largest amount first."""
    groups: dict[tuple[tuple[str, str | None], ...], list[LineChange]] = {}
    for line in (line for change in changes for line in change.lines):
        key = tuple(sorted({(why.rule, why.because) for why in line.why}, key=lambda one: (one[0], one[1] or "")))
        groups.setdefault(key, []).append(line)
    result = []
    for key, lines in groups.items():
        net = Money(sum(line.net.minor for line in lines), lines[0].net.currency)
        result.append(Cause(key, len(lines), net, max(lines, key=lambda line: abs(line.net.minor)).why))
    return tuple(sorted(result, key=lambda cause: (-abs(cause.net.minor), -cause.lines, str(cause.rules))))
