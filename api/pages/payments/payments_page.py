"""The page of payments: by state with counts, what is partly paid and overpaid, and how old what is open is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from api.output.sheets import head
from api.pages.frame.navigation import Values
from api.pages.records.list_page import currency_of
from api.pages.records.own_pages import OwnPage, ShownRecord, rows_of
from api.pages.records.tree_view import shown
from engine.phrases import Phrase, phrase, say

_WORDS: Final[Mapping[str, Phrase]] = {
    "ageing": phrase("What is open, by age"),
    "import": phrase("Import a bank file"),
}
_PAID: Final[Mapping[str, Phrase]] = {
    "open": phrase("invoices that are open"),
    "part-paid": phrase("invoices that are partly paid"),
    "overpaid": phrase("invoices that are overpaid"),
}


def _values(record: ShownRecord) -> Values:
    language = record.visit.language
    ageing = record.read("/reports/ageing", {}, limit="1") or {}
    ages = ageing.get("totals")
    tiles = []
    for state, label in _PAID.items():
        answer = record.read("/invoices", {}, paid=state, limit="1", total="true") or {}
        sums = answer.get("sums")
        rows = rows_of(answer, "rows") if answer else []
        currency = currency_of(rows, record.desk.rulebook.currency.code)
        rest = f"{shown(sums['rest'], '', language).text} {currency}" if isinstance(sums, Mapping) and "rest" in sums else ""
        tiles.append({"label": say(label, language), "count": answer.get("total"), "amount": rest, "link": f"/invoices?paid={state}"})
    return {
        "own": {name: say(text, language) for name, text in _WORDS.items()},
        "ages": [(head(name, language), shown(amount, "", language).text) for name, amount in ages.items()]
        if isinstance(ages, dict)
        else [],
        "tiles": tiles,
        "may_import": record.may("import_bank_statements"),
    }


PAYMENTS_PAGE: Final = OwnPage("payments/payments.html.j2", _values)
