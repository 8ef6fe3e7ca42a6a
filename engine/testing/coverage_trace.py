"""Traces what scenarios reach: the questions that the rules answer for them, and the places that the reasons name."""

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
    """Everything reached: the questions, the places of reasons with the days of their questions, and the texts of requests."""

    questions: list[Question] = field(default_factory=list)
    places: dict[str, set[date]] = field(default_factory=dict)
    words: set[str] = field(default_factory=set)
    scenarios: int = 0
    golden: int = 0

    def add_places(self, reasons: Iterable[Reason], days: Iterable[date]) -> None:
        """Adds the places of reasons with the days of their questions."""
        for reason in reasons:
            if reason.where is not None:
                self.places.setdefault(reason.where, set()).update(days)


def touched_by(scenarios: Iterable[Scenario], rulebook: Rulebook, progress: Callable[[int], None] | None = None) -> Touched:
    """Everything that some scenarios reach, traced by running each once more; progress counts them."""
    touched = Touched()
    known: set[object] = set()
    for scenario in scenarios:
        touched.scenarios += 1
        if progress is not None:
            progress(touched.scenarios)
        questions, reasons = _trace(scenario, rulebook, touched.words)
        days = {day for question in questions for day in question.facts.values() if isinstance(day, date)}
        touched.add_places(reasons, days | _days(scenario))
        _add_questions(touched, scenario.name, questions, rulebook, known)
    return touched


def add_golden(touched: Touched, rulebook: Rulebook, invoicing: Callable[[Rulebook], tuple[object, int]], name: str) -> None:
    """Adds everything that the golden invoices reach; `invoicing` gives their documents and their number."""
    (documents, number), questions = record_questions(rulebook, invoicing)
    touched.golden = number
    touched.add_places(reasons_of(documents), ())
    _add_questions(touched, name, questions, rulebook, set())


def _trace(scenario: Scenario, rulebook: Rulebook, words: set[str]) -> tuple[tuple[Question, ...], tuple[Reason, ...]]:
    case = scenario.case
    if case is None:
        facts = facts_of(scenario, rulebook)
        return tuple(Question("ask", expected.name, facts) for expected in scenario.expected), ()
    words.update(_texts(case.request.model_dump(mode="json")))

    def evaluate(recorded: Rulebook) -> tuple[Reason, ...]:
        try:
            return tuple(reasons_of(case.evaluation.evaluate(case.request, recorded)))
        except Refusal:
            return ()

    reasons, questions = record_questions(rulebook, evaluate)
    return questions, reasons


def _add_questions(touched: Touched, by: str, questions: Iterable[Question], rulebook: Rulebook, known: set[object]) -> None:
    for question in questions:
        key = (question.kind, question.name, tuple(sorted((name, repr(plain)) for name, plain in question.facts.items())))
        if key not in known:
            known.add(key)
            reasons = question.reasons(rulebook.rules)
            touched.add_places(reasons, (day for day in question.facts.values() if isinstance(day, date)))
            places = frozenset(reason.where for reason in reasons if reason.where)
            touched.questions.append(replace(question, by=by, places=places))


def _texts(node: object) -> Iterator[str]:
    if isinstance(node, str):
        yield node
    for below in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from _texts(below)


def _days(scenario: Scenario) -> set[date]:
    """The days in the request of an evaluation."""
    texts = _texts(scenario.case.request.model_dump(mode="json")) if scenario.case is not None else ()
    return {date.fromisoformat(text) for text in texts if len(text) == 10 and text[4:8:3] == "--" and text.replace("-", "").isdecimal()}
