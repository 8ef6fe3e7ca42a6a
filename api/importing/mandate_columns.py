"""The columns of customers.csv that name a customer's mandate."""

from __future__ import annotations

from typing import Final

from api.importing.cell_values import Fields
from api.importing.parsed_files import ParsedFiles
from engine.countries.default_country import is_iban
from engine.documents.mandate import Mandate
from engine.phrases import phrase
from engine.problems import Kind

MANDATE_COLUMNS: Final = ("mandate", "mandate_iban", "mandate_signed_on")
NO_MANDATE = Kind("no-mandate", "the account or the signature of a mandate is given, and no reference", "write it in `mandate`")
WRONG_IBAN = Kind("wrong-iban", "the check digits of the account `{text}` do not fit", "copy the IBAN again")
MANDATE_TWICE = Kind("mandate-twice", "customer {customer} has the mandate `{reference}` too", "give each customer its own reference")
SIGNED_LATER = Kind(
    "mandate-later",
    "the mandate `{reference}` is signed on {signed}, after today, {today}",
    "write the day of the signature, or wait for it",
)
_REFERENCE: Final = r"[A-Za-z0-9+?/:().,' -]{1,35}"


def read_mandate(customer: str, fields: Fields, parsed: ParsedFiles) -> None:
    """Adds the mandate of a row that has such columns; empty ones end the customer's mandate."""
    if fields.cell("mandate") is None:
        for column in MANDATE_COLUMNS[1:]:
            if fields.cell(column) is not None:
                fields.report(NO_MANDATE, column)
        parsed.mandates[customer] = None
        return
    like = phrase("at most 35 letters, digits and + ? / : ( ) . , ' -")
    reference = fields.matching("mandate", _REFERENCE, phrase("the reference of a mandate"), like)
    iban, signed_on = _iban(fields), fields.day("mandate_signed_on")
    other = next((each for each, known in parsed.mandates.items() if known is not None and known.reference == reference), None)
    if reference is not None and other is not None:
        fields.report(MANDATE_TWICE, "mandate", customer=other, reference=reference)
    elif reference is not None and iban is not None and signed_on is not None:
        parsed.mandates[customer] = Mandate(reference=reference, customer=customer, iban=iban, signed_on=signed_on)


def _iban(fields: Fields) -> str | None:
    text = fields.needed("mandate_iban", phrase("the account, such as BE68 5390 0754 7034"))
    plain = text.replace(" ", "").upper()
    if text and not is_iban(plain):
        fields.report(WRONG_IBAN, "mandate_iban", text=text)
        return None
    return plain or None
