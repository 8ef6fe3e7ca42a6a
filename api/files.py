"""Files that are written for people: whole or not at all, and told where the place does not take them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from api.refusals import OutsideFailure
from engine.problems import Kind

NOT_WRITTEN: Final = Kind("not-written", "`{place}` cannot be written: {why}", "name a place in a folder that is there and may be written")


def write_file(place: Path, content: bytes) -> None:
    """Writes a file whole or not at all: beside it first, then in its place. The same content again leaves it untouched.

    What is no plain file, such as a pipe, is written to as it is.
    """
    with _told(place):
        if place.exists() and not place.is_file():
            place.write_bytes(content)
            return
        if place.exists() and place.read_bytes() == content:
            return
        target = place.resolve()
        beside = target.with_name(f".{target.name}.{os.getpid()}")
        try:
            beside.write_bytes(content)
            if target.exists():
                beside.chmod(target.stat().st_mode)
            beside.replace(target)
        except OSError:
            beside.unlink(missing_ok=True)
            raise


def make_folder(place: Path) -> None:
    """Makes a folder and those above it, where they are not there yet."""
    with _told(place):
        place.mkdir(parents=True, exist_ok=True)


@contextmanager
def _told(place: Path) -> Iterator[None]:
    """A disk that is full or a folder that may not be written fails outside the program, and is no fault of it."""
    try:
        yield
    except OSError as fault:
        raise OutsideFailure((NOT_WRITTEN.at(None, place=place, why=fault.strerror or type(fault).__name__),)) from fault
