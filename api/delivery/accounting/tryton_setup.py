"""What an installation of Tryton calls our accounts, VAT, journal and terms, by id; and what is missing there before anything is booked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final

from api.delivery.accounting.connector import BookingRefused, Tax
from api.delivery.accounting.tryton_rpc import Row, TrytonRpc, decimal, number
from engine.phrases import Phrase, phrase
from engine.rulebook.accounting_tools import ToolMapping

_MOST: Final = 5


@dataclass(frozen=True, slots=True)
class TrytonSetup:
    """The ids that bookings need."""

    mapping: ToolMapping
    company: int
    currencies: Mapping[str, int]
    accounts: Mapping[str, int]
    """By the tool's code."""
    taxes: Mapping[str, int]
    """By the tool's name."""
    rates: Mapping[int, Fraction]
    """By the id of a tax."""
    journal: int | None
    entries_journal: int | None
    with_party: frozenset[int]
    """The ids of accounts on which each line names a party."""
    term: int | None
    closed_accounts: frozenset[str]

    def account(self, name: str) -> int:
        """The id of one of our accounts; refuses one that is not mapped, or not there."""
        code = self.mapping.accounts.get(name)
        if code is None:
            raise BookingRefused(phrase("the mapping of Tryton in vat/accounting-tools.yaml has no account for {name}", name=name))
        if code not in self.accounts:
            raise BookingRefused(phrase("Tryton has no account {code} that is open: create or reopen it, or mend the mapping", code=code))
        return self.accounts[code]

    def tax(self, tax: Tax) -> int:
        """The id of a VAT; refuses one that is not mapped, or not there."""
        name = self.mapping.tax(tax.treatment, tax.rate, goods=tax.goods)
        if name is None:
            because = phrase(
                "the mapping of Tryton in vat/accounting-tools.yaml has no VAT for {name}", name=f"{tax.treatment} {tax.rate}%"
            )
            raise BookingRefused(because)
        if name not in self.taxes:
            raise BookingRefused(phrase("Tryton has no VAT called `{name}`: create it, or mend the mapping", name=name))
        return self.taxes[name]

    def currency(self, code: str) -> int:
        """The id of a currency; refuses one that is not there."""
        if code not in self.currencies:
            raise BookingRefused(phrase("Tryton has no currency {code}: create it there, with its rates", code=code))
        return self.currencies[code]


def read_setup(rpc: TrytonRpc, mapping: ToolMapping) -> TrytonSetup:
    """The ids of an installation; the context gets the company of its user."""
    preferences = rpc.call("res.user.get_preferences", True)
    company = preferences.get("company") if isinstance(preferences, dict) else None
    if not isinstance(company, int):
        raise BookingRefused(phrase("the user of Tryton in CENTWRIGHT_ACCOUNTING_URL has no company: choose it in the user's preferences"))
    rpc.context = {"company": company, "language": "en"}
    codes, names = sorted(set(mapping.accounts.values())), sorted(_names(mapping))
    accounts = rpc.search("account.account", [["code", "in", codes], ["company", "=", company]], ["code", "closed", "party_required"])
    taxes = rpc.search("account.tax", [["name", "in", names], ["company", "=", company]], ["name", "rate"])
    journals = rpc.search("account.journal", [["code", "in", [mapping.journal, mapping.entries_journal]]], ["code"])
    terms = rpc.search("account.invoice.payment_term", [["name", "=", mapping.payment_terms or ""]], ["name"])
    currencies = rpc.search("currency.currency", [], ["code"])
    return TrytonSetup(
        mapping=mapping,
        company=company,
        currencies={str(row["code"]): number(row["id"]) for row in currencies},
        accounts={str(row["code"]): number(row["id"]) for row in accounts if not row["closed"]},
        taxes={str(row["name"]): number(row["id"]) for row in taxes},
        rates={number(row["id"]): Fraction(decimal(row["rate"])) for row in taxes},
        journal=_id([row for row in journals if row["code"] == mapping.journal]),
        entries_journal=_id([row for row in journals if row["code"] == mapping.entries_journal]),
        with_party=frozenset(number(row["id"]) for row in accounts if row["party_required"]),
        term=_id(terms),
        closed_accounts=frozenset(str(row["code"]) for row in accounts if row["closed"]),
    )


def _names(mapping: ToolMapping) -> set[str]:
    """The tool's names of all VAT."""
    return {name for taxes in mapping.taxes.values() for name in (taxes.goods, taxes.services)}


def missing(rpc: TrytonRpc, setup: TrytonSetup, until: date) -> Iterator[Phrase]:
    """What is missing for documents up to a day."""
    mapping = setup.mapping
    for code in sorted(set(mapping.accounts.values()) - setup.accounts.keys()):
        if code in setup.closed_accounts:
            yield phrase("the account {code} is closed in Tryton: reopen it, or mend the mapping", code=code)
        else:
            yield phrase("Tryton has no account {code}: create it, or mend the mapping", code=code)
    for name in sorted(_names(mapping) - setup.taxes.keys()):
        yield phrase("Tryton has no VAT called `{name}`: create it, or mend the mapping", name=name)
    if setup.journal is None:
        yield phrase("Tryton has no journal with the code {code}: create it, or mend the mapping", code=mapping.journal)
    if setup.entries_journal is None and mapping.entries_journal is not None:
        yield phrase("Tryton has no journal with the code {code}: create it, or mend the mapping", code=mapping.entries_journal)
    if setup.term is None:
        yield phrase(
            "Tryton has no payment term called `{name}`: create one of 0 days, or mend the mapping", name=mapping.payment_terms or ""
        )
    yield from _periods(rpc, setup, until)


def _periods(rpc: TrytonRpc, setup: TrytonSetup, until: date) -> Iterator[Phrase]:
    """Whether the fiscal year of a day has its periods, each with a sequence of its own that counts before that of the year."""
    in_year = [["company", "=", setup.company], ["fiscalyear.start_date", "<=", until], ["fiscalyear.end_date", ">=", until]]
    periods = rpc.search("account.period", [*in_year, ["type", "=", "standard"]], ["name", "start_date", "fiscalyear"], "start_date")
    if not periods:
        yield phrase("Tryton has no fiscal year with periods for {day}: create it", day=until)
        return
    rows = rpc.search(
        "account.fiscalyear.invoice_sequence",
        [["fiscalyear", "=", number(periods[0]["fiscalyear"])]],
        ["period", "sequence", "out_invoice_sequence", "out_credit_note_sequence"],
    )
    of_year = min((_order(row) for row in rows if row["period"] is None), default=None)
    own = {row["period"]: row for row in rows if row["period"] is not None}
    without = [str(period["name"]) for period in periods if not _is_own(own.get(period["id"]), own.values(), of_year)]
    if without:
        names = ", ".join(without[:_MOST]) + (" …" if len(without) > _MOST else "")
        yield phrase(
            "in Tryton the periods {names} have no sequence of invoices of their own, before that of the year: create it", names=names
        )


def _is_own(row: Row | None, rows: Iterable[Row], of_year: int | None) -> bool:
    if row is None or (of_year is not None and _order(row) >= of_year):
        return False
    return [each["out_invoice_sequence"] for each in rows].count(row["out_invoice_sequence"]) == 1


def _order(row: Row) -> int:
    value = row.get("sequence")
    return value if isinstance(value, int) else -1


def _id(rows: Sequence[Row]) -> int | None:
    return number(rows[0]["id"]) if rows else None
