"""From a YAML tree to a model: every mistake at its place, in words that an analyst knows."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Literal

import pytest
from pydantic import Field, field_validator

from engine.dates import Day
from engine.money import Currency, Factor, Money, Percent
from engine.text.model_reader import read_file
from engine.text.yaml_fields import Expression, Whole, Written, YesNo

EUR = Currency.of("EUR")


class Flat(Written):
    kind: Literal["flat"]
    vat_class: Literal["standard", "reduced", "exempt"]
    price: Money


class Shared(Written):
    kind: Literal["shared"]
    share: Percent | Literal["rest"]
    from_: Day
    active: YesNo = True
    when: Expression | None = None


class Sheet(Written):
    entries: tuple[Annotated[Flat | Shared, Field(discriminator="kind")], ...] = ()
    flats: dict[str, Flat] = {}
    every: Whole = Field(default=1, ge=1, le=12)
    names: tuple[str, ...] = Field(default=(), max_length=2)
    label: str = Field(default="", max_length=10)
    index: Factor = Fraction(1)

    @field_validator("label")
    @classmethod
    def _no_x(cls, label: str) -> str:
        if "x" in label:
            raise ValueError("no x here")
        return label


GOOD = """entries:
  - {kind: flat, vat-class: standard, price: 29.00}
  - kind: shared
    share: 12.5%
    from: 2024-02-29
    active: no
    when: "customer.segment is chain"
