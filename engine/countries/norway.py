"""Norway: the organisation number, under which e-invoices are addressed, and which its VAT numbers contain."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Final

from stdnum.no import mva, orgnr

from engine.countries.country import Register
from engine.countries.default_country import default_country, mistake_in
from engine.phrases import Phrase, phrase


def _nine_digits(number: str) -> str:
    """An organisation number as e-invoices have it, of one or of the VAT number made of it."""
    return "".join(sign for sign in number if sign.isdigit())


def _read_vat_number(number: str) -> str | Phrase:
    """`NO995525828MVA`: the country, the organisation number, and the letters that say that it is registered for VAT."""
    if not number.strip().upper().startswith("NO"):
        return phrase("it does not begin with {prefix}", prefix="NO")
    if not number.strip().isprintable():
        return phrase("it has not the form of such a number")
    with_letters = number if number.strip().upper().endswith("MVA") else f"{number} MVA"
    return mistake_in(with_letters, mva) or f"NO{mva.compact(with_letters)}"


_REGISTER: Final = Register(
    scheme="0192",
    mistake=partial(mistake_in, form=orgnr),
    remedy=phrase("copy it again; it has nine digits, of which the last checks the others"),
    identifier=_nine_digits,
    identifier_of_vat_number=_nine_digits,
)
NORWAY: Final = replace(default_country("NO"), read_vat_number=_read_vat_number, register=_REGISTER)
