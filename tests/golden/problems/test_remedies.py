"""A remedy that names what to write is right when it is followed to the letter: then the problem is gone, and no other stands there."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache

import pytest

from api.rulebook_folder import read_folder
from api.workbench.draft_texts import TextEdit, with_edits
from engine.problems import Fix, Problem
from engine.rulebook.reader import check_rulebook
from engine.text.sources import Sources
from engine.writing.document_templates import check_document_templates
from tests.golden.problems.pages import Page, avoided, problems_of
from tests.golden.problems.test_pages import PAGES
from tests.golden.problems.test_planted import RULEBOOK
from tests.unit.language.shop import check
from tests.unit.language.syntax.test_rule_problems import cases, marked

WORD = "`[^`]+`"
SHAPES = re.compile(
    r"(?:write|did you mean|write a decimal point:|write it per unit:|write an existing day; the last of that month is|go on with|add)"
    rf" {WORD}(?: or {WORD}|, or {WORD} (?:if|for) .*|, or remove .*|, as EN.*)?\??"
    rf"|write one of {WORD}(?:, {WORD})*(?: and [0-9]+ more)?(?:; or add {WORD} to [a-z/.-]+)?|write {WORD} for [0-9.]+ percent.*"
)
"""The remedies that name a replacement. All others say what to decide, to move or to remove."""
PLACEHOLDER = re.compile(r"…|\b(?:D|NAME|UNIT|DATE)\b")
"""What a remedy leaves to the reader: it shows a form, and no text to be copied."""
NOT_BY_THE_LETTER = {
    "line-ends": "the line may go on in many ways; what is named is one of them, or the first word of what is missing",
}
"""The kinds whose remedy names a piece of text that does not yet make a whole, and why."""

LEFT_TO_THE_READER = {
    "argument-count": "the call is an example",
    "bad-after": "the spans are examples",
    "bad-number-format": "the format is an example, for a part of a text",
    "fee-parts": "a key and its value, beside what stands there",
    "line-ends": "one of many ways",
    "only-measured": "a key and its value, beside what stands there",
    "unknown-vatex": "the code may be a part of a longer text",
}
"""The kinds whose remedy names something to write and which carry no fix, and why."""


def choices(problem: Problem) -> tuple[str, ...]:
    """What a remedy says to write, one text for each way that it offers."""
    if not SHAPES.fullmatch(problem.help) or problem.code in NOT_BY_THE_LETTER:
        return ()
    named = re.split(", or remove |; or add ", problem.help)[0]
    return tuple(word for word in re.findall("`([^`]+)`", named) if not PLACEHOLDER.search(word))


def followed(sources: Sources, problem: Problem, text: str) -> Sources:
    """The sources with what the remedy names in the place of the problem, as an analyst would write it there."""
    where = problem.where
    assert where is not None
    if fix := next((fix for fix in problem.fixes if fix.text == text), None):
        return with_fix(sources, fix)
    lines = sources[where.path].split("\n")
    line = lines[where.line - 1]
    before, old, behind = line[: where.column - 1], line[where.column - 1 : where.end_column - 1], line[where.end_column - 1 :]
    if problem.help.startswith("add "):
        beside = f"{text}, {old}" if "{" in before else f"{text}\n{' ' * len(before)}{old}"
        lines[where.line - 1] = before + beside + behind
    elif (key := re.match(r"[\w-]+: ", text)) and key[0] not in old and where.path.endswith(".yaml") and "{" not in old:
        lines[where.line - 1] = re.sub(rf"(?<![\w-]){key[0]}.*?(?= *[,}}#]| *$)", text, line, count=1)
    elif old[:1] in ("'", '"') and text[:1] != old[:1] and '"' not in text:
        lines[where.line - 1] = before + old[0] + text + old[0] + behind
    else:
        lines[where.line - 1] = before + text + behind
    return {**sources, where.path: "\n".join(lines)}


def with_fix(sources: Sources, fix: Fix) -> Sources:
    """The sources with a change that a problem carries."""
    at = fix.where
    edit = TextEdit(line=at.line, column=at.column, end_line=at.end_line, end_column=at.end_column, text=fix.text)
    return {**sources, at.path: with_edits(at.path, sources[at.path], [edit])}


def told(problems: list[Problem]) -> Counter[tuple[str, str]]:
    """What stops, by code and words, wherever it stands: mending one line moves others."""
    return Counter((problem.code, problem.message) for problem in problems if problem.stops)


def wrong(sources: Sources, problem: Problem, problems: list[Problem], tell: Callable[[Sources], list[Problem]]) -> Iterator[str]:
    """The choices of a remedy after which the problem is still there, or another one is."""
    before = told(problems)
    carried = {fix.text: with_fix(sources, fix) for fix in problem.fixes if problem.stops}
    for text, mended in {**{text: followed(sources, problem, text) for text in choices(problem)}, **carried}.items():
        after = told(tell(mended))
        if after.total() >= before.total() or after - before:
            yield f"{problem}: {problem.help}: after `{text}`: {sorted((after - before).elements()) or 'it is still there'}"


@pytest.mark.parametrize("page", PAGES, ids=[page.code for page in PAGES])
def test_the_remedy_of_each_page_mends_what_it_shows(page: Page) -> None:
    sources = avoided(page)
    problems = problems_of(sources) if page.avoid else []
    assert [fault for problem in problems for fault in wrong(sources, problem, problems, problems_of)] == []


def test_the_remedies_of_a_rulebook_with_every_mistake_mend_one_each() -> None:
    def tell(sources: Sources) -> list[Problem]:
        return [*check_rulebook(sources), *check_document_templates(sources)]

    sources = read_folder(RULEBOOK)
    problems = tell(sources)
    faults = {problem.code: list(wrong(sources, problem, problems, tell)) for problem in problems}
    assert {code: texts for code, texts in faults.items() if texts} == {}
    assert sum(1 for problem in problems if choices(problem)) > 25


@pytest.mark.parametrize(("code", "source", "messages"), cases(), ids=[case[0] for case in cases()])
def test_the_remedies_of_mistakes_in_rules_mend_them(code: str, source: str, messages: list[str]) -> None:
    first, *others = re.split(r"^--- (\w+)\n", source, flags=re.M)
    text, _ = marked(first)
    more = dict(zip(others[::2], others[1::2], strict=True))

    def tell(sources: Sources) -> list[Problem]:
        return list(check(sources["rules/test.rules"], **more)[1])

    sources = {"rules/test.rules": text}
    problems = tell(sources)
    assert [fault for problem in problems for fault in wrong(sources, problem, problems, tell)] == []


@cache
def all_problems() -> tuple[Problem, ...]:
    """What `check` tells of the mistake of each page."""
    return tuple(problem for page in PAGES if page.avoid for problem in problems_of(avoided(page)))


def test_a_remedy_that_names_what_to_write_carries_it() -> None:
    problems = all_problems()
    without = {one.code for one in problems if SHAPES.fullmatch(one.help) and not one.fixes and not PLACEHOLDER.search(one.help)}
    assert without - LEFT_TO_THE_READER.keys() == set()
    assert {problem.code for problem in problems if problem.fixes} >= {"comma-in-number", "unknown-name", "row-end", "not-rounded"}


def test_the_exceptions_are_kinds_that_name_something_to_write() -> None:
    codes = {problem.code for problem in all_problems() if SHAPES.fullmatch(problem.help)}
    assert NOT_BY_THE_LETTER.keys() <= codes | {case[0] for case in cases()}
