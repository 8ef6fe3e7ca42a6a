"""A real mail server: TLS, authentication, and the answers that end a message, or only put it off."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from socketserver import StreamRequestHandler, ThreadingTCPServer
from time import monotonic

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from api.delivery import mail_server
from api.delivery.local_mail_server import LocalMailServer, local_mail_server
from api.delivery.mail_server import MailServer

CERTIFICATE = Path(__file__).parents[1] / "cases" / "mail_server" / "localhost.pem"
MESSAGE = b"Subject: x\r\n\r\ny\r\n"


class Listening(Controller):
    """On a port that the system chooses."""

    def _trigger_server(self) -> None:
        assert self.server is not None
        self.port = self.server.sockets[0].getsockname()[1]  # type: ignore[attr-defined]  # of asyncio
        super()._trigger_server()  # type: ignore[no-untyped-call]  # its type is missing


@pytest.fixture(scope="module")
def secured() -> Iterator[tuple[LocalMailServer, int]]:
    """A mail server that wants STARTTLS and a password, with a certificate for localhost, and its port."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(CERTIFICATE, CERTIFICATE.with_suffix(".key"))
    received = LocalMailServer()

    def authenticated(_server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, given: object) -> AuthResult:
        assert isinstance(given, LoginPassword)
        return AuthResult(success=given == LoginPassword(b"us@er", b"p:ss"), handled=False)

    controller = Listening(
        received,
        hostname="127.0.0.1",
        port=0,
        tls_context=context,
        require_starttls=True,
        auth_required=True,
        authenticator=authenticated,
    )
    controller.start()
    yield received, controller.port
    controller.stop()


def test_a_message_goes_encrypted_and_authenticated(secured: tuple[LocalMailServer, int], monkeypatch: pytest.MonkeyPatch) -> None:
    received, port = secured
    server = MailServer("smtp+starttls", "localhost", port, "us@er", "p:ss", seconds=5)
    unknown = server.send("a@verrelis.example", "b@optique.example", MESSAGE)
    assert (unknown.state, "CERTIFICATE_VERIFY_FAILED" in unknown.text) == ("queued", True)
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    assert server.send("a@verrelis.example", "b@optique.example", MESSAGE).state == "delivered"
    wrong = MailServer("smtp+starttls", "localhost", port, "us@er", "other", seconds=5).send("a@v.example", "b@o.example", MESSAGE)
    assert (wrong.state, wrong.text) == ("queued", "535 5.7.8 Authentication credentials invalid, on authentication")
    clear = MailServer("smtp", "localhost", port, seconds=5).send("a@v.example", "b@o.example", MESSAGE)
    assert (clear.state, clear.text) == ("queued", "530 Must issue a STARTTLS command first, after MAIL FROM")
    assert [mail.recipients for mail in received.received] == [("b@optique.example",)]


@pytest.mark.parametrize(
    ("reply", "state"),
    [
        *(
            ("451 later", "queued"),
            ("552 too large", "rejected"),
            ("554 no\r\n", "rejected"),
            ("250 ok", "delivered"),
            ("354 go on", "queued"),
        ),
        *(("what?", "queued"), (f"250 {'n' * 10_000}", "queued")),
    ],
)
def test_an_answer_to_data_decides(reply: str, state: str) -> None:
    with local_mail_server(LocalMailServer(reply=lambda _: reply)) as mails:
        port = int(mails.url.rpartition(":")[2])
        assert MailServer("smtp", "127.0.0.1", port, seconds=5).send("a@v.example", "b@o.example", MESSAGE).state == state


def test_a_server_that_never_says_goodbye_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail_server, "_QUIT_SECONDS", 0.1)
    taken = (b"220 hello\r\n", b"250 hi\r\n", b"250 ok\r\n", b"250 ok\r\n", b"354 go\r\n", b"250 taken\r\n")
    with speaking(taken, waits=True) as port:
        begun = monotonic()
        assert MailServer("smtp", "127.0.0.1", port, seconds=60).send("a@v.example", "b@o.example", MESSAGE).state == "delivered"
        assert monotonic() - begun < 30


LINES: dict[str, tuple[bytes, ...]] = {
    "refuses to greet": (b"554 no service\r\n",),
    "greets with rubbish": (b"\x00\xff\xfe\r\n",),
    "greets without end": (b"220-" + b"x" * 20_000,),
    "says nothing": (b"",),
    "hangs up after HELO": (b"220 hello\r\n", b"250 hi\r\n"),
    "refuses the sender": (b"220 hello\r\n", b"250 hi\r\n", b"550 not you\r\n"),
    "puts the recipient off": (b"220 hello\r\n", b"250 hi\r\n", b"250 ok\r\n", b"450 later\r\n"),
    "resets after DATA": (b"220 hello\r\n", b"250 hi\r\n", b"250 ok\r\n", b"250 ok\r\n", b"354 go\r\n"),
}


@pytest.mark.parametrize("name", LINES)
def test_whatever_a_server_does_the_message_waits(name: str) -> None:
    with speaking(LINES[name]) as port:
        answer = MailServer("smtp", "127.0.0.1", port, seconds=0.5).send("a@v.example", "b@o.example", MESSAGE)
    assert answer.state == "queued"
    assert answer.text.isprintable()


@pytest.mark.parametrize("reply", ["530 5.7.0 authenticate first", "538 encrypt first"])
def test_what_our_settings_lack_rejects_no_document(reply: str) -> None:
    with speaking((b"220 hello\r\n", b"250 hi\r\n", b"250 ok\r\n", reply.encode() + b"\r\n")) as port:
        answer = MailServer("smtp", "127.0.0.1", port, seconds=2).send("a@v.example", "b@o.example", MESSAGE)
    assert answer == ("queued", f"{reply}, after RCPT TO")


def test_an_unknown_mailbox_is_final() -> None:
    with speaking((b"220 hello\r\n", b"250 hi\r\n", b"250 ok\r\n", b"550 5.1.1 no such user\r\n")) as port:
        answer = MailServer("smtp", "127.0.0.1", port, seconds=2).send("a@v.example", "b@o.example", MESSAGE)
    assert answer == ("rejected", "550 5.1.1 no such user, after RCPT TO")


@contextmanager
def speaking(lines: tuple[bytes, ...], *, waits: bool = False) -> Iterator[int]:
    """A server that answers line by line, then hangs up, or waits until the other does; silent where it is to say nothing."""

    class Request(StreamRequestHandler):
        def handle(self) -> None:
            for place, line in enumerate(lines):
                if place:
                    self.rfile.readline()
                self.wfile.write(line)
            if lines == (b"",) or lines[-1].startswith(b"220-"):
                self.rfile.readline()
            if waits:
                self.rfile.read()

    with ThreadingTCPServer(("127.0.0.1", 0), Request) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()
