"""What may be wrong with a row of an import beside what is stored."""

from __future__ import annotations

from typing import Final

from engine.problems import Kind

ORDER_DIFFERS: Final = Kind(
    "order-differs",
    "the order `{order}` was imported before, with other content",
    "change it with `centwright item change`, or give the new rows an `order` of their own",
)
ENTERED_MEANWHILE: Final = Kind("entered-meanwhile", "somebody else entered `{name}` during this import", "import the folder again")
MERGED_ROW: Final = Kind("merged-row", "the customer `{name}` was merged into `{into}`", "write `{into}` in this row, or delete it")
PROSPECT_ROW: Final = Kind("prospect-row", "`{name}` is a prospect and has no orders yet", "add it to customers.csv with its address")
NOT_INDEXED: Final = Kind(
    "not-indexed",
    "the price of `{item}` is to follow an index, and its billing process `{process}` names none",
    "name a `billing_process` with `indexation`, or write `frozen` or `catalogue` in `follows`",
)
