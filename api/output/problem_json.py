"""A problem as the JSON that scripts read: its place in the rulebook, code, severity, message and remedy."""

from __future__ import annotations

from engine.phrases import Language
from engine.problems import Problem


def problem_as_json(problem: Problem, language: Language) -> dict[str, object]:
    """The fields of a problem; without file and line where it has no position.

    Its path where it is of an element of XML.
    """
    where = problem.where
    place: dict[str, object] = (
        {"file": where.path, "line": where.line, "column": where.column, "end_line": where.end_line, "end_column": where.end_column}
        if where
        else {}
    )
    texts = {"message": problem.message_in(language), "help": problem.help_in(language)}
    if where and problem.pointer:
        place["path"] = problem.pointer
    return {**place, "code": problem.code, "severity": problem.kind.severity, **texts}


def fixes_as_json(problem: Problem) -> list[dict[str, object]]:
    """The changes of which each mends a problem: a place in its file and the text that belongs there."""
    return [
        {"line": at.line, "column": at.column, "end_line": at.end_line, "end_column": at.end_column, "text": fix.text}
        for fix in problem.fixes
        for at in (fix.where,)
    ]
