"""The file and line of every entry of a rulebook, for the reasons of amounts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.problems import Span
from engine.rulebook.yaml_entries import Entry, Gathered
from engine.rulebook.yaml_model import Written
from engine.text.yaml_tree import Step


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """The positions of all entries by kind and name, and of their content. A rulebook that was not read from texts has none."""

    entries: Mapping[str, Mapping[str, Entry[Written]]] = field(default_factory=dict)
    rows: Mapping[tuple[str, str], Span] = field(default_factory=dict)
    """The rows of CSV files by price book and product."""

    def of(self, kind: str, name: str, *steps: Step) -> str | None:
        """File and line of an entry, or of the content at a path in it; those of the entry where the path leads nowhere."""
        entry = self.entries.get(kind, {}).get(name)
        return None if entry is None else place_text(entry.at(*steps) if steps else entry.named_at)

    def price(self, book: str, product: str) -> str | None:
        """File and line of a product's price in a price book: in the book, or in the CSV that it names."""
        row = self.rows.get((book, product))
        return self.of("price-books", book, "prices", product) if row is None else place_text(row)


def places_of(gathered: Gathered) -> Places:
    """The positions of all entries."""
    return Places(gathered.entries, gathered.price_rows)


def place_text(span: Span) -> str:
    """File and line, as in reasons: `plans/billing-types.yaml:9`."""
    return f"{span.path}:{span.line}"
