"""The names of workers: processes and threads that claim work in the database, and by whose names others tell whether they are gone."""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_here: Final[set[str]] = set()
"""The workers of this process that are at work."""


@contextmanager
def named_worker() -> Iterator[str]:
    """A new name, of a worker that is at work meanwhile."""
    name = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
    _here.add(name)
    try:
        yield name
    finally:
        _here.discard(name)


def is_gone(worker: str) -> bool:
    """Whether a worker of this machine is at work no more: its work is then taken over before its lease runs out."""
    host, _, rest = worker.rpartition(":")[0].rpartition(":")
    if host != socket.gethostname():
        return False
    if int(rest) == os.getpid():
        return worker not in _here
    try:
        os.kill(int(rest), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False
