"""The outbox against fast servers on this machine: documents a minute by Peppol and by e-mail, on SQLite and PostgreSQL.

Half of the documents go to Belgian businesses, half to private persons, each mail with a PDF of the ordinary size and the XML. PDFs are
stored before: how fast they are drawn is another question. `python -m benchmarks.outbox [DOCUMENTS] [--database URL …]`.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter, process_time

from api.delivery.local_access_point import local_access_point
from api.delivery.local_mail_server import local_mail_server
from api.delivery.mail_sender import MailSender
from api.delivery.mail_server import mail_server
from api.delivery.outbox_worker import drain
from api.delivery.peppol_sender import PeppolSender
from api.delivery.rest_access_point import rest_access_point
from api.desk.billing_run import issue
from api.desk.desk import Desk, open_desk
from api.desk.due_drafts import Selection
from api.desk.folder_import import import_files
from api.rulebook_folder import read_folder
from api.store import issued_documents, records
from benchmarks.desk import MONTH_END, ON_DISK
from engine.rulebook.reader import read_rulebook
from tests.postgres import own_cluster

ROOT = Path(__file__).parents[1]
AIM = 1_000
"""Messages a minute."""
PDF_BYTES = 30_000
HEAD = "id,name,street,postcode,town,country,language,vat_number,email,segment,vat_checked_on"


def files(many: int) -> dict[str, str]:
    """Customers with one subscription each."""
    buyers, rows = [HEAD], ["customer,billing_type,activated_on,anchor_day,product,quantity"]
    for at in range(many):
        digits = 9_990_000 + at
        number, checked = (f"BE0{digits:07}{97 - digits % 97:02}", "2027-01-02") if at % 2 else ("", "")
        buyers.append(f"K{at:06},Optique {at},Rue {at},5000,Namur,BE,fr,{number},k{at}@optique.example,independent,{checked}")
        rows.append(f"K{at:06},monthly,2026-03-01,1,SUB-CORE,1")
    return {"customers.csv": "\n".join(buyers) + "\n", "subscriptions.csv": "\n".join(rows) + "\n"}


def filled(url: str, many: int, folder: Path) -> Desk:
    """A desk whose invoices wait to be sent."""
    sources = read_folder(ROOT)
    desk = open_desk(url, read_rulebook(sources), sources, today=MONTH_END, now=lambda: datetime.now(tz=UTC))
    folder.mkdir(parents=True)
    for name, text in files(many).items():
        (folder / name).write_text(text, encoding="utf-8")
    import_files(desk, folder)
    issue(desk, Selection(due_through=MONTH_END), confirm=True)
    content = b"%PDF-1.7 " + random.Random(1).randbytes(PDF_BYTES)
    with desk.writing() as connection:
        for invoice in issued_documents.find_invoices(connection):
            records.store_rendition(connection, invoice.number, "invoice", content, at=desk.now())
    return desk


def measure(name: str, url: str, many: int, folder: Path) -> bool:
    """Sends all, and prints how fast; gives whether that is as fast as is aimed at."""
    desk = filled(url, many, folder)
    with local_access_point() as access_point, local_mail_server() as mails:
        senders = [
            PeppolSender(desk, rest_access_point(access_point.url)),
            MailSender(desk, mail_server(mails.url), ROOT, most_an_hour=many),
        ]
        began, used = perf_counter(), process_time()
        done = drain(desk, senders)
        seconds, processor = perf_counter() - began, process_time() - used
        sent = sum(each.delivered + each.accepted for each in done.values())
        assert sent == many == len(access_point.documents) + len(mails.received), done
    desk.close()
    rate = sent / seconds * 60
    print(f"{name:<12}{sent:>8} messages{seconds:>9.1f} s (CPU {processor:.1f}){rate:>10,.0f} a minute   aim {AIM:,}")
    return rate >= AIM


@contextmanager
def databases(given: list[str], folder: Path) -> Iterator[list[tuple[str, str]]]:
    """The databases to measure: those that are given, or one of each kind that waits for its disk."""
    if given:
        yield [(url.partition(":")[0], url) for url in given]
        return
    with own_cluster(ON_DISK) as cluster:
        yield [("sqlite", f"sqlite:///{folder / 'outbox.sqlite'}"), ("postgresql", cluster.postgres.create("outbox"))]


def main() -> int:
    """Measures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("documents", nargs="?", type=int, default=1_000)
    parser.add_argument("--database", action="append", default=[])
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="centwright-outbox-") as name:
        folder = Path(name)
        with databases(chosen.database, folder) as measured:
            fast = [measure(kind, url, chosen.documents, folder / kind) for kind, url in measured]
    return 0 if all(fast) else 1


if __name__ == "__main__":
    raise SystemExit(main())
