"""The condition of `--fail-if`, in the rule language, over the facts of a comparison: `diff.largest > 50.00 EUR`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from engine.comparing.comparison import Comparison
from engine.language import Facts, Plain, Vocabulary, read_condition
from engine.money import MICRO, Currency

OPTION: Final = "--fail-if"
_AMOUNTS: Final = {
    "diff.net": "How much more all invoices of the months compared (live: all orders) come to, net",
    "diff.vat": "How much more VAT they bear",
    "diff.gross": "How much more they come to with VAT",
    "diff.largest": "The largest change of one invoice (live: order), net, without its sign",
    "diff.year": "How much more is planned for the twelve months that change most, net",
}
_NUMBERS: Final = {
    "diff.invoices": "How many invoices come to another amount",
    "diff.orders": "How many live orders come to another amount",
    "diff.refused": "How many orders or rows can no longer be invoiced",
    "diff.edits": "How many things read differently",
    "diff.answers": "How many regions of cases get another answer",
}


def fails(text: str, currency: Currency) -> Callable[[Comparison], bool]:
    """The condition of a text; Refusal with every mistake in it. A fact that was not compared is a refusal when it is needed."""
    condition = read_condition(text, vocabulary(currency), OPTION)
    return lambda comparison: condition(facts(comparison))


def vocabulary(currency: Currency) -> Vocabulary:
    """The names that a condition may use."""
    return Vocabulary.of_inputs(currency, dict.fromkeys(_AMOUNTS, "Money") | dict.fromkeys(_NUMBERS, "Number"))


def facts(comparison: Comparison) -> Facts:
    """The facts of a comparison; amounts in minor units, numbers in millionths."""
    result: dict[str, Plain] = {"diff.edits": len(comparison.edits) * MICRO}
    if comparison.answers is not None:
        result["diff.answers"] = len(comparison.answers.changes) * MICRO
    if comparison.orders is not None:
        orders = comparison.orders
        result["diff.net"], result["diff.year"] = orders.change.minor, orders.year.minor
        result["diff.largest"] = max((abs(one.change.minor) for one in orders.changes), default=0)
        result["diff.orders"] = orders.differing * MICRO
        result["diff.refused"] = sum(one.is_refused_after for one in orders.refusals) * MICRO
    if comparison.invoices is not None:
        invoices = comparison.invoices
        sums = invoices.change
        result["diff.net"], result["diff.vat"], result["diff.gross"] = sums.net.minor, sums.vat.minor, sums.gross.minor
        result["diff.largest"] = max((abs(one.change.net.minor) for one in invoices.changes), default=0)
        result["diff.year"] = invoices.year.minor
        result["diff.invoices"] = len(invoices.changes) * MICRO
        result["diff.refused"] = sum(one.is_refused_after for one in invoices.refusals) * MICRO
    return result
