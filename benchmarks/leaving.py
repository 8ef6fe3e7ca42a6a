"""Invoices on their way out: PDFs a second, ours beside bare WeasyPrint on the same page in the same run, on one core and on two.

`python -m benchmarks.leaving [DOCUMENTS]`. The bare library parses styles and loads fonts for each document, as it does when it is called
for one; ours are worker processes with limits that read them once.
"""

from __future__ import annotations

import os
import sys
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from io import BytesIO
from pathlib import Path
from time import perf_counter
from typing import Final

from api.printing.pdf import ADDRESS, ASSET_TYPES, PdfPool, TemplateSet, read_templates
from api.printing.pdf_worker import AssetFetcher
from api.printing.print_job import PrintJob
from engine.writing.html import invoice_page
from engine.writing.pages import INVOICE_TEMPLATE
from engine.writing.templates import fill
from tests.unit.writing.sample_documents import invoice

ROOT: Final = Path(__file__).parents[1]
_LINES: Final = 6
_ROUNDS: Final = 3


def bare(html: str, templates: TemplateSet) -> int:
    """One PDF by the library alone; gives its size."""
    from weasyprint import HTML

    target = BytesIO()
    fetcher = AssetFetcher(templates.assets, ADDRESS, ASSET_TYPES)
    HTML(string=html, base_url=ADDRESS, url_fetcher=fetcher).write_pdf(target, pdf_variant="pdf/a-3a")
    return target.tell()


def _bare_a_second(html: str, templates: TemplateSet, documents: int, processes: int) -> float:
    with ProcessPoolExecutor(processes) as pool:
        list(pool.map(bare, [html] * processes, [templates] * processes))
        started = perf_counter()
        list(pool.map(bare, [html] * documents, [templates] * documents))
        return documents / (perf_counter() - started)


def _ours_a_second(job: PrintJob, templates: TemplateSet, documents: int, processes: int) -> float:
    with PdfPool(templates, workers=processes) as pool:
        list(pool.print_all(("warm", job) for _ in range(2 * processes)))
        started = perf_counter()
        list(pool.print_all((str(number), job) for number in range(documents)))
        return documents / (perf_counter() - started)


def main(documents: int) -> None:
    """Prints documents a second, and the ratios to the bare library on one core and on as many as ours has."""
    os.environ["SOURCE_DATE_EPOCH"] = "1800000000"
    templates = read_templates(ROOT)
    page = invoice_page(invoice("fr", _LINES), templates.words)
    html = fill(templates.texts, INVOICE_TEMPLATE, page)
    job = PrintJob(INVOICE_TEMPLATE, page, date(2027, 1, 31), "pdf/a-3a")
    best = dict.fromkeys(((whose, processes) for whose in ("bare", "ours") for processes in (1, 2)), 0.0)
    for _ in range(_ROUNDS):
        for processes in (1, 2):
            best["bare", processes] = max(best["bare", processes], _bare_a_second(html, templates, documents, processes))
            best["ours", processes] = max(best["ours", processes], _ours_a_second(job, templates, documents, processes))
    for processes in (1, 2):
        ours, one = best["ours", processes], best["bare", processes]
        print(f"{processes} process(es): bare {one:5.1f} PDFs/s, ours {ours:5.1f} PDFs/s, {ours / one:.2f} times")
    print(f"ours on two processes: {best['ours', 2] / best['bare', 1]:.2f} times the bare library as it is called, on one")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 40)
