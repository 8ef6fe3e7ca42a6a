"""The worker of the outbox beside a service: a process of its own, which ends with the service and is started again where it fails."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from api.settings import Settings

_PAUSE_SECONDS: Final = 10.0
_GRACE_SECONDS: Final = 10.0


@contextmanager
def delivering_beside(settings: Settings) -> Iterator[None]:
    """Lets a process run `deliver` meanwhile, with the same settings; what it has claimed when it ends is claimed again later."""
    stopped, running = threading.Event(), list[subprocess.Popen[bytes]]()
    given = {f"CENTWRIGHT_{name}": setting.text for name, setting in settings.by_name.items() if setting.text}
    environment = os.environ | given | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}  # the same program, wherever it is started
    command = [sys.executable, "-P", "-m", "api.cli", "deliver", "--quiet", "--beside", str(os.getpid())]

    def watch() -> None:
        while not stopped.is_set():
            running[:] = [subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)]
            running[0].wait()
            stopped.wait(_PAUSE_SECONDS)

    thread = threading.Thread(target=watch, name="deliver", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        for process in running:
            process.terminate()
        thread.join(_GRACE_SECONDS)
        for process in running:
            process.kill()
