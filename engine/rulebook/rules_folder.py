"""rules/: attributes that analysts add, the roles of people, the stages of opportunities, and why one is lost."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from engine.rulebook.yaml_model import Label, Name, Percentage, Whole, Written


class AttributeEntry(Written):
    """One attribute: its type in the language of rules (`Number`, `Enum[a, b]`) and what it means."""

    type: str = Field(max_length=500)
    """`Text`, `Number`, `Quantity`, `Percent`, `Date`, `Bool`, `Money` or `Enum[a, b]`."""
    label: Label
    """What it means, for people."""


class VocabularyFile(Written):
    """Attributes by their full name (`customer.shops`), and roles (who approves quotes)."""

    kind: Literal["vocabulary"]
    attributes: dict[str, AttributeEntry] = Field(default_factory=dict)
    """By full name: `customer.shops`."""
    roles: dict[Name, Label] = Field(default_factory=dict)
    """Who approves quotes, by name."""


class Stage(Written):
    """How far an open opportunity is, and how probable it is that it will be won."""

    id: Name
    """Its name."""
    label: Label
    """How people call it."""
    probability: Percentage
    """How probable it is that such an opportunity will be won: `40%`."""
    stale_after: Whole | None = Field(default=None, ge=1, le=1000)
    """After how many days in it an opportunity needs attention; absent: never."""


class Stages(Written):
    """The stages of open opportunities, in order, and the reasons why one is lost or cancelled."""

    kind: Literal["stages"]
    stages: tuple[Stage, ...] = Field(min_length=1, max_length=50)
    """The stages in their order."""
    reasons: dict[Name, Label] = Field(min_length=1)
    """Why an opportunity was lost, by name."""
