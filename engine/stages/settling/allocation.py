"""How the amount of a payment is spread over documents, and how a return takes it back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from engine.documents.payment_match import Allocation, AllocationKind, OpenDocument, Payment
from engine.money import Money


def allocate(payment: Payment, documents: Iterable[OpenDocument], tolerance: int) -> tuple[tuple[Allocation, ...], Money]:
    """The parts of a payment for each document, oldest due date first and charges last, and what is left of it.

    A discount for early payment in time closes its document, and so does a rest of at most the tolerance (in minor units).
    """
    ordered = sorted(documents, key=_by_age)
    is_reduced = takes_offers(payment, ordered, tolerance)
    left, parts = payment.amount, list[Allocation]()
    for document in ordered:
        target = document.payable_on(payment.paid_on) if is_reduced else document.rest
        paid = min(left, target)
        if paid.minor <= 0:
            continue
        left -= paid
        parts.append(Allocation(payment=payment.id, document=document.number, amount=paid))
        kind: AllocationKind = "cash-discount" if target != document.rest else "difference"
        if paid != document.rest and (target - paid).minor <= tolerance:
            parts.append(Allocation(payment=payment.id, document=document.number, amount=document.rest - paid, kind=kind))
    return tuple(parts), left


def takes_offers(payment: Payment, documents: Iterable[OpenDocument], tolerance: int) -> bool:
    """Whether a payment is what documents come to less their discounts in time, and not what they come to without."""
    each = tuple(documents)
    whole = sum(document.rest.minor for document in each)
    reduced = sum(document.payable_on(payment.paid_on).minor for document in each)
    distance = abs(payment.amount.minor - reduced)
    return reduced != whole and distance <= tolerance and distance < abs(payment.amount.minor - whole)


def undo(allocations: Sequence[Allocation], unallocated: Money, amount: Money) -> tuple[tuple[Allocation, ...], Money]:
    """What stays of the allocations of a payment, and of what is left of it, after so much of it came back.

    What was not allocated goes first, then the newest allocation; what was given up on a document whose payment is undone, with it.
    The amount is at most what the payment still has.
    """
    left = amount - min(amount, unallocated)
    stay = list(allocations)
    undone: set[str] = set()
    for at in reversed(range(len(stay))):
        part = stay[at]
        if part.kind != "payment" or not left:
            continue
        paid = min(left, part.amount)
        left -= paid
        undone.add(part.document)
        stay[at] = Allocation(payment=part.payment, document=part.document, amount=part.amount - paid)
    if left:
        raise ValueError("more came back than the payment has")
    remaining = tuple(part for part in stay if part.amount and not (part.kind != "payment" and part.document in undone))
    return remaining, unallocated - min(amount, unallocated)


def _by_age(document: OpenDocument) -> tuple[bool, object, str]:
    return document.is_charge, document.due_on, document.number
