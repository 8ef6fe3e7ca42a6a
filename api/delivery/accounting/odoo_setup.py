"""What an installation of Odoo calls our accounts, VAT and journals, by id; and what is missing there before anything is booked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from api.delivery.accounting.connector import BookingRefused, ConnectorFault, Tax
from api.delivery.accounting.odoo_rpc import OdooRpc, Row, day, number, text_of
from engine.money import Currency
from engine.phrases import Phrase, phrase
from engine.rulebook.accounting_tools import ToolMapping

_EVERY_LOCK: Final = ("fiscalyear_lock_date", "hard_lock_date")
_LOCKS_OF_SALES: Final = (*_EVERY_LOCK, "tax_lock_date", "sale_lock_date")


@dataclass(frozen=True, slots=True)
class OdooSetup:
    """The ids that bookings need."""

    mapping: ToolMapping
    company: int
    currencies: Mapping[str, int]
    accounts: Mapping[str, int]
    """By the tool's code."""
    taxes: Mapping[str, Row]
    """By the tool's name."""
    journal: int | None
    entries_journal: int | None
    rounding: str

    def account(self, name: str) -> int:
        """The id of one of our accounts; refuses one that is not mapped, or not there."""
        code = self.mapping.accounts.get(name)
        if code is None:
            raise BookingRefused(phrase("the mapping of Odoo in vat/accounting-tools.yaml has no account for {name}", name=name))
        if code not in self.accounts:
            raise BookingRefused(phrase("Odoo has no account {code}: create it, or mend the mapping", code=code))
        return self.accounts[code]

    def tax(self, tax: Tax) -> int:
        """The id of a VAT; refuses one that is not mapped, or not there."""
        name = self.mapping.tax(tax.treatment, tax.rate, goods=tax.goods)
        if name is None:
            because = phrase("the mapping of Odoo in vat/accounting-tools.yaml has no VAT for {name}", name=f"{tax.treatment} {tax.rate}%")
            raise BookingRefused(because)
        if name not in self.taxes:
            raise BookingRefused(phrase("Odoo has no VAT on sales called `{name}`: create it, or mend the mapping", name=name))
        return number(self.taxes[name]["id"])

    def currency(self, code: str) -> int:
        """The id of a currency; refuses one that is not there."""
        if code not in self.currencies:
            raise BookingRefused(phrase("Odoo has no currency {code}: activate it there, with its rates", code=code))
        return self.currencies[code]

    def currency_of(self, name: int) -> Currency:
        """A currency by its id."""
        code = next((code for code, each in self.currencies.items() if each == name), None)
        if code is None:
            raise ConnectorFault(f"a currency that is not active: {name}")
        return Currency.of(code)


@dataclass(frozen=True, slots=True)
class Locks:
    """The last days that are locked; None where none is."""

    sales: date | None
    entries: date | None


def read_setup(rpc: OdooRpc, mapping: ToolMapping) -> OdooSetup:
    """The ids of an installation; the context gets the company of the key's user."""
    context = rpc.call("res.users", "context_get")
    user = number(context.get("uid") if isinstance(context, dict) else None)
    rows = rpc.search("res.users", [["id", "=", user]], ["company_id"])
    if not rows:
        raise ConnectorFault("the user of the key is not there")
    company = number(rows[0]["company_id"])
    rpc.context = {"lang": "en_US", "allowed_company_ids": [company]}
    ours = [["company_id", "=", company]]
    accounts = rpc.search("account.account", [["code", "in", sorted(set(mapping.accounts.values()))]], ["code"])
    taxes = rpc.search(
        "account.tax",
        [*ours, ["name", "in", sorted(_names(mapping))], ["type_tax_use", "=", "sale"]],
        ["name", "amount", "amount_type", "price_include"],
    )
    sales = rpc.search("account.journal", [*ours, ["code", "=", mapping.journal], ["type", "=", "sale"]], ["code"])
    general = [*ours, ["code", "=", mapping.entries_journal or ""], ["type", "=", "general"]]
    others = rpc.search("account.journal", general, ["code"])
    (row,) = rpc.search("res.company", [["id", "=", company]], ["tax_calculation_rounding_method"]) or [{}]
    return OdooSetup(
        mapping=mapping,
        company=company,
        currencies={text_of(each["name"]): number(each["id"]) for each in rpc.search("res.currency", [], ["name"])},
        accounts={text_of(each["code"]): number(each["id"]) for each in accounts},
        taxes={text_of(each["name"]): each for each in reversed(taxes)},
        journal=number(sales[0]["id"]) if sales else None,
        entries_journal=number(others[0]["id"]) if others else None,
        rounding=text_of(row.get("tax_calculation_rounding_method")),
    )


def read_locks(rpc: OdooRpc, setup: OdooSetup) -> Locks:
    """The last days that are locked now: of invoices with VAT, and of other entries."""
    rows = rpc.search("res.company", [["id", "=", setup.company]], _LOCKS_OF_SALES)
    if not rows:
        raise ConnectorFault("the company of the key's user is not there")

    def last(names: tuple[str, ...]) -> date | None:
        return max((on for name in names if (on := day(rows[0].get(name))) is not None), default=None)

    return Locks(sales=last(_LOCKS_OF_SALES), entries=last(_EVERY_LOCK))


def missing(setup: OdooSetup) -> Iterator[Phrase]:
    """What is missing before documents can be booked."""
    mapping = setup.mapping
    for code in sorted(set(mapping.accounts.values()) - setup.accounts.keys()):
        yield phrase("Odoo has no account {code}: create it, or mend the mapping", code=code)
    for name in sorted(_names(mapping) - setup.taxes.keys()):
        yield phrase("Odoo has no VAT on sales called `{name}`: create it, or mend the mapping", name=name)
    yield from _wrong_taxes(setup)
    if setup.journal is None:
        yield phrase("Odoo has no journal of sales with the code {code}: create it, or mend the mapping", code=mapping.journal)
    if mapping.entries_journal is not None and setup.entries_journal is None:
        code = mapping.entries_journal
        yield phrase("Odoo has no general journal with the code {code}: create it, or mend the mapping", code=code)
    if setup.rounding != "round_globally":
        yield phrase("Odoo rounds VAT by line, and documents have it rounded once: choose `Round Globally` in its settings of accounting")


def _wrong_taxes(setup: OdooSetup) -> Iterator[Phrase]:
    """The taxes that do not come on top of a net amount, or have another rate than what is mapped to them."""
    for key, names in sorted(setup.mapping.taxes.items()):
        _, _, rate = key.partition(" ")
        for name in sorted({names.goods, names.services} & setup.taxes.keys()):
            tax = setup.taxes[name]
            if tax.get("amount_type") != "percent" or tax.get("price_include") is not False:
                yield phrase("the VAT `{name}` of Odoo is no percentage on top of the net amount: mend it there, or the mapping", name=name)
            elif rate and _decimal(tax.get("amount")) != Decimal(rate.removesuffix("%")):
                theirs = f"{_decimal(tax.get('amount')).normalize():f}%"
                yield phrase("the VAT `{name}` of Odoo has {theirs}, and {key} is mapped to it", name=name, theirs=theirs, key=key)


def _decimal(value: object) -> Decimal:
    return Decimal(value) if isinstance(value, int | Decimal) else Decimal(-1)


def _names(mapping: ToolMapping) -> set[str]:
    """The tool's names of all VAT."""
    return {name for taxes in mapping.taxes.values() for name in (taxes.goods, taxes.services)}
