"""Which questions the rules were asked while an amount was worked out, with the very facts that were known of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Literal, TypeVar

from engine.language.codegen.compiled_rules import CompiledRules
from engine.language.ir.answers import Answer, BundleAnswer, Facts, Offer, PriceAnswer, Rules, Stacking
from engine.language.ir.checked_rules import Checked
from engine.language.types.value_types import Plain
from engine.problems import Kind, refuse
from engine.rulebook.book import Rulebook

Sort = Literal["ask", "price", "offers", "stacking", "bundle"]
Made = TypeVar("Made")
NO_TEXTS: Final = Kind("rules-without-texts", "these rules were not read from texts", "ask a rulebook that was read from files")


@dataclass(frozen=True, slots=True)
class Question:
    """One question: of which sort, for which name or product, and over which facts."""

    sort: Sort
    name: str
    facts: Mapping[str, Plain]


@dataclass(frozen=True)
class Listening:
    """Rules that note what they are asked, and answer as the rules behind them do."""

    rules: Rules
    checked: Checked
    heard: list[Question] = field(default_factory=list)

    @property
    def targets(self) -> frozenset[str]:
        """The names for which there are rules."""
        return self.rules.targets

    @property
    def grouping(self) -> tuple[str, ...]:
        """The keys by which transactions are grouped into invoices."""
        return self.rules.grouping

    def ask(self, name: str, facts: Facts, *, tracing: bool = False) -> Answer:
        """The answer for a name."""
        self._note("ask", name, facts)
        return self.rules.ask(name, facts, tracing=tracing)

    def looks_at(self, name: str) -> tuple[str, ...] | None:
        """All facts that the answer for a name can depend on."""
        return self.rules.looks_at(name)

    def price(self, product: str, facts: Facts, *, tracing: bool = False) -> PriceAnswer | None:
        """The price block in force for a product."""
        self._note("price", product, facts)
        return self.rules.price(product, facts, tracing=tracing)

    def offers(self, facts: Facts, *, tracing: bool = False) -> tuple[Offer, ...]:
        """The discounts whose conditions hold."""
        self._note("offers", "", facts)
        return self.rules.offers(facts, tracing=tracing)

    def stacking(self, facts: Facts) -> Stacking | None:
        """The stacking block in force."""
        self._note("stacking", "", facts)
        return self.rules.stacking(facts)

    def bundle(self, product: str, facts: Facts, *, tracing: bool = False) -> BundleAnswer | None:
        """The bundle that a product is."""
        self._note("bundle", product, facts)
        return self.rules.bundle(product, facts, tracing=tracing)

    def _note(self, sort: Sort, name: str, facts: Facts) -> None:
        self.heard.append(Question(sort, name, dict(facts)))


def listen(rulebook: Rulebook, work_out: Callable[[Rulebook], Made]) -> tuple[Made, tuple[Question, ...]]:
    """What is worked out under a rulebook, and all questions that its rules were asked meanwhile, the last one last."""
    listening = Listening(rulebook.rules, checked_of(rulebook))
    made = work_out(replace(rulebook, rules=listening))
    return made, tuple(listening.heard)


def checked_of(rulebook: Rulebook) -> Checked:
    """The checked rules of a rulebook."""
    rules = rulebook.rules
    if isinstance(rules, CompiledRules | Listening):
        return rules.checked
    raise refuse(NO_TEXTS)
