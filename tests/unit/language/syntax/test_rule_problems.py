"""Each kind of mistake in rules has a golden: its position, its message and its remedy."""

import re
from pathlib import Path

import pytest

from engine.language.syntax import rule_problems
from engine.problems import Kind, Problem, Span
from tests.unit.language.shop import NOWHERE, check, vocabulary

GOLDEN = Path(__file__).parents[3] / "golden" / "problems" / "rules.txt"
ELSEWHERE = set("bad-name name-taken bad-enum-value empty-expression one-line nested-too-deep line-too-long too-costly long-chain".split())


def cases() -> list[tuple[str, str, list[str]]]:
    """Code, marked source and messages of each golden."""
    rows = []
    for piece in re.split(r"\n(?=[a-z])", GOLDEN.read_text(encoding="utf-8").split("\n\n", 1)[1].strip()):
        code, *lines = piece.split("\n")
        source = "".join(line[4:] + "\n" for line in lines if line.startswith("    "))
        rows.append((code, source, [line[2:] for line in lines if re.match(r"  \S", line)]))
    return rows


def marked(text: str) -> tuple[str, Span]:
    """A text without its marks, and the place that they enclose."""
    before, piece, after = re.split("[«»]", text)
    lines, ends = before.split("\n"), (before + piece).split("\n")
    span = Span("rules/test.rules", len(lines), len(lines[-1]) + 1, len(ends), len(ends[-1]) + 1)
    return before + piece + after, span


@pytest.mark.parametrize(("code", "source", "messages"), cases(), ids=[case[0] for case in cases()])
def test_a_mistake_is_reported_at_its_position_with_its_remedy(code: str, source: str, messages: list[str]) -> None:
    first, *others = re.split(r"^--- (\w+)\n", source, flags=re.M)
    text, span = marked(first)
    _, problems = check(text, **dict(zip(others[::2], others[1::2], strict=True)))
    assert [(problem.code, problem.where) for problem in problems] == [(code, span)]
    assert [problems[0].message, problems[0].help] == messages


def test_every_kind_of_mistake_has_a_golden() -> None:
    kinds = {kind.code for kind in vars(rule_problems).values() if isinstance(kind, Kind)}
    assert kinds - {case[0] for case in cases()} == ELSEWHERE


def test_no_message_speaks_of_the_machinery() -> None:
    for _, _, messages in cases():
        assert not re.search(
            r"lark|python|token|terminal|None|Traceback|NAME|_NL|\$END|__", " ".join(messages).replace("customer.NAME", "")
        )


def test_attributes_of_analysts_are_checked() -> None:
    known = vocabulary()

    def codes(name: str, kind: str) -> list[str]:
        made = known.attribute(name, kind, NOWHERE)
        return [problem.code for problem in made if isinstance(problem, Problem)] if isinstance(made, tuple) else []

    assert codes("customer.rating", "Enum[a, b]") == []
    assert codes("rating", "Text") == ["bad-name"]
    assert codes("customer.segment", "Txt") == ["name-taken", "unknown-type"]
    assert codes("customer.rating", "Enum[no-risk, risk]") == ["bad-enum-value"]
