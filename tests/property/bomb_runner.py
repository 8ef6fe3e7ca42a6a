"""Reads, checks and lays out each hostile file in a process of its own, and measures it: `python -m tests.property.bomb_runner [NAME …]`.

Writes one line of JSON for each: its name, the seconds of CPU, the MB beyond those of the same work on a sound rulebook, the codes reported
first, and what is wrong with that.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import tempfile
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path

from api.rulebook_folder import read_folder
from engine.language.formatting.formatter import formatted
from engine.phrases import LANGUAGES
from engine.problems import Problem, Refusal
from engine.rulebook.reader import check_rulebook
from engine.text.sources import Sources, excerpt
from engine.writing.document_templates import check_document_templates
from tests.golden.problems.pages import SHOP
from tests.property.bombs import BOMBS
from tests.property.bombs_of_yaml import Bomb

MOST_SECONDS = 8
MOST_PROBLEMS = 1_000
LONGEST_MESSAGE = 4_000
MOST_BYTES = 1_500_000_000


def main(names: list[str]) -> None:
    """Sets off the bombs of these names, or all."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        for path, text in SHOP.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text, encoding="utf-8")
        _look(folder, "company.yaml")
        for bomb in BOMBS:
            if not names or bomb.name in names:
                sys.stdout.write(f"{json.dumps(_apart(bomb, folder))}\n")
                sys.stdout.flush()


def _apart(bomb: Bomb, folder: Path) -> dict[str, object]:
    """What comes of one bomb in a process of its own, which cannot take this one with it."""
    original = SHOP.get(bomb.path)
    given = bomb.make()
    (folder / bomb.path).write_bytes(given if isinstance(given, bytes) else given.encode("utf-8", "surrogatepass"))
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        _set_off(bomb, folder, writing)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        output = pipe.read()
    _, status = os.waitpid(child, 0)
    if original is None:
        (folder / bomb.path).unlink()
    else:
        (folder / bomb.path).write_text(original, encoding="utf-8")
    if not output:
        return {"name": bomb.name, "seconds": MOST_SECONDS, "megabytes": 0, "reported": [], "wrong": f"the process died ({status})"}
    result: dict[str, object] = json.loads(output)
    return result


def _set_off(bomb: Bomb, folder: Path, pipe: int) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))
    before = resource.getrusage(resource.RUSAGE_SELF)
    wrong, reported = "", []
    try:
        reported, wrong = _look(folder, bomb.path)
    except BaseException as fault:  # noqa: BLE001 - whatever comes out is what is looked for
        wrong = "".join(traceback.format_exception(fault))[-2_000:]
    after = resource.getrusage(resource.RUSAGE_SELF)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    result = {
        "name": bomb.name,
        "seconds": round(seconds, 2),
        "megabytes": (after.ru_maxrss - before.ru_maxrss) // 1024,
        "reported": reported[:3],
        "wrong": wrong,
    }
    os.write(pipe, json.dumps(result).encode())
    os._exit(0)


def _look(folder: Path, path: str) -> tuple[list[str], str]:
    """The problem codes that check reports for a folder, and what is wrong with them; the file is formatted too, where it can be read."""
    try:
        sources = read_folder(folder)
    except Refusal as refusal:
        return [problem.code for problem in refusal.problems], "" if all(problem.where for problem in refusal.problems) else "no place"
    problems = (*check_rulebook(sources), *check_document_templates(sources))
    wrong = _faults(problems, sources)
    if path.endswith((".yaml", ".rules")):
        layout, unread = formatted(path, sources[path])
        if unread and layout != sources[path]:
            wrong = wrong or "a text that cannot be read was changed"
        wrong = wrong or _faults(unread, sources)
    return list(dict.fromkeys(problem.code for problem in problems)), wrong


def _faults(problems: Sequence[Problem], sources: Sources) -> str:
    """The first problem without a valid position or text."""
    if len(problems) > MOST_PROBLEMS:
        return f"{len(problems)} problems are told, which nobody reads"
    lines = {path: text.split("\n") for path, text in sources.items()}
    return next((fault for problem in problems if (fault := _fault(problem, sources, lines))), "")


def _fault(problem: Problem, sources: Sources, lines: Mapping[str, list[str]]) -> str:
    where = problem.where
    if where is None:
        return f"no place: {problem}"[:300]
    text = lines.get(where.path, [""])
    if not 1 <= where.line <= len(text) or not 1 <= where.column <= len(text[where.line - 1]) + 1:
        return f"no such place: {problem}"[:300]
    excerpt(sources, where)
    for language in LANGUAGES:
        texts = problem.message_in(language), problem.help_in(language)
        if not all(texts) or max(map(len, texts)) > LONGEST_MESSAGE:
            return f"{where}: {problem.code}: {len(texts[0])} and {len(texts[1])} characters are said"
    return ""


if __name__ == "__main__":
    main(sys.argv[1:])
