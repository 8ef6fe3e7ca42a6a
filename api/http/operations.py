"""The operations of the service: each takes a JSON request and gives a JSON answer, and holds no state."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pydantic import BaseModel

from api.http.request_parsing import MISSING, read_body, read_json, read_request
from api.importing.import_folder import Folder
from api.workbench.cursor_answers import CursorAnswer, CursorRequest, cursor_answer, cursor_example
from api.workbench.draft_review import ReviewResponse, problems_as_json, review
from api.workbench.overlay import CheckResponse, DiffResponse, Overlay, Workbench, overlay_example
from api.workbench.rulebook_versions import live_or_published, texts_live_or_published
from engine.comparing.comparison_json import comparison_tree
from engine.evaluations.evaluation import Evaluation, Rulebooks, answer_tree
from engine.evaluations.registry import EVALUATIONS
from engine.phrases import Language, phrase
from engine.problems import refuse
from engine.rulebook.book import Rulebook
from engine.text.sources import Sources


@dataclass(frozen=True)
class Operation:
    """One operation: its name and description, the models of its request and answer, an example, and the function that answers."""

    name: str
    summary: str
    description: str
    request: type[BaseModel]
    answer: type[BaseModel]
    example: Mapping[str, object]
    respond: Callable[..., object]  # of the request's own model, and of the language of texts
    is_heavy: bool = False
    """Whether it reads and compares whole rulebooks, which takes seconds."""

    def answer_to(self, body: bytes, language: Language) -> object:
        """The answer to the bytes of a request; Refusal with every mistake in it."""
        if not body:
            raise refuse(MISSING, pointer="", name=phrase("the request"))
        return self.respond(read_body(self.request, read_json(body)), language)

    def example_answer(self) -> object:
        """The answer to the example; that of a heavy operation takes seconds."""
        return self.respond(read_request(self.request, self.example), "en")


def all_operations(rulebook: Rulebook, sources: Sources, golden: Folder | None, database_url: str | None = None) -> Mapping[str, Operation]:
    """Every operation over a rulebook, by name; requests may name the published versions of a database."""
    rulebooks = live_or_published(rulebook, database_url)
    evaluations = [_evaluation(each, rulebooks) for each in EVALUATIONS.values()]
    workbench = Workbench(sources, golden, texts_live_or_published(rulebook, sources, database_url))
    return {operation.name: operation for operation in (*evaluations, *_overlays(workbench))}


def _evaluation(evaluation: Evaluation, rulebooks: Rulebooks) -> Operation:
    def respond(request: BaseModel, language: Language) -> object:
        return answer_tree(evaluation.reply(request, rulebooks), language)

    return Operation(
        name=evaluation.name,
        summary=evaluation.summary,
        description=evaluation.evaluate.__doc__ or "",
        request=evaluation.versioned_request,
        answer=evaluation.answer,
        example=evaluation.example(rulebooks(None)),
        respond=respond,
    )


def _overlays(workbench: Workbench) -> tuple[Operation, ...]:
    def check(overlay: Overlay, language: Language) -> object:
        return {"problems": problems_as_json(workbench.check(overlay), language)}

    def diff(overlay: Overlay, language: Language) -> object:
        return comparison_tree(workbench.diff(overlay), language)

    about_check = "Every problem of the rulebook with these texts as an overlay, each with its position and how to fix it."
    about_diff = "What these texts as an overlay change: the texts, the cases with another result, and the amounts."

    def reviewed(overlay: Overlay, language: Language) -> object:
        return review(workbench, overlay, language)

    about_review = "What these texts mean as an overlay, for who writes them: problems before proofs, amounts, scenarios, and tests to add."

    def at_cursor(request: CursorRequest, language: Language) -> object:
        return cursor_answer(workbench, request, language)

    about_cursor = "What may be written at a place of a text that is an overlay, and what the word there means, as editors show it."
    mistyped, added = overlay_example("line.quantty"), overlay_example("line.quantity")
    return (
        Operation("check", "The problems of changed texts", about_check, Overlay, CheckResponse, mistyped, check, True),
        Operation("diff", "The amounts that changed texts change", about_diff, Overlay, DiffResponse, added, diff, True),
        Operation("review", "What changed texts mean, as one writes them", about_review, Overlay, ReviewResponse, added, reviewed, True),
        Operation(
            "cursor",
            "What may be written at a place of a text",
            about_cursor,
            CursorRequest,
            CursorAnswer,
            cursor_example("line.quantity"),
            at_cursor,
        ),
    )
