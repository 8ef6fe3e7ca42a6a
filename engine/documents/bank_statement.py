"""Bank statements: what a bank reports of one account over some days, in files of the form CODA or CAMT.053."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from engine.dates import Day
from engine.documents.document import CLOSED, OneCurrency
from engine.money import Money

ReturnKind = Literal["reject", "return", "refund", "reversal", "cancellation"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counterparty:
    """Who paid or was paid, as far as the bank says it."""

    __pydantic_config__ = CLOSED

    name: str = ""
    iban: str | None = None
    account: str | None = None
    """The number of an account that is no IBAN."""
    bic: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentReturn:
    """Why a payment came back: the kind of the return, and the reason code of ISO 20022, where the bank gives one."""

    __pydantic_config__ = CLOSED

    kind: ReturnKind
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BankMovement:
    """One movement of an account, or one detail of a movement."""

    __pydantic_config__ = CLOSED

    number: int
    """Its number in the statement: that of the bank in CODA, its place in CAMT."""
    detail: int = 0
    """Its number within the movement; 0: the movement itself."""
    amount: Money
    """Above zero what was received, below zero what was paid."""
    value_date: Day | None = None
    entry_date: Day
    reference: str | None = None
    """A structured communication or creditor reference whose check digits fit, as invoices carry it."""
    text: str = ""
    """What the payer wrote."""
    structured: str = ""
    """A structured communication as the bank writes it, with its type in CODA."""
    counterparty: Counterparty = Counterparty()
    code: str = ""
    """The bank's code of the kind of transaction."""
    bank_reference: str = ""
    customer_reference: str = ""
    """The reference that the payer gave (end-to-end)."""
    mandate: str | None = None
    """The mandate of a direct debit."""
    is_reversal: bool = False
    """Whether the bank takes back or corrects an earlier movement."""
    returned: PaymentReturn | None = None
    information: tuple[str, ...] = ()
    """What the bank adds."""
    charge: Money | None = None
    """What the bank kept of what was received; the amount is without it."""
    is_total: bool = False
    """Whether the amount is the total of several payments."""
    details: tuple[BankMovement, ...] = ()

    @property
    def payments(self) -> tuple[BankMovement, ...]:
        """The payments of which it consists: its details where it is their total and they add up to it, else itself."""
        return self.details if self.is_total and self.adds_up else (self,)

    @property
    def adds_up(self) -> bool:
        """Whether its details add up to it."""
        return bool(self.details) and sum(each.amount.minor for each in self.details) == self.amount.minor


class BankStatement(OneCurrency):
    """A statement of one account. The old balance and all movements make the new balance."""

    format: Literal["CODA", "CAMT.053"]
    iban: str
    """Our own account."""
    holder: str = ""
    name: str
    """What identifies it among the statements of its account: `2026-042` in CODA, the bank's identification in CAMT."""
    number: str = ""
    """Its number in the bank's own series."""
    created_on: Day
    is_duplicate: bool = False
    """Whether the bank marks it as a copy of a statement sent before."""
    old_balance: Money
    old_balance_on: Day
    new_balance: Money
    new_balance_on: Day
    movements: tuple[BankMovement, ...] = ()
    messages: tuple[str, ...] = ()
    """What the bank tells its customer."""
    not_booked: int = 0
    """How many entries are announced and not booked: they are no movements."""

    @property
    def payments(self) -> tuple[BankMovement, ...]:
        """All payments, with the details of totals one by one."""
        return tuple(payment for movement in self.movements for payment in movement.payments)
