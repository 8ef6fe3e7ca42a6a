"""Mutants of a rulebook judged by several processes at once, with progress; every process reads the rulebook once."""

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

_AT_ONCE: Final = 16
"""So many mutants are handed to a process at a time."""
_FEW: Final = 4
"""So few mutants are not worth another process."""
_judges: list[Judge] = []
"""The judge of this process, once it has begun."""


def verdicts(sources: Sources, mutants: Sequence[Mutant], golden: Path | None, tell: Callable[[int], None]) -> Iterator[Verdict]:
    """What became of each mutant, in their order; `tell` hears how many are done."""
    workers = min(os.cpu_count() or 1, max(1, len(mutants) // _FEW))
    if workers == 1:
        _begin(sources, golden)
        for at, mutant in enumerate(mutants, 1):
            yield _judged(mutant)
            tell(at)
        return
    with ProcessPoolExecutor(workers, initializer=_begin, initargs=(sources, golden)) as pool:
        chunk = max(1, min(_AT_ONCE, len(mutants) // (workers * _FEW)))
        for at, verdict in enumerate(pool.map(_judged, mutants, chunksize=chunk), 1):
            yield verdict
            tell(at)


def _begin(sources: Sources, golden: Path | None) -> None:
    """Reads the rulebook in this process."""
    _judges[:] = [judge_of(sources, None if golden is None else _invoicing_of(read_folder_of_files(golden)))]


def _judged(mutant: Mutant) -> Verdict:
    return _judges[0].judge(mutant)


def _invoicing_of(files: Folder) -> Invoicing:
    """What the golden invoices of a folder come to under a rulebook."""

    def invoice_all(rulebook: Rulebook) -> object:
        billed, begun = golden_invoices(files, rulebook, months=12, tracing=False)
        refused = [(one.customer, one.order, one.problem.code) for one in billed.unbilled]
        drafts = [draft.model_dump(mode="json", exclude={"reasons"}) for draft in billed.drafts]
        planned = [(one.identity, one.billing_date, one.portion.net.minor, one.advance) for one in billed.transactions]
        return drafts, planned, refused, len(begun.problems)

    return invoice_all
