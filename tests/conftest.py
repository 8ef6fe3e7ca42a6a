"""What every shelf of tests may use: the checkout's folder, a PostgreSQL, the size of a proof, and a place for files in memory."""

import gc
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from importlib import import_module
from itertools import count
from pathlib import Path

import pytest
from hypothesis import settings

from api.e_invoicing.rule_file import read_rule_file
from api.e_invoicing.validator import Validator
from api.store.database import open_store
from tests import temporary_files
from tests.compiled_statements import share_compiled_statements
from tests.postgres import Postgres, find_or_start
from tests.read_texts import share_read_texts

FULL = os.environ.get("CENTWRIGHT_PROOF", "tenth") == "full"

# `./run test` tries the same examples every time; `./run prove` looks for new ones, and for more of them.
settings.register_profile("tenth", deadline=None, max_examples=50, derandomize=True, print_blob=True)
settings.register_profile("full", deadline=None, max_examples=500, print_blob=True)
settings.load_profile("full" if FULL else "tenth")

temporary_files.write_to_memory()
share_compiled_statements()
share_read_texts()

CHROMIUM = shutil.which("chromium-headless-shell") or shutil.which("chromium")
"""The browser of the tests: the one without windows takes half the time."""

collect_ignore = [] if CHROMIUM else ["browser"]
_numbers = count(1)
_OBJECTS_BETWEEN_COLLECTIONS = (100_000, 5, 3)  # of each generation: cycles of a test are freed before the next few


def pytest_collection(session: pytest.Session) -> None:
    """Lets every other process import the tests from the last to the first: where none is compiled yet, each compiles a part of them."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    if int(worker) % 2 and session.config.args == session.config.getini("testpaths"):
        shelves = Path(__file__).parent
        for file in sorted(shelves.rglob("test_*.py"), reverse=True):
            with suppress(Exception):  # it is reported when it is collected
                import_module(".".join(file.with_suffix("").relative_to(shelves.parent).parts))


gc.disable()  # while tests are collected; what stays from that, two million objects, is set aside then


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Puts first what runs in a browser, then the files with proofs.

    What takes long must not be what is left when another process has nothing more to do; and one process then runs all that a browser does,
    with one browser and one service.
    """
    with_proofs = {item.path for item in items if item.get_closest_marker("proof")}
    items.sort(key=lambda item: (item.path.parent.name != "browser", item.path not in with_proofs))


def pytest_collection_finish() -> None:
    """Lets the garbage collector look at what the tests make, and no more at what was imported for them."""
    gc.freeze()
    gc.set_threshold(*_OBJECTS_BETWEEN_COLLECTIONS)
    gc.enable()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Says what was left out, where Chromium is missing."""
    for folder in collect_ignore:
        terminalreporter.write_line(f"tests/{folder} is left out: there is no Chromium here; `./run test` installs it where it may")


def pytest_configure(config: pytest.Config) -> None:
    """Declares the marker of the proofs, which `./run prove` runs and no others, and that of what one database proves."""
    config.addinivalue_line(
        "markers", "proof: a proof of reliability, whose size `proof_size` gives: a tenth, or in full under ./run prove"
    )
    config.addinivalue_line("markers", "one_database: what pages say, whatever the database; each page is opened on both elsewhere")


@pytest.fixture(scope="session")
def root() -> Path:
    """The folder of the checkout."""
    return Path(__file__).parent.parent


@pytest.fixture(scope="session")
def proof_size() -> Callable[[int], int]:
    """`proof_size(20_000)` is how many cases to try now: 2,000 under ./run test, 20,000 under ./run prove."""
    return lambda full: full if FULL else max(1, full // 10)


@pytest.fixture(scope="session")
def validator() -> Iterator[Validator]:
    """Puts XML to the official rules of e-invoices (`validator.verdicts([xml])`), in one process that starts with the first document."""
    with Validator() as one:
        yield one


@pytest.fixture(scope="session")
def cen_of_cii(root: Path) -> Iterator[Validator]:
    """The same by the rules of CEN for CII, which the program has only where they were added: `e-invoice rules add` reads this file."""
    subprocess.run([root / "run", "schematron"], check=True)  # at once where they are there
    (file,) = (root / ".cache/schematron").glob("*/Validators/xslt/EN16931-CII-validation.xslt")
    with Validator([read_rule_file(file.name, file.read_bytes()).rule_set]) as one:
        yield one


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Postgres:
    """One PostgreSQL server for the whole run, whatever the number of workers."""
    worker = "PYTEST_XDIST_WORKER" in os.environ
    own = tmp_path_factory.getbasetemp()
    return find_or_start(own.parent if worker else own, os.getppid() if worker else os.getpid())


@pytest.fixture(scope="session")
def postgres_url(postgres_server: Postgres) -> Iterator[str]:
    """The address of a database that this worker's tests share; make a schema of your own in it."""
    yield from _database(postgres_server)


@pytest.fixture(scope="session")
def new_postgres_store(postgres_server: Postgres) -> Iterator[str]:
    """The name of a database with the tables of a new store, of which others are copies: that takes a third of the time to make them."""
    name = f"centwright_new_{os.getpid()}"
    open_store(postgres_server.create(name), now=lambda: datetime(2027, 1, 1, tzinfo=UTC)).close()
    yield name
    postgres_server.drop(name)


@pytest.fixture
def fresh_postgres_url(postgres_server: Postgres, new_postgres_store: str) -> Iterator[str]:
    """The address of a database for one test, in which a store has its tables and no row (about 50 ms)."""
    yield from _database(postgres_server, template=new_postgres_store)


@pytest.fixture
def empty_postgres_url(postgres_server: Postgres) -> Iterator[str]:
    """The address of an empty database for one test. `postgres_server.create(name, template=…)` copies a prepared one."""
    yield from _database(postgres_server)


def _database(server: Postgres, template: str = "template0") -> Iterator[str]:
    name = f"centwright_test_{os.getpid()}_{next(_numbers)}"
    yield server.create(name, template=template)
    server.drop(name)
