"""Every report, list and show command on a store of made-up customers: seconds, growth of memory, and whether anything was written.

Each command runs in a process of its own, as a user calls it, with the rulebook read and the database opened, on SQLite and then on
PostgreSQL. The store is made once: `python -m benchmarks.reports [CUSTOMERS] [--database URL …] [--only WORDS]`; a database that has
customers already is used as it is.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import multiprocessing
import os
import shlex
import sys
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from time import perf_counter, process_time
from typing import Final, TypeVar

from sqlalchemy import make_url, text

from api.cli.main import run
from api.desk import ordering, paying, reminding
from api.desk.billing_run import issue
from api.desk.crediting import credit
from api.desk.desk import Desk, open_desk
from api.desk.due_drafts import Selection
from api.desk.folder_import import import_files
from api.desk.reconciling import store_snapshot
from api.rulebook_folder import read_folder
from api.store import customers
from benchmarks.desk import MONTH_END, databases, write_folder
from engine.documents.credit import CreditSelection
from engine.money import Quantity
from engine.rulebook.reader import read_rulebook

_Result = TypeVar("_Result")
ROOT: Final = Path(__file__).parents[1]
_CHANGED: Final = 100
"""How many orders are changed after the snapshot, and how many invoices credited."""
_BUYER: Final = "K000001"
_ORDER: Final = "K000001-subscription-2026-02-02"
COMMANDS: Final = (
    "audit list",
    "contact list",
    f"contact list --customer {_BUYER}",
    "contact show P000001",
    "customer list",
    r"customer list --where customer.segment\ is\ unknown",
    f"customer show {_BUYER}",
    "forecast list",
    "invoice list",
    "invoice list --after 2027-10000",
    f"invoice list --customer {_BUYER}",
    "invoice list --former",
    "invoice show 2027-00001",
    "item list",
    f"item list --customer {_BUYER}",
    "item list --product SUB-CORE",
    "item list --where line.quantity>=1000",
    f"item show {_ORDER}-1",
    "key list",
    "opportunity list",
    "opportunity list --all",
    "opportunity show O000001",
    "order list",
    f"order list --customer {_BUYER}",
    "order list --type investment",
    "order list --where line.quantity>=1000",
    f"order show {_ORDER}",
    "outbox list",
    "payment list",
    "payment list --state unmatched",
    "payment show P000001",
    "quote list",
    "quote show Q2027-0001",
    "report activities",
    "report ageing",
    "report annual-listing",
    "report oss-return",
    "report ic-listing",
    "report open-items",
    "report prepaid",
    "report vat",
    "report vat-documents",
    "report advice",
    "report conversion",
    "report events",
    "report forecast",
    "report forecast --by customer",
    "report forecast --by month,order-type,family,customer",
    f"report forecast --customer {_BUYER}",
    "report held-back",
    "report journal",
    "report journal --from 2027-01-01 --to 2027-12-31",
    "report mrr",
    "report mrr --by order-type,family,segment",
    "report mrr --by customer",
    "report mrr --from 2026-01-01 --to 2027-12-31 --by customer",
    "report pipeline",
    "report pipeline --by customer",
    "report pipeline --as-of 2027-01-15",
    "report reconciliation --snapshot first",
    "report reconciliation --snapshot first --month 2027-02",
    "report reconciliation --snapshot first --month 2027-01 --invoiced",
    "report reconciliation --snapshot first --invoiced",
    f"report reconciliation --snapshot first --customer {_BUYER}",
    "report renewals",
    "report slots",
    "report to-invoice",
    "report to-invoice --from 2027-02-01 --to 2027-02-28",
    "report to-invoice --from 2027-02-01 --to 2027-12-31",
    "report to-invoice --from 2027-02-01 --to 2027-02-28 --by customer",
    "report to-invoice --from 2027-02-01 --to 2027-02-28 --by month,order-type,family",
    "rulebook list",
    "rulebook show 1",
    "run list",
    "run show 1",
    "reminder list --limit 100",
    "report doubtful",
    "reminder show R000001",
    "reminder charges --limit 100",
    "usage list",
    "user list",
    "webhook list",
)


def main() -> None:
    """Makes the store where there is none, and prints a line for each command."""
    parser = argparse.ArgumentParser()
    parser.add_argument("customers", type=int, nargs="?", default=12_500)
    parser.add_argument("--database", action="append", help="the address of a database, instead of the two usual ones")
    parser.add_argument("--only", default="", help="only commands that begin with these words")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, databases(folder, asked.database) as urls:
        for url in urls:
            print(f"on {url.partition(':')[0].partition('+')[0]}", flush=True)
            _measure_on(url, Path(folder), asked.customers, [words for words in COMMANDS if words.startswith(asked.only)])


def _measure_on(url: str, folder: Path, count: int, commands: list[str]) -> None:
    sources = read_folder(ROOT)
    desk = open_desk(url, read_rulebook(sources), sources, today=MONTH_END, now=lambda: datetime.now(tz=UTC))
    try:
        with desk.store.reading() as connection:
            is_made = next(customers.each(connection), None) is not None
        if not is_made:
            make(desk, folder, count)
    finally:
        desk.close()
    os.environ |= {"CENTWRIGHT_DATABASE_URL": url, "CENTWRIGHT_TODAY": f"{MONTH_END}", "CENTWRIGHT_RULEBOOK": str(ROOT)}
    measure(url, commands)


def make(desk: Desk, folder: Path, count: int) -> None:
    """Customers with their items, contacts, opportunities and quotes; a snapshot; a month issued; then some changes and credit notes."""
    write_folder(folder, count)
    _write_sales(folder, count)
    timed("import and plan", lambda: import_files(desk, folder))
    timed("snapshot", lambda: store_snapshot(desk, "first"))
    report = timed("issue", lambda: issue(desk, Selection(due_through=MONTH_END), confirm=True))
    timed("change and credit", lambda: _change(desk, report.issued))
    timed("import payments", lambda: paying.import_files(desk, [_bank_file(folder, desk, report.issued)], encoding="utf-8"))
    late = date(2027, 4, 15)
    timed("remind", lambda: reminding.run(replace(desk, today=late), late, None))


def _write_sales(folder: Path, count: int) -> None:
    contacts = [(f"P{at:06}", f"K{at:06}", f"Person {at}", f"p{at}@customers.example") for at in range(count)]
    _write(folder / "contacts.csv", ("id", "customer", "name", "email"), contacts)
    head = ("id", "customer_or_prospect", "town", "customer", "what", "stage", "amount_eur", "expected_close", "owner")
    stages = sorted(read_rulebook(read_folder(ROOT)).stages)
    opportunities = [
        (f"O{at:06}", "", "", f"K{at:06}", "More", stages[at % len(stages)], at + 1, f"2027-{at % 12 + 1:02}-15", "anna")
        for at in range(count)
    ]
    _write(folder / "opportunities.csv", head, opportunities)
    quotes = [(f"K{at:06}", "2027-01-15", "SUB-CORE", 1 + at % 5, "") for at in range(count // 5)]
    _write(folder / "quotes.csv", ("customer", "on", "product", "quantity", "payment_plan"), quotes)


def _bank_file(folder: Path, desk: Desk, numbers: Iterable[str]) -> Path:
    """A bank statement with one euro for each invoice."""
    entries = [
        '<Ntry><Amt Ccy="EUR">1.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2027-02-01</Dt></BookgDt>'
        f"<NtryDtls><TxDtls><RmtInf><Ustrd>{number}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>"
        for number in numbers
    ]
    balances = "".join(
        f'<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">{amount}.00</Amt><CdtDbtInd>CRDT</CdtDbtInd>'
        "<Dt><Dt>2027-02-01</Dt></Dt></Bal>"
        for code, amount in (("OPBD", 0), ("CLBD", len(entries)))
    )
    iban = desk.rulebook.company.seller.iban.replace(" ", "")
    head = f"<Id>1</Id><CreDtTm>2027-02-01T06:00:00</CreDtTm><Acct><Id><IBAN>{iban}</IBAN></Id><Ccy>EUR</Ccy></Acct>"
    body = f"<BkToCstmrStmt><Stmt>{head}{balances}{''.join(entries)}</Stmt></BkToCstmrStmt>"
    file = folder / "statement.xml"
    file.write_text(f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08">{body}</Document>', encoding="utf-8")
    return file


def _write(path: Path, head: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> None:
    with path.open("w", newline="") as file:
        write = csv.writer(file)
        write.writerow(head)
        write.writerows(rows)


def timed(name: str, work: Callable[[], _Result]) -> _Result:
    """Does a work and prints how many seconds it took."""
    began = perf_counter()
    result = work()
    print(f"  {name:<34} {perf_counter() - began:8.2f} s", flush=True)
    return result


def _change(desk: Desk, numbers: tuple[str, ...]) -> None:
    with desk.store.reading() as connection:
        names = [customer.id for customer, _ in zip(customers.each(connection, after=_BUYER), range(_CHANGED), strict=False)]
    for name in names:
        for order in ordering.find_orders(desk, customer=name).values():
            item = order.items[0]
            ordering.change(desk, order.id, on=date(2027, 3, 15), item=item.id, quantity=item.quantity + Quantity.whole(1))
    for number in numbers[:_CHANGED]:
        credit(desk, number, CreditSelection(whole=True), because="")


def measure(url: str, commands: list[str]) -> None:
    """Runs each command and prints what it took; the rows of the database must be the same afterwards."""
    before = written(url)
    print(f"{'command':<86}{'seconds':>8}{'CPU':>7}{'MB more':>9}")
    slow = []
    for words in commands:
        seconds, processor, growth, code = measured(words)
        print(f"{words:<86}{seconds:8.2f}{processor:7.2f}{growth:9.0f}" + (f"  ended with {code}" if code else ""), flush=True)
        slow += [words] if seconds > 2 else []
    print(f"{len(slow)} of {len(commands)} took more than 2 s" + "".join(f"\n  {words}" for words in slow))
    print("nothing was written" if written(url) == before else "THE DATABASE IS NOT WHAT IT WAS")


def measured(words: str) -> tuple[float, float, float, int]:
    """Seconds, those of the processor, megabytes by which the peak of memory grew, and exit code of one command in its own process."""
    answers: multiprocessing.SimpleQueue[tuple[float, float, float, int]] = multiprocessing.get_context("fork").SimpleQueue()
    process = multiprocessing.get_context("fork").Process(target=_answer, args=(words, answers))
    process.start()
    process.join()
    return answers.get()


def _answer(words: str, answers: multiprocessing.SimpleQueue[tuple[float, float, float, int]]) -> None:
    sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115  # it stays open until the process ends
    run(["version"])  # imports what every command needs
    with Path("/proc/self/clear_refs").open("w") as refs:
        refs.write("5")
    before, began, used = _peak(), perf_counter(), process_time()
    code = run([*shlex.split(words), "--json"])
    answers.put((perf_counter() - began, process_time() - used, (_peak() - before) / 1024, code))


def _peak() -> int:
    """The peak of this process's memory in kB since it was reset."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))


def written(url: str) -> object:
    """What changes with every row that is written: the bytes of the file in SQLite, the counters of rows in PostgreSQL."""
    address = make_url(url)
    sources = read_folder(ROOT)
    desk = open_desk(url, read_rulebook(sources), sources, today=MONTH_END, now=lambda: datetime.now(tz=UTC))
    try:
        with desk.store.engine.connect() as connection:
            if address.get_backend_name() == "sqlite":
                connection.execute(text("pragma wal_checkpoint(truncate)"))
                with Path(str(address.database)).open("rb") as file:
                    return hashlib.file_digest(file, "sha256").hexdigest()
            return connection.execute(text("select sum(n_tup_ins), sum(n_tup_upd), sum(n_tup_del) from pg_stat_user_tables")).one()
    finally:
        desk.close()


if __name__ == "__main__":
    main()
