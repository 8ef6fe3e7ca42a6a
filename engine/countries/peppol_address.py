"""An address in Peppol as people write it: the scheme (EAS), a colon and the number, `0208:0202239951`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from stdnum import ean
from stdnum.au import abn
from stdnum.be import vat as enterprise_number
from stdnum.no import orgnr as norwegian_number
from stdnum.se import orgnr as swedish_number

from engine.code_lists.code_list import ADDRESS_SCHEMES
from engine.phrases import Phrase, phrase

_FORM: Final = re.compile(r"(?:iso6523-actorid-upis::)?([0-9]{4}):([A-Za-z0-9._~-]{1,50})")
_MODULES: Final = {"0007": swedish_number, "0088": ean, "0151": abn, "0192": norwegian_number, "0208": enterprise_number}
"""What checks the digits of a scheme's numbers."""
_FORMS: Final[Mapping[str, str]] = {
    "0007": "[0-9]{10}", "0088": "[0-9]{13}", "0096": "[0-9]{10}", "0106": "[0-9]{8}", "0151": "[0-9]{11}", "0184": "(DK)?[0-9]{8}",
    "0190": "[0-9]{20}", "0192": "[0-9]{9}", "0198": "DK[0-9]{8}", "0208": "[0-9]{10}", "9944": "NL[0-9]{9}B[0-9]{2}",
}  # fmt: skip
"""How a scheme's numbers are written, where the rules of Peppol say it (COMMON-R040 to R056)."""


def read_peppol_address(text: str) -> str | Phrase:
    """An address as it is stored, `0208:0202239951`, or what is wrong with it."""
    match = _FORM.fullmatch(text.strip())
    if match is None:
        return phrase("it is not a scheme of four digits, a colon and a number")
    scheme, number = match.groups()
    if scheme not in ADDRESS_SCHEMES:
        return phrase("Peppol knows no scheme {scheme}", scheme=scheme)
    checked_by = _MODULES.get(scheme)
    is_right = re.fullmatch(_FORMS.get(scheme, ".+"), number) and (checked_by is None or checked_by.is_valid(number))
    return f"{scheme}:{number}" if is_right else phrase("the number is not one of scheme {scheme}", scheme=scheme)
