"""The bills that a run would issue, beside those of a former system: which are equal, and what explains the others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from api.desk.desk import Desk, find_transactions
from api.importing.earlier_invoices import EarlierInvoices, read_earlier_invoices
from api.refusals import Positioned
from api.store import customers
from api.store.sql import Reading
from api.store.transaction_rows import OPEN, TransactionFilter
from engine.documents.billed import DraftedFigures
from engine.documents.invoice import DraftInvoice, InvoiceLine
from engine.documents.transaction_figures import TransactionFigures
from engine.money import Money
from engine.phrases import Phrase, listed, phrase
from engine.problems import Problem

_NEXT_YEAR: Final = timedelta(days=366)
"""How far ahead the next bill of a customer is looked up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoicedDifference:
    """A customer whose bill differs: what the former system billed, what is billed here, and what explains it."""

    customer: str
    name: str
    net_before: Money
    net: Money
    gross_before: Money | None
    gross: Money
    why: Phrase
    lines: tuple[InvoiceLine, ...] = ()
    """The lines of its bills here, where the net differs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoicedComparison:
    """The customers whose bills are equal, by count, and all that differ; with advice on the file."""

    equal: int
    differences: tuple[InvoicedDifference, ...]
    advice: tuple[Problem, ...]


def compare_invoiced(desk: Desk, drafted: Iterable[DraftedFigures], file: Path, due_through: date) -> InvoicedComparison:
    """Compares drafts with a list of invoices, customer by customer; refuses mistakes in the list at their place."""
    before, problems, texts = read_earlier_invoices(file, desk.rulebook.currency)
    if any(problem.stops for problem in problems):
        raise Positioned(problems, texts)
    drafts, held = _by_customer(drafted)
    with desk.store.reading() as connection:
        names = {name: one.name for name, one in customers.find(connection).items()}
        invoiced = _Invoiced(desk, connection, due_through, names)
        differences = []
        for customer in sorted({*before, *drafts, *held}):
            one = invoiced.difference(customer, before.get(customer), drafts.get(customer, []), held.get(customer, []))
            differences += [one] if one is not None else []
    equal = len({*before, *drafts, *held}) - len(differences)
    return InvoicedComparison(equal=equal, differences=tuple(differences), advice=problems)


def _by_customer(drafted: Iterable[DraftedFigures]) -> tuple[Mapping[str, list[DraftInvoice]], Mapping[str, list[TransactionFigures]]]:
    drafts: defaultdict[str, list[DraftInvoice]] = defaultdict(list)
    held: defaultdict[str, list[TransactionFigures]] = defaultdict(list)
    for each in drafted:
        for draft in each.drafts:
            drafts[draft.customer.id].append(draft)
        for one in each.held:
            held[one.customer].append(one)
    return drafts, held


@dataclass(frozen=True, slots=True)
class _Invoiced:
    """The bills of each customer, with what is needed to explain them."""

    desk: Desk
    connection: Reading
    due_through: date
    names: Mapping[str, str]

    def difference(
        self, customer: str, before: EarlierInvoices | None, drafts: Sequence[DraftInvoice], held: Sequence[TransactionFigures]
    ) -> InvoicedDifference | None:
        """The difference of one customer; None where its bills are equal and nothing is held back."""
        nothing = Money(0, self.desk.rulebook.currency)
        net, gross = sum((one.net for one in drafts), nothing), sum((one.gross for one in drafts), nothing)
        net_before = before.net if before else nothing
        gross_before = before.gross if before else None
        if net == net_before and gross_before in (None, gross) and not held:
            return None
        return InvoicedDifference(
            customer=customer,
            name=self.names.get(customer, ""),
            net_before=net_before,
            net=net,
            gross_before=gross_before,
            gross=gross,
            why=self._why(customer, before, drafts, held, net == net_before),
            lines=() if net == net_before else tuple(line for one in drafts for line in one.lines),
        )

    def _why(
        self,
        customer: str,
        before: EarlierInvoices | None,
        drafts: Sequence[DraftInvoice],
        held: Sequence[TransactionFigures],
        is_net_equal: bool,
    ) -> Phrase:
        if customer not in self.names:
            return phrase("there is no customer of this id here")
        if held:
            return phrase("held back: {because}", because=listed(sorted({one.held_because or "" for one in held})))
        if not drafts:
            return self._next_invoice(customer)
        if before is None:
            return phrase("it is not in the list of the former system")
        if not is_net_equal:
            return phrase("the net differs: see its lines")
        if before.gross is not None and abs(before.gross.minor - sum(one.gross.minor for one in drafts)) <= _lines_of(drafts):
            return phrase("the net is equal: VAT is computed here on the sum of each rate, and not line by line")
        parts = sorted({f"{part.category} {part.rate}%" for one in drafts for part in one.vat_breakdown})
        bases = sorted({part.basis for one in drafts for part in one.vat_breakdown if part.basis})
        return phrase("the net is equal, and VAT is {rates}: {bases}", rates=listed(parts), bases=listed(bases))

    def _next_invoice(self, customer: str) -> Phrase:
        criteria = TransactionFilter(customer=customer, states=OPEN)
        planned = find_transactions(self.desk, self.connection, criteria, through=self.due_through + _NEXT_YEAR)
        days = sorted(one.billing_date for one in planned if one.billing_date is not None)
        return phrase("it is billed next on {day}", day=days[0]) if days else phrase("it has no item that runs on")


def _lines_of(drafts: Sequence[DraftInvoice]) -> int:
    return sum(len(one.lines) for one in drafts)
