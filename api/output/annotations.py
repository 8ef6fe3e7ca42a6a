"""Problems shown at the lines of a merge request: GitHub annotations and the GitLab code quality report."""

from __future__ import annotations

import json
from collections.abc import Iterable

from api.output.problem_view import ProblemView


def write_github(problems: Iterable[ProblemView]) -> str:
    """One workflow command per line; GitHub shows each at its line."""
    return "".join(f"{_command(problem)}\n" for problem in problems)


def write_gitlab(problems: Iterable[ProblemView]) -> str:
    """The JSON list that GitLab reads as a `codequality` report."""
    return json.dumps([_entry(problem) for problem in problems], ensure_ascii=False, indent=2) + "\n"


def _command(problem: ProblemView) -> str:
    level = "error" if problem.stops else "warning"
    span = problem.span
    places = [f"file={_property(problem.path)}"] if span else []
    if span:
        places += [f"line={span.line}", f"col={span.column}", f"endLine={span.end_line}", f"endColumn={span.end_column}"]
    places.append(f"title={_property(problem.code)}")
    return f"::{level} {','.join(places)}::" + _text(f"{problem.message}\n{problem.help}")


def _text(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _text(text).replace(":", "%3A").replace(",", "%2C")


def _entry(problem: ProblemView) -> dict[str, object]:
    span = problem.span
    end = span.end_line if span else 1
    return {
        "description": f"{problem.message}; {problem.help}",
        "check_name": problem.code,
        "fingerprint": problem.fingerprint,
        "severity": "major" if problem.stops else "minor",
        "location": {"path": problem.path, "lines": {"begin": problem.line, "end": max(problem.line, end)}},
    }
