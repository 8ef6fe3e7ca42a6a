"""The caches of a rulebook, which are gone with it, and the names that an item uses and the rulebook does not have any more."""

from __future__ import annotations

import gc
import weakref
from dataclasses import replace

from engine.rulebook.book import Rulebook, cached_in_rulebook, items_without_names, missing_of_item
from tests.unit.stages.small_rulebook import customer, item, order, rulebook

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


def test_each_name_of_an_item_is_looked_up() -> None:
    gone = item("DESK", billing_process="old-process", billing_type="old-type", revenue_account="old-account", product="OLD")
    assert [(str(what), name) for what, name in missing_of_item(gone, rulebook())] == [
        ("product", "OLD"),
        ("billing process", "old-process"),
        ("billing type", "old-type"),
        ("account", "old-account"),
    ]
    assert missing_of_item(item("DESK"), rulebook()) == ()
    assert [name for _, name in missing_of_item(item("TILL", payment_plan="old-plan"), rulebook())] == ["old-plan"]


def test_items_that_share_a_plan_wait_together() -> None:
    items = (
        item("TILL", "A-1", payment_plan="thirds", revenue_account="old-account"),
        item("GUIDE", "A-2", payment_plan="thirds"),
        item("GUIDE", "A-3"),
    )
    assert {name: problem.message for name, problem in items_without_names(order(*items), customer(), rulebook()).items()} == {
        "A-1": "the account `old-account` is not in the rulebook any more",
        "A-2": "the account `old-account` is not in the rulebook any more",
    }


def test_without_the_segment_of_its_customer_every_item_waits() -> None:
    missing = items_without_names(order(item("DESK", "A-1"), item("EDI", "A-2")), customer(segment="old-segment"), rulebook())
    assert {name: problem.message for name, problem in missing.items()} == dict.fromkeys(
        ("A-1", "A-2"), "the segment `old-segment` is not in the rulebook any more"
    )
