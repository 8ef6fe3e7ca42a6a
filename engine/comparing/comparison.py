"""All that differs between two rulebooks: what reads differently, which cases get another answer, and the money."""

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
    """Everything that was compared, under the names by which the two sides were given; what was not asked for is None."""

    before: str
    after: str
    edits: tuple[Edit, ...]
    answers: AnswersCompared | None = None
    invoices: InvoicesCompared | None = None
    orders: OrdersCompared | None = None
    products: Mapping[str, Label] = field(default_factory=dict)
    """The names of all products of both sides."""

    @property
    def changes_money(self) -> bool:
        """Whether any amount that was looked at differs."""
        return bool((self.invoices and self.invoices.changes_money) or (self.orders and self.orders.changes_money))

    def product(self, code: str, language: Language) -> str:
        """A product by its name, else by its code."""
        label = self.products.get(code)
        return label.in_(language) if label else code


@dataclass(frozen=True, slots=True)
class Cause:
    """The rules that together changed some lines: how many lines, how much more they come to, and one of them as an example."""

    rules: tuple[tuple[str, str | None], ...]
    """Each rule with its `because`."""
    lines: int
    net: Money
    examples: tuple[Why, ...]


def causes(changes: Iterable[InvoiceChange]) -> tuple[Cause, ...]:
    """The lines of changed invoices by the rules responsible, those of the most money first."""
    found: dict[tuple[tuple[str, str | None], ...], list[LineChange]] = {}
    for line in (line for change in changes for line in change.lines):
        key = tuple(sorted({(why.rule, why.because) for why in line.why}, key=lambda one: (one[0], one[1] or "")))
        found.setdefault(key, []).append(line)
    made = []
    for key, lines in found.items():
        net = Money(sum(line.net.minor for line in lines), lines[0].net.currency)
        made.append(Cause(key, len(lines), net, max(lines, key=lambda line: abs(line.net.minor)).why))
    return tuple(sorted(made, key=lambda cause: (-abs(cause.net.minor), -cause.lines, str(cause.rules))))
