"""The differences between an earlier forecast and the transactions of now, one by one, with their reasons."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Literal

from engine.documents.document import Document, OneCurrency
from engine.documents.transaction import Transaction
from engine.money import Currency, Money
from engine.phrases import Phrase, Sentence, phrase, together
from engine.reasons import Reason

MOVED = "its billing date moved from {before} to {now}"
_GONE = ("cancelled", "elsewhere")


class Difference(Document):
    """One transaction that is not what was forecast: what became of it, before and after, and the reason in words."""

    item: str
    customer: str
    product: str
    what: Literal["amount", "date", "added", "gone"]
    billing_date_before: date | None
    billing_date: date | None
    net_before: Money
    net: Money
    because: Sentence


class Reconciliation(OneCurrency):
    """All differences, and the two sums that they lead from and to."""

    differences: tuple[Difference, ...]
    forecast: Money
    now: Money


def reconcile(before: Iterable[Transaction], now: Iterable[Transaction], currency: Currency) -> Reconciliation:
    """Compares transactions by identity: added, gone, or with another amount or billing date, each with its reason."""
    earlier = {one.identity: one for one in before if one.state not in _GONE}
    present = {one.identity: one for one in now}
    living = {name: one for name, one in present.items() if one.state not in _GONE}
    differences = [_changed(one, living[name]) for name, one in earlier.items() if name in living and _differs(one, living[name])]
    differences += [_gone(one, present.get(name)) for name, one in earlier.items() if name not in living]
    differences += [_added(one) for name, one in living.items() if name not in earlier]
    differences.sort(key=lambda one: (one.customer, one.item, one.billing_date or one.billing_date_before or date.max, one.what))
    return Reconciliation(
        currency=currency,
        differences=tuple(differences),
        forecast=Money(sum(one.portion.net.minor for one in earlier.values()), currency),
        now=Money(sum(one.portion.net.minor for one in living.values()), currency),
    )


def _differs(before: Transaction, now: Transaction) -> bool:
    return before.portion.net != now.portion.net or before.billing_date != now.billing_date


def _changed(before: Transaction, now: Transaction) -> Difference:
    if before.portion.net == now.portion.net:
        return _difference(now, "date", before, now, phrase(MOVED, before=before.billing_date, now=now.billing_date))
    rules_before = {(reason.rule, reason.says) for reason in before.reasons}
    other = [
        phrase("{rule}: {says}", rule=reason.rule, says=reason.says)
        for reason in now.reasons
        if (reason.rule, reason.says) not in rules_before
    ]
    return _difference(now, "amount", before, now, together(other, "; ") if other else phrase("another amount by the same rules"))


def _gone(before: Transaction, now: Transaction | None) -> Difference:
    if now is None:
        because = phrase("it is no longer planned")
    else:
        because = phrase("it is cancelled") if now.state == "cancelled" else phrase("it was invoiced elsewhere")
    return _difference(before, "gone", before, None, because)


def _added(now: Transaction) -> Difference:
    because = _step(now.reasons[-1]) if now.reasons else phrase("it was not planned then")
    return _difference(now, "added", None, now, because)


def _step(reason: Reason) -> Phrase:
    return phrase("{rule}: {says}", rule=reason.rule, says=reason.says)


def _difference(
    one: Transaction, what: Literal["amount", "date", "added", "gone"], before: Transaction | None, now: Transaction | None, because: str
) -> Difference:
    nothing = Money(0, one.portion.net.currency)
    return Difference(
        item=one.item,
        customer=one.customer,
        product=one.line.product,
        what=what,
        billing_date_before=before.billing_date if before else None,
        billing_date=now.billing_date if now else None,
        net_before=before.portion.net if before else nothing,
        net=now.portion.net if now else nothing,
        because=because,
    )
