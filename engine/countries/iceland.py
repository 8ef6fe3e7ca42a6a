"""Iceland: the kennitala, under which e-invoices are addressed; its VAT numbers do not contain it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Final

from stdnum.is_ import kennitala

from engine.countries.country import Register
from engine.countries.default_country import default_country, mistake_in
from engine.phrases import phrase


def _ten_digits(number: str) -> str:
    return "".join(sign for sign in number if sign.isdigit())


ICELAND: Final = replace(
    default_country("IS"),
    register=Register(
        scheme="0196",
        mistake=partial(mistake_in, form=kennitala),
        remedy=phrase("copy it again; it has ten digits, of which the ninth checks the others"),
        identifier=_ten_digits,
        example="1201743399",
    ),
)
