"""Files that are written for people: whole or not at all, and told where the place does not take them."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from api.refusals import OutsideFailure
from engine.problems import Kind, refuse

NOT_WRITTEN: Final = Kind("not-written", "`{place}` cannot be written: {why}", "name a place in a folder that is there and may be written")

NOT_EMPTY: Final = Kind("not-empty", "`{folder}` is no empty folder", "name a folder that is not there yet")


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


def write_new_folder(place: Path, files: Mapping[str, bytes]) -> None:
    """Writes a whole folder or nothing of it; refuses a place where something is already."""
    with _told(place):
        if place.is_symlink() or (place.exists() and (not place.is_dir() or any(place.iterdir()))):
            raise refuse(NOT_EMPTY, folder=place)
        place.parent.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(prefix=f".{place.name or 'folder'}.", dir=place.resolve().parent))
        try:
            for name, content in files.items():
                (beside / name).parent.mkdir(parents=True, exist_ok=True)
                (beside / name).write_bytes(content)
            beside.chmod(0o755)
            if place.exists():
                place.resolve().rmdir()
            beside.rename(place.resolve())
        finally:
            shutil.rmtree(beside, ignore_errors=True)


@contextmanager
def _told(place: Path) -> Iterator[None]:
    """A disk that is full or a folder that may not be written fails outside the program, and is no fault of it."""
    try:
        yield
    except OSError as fault:
        raise OutsideFailure((NOT_WRITTEN.at(None, place=place, why=fault.strerror or type(fault).__name__),)) from fault
