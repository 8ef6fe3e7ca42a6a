"""A local VIES, written from the published description of its test service: numbers and what it answers to each, on loopback only.

Of a number of its own state of affairs it says what it was given; of others what the test service says: 100 is valid, 200 is not,
and those from 201 to 601 are faults. Whatever else is valid. For demonstrations and tests; nothing leaves this machine.
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final

_PATH: Final = "/check-vat-number"
_LARGEST: Final = 1 << 16
TEST_FAULTS: Final[Mapping[str, str]] = {
    "201": "INVALID_INPUT",
    "202": "INVALID_REQUESTER_INFO",
    "300": "SERVICE_UNAVAILABLE",
    "301": "MS_UNAVAILABLE",
    "302": "TIMEOUT",
    "400": "VAT_BLOCKED",
    "401": "IP_BLOCKED",
    "500": "GLOBAL_MAX_CONCURRENT_REQ",
    "501": "GLOBAL_MAX_CONCURRENT_REQ_TIME",
    "600": "MS_MAX_CONCURRENT_REQ",
    "601": "MS_MAX_CONCURRENT_REQ_TIME",
}
"""What the test service answers to numbers."""


@dataclass(slots=True)
class LocalVies:
    """What it was asked, and what it answers."""

    invalid: set[str] = field(default_factory=set)
    """Numbers that are not valid, with their letters."""
    faults: dict[str, str] = field(default_factory=dict)
    """The fault that is answered to a number, or to a state by its two letters."""
    names: dict[str, tuple[str, str]] = field(default_factory=dict)
    """By number whose it is, and the address."""
    questions: list[dict[str, str]] = field(default_factory=list)
    """Every question, oldest first."""
    url: str = ""

    def reply(self, body: bytes) -> tuple[int, dict[str, object]]:
        """The status and the tree of the answer to a question."""
        try:
            question = json.loads(body)
            state, number = question["countryCode"], question["vatNumber"]
        except (ValueError, KeyError, TypeError):
            return 400, {"actionSucceed": False, "errorWrappers": [{"error": "VOW-ERR-1", "message": "no question that can be read"}]}
        self.questions.append(question)
        whole = f"{state}{number}"
        fault = self.faults.get(whole) or self.faults.get(state) or TEST_FAULTS.get(number)
        if fault is not None:
            return 200, {"actionSucceed": False, "errorWrappers": [{"error": fault}]}
        valid = number != "200" and whole not in self.invalid
        name, address = self.names.get(whole, ("---", "---"))
        return 200, {
            "countryCode": state,
            "vatNumber": number,
            "requestDate": "2027-01-31T09:00:00.000Z",
            "valid": valid,
            "requestIdentifier": f"WAPIAAAA{len(self.questions):06}" if "requesterNumber" in question else "",
            "name": name if valid else "---",
            "address": address if valid else "---",
        }


@contextmanager
def local_vies(served: LocalVies | None = None) -> Iterator[LocalVies]:
    """A local VIES that listens on a port of its own while the context lasts."""
    result = served or LocalVies()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _request_class(result))
    server.daemon_threads = True
    result.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, name="VIES", daemon=True)
    thread.start()
    try:
        yield result
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _request_class(served: LocalVies) -> type[BaseHTTPRequestHandler]:
    class Request(BaseHTTPRequestHandler):
        """One question."""

        def _post(self) -> None:
            length = self.headers.get("Content-Length", "")
            fits = self.path == _PATH and length.isdigit() and int(length) <= _LARGEST
            status, tree = served.reply(self.rfile.read(int(length))) if fits else (404, {})
            content = json.dumps(tree).encode()
            with suppress(OSError):
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

        def log_message(self, _template: str, *words: object) -> None:
            """Writes no line to stderr."""
            logging.getLogger(__name__).debug("%s", words)

        do_POST = _post  # noqa: N815 - the name that the library calls

    return Request
