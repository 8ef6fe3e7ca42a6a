"""Invoices on their way out: PDFs a second, ours beside bare WeasyPrint on the same pages in the same run, on one core and on two.

`python -m benchmarks.leaving [DOCUMENTS]`. Each page has other numbers, dates and amounts. The bare library draws them as PDF/A-3a with the
same fonts, logo and QR code; it parses styles and loads fonts for each document, as it does when it is called for one. Ours are worker
processes with limits that read them once, fill the template of each document, and send the PDF to another process. A document's seconds of
a processor say what it costs on a machine that does other things too; what starting costs is not in them.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import re
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from functools import partial
from io import BytesIO
from pathlib import Path
from random import Random
from time import perf_counter
from typing import Final, Literal

from api.printing.pdf import PdfPool, TemplateSet, read_templates
from api.printing.pdf_process import ADDRESS, ASSET_TYPES
from api.printing.pdf_worker import AssetFetcher
from api.printing.print_job import PrintJob
from engine.writing.html import invoice_page
from engine.writing.pages import INVOICE_TEMPLATE
from engine.writing.templates import fill
from tests.unit.writing.sample_documents import invoice

ROOT: Final = Path(__file__).parents[1]
_LINES: Final = 6
_ROUNDS: Final = 3
_TICKS: Final = os.sysconf("SC_CLK_TCK")
Whose = Literal["bare", "ours"]


@dataclass(frozen=True, slots=True)
class Speed:
    """How many PDFs a second, and how many seconds of a processor one takes in the processes that draw."""

    a_second: float
    cpu_seconds: float


def bare(html: str, templates: TemplateSet) -> int:
    """One PDF by the library alone; gives its size."""
    from weasyprint import HTML

    target = BytesIO()
    fetcher = AssetFetcher(templates.assets, ADDRESS, ASSET_TYPES)
    HTML(string=html, base_url=ADDRESS, url_fetcher=fetcher).write_pdf(target, pdf_variant="pdf/a-3a")
    return target.tell()


def _bare(pages: Sequence[str], templates: TemplateSet, processes: int) -> Speed:
    draw = partial(bare, templates=templates)
    with ProcessPoolExecutor(processes) as pool:
        list(pool.map(draw, pages[: 2 * processes]))
        return _measured(lambda: list(pool.map(draw, pages)), len(pages))


def _ours(jobs: Sequence[PrintJob], templates: TemplateSet, processes: int) -> Speed:
    with PdfPool(templates, workers=processes, seconds=120) as pool:
        list(pool.print_all(("warm", job) for job in jobs[: 2 * processes]))
        return _measured(lambda: list(pool.print_all((str(number), job) for number, job in enumerate(jobs))), len(jobs))


def _with_other_figures(page: str, seed: int) -> dict[str, object]:
    """A page in JSON with other digits in its numbers, dates and amounts."""
    random = Random(seed)
    other: dict[str, object] = json.loads(re.sub(r"(?<=[0-9])[0-9](?=[0-9,.])", lambda _: str(random.randrange(10)), page))
    return other


def _measured(draw: Callable[[], object], documents: int) -> Speed:
    begun, used = perf_counter(), _seconds_of_children()
    draw()
    return Speed(documents / (perf_counter() - begun), (_seconds_of_children() - used) / documents)


def _seconds_of_children() -> float:
    """The seconds of a processor that all living child processes have used."""
    used = 0
    for child in multiprocessing.active_children():
        fields = Path(f"/proc/{child.pid}/stat").read_text().rpartition(")")[2].split()
        used += int(fields[11]) + int(fields[12])
    return used / _TICKS


def main(documents: int) -> None:
    """Prints documents a second, seconds of a processor for each, and the ratios to the bare library on one core and on two."""
    os.environ["SOURCE_DATE_EPOCH"] = "1800000000"
    templates = read_templates(ROOT)
    sample = json.dumps(invoice_page(invoice("fr", _LINES), templates.words))
    values = [_with_other_figures(sample, number) for number in range(documents)]
    pages = [fill(templates.texts, INVOICE_TEMPLATE, page) for page in values]
    jobs = [PrintJob(INVOICE_TEMPLATE, page, date(2027, 1, 31), "pdf/a-3a") for page in values]
    runs: dict[Whose, Callable[[int], Speed]] = {"bare": partial(_bare, pages, templates), "ours": partial(_ours, jobs, templates)}
    best: dict[tuple[Whose, int], Speed] = {}
    for _ in range(_ROUNDS):
        for processes in (1, 2):
            for whose, run in runs.items():
                speed, before = run(processes), best.get((whose, processes), Speed(0, float("inf")))
                best[whose, processes] = Speed(max(speed.a_second, before.a_second), min(speed.cpu_seconds, before.cpu_seconds))
    for processes in (1, 2):
        alone, ours = best["bare", processes], best["ours", processes]
        print(
            f"{processes} process(es): bare {alone.a_second:5.1f} PDFs/s, ours {ours.a_second:5.1f} PDFs/s,"
            f" {ours.a_second / alone.a_second:.2f} times;"
            f" CPU seconds {alone.cpu_seconds:.3f} and {ours.cpu_seconds:.3f}, {alone.cpu_seconds / ours.cpu_seconds:.2f} times"
        )
    whole = best["ours", 2].a_second / best["bare", 1].a_second
    print(f"ours on two processes: {whole:.2f} times the bare library as it is called, on one")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 40)
