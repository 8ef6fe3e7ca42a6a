"""The default country: European VAT numbers, IBANs and late payment limits, and the ISO 11649 creditor reference."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import partial
from types import ModuleType
from typing import Final

from stdnum import bic, iban, iso11649
from stdnum.eu import vat as european_number
from stdnum.exceptions import InvalidChecksum, InvalidLength, ValidationError
from stdnum.iso7064 import mod_97_10

from engine.code_lists.code_list import VAT_NUMBER_SCHEMES
from engine.countries.country import Country, Limit
from engine.phrases import Phrase, phrase

_CURRENCIES: Final = {
    "CH": "CHF", "CZ": "CZK", "DK": "DKK", "GB": "GBP", "HU": "HUF", "LI": "CHF", "NO": "NOK", "PL": "PLN", "RO": "RON", "SE": "SEK",
}  # fmt: skip
"""The currencies of countries, besides the member states that have the euro."""
_LINE_BREAK: Final = re.compile(r"[\t\n\v\f\r\x1c-\x1f\x85\u2028\u2029]")
_LATE_PAYMENT: Final = Limit(most=Fraction(60), law=phrase("directive 2011/7/EU, art. 3(5)"))


def default_country(code: str) -> Country:
    """What is known of a country by its code alone; a country's own file says what differs there."""
    return Country(
        code=code,
        currency=_CURRENCIES.get(code, "EUR" if _is_member_state(code) and code != "XI" else None),
        vat_prefix=_vat_prefix(code),
        read_vat_number=partial(_read_vat_number, code),
        vat_number_scheme=VAT_NUMBER_SCHEMES.get(code),
        payment_reference=creditor_reference,
        payment_reference_abroad=creditor_reference,
        read_payment_reference=read_creditor_reference,
        longest_payment_days=_LATE_PAYMENT if _is_member_state(code) else None,
    )


def creditor_reference(number: str) -> str:
    """The creditor reference of ISO 11649, `RF27202700001`: RF, two check digits modulo 97, letters and digits of the number."""
    known = "".join(sign for sign in number.upper() if sign.isascii() and sign.isalnum())[-21:]
    return f"RF{mod_97_10.calc_check_digits(f'{known}RF')}{known}"


def read_creditor_reference(text: str) -> str | None:
    """A creditor reference without blanks; None where its check digits do not fit. What does not begin with RF is free text."""
    plain = re.sub(r"\s", "", text.upper())
    if not re.fullmatch("RF[0-9]{2}[A-Z0-9]{1,21}", plain):
        return text
    return plain if iso11649.is_valid(plain) else None


def is_iban(number: str) -> bool:
    """Whether the check digits of an IBAN fit."""
    return bool(iban.is_valid(number, check_country=False))


def is_bic(text: str) -> bool:
    """Whether a text is written as a BIC is, in one piece or in groups."""
    return bool(bic.is_valid(text))


def mistake_in(number: str, form: ModuleType) -> Phrase | None:
    """What is wrong with a number in a form that a module of stdnum knows; None where it is right."""
    try:
        form.validate(number)
    except InvalidChecksum:
        return phrase("its check digits do not fit")
    except InvalidLength:
        return phrase("it has too many or too few digits")
    except ValidationError:
        return phrase("it has not the form of such a number")
    return None


def _read_vat_number(code: str, number: str) -> str | Phrase:
    """A VAT number of a member state without blanks and points, or what is wrong with it; of other states it has the letters (BR-CO-09)."""
    if _LINE_BREAK.search(number):
        return phrase("it has not the form of such a number")
    prefix = _vat_prefix(code)
    if not _is_member_state(code):
        begins = number.strip().upper().startswith(prefix)
        return number.strip() if begins else phrase("it does not begin with {prefix}", prefix=prefix)
    if not number.upper().replace(" ", "").startswith(prefix):
        return phrase("it does not begin with {prefix}", prefix=prefix)
    return mistake_in(number, european_number) or european_number.compact(number)


def _vat_prefix(code: str) -> str:
    return {"GR": "EL", "MC": "FR"}.get(code, code)


def _is_member_state(code: str) -> bool:
    return code.lower() in european_number.MEMBER_STATES
