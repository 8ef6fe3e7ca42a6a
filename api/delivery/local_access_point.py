"""A local access point: checks what it is given as far as it can, remembers it by key, delivers it, and says what became of it.

It speaks as `rest_access_point` describes, on loopback only, for demonstrations and tests; nothing goes to the Peppol network.
"""

from __future__ import annotations

import base64
import binascii
import json
import logging
import secrets
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final, NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit

from lxml import etree

from api.delivery.access_point import endpoint_in, identifiers_of

_LARGEST: Final = 16 << 20
_PAGE: Final = 100
_FIELDS: Final = ("number", "sender", "receiver", "document_type", "process", "document")
_MODULUS: Final = 97


@dataclass(slots=True)
class ReceivedDocument:
    """A document that was given, and what became of it."""

    id: str
    key: str
    number: str
    sender: str
    receiver: str
    xml: bytes
    status: str = "accepted"
    reason: str | None = None
    response: str | None = None


class Reply(NamedTuple):
    """A status and the tree of an answer."""

    status: int
    tree: Mapping[str, object]


@dataclass
class LocalAccessPoint:
    """What the access point knows. Participants are reachable unless they are named."""

    unreachable: set[str] = field(default_factory=set)
    delivers: bool = True
    """Whether documents reach their receivers by themselves."""
    documents: dict[str, ReceivedDocument] = field(default_factory=dict)
    """By the key of the delivery."""
    received: Callable[[ReceivedDocument], None] = lambda document: None
    """Called with each document that is new."""
    url: str = ""
    _name: str = field(default_factory=lambda: secrets.token_hex(4))
    """Part of its cursors: those of another access point mean nothing to it."""
    _events: list[dict[str, object]] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def respond(self, number: str, status: str, reason: str | None = None, response: str | None = None) -> None:
        """Reports a status of the last document of a number, as its receiver's access point or the receiver does."""
        with self._lock:
            document = [each for each in self.documents.values() if each.number == number][-1]
            self._change(document, status, reason, response)

    def forget(self, number: str) -> None:
        """Loses the documents of a number."""
        with self._lock:
            for key in [key for key, each in self.documents.items() if each.number == number]:
                forgotten = self.documents.pop(key)
                for event in self._events:
                    if event["document"] == forgotten.id:
                        event["status"] = "unknown"

    def reply(self, method: str, target: str, body: bytes, key: str | None) -> Reply:
        """The answer to a request."""
        parts = urlsplit(target)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        steps = [unquote(step) for step in parts.path.strip("/").split("/")]
        with self._lock:
            match method, steps:
                case "GET", ["v1", "participants", participant]:
                    return Reply(200, {"reachable": participant not in self.unreachable and _is_participant(participant)})
                case "POST", ["v1", "documents"]:
                    return self._take(body, key)
                case "GET", ["v1", "documents"]:
                    known = self.documents.get(query.get("key", ""))
                    return Reply(200, {"documents": [{"id": known.id}] if known else []})
                case "GET", ["v1", "documents", name]:
                    return next((Reply(200, _tree(each)) for each in self.documents.values() if each.id == name), Reply(404, {}))
                case "GET", ["v1", "statuses"]:
                    name, _, place = query.get("after", "").partition(".")
                    first = int(place) if name == self._name and place.isdigit() else 0
                    rows = self._events[first : first + _PAGE]
                    return Reply(200, {"statuses": rows, "next": f"{self._name}.{first + len(rows)}"})
        return Reply(404, {"reason": "there is nothing here"})

    def _take(self, body: bytes, key: str | None) -> Reply:
        try:
            given = json.loads(body)
            texts = {name: given[name] for name in _FIELDS}
            if key is None or not all(isinstance(text, str) for text in texts.values()):
                return Reply(422, {"reason": f"give the header Idempotency-Key, and the texts {', '.join(_FIELDS)}"})
            xml = base64.b64decode(texts["document"], validate=True)
        except (ValueError, KeyError, TypeError, binascii.Error) as fault:
            return Reply(400, {"reason": f"no document that can be read: {type(fault).__name__}"})
        if key in self.documents:
            return Reply(200, {"id": self.documents[key].id})
        reason = _mistake(xml, texts)
        if reason is not None:
            return Reply(422, {"reason": reason})
        document = ReceivedDocument(
            f"doc-{len(self.documents) + 1:06}-{key[:8]}", key, texts["number"], texts["sender"], texts["receiver"], xml
        )
        self.documents[key] = document
        self.received(document)
        if self.delivers:
            self._change(document, "delivered")
        return Reply(201, {"id": document.id})

    def _change(self, document: ReceivedDocument, status: str, reason: str | None = None, response: str | None = None) -> None:
        document.status, document.reason, document.response = status, reason, response
        self._events.append(_tree(document))


def _tree(document: ReceivedDocument) -> dict[str, object]:
    return {
        "id": document.id,
        "document": document.id,
        "status": document.status,
        "reason": document.reason,
        "response": document.response,
    }


def _mistake(xml: bytes, texts: Mapping[str, str]) -> str | None:
    """What is wrong with a document or its envelope; None where nothing is, as far as an access point looks."""
    try:
        document_type, process = identifiers_of(xml)
    except (etree.XMLSyntaxError, ValueError) as fault:
        return f"the document is not well-formed: {fault}"[:200]
    if texts["document_type"] != document_type or texts["process"] != process:
        return "the envelope names another type or process than the document"
    if texts["sender"] != endpoint_in(xml, "AccountingSupplierParty"):
        return "the envelope names another sender than the document"
    for role in ("sender", "receiver"):
        if not _is_participant(texts[role]):
            return f"the {role} {texts[role]} is no participant of Peppol"
    return None


def _is_participant(text: str) -> bool:
    """Whether a text is a scheme of four digits and a number; that of a Belgian enterprise has its check digits."""
    scheme, colon, number = text.partition(":")
    if not colon or not (len(scheme) == 4 and scheme.isdigit()) or not number:
        return False
    return scheme != "0208" or (len(number) == 10 and number.isdigit() and _MODULUS - int(number[:8]) % _MODULUS == int(number[8:]))


@contextmanager
def local_access_point(access_point: LocalAccessPoint | None = None) -> Iterator[LocalAccessPoint]:
    """A local access point that listens on a port of its own while the context lasts."""
    served = access_point or LocalAccessPoint()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _request_class(served))
    server.daemon_threads = True
    served.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, name="access point", daemon=True)
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _request_class(served: LocalAccessPoint) -> type[BaseHTTPRequestHandler]:
    class Request(BaseHTTPRequestHandler):
        """One request."""

        def _get(self) -> None:
            self._reply("GET", b"")

        def _post(self) -> None:
            length = self.headers.get("Content-Length", "")
            if not length.isdigit() or int(length) > _LARGEST:
                self._write(Reply(413, {"reason": "the document is too large"}))
                return
            self._reply("POST", self.rfile.read(int(length)))

        def _reply(self, method: str, body: bytes) -> None:
            self._write(served.reply(method, self.path, body, self.headers.get("Idempotency-Key")))

        def _write(self, reply: Reply) -> None:
            content = json.dumps(reply.tree).encode()
            with suppress(OSError):
                self.send_response(reply.status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

        def log_message(self, _template: str, *words: object) -> None:
            """Writes no line to stderr."""
            logging.getLogger(__name__).debug("%s", words)

        do_GET = _get  # noqa: N815 - the name that the library calls
        do_POST = _post  # noqa: N815 - the name that the library calls

    return Request
