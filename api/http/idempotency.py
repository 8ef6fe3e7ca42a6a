"""Idempotency keys: each is claimed before anything is done under it, and its answer is replayed byte for byte.

A verb that is one transaction claims it there: who sends the same key meanwhile waits for that transaction. A verb that takes several
claims it in a transaction of its own; the claim of a process that is gone is taken over by who repeats the request.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from fastapi.responses import Response

from api.desk.desk import Desk
from api.http.route_declarations import Route
from api.refusals import Conflict
from api.store import stored_answers
from api.store.runs import is_gone, named_worker
from api.store.sql import Writing, canonical_json
from engine.problems import Kind, refuse

KEY_REUSED: Final = Kind(
    "key-reused", "this Idempotency-Key was sent before, with another request", "send a fresh one with each new request"
)
BAD_IDEMPOTENCY_KEY: Final = Kind(
    "bad-idempotency-key", "an Idempotency-Key has 1 to 255 characters of ASCII", "send a random one, such as a UUID"
)
STILL_AT_WORK: Final = Kind("still-at-work", "the same is being done by a request that came before", "send the request again in a moment")
_STORED_HEADERS: Final = ("etag", "location", "content-type", "content-language")
_WAIT_SECONDS: Final = 30
_POLL_SECONDS: Final = 0.1
_LEASE: Final = timedelta(hours=1)
"""How long a claim counts whose worker is on another machine and gives no answer."""


def key_in(headers: Mapping[str, str]) -> str | None:
    """The idempotency key of a request; refuses what is none."""
    text = headers.get("idempotency-key")
    key = None if text is None else text.strip().strip('"')
    if key is not None and not (0 < len(key) <= 255 and key.isascii()):
        raise refuse(BAD_IDEMPOTENCY_KEY)
    return key


@dataclass(frozen=True, slots=True)
class Claimant:
    """Who claims what: the caller (empty: what is claimed is a thing), its key, and the digest of the request."""

    caller: str
    key: str
    digest: str

    @classmethod
    def of(cls, caller: str, key: str, route: Route, names: Mapping[str, str], parameters: object, body: bytes) -> Claimant:
        """Who claims a key for a request: its digest is of the route, what is named, and the body as it is understood."""
        understood = json.loads(body) if body else None
        text = canonical_json([route.name, sorted(names.items()), parameters, understood])
        return cls(caller, key, hashlib.sha256(text.encode()).hexdigest())

    def claimed(self, connection: Writing, desk: Desk) -> Response | None:
        """Claims the key for this transaction; where it has an answer, that answer, provided that it is of the same request."""
        if stored_answers.claim(connection, self.caller, self.key, self.digest, at=desk.now()):
            return None
        stored = stored_answers.find(connection, self.caller, self.key)
        if stored is None:  # a verb of several transactions is at work on it
            theirs = stored_answers.claim_of(connection, self.caller, self.key)
            raise (
                refuse(KEY_REUSED)
                if theirs is None or theirs.request_hash != self.digest
                else Conflict((STILL_AT_WORK.at(None),), "at work", ("send it again",))
            )
        return self._replayed(stored)

    @contextmanager
    def holding(self, desk: Desk, check: Callable[[Writing], None] = lambda _connection: None) -> Iterator[Response | None]:
        """The key claimed meanwhile, for a verb of several transactions, or its answer; given up where no answer was stored.

        Waits for whoever works on it. `check` may refuse in the transaction of the claim.
        """
        with named_worker() as worker:
            before = self._won(desk, worker, check)
            try:
                yield before
            finally:
                if before is None:
                    with desk.store.writing() as connection:
                        stored_answers.release(connection, self.caller, self.key, worker=worker)

    def store(self, connection: Writing, route: Route, response: Response) -> None:
        """Stores the answer."""
        headers = {name: text for name, text in response.headers.items() if name.lower() in _STORED_HEADERS}
        body = _storable(route, bytes(response.body))
        stored_answers.store(connection, self.caller, self.key, status=response.status_code, headers=headers, body=body)

    def _won(self, desk: Desk, worker: str, check: Callable[[Writing], None]) -> Response | None:
        until = time.monotonic() + _WAIT_SECONDS
        while True:
            with desk.store.writing() as connection:
                check(connection)
                if stored_answers.claim(connection, self.caller, self.key, self.digest, at=desk.now(), worker=worker):
                    return None
                stored = stored_answers.find(connection, self.caller, self.key)
                if stored is not None:
                    return self._replayed(stored)
                theirs = stored_answers.claim_of(connection, self.caller, self.key)
                if theirs is not None and theirs.request_hash != self.digest:
                    raise refuse(KEY_REUSED)
                if theirs is not None and (is_gone(theirs.worker) or desk.now() - theirs.since > _LEASE):
                    if stored_answers.take_over(connection, self.caller, self.key, theirs.worker, worker=worker, at=desk.now()):
                        return None
            if time.monotonic() > until:
                raise Conflict((STILL_AT_WORK.at(None),), "at work", ("send it again",))
            time.sleep(_POLL_SECONDS)

    def _replayed(self, stored: stored_answers.StoredAnswer) -> Response:
        if stored.request_hash != self.digest:
            raise refuse(KEY_REUSED)
        return Response(stored.body, stored.status, {**stored.headers, "Idempotency-Replayed": "true"})


def encoded(tree: object) -> bytes:
    """JSON as it is sent."""
    return json.dumps(tree, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def _storable(route: Route, body: bytes) -> bytes:
    """An answer as it is stored: without what is shown once."""
    return encoded(json.loads(body) | dict.fromkeys(route.shown_once)) if route.shown_once else body
