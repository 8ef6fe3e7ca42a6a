"""Documents printed as PDFs by worker processes with limits on memory and time, which can read only the rulebook's own assets."""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import redirect_stdout
from ctypes.util import find_library
from dataclasses import dataclass, field
from functools import cache
from importlib.util import find_spec
from io import BytesIO, StringIO
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from pathlib import Path, PurePosixPath
from queue import SimpleQueue
from threading import Lock
from types import TracebackType
from typing import Final, Self

from api.installation import SHIPPED
from api.printing.pdf_process import ASSET_TYPES, IDLE_SECONDS, print_jobs
from api.printing.print_job import PrintJob
from api.rulebook_folder import read_folder
from engine.problems import Kind, Refusal, refuse
from engine.rulebook.yaml_model import Label
from engine.text.sources import Sources
from engine.writing.document_rules import DocumentRules, read_rules
from engine.writing.document_templates import FOLDER, read_words

TIMED_OUT: Final = Kind(
    "template-too-slow", "the template {name} took more than {seconds} s", "make the page simpler: a very large table or colspan takes long"
)
NOT_DRAWN: Final = Kind(
    "template-not-drawn", "the page of the template {name} could not be drawn: {fault}", "mend the template or its style, then print again"
)
WORKER_DIED: Final = Kind(
    "template-too-large", "the template {name} needed more memory or time than a page may have", "make the page simpler"
)
NOT_STARTED: Final = Kind(
    "printing-not-started", "no printing process started within {seconds} s", "print again, and see whether this machine is overloaded"
)

_STARTING_SECONDS: Final = 120.0
"""How long a worker may take to start on a busy machine; a page's own time begins after that."""
_MOST_JOBS: Final = 500
"""How many documents one worker prints before another takes its place."""
_FONT_PACKAGE: Final = "font_source_sans_pro"
_TEXTS: Final = {".css", ".svg"}
"""The assets that are texts of the rulebook, and stored with its versions."""
_LARGEST_ASSET: Final = 4 << 20
_LOGO: Final = f"{FOLDER}logo."
_LIBRARIES: Final = ("gobject-2.0", "pango-1.0", "harfbuzz", "fontconfig", "pangoft2-1.0")
"""The libraries of the system that the PDF library loads."""


@dataclass(frozen=True, slots=True)
class TemplateSet:
    """The texts of the templates and the bytes of their assets, by path (`templates/logo.svg`), the words of documents, and their rules."""

    texts: Mapping[str, str]
    assets: Mapping[str, bytes]
    words: Mapping[str, Label] = field(default_factory=dict)
    rules: tuple[DocumentRules, ...] = ()


@dataclass(slots=True)
class _Worker:
    process: SpawnProcess
    pipe: Connection
    templates: TemplateSet
    jobs: int = 0
    used_at: float = field(default_factory=time.monotonic)

    def is_ready(self) -> bool:
        """Whether it takes another job: it has not waited so long that it may just be ending."""
        return time.monotonic() - self.used_at < IDLE_SECONDS / 2

    def prints(self, templates: TemplateSet) -> bool:
        """Whether it has these templates."""
        return (self.templates.texts, self.templates.assets) == (templates.texts, templates.assets)


_spare: Final[list[_Worker]] = []
"""The worker that the last pool left, for the next one with its templates: to start another takes a second and a half."""
_spare_lock: Final = Lock()
os.register_at_fork(after_in_child=_spare.clear)  # it answers the process that started it


@dataclass(slots=True)
class PdfPool:
    """A pool of worker processes that print; a job that exceeds its time or memory ends its worker, and the next job gets a new one."""

    templates: TemplateSet
    workers: int = 1
    seconds: float = 30.0
    _idle: SimpleQueue[_Worker | None] = field(default_factory=SimpleQueue)
    _threads: ThreadPoolExecutor | None = None

    def __enter__(self) -> Self:
        self._threads = ThreadPoolExecutor(max_workers=self.workers)
        for _ in range(self.workers):
            self._idle.put(None)
        return self

    def __exit__(self, _kind: type[BaseException] | None, _fault: BaseException | None, _trace: TracebackType | None) -> None:
        assert self._threads is not None
        self._threads.shutdown(wait=True, cancel_futures=True)
        for _ in range(self.workers):
            worker = self._idle.get()
            if worker is not None:
                _leave(worker)

    def print_one(self, job: PrintJob) -> bytes:
        """The PDF of one document; a Refusal where its template fails or exceeds the limits."""
        worker = self._idle.get()
        healthy = False
        try:
            worker = _ready(worker) or _left(self.templates) or _start(self.templates)
            worker.pipe.send(job)
            if not worker.pipe.poll(self.seconds):
                raise refuse(TIMED_OUT, name=job.template, seconds=self.seconds)
            result = worker.pipe.recv()
            healthy = isinstance(result, bytes | Refusal)
        except (EOFError, OSError):
            raise refuse(WORKER_DIED, name=job.template) from None
        finally:
            self._idle.put(_after_job(worker, is_healthy=healthy))
        if isinstance(result, Refusal):
            raise result
        if not isinstance(result, bytes):
            raise refuse(NOT_DRAWN, name=job.template, fault=str(result)[:200])
        return result

    def print_all(self, jobs: Iterable[tuple[str, PrintJob]]) -> Iterator[tuple[str, bytes | Refusal]]:
        """Each job's name and its PDF, or why there is none, in the order of the jobs, printed in parallel."""
        assert self._threads is not None
        futures: list[tuple[str, Future[bytes]]] = [(name, self._threads.submit(self.print_one, job)) for name, job in jobs]
        for name, printed in futures:
            fault = printed.exception()
            yield name, fault if isinstance(fault, Refusal) else printed.result()


