"""Cases with another answer: whole regions, each with a sample that both evaluators answer."""

from __future__ import annotations

from functools import cache

import pytest

from api.rulebook_folder import read_folder
from engine.comparing.answer_changes import AnswerChange, AnswersCompared, compare_answers
from engine.rulebook.reader import Reading, read_all, rulebook_of
from tests.golden.rulebooks import CHECKOUT, read_changed

SHIPPED = dict(read_folder(CHECKOUT))


@cache
def before() -> Reading:
    return read_all(SHIPPED)


def compared(path: str, old: str, new: str) -> AnswersCompared:
    assert old in SHIPPED[path]
    after = read_changed({**SHIPPED, path: SHIPPED[path].replace(old, new, 1)}, before())
    return compare_answers(rulebook_of(before()), rulebook_of(after))


@pytest.mark.parametrize(
    ("path", "old", "new", "expected"),
    [
        (
            "rules/pricing.rules",
            "0.90",
            "0.88",
            ("segment-factor.factor", "customer.segment = chain, product.order-type = investment", "0.9", "0.88"),
        ),
        ("rules/approval.rules", "> 10%", "> 15%", ("quote.approver", "quote.discount 10.0001% to 15%", "sales-director", "nobody")),
        ("rules/increments.rules", "append", "merge", ("increment.placement", "whatever is asked", "append", "merge")),
        (
            "catalog/price-books/book-2026.csv",
            "89.00",
            "91.00",
            ("price of SUB-CORE", "from 2024-01-01 to 2026-12-31", "89.00", "91.00"),
        ),
    ],
)
def test_a_region(path: str, old: str, new: str, expected: tuple[str, ...]) -> None:
    result = compared(path, old, new)
    first = result.changes[0]
    name, region, before, after = expected
    assert (first.name, first.region.replace(" = 10", " 10"), first.before, first.after) == (name, region, before, after)
    assert result.undecided == ()


def test_a_rate_on_file_changes_the_answers_of_the_rule_that_looks_it_up() -> None:
    result = compared("vat/rates.yaml", "rate: 21%", "rate: 12%")
    assert {(one.name, one.before, one.after) for one in result.changes} == {("vat.rate", "21%", "12%")}
    assert any("customer.vat-territory = BE" in one.region for one in result.changes)


def test_a_row_that_is_missing_is_no_answer() -> None:
    line = next(line for line in SHIPPED["rules/channel.rules"].splitlines() if "private" in line)
    result = compared("rules/channel.rules", line + "\n", "")
    assert {(one.name, one.before, one.after) for one in result.changes} == {("invoice.channel", "email", None)}


def test_nothing_differs_from_itself() -> None:
    assert compare_answers(rulebook_of(before()), rulebook_of(before())) == AnswersCompared(changes=())


def test_what_only_reads_differently_answers_the_same() -> None:
    assert compared("rules/approval.rules", "> 25%", "> 25.0%").changes == ()


def test_the_prices_of_an_index_stand_under_one_heading() -> None:
    result = compared("catalog/price-books/book-2027.yaml", "factor: 1.029", "factor: 1.03")
    ((region, changes),) = result.by_region(1_000)
    assert (region, len(changes)) == ("from 2027-01-01 to 2035-12-31", len(result.changes))
    assert len(changes) > 20
    assert [len(some) for _, some in result.by_region(10)] == [10]
    assert list(result.by_region(0)) == []


def test_regions_come_once_each_in_their_first_order() -> None:
    changes = tuple(
        AnswerChange(name=name, region=region, sample="", case={}, before="1", after="2") for name, region in ("ax", "by", "cx", "dz")
    )
    result = AnswersCompared(changes=changes)
    assert [(region, [one.name for one in some]) for region, some in result.by_region(3)] == [("x", ["a", "c"]), ("y", ["b"])]
