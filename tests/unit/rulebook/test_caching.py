"""What a function of a rulebook answered is remembered by that rulebook alone, and gone with it."""

from __future__ import annotations

import gc
import weakref
from dataclasses import replace

from engine.rulebook.book import Rulebook
from engine.rulebook.caching import cached_in_rulebook
from tests.unit.stages.small_rulebook import rulebook

calls: list[tuple[str, int]] = []


@cached_in_rulebook(10)
def doubled(book: Rulebook, number: int) -> int:
    calls.append((book.fingerprint, number))
    return 2 * number


def test_an_answer_is_worked_out_once_for_each_rulebook() -> None:
    calls.clear()
    one = rulebook()
    other = replace(one, fingerprint="other")
    assert [doubled(one, 3), doubled(one, 3), doubled(one, 4), doubled(other, 3)] == [6, 6, 8, 6]
    assert calls == [(one.fingerprint, 3), (one.fingerprint, 4), ("other", 3)]


def test_a_rulebook_is_not_kept_by_what_it_remembers() -> None:
    one = rulebook()
    doubled(one, 5)
    alive = weakref.ref(next(iter(one.caches.values())))
    del one
    gc.collect()
    assert alive() is None
