"""The registry: whatever it lists is answered from its own example, and explained."""

from pathlib import Path

import pytest

from api.rulebook_folder import read_folder
from engine.evaluations.evaluation import reasons_of
from engine.evaluations.registry import EVALUATIONS
from engine.explaining.explain_evaluation import explain_answer
from engine.rulebook.book import Rulebook
from engine.rulebook.reader import read_rulebook


@pytest.fixture(scope="module")
def shipped_rulebook(root: Path) -> Rulebook:
    return read_rulebook(read_folder(root))


@pytest.mark.parametrize("name", EVALUATIONS)
def test_an_example_is_answered_and_explained(shipped_rulebook: Rulebook, name: str) -> None:
    evaluation = EVALUATIONS[name]
    question = evaluation.versioned_request.model_validate(evaluation.example(shipped_rulebook))
    answer = evaluation.reply(question, lambda version: shipped_rulebook)
    assert isinstance(answer, evaluation.answer)
    assert all(part.sentence for part in explain_answer(name, answer, shipped_rulebook).parts)


def test_an_answer_without_amounts_is_explained_by_its_reasons(shipped_rulebook: Rulebook) -> None:
    evaluation = EVALUATIONS["due-date"]
    answer = evaluation.evaluate(evaluation.request.model_validate({"issued_on": "2027-01-31", "terms": "30-days"}), shipped_rulebook)
    (part,) = explain_answer("due-date", answer, shipped_rulebook).parts
    assert (part.title, part.sentence, part.steps) == (
        "due-date", "2027-03-02, 30 days after 2027-01-31", tuple(reasons_of(answer)),
    )  # fmt: skip
