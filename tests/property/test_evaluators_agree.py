"""The compiled rules and the reference interpreter agree on every evaluation of any rules, errors included."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from engine.language.checking.checker import check_rules
from engine.language.ir.walker import Block
from engine.language.syntax.parser import parse_rules
from engine.language.types.vocabulary import Vocabulary
from tests.property.constructs import CONSTRUCTS
from tests.property.evaluator_pairs import EvaluatorPair, Question, block_features, outcome, written_features
from tests.property.facts import random_facts
from tests.property.random_blocks import SAMPLE, Scribe
from tests.property.random_vocabulary import files, vocabulary
from tests.property.rare_constructs import TARGETS

QUESTIONS_A_RULEBOOK = 150
OUTCOMES = {
    "answer", "nothing", "missing-fact", "no-row", "two-rows", "different-results", "two-rules", "not-in-force", "does-not-apply",
    "division-by-zero", "nothing-to-compare", "outside-the-calendar",
}  # fmt: skip


class Book:
    """One random rulebook in both evaluators, its questions and what is written in its blocks."""

    def __init__(self, seed: int, known: Vocabulary) -> None:
        module, problems = parse_rules("rules/random.rules", Scribe(seed).write())
        checked, more = check_rules((module,), known, files())
        # An empty range is reported to its writer; the evaluators must agree on it all the same.
        wrong = [problem for problem in (*problems, *more) if problem.code != "range-reversed"]
        assert not wrong, "\n".join(map(str, wrong))
        self.evaluators = EvaluatorPair(checked)
        self.written = written_features(module)
        self.chance = random.Random(seed)
        self.questions = list(self._mixed())

    def _mixed(self) -> Iterator[tuple[str, Question, tuple[Block, ...]]]:
        """Of all questions: the gallery's in turn, its tables', those about sales, and some at random."""
        everything = list(self.evaluators.questions())
        shelves = [
            ([one for one in everything if one[0].startswith(f"ask {SAMPLE}-")], 66),
            ([one for one in everything if one[0].removeprefix("ask ").removesuffix(" of layers") in TARGETS], 46),
            ([one for one in everything if not one[0].startswith("ask ")], 28),
            (self.chance.sample(everything, 10), 10),
        ]
        for shelf, count in shelves:
            self.chance.shuffle(shelf)
            yield from (shelf[at % len(shelf)] for at in range(count))

    def ask(self, name: str, question: Question, facts: Any) -> str:
        """The outcome of a question in the reference, which the compiled rules must give too, with and without reasons."""
        expected = outcome(question, self.evaluators.reference, facts)
        for tracing in (False, True):
            assert outcome(question, self.evaluators.compiled, facts, tracing=tracing) == expected, f"{name}, tracing {tracing}, {facts}"
        return expected[0]


@pytest.mark.proof
def test_the_references_agree_on_every_random_question(proof_size: Callable[[int], int]) -> None:
    """20,000 questions in full, and as many more (to 30,000) as it takes until each construct and outcome came up 200 times."""
    known, counted, seed = vocabulary(), Counter[str](), 0
    rare: dict[str, int] = {}
    while (count := seed * QUESTIONS_A_RULEBOOK) < proof_size(20_000) or (rare and count < proof_size(30_000)):
        book = Book(seed, known)
        for name, question, blocks in book.questions:
            book.evaluators.counted.clear()
            counted[book.ask(f"rulebook {seed}, {name}", question, random_facts(book.chance))] += 1
            seen = {*book.evaluators.counted, *(feature for block in blocks for feature in block_features(block))}
            seen |= {feature for block in blocks for feature in book.written.get(block.span.line, ())}
            counted.update(seen | ({"several layers"} if name.endswith("of layers") else set()))
        seed += 1
        rare = {name: counted[name] for name in OUTCOMES | CONSTRUCTS | set(counted) if counted[name] < proof_size(200)}
    assert not rare, f"after {count} questions these came up fewer than {proof_size(200)} times: {rare}"
