"""Which cases get another answer: of the rules, region by region, and of the price books, by product and stretch of days."""

from __future__ import annotations

from dataclasses import dataclass

from engine.comparing.list_price_changes import price_changes
from engine.language import Cases
from engine.rulebook.book import Rulebook
from engine.rulebook.facts import product_facts


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerChange:
    """Cases in which a name is answered otherwise: the region in words, one case of it, and both answers (None: there is none)."""

    name: str
    region: str
    sample: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswersCompared:
    """All regions that get another answer, and the names of which that could not be worked out, each with the reason."""

    changes: tuple[AnswerChange, ...]
    undecided: tuple[tuple[str, str], ...] = ()


def compare_answers(before: Rulebook, after: Rulebook) -> AnswersCompared:
    """Every region of cases in which a rule answers otherwise, or a price book has another price."""
    of_books = (
        AnswerChange(name=one.name, region=one.region, sample=one.region, before=one.before, after=one.after)
        for one in price_changes(before, after)
    )
    rules = (before.rules, after.rules)
    found, undecided = after.checked.changed_cases(before.checked, cases=(_cases(before), _cases(after)), rules=rules)
    of_rules = (AnswerChange(name=one.name, region=one.region, sample=one.sample, before=one.before, after=one.after) for one in found)
    return AnswersCompared(changes=(*of_books, *of_rules), undecided=undecided)


def _cases(rulebook: Rulebook) -> Cases:
    company = rulebook.company
    return Cases(
        fixed={"seller.country": company.seller.country},
        products=tuple(product_facts(product) for product in rulebook.products.values()),
        horizon=(company.rules_answer_from, company.rules_answer_until),
    )
