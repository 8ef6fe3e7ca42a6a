"""The fixes that problems carry: texts of their remedies in their place, or others elsewhere."""

from engine.phrases import Replacement, phrase, write_instead
from engine.problems import Fix, Kind, Span, after
from engine.text.nearest import suggestion

AT = Span("rules/a.rules", 1, 1, 1, 2)
KIND = Kind("x", "a mistake in `{word}`", "{remedy}")


def texts(remedy: object) -> list[str]:
    """What the fixes of a problem with this remedy write."""
    return [fix.text for fix in KIND.at(AT, word="w", remedy=remedy).fixes]


def test_what_a_remedy_names_to_be_written_is_a_fix_in_the_place_of_the_problem() -> None:
    assert KIND.at(AT, word="w", remedy=write_instead("1.031")).fixes == (Fix(AT, "1.031"),)
    assert texts(suggestion("facter", ["factor", "family"])) == ["factor"]
    assert texts(suggestion("zzz", ["b", "a"])) == ["a", "b"]
    assert texts(phrase("{remedy}; or {other}", remedy=write_instead("1"), other=write_instead("2"))) == ["1", "2"]
    assert Kind("x", "w", "write `{one}`").at(AT, one=Replacement("#")).fixes == (Fix(AT, "#"),)


def test_a_long_list_an_example_and_a_decision_are_no_fixes() -> None:
    assert texts(suggestion("zzz", [f"name-{at}" for at in range(20)])) == []
    assert texts(phrase("write a number such as `{text}`", text="1.5")) == []
    assert KIND.at(None, "/a", word="w", remedy=write_instead("1.031")).fixes == ()


def test_other_edits_stand_for_the_fixes() -> None:
    elsewhere = Fix(after(AT), " |")
    assert KIND.at(AT, word="w", remedy=write_instead("1")).fixed_by(elsewhere).fixes == (elsewhere,)
    assert KIND.at(AT, word="w", remedy=write_instead("1")).fixed_by().fixes == ()
