"""The Netherlands: the number of the Chamber of Commerce (KVK), which stands on e-invoices of its sellers (NL-R-003)."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from engine.countries.country import EInvoicing, Register
from engine.countries.default_country import default_country
from engine.phrases import Phrase, phrase


def _digits(number: str) -> str:
    return "".join(sign for sign in number if sign.isdigit())


def _mistake(number: str) -> Phrase | None:
    if not re.fullmatch(r"(KVK|KvK|kvk)?[0-9 .]*", number.strip()):
        return phrase("it has not the form of such a number")
    return None if len(_digits(number)) == 8 else phrase("it has too many or too few digits")


NETHERLANDS: Final = replace(
    default_country("NL"),
    e_invoicing=EInvoicing(payment_on_credit_notes="57"),
    register=Register(
        scheme="0106",
        mistake=_mistake,
        remedy=phrase("copy it again; it has eight digits"),
        identifier=_digits,
        is_address=False,
        example="12345678",
    ),
)
