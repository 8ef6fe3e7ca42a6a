"""The text of one table cell with its position, in a CSV, a YAML file or a sheet."""

from __future__ import annotations

from dataclasses import dataclass

from engine.problems import Span


@dataclass(frozen=True, slots=True)
class TextCell:
    """The text of one cell, and its position."""

    text: str
    span: Span
