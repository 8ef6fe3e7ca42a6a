"""The model of scenario files: given facts, expected answers, and reasons. They test a rulebook and are no part of it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from engine.rulebook.yaml_model import Written

Given = Annotated[dict[str, object], Field(max_length=500)]
"""Names and what they stand for, in the words of the rule language; a list stands under `lines` alone."""


class Scenario(Written):
    """One case: facts (or one whole question) and what the rules must answer, exactly; `because` says who decided it.

    A whole question stands under the name of its evaluation (`price`, `due-date`); `engine.testing.scenario_reader` knows which there are.
    """

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, object]

    name: str = Field(min_length=1, max_length=200)
    """What the case is, as people call it."""
    given: Given = Field(default_factory=dict)
    """Facts of this case alone, beside those given for all."""
    expect: Annotated[dict[str, object], Field(min_length=1, max_length=500)]
    """What must come out, exactly."""
    because: str | None = Field(default=None, max_length=2000)
    """The reason or rule that must have decided it."""


class Scenarios(Written):
    """The scenarios of one file. What is `given` at the top holds for each of them; a scenario only says what differs."""

    kind: Literal["tests"]
    of: str | None = Field(default=None, max_length=200)
    """The module or block that is tried; for readers."""
    given: Given = Field(default_factory=dict)
    """What holds for every scenario of this file."""
    scenarios: Annotated[tuple[Scenario, ...], Field(min_length=1, max_length=5000)]
    """The cases."""


class ExplainedMutant(Written):
    """A change to a rulebook that no scenario may notice, and why: the file, a piece of its line, and what is written instead (any)."""

    in_: str = Field(min_length=1, max_length=300)
    """The file of the rulebook in which it stands."""
    line: str = Field(min_length=1, max_length=500)
    """The line, as it is written there."""
    after: str | None = Field(default=None, max_length=500)
    """What it would be changed into."""
    because: str = Field(min_length=10, max_length=2000)
    """Why no scenario can notice the change."""


class ExplainedMutants(Written):
    """The changes that mean nothing, as somebody read and approved them."""

    kind: Literal["mutants"]
    explained: Annotated[tuple[ExplainedMutant, ...], Field(max_length=5000)]
    """The changes that nobody can notice, each with why."""
