"""An access point over REST: JSON requests with a key, within limits of time and size, and what its answers mean.

GET  /v1/participants/{scheme}:{number}?document_type=…   200 {"reachable": true}, or 404
POST /v1/documents      Idempotency-Key: …                201 {"id": "…"}; 200 or 409 with the same key again
GET  /v1/documents?key=…                                  200 {"documents": [{"id": "…"}]}
GET  /v1/documents/{id}                                   200 {"id", "status", "reason", "response"}, or 404
GET  /v1/statuses?after=…                                 200 {"statuses": [{…}], "next": "…"}
"""

from __future__ import annotations

import base64
import http.client
import json
import ssl
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final, NamedTuple
from urllib.parse import quote, unquote, urlsplit

from api.delivery.access_point import AccessPointFault, DocumentRefused, Envelope, Status, StatusState
from api.delivery.outcome import printable
from api.output.webhook_sending import seconds_until
from engine.phrases import phrase
from engine.problems import Kind, refuse

BAD_PEPPOL_URL: Final = Kind(
    "bad-peppol-url",
    "CENTWRIGHT_PEPPOL_URL is no address of an access point: {because}",
    "write https://KEY@host/path; http is for this machine only",
)
SECONDS: Final = 30.0
_MOST_READ: Final = 4 << 20
_LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")
_STATES: Final[Mapping[str, StatusState]] = {"accepted": "accepted", "delivered": "delivered", "rejected": "rejected"}
_REFUSALS: Final = (400, 413, 415, 422)
_MOST_PAGES: Final = 1_000


class _Answer(NamedTuple):
    status: int
    retry_after: float | None
    tree: Mapping[str, object]

    def text(self, name: str) -> str | None:
        """A text of the answer; None where there is none."""
        value = self.tree.get(name)
        return printable(value) or None if isinstance(value, str) else None


@dataclass(frozen=True, slots=True)
class RestAccessPoint:
    """An access point at an address."""

    scheme: str
    host: str
    port: int
    path: str
    key: str = field(default="", repr=False)
    seconds: float = SECONDS
    """How long one request may take."""

    def is_reachable(self, participant: str, document_type: str) -> bool:
        """Whether the directory knows a participant who receives a type of documents."""
        path = f"/v1/participants/{quote(participant, safe=':')}?document_type={quote(document_type, safe='')}"
        answer = self._answer("GET", path, known=(200, 404))
        if answer.status == 404:
            return False
        reachable = answer.tree.get("reachable")
        if not isinstance(reachable, bool):
            raise AccessPointFault("the directory gives no answer that can be read")
        return reachable

    def find(self, key: str) -> str | None:
        """The reference of what was given with a key; None where it was not."""
        documents = self._answer("GET", f"/v1/documents?key={quote(key, safe='')}").tree.get("documents")
        if not isinstance(documents, list):
            raise AccessPointFault("the access point gives no list of documents")
        ids = [each["id"] for each in documents if isinstance(each, dict) and isinstance(each.get("id"), str)]
        return printable(ids[0]) if ids else None

    def send(self, envelope: Envelope) -> str:
        """Gives a document, and gives its reference."""
        body = {
            "number": envelope.number,
            "sender": envelope.sender,
            "receiver": envelope.receiver,
            "document_type": envelope.document_type,
            "process": envelope.process,
            "document": base64.b64encode(envelope.xml).decode(),
        }
        answer = self._answer("POST", "/v1/documents", body, envelope.key, known=(200, 201, 202, 409, *_REFUSALS))
        if answer.status in _REFUSALS:
            raise DocumentRefused(answer.text("reason") or answer.text("detail") or f"status {answer.status}")
        reference = answer.text("id")
        if reference is None:
            raise AccessPointFault("the access point took it and gives no id")
        return reference

    def status(self, reference: str) -> Status | None:
        """What became of a document; None where the access point does not know it."""
        answer = self._answer("GET", f"/v1/documents/{quote(reference, safe='')}", known=(200, 404))
        return None if answer.status == 404 else _status({**answer.tree, "document": reference})

    def statuses(self, after: str | None) -> tuple[Sequence[Status], str]:
        """The statuses after a cursor, in their order, and the next cursor."""
        result: list[Status] = []
        cursor = after or ""
        for _ in range(_MOST_PAGES):
            answer = self._answer("GET", f"/v1/statuses?after={quote(cursor, safe='')}")
            rows, following = answer.tree.get("statuses"), answer.text("next")
            if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
                raise AccessPointFault("the access point gives no list of statuses")
            result += [status for row in rows if (status := _status(row)) is not None]
            if not rows or following is None or following == cursor:
                break
            cursor = following
        return result, cursor

    def _answer(self, method: str, path: str, body: object = None, key: str | None = None, *, known: Sequence[int] = (200,)) -> _Answer:
        """The answer to a request; AccessPointFault for every one that is not known to it."""
        try:
            answer = self._request(method, path, body, key)
        except TimeoutError:
            raise AccessPointFault(f"no answer within {self.seconds:g} s") from None
        except (OSError, http.client.HTTPException, UnicodeError) as fault:
            raise AccessPointFault(f"no answer: {type(fault).__name__}: {fault}") from None
        if answer.status in (401, 403):
            raise AccessPointFault(f"{answer.status}: the access point refuses the key in CENTWRIGHT_PEPPOL_URL")
        if answer.status not in known:
            raise AccessPointFault(f"{answer.status} {answer.text('reason') or ''}".strip(), answer.retry_after)
        return answer

    def _request(self, method: str, path: str, body: object, key: str | None) -> _Answer:
        headers = {"Accept": "application/json", "User-Agent": "centwright"}
        headers |= {"Authorization": f"Bearer {self.key}"} if self.key else {}
        headers |= {"Content-Type": "application/json"} if body is not None else {}
        headers |= {"Idempotency-Key": key} if key is not None else {}
        connection = self._connection()
        until = time.monotonic() + self.seconds
        watch = threading.Timer(self.seconds, _cut, (connection,))
        watch.start()
        try:
            connection.request(method, self.path + path, None if body is None else json.dumps(body).encode(), headers)
            response = connection.getresponse()
            content = response.read(_MOST_READ)
            after = seconds_until(response.getheader("Retry-After", ""))
            return _Answer(response.status, after, _tree(content, response.status))
        except (OSError, http.client.HTTPException):
            if time.monotonic() >= until:
                raise TimeoutError from None
            raise
        finally:
            watch.cancel()
            connection.close()

    def _connection(self) -> http.client.HTTPConnection:
        if self.scheme == "https":
            return http.client.HTTPSConnection(self.host, self.port, timeout=self.seconds, context=ssl.create_default_context())
        return http.client.HTTPConnection(self.host, self.port, timeout=self.seconds)


