"""No-break spaces where the layout of a text counts."""

import pytest

from api.workbench.problem_fixing import with_fixes
from engine.text.sources import with_plain_blanks


@pytest.mark.parametrize("line_end", ["\n", "\r\n"], ids=["line feeds", "as Windows"])
@pytest.mark.parametrize(
    ("lines", "mended"),
    [
        (["a:", "\u00a0 b: 1", "  c: x\u00a0y", ""], ["a:", "  b: 1", "  c: x\u00a0y", ""]),
        (["a:\u00a01", "c: 2", "d:", "  -\u00a03"], ["a: 1", "c: 2", "d:", "  - 3"]),
    ],
    ids=["an indentation", "behind keys and dashes"],
)
def test_the_one_correction_of_no_break_spaces_replaces_all_that_count(lines: list[str], mended: list[str], line_end: str) -> None:
    sources = {"x.yaml": line_end.join(lines)}
    plain, problems = with_plain_blanks("x.yaml", sources["x.yaml"])
    assert (plain, len(problems)) == (line_end.join(mended), 1)
    fixed, count = with_fixes(sources, lambda texts: with_plain_blanks("x.yaml", texts["x.yaml"])[1])
    assert (fixed["x.yaml"], count) == (plain, 1)
