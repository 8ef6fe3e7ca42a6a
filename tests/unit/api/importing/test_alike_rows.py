"""Problems of many rows alike are told once, and others one by one."""

from api.importing.alike_rows import once_where_alike
from engine.problems import Kind, Problem, Span

NO_DAY = Kind("no-day", "`{text}` is not a day", "write `{corrected}`")


def problem(line: int, text: str = "x", kind: Kind = NO_DAY) -> Problem:
    return kind.at(Span("a.csv", line, 1, line, 2), text=text, corrected="y")


def test_all_rows_alike_are_told_with_the_first() -> None:
    told = once_where_alike([problem(line, str(line)) for line in range(2, 8)], {"a.csv": "h\n" * 7})
    assert [(str(one.where), one.code, one.message, one.help) for one in told] == [
        (
            "a.csv:2:1",
            "no-day",
            "`2` is not a day; 6 rows of this file have the same mistake, and this is the first",
            "write `y`; likewise in the other rows",
        )
    ]
    assert told[0].message_in("nl").startswith("`2` ")


def test_a_few_rows_of_many_are_told_one_by_one() -> None:
    assert len(once_where_alike([problem(line) for line in range(2, 8)], {"a.csv": "h\n" * 100})) == 6


def test_different_kinds_stay_apart() -> None:
    other = Kind("no-number", "`{text}` is no number", "write `{corrected}`")
    told = once_where_alike([problem(line, kind=kind) for line in range(2, 8) for kind in (NO_DAY, other)], {"a.csv": "h\n" * 7})
    assert [one.code for one in told] == ["no-day", "no-number"]
