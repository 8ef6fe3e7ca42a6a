"""What the words of the rule language and its functions mean, in one sentence each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from engine.phrases import Phrase, phrase

WORD_MEANINGS: Final[Mapping[str, Phrase]] = {
    "module": phrase("names the file, so that others can use what it declares"),
    "use": phrase("makes the names of other files known in this one"),
    "answers": phrase("says for which days the rules answer"),
    "fact": phrase("says what is always true in this business, so that proofs need not look at other cases"),
    "price": phrase("what a product costs, once or for a span of time, also in tiers"),
    "table": phrase("a decision table: conditions on the left of `||`, answers on the right"),
    "discount": phrase("takes a percentage or an amount off the list price of a line"),
    "stacking": phrase("says how discounts on one line combine"),
    "bundle": phrase("products that are sold together at one price"),
    "decision": phrase("an answer that rules with conditions give, or `otherwise`"),
    "define": phrase("gives a name to a value that other rules use"),
    "increment": phrase("says how new items join an active subscription"),
    "grouping": phrase("says which transactions stand on one invoice"),
    "for": phrase("the products for which the block counts"),
    "charge": phrase("the span of time for which the price pays; without it a month"),
    "at": phrase("the price itself"),
    "when": phrase("the condition under which the block counts"),
    "from": phrase("the first day, included"),
    "until": phrase("the last day, included"),
    "dated": phrase("`dated by`: the day by which the days of the block are meant"),
    "overrides": phrase("goes before the blocks that are named where both would count"),
    "because": phrase("the reason, as explanations and invoices quote it"),
    "title": phrase("the title in other languages"),
    "give": phrase("what the discount takes off"),
    "group": phrase("the group in which the discount combines with others"),
    "priority": phrase("of discounts in one group, the highest counts"),
    "contains": phrase("the parts of the bundle, with how many of each"),
    "allocate": phrase("how the price of the bundle is split over its parts"),
    "otherwise": phrase("the answer where no rule holds"),
    "rule": phrase("a named rule of a decision: `when` its condition, `then` its answer"),
    "exactly one": phrase("in each case exactly one row must apply; `check` proves it"),
    "first match": phrase("the first row that applies counts"),
    "same result": phrase("rows that apply together must give the same"),
    "all matches": phrase("every row that applies counts, as discounts do"),
    "highest of": phrase("of the rows that apply, the highest answer of the ladder counts"),
    "rounded": phrase("`rounded to cent half up`: makes money of an exact amount"),
    "known": phrase("whether a fact that may be missing is there"),
    "graduated tiers on": phrase("the units of each tier at its own price"),
    "volume tiers on": phrase("all units at the price of the tier of the whole quantity"),
    "best for the customer": phrase("of the discounts of the group, the largest counts"),
    "added together": phrase("the discounts of the group are added"),
    "highest priority": phrase("of the discounts of the group, that with the highest priority counts"),
}
"""The words with a meaning of their own."""
FUNCTION_MEANINGS: Final[Mapping[str, Phrase]] = {
    "year": phrase("the year of a day"),
    "month": phrase("the month of a day, from 1"),
    "day": phrase("the day of the month of a day"),
    "end-of-month": phrase("the last day of the month of a day"),
    "start-of-month": phrase("the first day of the month of a day"),
    "lowest": phrase("the lowest of several values"),
    "highest": phrase("the highest of several values"),
    "absolute": phrase("an amount without its sign"),
}
"""What each function gives."""
