"""Checks the mapping of accounting tools: no account and no VAT of a document is without a name there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from engine.documents.invoice import Treatment
from engine.money import Percent
from engine.phrases import phrase
from engine.problems import Kind, Problem
from engine.rulebook.accounting_tools import AccountingTools
from engine.rulebook.company import Company
from engine.rulebook.vat import Accounts, Rates
from engine.rulebook.yaml_entries import Gathered

NOT_MAPPED: Final = Kind(
    "not-mapped",
    "the accounting tool `{tool}` has no {what} for {keys}, which documents may bear",
    "add each of them with the tool's own name, or remove the tool",
)
_ALWAYS: Final[tuple[Treatment, ...]] = ("co-contractor", "reverse-charge", "intra-community", "export", "outside-scope")
"""The treatments without VAT that any seller may need."""


def check_accounting_tools(gathered: Gathered) -> Iterator[Problem]:
    """Each tool has the accounts of documents, or all of vat/accounts.yaml where other entries are sent, and the VAT of all treatments."""
    tools = gathered.only("accounting-tools", AccountingTools)
    if tools is None or not tools.has("tools"):
        return
    taxes = _taxes(gathered)
    for name, mapping in tools.written.tools.items():
        where = tools.key("tools", name)
        numbers = _accounts(gathered, of_entries=mapping.entries_journal is not None)
        missing = [number for number in numbers if number not in mapping.accounts]
        if missing:
            yield NOT_MAPPED.at(where, tool=name, what=phrase("account"), keys=_quoted(missing))
        if (mapping.connector or name) == "files":
            continue  # their journal has our VAT codes
        without = [
            treatment if rate is None else f"{treatment} {rate}%"
            for treatment, rate in taxes
            if mapping.tax(treatment, rate or Percent.parse("0"), goods=True) is None
        ]
        if without:
            yield NOT_MAPPED.at(where, tool=name, what=phrase("VAT"), keys=_quoted(without))


def _accounts(gathered: Gathered, *, of_entries: bool) -> list[str]:
    accounts = gathered.only("accounts", Accounts)
    if accounts is None or not accounts.has("customers", "revenue", "vat-due"):
        return []
    written = accounts.written
    clearing = (written.role("clearing"),) if written.has_advances or written.has_prepaid else ()
    others = (*written.roles.values(), *written.banks.values()) if of_entries else ()
    every = (written.customers, *written.revenue.values(), written.vat_due, *clearing, *others)
    return sorted({each.number for each in every if each})


def _taxes(gathered: Gathered) -> list[tuple[Treatment, Percent | None]]:
    company, rates = gathered.only("company", Company), gathered.only("vat-rates", Rates)
    if company is None or rates is None or not rates.has("rates") or not company.has("seller"):
        return []
    seller = company.written.seller
    if seller.small_business:
        return [("small-business", None)]
    at_home = {entry.rate.fraction: entry.rate for entries in rates.written.rates.get(seller.country, {}).values() for entry in entries}
    result: list[tuple[Treatment, Percent | None]] = [("domestic", rate) for _, rate in sorted(at_home.items())]
    result += [(each, None) for each in _ALWAYS]
    return [*result, ("oss", None)] if seller.oss else result


def _quoted(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
