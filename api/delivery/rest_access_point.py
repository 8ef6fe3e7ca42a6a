"""An access point over REST: JSON requests with a key, within limits of time and size, and what its answers mean.

GET  /v1/participants/{scheme}:{number}?document_type=…   200 {"reachable": true}, or 404
POST /v1/documents      Idempotency-Key: …                201 {"id": "…"}; 200 or 409 with the same key again
GET  /v1/documents?key=…                                  200 {"documents": [{"id": "…"}]}
GET  /v1/documents/{id}                                   200 {"id", "status", "reason", "response"}, or 404
GET  /v1/statuses?after=…                                 200 {"statuses": [{…}], "next": "…"}
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple
from urllib.parse import quote, unquote

from api.delivery.access_point import AccessPointFault, DocumentRefused, Envelope, Status, StatusState
from api.delivery.limited_requests import Address, NoAnswer, address_in
from api.delivery.outcome import printable
from engine.problems import Kind

BAD_PEPPOL_URL: Final = Kind(
    "bad-peppol-url",
    "CENTWRIGHT_PEPPOL_URL is no address of an access point: {because}",
    "write https://KEY@host/path; http is for this machine only",
)
SECONDS: Final = 30.0
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

    address: Address
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
        headers = {"Accept": "application/json"}
        headers |= {"Authorization": f"Bearer {self.key}"} if self.key else {}
        headers |= {"Content-Type": "application/json"} if body is not None else {}
        headers |= {"Idempotency-Key": key} if key is not None else {}
        try:
            given = None if body is None else json.dumps(body).encode()
            status, retry_after, content = self.address.request(method, path, given, headers, self.seconds)
        except NoAnswer as fault:
            raise AccessPointFault(str(fault)) from None
        answer = _Answer(status, retry_after, _tree(content, status))
        if answer.status in (401, 403):
            raise AccessPointFault(f"{answer.status}: the access point refuses the key in CENTWRIGHT_PEPPOL_URL")
        if answer.status not in known:
            raise AccessPointFault(f"{answer.status} {answer.text('reason') or ''}".strip(), answer.retry_after)
        return answer


def rest_access_point(url: str) -> RestAccessPoint:
    """The access point of a setting; refuses what is no address of one."""
    address, parts = address_in(url, BAD_PEPPOL_URL)
    return RestAccessPoint(address, unquote(parts.password or parts.username or ""))


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
