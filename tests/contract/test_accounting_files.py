"""What is the file connector's own: folders a month, files written whole, exactly once whatever stops it, and hashes that tell changes."""

from __future__ import annotations

import csv
import hashlib
import os
from datetime import date
from itertools import count
from pathlib import Path

import pytest

from api.delivery.accounting.connector import Record
from api.delivery.accounting.connectors import connector_of
from api.delivery.accounting.files_connector import FilesConnector
from api.rulebook_folder import read_folder
from engine.problems import Refusal
from engine.rulebook.reader import read_rulebook
from tests.local_accounting import booking, cause, entered, entry, line, mapping, posted
from tests.running_service import ROOT

DAY = date(2027, 1, 10)


class Stopped(BaseException):
    """The program ends here."""


def connector(folder: Path) -> FilesConnector:
    """A connector that has read nothing yet, as after a restart."""
    return FilesConnector(folder, mapping("files"))


def test_a_document_is_a_journal_with_its_files_and_the_manifest_has_their_hashes(tmp_path: Path) -> None:
    posted(connector(tmp_path).book([booking("A/1", DAY, line("100.00"))]))
    entered(connector(tmp_path).entry([entry("payment P000001/2", DAY, ("550000", "1.00"), ("400000", "-1.00", "A/1"))]))
    folder = tmp_path / "2027-01"
    assert sorted(file.name for file in folder.iterdir()) == ["A%2F1.csv", "A%2F1.xml", "manifest.csv", "payment P000001%2F2.csv"]
    rows = list(csv.DictReader((folder / "A%2F1.csv").read_text("utf-8").splitlines()))
    names = ("journal", "document", "kind", "date", "account", "debit", "credit", "customer", "vat_number")
    assert [tuple(row[name] for name in names) for row in rows] == [
        ("SALES", "A/1", "invoice", "2027-01-10", "400", "121.00", "0.00", "K1", "BE0999945779"),
        ("SALES", "A/1", "invoice", "2027-01-10", "700", "0.00", "100.00", "K1", "BE0999945779"),
        ("SALES", "A/1", "invoice", "2027-01-10", "451", "0.00", "21.00", "K1", "BE0999945779"),
    ]
    listed = list(csv.DictReader((folder / "manifest.csv").read_text("utf-8").splitlines()))
    assert [(row["file"], row["kind"]) for row in listed] == [
        ("2027-01/A%2F1.csv", "invoice"),
        ("2027-01/A%2F1.xml", ""),
        ("2027-01/payment P000001%2F2.csv", "entry"),
    ]
    for row in listed:
        content = (tmp_path / row["file"]).read_bytes()
        assert (row["sha256"], row["bytes"]) == (hashlib.sha256(content).hexdigest(), str(len(content)))


def test_whatever_stops_it_each_file_is_written_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stopped at each step in turn, and gone on; whoever takes the files away gets each once."""
    bookings = [booking("A-1", DAY, line("100.00")), booking("A-2", DAY, line("50.00"))]
    for step in count(1):
        root, taken = tmp_path / str(step), list[str]()
        root.mkdir()
        is_stopped = _stopped_at(step, monkeypatch, lambda root=root: connector(root).book(bookings))
        taken += _take_away(root)
        assert [type(each) for each in connector(root).book(bookings)] == [Record, Record]
        taken += _take_away(root)
        assert sorted(taken) == ["A-1.csv", "A-1.xml", "A-2.csv", "A-2.xml"], step
        assert sorted(file.name for file in (root / "2027-01").iterdir()) == ["manifest.csv"], step
        assert [str(each.gross) for each in connector(root).find(["A-1", "A-2"])] == ["121.00", "60.50"]
        if not is_stopped:
            assert step > 10, "it has that many steps"
            return


def _stopped_at(step: int, monkeypatch: pytest.MonkeyPatch, work: object) -> bool:
    """Whether some work came to the step at which it is stopped."""
    places = count(1)

    def stopping(function: object) -> object:
        def call(*given: object) -> object:
            if next(places) == step:
                raise Stopped
            return function(*given)  # type: ignore[operator]  # the function of before

        return call

    with monkeypatch.context() as patched:
        for owner, name in ((os, "fsync"), (Path, "replace"), (Path, "unlink"), (Path, "rmdir")):
            patched.setattr(owner, name, stopping(getattr(owner, name)))
        try:
            work()  # type: ignore[operator]  # without arguments
        except Stopped:
            return True
    return False


def _take_away(root: Path) -> list[str]:
    files = [file for file in root.glob("2027-01/*") if file.is_file() and file.name != "manifest.csv"]
    for file in files:
        file.unlink()
    return [file.name for file in files]


def test_changed_files_and_folders_that_are_not_there_are_named(tmp_path: Path) -> None:
    posted(connector(tmp_path).book([booking("A-1", DAY, line("100.00"))]))
    (tmp_path / "2027-01" / "A-1.xml").write_text("changed", "utf-8")
    assert connector(tmp_path).check(DAY) == ("2027-01/A-1.xml is not as it was written: bring back what the manifest has the hash of",)
    away = connector(tmp_path / "away")
    wanted = f"there is no folder {tmp_path / 'away'}: create it, or mend CENTWRIGHT_ACCOUNTING_URL"
    assert away.check(DAY) == (wanted,)
    assert [cause(each) for each in away.book([booking("A-1", DAY, line("1.00"))])] == [wanted]
    assert [cause(each) for each in away.entry([entry("payment P1", DAY, ("550000", "1.00"), ("499000", "-1.00"))])] == [wanted]


def test_the_folder_is_chosen_by_the_setting(tmp_path: Path) -> None:
    rulebook = read_rulebook(read_folder(ROOT))
    tool, its_mapping = connector_of(f"files://{tmp_path}/a%20b", rulebook)
    assert isinstance(tool, FilesConnector)
    assert (tool.root, tool.name, its_mapping) == (tmp_path / "a b", "files", rulebook.accounting_tools["files"])
    for url in ("files://host/share", "files:relative", "files:///x?y"):
        with pytest.raises(Refusal, match="names no folder"):
            connector_of(url, rulebook)
