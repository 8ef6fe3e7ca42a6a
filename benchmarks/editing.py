"""The language server over the demo rulebook: from a change to its problems, and the answers of completion and hover.

A change is followed by a pause of 300 ms, which every figure of problems holds. Run it as `python -m benchmarks.editing`.
"""

from __future__ import annotations

import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from tests.contract.language_client import LanguageClient

ROOT: Final = Path(__file__).parents[1]
RULES: Final = "rules/pricing.rules"
CHANGES: Final = 30
QUIET: Final = 2.5
"""Seconds after which the proofs of a change are told too, so that they are not taken for the problems of the next."""


def main() -> None:
    """Plays a writer who makes and mends a mistake, again and again."""
    with tempfile.TemporaryDirectory() as folder:
        book = Path(folder)
        shutil.copy(ROOT / "company.yaml", book)
        for name in ("catalog", "rules", "plans", "vat", "templates"):
            shutil.copytree(ROOT / name, book / name)
        client = LanguageClient(book)
        try:
            _play(client, book / RULES)
        finally:
            client.kill()


def _play(client: LanguageClient, file: Path) -> None:
    started = time.perf_counter()
    client.start()
    uri, text = file.as_uri(), file.read_text(encoding="utf-8")
    client.open(uri, text)
    client.problems(uri)
    print(f"start to the first problems {1000 * (time.perf_counter() - started):6.0f} ms")
    wrong, version = text.replace("0.85", "0,85"), 1
    times = []
    for at in range(CHANGES):
        version += 1
        _drain(client)
        begun = time.perf_counter()
        client.change(uri, text if at % 2 else wrong, version)
        assert len(client.problems(uri)) == (at + 1) % 2
        times.append(time.perf_counter() - begun)
    _show("change to problems", times)
    line = next(at for at, one in enumerate(text.split("\n")) if one.startswith("  | chain"))
    place = {"textDocument": {"uri": uri}, "position": {"line": line, "character": 5}}
    _show("completion", [_timed(lambda: client.ask("textDocument/completion", **place)) for _ in range(CHANGES)])
    _show("hover", [_timed(lambda: client.ask("textDocument/hover", **place)) for _ in range(CHANGES)])


def _drain(client: LanguageClient) -> None:
    """Waits until nothing more is told of the change before."""
    try:
        while True:
            client.problems("", patience=QUIET)
    except AssertionError:
        return


def _timed(act: Callable[[], object]) -> float:
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


def _show(what: str, times: list[float]) -> None:
    ordered = sorted(times)
    print(f"{what:26} p50 {1000 * statistics.median(ordered):6.0f} ms   p95 {1000 * ordered[int(0.95 * len(ordered))]:6.0f} ms")


if __name__ == "__main__":
    main()
