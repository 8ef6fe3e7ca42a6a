"""Mutation testing of a rulebook in parallel processes, with progress; each process reads the rulebook once."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Final

from api.importing.import_folder import Folder, read_folder_of_files
from api.workbench.golden_invoices import golden_invoices
from engine.rulebook.book import Rulebook
from engine.testing.mutant_verdicts import Invoicing, Judge, Verdict, judge_of
from engine.text.mutants import Mutant
from engine.text.sources import Sources

_CHUNK_SIZE: Final = 16
"""How many mutants a process gets at a time."""
_LEAST_PER_PROCESS: Final = 4
"""A process is started only for at least this many mutants."""
_judges: list[Judge] = []
"""The judge of this process, once it is initialized."""


def verdicts(sources: Sources, mutants: Sequence[Mutant], golden: Path | None, progress: Callable[[int], None]) -> Iterator[Verdict]:
    """The verdict on each mutant, in order; `progress` is called with the number judged so far."""
    workers = min(os.cpu_count() or 1, max(1, len(mutants) // _LEAST_PER_PROCESS))
    if workers == 1:
        _initialize(sources, golden)
        for at, mutant in enumerate(mutants, 1):
            yield _judged(mutant)
            progress(at)
        return
    with ProcessPoolExecutor(workers, initializer=_initialize, initargs=(sources, golden)) as pool:
        chunk = max(1, min(_CHUNK_SIZE, len(mutants) // (workers * _LEAST_PER_PROCESS)))
        for at, verdict in enumerate(pool.map(_judged, mutants, chunksize=chunk), 1):
            yield verdict
            progress(at)


def _initialize(sources: Sources, golden: Path | None) -> None:
    """Reads the rulebook in this process."""
    _judges[:] = [judge_of(sources, None if golden is None else _invoicing_of(read_folder_of_files(golden)))]


def _judged(mutant: Mutant) -> Verdict:
    return _judges[0].judge(mutant)


def _invoicing_of(files: Folder) -> Invoicing:
    """A function that gives what the golden invoices of a folder come to under a rulebook."""

    def invoice_all(rulebook: Rulebook) -> object:
        billed, started = golden_invoices(files, rulebook, months=12, tracing=False)
        refused = [(one.customer, one.order, one.problem.code) for one in billed.unbilled]
        drafts = [draft.model_dump(mode="json", exclude={"reasons"}) for draft in billed.drafts]
        planned = [(one.identity, one.billing_date, one.portion.net.minor, one.advance) for one in billed.transactions]
        return drafts, planned, refused, len(started.problems)

    return invoice_all
