"""Groups transactions into invoices by the rules of grouping, in the order in which invoices are numbered."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Final

from engine.documents.invoice import VatDecision
from engine.documents.order import ORDER_TYPES, OrderType
from engine.documents.party import Customer
from engine.documents.totals import TaxedNet, totals
from engine.documents.transaction import Transaction
from engine.rulebook.book import Rulebook
from engine.rulebook.facts import customer_facts, seller_facts
from engine.stages.invoicing.invoice_lines import Piece

Taxed = tuple[Piece, VatDecision]
Key = tuple[object, ...]
Keys = Callable[[Transaction], Sequence[str]]
Apart = Mapping[tuple[str, str], object]
"""By (order, item) what shares no invoice with anything else: payment terms that stand apart, and another place of delivery."""


def billing_day(transaction: Transaction) -> date:
    """The billing date of a due transaction."""
    if transaction.billing_date is None:
        raise ValueError(f"{transaction.identity} has no billing date and cannot be due")
    return transaction.billing_date


def month_of(transaction: Transaction) -> str:
    """The calendar month of the billing date, `2027-01`."""
    day = billing_day(transaction)
    return f"{day.year}-{day.month:02}"


_KEYS: Final[dict[str, Callable[[Transaction], object]]] = {
    "order": lambda transaction: transaction.order,
    "item": lambda transaction: transaction.item,
    "purchase-order": lambda transaction: transaction.purchase_order or "",
    "billing-date": billing_day,
    "month of billing-date": lambda transaction: (billing_day(transaction).year, billing_day(transaction).month),
}
"""The keys of the `grouping` rule. Customer, order type, currency, advance and category O always separate invoices."""
_OF_TIME: Final = frozenset({"billing-date", "month of billing-date"})
_CHOSEN: Final = {
    "order": "invoice.by-order",
    "item": "invoice.by-item",
    "purchase-order": "invoice.by-purchase-order",
    "billing-date": "invoice.by-billing-date",
    "month of billing-date": "invoice.by-month",
}
"""The rules that decide about a key for some customers: where one answers, the `grouping` block does not count for its key."""


def keys_for(customer: Customer, order_type: OrderType, rulebook: Rulebook, issued_on: date) -> tuple[str, ...]:
    """The keys by which orders of one type of a customer are grouped on a day: those of the rules, else those of the `grouping` block."""
    rules = rulebook.rules
    by_rules = [target for target in _CHOSEN.values() if target in rules.targets]
    if not by_rules:
        return rules.grouping
    facts = customer_facts(customer, rulebook, issued_on) | seller_facts(rulebook)
    facts |= {"order.type": order_type, "invoice.issued-on": issued_on}
    chosen = {target: bool(rules.ask(target, facts).value) for target in by_rules}
    return tuple(key for key, target in _CHOSEN.items() if chosen.get(target, key in rules.grouping))


def groups(taxed: Iterable[Taxed], keys: Keys, apart: Apart) -> list[list[Taxed]]:
    """The groups that become one invoice each by the keys of their customer and order type, in numbering order.

    An invoice always has one customer, one order type, one currency, one type (380 or 386), and only category O if any (BR-O-11, BR-O-12);
    items with payment terms that stand apart share it only with those of the same terms, and so do those of one place of delivery.
    A negative group is merged with another month of the same rule, first a later one.
    """
    by_key: dict[Key, list[Taxed]] = {}
    for entry in taxed:
        by_key.setdefault(_key(entry, keys, apart), []).append(entry)
    by_date = [sorted(group, key=lambda entry: billing_day(entry[0].transaction)) for group in by_key.values()]
    ordered = sorted(by_date, key=lambda group: numbering_order(group[0]))
    return _without_negative(ordered, lambda entry: _key(entry, lambda one: [key for key in keys(one) if key not in _OF_TIME], apart))


def is_below_zero(group: Sequence[Taxed]) -> bool:
    """Whether an invoice of these pieces would be negative, net or with VAT; such a draft is not issued."""
    nets = [piece.net for piece, _ in group]
    if all(net.minor >= 0 for net in nets):
        return False
    sums = totals([TaxedNet(category=decision.category, rate=decision.rate, net=piece.net) for piece, decision in group], nets[0].currency)
    return min(sums.net.minor, sums.gross.minor) < 0


def numbering_order(entry: Taxed) -> tuple[object, ...]:
    """The sort key: customer, order type, purchase order, month of the billing date, category O last; advance, date, order, item."""
    piece, decision = entry
    transaction = piece.transaction
    return (
        transaction.customer,
        ORDER_TYPES.index(transaction.order_type),
        transaction.purchase_order or "",
        month_of(transaction),
        decision.category == "O",
        not transaction.advance,
        billing_day(transaction),
        transaction.order,
        transaction.item,
    )


def _key(entry: Taxed, keys: Keys, apart: Apart) -> Key:
    piece, decision = entry
    transaction = piece.transaction
    return (
        transaction.customer,
        transaction.order_type,
        transaction.currency.code,
        transaction.advance,
        decision.category == "O",
        apart.get((transaction.order, transaction.item)),
        *[_KEYS[key](transaction) for key in keys(transaction) if key in _KEYS],
    )


def _without_negative(ordered: list[list[Taxed]], key_of: Callable[[Taxed], Key]) -> list[list[Taxed]]:
    """Merges each negative group with as many others as it needs; a group that stays negative is held as a whole later."""
    merged, below_zero = list[list[Taxed]](), list[list[Taxed]]()
    for group in ordered:
        (below_zero if is_below_zero(group) else merged).append(group)
    for negative in below_zero:
        joined: list[Taxed] = []
        for group in _partners(merged, negative, key_of):
            merged = [other for other in merged if other is not group]
            joined += group
            if not is_below_zero(joined + negative):
                break
        merged.append(joined + negative)
    return sorted(merged, key=lambda group: numbering_order(group[0]))


def _partners(candidates: list[list[Taxed]], negative: list[Taxed], key_of: Callable[[Taxed], Key]) -> list[list[Taxed]]:
    """The groups that differ only in the month: the later ones first, then the earlier ones from the nearest on."""
    key, month = key_of(negative[0]), month_of(negative[0][0].transaction)
    same = [group for group in candidates if key_of(group[0]) == key]
    later = [group for group in same if month_of(group[0][0].transaction) >= month]
    return later + [group for group in reversed(same) if month_of(group[0][0].transaction) < month]
