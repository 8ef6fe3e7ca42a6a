"""Caches whose results belong to a rulebook and are freed with it."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Generic, TypeVar, TypeVarTuple, cast

from engine.rulebook.book import Rulebook

Arguments = TypeVarTuple("Arguments")
Answer = TypeVar("Answer")
Key = tuple[object, ...]
"""Everything on which an answer depends."""


class Cache(Generic[Answer]):
    """Answers by everything on which they depend. A full cache is emptied."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._answers: dict[Key, Answer] = {}

    def get(self, key: Key) -> Answer | None:
        """The stored answer of a key, or None."""
        return self._answers.get(key)

    def store(self, key: Key, answer: Answer) -> Answer:
        """Stores an answer."""
        if len(self._answers) >= self._most:
            self._answers.clear()
        self._answers[key] = answer
        return answer


def cached_in_rulebook(most: int) -> Callable[[Callable[[Rulebook, *Arguments], Answer]], Callable[[Rulebook, *Arguments], Answer]]:
    """Caches a pure function of a rulebook and hashable arguments; each rulebook stores at most so many answers."""

    def decorate(function: Callable[[Rulebook, *Arguments], Answer]) -> Callable[[Rulebook, *Arguments], Answer]:
        @wraps(function)
        def cached(rulebook: Rulebook, *arguments: *Arguments) -> Answer:
            known = rulebook.caches.get(function)
            if known is None:
                known = rulebook.caches[function] = lru_cache(maxsize=most)(lambda *given: function(rulebook, *given))
            return cast("Answer", known(*arguments))

        return cached

    return decorate
