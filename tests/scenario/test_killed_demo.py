"""The demo in its own process: run twice, and killed at any moment and run again, it gives the same invoices."""

import csv
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from api.store.auditor import audit
from api.store.database import open_store
from tests.conftest import FULL
from tests.scenario.conftest import SMALL, now, write_folder

pytestmark = pytest.mark.proof


@contextmanager
def started(root: Path, out: Path, data: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Starts the demo in a process group of its own, and kills at the end what of it still runs, whatever it is doing."""
    command = [sys.executable, "-m", "api.cli", "demo", "--out", str(out), "--data", str(data), "--quiet"]
    environment = os.environ | {"PYTHONPATH": str(root)}
    environment.pop("CENTWRIGHT_TODAY", None)
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, cwd=root, env=environment, start_new_session=True, **pipes) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)


def wait_for(process: subprocess.Popen[bytes]) -> None:
    """Waits for a demo, which must end well."""
    _, output = process.communicate(timeout=300)
    assert process.returncode == 0, output.decode()


def run_to_the_end(root: Path, out: Path, data: Path) -> float:
    """Runs the demo to its end; gives the seconds it took."""
    began = time.monotonic()
    with started(root, out, data) as process:
        wait_for(process)
    return time.monotonic() - began


def written(out: Path) -> dict[str, object]:
    """What the demo wrote that must be the same every time: figures, numbers, which documents there are, and what the auditor says."""
    store = open_store(f"sqlite:///{out / 'centwright.sqlite'}", now=now)
    with store.reading() as connection:
        problems = [str(problem) for problem in audit(connection)]
    store.close()
    with (out / "invoices.csv").open(encoding="utf-8", newline="") as source:
        invoices = list(csv.DictReader(source))
    documents = sorted(path.name for path in (out / "invoices").iterdir() if not path.name.startswith("."))
    tables = {name: (out / name).read_text(encoding="utf-8") for name in ("forecast.csv", "transactions.csv", "to-invoice.csv")}
    return {
        "problems": problems,
        "summary": json.loads((out / "summary.json").read_text()),
        "invoices": invoices,
        "documents": documents,
        **tables,
    }


@pytest.fixture(scope="module")
def data(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's own files in a full proof, else those of a small company."""
    return root / "demo" if FULL else write_folder(tmp_path_factory.mktemp("data"), SMALL)


def test_the_demo_killed_at_any_moment_and_run_again_gives_the_same(root: Path, tmp_path: Path, data: Path) -> None:
    seconds = run_to_the_end(root, tmp_path / "whole", data)
    expected = written(tmp_path / "whole")
    assert expected["problems"] == []
    assert run_to_the_end(root, tmp_path / "whole", data) > 0
    assert written(tmp_path / "whole") == expected
    moments = random.Random(2027)
    for at in range(6 if FULL else 1):
        out = tmp_path / f"killed-{at}"
        for _ in range(5 if FULL else 2):
            with started(root, out, data):
                time.sleep(moments.uniform(0.2, seconds))
        run_to_the_end(root, out, data)
        assert written(out) == expected


def test_two_demos_at_once_on_one_folder_issue_nothing_twice(root: Path, tmp_path: Path) -> None:
    data = write_folder(tmp_path / "data", SMALL)
    with started(root, tmp_path / "out", data) as one, started(root, tmp_path / "out", data) as other:
        wait_for(one)
        wait_for(other)
    run_to_the_end(root, tmp_path / "out", data)
    result = written(tmp_path / "out")
    numbers = [row["number"] for row in result["invoices"]]  # type: ignore[attr-defined]  # rows of a CSV file
    assert result["problems"] == []
    assert numbers == [f"2027-{at:05}" for at in range(1, 5)]
