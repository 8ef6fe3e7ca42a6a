"""What is missing before documents can be booked: in the tool, and in its mapping for what this seller may invoice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from api.delivery.accounting.connector import Connector
from engine.phrases import Phrase, phrase
from engine.rulebook.accounting_tools import ToolMapping
from engine.rulebook.book import Rulebook


def missing_for(connector: Connector, mapping: ToolMapping, rulebook: Rulebook, until: date) -> Iterator[Phrase]:
    """What is missing for documents up to a day."""
    yield from connector.check(until)
    seller = rulebook.company.seller
    if seller.oss and mapping.taxes and not any(key.startswith("oss ") for key in mapping.taxes):
        yield phrase(
            "the VAT of the one-stop shop has a tax for each rate, and none of them is mapped: "
            "create them in the tool, with the account of VAT that is due there, and map them as `oss 19%`, `oss 20%` …"
        )
