"""Accounting both ways: documents booked a minute, by a server that answers at once and by Tryton in its own batches; bank lines matched.

The bank lines are imported as `bank import` does it: read from CODA files, matched, stored and posted. Half of them carry a structured
communication, the others name a number, or come from an account of a customer without a reference. `python -m benchmarks.booking
[--documents N] [--tryton N] [--lines N] [--invoices N]`; 0 leaves a part out. Aims: 1,000 documents a minute to a fast server; 10,000
lines against 100,000 open invoices in 10 s.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from time import perf_counter, process_time
from typing import Final

from sqlalchemy import select

from api.delivery.accounting.accounting_sender import AccountingSender, files_of
from api.delivery.accounting.connector import ALWAYS, Booking, Connector, Record, Sums, ToolPayment
from api.delivery.outbox_worker import drain
from api.desk.desk import Desk, open_desk
from api.desk.folder_import import import_files
from api.desk.paying import import_contents
from api.rulebook_folder import read_folder
from api.store import tables
from api.store.accounting_records import ACCOUNTING
from benchmarks.outbox import files, filled
from engine.countries.belgium import structured_communication
from engine.documents.bank_statement import BankMovement, BankStatement, Counterparty
from engine.documents.party import Customer
from engine.money import Currency, Money
from engine.phrases import Phrase
from engine.rulebook.reader import read_rulebook
from tests.bank_statements import statement_pair
from tests.bank_writers import coda_text
from tests.local_accounting import connector_to, tryton_in

ROOT: Final = Path(__file__).parents[1]
EUR: Final = Currency.of("EUR")
DAY: Final = date(2027, 2, 3)
A_MINUTE, SECONDS = 1_000, 10.0
INVOICES_EACH: Final = 25
LINES_EACH: Final = 1_000


class InstantTool:
    """A tool that books whatever it is given, at once."""

    name = "tryton"

    def __init__(self) -> None:
        self._records: dict[str, Record] = {}

    def check(self, until: date) -> Sequence[Phrase]:
        """Nothing is missing."""
        return ()

    def customer(self, customer: Customer) -> str:
        """Every customer is known."""
        return customer.id

    def find(self, numbers: Sequence[str]) -> Sequence[Record]:
        """What was booked."""
        return [self._records[number] for number in numbers if number in self._records]

    def book(self, bookings: Sequence[Booking], may_go_on: Callable[[], bool] = ALWAYS) -> Sequence[Record]:
        """Books all."""
        for each in bookings:
            amounts = {"net": each.net, "vat": each.total_vat, "gross": each.gross, "to_pay": each.gross}
            names = {"id": each.number, "document": each.number, "number": each.number}
            self._records[each.number] = Record(**names, state="posted", issued_on=each.issued_on, **amounts)
        return self.find([each.number for each in bookings])

    def payments(self, records: Sequence[str]) -> Sequence[ToolPayment]:
        """None."""
        return ()

    def changed(self, since: str | None) -> tuple[Sequence[Record], str]:
        """None."""
        return (), ""

    def records(self, start: date, end: date) -> Sequence[Record]:
        """All."""
        return tuple(self._records.values())

    def sums(self, start: date, end: date) -> Sums:
        """None."""
        return Sums(accounts={}, grids={})


def main() -> None:
    """Prints what was measured."""
    parser = argparse.ArgumentParser()
    for name, default in (("documents", 1_000), ("tryton", 100), ("lines", 10_000), ("invoices", 100_000)):
        parser.add_argument(f"--{name}", type=int, default=default)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if given.documents:
            book("a server that answers at once", InstantTool(), given.documents, Path(folder) / "instant")
        if given.tryton:
            with tryton_in(Path(folder) / "server") as server:
                book("Tryton", connector_to(server), given.tryton, Path(folder) / "tryton")
        if given.lines:
            match_lines(given.lines, given.invoices, Path(folder) / "bank")


def book(name: str, connector: Connector, many: int, folder: Path) -> None:
    """Sends documents to a tool, and prints how fast."""
    folder.mkdir()
    desk = filled(f"sqlite:///{folder}/desk.sqlite", many, folder / "files")
    began, used = perf_counter(), process_time()
    done = drain(desk, [AccountingSender(desk, connector, files_of(desk, ROOT))])[ACCOUNTING]
    seconds, processor = perf_counter() - began, process_time() - used
    desk.close()
    print(
        f"{name}: {done.delivered} documents in {seconds:.1f} s ({processor:.1f} s CPU here): {60 * done.delivered / seconds:.0f} a minute"
    )


def match_lines(lines: int, invoices: int, folder: Path) -> None:
    """Imports bank files, and prints how long that took."""
    folder.mkdir()
    desk = with_invoices(f"sqlite:///{folder}/desk.sqlite", invoices, folder / "files")
    contents = [(f"{at}.coda", coda_text(each).encode("windows-1252")) for at, each in enumerate(statements(desk, lines, invoices))]
    began, used = perf_counter(), process_time()
    imported = import_contents(desk, contents, encoding="windows-1252")
    seconds, processor = perf_counter() - began, process_time() - used
    desk.close()
    states = ", ".join(f"{count} {state}" for state, count in sorted(imported.states.items()))
    print(f"{imported.payments} bank lines, {invoices} open invoices: {seconds:.1f} s ({processor:.1f} s CPU); {states}")


def with_invoices(url: str, many: int, folder: Path) -> Desk:
    """A desk with many open invoices, which are copies of one that was issued, under other numbers and of other customers and amounts."""
    filled(url, 1, folder / "one").close()
    (folder / "more").mkdir()
    buyers = files(many // INVOICES_EACH + 1)["customers.csv"]
    (folder / "more" / "customers.csv").write_text(buyers, encoding="utf-8")
    sources = read_folder(ROOT)
    desk = open_desk(url, read_rulebook(sources), sources, today=DAY, now=lambda: datetime.now(tz=UTC))
    import_files(desk, folder / "more")
    with desk.writing() as connection:
        first = dict(connection.execute(select(tables.issued)).mappings().one())
        own, paid_by = f'"number":"{first["number"]}"', structured_communication(first["number"])
        for start in range(0, many, 5_000):
            rows = []
            for at in range(start, min(many, start + 5_000)):
                number, customer = name_of(at), f"K{at // INVOICES_EACH:06}"
                text = first["document"].replace(own, f'"number":"{number}"').replace(paid_by, structured_communication(number))
                gross = gross_of(at).minor
                row = {"number": number, "sequence": at + 2, "customer": customer, "gross": gross, "document": text, "hash": number}
                rows.append(first | row)
            connection.execute(tables.issued.insert(), rows)
    return desk


def name_of(at: int) -> str:
    """The number of an invoice."""
    return f"2026-{at:06}"


def gross_of(at: int) -> Money:
    """What is open of an invoice."""
    return Money(Random(at).randrange(10_00, 5_000_00), EUR)


def statements(desk: Desk, lines: int, invoices: int) -> Iterator[BankStatement]:
    """Statements of the seller's account, one after the other."""
    dice, balance, (like, _) = Random(1), Money(0, EUR), statement_pair("CODA")
    for start in range(0, lines, LINES_EACH):
        movements = tuple(movement(dice, at, invoices) for at in range(1, min(LINES_EACH, lines - start) + 1))
        after, on = sum((each.amount for each in movements), balance), DAY + timedelta(days=start // LINES_EACH)
        number = f"{start // LINES_EACH + 1:03}"
        named = {"name": f"2027-{number}", "number": number, "created_on": on, "new_balance_on": on}
        balances = {"old_balance": balance, "new_balance": after}
        yield like.replace(iban=desk.rulebook.company.seller.iban.replace(" ", ""), movements=movements, **named, **balances)
        balance = after


def movement(dice: Random, at: int, invoices: int) -> BankMovement:
    """A payment of an invoice."""
    which = dice.randrange(invoices)
    number, how = name_of(which), dice.choice("ccnx")
    digits = "".join(sign for sign in structured_communication(number) if sign.isdigit())
    told = {"c": {"structured": f"101{digits}"}, "n": {"text": f"your invoice {number}"}, "x": {"text": "with thanks"}}[how]
    party = Counterparty(name=f"Optique {which // INVOICES_EACH}", iban="NL91ABNA0417164300")
    return BankMovement(number=at, amount=gross_of(which), entry_date=DAY, value_date=DAY, code="00150000", counterparty=party, **told)


if __name__ == "__main__":
    main()
