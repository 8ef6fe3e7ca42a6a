"""The rulebook that answers a request: the live one, or a version by its fingerprint."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from engine.problems import Kind, refuse
from engine.rulebook.book import Rulebook

UNKNOWN_RULEBOOK = Kind("unknown-rulebook", "there is no rulebook version `{name}`", "leave `rulebook` out, or write {live}")
_SHORTEST: Final = 8


def only_live(rulebook: Rulebook) -> Callable[[str | None], Rulebook]:
    """A lookup that knows one rulebook: by None, or by at least eight characters of its fingerprint."""

    def named(name: str | None) -> Rulebook:
        if name is None or (len(name) >= _SHORTEST and rulebook.fingerprint.startswith(name)):
            return rulebook
        raise refuse(UNKNOWN_RULEBOOK, pointer="/rulebook", name=name, live=rulebook.fingerprint)

    return named
