"""What an action changed of an order, as it was before: enough to take the action back."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, JsonValue

from engine.documents.document import OneCurrency
from engine.documents.order import AnyItem


class OrderBefore(OneCurrency):
    """The items and fields of an order that an action changed, with their values before it; what stayed is left out."""

    items: tuple[Annotated[AnyItem, Field(discriminator="type")], ...] = ()
    added: tuple[str, ...] = ()
    """The items that the action added."""
    fields: dict[str, JsonValue] = Field(default_factory=dict)
    """The fields of the order beside its items and its history, such as its events, as JSON."""

    @property
    def touched(self) -> frozenset[str]:
        """What the action changed: ids of items, and names of fields of the order."""
        return frozenset({*(item.id for item in self.items), *self.added, *self.fields})
