"""The port of a register of VAT numbers: what it is asked and what it answers, whoever runs it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from api.store.sales_records import VatAnswer
from engine.phrases import Phrase


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterAnswer:
    """What a register answered about a number. Only a clear yes or no is an answer; all else is `unknown`, never `invalid`."""

    result: VatAnswer
    consultation: str | None = None
    """The number under which the register has the question on record."""
    requester: str | None = None
    """The VAT number for which it was asked."""
    name: str | None = None
    address: str | None = None
    """Whose number it is, where the register tells."""
    because: Phrase | None = None
    """Why there is no answer."""
    is_down: bool = False
    """Whether the register as a whole gives no answers now."""
    is_state_down: bool = False
    """Whether the register of that number's state gives no answers now."""
    is_busy: bool = False
    """Whether it has too many questions at once, and may answer in a moment."""


class VatRegister(Protocol):
    """What a register does."""

    @property
    def name(self) -> str:
        """How it is called on evidence."""

    def has(self, number: str) -> bool:
        """Whether it knows numbers of that state."""

    def ask(self, number: str) -> RegisterAnswer:
        """What it says of a number; it never fails."""
