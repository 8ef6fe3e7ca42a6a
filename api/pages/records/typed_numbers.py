"""Numbers as people type them in forms."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

_PRODUCT: Final = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,6})?)\s*[*x×]\s*([0-9]{1,6}(?:\.[0-9]{1,6})?)")


def multiplied(text: str) -> str:
    """The product of a quantity such as `3*12`; any other text as it is."""
    match = _PRODUCT.fullmatch(text.strip())
    if match is None:
        return text
    made = format(Decimal(match[1]) * Decimal(match[2]), "f")
    return made.rstrip("0").rstrip(".") if "." in made else made
