"""The demo with its own Tryton, ended by a signal: no server that it started stays behind."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.scenario.conftest import SMALL, write_folder


def servers_of(configuration: Path) -> list[int]:
    """The processes of servers that were started with a configuration."""
    commands = {int(each.name): (each / "cmdline") for each in Path("/proc").iterdir() if each.name.isdigit()}
    return [number for number, command in commands.items() if command.exists() and str(configuration).encode() in command.read_bytes()]


def test_a_signal_ends_the_servers_too(root: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    write_folder(tmp_path / "data", SMALL)
    command = [sys.executable, "-m", "api.cli", "demo", "--deliver", "--out", str(out), "--data", str(tmp_path / "data"), "--quiet"]
    environment = {name: text for name, text in os.environ.items() if name != "CENTWRIGHT_TODAY"} | {"PYTHONPATH": str(root)}
    configuration = out / "delivered" / "tryton" / "tryton.conf"
    with subprocess.Popen(command, cwd=root, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as demo:
        until = time.monotonic() + 120
        while not servers_of(configuration) and demo.poll() is None and time.monotonic() < until:
            time.sleep(0.05)
        assert servers_of(configuration)
        demo.terminate()
        _, output = demo.communicate(timeout=60)
        assert (demo.returncode, b"Traceback" in output) == (128 + signal.SIGTERM, False), output.decode()
    assert servers_of(configuration) == []
