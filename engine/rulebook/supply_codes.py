"""The VAT code of a supply: by vat/codes.yaml, or where there is no such file by category and rate in vat/accounts.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction

from engine.documents.invoice import InvoiceLine
from engine.rulebook.book import Rulebook, cached_in_rulebook
from engine.rulebook.vat import category_and_rate


def has_vat_codes(rulebook: Rulebook) -> bool:
    """Whether supplies have VAT codes."""
    return bool(rulebook.vat_codes or rulebook.accounts.vat_codes)


@cached_in_rulebook(5_000)
def vat_code(rulebook: Rulebook, treatment: str, category: str, rate: Fraction, goods: bool, day: date) -> str | None:
    """The VAT code of supplies with a tax point, by vat/codes.yaml, else by category and rate in vat/accounts.yaml; None without one."""
    if rulebook.vat_codes:
        codes = rulebook.vat_codes.items()
        return next((name for name, code in codes if code.is_in_force(day) and code.fits(treatment, category, rate, goods)), None)
    return _of_accounts(rulebook).get((category, rate))


def vat_code_of_line(line: InvoiceLine, tax_point: date, rulebook: Rulebook) -> str | None:
    """The VAT code with which a line was issued; of an older line, the one that it would have now."""
    return line.vat_code or vat_code(rulebook, line.treatment, line.category, line.rate.fraction, line.goods, tax_point)


def vat_code_of_exempt(tax_point: date, rulebook: Rulebook) -> str | None:
    """The VAT code of what a discount for early payment takes off the VAT base and is charged again without VAT."""
    return vat_code(rulebook, "domestic", "E", Fraction(0), False, tax_point)


@cached_in_rulebook(1)
def _of_accounts(rulebook: Rulebook) -> Mapping[tuple[str, Fraction], str]:
    return {key: code for written, code in rulebook.accounts.vat_codes.items() if (key := category_and_rate(written)) is not None}
