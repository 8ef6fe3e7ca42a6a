"""The fields of a form as a browser sends them."""

from __future__ import annotations

from typing import Final
from urllib.parse import parse_qsl

MOST_FIELDS: Final = 20


def sent_fields(body: bytes, *, most: int = MOST_FIELDS) -> dict[str, str]:
    """The texts of a form by field; none where it has more fields than any form that was shown."""
    try:
        return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=most))
    except ValueError:
        return {}
