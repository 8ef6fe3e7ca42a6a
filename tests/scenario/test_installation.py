"""The installation as its operator sees it: `doctor` and `serve` over a database that is missing, damaged or locked."""

import json
import sqlite3
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from api.cli import main
from api.refusals import OutsideFailure
from api.store import orders
from api.store.database import open_store
from tests.running_service import running_service
from tests.scenario.conftest import CUSTOMERS, write_folder

Call = Callable[..., tuple[int, str]]


@pytest.fixture
def call(tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Call:
    """Calls the program in an empty folder; gives the exit code and what it wrote."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CENTWRIGHT_DATABASE_URL", raising=False)

    def run(*words: str) -> tuple[int, str]:
        code = main.run(words)
        out, output = capfd.readouterr()
        return code, out + output

    return run


@pytest.fixture
def database(call: Call, tmp_path: Path) -> Path:
    """A database with tables."""
    path = tmp_path / "desk.sqlite"
    assert call("order", "list", "--database", str(path))[0] == 0
    return path


@pytest.fixture
def locked(database: Path) -> Iterator[Path]:
    """The same, locked by another program."""
    connection = sqlite3.connect(database, isolation_level=None)
    connection.execute("PRAGMA locking_mode=EXCLUSIVE")
    connection.execute("BEGIN EXCLUSIVE")
    yield database
    connection.close()


def finding(call: Call, what: str, *options: str) -> dict[str, object]:
    findings: list[dict[str, object]] = json.loads(call("doctor", "--json", *options)[1])["findings"]
    return next(one for one in findings if one["what"] == what)


def test_doctor_creates_no_database(call: Call, tmp_path: Path) -> None:
    assert call("doctor")[0] == 0
    assert finding(call, "database", "--database", str(tmp_path / "a" / "b.sqlite"))["is_well"] is True
    assert list(tmp_path.iterdir()) == []


def test_doctor_names_the_revision_of_a_database(call: Call, database: Path) -> None:
    assert "revision" in str(finding(call, "database", "--database", str(database))["says"])


def test_doctor_and_the_service_say_which_version_is_in_force_and_where_another_only_reads(call: Call, tmp_path: Path) -> None:
    at = ("--database", f"sqlite:///{tmp_path / 'desk.sqlite'}", "--today", "2027-01-31")
    assert call("init", str(tmp_path / "shop"), "--name", "Shop", "--quiet")[0] == 0
    other = ("--rulebook", str(tmp_path / "shop"))
    assert call("order", "list", *at)[0] == 0
    assert "none is published yet" in str(finding(call, "version", *at)["says"])
    assert call("import", str(write_folder(tmp_path / "data", {"customers.csv": CUSTOMERS})), *at)[0] == 0
    assert finding(call, "version", *at) == {"what": "version", "is_well": True, "says": "v1 is in force on 2027-01-31", "remedy": None}
    chosen = finding(call, "version", *at, *other)
    assert (chosen["is_well"], "the database is only read" in str(chosen["says"])) == (False, True)
    assert call("doctor", *at, *other)[0] == 1
    with running_service(*at, *other) as service:
        assert "with it the database is only read" in json.loads(service.call("GET", "/readyz")[2])["rulebook"]


def test_doctor_shows_the_connections_that_the_descriptors_allow(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    assert finding(call, "connections")["is_well"] is True
    monkeypatch.setenv("CENTWRIGHT_CONNECTIONS", "100000")
    few = finding(call, "connections")
    assert "descriptors (ulimit -n)" in str(few["says"])
    assert few["is_well"] or "raise `ulimit -n`" in str(few["remedy"])


def test_doctor_names_a_setting_that_cannot_be_read_with_its_remedy(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    assert finding(call, "settings")["is_well"] is True
    monkeypatch.setenv("CENTWRIGHT_RATE", "many")
    code, output = call("doctor")
    assert (code, "LACK  settings: CENTWRIGHT_RATE is `many`" in output) == (1, True)
    assert "write a whole number from 1 to 100000" in output


@pytest.mark.parametrize("command", ["doctor", "serve"])
def test_a_damaged_database_is_seen(call: Call, tmp_path: Path, command: str) -> None:
    (tmp_path / "damaged.sqlite").write_bytes(b"this is no database, but a text of some length\n" * 50)
    code, output = call(command, "--database", str(tmp_path / "damaged.sqlite"))
    assert (code, "the database is damaged" in output) == (1 if command == "doctor" else 5, True)


def test_a_page_that_was_overwritten_is_seen(call: Call, database: Path) -> None:
    sqlite3.connect(database).execute("PRAGMA wal_checkpoint(TRUNCATE)").close()
    size = database.stat().st_size
    with database.open("r+b") as file:
        file.seek(size // 2 // 4096 * 4096)
        file.write(b"\xff" * 4096 * 4)
    code, output = call("serve", "--port", "0", "--database", str(database))
    assert (code, "damaged-database" in output) == (5, True)


def test_a_database_that_was_named_and_is_missing_stops_the_service(call: Call, tmp_path: Path) -> None:
    code, output = call("serve", "--port", "0", "--database", str(tmp_path / "none.sqlite"))
    assert (code, "missing-database" in output) == (5, True)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("words", "most", "expected"), [(("doctor",), 8, 1), (("serve", "--port", "0"), 8, 5), (("order", "list"), 20, 5)])
def test_a_locked_database_is_not_waited_for_long(call: Call, locked: Path, words: tuple[str, ...], most: int, expected: int) -> None:
    started = time.monotonic()
    code, output = call(*words, "--database", str(locked))
    assert (code, "database is locked" in output) == (expected, True)
    assert time.monotonic() - started < most


LAST_DAY = ("--due-through", "2027-01-31", "--today", "2027-01-31")


@pytest.mark.parametrize(
    ("words", "waits"),
    [
        (("order", "list"), "LOCK_TIMEOUT"),
        (("customer", "list"), "LOCK_TIMEOUT"),
        (("run", "preview", *LAST_DAY), "LOCK_TIMEOUT"),
        (("run", "issue", *LAST_DAY), "BATCH_LOCK_TIMEOUT"),
        (("import", "."), "BATCH_LOCK_TIMEOUT"),
        (("demo", "--out", "here"), "BATCH_LOCK_TIMEOUT"),
    ],
)
def test_a_command_waits_for_a_lock_as_long_as_its_setting_says(
    call: Call, locked: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], waits: str
) -> None:
    for name in ("LOCK_TIMEOUT", "BATCH_LOCK_TIMEOUT"):
        monkeypatch.setenv(f"CENTWRIGHT_{name}", "1" if name == waits else "600")
    started = time.monotonic()
    code, output = call(*words, "--database", str(locked))
    assert (code, "database is locked" in output) == (5, True)
    assert 0.9 < time.monotonic() - started < 100


def test_a_writer_waits_for_another_as_long_as_its_store_says(database: Path) -> None:
    store = open_store(f"sqlite:///{database}", now=lambda: datetime.now(tz=UTC), lock_timeout=1)
    other = sqlite3.connect(database, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        with store.reading() as connection:
            orders.find(connection)  # a writer keeps no reader out
        started = time.monotonic()
        with pytest.raises(OutsideFailure, match="database is locked"), store.writing():
            pass
        assert 0.9 < time.monotonic() - started < 5
    finally:
        other.close()
        store.close()


def test_doctor_shows_how_long_locks_are_waited_for(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CENTWRIGHT_LOCK_TIMEOUT", "3")
    shown = [line.split() for line in call("doctor")[1].splitlines() if "LOCK_TIMEOUT" in line]
    assert shown == [["CENTWRIGHT_LOCK_TIMEOUT", "3", "(environment)"], ["CENTWRIGHT_BATCH_LOCK_TIMEOUT", "30", "(default)"]]


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1"])
def test_an_address_that_others_can_reach_is_refused_as_long_as_evaluations_are_open(call: Call, host: str) -> None:
    code, output = call("serve", "--port", "0", "--host", host)
    assert (code, "open-to-others" in output) == (4, True)


def test_a_running_service_sees_that_its_database_is_gone(database: Path) -> None:
    with running_service("--database", str(database)) as service:
        assert service.call("GET", "/readyz")[0] == 200
        database.unlink()
        status, headers, body = service.call("GET", "/readyz")
        assert (status, headers["content-type"], json.loads(body)["code"]) == (503, "application/problem+json", "missing-database")
        assert service.call("GET", "/healthz")[0] == 200
