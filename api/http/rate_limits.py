"""Rate limits: a bucket of tokens for each key, from which each request takes one."""

from __future__ import annotations

import time
from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock
from typing import Final

from api.refusals import TooMany
from engine.problems import Kind

TOO_MANY: Final = Kind(
    "too-many-requests", "this key has sent more than {rate} requests a second", "wait {seconds} s, and send fewer at a time"
)
_SECONDS_IN_A_BUCKET: Final = 4
_MOST_BUCKETS: Final = 10_000
"""So many are remembered, the latest: whoever asks under ever new names must not fill the memory."""


@dataclass(slots=True)
class _Bucket:
    tokens: float
    filled_at: float


class RateLimits:
    """The buckets of all keys, each of which fills with so many tokens a second; the one that was used longest ago comes first."""

    def __init__(self, rate: int) -> None:
        self.rate = rate
        self._lock = Lock()
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def take(self, name: str, now: float | None = None) -> None:
        """Takes a token of a key; refuses where it has none left."""
        moment, most = time.monotonic() if now is None else now, float(self.rate * _SECONDS_IN_A_BUCKET)
        with self._lock:
            if name not in self._buckets and len(self._buckets) >= _MOST_BUCKETS:
                self._buckets.popitem(last=False)
            bucket = self._buckets.setdefault(name, _Bucket(most, moment))
            self._buckets.move_to_end(name)
            bucket.tokens = min(most, bucket.tokens + (moment - bucket.filled_at) * self.rate)
            bucket.filled_at = moment
            if bucket.tokens < 1:
                raise TooMany((TOO_MANY.at(None, rate=self.rate, seconds=1),))
            bucket.tokens -= 1
