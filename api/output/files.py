"""Atomic writing of files and folders; a path that cannot be written is refused."""

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
    """Writes a file atomically, through a temporary file beside it. A file with the same content is left untouched.

    What is no plain file, such as a pipe, is written directly.
    """
    with _outside_failures(place):
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
    """Makes a folder and its missing parents."""
    with _outside_failures(place):
        place.mkdir(parents=True, exist_ok=True)


def write_new_folder(place: Path, files: Mapping[str, bytes]) -> None:
    """Writes a whole folder atomically; refuses a path that exists and is not an empty folder."""
    with _outside_failures(place):
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
def _outside_failures(place: Path) -> Iterator[None]:
    """Turns an OSError, such as a full disk or a missing permission, into an OutsideFailure."""
    try:
        yield
    except OSError as fault:
        raise OutsideFailure((NOT_WRITTEN.at(None, place=place, why=fault.strerror or type(fault).__name__),)) from fault
