"""The names that orders and quotes use and the rulebook does not have any more: what uses one is neither planned nor billed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from engine.documents.order import Order, OrderItem
from engine.documents.priced_quote import QuotedLine
from engine.phrases import Phrase, phrase
from engine.problems import Kind, Problem
from engine.rulebook.book import Rulebook

NOT_IN_RULEBOOK: Final = Kind(
    "name-not-in-rulebook",
    "the {what} `{name}` is not in the rulebook any more",
    "write it there again under this name; or end what uses it, and order what replaces it",
)


class MissingName(NamedTuple):
    """A name that the rulebook does not have, and of what it is the name."""

    what: Phrase
    name: str

    def problem(self, pointer: str | None = None) -> Problem:
        """The problem that it is missing."""
        return NOT_IN_RULEBOOK.at(None, pointer, what=self.what, name=self.name)


def missing_of_item(item: OrderItem, rulebook: Rulebook) -> tuple[MissingName, ...]:
    """The names of an item that the rulebook does not have."""
    account = (phrase("account"), item.revenue_account, rulebook.accounts.revenue)
    return tuple(_missing(*_billed_by(item.product, item.billing_process, item.billing_type, item.plan, rulebook), account))


def missing_of_line(line: QuotedLine, rulebook: Rulebook) -> tuple[MissingName, ...]:
    """The names of a quote's line that the rulebook does not have."""
    product = line.request.product
    return tuple(_missing(*_billed_by(product, line.billing_process, line.billing_type, line.payment_plan, rulebook)))


def items_without_names(order: Order, rulebook: Rulebook) -> dict[str, Problem]:
    """The items of an order that cannot be planned, by id, each with its first missing name.

    Items that share a payment plan with one of them wait with it: a fixed amount of a plan is spread over all of its items.
    """
    first = {item.id: names[0].problem() for item in order.items if (names := missing_of_item(item, rulebook))}
    if not first:
        return first
    plans = {item.plan: first[item.id] for item in order.items if item.id in first and item.plan is not None}
    return {item.id: plans[item.plan] for item in order.items if item.plan in plans} | first


_Use = tuple[Phrase, str | None, Mapping[str, object]]


def _billed_by(product: str, process: str | None, billing_type: str | None, plan: str | None, rulebook: Rulebook) -> tuple[_Use, ...]:
    return (
        (phrase("product"), product, rulebook.products),
        (phrase("billing process"), process, rulebook.billing_processes),
        (phrase("billing type"), billing_type, rulebook.billing_types),
        (phrase("payment plan"), plan, rulebook.payment_plans),
    )


def _missing(*uses: _Use) -> Iterator[MissingName]:
    return (MissingName(what, name) for what, name, known in uses if name is not None and name not in known)
