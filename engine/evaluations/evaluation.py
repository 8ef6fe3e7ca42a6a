"""The declaration of an evaluation: name, request, answer, function, and an example for any rulebook."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Annotated

from pydantic import BaseModel, Field, create_model

from engine.phrases import LANGUAGE, Language
from engine.reasons import Reason
from engine.rulebook.book import Rulebook
from engine.rulebook.catalog import Product

Example = dict[str, object]
"""A request as JSON has it."""
Rulebooks = Callable[[str | None], Rulebook]
"""Gives a rulebook: None is the live one, else a published version by its name such as `v3` or its fingerprint; refuses an unknown one."""
RulebookName = Annotated[
    str | None,
    Field(
        default=None,
        max_length=200,
        description="A published version of the rulebook, by its name such as `v3` or by its fingerprint; absent: the live one.",
    ),
]


@dataclass(frozen=True)
class Evaluation:
    """A calculation without state; its route, command, reference page and key in scenarios are made from this."""

    name: str
    summary: str
    request: type[BaseModel]
    answer: type[BaseModel]
    evaluate: Callable[..., BaseModel]  # each function takes its own request model
    example: Callable[[Rulebook], Example]
    """A request that the given rulebook answers."""

    @cached_property
    def versioned_request(self) -> type[BaseModel]:
        """The request of the service and the command, which may name a rulebook version."""
        name, text = self.request.__name__, self.request.__doc__
        return create_model(name, __base__=self.request, __doc__=text, rulebook=(RulebookName, None))

    def reply(self, request: BaseModel, rulebooks: Rulebooks) -> BaseModel:
        """The answer of the rulebook that a versioned request names."""
        return self.evaluate(request, rulebooks(getattr(request, "rulebook", None)))


def answer_tree(answer: BaseModel, language: Language) -> object:
    """An answer as JSON has it, with its sentences in a language."""
    return answer.model_dump(mode="json", context={LANGUAGE: language})


def reasons_of(answer: object) -> Iterator[Reason]:
    """All reasons in an answer, in order."""
    if isinstance(answer, Reason):
        yield answer
    elif isinstance(answer, BaseModel):
        for name in type(answer).model_fields:
            yield from reasons_of(getattr(answer, name))
    elif isinstance(answer, tuple | list):
        for each in answer:
            yield from reasons_of(each)


def priced_day(rulebook: Rulebook) -> date:
    """The first day of the latest price book, else the first day of the rules."""
    return max((book.from_ for book in rulebook.price_books), default=rulebook.company.rules_answer_from)


def first_segment(rulebook: Rulebook) -> str:
    """The first segment of customers in catalog/; empty where there is none."""
    return next(iter(rulebook.segments), "")


def sold_alone(rulebook: Rulebook) -> list[Product]:
    """Products with a price that require no other product and no attribute."""
    priced = set().union(*(book.prices for book in rulebook.price_books)) if rulebook.price_books else set()
    sold = [product for code, product in rulebook.products.items() if ("products", code) not in rulebook.retired]
    return [product for product in sold if product.code in priced and not product.requires and not product.attributes]
