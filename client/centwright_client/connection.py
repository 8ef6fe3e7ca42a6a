"""Requests to the service: sent again with the same Idempotency-Key until there is a reply, so that nothing is done twice."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final, Generic, TypeVar
from urllib.parse import quote, urlencode
from uuid import uuid4

from pydantic import TypeAdapter
from urllib3 import BaseHTTPResponse, PoolManager, Retry, Timeout
from urllib3.exceptions import HTTPError

from centwright_client.problems import NoReply, problem_of
from centwright_client.values import Answer, Model, as_json, as_query

A = TypeVar("A", bound=Answer)
R = TypeVar("R")
Tag = Answer | str | None
"""An answer whose tag must still hold, or a tag."""
_AGAIN: Final = (429, 502, 503, 504)
"""Answers after which the same request is sent again: as late as `Retry-After` says, else a little later each time."""
_LONGEST_WAIT: Final = 60


class Rows(Generic[R]):
    """The rows of a list on all its pages: iterating asks for a page when the one before is read."""

    def __init__(self, connection: Connection, row: type[R], path: str, query: Mapping[str, object]) -> None:
        self._connection, self._row, self._path, self._query = connection, TypeAdapter(row), path, query

    def __iter__(self) -> Iterator[R]:
        for page in self.pages():
            yield from page

    def pages(self) -> Iterator[list[R]]:
        """The rows page by page."""
        cursor = self._query.get("cursor")
        while True:
            page = self._page({**self._query, "cursor": cursor})
            yield [self._row.validate_python(row) for row in page["rows"]]
            cursor = page["next"]
            if cursor is None:
                return

    def total(self) -> int:
        """How many rows there are on all pages."""
        return int(self._page({**self._query, "limit": 1, "total": True})["total"])

    def _page(self, query: Mapping[str, object]) -> dict[str, Any]:
        page = json.loads(self._connection.send("GET", self._path, query=query).data)
        assert isinstance(page, dict)
        return page


class Connection:
    """A service at an address, and the key with which it is asked.

    A request that gets no reply (the network, a time-out), or 429, 502, 503 or 504, is sent again, at most `attempts` times in all. What
    changes something is sent with an Idempotency-Key, the same each time: the service does it once, and replays its answer.
    """

    def __init__(
        self, address: str, key: str | None = None, *, attempts: int = 6, timeout: float = 60, language: str | None = None
    ) -> None:
        self._address = address.rstrip("/")
        self._headers = {"Accept": "*/*"}
        self._headers |= {"Authorization": f"Bearer {key}"} if key is not None else {}
        self._headers |= {"Accept-Language": language} if language is not None else {}
        retries = Retry(
            total=attempts - 1,
            redirect=False,
            allowed_methods=None,
            status_forcelist=_AGAIN,
            backoff_factor=0.2,
            backoff_max=_LONGEST_WAIT,
            backoff_jitter=0.2,
            retry_after_max=_LONGEST_WAIT,
            raise_on_status=False,
        )
        self._pool = PoolManager(retries=retries, timeout=Timeout(connect=min(timeout, 10), read=timeout), maxsize=8)

    def close(self) -> None:
        """Closes its connections."""
        self._pool.clear()

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def send(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, object] | None = None,
        body: object = None,
        headers: Mapping[str, str] | None = None,
    ) -> BaseHTTPResponse:
        """The response to a request; an exception of `problems` where there is none, or a refusal."""
        parameters = as_query(query or {})
        address = f"{self._address}{path}" + (f"?{urlencode(parameters)}" if parameters else "")
        sent = self._headers | dict(headers or {})
        payload = None
        if body is not None:
            payload = json.dumps(as_json(body), ensure_ascii=False, allow_nan=False).encode()
            sent["Content-Type"] = "application/json"
        try:
            response = self._pool.request(method, address, body=payload, headers=sent)
        except HTTPError as failure:
            raise NoReply(f"{method} {path}: {failure}", sent.get("Idempotency-Key")) from failure
        if response.status >= 400:
            raise problem_of(response.status, response.data)
        return response

    def refreshed(self, answer: A) -> A:
        """What was read, read again: the same object where it is still as it was."""
        if answer.path is None:
            raise ValueError("only what a GET answered can be read again")
        headers = {} if answer.etag is None else {"If-None-Match": answer.etag}
        response = self.send("GET", answer.path, headers=headers)
        return answer if response.status == 304 else _read(type(answer), response, answer.path)

    def _show(self, model: type[A], path: str, query: Mapping[str, object] | None = None) -> A:
        parameters = as_query(query or {})
        asked = f"{path}?{urlencode(parameters)}" if parameters else path
        return _read(model, self.send("GET", asked), asked)

    def _file(self, path: str, query: Mapping[str, object] | None = None) -> bytes:
        return self.send("GET", path, query=query).data

    def _evaluate(self, model: type[A], path: str, body: Mapping[str, object]) -> A:
        return _read(model, self.send("POST", path, body=body))

    def _change(
        self, model: type[A], method: str, path: str, body: Mapping[str, object] | None, if_match: Tag, idempotency_key: str | None
    ) -> A:
        headers = {"Idempotency-Key": str(uuid4()) if idempotency_key is None else idempotency_key}
        tag = if_match.etag if isinstance(if_match, Answer) else if_match
        if tag is not None:
            headers["If-Match"] = tag
        elif if_match is not None:
            raise ValueError("`if_match` has no tag: give what a GET or a verb of one thing answered")
        return _read(model, self.send(method, path, body=body, headers=headers))


def filled(path: str, **names: str) -> str:
    """A path with its names."""
    return path.format(**{name: quote(text, safe="") for name, text in names.items()})


def _read(model: type[A], response: BaseHTTPResponse, path: str | None = None) -> A:
    answer = model.model_validate_json(response.data)
    answer._etag, answer._path = response.headers.get("ETag"), path
    return answer


__all__ = ["Connection", "Model", "Rows", "Tag", "filled"]