def rest_access_point(url: str) -> RestAccessPoint:
    """The access point of a setting; refuses what is no address of one."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise refuse(BAD_PEPPOL_URL, because=phrase("it cannot be read")) from None
    if parts.scheme not in ("https", "http") or not parts.hostname:
        raise refuse(BAD_PEPPOL_URL, because=phrase("it is no address of the web"))
    if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
        raise refuse(BAD_PEPPOL_URL, because=phrase("it is not https"))
    key = unquote(parts.password or parts.username or "")
    if not (key.isascii() and (key.isprintable() or not key)):
        raise refuse(BAD_PEPPOL_URL, because=phrase("its key has signs that a header cannot carry"))
    return RestAccessPoint(parts.scheme, parts.hostname, port or {"https": 443, "http": 80}[parts.scheme], parts.path.rstrip("/"), key)


def _status(row: Mapping[str, object]) -> Status | None:
    """A status as it is written; None where its word is none that we know: it says nothing of the delivery."""
    reference, word, reason, response = (row.get(name) for name in ("document", "status", "reason", "response"))
    if not isinstance(reference, str) or not isinstance(word, str) or word not in _STATES:
        return None
    return Status(
        reference=printable(reference),
        state=_STATES[word],
        reason=printable(reason) or None if isinstance(reason, str) else None,
        response=printable(response) if isinstance(response, str) else None,
    )


def _tree(content: bytes, status: int) -> Mapping[str, object]:
    """The JSON of an answer; a refusal needs none."""
    try:
        tree = json.loads(content) if content else {}
    except (ValueError, RecursionError):
        tree = None
    if isinstance(tree, dict):
        return tree
    if status >= 300:
        return {}
    raise AccessPointFault(f"{status}, and an answer that cannot be read")


def _cut(connection: http.client.HTTPConnection) -> None:
    """Ends a connection whose time is over, whatever it waits for."""
    if connection.sock is not None:
        with suppress(OSError):
            connection.sock.shutdown(2)
