"""A client whose requests the application answers in this process, on an event loop that goes on."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final
from urllib.parse import unquote

import httpx
from anyio import Event
from anyio.from_thread import BlockingPortal

Message = MutableMapping[str, Any]
Application = Callable[[Message, Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]], Awaitable[None]]

ADDRESS: Final = "http://localhost"


def client_in_process(application: Application, loop: BlockingPortal, *, raises: bool = True, **options: Any) -> httpx.Client:
    """A client of its own cookies. Where the application fails, so does the request, unless `raises` is false: then it has its answer."""
    transport = InProcess(application, loop, raises=raises)
    agent = {"User-Agent": "testclient"}
    return httpx.Client(transport=transport, base_url=ADDRESS, follow_redirects=True, headers=agent | options.pop("headers", {}), **options)


class InProcess(httpx.BaseTransport):
    """Calls the application as a server does, once for each request, from any thread."""

    def __init__(self, application: Application, loop: BlockingPortal, *, raises: bool) -> None:
        self.application, self.raises = application, raises
        self._loop = loop

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The whole answer to a request."""
        body, url = request.read(), request.url
        scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.4"},
            "http_version": "1.1",
            "method": request.method,
            "path": unquote(url.path),
            "raw_path": url.raw_path.partition(b"?")[0],
            "root_path": "",
            "scheme": url.scheme,
            "query_string": url.query,
            "headers": [(name.lower(), value) for name, value in request.headers.raw],
            "client": ("testclient", 50_000),
            "server": (url.host, url.port or 80),
            "state": {},
        }
        messages = self._loop.call(self._answer, scope, body)
        start, *rest = messages
        content = b"" if request.method == "HEAD" else b"".join(each.get("body", b"") for each in rest)
        return httpx.Response(start["status"], headers=start["headers"], content=content, request=request)

    async def _answer(self, scope: Message, body: bytes) -> list[Message]:
        messages: list[Message] = []
        waiting, ended = [{"type": "http.request", "body": body, "more_body": False}], Event()

        async def receive() -> Message:
            if waiting:
                return waiting.pop()
            await ended.wait()
            return {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            messages.append(message)
            if message["type"] == "http.response.body" and not message.get("more_body", False):
                ended.set()

        try:
            await self.application(scope, receive, send)
        except Exception:
            if self.raises or not ended.is_set():
                raise
        return messages
