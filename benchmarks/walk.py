"""The walk of one order: how many files and functions of engine/ and api/ it enters, and how often it crosses between the two.

Two walks are counted at the desk: a billing run that ends in one stored invoice of eight lines, and a row of a CSV file that ends in
a stored plan. Both are warm: the rulebook is read and the same was done once before. The ground files are excepted, and so is what was
generated from rules. A crossing is a pair of functions, one of api/ and one of engine/, of which one calls the other, be it through
a library.
`python -m benchmarks.walk [--list]` prints the figures, with `--list` also the files and the crossings.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from types import CodeType, FrameType
from typing import Final

from api.desk.billing_run import Selection, invoices_of, issue
from api.desk.desk import Desk, open_desk
from api.desk.folder_import import import_files
from api.rulebook_folder import read_folder
from engine.rulebook.book import Rulebook
from engine.rulebook.reader import read_rulebook
from engine.text.sources import Sources

ROOT: Final = Path(__file__).parents[1]
GROUND: Final = frozenset(f"engine/{name}.py" for name in ("money", "dates", "problems", "reasons", "phrases", "model_errors"))
TODAY: Final = date(2027, 1, 31)
LINES: Final = 8
ROWS: Final = {
    "subscriptions": "customer,billing_type,activated_on,anchor_day,product,quantity\n{customer},monthly,2026-03-01,1,SUB-CORE,1\n",
    "investments": "customer,signed_on,product,quantity\n{customer},2026-12-07,HW-AIO,2\n",
    "advertising": "customer,product,quantity,first_month,months\n{customer},ADV-NEWS,1,2027-01,3\n",
    "increments": "customer,accepted_and_activated_on,product,quantity\n{customer},2027-01-10,SUB-WS,2\n",
}
"""One row of each file that says what is sold."""
_CUSTOMERS: Final = """\
id,name,street,postcode,town,country,language,vat_number,email,segment,vat_checked_on
{customer},Optique Un,Rue 1,5000,Namur,BE,fr,BE0999910048,un@optique.example,independent,2027-01-02
"""
_COMPREHENSION: Final = re.compile(r"\.<locals>\.<(list|dict|set)comp>")
Function = tuple[str, str]
"""A function by its file and its qualified name."""


@dataclass(slots=True)
class Walk:
    """The functions that a call entered, and the pairs of them that crossed between api/ and engine/, the caller first."""

    functions: set[Function] = field(default_factory=set)
    crossings: set[tuple[Function, Function]] = field(default_factory=set)

    @property
    def files(self) -> list[str]:
        """The files of the functions."""
        return sorted({file for file, _ in self.functions})


def main() -> None:
    """Prints the figures of both walks."""
    sources = read_folder(ROOT)
    rulebook = read_rulebook(sources)
    walks = {"run → stored invoice": walk_of_run(rulebook, sources)}
    walks |= {f"row of {name}.csv → plan": walk_of_row(name, rulebook, sources) for name in ROWS}
    for title, walk in walks.items():
        print(f"{title:<29}{len(walk.files):>4} files {len(walk.functions):>4} functions {len(walk.crossings):>4} crossings")
        if "--list" in sys.argv:
            for file in walk.files:
                print(f"    {file}")
            for (first, caller), (second, called) in sorted(walk.crossings):
                print(f"    {first} {caller} → {second} {called}")


def walk_of_run(rulebook: Rulebook, sources: Sources) -> Walk:
    """The walk of a run that issues one invoice of eight lines, after another one was issued."""
    codes = [product.code for product in rulebook.products.values() if product.order_type == "subscription" and not product.attributes]
    header, row = ROWS["subscriptions"].splitlines()
    rows = "".join(f"{row.replace('SUB-CORE', code)}\n" for code in codes[:LINES])
    with _desk(rulebook, sources) as (desk, folder):
        for customer in ("K1", "K2"):
            import_files(desk, _written(folder, customer, "subscriptions", f"{header}\n{rows}"))
            walk = watched(lambda: issue(desk, Selection(due_through=TODAY)))
        (invoice,) = invoices_of(desk, ["2027-00002"])
        if len(invoice.lines) != LINES:
            raise SystemExit(f"the invoice has {len(invoice.lines)} lines")
    return walk


def walk_of_row(name: str, rulebook: Rulebook, sources: Sources) -> Walk:
    """The walk of the import of one customer with one row of a file, after another one was imported."""
    with _desk(rulebook, sources) as (desk, folder):
        import_files(desk, _written(folder, "K1", name, ROWS[name]))
        files = _written(folder, "K2", name, ROWS[name])
        return watched(lambda: import_files(desk, files))


def watched(call: Callable[[], object]) -> Walk:
    """The walk of one call."""
    walk, places = Walk(), dict[CodeType, str | None]()

    def watch(frame: FrameType, event: str, _: object) -> None:
        file = _file_of(frame.f_code, places) if event == "call" else None
        if file is None:
            return
        function = (file, _name_of(frame))
        walk.functions.add(function)
        caller = frame.f_back
        while caller is not None and _file_of(caller.f_code, places) is None:
            caller = caller.f_back
        if caller is not None and (by := _file_of(caller.f_code, places)) is not None and by.split("/")[0] != file.split("/")[0]:
            walk.crossings.add(((by, _name_of(caller)), function))

    sys.setprofile(watch)
    try:
        call()
    finally:
        sys.setprofile(None)
    return walk


def _name_of(frame: FrameType) -> str:
    """The qualified name of a function; a comprehension is a part of the function in which it stands."""
    return _COMPREHENSION.sub("", frame.f_code.co_qualname)


def _file_of(code: CodeType, places: dict[CodeType, str | None]) -> str | None:
    """The file of a piece of code, where it is one of engine/ or api/ and none of the ground."""
    if code not in places:
        path = code.co_filename.removeprefix(f"{ROOT}/")
        places[code] = path if path.startswith(("engine/", "api/")) and path not in GROUND else None
    return places[code]


@contextmanager
def _desk(rulebook: Rulebook, sources: Sources) -> Iterator[tuple[Desk, Path]]:
    with tempfile.TemporaryDirectory() as name:
        address = f"sqlite:///{name}/walk.sqlite"
        desk = open_desk(address, rulebook, sources, today=TODAY, now=lambda: datetime(2027, 1, 31, 9, tzinfo=UTC), author="walk")
        try:
            yield desk, Path(name)
        finally:
            desk.close()


def _written(folder: Path, customer: str, name: str, text: str) -> Path:
    """A folder of CSV files with a customer and what he buys."""
    made = folder / customer
    made.mkdir()
    for file, content in (("customers", _CUSTOMERS), (name, text)):
        (made / f"{file}.csv").write_text(content.format(customer=customer), encoding="utf-8")
    return made


if __name__ == "__main__":
    main()
