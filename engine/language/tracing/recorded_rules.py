"""Rules that record every evaluation with its facts, and delegate to other rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from engine.language.ir.answers import Answer, BundleAnswer, Facts, Offer, PriceAnswer, Rules, Stacking
from engine.language.types.value_types import Plain
from engine.problems import Refusal
from engine.reasons import Reason

QuestionKind = Literal["ask", "price", "offers", "stacking", "bundle"]


@dataclass(frozen=True, slots=True)
class Question:
    """One evaluation: its kind, the name or product, and the facts."""

    kind: QuestionKind
    name: str
    facts: Mapping[str, Plain]
    by: str = ""
    """Who requested it: a scenario, or the golden invoices."""
    places: frozenset[str] = frozenset()
    """The positions of the rules that decided it, once they were looked up; none where it was refused."""

    def reasons(self, rules: Rules) -> tuple[Reason, ...]:
        """The rules that decide it; none where it is refused."""
        try:
            match self.kind:
                case "ask":
                    return rules.ask(self.name, self.facts, tracing=True).reasons
                case "price":
                    price = rules.price(self.name, self.facts, tracing=True)
                    return price.reasons if price is not None else ()
                case "offers":
                    return tuple(reason for offer in rules.offers(self.facts, tracing=True) for reason in offer.reasons)
                case "bundle":
                    bundle = rules.bundle(self.name, self.facts, tracing=True)
                    return bundle.reasons if bundle is not None else ()
                case "stacking":
                    stacking = rules.stacking(self.facts)
                    return (Reason("stacking", stacking.name, "", where=stacking.where),) if stacking is not None else ()
        except (Refusal, KeyError):
            return ()


@dataclass(frozen=True)
class RecordedRules:
    """Rules that record each evaluation, in order."""

    rules: Rules
    questions: list[Question] = field(default_factory=list)

    @property
    def targets(self) -> frozenset[str]:
        """The names that rules answer."""
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
        """All facts on which the answer for a name can depend."""
        return self.rules.looks_at(name)

    @property
    def price_dependencies(self) -> None:
        """Unknown, so that no price is cached and every evaluation is recorded."""
        return None

    def price(self, product: str, facts: Facts, *, tracing: bool = False) -> PriceAnswer | None:
        """The price block in force for a product."""
        self._note("price", product, facts)
        return self.rules.price(product, facts, tracing=tracing)

    @property
    def discount_count(self) -> int:
        """How many discount blocks the rules have."""
        return self.rules.discount_count

    def offers(self, facts: Facts, *, tracing: bool = False) -> tuple[Offer, ...]:
        """The discounts whose conditions hold."""
        self._note("offers", "", facts)
        return self.rules.offers(facts, tracing=tracing)

    def stacking(self, facts: Facts) -> Stacking | None:
        """The stacking block in force."""
        self._note("stacking", "", facts)
        return self.rules.stacking(facts)

    def bundle(self, product: str, facts: Facts, *, tracing: bool = False) -> BundleAnswer | None:
        """The bundle in force for a product."""
        self._note("bundle", product, facts)
        return self.rules.bundle(product, facts, tracing=tracing)

    def _note(self, kind: QuestionKind, name: str, facts: Facts) -> None:
        self.questions.append(Question(kind, name, dict(facts)))