def read_templates(folder: Path, own: Sources | None = None) -> TemplateSet:
    """The templates, words and assets of a rulebook, with the program's own as defaults, and the program's fonts.

    The texts are those of the folder, or `own` ones, such as those of an earlier version; other images are those of the folder.
    The program's logo and rules are no defaults: a rulebook without a logo prints none, and one without rules appends nothing.
    """
    texts, assets = _templates_of(SHIPPED, read_folder(SHIPPED))
    assets = {name: asset for name, asset in assets.items() if not name.startswith(_LOGO)}
    own_texts, own_assets = _templates_of(folder, read_folder(folder) if own is None else own)
    fonts = {f"{FOLDER}fonts/{font.name}": _font(font) for font in _font_files()}
    words = {**read_words(texts), **read_words(texts | own_texts)}  # shipped words count where a file in their place lacks some
    return TemplateSet({**texts, **own_texts}, {**fonts, **assets, **own_assets}, words, read_rules(own_texts))


def _templates_of(folder: Path, sources: Sources) -> tuple[dict[str, str], dict[str, bytes]]:
    """The texts of templates and words, of all texts of a rulebook, and their assets, with those of its folder that are no texts."""
    texts = {path: text for path, text in sources.items() if path.startswith(FOLDER)}
    shown = {path: text.encode() for path, text in texts.items() if PurePosixPath(path).suffix in ASSET_TYPES}
    for path in sorted((folder / FOLDER).rglob("*")):
        if path.suffix in ASSET_TYPES.keys() - _TEXTS and path.is_file() and path.stat().st_size <= _LARGEST_ASSET:
            shown.setdefault(path.relative_to(folder).as_posix(), path.read_bytes())
    return texts, shown


def can_print() -> bool:
    """Whether this machine has Pango, which printing needs. Loading the PDF library takes half a second: that is left to the workers."""
    if all(map(find_library, _LIBRARIES)):
        return True
    try:
        with redirect_stdout(StringIO()):  # it prints the libraries that it misses
            import weasyprint  # noqa: F401 - whether it can be imported is the question
    except OSError:
        return False
    return True


def _font_files() -> tuple[Path, ...]:
    package = find_spec(_FONT_PACKAGE)
    if package is None or package.origin is None:
        return ()
    return tuple(sorted((Path(package.origin).parent / "files").glob("*.ttf")))


@cache
def _font(path: Path) -> bytes:
    """A font's bytes; where HarfBuzz is missing, only the glyphs of European languages, since subsetting is slow without it."""
    if find_library("harfbuzz-subset"):
        return path.read_bytes()
    from fontTools import subset

    options = subset.Options(layout_features=["kern", "liga"], hinting=False)
    font = subset.load_font(path, options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=[*range(0x20, 0x250), *range(0x2000, 0x2070), 0x20AC, 0x2122, 0x2212])
    subsetter.subset(font)
    buffer = BytesIO()
    subset.save_font(font, buffer, options)
    return buffer.getvalue()


def _start(templates: TemplateSet) -> _Worker:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=print_jobs, args=(theirs,), daemon=True)
    process.start()
    theirs.close()
    worker = _Worker(process, ours, templates)
    try:
        if ours.poll(_STARTING_SECONDS):
            ours.recv()
            ours.send((templates.texts, templates.assets))  # not with the process: to one that dies while it starts we would write for ever
            return worker
    except (EOFError, OSError):
        pass
    _stop(worker)
    raise refuse(NOT_STARTED, seconds=int(_STARTING_SECONDS))


def _after_job(worker: _Worker | None, *, is_healthy: bool) -> _Worker | None:
    """The worker where it may print again; one that failed or has printed enough is stopped."""
    if worker is None:
        return None
    worker.jobs, worker.used_at = worker.jobs + 1, time.monotonic()
    if is_healthy and worker.jobs < _MOST_JOBS:
        return worker
    _stop(worker)
    return None


def _ready(worker: _Worker | None) -> _Worker | None:
    """The worker where it takes another job; one that has waited too long is stopped."""
    if worker is None or worker.is_ready():
        return worker
    _stop(worker)
    return None


def _leave(worker: _Worker) -> None:
    """Leaves a worker to the next pool; the one that was left before it is stopped."""
    with _spare_lock:
        before = _spare.pop() if _spare else None
        _spare.append(worker)
    if before is not None:
        _stop(before)


def _left(templates: TemplateSet) -> _Worker | None:
    """The worker that was left, where it has these templates."""
    with _spare_lock:
        worker = _spare.pop() if _spare and _spare[-1].prints(templates) else None
    return _ready(worker)


def _stop(worker: _Worker) -> None:
    worker.pipe.close()
    worker.process.kill()
    worker.process.join()
