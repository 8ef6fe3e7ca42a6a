"""The text of one cell of a table with its position, whether in a CSV, a YAML file or a sheet."""

from __future__ import annotations

from dataclasses import dataclass

from engine.problems import Span


@dataclass(frozen=True, slots=True)
class TextCell:
    """The text of one cell, and where it stands."""

    text: str
    span: Span
