"""A problem as reports show it: in the reader's language, with its path in the repository and a stable fingerprint."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from engine.phrases import Language
from engine.problems import Fix, Problem, Severity, Span
from engine.text.sources import Sources


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemView:
    """One problem in one language; its fingerprint survives when lines move and changes with the text of its line."""

    code: str
    severity: Severity
    message: str
    help: str
    path: str
    span: Span | None
    fingerprint: str
    fixes: tuple[Fix, ...] = ()
    """The changes of its file of which each mends it."""

    @property
    def line(self) -> int:
        """The line on which it is shown; 1 where it has no position."""
        return self.span.line if self.span else 1

    @property
    def stops(self) -> bool:
        """Whether it is a problem, not advice."""
        return self.severity == "problem"


def problem_views(problems: Iterable[Problem], sources: Sources, language: Language, *, below: str = "") -> tuple[ProblemView, ...]:
    """The views of problems in a language; `below` is the rulebook's folder in the repository, empty where it is the root."""
    seen: Counter[tuple[str, ...]] = Counter()
    lines = {path: text.splitlines() for path, text in sources.items()}
    views = []
    for problem in problems:
        key = _key(problem, lines)
        seen[key] += 1
        fingerprint = hashlib.sha256("\0".join((*key, str(seen[key]))).encode("utf-8", "replace")).hexdigest()[:32]
        views.append(
            ProblemView(
                code=problem.code,
                severity=problem.kind.severity,
                message=problem.message_in(language),
                help=problem.help_in(language),
                path=path_from(below, problem.where.path if problem.where else ""),
                span=problem.where,
                fingerprint=fingerprint,
                fixes=tuple(fix for fix in problem.fixes if problem.where and fix.where.path == problem.where.path),
            )
        )
    return tuple(views)


def path_from(below: str, path: str) -> str:
    """The path of a rulebook file in the repository; that of the rulebook where no file is named."""
    return "/".join(part for part in (below, path) if part) or "."


def _key(problem: Problem, lines: dict[str, list[str]]) -> tuple[str, ...]:
    """What stays the same when lines are added above: file, code, and the text of the line."""
    where = problem.where
    if where is None:
        return ("", problem.code, problem.pointer or problem.message)
    of_file = lines.get(where.path, [])
    line = of_file[where.line - 1] if 1 <= where.line <= len(of_file) else ""
    return (where.path, problem.code, " ".join(line.split()))
