"""Sweden: the organisation number, under which e-invoices are addressed, and which its VAT numbers contain."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Final

from stdnum.se import orgnr

from engine.countries.country import Register
from engine.countries.default_country import default_country, mistake_in
from engine.phrases import phrase


def _ten_digits(number: str) -> str:
    """An organisation number as e-invoices have it: the first ten digits of a VAT number too, whose last two are 01."""
    return "".join(sign for sign in number if sign.isdigit())[:10]


SWEDEN: Final = replace(
    default_country("SE"),
    register=Register(
        scheme="0007",
        mistake=partial(mistake_in, form=orgnr),
        remedy=phrase("copy it again; it has ten digits, of which the last checks the others"),
        identifier=_ten_digits,
        identifier_of_vat_number=_ten_digits,
    ),
)
