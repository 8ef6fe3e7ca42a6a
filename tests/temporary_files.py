"""Where the tests write: into memory where there is enough, since they copy databases hundreds of times.

To copy one of PostgreSQL onto a disk takes twenty times as long: it is seven hundred files, each of which the file system allocates.
"""

import os
import tempfile
from pathlib import Path

_MEMORY = Path("/dev/shm")
_NEEDED = 4 << 30
"""Bytes that must be free; a run holds less than half of that at any time."""


def write_to_memory() -> None:
    """Lets this process and those that it starts make their temporary files in memory, unless TMPDIR names another place."""
    if "TMPDIR" not in os.environ and _is_roomy():
        os.environ["TMPDIR"] = tempfile.tempdir = str(_MEMORY)


def _is_roomy() -> bool:
    """Whether files in memory may be written and executed, and neither they nor the processes will lack room."""
    try:
        files = os.statvfs(_MEMORY)
        available = next(line for line in Path("/proc/meminfo").read_text().splitlines() if line.startswith("MemAvailable:"))
    except (OSError, StopIteration):  # no Linux
        return False
    free = min(files.f_bavail * files.f_frsize, int(available.split()[1]) << 10)
    return free >= _NEEDED and os.access(_MEMORY, os.W_OK) and not files.f_flag & (os.ST_RDONLY | os.ST_NOEXEC)
