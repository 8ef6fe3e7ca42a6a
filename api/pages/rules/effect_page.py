"""The page of a comparison of live orders: how far it is, and what came of it by month, by customer and by rule."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from api.pages.frame.navigation import Values
from api.pages.records.own_pages import OwnPage, ShownRecord, rows_of
from api.pages.rules.file_tree import address_of
from api.pages.rules.review_parts import amount_text, money_values, place_address, words_of_money
from engine.comparing.comparison_json import OrdersDocument
from engine.phrases import Language, Phrase, phrase, say

_MOST: Final = 25
_STATES: Final[Mapping[str, Phrase]] = {
    "none": phrase("Nothing was compared yet."),
    "running": phrase("The live orders are being compared. You may close this page: it goes on."),
    "stopped": phrase("The comparison was stopped."),
    "cut-off": phrase("The comparison was cut off, since the service ended meanwhile. Nothing of it counts: start it again."),
    "refused": phrase("The texts have problems, so no order was compared. Mend them, then compare again."),
}
_WORDS: Final[Mapping[str, Phrase]] = {
    "start": phrase("Compare live orders"),
    "again": phrase("Compare again"),
    "stop": phrase("Stop"),
    "old": phrase("The draft was changed since: this is what it changed before."),
    "by_customer": phrase("By customer"),
    "by_rule": phrase("By the rule that did it"),
    "customer": phrase("Customer"),
    "rule": phrase("Rule"),
    "orders": phrase("Orders"),
    "change": phrase("change"),
    "others": phrase("all others"),
    "no_rule": phrase("no single rule"),
}


def _values(record: ShownRecord) -> Values:
    language, answer, author = record.visit.language, record.answer, str(record.answer["author"])
    mine = record.visit.key.user or record.visit.key.name
    state, compared = answer["state"] or "none", answer["compared"]
    orders = None if answer["orders"] is None else OrdersDocument.model_validate(answer["orders"])
    done, total = int(str(answer["done"])), int(str(answer["total"]))
    of_versions = isinstance(compared, str) and ".." in compared
    before, _, after = str(compared or "").partition("..")
    heading = phrase("Live orders with the draft of {author}", author=author)
    if of_versions:
        heading = phrase("Live orders under {before} and under {after}", before=before, after=after)
    return {
        "heading": say(heading, language),
        "back": say(phrase("Back to the workbench"), language),
        "address": address_of(None, None if author == mine else author),
        "effect_words": {name: say(words, language) for name, words in _WORDS.items()},
        "words": words_of_money(language),
        "state": state,
        "message": say(_STATES[str(state)], language) if state in _STATES else "",
        "is_running": state == "running",
        "progress": say(phrase("{done} of {total} items of orders", done=done, total=total), language),
        "done": done,
        "total": max(total, 1),
        "is_old": state == "done" and not answer["is_current"],
        "problems": rows_of(answer, "problems"),
        "can_start": author == mine,
        "before": before if of_versions else "",
        "after": after if of_versions else "",
        "csrf": record.visit.form_token,
        "money": None if orders is None else money_values(orders, language),
        "by_customer": [] if orders is None else _by_customer(orders, language),
        "by_rule": [] if orders is None else _by_rule(orders, language),
    }


def _by_customer(orders: OrdersDocument, language: Language) -> list[Values]:
    """The change of each customer, the largest first, and that of all others."""
    sums: dict[str, tuple[str, int, Decimal]] = {}
    for one in orders.changes:
        name, count, change = sums.get(one.customer, (one.name, 0, Decimal(0)))
        sums[one.customer] = (name, count + 1, change + Decimal(one.change))
    shown = sorted(sums.items(), key=lambda each: (-abs(each[1][2]), each[0]))[:_MOST]
    rows = [
        {"customer": customer, "name": name, "orders": count, "change": amount_text(str(change), language, signed=True)}
        for customer, (name, count, change) in shown
    ]
    rest = Decimal(orders.change) - sum((change for _, (_, _, change) in shown), Decimal(0))
    if rest or orders.orders_changed > sum(count for _, (_, count, _) in shown):
        count = orders.orders_changed - sum(count for _, (_, count, _) in shown)
        rows.append({"customer": "", "name": "", "orders": count, "change": amount_text(str(rest), language, signed=True)})
    return rows


def _by_rule(orders: OrdersDocument, language: Language) -> list[Values]:
    """The change of the orders for which the same rules are responsible, the largest first."""
    sums: dict[tuple[str, ...], tuple[int, Decimal, dict[str, str | None]]] = {}
    for one in orders.changes:
        rules = tuple(dict.fromkeys(each.rule for each in one.why))
        count, change, places = sums.get(rules, (0, Decimal(0), {}))
        places |= {each.rule: each.where for each in one.why}
        sums[rules] = (count + 1, change + Decimal(one.change), places)
    return [
        {
            "rules": [(rule, place_address(places[rule])) for rule in rules],
            "orders": count,
            "change": amount_text(str(change), language, signed=True),
        }
        for rules, (count, change, places) in sorted(sums.items(), key=lambda each: -abs(each[1][1]))[:_MOST]
    ]


EFFECT_PAGE: Final = OwnPage("rules/live_orders.html.j2", _values)
