"""The columns of items that are paid by what is used: no quantity, and a minimum where one was agreed."""

from __future__ import annotations

from typing import Final

from api.importing.cell_values import Fields
from engine.documents.usage_report import Commitment
from engine.money import Quantity
from engine.problems import Kind
from engine.rulebook.book import Rulebook
from engine.rulebook.catalog import Product

WITH_QUANTITY: Final = Kind(
    "measured-quantity", "`{product}` has no quantity: it is paid by what is used", "leave the cell empty, and report what is used"
)
MINIMUM_UNMEASURED: Final = Kind(
    "minimum-unmeasured", "`{product}` is not measured and has no minimum", "empty this cell, or name a product with `measured: yes`"
)
PER_WHAT: Final = Kind("minimum-per", "`{text}` is no span of a minimum", "write `period` or `term`, or leave it empty: per period")
NO_MINIMUM: Final = Kind("no-minimum", "something is said of a minimum, and none is given", "write it in `commitment`, or empty this cell")


def read_no_quantity(fields: Fields, product: Product) -> Quantity:
    """The quantity of a row of a measured product: there is none."""
    if fields.text("quantity") not in (None, "0"):
        fields.report(WITH_QUANTITY, "quantity", product=product.code)
    return Quantity(0)


def read_commitment(fields: Fields, product: Product | None, rulebook: Rulebook) -> Commitment | None:
    """The minimum that was agreed, per period unless the row says per term."""
    per = fields.text("commitment_per")
    if fields.cell("commitment") is None:
        if per is not None:
            fields.report(NO_MINIMUM, "commitment_per")
        return None
    net = fields.amount("commitment", rulebook.currency, least=0)
    if product is not None and not product.measured:
        fields.report(MINIMUM_UNMEASURED, "commitment", product=product.code)
    if per not in (None, "period", "term"):
        fields.report(PER_WHAT, "commitment_per", text=per)
        return None
    return None if net is None else Commitment(net=net, per="term" if per == "term" else "period")
