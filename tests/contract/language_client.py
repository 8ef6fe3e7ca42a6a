"""A client of the language server as an editor is one: frames of JSON-RPC over the standard input and output of a process."""

from __future__ import annotations

import json
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PATIENCE = 30.0
"""Seconds for which an answer is awaited."""


class LanguageClient:
    """One server process and what it has said."""

    def __init__(self, folder: Path, *options: str) -> None:
        command = [sys.executable, "-P", "-m", "api.cli", "lsp", "--stdio", *options]
        self.process = subprocess.Popen(command, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self._messages: queue.Queue[dict[str, Any]] = queue.Queue()
        self._number = 0
        self.diagnostics: dict[str, list[dict[str, Any]]] = {}
        threading.Thread(target=self._read, daemon=True).start()

    def send(self, message: dict[str, Any]) -> None:
        """Sends one message."""
        self.raw(json.dumps({"jsonrpc": "2.0", **message}).encode())

    def raw(self, body: bytes) -> None:
        """Sends a frame with any body."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"Content-Length: {len(body)}\r\n\r\n".encode() + body)
        self.process.stdin.flush()

    def notify(self, method: str, **params: Any) -> None:
        """Sends a notification."""
        self.send({"method": method, "params": params})

    def answer(self, method: str, **params: Any) -> dict[str, Any]:
        """The whole answer of a request, with its `result` or its `error`."""
        self._number += 1
        self.send({"id": self._number, "method": method, "params": params})
        for message in self._until(time.monotonic() + PATIENCE):
            if message.get("id") == self._number and "method" not in message:
                return message
        raise AssertionError(f"no answer to {method}")

    def ask(self, method: str, **params: Any) -> Any:
        """The result of a request."""
        answer = self.answer(method, **params)
        assert "error" not in answer, answer
        return answer["result"]

    def start(self, **params: Any) -> dict[str, Any]:
        """The capabilities of the server, once it is initialized."""
        result: dict[str, Any] = self.ask("initialize", processId=None, rootUri=None, capabilities={}, **params)
        self.notify("initialized")
        return result

    def open(self, uri: str, text: str) -> None:
        """Opens a document."""
        self.notify("textDocument/didOpen", textDocument={"uri": uri, "languageId": "centwright", "version": 1, "text": text})

    def change(self, uri: str, text: str, version: int = 2) -> None:
        """Replaces the whole text of a document."""
        self.notify("textDocument/didChange", textDocument={"uri": uri, "version": version}, contentChanges=[{"text": text}])

    def problems(self, uri: str, *, until: set[str] | None = None, patience: float = PATIENCE) -> list[dict[str, Any]]:
        """The problems that the server tells next of a document; with `until` once they have these codes."""
        for message in self._until(time.monotonic() + patience):
            if message.get("method") == "textDocument/publishDiagnostics" and message["params"]["uri"] == uri:
                problems: list[dict[str, Any]] = message["params"]["diagnostics"]
                if until is None or {one["code"] for one in problems} == until:
                    return problems
        raise AssertionError(f"nothing is told of {uri}: {self.diagnostics.get(uri)}")

    def end(self) -> int:
        """The exit code of the server after `shutdown` and `exit`."""
        self.ask("shutdown")
        self.notify("exit")
        return self.process.wait(PATIENCE)

    def kill(self) -> None:
        """Ends the process, whatever it does."""
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            if pipe is not None:
                pipe.close()

    def _until(self, moment: float) -> Iterator[dict[str, Any]]:
        while (left := moment - time.monotonic()) > 0:
            try:
                message = self._messages.get(timeout=left)
            except queue.Empty:
                return
            if message.get("method") == "textDocument/publishDiagnostics":
                self.diagnostics[message["params"]["uri"]] = message["params"]["diagnostics"]
            yield message

    def _read(self) -> None:
        """Reads frames until the process ends."""
        stream = self.process.stdout
        assert stream is not None
        try:
            while line := stream.readline():
                length = 0
                while line.strip():
                    name, _, value = line.decode().partition(":")
                    length = int(value) if name.lower() == "content-length" else length
                    line = stream.readline()
                self._messages.put(json.loads(stream.read(length)))
        except (ValueError, OSError):
            return  # the process was ended
