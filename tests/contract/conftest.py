"""Fixtures: the store on both databases, audited at the end of each test."""

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from datetime import date
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any
from warnings import catch_warnings, simplefilter

import pytest

from api.delivery.accounting.connector import Connector
from api.http.app import create_app
from api.rulebook_folder import read_folder
from api.settings import ServiceLimits
from api.store.auditor import audit
from api.store.database import Store, open_store
from engine.rulebook.reader import read_rulebook
from tests.accounting_tools import TOOLS
from tests.contract.desk_over_http import DeskOverHttp, fill, open_over_http
from tests.contract.signing_company import Company, signing_company
from tests.contract.store_documents import now
from tests.contract.webhook_receiver import Receiver, receiving
from tests.postgres import Postgres
from tests.running_service import ROOT, Service, running_service

_TEXTS = read_folder(ROOT)
RULEBOOK = (read_rulebook(_TEXTS), _TEXTS)
_numbers, _months = count(1), count()


@cache
def service_description() -> Mapping[str, Any]:
    """The OpenAPI description of the service over the checkout's rulebook, which is made without a warning."""
    with catch_warnings():
        simplefilter("error")
        return create_app(_TEXTS, rulebook=RULEBOOK[0]).description()


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database without a row, of each kind in turn; that of PostgreSQL has its tables."""
    return f"sqlite:///{tmp_path / 'store.sqlite'}" if request.param == "sqlite" else str(request.getfixturevalue("fresh_postgres_url"))


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database, of each kind in turn."""
    return f"sqlite:///{tmp_path / 'store.sqlite'}" if request.param == "sqlite" else str(request.getfixturevalue("empty_postgres_url"))


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def shared_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an empty database that the tests of a file share, of each kind in turn."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path_factory.mktemp('shared') / 'store.sqlite'}"
        return
    server, name = request.getfixturevalue("postgres_server"), f"centwright_shared_{os.getpid()}_{next(_numbers)}"
    yield server.create(name)
    server.drop(name)


@pytest.fixture(scope="session")
def filled_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the documents of a desk."""
    folder = tmp_path_factory.mktemp("desk")
    fill(f"sqlite:///{folder / 'desk.sqlite'}", *RULEBOOK, folder / "files")
    return folder / "desk.sqlite"


@pytest.fixture(scope="session")
def filled_postgres(postgres_server: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The name of a database with the documents of a desk, of which others are copies."""
    name = f"centwright_desk_{os.getpid()}"
    fill(postgres_server.create(name), *RULEBOOK, tmp_path_factory.mktemp("desk") / "files")
    yield name
    postgres_server.drop(name)


@pytest.fixture
def lone(filled_sqlite: Path, tmp_path: Path) -> Iterator[DeskOverHttp]:
    """The desk over HTTP, on SQLite."""
    yield from _opened(_copied(filled_sqlite, tmp_path))


@pytest.fixture
def narrow(filled_sqlite: Path, tmp_path: Path) -> Iterator[DeskOverHttp]:
    """The same, where a key may send one request a second."""
    yield from _opened(_copied(filled_sqlite, tmp_path), ServiceLimits(rate=1))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Tests of `http` run on each database, or on one where their file has the marker `one_database`."""
    if "http" in metafunc.fixturenames:
        alone = metafunc.definition.get_closest_marker("one_database")
        metafunc.parametrize("http", ["sqlite"] if alone else ["sqlite", "postgresql"], indirect=True)


@pytest.fixture
def http(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[DeskOverHttp]:
    """The desk over HTTP, on each database in turn."""
    if request.param == "sqlite":
        yield from _opened(_copied(request.getfixturevalue("filled_sqlite"), tmp_path))
        return
    server, name = request.getfixturevalue("postgres_server"), f"centwright_http_{os.getpid()}_{next(_numbers)}"
    yield from _opened(server.create(name, template=request.getfixturevalue("filled_postgres")))
    server.drop(name)


def _copied(filled: Path, folder: Path) -> str:
    copy = folder / "desk.sqlite"
    shutil.copy(filled, copy)
    return f"sqlite:///{copy}"


def _opened(url: str, limits: ServiceLimits | None = None) -> Iterator[DeskOverHttp]:
    opened = open_over_http(url, *RULEBOOK, limits)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def service() -> Iterator[Service]:
    """The service over the shipped rulebook, in a process of its own."""
    with running_service() as started:
        yield started


@pytest.fixture
def company(tmp_path: Path) -> Iterator[Company]:
    """A company whose people sign in at a provider."""
    with signing_company(*RULEBOOK, tmp_path) as signing:
        yield signing


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A receiver of webhooks on a port of its own."""
    with receiving() as listening:
        yield listening


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    """An open store; when the test is over, the auditor must find nothing."""
    opened = open_store(store_url, now=now)
    yield opened
    with opened.reading() as connection:
        problems = audit(connection)
    opened.close()
    assert [str(problem) for problem in problems] == []


@pytest.fixture(scope="session")
def accounting_tool(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Connector]]:
    """A connector to a tool by its name, whose server all tests share."""
    with ExitStack() as stack:
        yield cache(lambda name: stack.enter_context(TOOLS[name](tmp_path_factory.mktemp(name))))


@pytest.fixture
def day() -> date:
    """A day of a month of its own: a later date that is booked bars earlier ones."""
    month = next(_months)
    return date(2027 + month // 12, month % 12 + 1, 10)
