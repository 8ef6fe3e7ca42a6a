"""Requests for a credit note: the whole invoice, some of its lines, or an amount."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from engine.documents.document import Document
from engine.model_errors import field_error
from engine.money import Money, Quantity
from engine.phrases import phrase


class CreditLine(Document):
    """A line of the invoice (from 1), and how much of it is asked back: a quantity, a net amount, or all that is left of it."""

    line: int = Field(ge=1, le=100_000)
    quantity: Quantity | None = None
    amount: Money | None = None

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if self.quantity is not None and self.amount is not None:
            raise field_error("one-of", "give `quantity` or `amount`, not both", remedy=phrase("keep one of the two"))
        return self


class CreditSelection(Document):
    """All that is left, some lines, or a net amount spread over the lines by what is left of them; exactly one of the three."""

    whole: bool = False
    lines: tuple[CreditLine, ...] = Field(default=(), max_length=10_000)
    amount: Money | None = None

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if [self.whole, bool(self.lines), self.amount is not None].count(True) != 1:
            raise field_error("one-of", "ask for exactly one: `whole: true`, `lines` or `amount`", remedy=phrase("keep one of them"))
        return self
