"""Inputs and results of billing: increments, started orders, drafts, held transactions and refusals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from engine.documents.invoice import DraftInvoice, SettledAdvance
from engine.documents.order import Order
from engine.documents.transaction import Transaction
from engine.documents.transaction_figures import PlannedAmount, TransactionFigures
from engine.problems import Problem, Refusal


@dataclass(frozen=True, slots=True)
class Increment:
    """A new order whose items are to join a running one: that of an id, else the customer's."""

    order: Order
    into: str | None = None


@dataclass(frozen=True, slots=True)
class RunningOrders:
    """The running orders of a customer by id, and which of them new items join (None: as the rules choose)."""

    orders: Mapping[str, Order]
    into: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """Orders that have begun or grown, by their ids, and by the ids of the new ones why the rules refuse others."""

    orders: Mapping[str, Order]
    refused: Mapping[str, Refusal]


@dataclass(frozen=True, slots=True)
class Concluded:
    """What an invoice concludes: the earlier invoices of its orders with their dates, and what is open of the advances among them."""

    refers_to: Mapping[str, date]
    settles: tuple[SettledAdvance, ...] = ()


class Planned(NamedTuple):
    """The transactions of many orders, the refusals, and the items without transactions whose names left the rulebook; by order id."""

    transactions: Mapping[str, tuple[Transaction, ...]]
    refused: Mapping[str, Refusal]
    missing: Mapping[str, Mapping[str, Problem]]
    """By item the first missing name; only of orders that have such items."""


class PlannedAmounts(NamedTuple):
    """The same in figures: by order id the figures of each of its items, in their order; like items share them."""

    amounts: Mapping[str, Mapping[str, Sequence[PlannedAmount]]]
    refused: Mapping[str, Refusal]
    missing: Mapping[str, Mapping[str, Problem]]


@dataclass(frozen=True, slots=True)
class Unbilled:
    """A customer's order (or, without one, all that is due from him) that the rulebook refuses to bill, and why."""

    customer: str
    order: str | None
    problem: Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafted:
    """The drafts in the order of their numbers to be, and the transactions that are held back, each with its reason."""

    drafts: tuple[DraftInvoice, ...] = ()
    held: tuple[Transaction, ...] = ()
    refused: tuple[Unbilled, ...] = ()
    """The problems of customers whose transactions are held back because the rules refuse to bill them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftedFigures:
    """The drafts of transactions in figures, and those that are held back, each with its reason."""

    drafts: tuple[DraftInvoice, ...]
    due: Mapping[str, TransactionFigures]
    """What was to be drafted, by identity."""
    held: tuple[TransactionFigures, ...]
    differing: frozenset[str]
    """The orders whose stored figures are not those of their plan: they must be planned again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Billed:
    """Orders planned and billed in memory: the drafts, all transactions that were planned, and what is refused."""

    drafts: tuple[DraftInvoice, ...]
    transactions: tuple[Transaction, ...]
    unbilled: tuple[Unbilled, ...] = ()
