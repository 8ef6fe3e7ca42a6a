"""The codes of countries in documents and requests, and the remedy for a wrong one."""

from __future__ import annotations

import re
from typing import Annotated, Final

from pydantic import AfterValidator, WithJsonSchema

from engine.code_lists.code_list import COUNTRIES, COUNTRY, NO_COUNTRIES
from engine.locales import country_named
from engine.model_errors import field_error
from engine.phrases import Phrase, Replacement, phrase, write_instead

_FORM: Final = re.compile(COUNTRY)


def country_remedy(code: str) -> Phrase:
    """What to write instead of a code that is no country."""
    capitals = code.strip().upper()
    if withdrawn := NO_COUNTRIES.get(capitals):
        return phrase("write `{corrected}`, as EN 16931 has it", corrected=Replacement(withdrawn.instead))
    if capitals in COUNTRIES:
        return write_instead(capitals)
    named = country_named(code)
    return write_instead(named) if named else phrase("write its two letters, such as `BE`")


def _formed(code: str) -> str:
    if not _FORM.fullmatch(code):
        raise field_error("country", "`{code}` is no country of ISO 3166", code=code[:20], remedy=country_remedy(code))
    return code


CountryCode = Annotated[str, AfterValidator(_formed), WithJsonSchema({"type": "string", "pattern": COUNTRY})]
"""Two letters of ISO 3166, or the code of Kosovo in EN 16931."""
