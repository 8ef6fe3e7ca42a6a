"""What the fields of a page offer, as the desk says it: choices that stand in the page, and more by what is typed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache, partial
from typing import NamedTuple

from api.desk.choices import Choices, Offered, offered
from api.desk.desk import Desk
from engine.phrases import Language


class FieldList(NamedTuple):
    """The list of a field."""

    name: str
    has_more: bool
    """Whether more of it is read by what is typed."""


@dataclass(frozen=True, slots=True)
class OfferedChoices:
    """What the fields of one page offer."""

    offered: Callable[[str], Offered | None]
    """What is offered for the field of a name; None where anything may be written."""
    language: Language
    currency: str
    """That of amounts beside which no other one is named."""
    lists: dict[str, Offered] = field(default_factory=dict)
    """The lists from which fields of the page are filled in; one a name, for all fields of that name."""

    def select(self, name: str, value: str) -> Choices:
        """The few values of a field that holds nothing else, and the one that it has; empty where one types."""
        known = self.offered(name)
        if known is None or not known.is_closed or not known.choices:
            return ()
        shown = tuple((code, label if label == code else f"{label} ({code})") for code, label in known.choices)
        return shown if not value or any(code == value for code, _ in shown) else (*shown, (value, value))

    def listed(self, name: str) -> FieldList | None:
        """The list from which a field is filled in; None where anything may be written."""
        known = self.offered(name)
        if known is None:
            return None
        self.lists[name] = known
        return FieldList(name, known.has_more)


def offers_of(desk: Desk, language: Language) -> OfferedChoices:
    """What the fields of a page offer by the rulebook in force."""
    return OfferedChoices(cache(partial(offered, desk, language=language)), language, desk.rulebook.currency.code)
