"""Belgium: the enterprise number, the structured communication of its banks, and the limits of its law."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from functools import partial
from typing import Final

from stdnum.be import ogm_vcs
from stdnum.be import vat as enterprise_number
from stdnum.iso7064 import mod_97_10

from engine.countries.country import Limit, Register
from engine.countries.default_country import creditor_reference, default_country, mistake_in, read_creditor_reference
from engine.phrases import phrase


def structured_communication(number: str) -> str:
    """What the customer writes on the transfer, `+++010/8068/17183+++`: ten digits of the number, then their rest modulo 97."""
    digits = _last_ten(number)
    return f"+++{ogm_vcs.format(digits + ogm_vcs.calc_check_digits(digits))}+++"


def reference_abroad(number: str) -> str:
    """The creditor reference of ISO 11649 with the ten digits of the structured communication, so that both name one invoice."""
    return creditor_reference(_last_ten(number))


def read_structured_communication(text: str) -> str | None:
    """The communication of twelve digits, however their groups are parted; None where the last two do not fit."""
    if not re.fullmatch(r"[+*]{0,3} ?[0-9]{3}[ /.]?[0-9]{4}[ /.]?[0-9]{5} ?[+*]{0,3}", text):
        return read_creditor_reference(text)
    digits = re.sub("[^0-9]", "", text)
    return f"+++{ogm_vcs.format(digits)}+++" if ogm_vcs.is_valid(digits) else None


def iban_of(number: str) -> str | None:
    """The IBAN of an account number of twelve digits, as it was before IBANs; None where the last two do not fit."""
    if not re.fullmatch("[0-9]{12}", number) or (int(number[:10]) % 97 or 97) != int(number[10:]):
        return None
    return f"BE{mod_97_10.calc_check_digits(f'{number}BE')}{number}"


def _last_ten(number: str) -> str:
    return "".join(sign for sign in number if sign.isdigit())[-10:].rjust(10, "0")


def _ten_digits(number: str) -> str:
    """An enterprise number, or the VAT number made of it, as e-invoices have it."""
    return "".join(sign for sign in number if sign.isdigit()).rjust(10, "0")


_INDEXED_PRICES: Final = phrase("law of 30 March 1976, art. 57")
BELGIUM: Final = replace(
    default_country("BE"),
    register=Register(
        scheme="0208",
        mistake=partial(mistake_in, form=enterprise_number),
        remedy=phrase("copy it again; it has ten digits, of which the last two check the others"),
        identifier=_ten_digits,
        identifier_of_vat_number=_ten_digits,
    ),
    payment_reference=structured_communication,
    payment_reference_abroad=reference_abroad,
    read_payment_reference=read_structured_communication,
    longest_payment_days=Limit(most=Fraction(60), law=phrase("law of 2 August 2002, art. 4")),
    free_reminder_law=phrase("Code of Economic Law, art. XIX.2"),
    cash_discount_law=phrase("VAT Code, art. 28, 1°"),
    largest_indexed_part=Limit(most=Fraction(4, 5), law=_INDEXED_PRICES),
    consumer_index_law=_INDEXED_PRICES,
)
