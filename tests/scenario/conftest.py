"""Fixtures: a desk with a settable date, the checkout's rulebook and CSV files of the test; audited at the end."""

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime
from functools import lru_cache, partial
from pathlib import Path

import pytest

from api.desk.desk import Desk, open_desk
from api.rulebook_folder import read_folder
from api.store import rulebooks
from api.store.auditor import audit
from api.store.database import open_store
from api.workbench import publishing_checks
from engine.rulebook.book import Rulebook
from engine.rulebook.reader import read_rulebook
from engine.text.sources import Sources
from tests.postgres import Postgres
from tests.scenario import children

# Tests check the same changed rulebooks on one database and then on the other: more of them than a program has at hand.
publishing_checks._all_problems = lru_cache(24)(publishing_checks._all_problems.__wrapped__)

CUSTOMERS = """\
id,name,street,postcode,town,country,language,vat_number,email,segment,vat_checked_on
K1,Optique Un,Rue 1,5000,Namur,BE,fr,BE0999910048,un@optique.example,independent,2027-01-02
K2,Optiek Twee,Straat 2,9000,Gent,BE,nl,BE0999910741,twee@optiek.example,chain,2027-01-02
"""
SMALL = {
    "customers.csv": CUSTOMERS,
    "subscriptions.csv": """\
customer,billing_type,activated_on,anchor_day,product,quantity
K1,monthly,2026-03-01,1,SUB-CORE,1
K1,monthly,2026-03-01,1,SUB-WS,2
K2,quarterly,2026-10-15,15,SUB-CORE,3
""",
    "investments.csv": "customer,signed_on,product,quantity\nK1,2026-12-07,HW-AIO,2\nK1,2026-12-07,SRV-TRAIN,1\n",
    "advertising.csv": "customer,product,quantity,first_month,months\nK2,ADV-NEWS,1,2027-01,3\n",
}
"""Two customers, and one order of each type: four invoices in January 2027."""


def now() -> datetime:
    """A moment that does not matter."""
    return datetime(2027, 1, 31, 9, 0, tzinfo=UTC)


def write_folder(folder: Path, files: Mapping[str, str]) -> Path:
    """A folder with these files."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def put_in_force(url: str, folder: Path, day: date) -> None:
    """Publishes the rulebook of a folder without any check, as when an order comes in between the checks and the publishing."""
    texts, store = read_folder(folder), open_store(url, now=now)
    with store.writing() as connection:
        rulebook = read_rulebook(texts)
        digest = rulebooks.store_texts(connection, rulebook.fingerprint, texts, at=now())
        number = rulebooks.append_version(connection, rulebook.fingerprint, digest, wanted_from=day, checks=(), currency=rulebook.currency)
        rulebooks.append_version_step(connection, number, "published", on=day, at=now(), author="test", in_force_from=day)
    store.close()


@pytest.fixture
def start_child() -> Iterator[children.Start]:
    """Starts work in forked children; those that are left at the end of the test, frozen ones too, are killed."""
    started: list[int] = []

    def start(work: Callable[[], None]) -> int:
        started.append(children.start(work))
        return started[-1]

    yield start
    for child in started:
        children.end(child)


@pytest.fixture(scope="session")
def sources(root: Path) -> Sources:
    """The texts of the checkout's rulebook."""
    return read_folder(root)


@pytest.fixture(scope="session")
def rulebook(sources: Sources) -> Rulebook:
    """The checkout's rulebook."""
    return read_rulebook(sources)


@pytest.fixture
def desk_on(rulebook: Rulebook, sources: Sources, tmp_path: Path) -> Iterator[Callable[..., Desk]]:
    """Opens the desk on a day over one database of this test; when the test is over, the auditor must find nothing."""
    opened: dict[str, list[Desk]] = {}

    def open_on(day: date, url: str | None = None) -> Desk:
        address = url or f"sqlite:///{tmp_path / 'desk.sqlite'}"
        desk = open_desk(address, rulebook, sources, today=day, now=now, author="test")
        opened.setdefault(address, []).append(desk)
        return desk

    yield open_on
    problems = []
    for desks in opened.values():
        with desks[0].store.reading() as connection:
            problems += [str(problem) for problem in audit(connection)]
        for desk in desks:
            desk.close()
    assert problems == []


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """The folder of a small company's CSV files."""
    return write_folder(tmp_path / "small", SMALL)


@pytest.fixture(params=["sqlite", "postgresql"])
def fresh_url(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[..., str]:
    """Gives the address of one database after another: an empty one, or with `like=url` a copy of that one, which nobody has open."""
    made: list[str] = []

    def sqlite(like: str = "") -> str:
        made.append(f"s{len(made)}.sqlite")
        if like:
            shutil.copy(like.removeprefix("sqlite:///"), tmp_path / made[-1])
        return f"sqlite:///{tmp_path / made[-1]}"

    if request.param == "sqlite":
        return sqlite
    server: Postgres = request.getfixturevalue("postgres_server")

    def postgres(like: str = "") -> str:
        made.append(f"centwright_crash_{os.getpid()}_{len(made)}")
        request.addfinalizer(partial(server.drop, made[-1]))
        return server.create(made[-1], template=like.rpartition("/")[2] or "template0")

    return postgres