flats: {a: {kind: flat, vat-class: reduced, price: "1"}}
every: 12
index: 1.029
"""

MISTAKES = {
    "entries: [{kind: flat, vat-clas: standard, price: 1}]": ["1:24: unknown-key: `vat-clas`|did you mean `vat-class`?"],
    "entries: [{kind: flat, price: 1}]": ["1:12: missing-key: `vat-class` is missing|add `vat-class: …` between the braces"],
    "entries: [{kind: flt, price: 1}]": ["1:18: unknown-value: `flt` is not a value of `kind`|did you mean `flat`?"],
    "entries: [{price: 1}]": ["1:12: missing-key: `kind` is missing|add `kind: …` between the braces"],
    "entries: [{kind: flat, vat-class: standrd, price: 1}]": ["1:35: unknown-value: `standrd`|did you mean `standard`?"],
    "entries: [{kind: flat, vat-class: no, price: '29,00'}]": [
        "1:35: unknown-value: `no` is not a value of `vat-class`|write one of `exempt`, `reduced`, `standard`",
        "1:46: not-a-number: `29,00` is not a number for `price`|write a decimal point: `29.00`",
    ],
    "entries: [{kind: flat, vat-class: exempt, price: 29.001}]": ["1:50: not-a-number: `29.001`|write at most 2 decimals"],
    "entries: [{kind: flat, vat-class: exempt, price: 1e9}]": ["1:50: not-a-number: `1e9`|such as `91.58`"],
    "entries: [{kind: flat, vat-class: exempt, price: [1]}]": ["1:50: text-expected: `price` takes one text|its key"],
    "entries: [{kind: shared, share: rst, from: 2024-01-01}]": ["1:33: not-a-number: `rst`|or did you mean `rest`?"],
    "entries: [{kind: shared, share: rest, from: 2024-02-30}]": [
        "1:45: not-allowed: `from`: 2024-02-30 is not a day of the calendar|`2024-02-29`"
    ],
    "entries: [{kind: shared, share: rest, from: 1/2/2024}]": [
        "1:45: not-allowed: `from`: this must be a date such as 2027-01-31|write `2024-02-01` or `2024-01-02`"
    ],
    "entries: [{kind: shared, share: rest, from: 1704067200}]": [
        "1:45: not-allowed: `from`: this must be a date such as 2027-01-31|2027-01-31"
    ],
    "entries: [{kind: shared, share: 1%, from: 2024-01-01, active: on}]": ["1:63: not-allowed: `active`: `on` is neither yes nor no|`yes`"],
    "entries: [{kind: shared, share: 1%, from: 2024-01-01, active: Neen}]": [
        "1:63: not-allowed: `active`: `Neen` is neither yes nor no|write `no`"
    ],
    "entries: [{kind: shared, share: 1%, from: 2024-01-01, when: [a]}]": ["1:61: not-allowed: `when`: an expression is expected|write it"],
    "entries: {kind: flat}": ["1:10: list-expected: `entries` takes a list|write it as `[{kind: …, vat-class: …, price: …}]`"],
    "entries: [flat]": ["1:11: mapping-expected: `entries` takes keys of its own|write it as `{kind: …, vat-class: …, price: …}`"],
    "flats: {a: {kind: flat, vat-class: exempt, price: 1, pric: 2}}": ["1:54: unknown-key: `pric`|remove it: `price` stands here already"],
    "entries: [{kind: flat, vat_class: standard, price: 1}]": ["1:24: unknown-key: `vat_class`|write `vat-class`"],
    "every: 13": ["1:8: not-allowed: `every`: it must be at most 12|write a smaller number"],
    "every: 012345678901234": ["1:8: not-allowed: `every`: `012345678901234` is no whole number|digits only"],
    "every: 4 weeks": ["1:8: not-allowed: `every`: `4 weeks` is no whole number|write `4`"],
    "every: 1_0": ["1:8: not-allowed: `every`: `1_0` is no whole number|digits only"],
    "index: 1,029": ["1:8: not-a-number: `1,029` is not a number for `index`|write a decimal point: `1.029`"],
    "names: a": ["1:8: list-expected: `names` takes a list|write `[a]`"],
    "names: [a, b, c]": ["1:8: not-allowed: `names`: it may have at most 2 entries|remove some of them"],
    "label: {a: b}": ["1:8: text-expected: `label` takes one text|on the line of its key"],
    "label: longer than ten": ["1:8: not-allowed: `label`: this text may have at most 10 characters|shorten it"],
    "label: xyz": ["1:8: not-allowed: `label`: no x here|correct it"],
    "labl: z\nevry: 2\nnonsense: 3": [
        "1:1: unknown-key: `labl`|did you mean `label`?",
        "2:1: unknown-key: `evry`|did you mean `every`?",
        "3:1: unknown-key: `nonsense`|write one of `entries`, `every`, `flats`, `index`, `label`, `names`",
    ],
}


def test_a_good_sheet_becomes_a_model() -> None:
    sheet, _, problems = read_file(Sheet, "plans/x.yaml", GOOD, EUR)
    assert not problems
    assert sheet is not None
    shared = sheet.entries[1]
    assert isinstance(shared, Shared)
    assert shared.active is False
    assert shared.share == Percent(Fraction(1, 8))
    assert shared.when is not None
    assert (shared.when.text, str(shared.when.span)) == ("customer.segment is chain", "plans/x.yaml:7:12")
    assert sheet.flats["a"].price == Money(100, EUR)
    assert sheet.every == 12
    assert sheet.index == Fraction(1029, 1000)


@pytest.mark.parametrize("text", MISTAKES)
def test_a_mistake_has_a_place_and_a_remedy(text: str) -> None:
    sheet, _, problems = read_file(Sheet, "x.yaml", text, EUR)
    assert sheet is None
    assert len(problems) == len(MISTAKES[text])
    for problem, expected in zip(problems, MISTAKES[text], strict=True):
        said, remedy = expected.split("|")
        assert str(problem).startswith(f"x.yaml:{said}")
        assert remedy in problem.help
        assert "Input should" not in str(problem)


def test_mistakes_of_yaml_and_of_the_model_are_told_together_and_once() -> None:
    text = "entries:\n  - kind: flat\n    vat-class: standard\n\tprice: 3\n  - kind: flat\n    vat-class: standrd\n    price:\nevry: 2\n"
    _, _, problems = read_file(Sheet, "x.yaml", text, EUR)
    assert [(problem.where.line, problem.code) for problem in problems if problem.where] == [
        (4, "yaml-syntax"),
        (6, "unknown-value"),
        (7, "empty-entry"),
        (8, "unknown-key"),
    ]


def test_a_model_may_not_leave_the_reading_of_a_text_to_chance() -> None:
    with pytest.raises(TypeError, match="Whole, YesNo or Day"):

        class Guessing(Written):
            often: bool | None
