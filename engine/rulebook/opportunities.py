"""rules/stages.yaml: the stages of an opportunity with their probability, and why one is lost."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from engine.rulebook.written import Label, Name, Percentage, Written


class Stage(Written):
    """How far an open opportunity is, and how probable it is that it will be won."""

    id: Name
    label: Label
    probability: Percentage


class Stages(Written):
    """The stages of open opportunities, in order, and the reasons why one is lost or cancelled."""

    kind: Literal["stages"]
    stages: tuple[Stage, ...] = Field(min_length=1, max_length=50)
    reasons: dict[Name, Label] = Field(min_length=1)
