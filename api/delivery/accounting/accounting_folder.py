"""The folder of the file connector: a folder a month, the files in it written whole, and a manifest that says which count.

A document is there once its manifest names it. Its files are written beside first, the manifest takes the place of the one before, and
then the files get their names: whatever ends the program in between, what the manifest names gets its files later, exactly once, also
where somebody has taken files away since.
"""

from __future__ import annotations

import csv
import fcntl
import hashlib
import io
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Final
from urllib.parse import quote

MANIFEST: Final = "manifest.csv"
_STAGED: Final = ".staged"
_MONTHS: Final = "[0-9][0-9][0-9][0-9]-[0-9][0-9]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A file as the manifest names it; the one with the journal has the figures of its document, those beside it have none."""

    file: str
    sha256: str
    bytes: str
    document: str
    kind: str = ""
    """`invoice`, `credit-note`, `entry`; empty of a file beside the journal."""
    date: str = ""
    net: str = ""
    vat: str = ""
    gross: str = ""
    currency: str = ""
    customer: str = ""
    accounts: str = ""
    """Debit less credit by account: `400=121.00 451=-21.00 700=-100.00`."""

    @property
    def sums(self) -> Iterator[tuple[str, str]]:
        """The accounts with their amounts."""
        for part in self.accounts.split():
            account, _, amount = part.rpartition("=")
            yield account, amount


_COLUMNS: Final = tuple(each.name for each in fields(Listed))


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """A document to be written: what the manifest says of it, its journal, and the files beside it by name."""

    listed: Listed
    journal: bytes
    beside: tuple[tuple[str, bytes], ...] = ()


@dataclass
class AccountingFolder:
    """The folder of one installation."""

    root: Path
    _known: dict[Path, tuple[tuple[int, int], tuple[Listed, ...]]] = field(default_factory=dict, init=False)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """While nobody else writes into it. The folder itself is never made: where a disk is not mounted, nothing is written elsewhere."""
        with (self.root / ".lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def listed(self, month: str | None = None) -> Iterator[Listed]:
        """What the manifests name: of one month, or of all."""
        folders = [self.root / month] if month else sorted(self.root.glob(_MONTHS))
        for folder in folders:
            yield from self._manifest(folder)

    def documents(self, month: str | None = None) -> dict[str, Listed]:
        """The documents that are there, by name."""
        return {each.document: each for each in self.listed(month) if each.kind}

    def complete(self, month: str) -> None:
        """Gives files their names that the manifest names already, and removes those that it does not."""
        folder, staged = self.root / month, self.root / month / _STAGED
        if not staged.is_dir():
            return
        named = {each.file.partition("/")[2] for each in self._manifest(folder)}
        for file in sorted(staged.iterdir()):
            if file.name in named:
                file.replace(folder / file.name)
            else:
                file.unlink()
        staged.rmdir()

    def add(self, month: str, documents: Sequence[Filed]) -> list[Listed]:
        """Writes documents of a month; gives what the manifest says of each."""
        folder = self.root / month
        staged = folder / _STAGED
        staged.mkdir(parents=True, exist_ok=True)
        rows: list[Listed] = []
        for each in documents:
            journal = f"{quote(each.listed.document, safe=' ')}.csv"
            rows.append(_with_hash(each.listed, month, journal, each.journal))
            beside = [(quote(name, safe=" "), content) for name, content in each.beside]
            rows += [_with_hash(Listed(file="", sha256="", bytes="", document=each.listed.document), month, *one) for one in beside]
            for name, content in ((journal, each.journal), *beside):
                _write(staged / name, content)
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(_COLUMNS)
        writer.writerows([getattr(row, name) for name in _COLUMNS] for row in (*self._manifest(folder), *rows))
        _write(staged / MANIFEST, text.getvalue().encode())
        (staged / MANIFEST).replace(folder / MANIFEST)  # from here on they are there
        _sync(folder)
        self.complete(month)
        return [row for row in rows if row.kind]

    def changed(self) -> Iterator[str]:
        """The files that are not as they were written; what was taken away counts as taken over."""
        for row in self.listed():
            file = self.root / row.file
            if file.exists() and hashlib.sha256(file.read_bytes()).hexdigest() != row.sha256:
                yield row.file

    def _manifest(self, folder: Path) -> tuple[Listed, ...]:
        file = folder / MANIFEST
        try:
            status = file.stat()
        except FileNotFoundError:
            return ()
        version = (status.st_mtime_ns, status.st_ino)
        known = self._known.get(folder)
        if known is None or known[0] != version:
            with file.open(encoding="utf-8", newline="") as stream:
                known = version, tuple(Listed(**row) for row in csv.DictReader(stream))
            self._known[folder] = known
        return known[1]


def _with_hash(row: Listed, month: str, name: str, content: bytes) -> Listed:
    return replace(row, file=f"{month}/{name}", sha256=hashlib.sha256(content).hexdigest(), bytes=str(len(content)))


def _write(file: Path, content: bytes) -> None:
    with file.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def _sync(folder: Path) -> None:
    """Makes new names in a folder last."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
