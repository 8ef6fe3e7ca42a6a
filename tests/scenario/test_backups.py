"""Backups made while a run goes on, verified, and restored into either database as an installation of its own."""

import os
import sqlite3
import stat
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import event, select, text

from api.cli import main
from api.desk.billing_run import Selection, issue
from api.desk.desk import Desk
from api.desk.folder_import import import_files
from api.refusals import Conflict, OutsideFailure
from api.store import issued_documents, tables
from api.store.auditor import audit
from api.store.database import Store, open_store
from api.store.database_copy import back_up, restore
from tests.postgres import Postgres
from tests.scenario.conftest import now

JANUARY = date(2027, 1, 31)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of the database from which backups are made."""
    address: str = f"sqlite:///{tmp_path / 'first.sqlite'}" if request.param == "sqlite" else request.getfixturevalue("fresh_postgres_url")
    return address


@pytest.fixture(params=["sqlite", "postgresql"])
def other_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database, into which backups are restored."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'other.sqlite'}"
        return
    server: Postgres = request.getfixturevalue("postgres_server")
    name = f"centwright_restored_{os.getpid()}"
    yield server.create(name)
    server.drop(name)


def content(store: Store) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table but the installation."""
    with store.reading() as connection:
        return {
            table.name: sorted((tuple(row) for row in connection.execute(select(table))), key=repr)
            for table in tables.installation.metadata.sorted_tables
            if table.name != "installation"
        }


def numbers(store: Store) -> list[str]:
    with store.reading() as connection:
        assert audit(connection) == ()
        return [invoice.number for invoice in issued_documents.find_invoices(connection)]


def test_a_backup_in_the_middle_of_a_run_is_consistent(url: str, desk_on: Callable[..., Desk], small: Path, tmp_path: Path) -> None:
    desk = desk_on(JANUARY, url)
    import_files(desk, small)
    place, entries = tmp_path / "middle.backup", [0]

    def back_up_within_the_third(*event_arguments: object) -> None:
        if "INSERT INTO journal_entries" in str(event_arguments[2]):
            entries[0] += 1
            if entries[0] == 3:  # its invoice is written and its number is taken, and nothing of that is committed
                assert back_up(url, place).problems == ()

    event.listen(desk.store.engine, "before_cursor_execute", back_up_within_the_third)
    assert len(issue(desk, Selection(due_through=JANUARY)).issued) == 4
    copy = open_store(f"sqlite:///{place}", now=now)
    assert numbers(copy) == ["2027-00001", "2027-00002"]
    copy.close()
    assert numbers(desk.store) == ["2027-00001", "2027-00002", "2027-00003", "2027-00004"]


def test_a_restored_copy_is_the_same_but_for_its_installation_and_goes_on(
    url: str, other_url: str, desk_on: Callable[..., Desk], small: Path, tmp_path: Path
) -> None:
    desk = desk_on(JANUARY, url)
    import_files(desk, small)
    issue(desk, Selection(due_through=JANUARY, order_type="subscription"))
    place = tmp_path / "a.backup"
    backup = back_up(url, place)
    assert (backup.installation, backup.problems) == (desk.installation, ())
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    installation = restore(place, other_url)
    copy = desk_on(JANUARY, other_url)
    assert content(copy.store) == content(desk.store)
    assert copy.store.installation() == installation != desk.installation
    with copy.store.reading() as connection:
        senders = set(connection.execute(select(tables.outbox.c.installation)).scalars())
    assert senders == {desk.installation}  # none of its own: what waits there is the first one's to send
    assert len(issue(copy, Selection(due_through=JANUARY)).issued) == 2
    assert numbers(copy.store) == ["2027-00001", "2027-00002", "2027-00003", "2027-00004"]


def test_triggers_of_a_restored_copy_refuse_changes(
    url: str, other_url: str, desk_on: Callable[..., Desk], small: Path, tmp_path: Path
) -> None:
    desk = desk_on(JANUARY, url)
    import_files(desk, small)
    issue(desk, Selection(due_through=JANUARY))
    back_up(url, tmp_path / "a.backup")
    restore(tmp_path / "a.backup", other_url)
    copy = open_store(other_url, now=now)
    with pytest.raises(Exception, match="append-only"), copy.writing() as connection:
        connection.execute(text("update issued set gross = 1"))
    copy.close()


