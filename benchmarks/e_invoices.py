"""E-invoices written and validated: milliseconds of CPU for each document, by rule set, and how long a process takes to be ready.

`python -m benchmarks.e_invoices [DOCUMENTS]`. The documents are those of the demo company's January. Seconds of the clock depend on what
else the machine does; a validating process has one thread, so that its time of CPU is what it takes on a free processor.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from time import perf_counter, process_time
from typing import Final

from api.desk.billing_run import invoices_of, issue
from api.desk.desk import open_desk
from api.desk.due_drafts import Selection
from api.desk.folder_import import import_files
from api.e_invoicing.rule_sets import packaged
from api.e_invoicing.validation_worker import Rules
from api.e_invoicing.validator import Validator
from api.rulebook_folder import read_folder
from engine.documents.invoice import Invoice
from engine.rulebook.reader import read_rulebook
from engine.writing.ubl import e_invoice

ROOT: Final = Path(__file__).parents[1]
MONTH_END: Final = date(2027, 1, 31)


def main() -> None:
    """Prints the figures beside their aims."""
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    invoices = _invoices()
    some = [invoices[at % len(invoices)] for at in range(number)]
    at = process_time()
    documents = [e_invoice.write(invoice) for invoice in some]
    _print("write XML", (process_time() - at) * 1000 / number, "1 ms")
    at = perf_counter()
    with Validator() as validator:
        validator.verdicts(documents[:1])
        _print("the first verdict of a new process", (perf_counter() - at) * 1000, "1,000 ms")
        at = perf_counter()
        verdicts = validator.verdicts(documents)
        _print("validate, by the clock", (perf_counter() - at) * 1000 / number, "")
    _of_each_rule_set(documents)
    print(f"{sum(one.is_valid for one in verdicts)} of {number} valid under", ", ".join(f"{one.name} {one.version}" for one in packaged()))


def _of_each_rule_set(documents: Sequence[bytes]) -> None:
    """The CPU that each rule set takes in a process, and all of them together."""
    for rule_sets in (*((one,) for one in packaged()), packaged()):
        rules = Rules(rule_sets)
        at = process_time()
        rules.compile_all()
        compiled = (process_time() - at) * 1000
        for document in documents[:20]:
            rules.verdict(document)
        at = process_time()
        for document in documents:
            rules.verdict(document)
        name = " + ".join(one.name for one in rule_sets)
        _print(f"validate under {name}, compiled in {compiled:,.0f} ms", (process_time() - at) * 1000 / len(documents), "10 ms")


def _invoices() -> list[Invoice]:
    sources = read_folder(ROOT)
    with tempfile.TemporaryDirectory() as folder:
        desk = open_desk(
            f"sqlite:///{folder}/desk.sqlite",
            read_rulebook(sources),
            sources,
            today=MONTH_END,
            now=lambda: datetime(2027, 1, 31, tzinfo=UTC),
        )
        import_files(desk, ROOT / "demo")
        invoices = list(invoices_of(desk, issue(desk, Selection(due_through=MONTH_END)).issued))
        desk.close()
    return invoices


def _print(what: str, milliseconds: float, aim: str) -> None:
    print(f"{what:<90} {milliseconds:>9.2f} ms   {'aim ' + aim if aim else ''}")


if __name__ == "__main__":
    main()
