"""The outbox through faults: two workers, and servers that fail in 42% of their answers; no document is lost, and none is sent twice."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from api.delivery.local_access_point import LocalAccessPoint
from api.delivery.local_mail_server import local_mail_server
from api.desk import deliveries
from api.desk.billing_run import issue
from api.desk.desk import Desk, open_desk
from api.desk.due_drafts import Selection
from api.desk.folder_import import import_files
from api.rulebook_folder import read_folder
from api.store import delivery_log, outbox, tables
from api.store.auditor import audit
from engine.rulebook.reader import read_rulebook
from tests.conftest import FULL
from tests.contract.deliveries import Worker, all_invoices, store_pdfs
from tests.fault_servers import Faults, FaultyMailServer, faulty_access_point
from tests.postgres import Postgres
from tests.scenario.conftest import now, write_folder

pytestmark = pytest.mark.proof
HEAD = "id,name,street,postcode,town,country,language,vat_number,email,segment,vat_checked_on\n"


def enterprise(place: int) -> str:
    """A Belgian VAT number with its check digits."""
    digits = 9_990_000 + place
    return f"BE0{digits:07}{97 - digits % 97:02}"


def filled(url: str, root: Path, folder: Path, many: int) -> Desk:
    """A desk with invoices: half of them to Belgian businesses, half to private persons."""
    buyers = [
        f"K{at},Optique {at},Rue {at},5000,Namur,BE,fr,{enterprise(at) if at % 2 else ''},k{at}@optique.example,independent,"
        + ("2027-01-02" if at % 2 else "")
        for at in range(many)
    ]
    rows = [f"K{at},monthly,2026-03-01,1,SUB-CORE,1" for at in range(many)]
    files = {
        "customers.csv": HEAD + "\n".join(buyers) + "\n",
        "subscriptions.csv": "customer,billing_type,activated_on,anchor_day,product,quantity\n" + "\n".join(rows) + "\n",
    }
    sources = read_folder(root)
    desk = open_desk(url, read_rulebook(sources), sources, today=date(2027, 1, 31), now=now)
    import_files(desk, write_folder(folder, files))
    issue(desk, Selection(due_through=desk.today), confirm=True)
    store_pdfs(desk, all_invoices(desk))
    return desk


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database, of each kind in turn."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'outbox.sqlite'}"
        return
    server: Postgres = request.getfixturevalue("postgres_server")
    name = f"centwright_outbox_{os.getpid()}"
    yield server.create(name)
    server.drop(name)


def left(desk: Desk) -> Counter[str]:
    """The states of messages to customers."""
    with desk.store.reading() as connection:
        rows = connection.execute(select(tables.outbox.c.state).where(tables.outbox.c.channel.in_(outbox.TO_CUSTOMERS)))
        return Counter(row.state for row in rows)


def test_every_document_arrives_once(url: str, root: Path, tmp_path: Path, proof_size: Callable[[int], int]) -> None:
    many = proof_size(500) if FULL or url.startswith("sqlite") else 12  # PostgreSQL at a tenth: that two workers share it
    desk = filled(url, root, tmp_path / "files", many)
    numbers = all_invoices(desk)
    assert len(numbers) == many
    faults = Faults(many)
    given: Counter[str] = Counter()
    served = LocalAccessPoint(received=lambda document: given.update([document.key]))
    with faulty_access_point(served, faults), local_mail_server(FaultyMailServer(faults=faults)) as mails:
        workers = [Worker(desk, served, mails, seconds=0.6, most_an_hour=1_000) for _ in range(2)]
        for _ in range(60):
            with ThreadPoolExecutor(2) as pool:
                list(pool.map(lambda worker: worker.run(timedelta(hours=30)), workers))
            for key in dead(desk):
                deliveries.retry_message(desk, key)
            if left(desk) == {"delivered": many}:
                break
        assert left(desk) == {"delivered": many}, faults.made
        assert many < 50 or min(faults.made[name] for name in ("dropped", "rubbish", "slow", "503")) > 0, faults.made
    by_mail = Counter(str(mail.message["Subject"]) for mail in mails.received)
    messages = {str(mail.message["Message-ID"]) for mail in mails.received}
    in_peppol = Counter(document.number for document in served.documents.values())
    assert set(in_peppol.values()) == {1}
    assert len(messages) == len(by_mail) == many - len(in_peppol), "what is mailed again has the same Message-ID"
    assert len(given) == len(in_peppol), "what was forgotten was given again with the same key, and nothing else"
    assert in_peppol.keys() | {subject.split()[-1] for subject in by_mail} == set(numbers)
    with desk.store.reading() as connection:
        for number in numbers:
            assert {entry["event"] for entry in delivery_log.of_document(connection, number)} >= {"delivered"}
        assert audit(connection) == ()
    desk.close()


def dead(desk: Desk) -> list[str]:
    """The keys of dead messages."""
    with desk.store.reading() as connection:
        return [row["key"] for row in outbox.each_message(connection, state="dead")]
