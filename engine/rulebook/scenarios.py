"""Scenarios beside the rules: what is given, what must come out of it, and why; they prove a rulebook and are no part of it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from engine.rulebook.written import Written

Given = Annotated[dict[str, object], Field(max_length=500)]
"""Names and what they stand for, in the words of the rule language; a list stands under `lines` alone."""
Asked = Annotated[dict[str, object], Field(max_length=50)]
"""A whole question, or a part of its answer, in the words of `billwright evaluate`."""


class Scenario(Written):
    """One case: facts (or one whole question) and what the rules must answer, exactly; `because` says who decided it."""

    name: str = Field(min_length=1, max_length=200)
    given: Given = Field(default_factory=dict)
    price: Asked | None = None
    schedule: Asked | None = None
    payment_plan: Asked | None = None
    vat: Asked | None = None
    quote: Asked | None = None
    invoice: Asked | None = None
    due_date: Asked | None = None
    expect: Annotated[dict[str, object], Field(min_length=1, max_length=500)]
    because: str | None = Field(default=None, max_length=2000)


class Scenarios(Written):
    """The scenarios of one file. What is `given` at the top holds for each of them; a scenario only says what differs."""

    kind: Literal["tests"]
    of: str | None = Field(default=None, max_length=200)
    given: Given = Field(default_factory=dict)
    scenarios: Annotated[tuple[Scenario, ...], Field(min_length=1, max_length=5000)]


class ExplainedMutant(Written):
    """A change to a rulebook that no scenario may notice, and why: the file, a piece of its line, and what is written instead (any)."""

    in_: str = Field(min_length=1, max_length=300)
    line: str = Field(min_length=1, max_length=500)
    after: str | None = Field(default=None, max_length=500)
    because: str = Field(min_length=10, max_length=2000)


class ExplainedMutants(Written):
    """The changes that mean nothing, as somebody read and approved them."""

    kind: Literal["mutants"]
    explained: Annotated[tuple[ExplainedMutant, ...], Field(max_length=5000)]
