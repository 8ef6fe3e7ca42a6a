"""What a form says above its fields of what it would do as it is filled in, with links to more of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class FormText(NamedTuple):
    """A sentence or two, and the links below it: each with its text and its address."""

    text: str
    links: Sequence[tuple[str, str]]
