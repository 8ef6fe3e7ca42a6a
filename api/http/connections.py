"""The connections of the service: uvicorn's protocol with time-outs for requests that do not come and answers that nobody reads."""

from __future__ import annotations

import asyncio
import uuid
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final

import h11
from uvicorn.config import Config
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from api.http.metrics import ServiceMetrics
from api.http.problem_responses import problem_response
from engine.problems import Kind, Problem

NO_REQUEST = Kind("no-request", "what was sent is no request of HTTP", "send one of HTTP/1.1")
TIMED_OUT = Kind("request-timed-out", "the request was not complete after {seconds} s", "send it at once")
FULL = Kind("too-many-connections", "the service has as many connections as it may have", "connect again in a moment")
_WAITING: Final = (h11.IDLE, h11.SEND_BODY)
"""The states of a client whose request is not complete."""


@dataclass(slots=True)
class Connections:
    """The limits of all connections, and those on which no request is being answered, the longest waiting first."""

    most: int
    request_timeout: int
    metrics: ServiceMetrics
    waiting: dict[Connection, None] = field(default_factory=dict)

    def protocol(
        self, config: Config, server_state: ServerState, app_state: dict[str, object], _loop: asyncio.AbstractEventLoop | None = None
    ) -> Connection:
        """A new connection, as uvicorn makes one."""
        connection = Connection(config, server_state, app_state, _loop)
        connection.limits = self
        return connection


class Connection(H11Protocol):
    """One connection. Uvicorn itself times only the pause between two requests."""

    limits: Connections
    _timer: asyncio.TimerHandle | None = None
    _timed: object = None
    """The state of the client that the timer runs for."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn declares it
        """Makes room by closing the connection that has waited longest; refuses where every other is being answered."""
        super().connection_made(transport)
        if len(self.connections) > self.limits.most:
            if not self.limits.waiting:
                self._refuse(503, FULL.at(None))
                return
            longest = next(iter(self.limits.waiting))
            del self.limits.waiting[longest]
            longest.transport.abort()
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """Frees what the connection held."""
        self._stop_timer()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Times what is received from its first byte to its last."""
        super().data_received(data)
        self._watch()

    def on_response_complete(self) -> None:
        """From here on uvicorn times the pause."""
        super().on_response_complete()
        self._watch()

    def timeout_keep_alive_handler(self) -> None:
        """Closes an idle connection, also one whose client does not read its answer."""
        super().timeout_keep_alive_handler()
        self._abort_unless_read(self.transport.get_write_buffer_size() + 1)

    def send_400_response(self, _message: str) -> None:
        """Answers what is no request of HTTP."""
        self._refuse(400, NO_REQUEST.at(None))

    def _watch(self) -> None:
        """Starts, continues or stops the timer of an incomplete request: one for its head, and one for its body."""
        paused = self.timeout_keep_alive_task is not None
        state = self.conn.their_state
        timed = state if state in _WAITING and not paused and not self.transport.is_closing() else None
        if timed is not self._timed:
            self._stop_timer()
        if timed is not None and self._timer is None:
            self._timed, self._timer = timed, self.loop.call_later(self.limits.request_timeout, self._time_out)
        if timed is not None or paused:
            self.limits.waiting[self] = None

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timed = self._timer = None
        self.limits.waiting.pop(self, None)

    def _time_out(self) -> None:
        """Closes a connection whose request is not complete; says so where one was begun."""
        if self._timed is h11.SEND_BODY or self.conn.trailing_data[0]:
            self._refuse(408, TIMED_OUT.at(None, seconds=self.limits.request_timeout))
        else:
            self.transport.abort()

    def _abort_unless_read(self, before: int) -> None:
        """Ends a closing connection of whose answer nothing was read since the last look."""
        left = self.transport.get_write_buffer_size()
        if left >= before:
            self.transport.abort()
        elif left:
            self.loop.call_later(self.limits.request_timeout, self._abort_unless_read, left)

    def _refuse(self, status: int, problem: Problem) -> None:
        """Answers with a problem and closes, where no answer has begun."""
        self.limits.metrics.count_refusal(problem.code)
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE, h11.ERROR) and not (self.cycle and self.cycle.response_started):
            response = problem_response(status, (problem,), str(uuid.uuid4()))
            head = f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\n".encode()
            fields = b"".join(name + b": " + text + b"\r\n" for name, text in (*response.raw_headers, (b"connection", b"close")))
            self.transport.write(head + fields + b"\r\n" + bytes(response.body))
        self.transport.close()
