"""The page of what a draft changes in live orders."""

from __future__ import annotations

from typing import Final

from api.pages.frame.navigation import Values
from api.pages.records.own_pages import OwnPage, ShownRecord
from api.pages.rules.file_tree import address_of
from api.pages.rules.review_parts import money_values, words_of_money
from engine.comparing.comparison_json import OrdersDocument
from engine.phrases import phrase, say


def _values(record: ShownRecord) -> Values:
    language, author = record.visit.language, str(record.answer["author"])
    mine = record.visit.key.user or record.visit.key.name
    return {
        "heading": say(phrase("Live orders with the draft of {author}", author=author), language),
        "back": say(phrase("Back to the workbench"), language),
        "address": address_of(None, None if author == mine else author),
        "words": words_of_money(language),
        **money_values(OrdersDocument.model_validate(record.answer["orders"]), language),
    }


EFFECT_PAGE: Final = OwnPage("rules/live_orders.html.j2", _values)
