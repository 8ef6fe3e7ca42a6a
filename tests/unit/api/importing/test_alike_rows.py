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
    assert len(once_where_alike([problem(line, str(line)) for line in range(2, 8)], {"a.csv": "h\n" * 100})) == 6


def test_the_same_text_in_three_rows_is_told_once() -> None:
    told = once_where_alike([problem(line, text) for line, text in enumerate("aabba", start=2)], {"a.csv": "h\n" * 100})
    assert [("3 rows" in one.message, one.where.line if one.where else 0) for one in told] == [(True, 2), (False, 4), (False, 5)]


def test_empty_cells_are_told_one_by_one() -> None:
    empty = Kind("empty-cell", "`name` is empty", "write the name")
    assert len(once_where_alike([empty.at(Span("a.csv", line, 3, line, 3)) for line in range(2, 6)], {"a.csv": "h\n" * 100})) == 4


def test_different_kinds_stay_apart() -> None:
    other = Kind("no-number", "`{text}` is no number", "write `{corrected}`")
    told = once_where_alike([problem(line, kind=kind) for line in range(2, 8) for kind in (NO_DAY, other)], {"a.csv": "h\n" * 7})
    assert [one.code for one in told] == ["no-day", "no-number"]


def test_one_mistake_in_one_column_is_alike_wherever_it_begins_and_in_another_column_is_not() -> None:
    names = ["Ann", "Bertrand", "Jo", "Maximilian", "Z"]
    text = "name,on,until\n" + "".join(f"{name},x,x\n" for name in names)
    problems = [problem_at(line, len(name) + 1 + step) for line, name in enumerate(names, start=2) for step in (1, 3)]
    told = once_where_alike(problems, {"a.csv": text})
    assert [(str(one.where), "5 rows" in one.message) for one in told] == [("a.csv:2:5", True), ("a.csv:2:7", True)]


def problem_at(line: int, column: int) -> Problem:
    return NO_DAY.at(Span("a.csv", line, column, line, column + 1), text=f"x{line}", corrected=f"y{line}")
