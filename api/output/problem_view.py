"""A problem as it is told outside: in the reader's language, at its path in the repository, with a mark by which it is known again."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from engine.phrases import Language
from engine.problems import Problem, Severity, Span
from engine.text.sources import Sources


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One problem, told in one language; its mark stays when lines move, and changes with the line that it is about."""

    code: str
    severity: Severity
    message: str
    help: str
    path: str
    span: Span | None
    mark: str

    @property
    def line(self) -> int:
        """The line on which it is shown; the first one where it has no place of its own."""
        return self.span.line if self.span else 1

    @property
    def stops(self) -> bool:
        """Whether it must be mended before anything goes on."""
        return self.severity == "problem"


def told(problems: Iterable[Problem], sources: Sources, language: Language, *, below: str = "") -> tuple[Told, ...]:
    """Problems in a language; `below` is the folder of the rulebook as seen from the repository, empty where it is the repository."""
    seen: Counter[tuple[str, ...]] = Counter()
    lines = {path: text.splitlines() for path, text in sources.items()}
    found = []
    for problem in problems:
        key = _key(problem, lines)
        seen[key] += 1
        mark = hashlib.sha256("\0".join((*key, str(seen[key]))).encode("utf-8", "replace")).hexdigest()[:32]
        found.append(
            Told(
                code=problem.code,
                severity=problem.kind.severity,
                message=problem.message_in(language),
                help=problem.help_in(language),
                path=path_from(below, problem.where.path if problem.where else ""),
                span=problem.where,
                mark=mark,
            )
        )
    return tuple(found)


def path_from(below: str, path: str) -> str:
    """The path of a file of the rulebook as seen from the repository; the rulebook's own where nothing names a file."""
    return "/".join(part for part in (below, path) if part) or "."


def _key(problem: Problem, lines: dict[str, list[str]]) -> tuple[str, ...]:
    """What does not change when lines are added above: file, code, and the text of the line."""
    where = problem.where
    if where is None:
        return ("", problem.code, problem.pointer or problem.message)
    of_file = lines.get(where.path, [])
    line = of_file[where.line - 1] if 1 <= where.line <= len(of_file) else ""
    return (where.path, problem.code, " ".join(line.split()))
