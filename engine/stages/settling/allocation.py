"""How the amount of a payment is spread over documents, and how a return takes it back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from engine.documents.payment_match import Allocation, AllocationKind, OpenDocument, Payment
from engine.money import Money

MOST_EXCHANGE: Final = 4
"""A difference of exchange is at most this part of what documents ask, a quarter: more is a mistake."""


def allocate(payment: Payment, documents: Iterable[OpenDocument], tolerance: int) -> tuple[tuple[Allocation, ...], Money]:
    """The parts of a payment for each document, oldest due date first and charges last, and what is left of it.

    A discount for early payment in time closes its document, and so do what the bank kept of the payment and a rest of at most the
    tolerance (in minor units).
    """
    ordered = sorted(documents, key=_by_age)
    is_reduced = takes_offers(payment, ordered, tolerance)
    left, charge, parts = payment.amount, payment.given - payment.amount, list[Allocation]()
    for document in ordered:
        target = document.payable_on(payment.paid_on) if is_reduced else document.rest
        paid = min(left, target)
        if paid.minor <= 0:
            continue
        left -= paid
        parts.append(Allocation(payment=payment.id, document=document.number, amount=paid))
        by_bank = min(charge, target - paid)
        if by_bank:
            charge -= by_bank
            target -= by_bank
            parts.append(Allocation(payment=payment.id, document=document.number, amount=by_bank, kind="charge"))
        closed = paid + by_bank
        kind: AllocationKind = "cash-discount" if target + by_bank != document.rest else "difference"
        if closed != document.rest and (target - paid).minor <= tolerance:
            parts.append(Allocation(payment=payment.id, document=document.number, amount=document.rest - closed, kind=kind))
    return tuple(parts), left


def settle_exchanged(payment: Payment, documents: Iterable[OpenDocument]) -> tuple[Allocation, ...] | None:
    """The parts of a payment that settle documents whole, whatever changing money made of it: the last bears the difference of exchange.

    None where that is more than a quarter of what the documents ask: then it is something else.
    """
    ordered, left, parts = sorted(documents, key=_by_age), payment.amount, list[Allocation]()
    due = sum(each.rest.minor for each in ordered)
    if abs(payment.amount.minor - due) * MOST_EXCHANGE > due:
        return None
    for document in ordered:
        paid = left if document is ordered[-1] else min(left, document.rest)
        left -= paid
        if paid:
            parts.append(Allocation(payment=payment.id, document=document.number, amount=paid))
        if paid != document.rest:
            parts.append(Allocation(payment=payment.id, document=document.number, amount=document.rest - paid, kind="exchange"))
    return tuple(parts)


def takes_offers(payment: Payment, documents: Iterable[OpenDocument], tolerance: int) -> bool:
    """Whether a payment is what documents come to less their discounts in time, and not what they come to without."""
    each = tuple(documents)
    whole = sum(document.rest.minor for document in each)
    reduced = sum(document.payable_on(payment.paid_on).minor for document in each)
    distance = abs(payment.given.minor - reduced)
    return reduced != whole and distance <= tolerance and distance < abs(payment.given.minor - whole)


def undo(allocations: Sequence[Allocation], unallocated: Money, amount: Money) -> tuple[tuple[Allocation, ...], Money]:
    """What stays of the allocations of a payment, and of what is left of it, after the bank took so much of it back.

    What was not allocated goes first, then the newest allocation; what was given up on a document whose payment is undone, with it.
    The amount is at most what the payment still has.
    """
    limits = {part.document: part.amount for part in allocations if part.kind == "payment"}
    stay, left, touched = _take(allocations, amount - min(amount, unallocated), limits)
    if left:
        raise ValueError("more came back than the payment has")
    remaining = tuple(part for part in stay if part.amount and not (part.kind != "payment" and part.document in touched))
    return remaining, unallocated - min(amount, unallocated)


def surplus_of(allocations: Iterable[Allocation], unallocated: Money, excess: Mapping[str, Money]) -> Money:
    """What of a payment may be paid back: what is left of it, and what documents have of it beyond what they ask (`excess`)."""
    nothing = Money(0, unallocated.currency)
    paid = (min(part.amount, excess.get(part.document, nothing)) for part in allocations if part.kind == "payment")
    return sum(paid, unallocated)


def pay_back(
    allocations: Sequence[Allocation], unallocated: Money, amount: Money, excess: Mapping[str, Money]
) -> tuple[tuple[Allocation, ...], Money]:
    """What stays of a payment of whose surplus so much is paid back: first what is left of it, then the newest excess of a document.

    The amount is at most its surplus: no document is open again. What was given up on one that keeps nothing of it goes with it.
    """
    stay, left, _ = _take(allocations, amount - min(amount, unallocated), excess)
    if left:
        raise ValueError("more is paid back than the surplus of the payment")
    settled = {part.document for part in stay if part.kind == "payment" and part.amount}
    remaining = tuple(part for part in stay if part.amount and (part.kind == "payment" or part.document in settled))
    return remaining, unallocated - min(amount, unallocated)


def changes(before: Iterable[Allocation], after: Iterable[Allocation]) -> tuple[Allocation, ...]:
    """What is to be added to some allocations, below zero, so that others stay of them."""
    stay = {(part.document, part.kind): part.amount for part in after}
    differences = ((part, stay.get((part.document, part.kind), Money(0, part.amount.currency)) - part.amount) for part in before)
    return tuple(replace(part, amount=amount) for part, amount in differences if amount)


def _take(allocations: Sequence[Allocation], amount: Money, limits: Mapping[str, Money]) -> tuple[list[Allocation], Money, set[str]]:
    """Takes so much off payments of documents, the newest first and of each at most its limit: what stays, what is left, which changed."""
    left, stay, touched = amount, list(allocations), set[str]()
    for at in reversed(range(len(stay))):
        part = stay[at]
        if part.kind != "payment" or not left:
            continue
        off = min(left, part.amount, limits.get(part.document, Money(0, amount.currency)))
        if off:
            left -= off
            touched.add(part.document)
            stay[at] = replace(part, amount=part.amount - off)
    return stay, left, touched


def _by_age(document: OpenDocument) -> tuple[bool, object, str]:
    return document.is_charge, document.due_on, document.number
