"""What scenarios touch: the questions that their rules were asked, with the facts, and the places that the answers name as reasons."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date

from engine.evaluations.evaluation import reasons_of
from engine.explaining.amount_trace import record_questions
from engine.language import Question
from engine.problems import Refusal
from engine.reasons import Reason
from engine.rulebook.book import Rulebook
from engine.testing.scenario_reader import Scenario
from engine.testing.scenario_runner import facts_of


@dataclass(slots=True)
class Touched:
    """All that was heard: the questions, the places named as reasons with the day of the question, and the words of the questions."""

    questions: list[Question] = field(default_factory=list)
    places: dict[str, set[date]] = field(default_factory=dict)
    words: set[str] = field(default_factory=set)
    scenarios: int = 0
    golden: int = 0

    def note(self, reasons: Iterable[Reason], days: Iterable[date]) -> None:
        """Keeps the places of reasons, with the days that were asked about."""
        for reason in reasons:
            if reason.where is not None:
                self.places.setdefault(reason.where, set()).update(days)


def touched_by(scenarios: Iterable[Scenario], rulebook: Rulebook) -> Touched:
    """What these scenarios touch, found by asking them once more and listening."""
    found = Touched()
    known: set[object] = set()
    for scenario in scenarios:
        found.scenarios += 1
        questions, reasons = _of_scenario(scenario, rulebook, found.words)
        days = {day for question in questions for day in question.facts.values() if isinstance(day, date)}
        found.note(reasons, days | _days(scenario))
        _keep(found, scenario.name, questions, rulebook, known)
    return found


def touched_by_golden(found: Touched, rulebook: Rulebook, invoicing: Callable[[Rulebook], tuple[object, int]], name: str) -> None:
    """Adds what the golden invoices touch; `invoicing` gives their documents and how many there are."""
    (documents, number), questions = record_questions(rulebook, invoicing)
    found.golden = number
    found.note(reasons_of(documents), ())
    _keep(found, name, questions, rulebook, set())


def _of_scenario(scenario: Scenario, rulebook: Rulebook, words: set[str]) -> tuple[tuple[Question, ...], tuple[Reason, ...]]:
    if scenario.put is None:
        facts = facts_of(scenario, rulebook)
        return tuple(Question("ask", expected.name, facts) for expected in scenario.expected), ()
    put = scenario.put
    words.update(_texts(put.request.model_dump(mode="json")))

    def ask(listening: Rulebook) -> tuple[Reason, ...]:
        try:
            return tuple(reasons_of(put.evaluation.evaluate(put.request, listening)))
        except Refusal:
            return ()

    reasons, questions = record_questions(rulebook, ask)
    return questions, reasons


def _keep(found: Touched, by: str, questions: Iterable[Question], rulebook: Rulebook, known: set[object]) -> None:
    for question in questions:
        key = (question.sort, question.name, tuple(sorted((name, repr(plain)) for name, plain in question.facts.items())))
        if key not in known:
            known.add(key)
            reasons = question.reasons(rulebook.rules)
            found.note(reasons, (day for day in question.facts.values() if isinstance(day, date)))
            places = frozenset(reason.where for reason in reasons if reason.where)
            found.questions.append(replace(question, by=by, places=places))


def _texts(node: object) -> Iterator[str]:
    if isinstance(node, str):
        yield node
    for below in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from _texts(below)


def _days(scenario: Scenario) -> set[date]:
    """The days that a whole question names."""
    texts = _texts(scenario.put.request.model_dump(mode="json")) if scenario.put is not None else ()
    return {date.fromisoformat(text) for text in texts if len(text) == 10 and text[4:8:3] == "--" and text.replace("-", "").isdecimal()}
