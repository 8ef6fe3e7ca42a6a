"""Validation of VAT numbers, enterprise numbers and IBANs."""

from __future__ import annotations

from types import ModuleType

from stdnum import iban
from stdnum.exceptions import InvalidChecksum, InvalidLength, ValidationError

from engine.phrases import Phrase, phrase


def is_iban(number: str) -> bool:
    """Whether the check digits of an IBAN fit."""
    return bool(iban.is_valid(number, check_country=False))


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
