"""What a printing process does: job after job within its limits. It imports little, because many are started for one document."""

from __future__ import annotations

import resource
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Final

from api.printing.print_job import PrintJob
from engine.problems import Refusal
from engine.writing.pages import MAILS
from engine.writing.templates import fill

if TYPE_CHECKING:
    from api.printing.pdf_worker import Printer

IDLE_SECONDS: Final = 300
"""How long a process waits for another job before it ends."""
_CPU_SECONDS: Final = 60
"""How much time of a processor one page may take."""
_LIMITS: Final = {resource.RLIMIT_AS: 2 << 30, resource.RLIMIT_CORE: 0, resource.RLIMIT_FSIZE: 64 << 20}
ADDRESS: Final = "https://rulebook.invalid/templates/"
"""The address of the assets, which exists nowhere else."""
ASSET_TYPES: Final = {
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".ttf": "font/ttf",
    ".otf": "font/otf",
}


def print_jobs(pipe: Connection) -> None:
    """Takes the texts and assets of templates, then prints job after job until the pipe closes or no job comes for long.

    Its limits hold from the start. A page that fails in the library is its last.
    """
    for kind, limit in _LIMITS.items():
        resource.setrlimit(kind, (limit, limit))
    pipe.send("ready")
    texts, assets = pipe.recv()
    printer: Printer | None = None
    while pipe.poll(IDLE_SECONDS):
        try:
            job: PrintJob = pipe.recv()
        except EOFError:
            return
        used = int(sum(resource.getrusage(resource.RUSAGE_SELF)[:2]))
        resource.setrlimit(resource.RLIMIT_CPU, (used + _CPU_SECONDS, resource.RLIM_INFINITY))
        try:
            if job.template.startswith(MAILS):
                pipe.send(fill(texts, job.template, job.page).encode())
                continue
            printer = printer or _printer(texts, assets)
            pipe.send(printer.print_page(job))
        except Refusal as refusal:
            pipe.send(refusal)
        except MemoryError:
            return
        except Exception as fault:  # noqa: BLE001 - sent to the parent, which raises it
            pipe.send(f"{type(fault).__name__}: {fault}")


def _printer(texts: Mapping[str, str], assets: Mapping[str, bytes]) -> Printer:
    """What prints, with its library, which a worker that only writes texts does not need."""
    import logging

    with _libraries_by_soname():
        from api.printing.pdf_worker import Printer
        from api.printing.rendering_cache import install

    install()
    logging.getLogger("weasyprint").setLevel(logging.CRITICAL)
    return Printer(texts, assets, ADDRESS, ASSET_TYPES)


@contextmanager
def _libraries_by_soname() -> Iterator[None]:
    """Lets the PDF library load those of the system by their sonames alone, where there are such.

    It tries the names of other systems first, and for each of them Python runs `ldconfig` and a linker: a third of the time of its import.
    """
    from ctypes import util

    search = util.find_library
    if sys.platform == "linux":
        util.find_library = lambda name: None
    try:
        yield
    finally:
        util.find_library = search
