"""Numbers as people type them: with the marks of their language; a product is worked out, other texts stay as they are written."""

from __future__ import annotations

import pytest

from api.pages.records.typed_numbers import check_number, multiplied, number_in
from engine.phrases import LANGUAGES, Language
from engine.problems import Refusal

THREE = ("en", "fr", "nl")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("3*12", "36"), ("3 * 12", "36"), ("2x0.5", "1"), ("1.25×3", "3.75"), ("0*5", "0"), ("2*2,5", "5")],
)
def test_a_product_is_worked_out(typed: str, meant: str) -> None:
    assert {multiplied(typed, language) for language in LANGUAGES} == {meant}


@pytest.mark.parametrize("typed", ["12", "3*", "1e9*2", "-3*2", "", "a*b", "1,2,3*2"])
def test_another_text_stays(typed: str) -> None:
    assert multiplied(typed, "en") == typed


@pytest.mark.parametrize(
    ("typed", "meant", "languages"),
    [
        ("12", "12", THREE),
        ("2.5", "2.5", THREE),
        ("2,5", "2.5", THREE),
        ("-2,50", "-2.50", THREE),
        ("0,125", "0.125", THREE),
        ("12,5 %", "12.5%", THREE),
        ("1,2345", "1.2345", THREE),
        ("1234,567", "1234.567", THREE),
        ("1.234,56", "1234.56", THREE),
        ("1,234.56", "1234.56", THREE),
        ("1.234.567", "1234567", THREE),
        ("1,234,567.8", "1234567.8", THREE),
        ("1 234,56", "1234.56", THREE),
        ("1\u202f234\u202f567,5", "1234567.5", THREE),
        ("1'234.50", "1234.50", THREE),
        ("1 234,567", "1234.567", THREE),
        ("1.234", "1.234", ("en",)),
        ("1,234", "1.234", ("fr", "nl")),
    ],
)
def test_the_marks_of_a_number(typed: str, meant: str, languages: tuple[Language, ...]) -> None:
    assert {number_in(typed, language) for language in languages} == {meant}


@pytest.mark.parametrize(("typed", "language"), [("1,234", "en"), ("-12,500", "en"), ("1.234", "fr"), ("999.000", "nl")])
def test_what_may_be_two_numbers_is_refused_with_both(typed: str, language: Language) -> None:
    with pytest.raises(Refusal) as refusal:
        number_in(typed, language, "/amount")
    (problem,) = refusal.value.problems
    assert (problem.code, problem.pointer) == ("unclear-number", "/amount")
    digits = typed.lstrip("-").replace(".", "").replace(",", "")
    decimal = typed.lstrip("-").replace("," if language == "en" else ".", "." if language == "en" else ",")
    assert problem.help == f"write `{decimal}` or `{digits}`"


@pytest.mark.parametrize("typed", ["", "a", "1,2,3", "1.23,4", "12,", ",5", "1 2", "1,23.45", "1.234,567,8", "--1", "1e5", "5%%"])
def test_what_is_no_number_stays(typed: str) -> None:
    for language in LANGUAGES:
        assert number_in(typed, language) == typed


def test_what_is_no_number_is_refused_with_an_example_of_the_language() -> None:
    for language, example in (("en", "1,234.50"), ("fr", "1\u202f234,50"), ("nl", "1.234,50")):
        for typed in ("abc", "1e5", "1,2,3", "٣"):
            with pytest.raises(Refusal) as refusal:
                check_number(number_in(typed, language), typed, language, "/amount")
            (problem,) = refusal.value.problems
            assert (problem.message, problem.pointer) == (f"`{typed}` is no number", "/amount")
            assert problem.help.replace("\u00a0", "\u202f") == f"write digits, such as `{example}`"
        assert check_number("-12.50%", "-12,50%", language, "/amount") == "-12.50%"
