"""Finland: the business identity code, from which the address of e-invoices (OVT) is made, and which its VAT numbers contain."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from stdnum.fi import ytunnus

from engine.countries.country import Register
from engine.countries.default_country import default_country, mistake_in
from engine.phrases import Phrase, phrase


def _ovt(number: str) -> str:
    """The OVT code of a business identity code or VAT number: 0037 and its eight digits."""
    return f"0037{''.join(sign for sign in number if sign.isdigit()).rjust(8, '0')}"


def _mistake(number: str) -> Phrase | None:
    return mistake_in(number[4:] if len(number) == 12 and number.startswith("0037") else number, ytunnus)


FINLAND: Final = replace(
    default_country("FI"),
    register=Register(
        scheme="0216",
        mistake=_mistake,
        remedy=phrase("copy it again; it has eight digits, of which the last checks the others"),
        identifier=_ovt,
        identifier_of_vat_number=_ovt,
    ),
)
