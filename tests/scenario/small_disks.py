"""A PostgreSQL server whose disk becomes full: a small file system in memory, or, where none may be mounted, files that may not grow."""

import resource
import shutil
import signal
import subprocess
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import psycopg

from tests.postgres import Cluster, own_cluster

_AMPLE = 1_000_000_000


class Disk(Protocol):
    """The disk of a server."""

    cluster: Cluster

    def fill(self, room: int) -> None:
        """Leaves room for some bytes only."""

    def widen(self) -> None:
        """Gives it ample room again, and starts the server anew, which may have ended."""


@contextmanager
def small_disk() -> Iterator[Disk]:
    """A server of one test alone, with its disk."""
    folder = Path(tempfile.mkdtemp(prefix="centwright-disk-"))
    try:
        refused = _mount(f"size={_AMPLE}", folder)
        if refused:
            warnings.warn(f"files that may not grow stand in for a full disk, since none can be mounted here: {refused}", stacklevel=2)
            with own_cluster() as cluster:
                yield _LimitedFiles(cluster)
            return
        folder.chmod(0o755)
        try:
            with own_cluster(folder=folder) as cluster:
                yield _Mounted(cluster, folder)
        finally:
            subprocess.run(["umount", folder], check=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class _Mounted:
    """A file system in memory."""

    def __init__(self, cluster: Cluster, folder: Path) -> None:
        self.cluster = cluster
        self._folder = folder

    def fill(self, room: int) -> None:
        self._resize(shutil.disk_usage(self._folder).used + room)

    def widen(self) -> None:
        self._resize(_AMPLE)
        self.cluster.restart()

    def _resize(self, size: int) -> None:
        if refused := _mount(f"remount,size={size}", self._folder):
            raise RuntimeError(refused)


class _LimitedFiles:
    """A server that may write into files up to some length only, so that the log of its writes ends: then it ends too."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster

    def fill(self, room: int) -> None:
        known = self.cluster.postgres
        with psycopg.connect(host=known.host, port=known.port, user=known.user, password=known.password, dbname="postgres") as connection:
            (reached,) = connection.execute("select file_offset from pg_walfile_name_offset(pg_current_wal_lsn())").fetchone() or (0,)
        self.cluster.server.send_signal(signal.SIGINT)  # it ends in order: started anew, it needs no new log
        self.cluster.server.wait(30)
        longest = max(path.stat().st_size for path in (self.cluster.home / "cluster" / "base").rglob("*") if path.is_file())
        before, most = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (max(longest, reached) + room, most))
        try:
            self.cluster.restart()  # the server inherits the limit
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (before, most))

    def widen(self) -> None:
        self.cluster.restart()


def _mount(options: str, folder: Path) -> str:
    """Mounts a file system in memory; gives why that is refused, or nothing."""
    try:
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder], capture_output=True, text=True, check=False)
    except FileNotFoundError as missing:
        return str(missing)
    return "" if mounted.returncode == 0 else mounted.stderr.strip() or f"mount ended with {mounted.returncode}"
