"""`./run` lists its words, starts at once, and CI runs two of them, no more and no less."""

import re
import resource
import subprocess
from pathlib import Path


def test_run_alone_lists_every_word_it_knows(root: Path) -> None:
    script = (root / "run").read_text(encoding="utf-8")
    known = set(re.findall(r"[a-z]+", re.search(r"^    (demo \|.*)\) \"\$word\"", script, re.M)[1])) - {"words"} | {"test"}  # type: ignore[index]  # the line is there, or this test fails
    listed = set(re.findall(r"^  ([a-z]+) {2,}\S", _run(root).stdout, re.M))
    assert listed == known


def test_run_refuses_a_word_it_does_not_know_and_lists_the_others(root: Path) -> None:
    answer = _run(root, "bill")
    assert answer.returncode == 2
    assert "no word `bill`" in answer.stderr
    assert "demo" in answer.stderr


def test_run_starts_at_once_when_everything_is_set_up(root: Path) -> None:
    _run(root, "test", "--version")  # sets up, where the locks have changed since
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    answer = _run(root, "test", "--version")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    took = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    assert answer.returncode == 0
    assert "setting up" not in answer.stderr
    assert took < 2.0, f"{took:.2f} s of a processor, pytest's own start included"


def test_ci_runs_the_two_words_that_a_developer_types(root: Path) -> None:
    assert re.findall(r"\./run \w+", (root / ".ci" / "run").read_text(encoding="utf-8")) == ["./run check", "./run test"]


def _run(root: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([root / "run", *words], capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL, timeout=60)
