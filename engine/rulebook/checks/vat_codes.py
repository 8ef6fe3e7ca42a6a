"""Checks vat/codes.yaml and the roles of accounts: no supply with two codes, days in order, and no half of what postings need."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Final

from engine.countries.default_country import is_iban
from engine.problems import Kind, Problem
from engine.rulebook.company import Company
from engine.rulebook.payment_terms import PaymentTerms
from engine.rulebook.vat import AccountRole, Accounts
from engine.rulebook.vat_codes import VatCode
from engine.rulebook.yaml_entries import Entry, Gathered

CODES_MEET: Final = Kind(
    "vat-codes-meet",
    "`{code}` and `{other}` are both codes of {treatment} supplies of one category, rate, kind and day",
    "say with `category`, `rate`, `supply`, `from` or `until` which of the two it is",
)
CODE_DAYS: Final = Kind("vat-code-days", "the code `{code}` ends on {until}, before it begins on {since}", "put `until` after `from`")
CODE_RATE: Final = Kind("vat-code-rate", "a rate of {rate}% cannot be", "write a rate between 0% and 100%")
TWO_SETS_OF_CODES: Final = Kind(
    "two-sets-of-vat-codes", "vat/codes.yaml has VAT codes too, and says more of each", "remove `vat-codes` from this file"
)
BAD_BANK: Final = Kind("bad-bank-account", "`{written}` is no IBAN", "write the IBAN of one of your own bank accounts")
NO_ROLE: Final = Kind(
    "account-role-missing",
    "payments could not be posted: there is no account for {roles}",
    "add each of them under `roles` with its number and label; or remove `bank` and `banks`, and payments are not posted",
)
NO_DEFERRED: Final = Kind(
    "no-deferred-account",
    "income cannot be deferred: vat/accounts.yaml has no account for `deferred`",
    "add it there under `roles`, or write `deferral: off`",
)
NO_ACCRUED: Final = Kind(
    "no-accrued-account",
    "income cannot be accrued: vat/accounts.yaml has no account for `accrued`",
    "add it there under `roles`, or write `accrual: off`",
)
_OF_PAYMENTS: Final[tuple[AccountRole, ...]] = ("suspense", "difference-loss")


def check_vat_codes(gathered: Gathered) -> Iterator[Problem]:
    """The problems of VAT codes, and of the accounts by role."""
    codes = gathered.of("vat-codes", VatCode)
    accounts = gathered.only("accounts", Accounts)
    for name, entry in codes.items():
        yield from _code(name, entry)
    for (name, entry), (other, second) in combinations(codes.items(), 2):
        if entry.written.meets(second.written) and not (entry.left_out or second.left_out):
            yield CODES_MEET.at(second.named_at, code=other, other=name, treatment=second.written.treatment)
    if accounts is not None:
        if codes and accounts.written.vat_codes:
            yield TWO_SETS_OF_CODES.at(accounts.key("vat-codes"))
        yield from _roles(gathered, accounts)
        company = gathered.only("company", Company)
        if company is not None and company.written.deferral != "off" and "deferred" not in accounts.written.roles:
            yield NO_DEFERRED.at(company.at("deferral"))
        if company is not None and company.written.accrual != "off" and "accrued" not in accounts.written.roles:
            yield NO_ACCRUED.at(company.at("accrual"))


def _code(name: str, entry: Entry[VatCode]) -> Iterator[Problem]:
    code = entry.written
    if code.from_ is not None and code.until is not None and code.until < code.from_:
        yield CODE_DAYS.at(entry.at("until"), code=name, until=code.until, since=code.from_)
    if code.rate is not None and not 0 <= code.rate.fraction <= 1:
        yield CODE_RATE.at(entry.at("rate"), rate=code.rate)


def _roles(gathered: Gathered, entry: Entry[Accounts]) -> Iterator[Problem]:
    """With an account of a bank, payments are posted, and all that payments may need must be there."""
    accounts = entry.written
    for written in accounts.banks:
        if not is_iban(written):
            yield BAD_BANK.at(entry.key("banks", written), written=written[:40])
    if not accounts.banks and "bank" not in accounts.roles:
        return
    terms = gathered.of("payment-terms", PaymentTerms).values()
    needed = [*_OF_PAYMENTS, *(("cash-discount",) if any(one.written.cash_discount for one in terms) else ())]
    missing = [role for role in needed if role not in accounts.roles]
    if missing:
        where = entry.key("roles") if entry.has("roles") and accounts.roles else entry.key("banks")
        yield NO_ROLE.at(where, roles=", ".join(f"`{role}`" for role in missing))
