"""Answers of functions of a rulebook, remembered in the rulebook and gone with it."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import TypeVar, TypeVarTuple, cast

from engine.rulebook.book import Rulebook

Arguments = TypeVarTuple("Arguments")
Answer = TypeVar("Answer")


def cached_in_rulebook(most: int) -> Callable[[Callable[[Rulebook, *Arguments], Answer]], Callable[[Rulebook, *Arguments], Answer]]:
    """A pure function of a rulebook and hashable arguments, of which each rulebook remembers so many answers at most."""

    def decorate(function: Callable[[Rulebook, *Arguments], Answer]) -> Callable[[Rulebook, *Arguments], Answer]:
        @wraps(function)
        def cached(rulebook: Rulebook, *arguments: *Arguments) -> Answer:
            known = rulebook.caches.get(function)
            if known is None:
                known = rulebook.caches[function] = lru_cache(maxsize=most)(lambda *given: function(rulebook, *given))
            return cast("Answer", known(*arguments))

        return cached

    return decorate
