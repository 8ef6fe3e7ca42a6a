"""Forked child processes that do some work of a test."""

import os
import signal
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress

Start = Callable[[Callable[[], None]], int]
"""Starts some work in a child and gives its id."""


def start(work: Callable[[], None]) -> int:
    """Starts some work in a forked child and gives its id. What goes wrong there is shown and ends it with 1."""
    child = os.fork()
    if child == 0:
        try:
            work()
        except BaseException:  # noqa: BLE001 - a forked child must never come back into pytest
            traceback.print_exc()
            sys.stderr.flush()
            os._exit(1)
        os._exit(0)
    return child


def exit_code(child: int) -> int:
    """Waits for a child; gives how it ended."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def end(child: int) -> None:
    """Kills a child that nobody waited for, whether it runs or is frozen."""
    with suppress(ChildProcessError):  # somebody did
        if os.waitpid(child, os.WNOHANG) == (0, 0):
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)


def in_a_child(work: Callable[[], None]) -> int:
    """Does some work in a forked child; gives how it ended."""
    child = start(work)
    try:
        return exit_code(child)
    finally:
        end(child)
