"""A proxy before PostgreSQL that loses one COMMIT: the request before it arrives, or the reply after the server did it."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Literal

Lost = Literal["request", "reply"]
_REQUEST, _REPLY = b"COMMIT\x00", b"COMMIT\x00Z"


class CommitProxy:
    """Counts commits, and ends the connection of one of them: the `lost_at`-th, from 1; 0 loses none."""

    def __init__(self, port: int) -> None:
        self.lost_at = 0
        self.lost: Lost = "reply"
        self.commits = 0
        self._server_port = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def begin(self, lost_at: int, lost: Lost = "reply") -> None:
        """Counts anew, to lose another commit."""
        self.lost_at, self.lost, self.commits = lost_at, lost, 0

    def close(self) -> None:
        """Takes no more connections."""
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client, socket.create_connection(("127.0.0.1", self._server_port)) as server:
            requests = threading.Thread(target=self._forward, args=(client, server, True), daemon=True)
            requests.start()
            self._forward(server, client, False)
            requests.join()

    def _forward(self, source: socket.socket, target: socket.socket, is_request: bool) -> None:
        with suppress(OSError):
            while part := source.recv(65_536):
                if (_REQUEST if is_request else _REPLY) in part and self._loses(is_request):
                    break
                target.sendall(part)
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def _loses(self, is_request: bool) -> bool:
        self.commits += is_request
        return self.commits == self.lost_at and is_request == (self.lost == "request")


@contextmanager
def commit_proxy(port: int) -> Iterator[CommitProxy]:
    """A proxy before the server on a port of this machine."""
    proxy = CommitProxy(port)
    try:
        yield proxy
    finally:
        proxy.close()
