"""Rules that note which questions they are asked, with the very facts that were known, and answer as the rules behind them do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from engine.language.ir.answers import Answer, BundleAnswer, Facts, Offer, PriceAnswer, Rules, Stacking
from engine.language.types.value_types import Plain
from engine.problems import Refusal
from engine.reasons import Reason

Sort = Literal["ask", "price", "offers", "stacking", "bundle"]


@dataclass(frozen=True, slots=True)
class Question:
    """One question: of which sort, for which name or product, and over which facts."""

    sort: Sort
    name: str
    facts: Mapping[str, Plain]
    by: str = ""
    """Who asked it: a scenario, or the golden invoices."""
    places: frozenset[str] = frozenset()
    """The places of the rules that decided it, once they were looked up; none where it was refused."""

    def reasons(self, rules: Rules) -> tuple[Reason, ...]:
        """The rules that decide it; none where it is refused."""
        try:
            match self.sort:
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
    """Rules that keep the questions which they are asked, the last one last."""

    rules: Rules
    questions: list[Question] = field(default_factory=list)

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

    @property
    def price_dependencies(self) -> None:
        """Anything, so that every question is put and recorded."""
        return None

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
        self.questions.append(Question(sort, name, dict(facts)))
