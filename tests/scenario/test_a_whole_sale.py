"""A whole sale by curl, as the tutorial has it; and the same by commands, by our Python client and by a generated one: the same bytes."""

import os
import shlex
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path

import pytest
from centwright_client import Desk as Client
from openpyxl import load_workbook

from api.cli import main
from api.desk.access import create_key
from api.desk.desk import Desk, open_desk
from api.rulebook_folder import read_folder
from api.store.auditor import audit
from engine.rulebook.reader import read_rulebook
from tests.running_service import ROOT, Service, running_service
from tests.scenario.conftest import now
from tests.scenario.whole_sale import CALLS, COMMANDS, TODAY, documents, edit, steps

Documents = dict[str, tuple[str, bytes]]
REPORTS = ("forecast", "to-invoice", "held-back", "pipeline", "mrr", "journal")
RUN = f'#!/bin/sh\n[ "$1" = centwright ] && shift\nexec {sys.executable} -P -m api.cli "$@"\n'
"""What `./run` of a checkout does, with the packages that are installed."""
ONE_WORKER = {"CENTWRIGHT_WORKERS": "1", "CENTWRIGHT_HEAVY_WORKERS": "1"}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the rulebook of the page, as its first command and its edits make it."""
    return new_shop(tmp_path_factory.mktemp("sale"))


def new_shop(folder: Path) -> Path:
    """A new company in a folder, as the page makes it."""
    assert main.run(("init", str(folder / "shop"), "--name", "Shop", "--today", "2027-01-04", "--quiet")) == 0
    for step in steps():
        if step.file:
            edit(folder, step)
    return folder / "shop"


@contextmanager
def desk_at(database: Path, shop: Path) -> Iterator[Desk]:
    """The desk over a database; at the end, the auditor must find nothing."""
    texts = read_folder(shop)
    desk = open_desk(f"sqlite:///{database}", read_rulebook(texts), texts, today=date.fromisoformat(TODAY), now=now)
    yield desk
    with desk.store.reading() as connection:
        assert [str(problem) for problem in audit(connection)] == []
    desk.close()


@pytest.fixture(scope="module")
def by_commands(shop: Path, tmp_path_factory: pytest.TempPathFactory) -> Documents:
    """The documents of the sale by commands."""
    database = tmp_path_factory.mktemp("commands") / "shop.sqlite"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LOGNAME", "desk")  # who gives commands on this machine
        for line in COMMANDS.splitlines():
            given = ("--rulebook", str(shop), "--database", f"sqlite:///{database}", "--today", TODAY, "--quiet")
            assert main.run((*shlex.split(line), *given)) == 0, line
    with desk_at(database, shop) as desk:
        return documents(desk)


@contextmanager
def served(shop: Path, database: Path) -> Iterator[tuple[Service, str]]:
    """The service over an empty database, and the key of somebody who may do everything, and approves quotes.

    Invoices say who gave a discount: by command, the same person.
    """
    add = "user add desk --role admin --full-name Desk --email desk@shop.example --approves management --quiet"
    assert main.run((*add.split(), "--rulebook", str(shop), "--database", f"sqlite:///{database}", "--today", TODAY)) == 0
    with desk_at(database, shop) as desk:
        key = create_key(desk, "of-desk", "admin", created_by="test", user="desk")[1]
    options = ("--rulebook", str(shop), "--database", f"sqlite:///{database}", "--today", TODAY)
    with running_service(*options, environment=ONE_WORKER) as service:
        yield service, key


def test_the_page_is_followed_with_curl(shop: Path, by_commands: Documents, tmp_path: Path) -> None:
    (tmp_path / "run").write_text(RUN, encoding="utf-8")
    (tmp_path / "run").chmod(0o755)
    (tmp_path / "shop").symlink_to(shop)
    first, *commands = [step for step in steps() if step.command]
    assert first.command == "./run centwright init shop --name Shop --today 2027-01-04 --quiet", "as `shop` was made"
    script = "\n".join(f"echo; echo '@@@ {number}'\n{step.command}" for number, step in enumerate(commands))
    outputs = in_a_shell(script.replace("8000", str(free_port())), tmp_path).split("@@@ ")[1:]
    missing = [
        f"$ {step.command}\n  {shown}\n{output}"
        for step, output in zip(commands, outputs, strict=True)
        for shown in step.lines
        if not any(has_pieces(line, shown.split("…")) for line in output.splitlines())
    ]
    assert not missing, "the page shows what is not so:\n" + "\n".join(missing)
    for report in REPORTS:
        page = load_workbook(tmp_path / f"{report}.xlsx").worksheets[0]
        assert page.max_row == len((tmp_path / f"{report}.csv").read_text("utf-8").splitlines())
    with desk_at(tmp_path / "shop.sqlite", shop) as desk:
        assert documents(desk) == by_commands


def free_port() -> int:
    """A port that nobody uses."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def in_a_shell(script: str, folder: Path) -> str:
    """What commands write; everything that they started is ended."""
    own = {name: text for name, text in os.environ.items() if not name.startswith("CENTWRIGHT_")}
    shell = subprocess.Popen(
        ["bash", "-c", script],
        cwd=folder,
        env=own | ONE_WORKER | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        return shell.communicate(timeout=240)[0]
    finally:
        with suppress(ProcessLookupError):
            os.killpg(shell.pid, signal.SIGKILL)
        shell.wait()


def has_pieces(line: str, pieces: list[str]) -> bool:
    """Whether a line has these pieces, in order."""
    at = 0
    for piece in pieces:
        at = line.find(piece, at)
        if at < 0:
            return False
        at += len(piece)
    return True


def test_the_python_client_does_the_same(shop: Path, by_commands: Documents, tmp_path: Path) -> None:
    database = tmp_path / "shop.sqlite"
    with served(shop, database) as (service, key), Client(service.address, key) as client:
        for call in CALLS:
            request = {("from_" if name == "from" else name): value for name, value in (call.request or {}).items()}
            answer = getattr(client, call.operation)(*call.names, **request)
            if call.operation == "start_billing":
                wait_for_run(client, str(answer.run.run))
        assert sorted(row.number for row in client.list_invoices()) == sorted(by_commands)
        assert client.export_journal("xlsx").startswith(b"PK")
    with desk_at(database, shop) as desk:
        assert documents(desk) == by_commands


def wait_for_run(client: Client, run: str) -> None:
    """Waits until a run is done."""
    until = time.monotonic() + 120
    while client.get_progress(run).state != "done":
        assert time.monotonic() < until
        time.sleep(0.1)
