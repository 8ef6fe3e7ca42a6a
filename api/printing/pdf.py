"""Pages made into PDFs, in child processes with bounds on memory and time, which can reach nothing but the rulebook's own assets."""

from __future__ import annotations

import multiprocessing
import resource
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import redirect_stdout
from ctypes.util import find_library
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib.util import find_spec
from io import BytesIO, StringIO
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from pathlib import Path, PurePosixPath
from queue import SimpleQueue
from types import TracebackType
from typing import Final, Self

from api.installation import SHIPPED
from api.workbench.rulebook_folder import read_folder
from engine.problems import Kind, Refusal, refuse
from engine.rulebook.yaml_model import Label
from engine.writing.document_templates import FOLDER, read_words

TOO_SLOW: Final = Kind(
    "template-too-slow", "the template {name} took more than {seconds} s", "make the page simpler: a very large table or colspan takes long"
)
PRESS_BROKE: Final = Kind(
    "template-too-large", "the template {name} needed more memory or time than a page may have", "make the page simpler"
)
NO_PANGO: Final = Kind(
    "no-pango", "PDFs need Pango, which this machine does not have", "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
)

_BOUNDS: Final = {resource.RLIMIT_AS: 2 << 30, resource.RLIMIT_CORE: 0, resource.RLIMIT_FSIZE: 64 << 20}
_ADDRESS: Final = "https://rulebook.invalid/templates/"
_FONT_PACKAGE: Final = "font_source_sans_pro"
_ASSET_TYPES: Final = {
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".ttf": "font/ttf",
    ".otf": "font/otf",
}
_LARGEST_ASSET: Final = 4 << 20
_LOGO: Final = f"{FOLDER}logo."


@dataclass(frozen=True, slots=True)
class PaperSet:
    """What pages are made with: the texts of the templates, and the bytes of what they show, by path (`templates/logo.svg`)."""

    texts: Mapping[str, str]
    assets: Mapping[str, bytes]
    words: Mapping[str, Label] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PrintJob:
    """One page to print: its template, its values, the day that stands in the file as its time."""

    template: str
    page: Mapping[str, object]
    made_on: date


@dataclass(slots=True)
class _Worker:
    process: SpawnProcess
    pipe: Connection
    jobs: int = 0


@dataclass(slots=True)
class Press:
    """A few child processes that print; a job that takes too long or too much ends its child, and the next job gets a new one."""

    paper: PaperSet
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
                _stop(worker)

    def print_one(self, job: PrintJob) -> bytes:
        """The PDF of one page; a Refusal where its template fails or asks for too much."""
        worker = self._idle.get() or _start(self.paper)
        healthy = False
        try:
            worker.pipe.send(job)
            if not worker.pipe.poll(self.seconds):
                raise refuse(TOO_SLOW, name=job.template, seconds=self.seconds)
            answer = worker.pipe.recv()
            healthy = True
        except (EOFError, OSError):
            raise refuse(PRESS_BROKE, name=job.template) from None
        finally:
            if not healthy:
                _stop(worker)
            self._idle.put(worker if healthy else None)
        if isinstance(answer, Refusal):
            raise answer
        if not isinstance(answer, bytes):
            raise RuntimeError(f"printing {job.template} failed: {answer}")
        return answer

    def print_all(self, jobs: Iterable[tuple[str, PrintJob]]) -> Iterator[tuple[str, bytes]]:
        """Each job's name and PDF, in the order of the jobs, printed side by side."""
        assert self._threads is not None
        waiting: list[tuple[str, Future[bytes]]] = [(name, self._threads.submit(self.print_one, job)) for name, job in jobs]
        for name, printed in waiting:
            yield name, printed.result()


def read_paper(folder: Path) -> PaperSet:
    """The templates, words and assets of a rulebook folder over those of the program, with the fonts that come with it.

    What a rulebook does not say itself is said by the program's own templates, but for the logo, which is nobody else's.
    """
    texts, assets = _templates_of(SHIPPED)
    assets = {name: asset for name, asset in assets.items() if not name.startswith(_LOGO)}
    own_texts, own_assets = _templates_of(folder)
    fonts = {f"{FOLDER}fonts/{font.name}": _font(font) for font in _font_files()}
    words = read_words(texts | own_texts)
    return PaperSet({**texts, **own_texts}, {**fonts, **assets, **own_assets}, words)


def _templates_of(folder: Path) -> tuple[dict[str, str], dict[str, bytes]]:
    """The texts of templates and words, and what they show, of one folder."""
    texts = {path: text for path, text in read_folder(folder).items() if path.startswith(FOLDER)}
    shown = {path: text.encode() for path, text in texts.items() if PurePosixPath(path).suffix in _ASSET_TYPES}
    for path in sorted((folder / FOLDER).rglob("*")):
        if path.suffix in _ASSET_TYPES and path.is_file() and path.stat().st_size <= _LARGEST_ASSET:
            shown.setdefault(path.relative_to(folder).as_posix(), path.read_bytes())
    return texts, shown


def can_print() -> bool:
    """Whether this machine has Pango, without which there are no PDFs."""
    try:
        with redirect_stdout(StringIO()):  # it prints what it misses, at length
            import weasyprint  # noqa: F401 - whether it can be imported is the question
    except OSError:
        return False
    return True


def _font_files() -> tuple[Path, ...]:
    found = find_spec(_FONT_PACKAGE)
    if found is None or found.origin is None:
        return ()
    return tuple(sorted((Path(found.origin).parent / "files").glob("*.ttf")))


@cache
def _font(path: Path) -> bytes:
    """A font's bytes; where HarfBuzz is missing, which cuts fonts quickly, those of European languages alone, so that pages stay fast."""
    if find_library("harfbuzz-subset"):
        return path.read_bytes()
    from fontTools import subset

    options = subset.Options(layout_features=["kern", "liga"], hinting=False)
    font = subset.load_font(path, options)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=[*range(0x20, 0x250), *range(0x2000, 0x2070), 0x20AC, 0x2122, 0x2212])
    cutter.subset(font)
    cut = BytesIO()
    subset.save_font(font, cut, options)
    return cut.getvalue()


def _start(paper: PaperSet) -> _Worker:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_print_until_told, args=(theirs, paper), daemon=True)
    process.start()
    theirs.close()
    return _Worker(process, ours)


def _stop(worker: _Worker) -> None:
    worker.pipe.close()
    worker.process.kill()
    worker.process.join()


def _print_until_told(pipe: Connection, paper: PaperSet) -> None:
    """The child: bounded first, then one job after the other until the pipe closes."""
    import logging

    from api.printing.pdf_worker import Printer

    logging.getLogger("weasyprint").setLevel(logging.CRITICAL)
    for kind, bound in _BOUNDS.items():
        resource.setrlimit(kind, (bound, bound))
    printer = Printer(paper.texts, paper.assets, _ADDRESS, _ASSET_TYPES)
    while True:
        try:
            job: PrintJob = pipe.recv()
        except EOFError:
            return
        try:
            pipe.send(printer.print_page(job.template, job.page, job.made_on))
        except Refusal as refusal:
            pipe.send(refusal)
        except MemoryError:
            return
        except Exception as fault:  # noqa: BLE001 - told to the parent, which raises it
            pipe.send(f"{type(fault).__name__}: {fault}")