def test_a_database_that_holds_documents_is_replaced_only_on_request(
    url: str, desk_on: Callable[..., Desk], small: Path, tmp_path: Path
) -> None:
    desk = desk_on(JANUARY, url)
    place = tmp_path / "empty.backup"
    back_up(url, place)
    import_files(desk, small)
    issue(desk, Selection(due_through=JANUARY))
    with pytest.raises(Conflict) as refused:
        restore(place, url)
    assert refused.value.problems[0].code == "holds-documents"
    assert len(numbers(desk.store)) == 4
    with pytest.raises(Conflict, match="file-exists"):
        back_up(url, place)
    back_up(url, tmp_path / "full.backup")
    restore(place, url, replaces=True)
    assert numbers(desk.store) == []
    restore(place, url)  # what is empty may be overwritten
    restore(tmp_path / "full.backup", url)
    assert len(numbers(desk.store)) == 4


def test_a_backup_of_former_tables_is_migrated_when_it_is_restored(url: str, other_url: str, tmp_path: Path) -> None:
    from api.store.database_copy import _create_tables  # tables as the first version made them

    place = tmp_path / "former.backup"
    _create_tables(place, "first_tables")
    with sqlite3.connect(place) as former:
        former.execute("insert into installation values (1, 'former', '2026-01-01T00:00:00.000000Z')")
    former.close()
    restore(place, url)
    again = tmp_path / "again.backup"
    assert back_up(url, again).revision == "first_tables"  # one may be wanted before tables are migrated
    restore(again, other_url)
    store = open_store(other_url, now=now)
    assert store.revision() not in (None, "first_tables")
    assert numbers(store) == []
    store.close()


def test_what_is_no_backup_is_refused_and_changes_nothing(url: str, tmp_path: Path) -> None:
    with pytest.raises(Conflict, match="there is no such file"):
        restore(tmp_path / "missing", url)
    (tmp_path / "text").write_text("no database at all, but long enough to be looked at")
    with pytest.raises(Conflict, match="file is not a database"):
        restore(tmp_path / "text", url)
    sqlite3.connect(tmp_path / "other").execute("create table t (a)").connection.close()
    with pytest.raises(Conflict, match="no-backup"):
        restore(tmp_path / "other", url)
    opened = open_store(url, now=now)
    opened.close()
    place = tmp_path / "later.backup"
    back_up(url, place)
    with sqlite3.connect(place) as later:
        later.execute("update alembic_version set version_num = 'of_the_future'")
    later.close()
    with pytest.raises(Conflict, match="other-tables"):
        restore(place, url)
    broken = place.read_bytes()
    place.write_bytes(broken[:4096] + b"\x00" * 4096 + broken[8192:])
    with pytest.raises(Conflict, match="no-backup"):
        restore(place, url)


def test_a_missing_database_or_folder_is_refused_with_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(OutsideFailure, match="missing-database"):
        back_up(f"sqlite:///{tmp_path / 'none.sqlite'}", tmp_path / "a.backup")
    open_store(f"sqlite:///{tmp_path / 'desk.sqlite'}", now=now).close()
    with pytest.raises(OutsideFailure, match="backup-not-written"):
        back_up(f"sqlite:///{tmp_path / 'desk.sqlite'}", tmp_path / "no" / "folder" / "a.backup")
    with pytest.raises(Conflict, match="same-file"):
        back_up(f"sqlite:///{tmp_path / 'desk.sqlite'}", tmp_path / "desk.sqlite", replaces=True)
    assert sorted(path.name for path in tmp_path.iterdir() if path.suffix != ".sqlite") == []


def test_the_commands_verify_what_they_write(
    small: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CENTWRIGHT_TODAY", "2027-01-31")
    first, second, place = (str(tmp_path / name) for name in ("first.sqlite", "second.sqlite", "a.backup"))
    for words in (("import", str(small)), ("run", "issue", "--due-through", "2027-01-31"), ("backup", place)):
        assert main.run((*words, "--database", first)) == 0
    assert main.run(("backup", place, "--database", first)) == 4
    assert main.run(("restore", place, "--database", second)) == 0
    assert "documents     4" in capfd.readouterr().out
    assert main.run(("verify", "--database", place)) == 0
    assert main.run(("restore", place, "--database", second)) == 4
    assert "--replace" in capfd.readouterr().err
