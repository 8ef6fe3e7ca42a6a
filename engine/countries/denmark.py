"""Denmark: the CVR number, under which e-invoices are addressed, and which its VAT numbers contain."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Final

from stdnum.dk import cvr

from engine.countries.country import EInvoicing, Register
from engine.countries.default_country import default_country, mistake_in
from engine.phrases import phrase


def _with_letters(number: str) -> str:
    """A CVR number as e-invoices have it, of one or of the VAT number made of it: older rules know it with the letters alone."""
    return f"DK{''.join(sign for sign in number if sign.isdigit())}"


_CVR: Final = Register(
    scheme="0184",
    mistake=partial(mistake_in, form=cvr),
    remedy=phrase("copy it again; it has eight digits, of which the last checks the others"),
    identifier=_with_letters,
    identifier_of_vat_number=_with_letters,
)
DENMARK: Final = replace(
    default_country("DK"),
    register=_CVR,
    e_invoicing=EInvoicing(credit_transfer="58", customer_number_at_home=False),
)
