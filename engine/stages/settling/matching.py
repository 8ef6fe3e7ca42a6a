"""Payments matched with open documents: by communication, reference, number, account and amount, and by name as a proposal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations
from typing import Final

from engine.countries.payment_references import references_in
from engine.documents.payment_match import HeldBecause, MatchRule, OpenDocument, Payment, PaymentMatch
from engine.money import Money
from engine.stages.settling.allocation import allocate
from engine.stages.settling.open_items import OpenItems, name_words

TOLERANCE: Final = 5
"""The rest in minor units that closes a document as a difference."""
_OLDEST: Final = 20
_MOST_TOGETHER: Final = 5
_MOST_PROPOSED: Final = 5


def match_all(payments: Iterable[Payment], items: OpenItems, tolerance: int = TOLERANCE) -> Iterator[PaymentMatch]:
    """The match of each payment in turn; what one settles is no longer open for the next."""
    for payment in payments:
        matched = match(payment, items, tolerance)
        items.settle(matched.allocations)
        yield matched


def match(payment: Payment, items: OpenItems, tolerance: int = TOLERANCE) -> PaymentMatch:
    """What becomes of one payment. The first rule that hits ends the search; rules 1 to 4 book, the fifth proposes."""
    if payment.is_reversal:
        return _held(payment, "reversal", ())
    if payment.amount.minor <= 0:
        return PaymentMatch(payment=payment.id, state="unmatched", unallocated=payment.amount)
    named = [*([payment.reference] if payment.reference else ()), *references_in(payment.text)]
    rules: tuple[tuple[MatchRule, list[str]], ...] = (
        ("communication", [each for each in named if not each.startswith("RF")]),
        ("creditor-reference", [each for each in named if each.startswith("RF")]),
    )
    for rule, references in rules:
        numbers = [number for reference in references for number in items.by_reference.get(reference, ())]
        if numbers:
            return _by_name(payment, rule, numbers, items, tolerance)
    numbers = list(items.numbers_in(payment.text))
    if numbers:
        return _by_name(payment, "number", numbers, items, tolerance)
    return _by_account(payment, items, tolerance) or _by_payer(payment, items)


def _by_name(payment: Payment, rule: MatchRule, numbers: Sequence[str], items: OpenItems, tolerance: int) -> PaymentMatch:
    """A payment that names documents: one takes what it can; several are settled only where their rests make the amount.

    Charges with the communication of a document take what it leaves.
    """
    documents = [items.documents[number] for number in dict.fromkeys(numbers)]
    paid_for = _without_charges(documents)
    if any(each.is_cancelled for each in documents):
        return _held(payment, "cancelled", documents)
    if any(each.currency != payment.amount.currency for each in documents):
        return _held(payment, "other-currency", documents)
    if len(paid_for) > 1 and not any(_makes(payment, some, tolerance) for some in (paid_for, documents)):
        return _proposed(payment, rule, paid_for)
    return _matched(payment, rule, documents, tolerance)


def _without_charges(documents: Sequence[OpenDocument]) -> Sequence[OpenDocument]:
    """The documents without the charges that are paid by the same communication as one of them."""
    references = {reference for each in documents if not each.is_charge for reference in each.references}
    return [each for each in documents if not (each.is_charge and references.intersection(each.references))]


def _makes(payment: Payment, documents: Sequence[OpenDocument], tolerance: int) -> bool:
    """Whether the rests of documents make the amount, all of them or all less their discounts in time."""
    whole = sum(each.rest.minor for each in documents)
    reduced = sum(each.payable_on(payment.paid_on).minor for each in documents)
    return min(abs(payment.given.minor - whole), abs(payment.given.minor - reduced)) <= tolerance


def _by_account(payment: Payment, items: OpenItems, tolerance: int) -> PaymentMatch | None:
    """A payment from an account of one customer: the one document, or the one set of documents, that makes the amount."""
    customers = items.by_iban.get(payment.iban or "", ())
    if len(customers) != 1:
        return None
    documents = items.open_of(customers[0], payment.amount.currency.code)
    exact = [each for each in documents if each.rest == payment.given]
    if len(exact) == 1:
        return _matched(payment, "account", exact, tolerance)
    if exact:
        return _proposed(payment, "account", exact[:_MOST_PROPOSED])
    sets = _sets_that_make(documents[:_OLDEST], payment.given)
    if len(sets) == 1:
        return _matched(payment, "account", sets[0], tolerance)
    return _proposed(payment, "account", sets[0]) if sets else None


def _sets_that_make(documents: Sequence[OpenDocument], amount: Money) -> list[list[OpenDocument]]:
    """The sets of two to five documents whose rests make an amount; none after the second, which shows that there is a choice."""
    rests, places = [each.rest.minor for each in documents], range(len(documents))
    pairs: dict[int, list[tuple[int, int]]] = {}
    for pair in combinations(places, 2):
        pairs.setdefault(rests[pair[0]] + rests[pair[1]], []).append(pair)
    sets: list[list[OpenDocument]] = []
    for size in range(_MOST_TOGETHER - 1):  # so many documents, and a pair of later ones
        for chosen, amounts in zip(combinations(places, size), combinations(rests, size), strict=True):
            for pair in pairs.get(amount.minor - sum(amounts), ()):
                if not chosen or pair[0] > chosen[-1]:
                    sets.append([documents[at] for at in (*chosen, *pair)])
                    if len(sets) > 1:
                        return sets
    return sets


def _by_payer(payment: Payment, items: OpenItems) -> PaymentMatch:
    """Documents of exactly the amount, of customers with the name of the payer: proposed."""
    words = name_words(payment.name)
    alike = [each for each in items.with_amount(payment.given) if words and _is_alike(words, items.names.get(each.customer, frozenset()))]
    if alike:
        return _proposed(payment, "name", list({each.number: each for each in alike}.values())[:_MOST_PROPOSED])
    return PaymentMatch(payment=payment.id, state="unmatched", unallocated=payment.amount)


def _is_alike(words: frozenset[str], name: frozenset[str]) -> bool:
    """Whether one name has all words of the other."""
    return bool(name) and (words <= name or name <= words)


def _matched(payment: Payment, rule: MatchRule, documents: Sequence[OpenDocument], tolerance: int) -> PaymentMatch:
    allocations, left = allocate(payment, documents, tolerance)
    return PaymentMatch(
        payment=payment.id,
        state="matched",
        rule=rule,
        allocations=allocations,
        unallocated=left,
        customer=_customer(documents),
        documents=tuple(each.number for each in documents),
    )


def _proposed(payment: Payment, rule: MatchRule, documents: Sequence[OpenDocument]) -> PaymentMatch:
    return PaymentMatch(
        payment=payment.id,
        state="proposed",
        rule=rule,
        unallocated=payment.amount,
        customer=_customer(documents),
        documents=tuple(each.number for each in documents),
    )


def _held(payment: Payment, because: HeldBecause, documents: Sequence[OpenDocument]) -> PaymentMatch:
    return PaymentMatch(
        payment=payment.id,
        state="held",
        unallocated=payment.amount,
        documents=tuple(each.number for each in documents),
        because=because,
    )


def _customer(documents: Sequence[OpenDocument]) -> str | None:
    """The one customer of some documents; None where there are several."""
    customers = {each.customer for each in documents}
    return customers.pop() if len(customers) == 1 else None
