"""A cache of catalogue prices, keyed by all that such a price can depend on, so that like items share them."""

from __future__ import annotations

from typing import Final

from engine.documents.quote import PricedLine
from engine.rulebook.book import Cache, Rulebook, cached_in_rulebook
from engine.rulebook.facts import price_facts

_OF_LINE: Final = frozenset({"line.quantity", "line.manual-discount", "line.unit-price", "line.list"})
"""Facts of a line that follow from its product, quantity and discount."""
_AMOUNTS: Final = frozenset({"line.unit-price", "line.list"})
"""Facts of a line that follow from its price."""
_OF_DAY: Final = frozenset({"order.kind", "customer.vat-number"})
"""Facts of an order and a customer that may be others on another day."""
_IN_KEY: Final = frozenset({"customer.segment"})
"""Facts that are in the keys of prices in any case."""
_OF_ITEM: Final = _OF_DAY | {"order.signed-on"}
"""Facts of an order and a customer that may be others for each item."""


class PriceCache:
    """The cached prices of one rulebook, and the facts in their keys."""

    def __init__(self, rulebook: Rulebook) -> None:
        facts = price_facts(rulebook)
        self.is_used = not facts.looks_at_lists
        """Whether prices can be cached at all."""
        of_order = facts.names - _OF_ITEM - _IN_KEY
        self.names_of_order = tuple(sorted(name for name in of_order if name.startswith(("customer.", "seller.", "order."))))
        """The facts that are the same for all items of an order, on all days, besides the segment."""
        self.names_of_item = tuple(
            sorted(name for name in facts.names if name in _OF_ITEM or (name.startswith(("item.", "line.")) and name not in _OF_LINE))
        )
        """The facts that may be others for each item, and on each day."""
        self.is_lasting = self.is_used and not facts.names & _OF_DAY
        """Whether nothing but the list of the day changes a price while an item runs."""
        self.stretch_of = facts.stretch_of
        self.names_the_day = "price.date" in facts.names
        """Whether reasons may tell on which day a price was looked up."""
        self.has_rates = self.is_lasting and not facts.names & _AMOUNTS
        """Whether nothing that rules decide depends on the price of a line."""
        self.steady_processes = frozenset(
            name
            for name, process in rulebook.billing_processes.items()
            if self.is_lasting
            and process.price_date == "period-start"
            and process.follows != "indexed"
            and process.price_change == "next-period"
        )
        """The processes of items whose price is that of the list of each period."""
        self.reads_quantity = "line.quantity" in facts.names
        self.lines = {False: Cache[PricedLine](most=50_000), True: Cache[PricedLine](most=10_000)}
        """The prices without reasons, and those with their reasons, which are large."""


@cached_in_rulebook(1)
def price_cache(rulebook: Rulebook) -> PriceCache:
    """The price cache of a rulebook."""
    return PriceCache(rulebook)
