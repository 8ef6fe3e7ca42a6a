"""rules/vocabulary.yaml: attributes that analysts add to customers, products and lines, and the roles of people."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from engine.rulebook.yaml_model import Label, Name, Written


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
