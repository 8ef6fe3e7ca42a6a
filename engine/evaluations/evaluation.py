"""What an evaluation declares: its name, its request and answer, the function between them, and an example that every rulebook answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated

from pydantic import BaseModel, Field, create_model

from engine.reasons import Reason
from engine.rulebook.book import Rulebook

Example = dict[str, object]
"""A request as JSON has it."""
RulebookName = Annotated[
    str | None, Field(default=None, max_length=200, description="A published rulebook version by its fingerprint; absent: the live one.")
]


@dataclass(frozen=True)
class Evaluation:
    """A question without state. From this its route, its command, its reference page and its key in scenarios are made."""

    name: str
    summary: str
    request: type[BaseModel]
    answer: type[BaseModel]
    evaluate: Callable[..., BaseModel]  # each function takes its own request model
    example: Callable[[Rulebook], Example]
    """A request that the given rulebook answers."""

    @cached_property
    def versioned_request(self) -> type[BaseModel]:
        """The request as the service and the command take it: it may name a rulebook version."""
        name, text = self.request.__name__, self.request.__doc__
        return create_model(name, __base__=self.request, __doc__=text, rulebook=(RulebookName, None))

    def reply(self, question: BaseModel, rulebooks: Callable[[str | None], Rulebook]) -> BaseModel:
        """The answer of the rulebook that a versioned request names."""
        return self.evaluate(question, rulebooks(getattr(question, "rulebook", None)))


def reasons_of(answer: object) -> Iterator[Reason]:
    """All reasons that stand in an answer, in its order."""
    if isinstance(answer, Reason):
        yield answer
    elif isinstance(answer, BaseModel):
        for name in type(answer).model_fields:
            yield from reasons_of(getattr(answer, name))
    elif isinstance(answer, tuple | list):
        for each in answer:
            yield from reasons_of(each)
