"""What an access point must do: the local one over REST does. And what we make of answers that no access point should give."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from api.delivery.access_point import AccessPoint, AccessPointFault, DocumentRefused, Envelope, Status, identifiers_of
from api.delivery.limited_requests import Address
from api.delivery.local_access_point import LocalAccessPoint, local_access_point
from api.delivery.rest_access_point import RestAccessPoint, rest_access_point
from api.output.webhook_sending import seconds_until
from api.settings import read_settings
from engine.problems import Refusal

UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
XML = (
    f'<Invoice xmlns="{UBL}Invoice-2" xmlns:cbc="{UBL}CommonBasicComponents-2" xmlns:cac="{UBL}CommonAggregateComponents-2">'
    "<cbc:CustomizationID>urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0</cbc:CustomizationID>"
    "<cbc:ProfileID>urn:fdc:peppol.eu:2017:poacc:billing:01:1.0</cbc:ProfileID><cac:AccountingSupplierParty><cac:Party>"
    '<cbc:EndpointID schemeID="0208">0999945779</cbc:EndpointID></cac:Party></cac:AccountingSupplierParty></Invoice>'
).encode()
TYPE, PROCESS = identifiers_of(XML)
RECEIVER = "0208:0999910741"
ENVELOPE = Envelope(
    key="key-1",
    number="2027-00001",
    sender="0208:0999945779",
    receiver=RECEIVER,
    document_type=TYPE,
    process=PROCESS,
    xml=XML,
)


@pytest.fixture
def served() -> Iterator[LocalAccessPoint]:
    """A local access point."""
    with local_access_point() as access_point:
        yield access_point


@pytest.fixture
def port(served: LocalAccessPoint) -> AccessPoint:
    """The same through the port; another adapter is put to the same tests."""
    return rest_access_point(served.url)


def test_the_names_of_peppol() -> None:
    assert (
        f"busdox-docid-qns::{UBL}Invoice-2::Invoice##urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0::2.1"
    ) == TYPE
    assert PROCESS == "cenbii-procid-ubl::urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"


def test_a_participant_is_looked_up(served: LocalAccessPoint, port: AccessPoint) -> None:
    served.unreachable.add("0208:0999910048")
    assert [port.is_reachable(each, TYPE) for each in (RECEIVER, "0208:0999910048", "0208:0999910742", "EM:a@b.example")] == [
        True,
        False,
        False,
        False,
    ]


def test_a_document_is_taken_once_by_its_key(served: LocalAccessPoint, port: AccessPoint) -> None:
    assert port.find("key-1") is None
    reference = port.send(ENVELOPE)
    assert port.send(ENVELOPE) == port.find("key-1") == reference
    assert port.send(replace(ENVELOPE, key="key-2")) != reference
    assert [document.xml for document in served.documents.values()] == [XML, XML]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"xml": b"<Invoice"}, "not well-formed"),
        ({"sender": "0208:0999910048"}, "another sender"),
        ({"receiver": "0208:0999910742"}, "no participant"),
        ({"process": "other"}, "another type or process"),
    ],
)
def test_a_document_is_refused_with_the_reason(port: AccessPoint, change: dict[str, str], reason: str) -> None:
    with pytest.raises(DocumentRefused, match=reason):
        port.send(replace(ENVELOPE, **change))  # type: ignore[arg-type]  # of several types


def test_statuses_come_in_order_and_once(served: LocalAccessPoint, port: AccessPoint) -> None:
    reference = port.send(ENVELOPE)
    first, cursor = port.statuses(None)
    assert [(one.reference, one.state) for one in first] == [(reference, "delivered")]
    assert port.statuses(cursor) == ([], cursor)
    served.respond("2027-00001", "rejected", "wrong order", "RE")
    ((status,), following) = port.statuses(cursor)
    assert status == port.status(reference) == Status(reference=reference, state="rejected", reason="wrong order", response="RE")
    assert (status.note, following != cursor) == ("the customer rejects it: wrong order", True)
    for _ in range(250):
        served.respond("2027-00001", "delivered")
    assert len(port.statuses(following)[0]) == 250, "in pages"
    served.forget("2027-00001")
    assert port.status(reference) is None


ANSWERS = {
    "rubbish": b"\x00\xff what",
    "no JSON": b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<html>",
    "no object": b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]",
    "no id": b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",
    "wrong types": b'HTTP/1.1 200 OK\r\nContent-Length: 67\r\n\r\n{"id": 7, "documents": {}, "reachable": "yes", "statuses": [1, null]}',
    "nested": b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + b"[" * 100_000,
    "redirect": b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1/\r\nContent-Length: 0\r\n\r\n",
    "refused key": b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n",
    "cut": b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{",
    "nothing": b"",
    "silence": None,
}


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_that_nobody_should_give_is_a_fault(name: str) -> None:
    with answering(ANSWERS[name]) as url:
        access_point = replace(rest_access_point(url), seconds=0.3)
        for ask in (
            lambda: access_point.is_reachable(RECEIVER, TYPE),
            lambda: access_point.send(ENVELOPE),
            lambda: access_point.find("key"),
            lambda: access_point.statuses(None),
        ):
            with pytest.raises(AccessPointFault):
                ask()


def test_a_busy_access_point_says_when_to_come_again() -> None:
    with answering(
        b"HTTP/1.1 429 Too Many\r\nRetry-After: 90\r\nContent-Length: 18\r\n\r\n" + json.dumps({"reason": "slow"}).encode()
    ) as url:
        with pytest.raises(AccessPointFault, match="429 slow") as fault:
            rest_access_point(url).send(ENVELOPE)
        assert fault.value.retry_after == 90


def test_a_retry_after_may_be_a_date() -> None:
    assert seconds_until("120") == 120
    assert seconds_until("Wed, 21 Oct 2015 07:28:00 GMT") == 0
    assert seconds_until(format_datetime(datetime.now(tz=UTC) + timedelta(hours=1), usegmt=True)) in range(3_590, 3_601)
    assert [seconds_until(text) for text in ("", "soon", "-1", "1e9", "²")] == [None] * 5


def test_the_key_of_an_access_point_is_not_shown() -> None:
    for url in ("https://secret@ap.example/v1", "https://name:secret@ap.example/v1"):
        shown = read_settings({}, {"CENTWRIGHT_PEPPOL_URL": url}).by_name["PEPPOL_URL"].shown
        assert shown == "https://•••@ap.example/v1"


def test_the_address_of_an_access_point() -> None:
    assert rest_access_point("https://secret@ap.example/api/") == RestAccessPoint(Address("https", "ap.example", 443, "/api"), "secret")
    assert "secret" not in repr(rest_access_point("https://secret@ap.example"))
    for url in ("http://ap.example", "ap.example", "ftp://ap.example", "https://", "https://ap.example:none"):
        with pytest.raises(Refusal, match="CENTWRIGHT_PEPPOL_URL"):
            rest_access_point(url)


class answering:  # noqa: N801 - used as a context
    """A server that answers everything with the same bytes, or never."""

    def __init__(self, content: bytes | None) -> None:
        class Request(BaseHTTPRequestHandler):
            def handle_one_request(self) -> None:
                self.close_connection = True
                self.request.recv(65536)
                if content is None:
                    time.sleep(0.6)
                else:
                    self.wfile.write(content)

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Request)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def __enter__(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
