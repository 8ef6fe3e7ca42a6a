"""What the script of the workbench sends: the texts of a JSON object."""

from __future__ import annotations

import json
from collections.abc import Mapping

from fastapi import Request


async def json_of(request: Request) -> Mapping[str, str]:
    """The texts of the body of a request, by name."""
    return read_json(await request.body())


def read_json(body: bytes) -> Mapping[str, str]:
    """The texts of a JSON object, by name; none where it is no such object."""
    try:
        tree = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return {name: text for name, text in tree.items() if isinstance(text, str)} if isinstance(tree, dict) else {}
