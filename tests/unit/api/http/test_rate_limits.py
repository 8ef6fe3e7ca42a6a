"""Rate limits: a key may send so much a second for long, and four times as much at once."""

import pytest

from api.http.rate_limits import RateLimits
from api.refusals import TooMany


def taken(limits: RateLimits, name: str, most: int, now: float) -> int:
    """How many of some requests are let through at a moment."""
    for count in range(most):
        try:
            limits.take(name, now)
        except TooMany:
            return count
    return most


def test_a_bucket_empties_and_fills_again() -> None:
    limits = RateLimits(10)
    assert [taken(limits, "a", 100, now) for now in (0.0, 0.0, 0.5, 1.5, 100.0)] == [40, 0, 5, 10, 40]
    assert taken(limits, "b", 100, 0.0) == 40, "each key has a bucket of its own"


def test_a_refusal_says_how_much_is_allowed() -> None:
    limits = RateLimits(1)
    taken(limits, "a", 4, 0.0)
    with pytest.raises(TooMany) as refused:
        limits.take("a", 0.0)
    assert "1 requests a second" in refused.value.problems[0].message


def test_whoever_asks_under_ever_new_names_resets_no_limit_of_others() -> None:
    limits = RateLimits(1)
    taken(limits, "busy", 4, 0.0)
    for number in range(15_000):
        limits.take(f"network {number}", 0.0)
        if number % 5_000 == 0:
            assert taken(limits, "busy", 1, 0.0) == 0
    assert taken(limits, "busy", 1, 0.0) == 0
