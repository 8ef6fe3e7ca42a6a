"""Results as JUnit XML, which every CI server shows: a suite for each file, a case for each check."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from lxml import etree

from api.output.problem_view import ProblemView, path_from
from engine.phrases import Language, phrase, say

_NOT_IN_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One check: its name, its line, its failure (None where it passed), and its output."""

    name: str
    line: int | None = None
    failure: str | None = None
    kind: str = "failure"
    output: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """The cases of one file."""

    path: str
    cases: tuple[Case, ...]


def suites_of(problems: Sequence[ProblemView], files: Iterable[str], language: Language, *, below: str = "") -> tuple[Suite, ...]:
    """A suite for each file: a failing case for each problem, a passing one where the file has none. Advice does not fail."""
    cases: dict[str, list[Case]] = {path_from(below, path): [] for path in files}
    for problem in problems:
        cases.setdefault(problem.path, []).append(_case(problem))
    clean = Case(name=say(phrase("no problems"), language))
    return tuple(Suite(path=path, cases=tuple(of_file) or (clean,)) for path, of_file in sorted(cases.items()))


def write_junit(suites: Iterable[Suite], name: str) -> str:
    """The report of these suites; deterministic, without times."""
    suites = tuple(suites)
    root = etree.Element("testsuites", {"name": name, **_counts([case for suite in suites for case in suite.cases])})
    for suite in suites:
        node = etree.SubElement(root, "testsuite", {"name": _plain(suite.path), **_counts(suite.cases)})
        for case in suite.cases:
            _add(node, case, suite.path)
    return etree.tostring(root, pretty_print=True, xml_declaration=True, encoding="UTF-8").decode("utf-8")


def _case(problem: ProblemView) -> Case:
    place = f"{problem.path}:{problem.span.line}:{problem.span.column}: " if problem.span else ""
    text = f"{place}{problem.message}\n{problem.help}"
    name = f"{problem.line}: {problem.code}"
    if problem.stops:
        return Case(name=name, line=problem.line, failure=text, kind=problem.code)
    return Case(name=name, line=problem.line, output=text)


def _add(suite: etree._Element, case: Case, path: str) -> None:
    node = etree.SubElement(suite, "testcase", name=_plain(case.name), classname=_plain(path), file=_plain(path))
    if case.line is not None:
        node.set("line", str(case.line))
    if case.failure is not None:
        failure = etree.SubElement(node, "failure", message=_plain(case.failure.partition("\n")[0]), type=_plain(case.kind))
        failure.text = _plain(case.failure)
    if case.output:
        etree.SubElement(node, "system-out").text = _plain(case.output)


def _counts(cases: Sequence[Case]) -> dict[str, str]:
    return {"tests": str(len(cases)), "failures": str(sum(case.failure is not None for case in cases)), "errors": "0", "skipped": "0"}


def _plain(text: str) -> str:
    """A text with the characters that XML does not allow replaced."""
    return _NOT_IN_XML.sub("\ufffd", text)
