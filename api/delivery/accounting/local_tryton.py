"""A local Tryton: a server process on loopback, on a copy of the database that `./run tryton` prepared."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from api.installation import SHIPPED

HOME: Final = SHIPPED / ".cache" / "tryton"
DATABASE: Final = "accounting"
_PASSWORD: Final = "local-tryton"  # of a server that only this machine reaches
_PATIENCE_SECONDS: Final = 90.0


def is_set_up() -> bool:
    """Whether there is a Tryton on this machine to be started."""
    return (HOME / "state").exists()


@dataclass
class LocalTryton:
    """A server on the database of a folder, on a port of its own that stays where it is started again."""

    folder: Path
    port: int = 0
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @property
    def url(self) -> str:
        """The setting CENTWRIGHT_ACCOUNTING_URL for it."""
        return f"tryton+http://admin:{_PASSWORD}@127.0.0.1:{self.port}/{DATABASE}"

    @property
    def file(self) -> Path:
        """The file of its database."""
        return self.folder / f"{DATABASE}.sqlite"

    def prepare(self) -> None:
        """Copies the prepared database into the folder, where there is none yet."""
        self.folder.mkdir(parents=True, exist_ok=True)
        if not self.file.exists():
            copied = self.file.with_suffix(".copied")
            shutil.copyfile(HOME / "prepared" / self.file.name, copied)
            copied.rename(self.file)

    def start(self) -> None:
        """Starts the server, and waits until it listens."""
        self.port = self.port or _free_port()
        configuration = self.folder / "tryton.conf"
        web = f"[web]\nlisten = 127.0.0.1:{self.port}\n[request]\ntimeout = 60\n[session]\ntimeout = 86400\n"
        configuration.write_text(f"[database]\nuri = sqlite://\npath = {self.folder.resolve()}\n{web}", encoding="utf-8")
        environment = {name: text for name, text in os.environ.items() if not name.startswith("PYTHON")}
        with (self.folder / "tryton.log").open("ab") as log:
            command = [f"{HOME}/venv/bin/trytond", "-c", str(configuration), "-d", DATABASE]
            self._process = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        until = time.monotonic() + _PATIENCE_SECONDS
        while not self._listens():
            if self._process.poll() is not None or time.monotonic() > until:
                self.kill()
                raise OSError(f"Tryton did not start: {self.folder / 'tryton.log'} says why")
            time.sleep(0.05)

    def kill(self) -> None:
        """Ends the server at once, whatever it does."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def _listens(self) -> bool:
        with suppress(OSError), closing(socket.create_connection(("127.0.0.1", self.port), timeout=1)):
            return True
        return False


@contextmanager
def local_tryton(folder: Path) -> Iterator[LocalTryton]:
    """A server on the database of a folder, which is prepared where there is none; it ends with the context, the database stays."""
    server = LocalTryton(folder)
    server.prepare()
    try:
        server.start()
        yield server
    finally:
        server.kill()


def _free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
