"""Problems as SARIF 2.1.0 for code scanning services and editors; each code is a rule with its page as help."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import quote

from api.output.problem_view import ProblemView
from engine.problems import Fix, Span

SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"


def write_sarif(problems: Sequence[ProblemView], *, version: str, pages: Mapping[str, str]) -> str:
    """One run of `centwright check`; `pages` has the Markdown page of each code that has one."""
    codes = sorted({problem.code for problem in problems})
    numbers = {code: number for number, code in enumerate(codes)}
    driver = {
        "name": "centwright",
        "version": version,
        "rules": [_rule(code, problems, pages.get(code)) for code in codes],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(problem, numbers[problem.code]) for problem in problems],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=2) + "\n"


def _rule(code: str, problems: Sequence[ProblemView], page: str | None) -> dict[str, object]:
    first = next(problem for problem in problems if problem.code == code)
    rule: dict[str, object] = {"id": code, "name": code, "defaultConfiguration": {"level": _level(first)}}
    if page is None:
        return rule | {"help": {"text": first.help}}
    why = next((part for part in page.split("\n\n")[1:] if not part.startswith("#")), code)
    return rule | {"shortDescription": {"text": " ".join(why.split())}, "help": {"text": page, "markdown": page}}


def _result(problem: ProblemView, rule: int) -> dict[str, object]:
    file = {"uri": quote(problem.path)}
    place: dict[str, object] = {"artifactLocation": file}
    if problem.span:
        place["region"] = _region(problem.span)
    result: dict[str, object] = {
        "ruleId": problem.code,
        "ruleIndex": rule,
        "level": _level(problem),
        "message": {"text": f"{problem.message}\n{problem.help}"},
        "locations": [{"physicalLocation": place}],
        "partialFingerprints": {"line/v1": problem.fingerprint},
    }
    if problem.fixes:
        result["fixes"] = [{"artifactChanges": [{"artifactLocation": file, "replacements": [_replacement(fix)]}]} for fix in problem.fixes]
    return result


def _replacement(fix: Fix) -> dict[str, object]:
    return {"deletedRegion": _region(fix.where), "insertedContent": {"text": fix.text}}


def _region(span: Span) -> dict[str, object]:
    return {
        "startLine": span.line,
        "startColumn": span.column,
        "endLine": max(span.line, span.end_line),
        "endColumn": max(span.end_column, span.column) if span.end_line <= span.line else span.end_column,
    }


def _level(problem: ProblemView) -> str:
    return "error" if problem.stops else "warning"
