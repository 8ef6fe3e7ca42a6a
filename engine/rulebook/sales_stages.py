"""rules/stages.yaml: the stages of an opportunity with their probability, and why one is lost."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from engine.rulebook.yaml_model import Label, Name, Percentage, Written


class Stage(Written):
    """How far an open opportunity is, and how probable it is that it will be won."""

    id: Name
    """Its name."""
    label: Label
    """How people call it."""
    probability: Percentage
    """How probable it is that such an opportunity will be won: `40%`."""


class Stages(Written):
    """The stages of open opportunities, in order, and the reasons why one is lost or cancelled."""

    kind: Literal["stages"]
    stages: tuple[Stage, ...] = Field(min_length=1, max_length=50)
    """The stages in their order."""
    reasons: dict[Name, Label] = Field(min_length=1)
    """Why an opportunity was lost, by name."""
