"""An address at which there is nothing, and the one that was perhaps meant."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from engine.phrases import phrase
from engine.problems import Kind, Problem
from engine.text.nearest import did_you_mean, nearest

NO_ROUTE = Kind("no-route", "there is nothing at this address", "{remedy}")
_LONGEST: Final = 200
"""Longer addresses are compared with none."""


def no_route(path: str = "", known: Iterable[str] = ()) -> Problem:
    """The problem of an address at which there is nothing; of those that are known it names the nearest with as many parts."""
    path = path.rstrip("/")
    parts = path.split("/")
    alike = {_filled(each, parts) for each in known if each.count("/") == len(parts) - 1} if len(path) <= _LONGEST else set()
    near = nearest(path, (each for each in alike if "{" not in each))
    return NO_ROUTE.at(None, remedy=phrase("look at /docs for what there is") if near is None else did_you_mean(near))


def _filled(route: str, parts: list[str]) -> str:
    """The address of a route with the names that are given for it."""
    return "/".join(
        given if part.startswith("{") and part.endswith("}") else part for part, given in zip(route.split("/"), parts, strict=True)
    )
